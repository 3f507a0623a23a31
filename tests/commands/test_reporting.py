"""The reports for others on the command line: tracekit's spellings, a page in a file, JSON."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from agent_trace.render.delimited import render_csv
from agent_trace.render.html import render_html
from agent_trace.reports._rules import advice_fields, rule_counts, rules_table
from tests.commands.terminal import Terminal
from tests.reports.recorded import FIX
from tests.reports.small import copy_run


@pytest.fixture(autouse=True)
def _recorded(home: Path) -> None:
    copy_run("2.1.329/fix", home)


@pytest.mark.parametrize(
    "words",
    [
        "report session --session-id {id}", "report session --session-id {id} --format table", "report-session {id}",
        "report session {id} --top 3", "report aggregate", "report aggregate --agent all --format table --limit 5",
        "report aggregate --agent claude --since 2026-01-01 --until 2027-01-01 --top 2",
    ],
)  # fmt: skip
def test_spellings(words: str, terminal: Terminal) -> None:
    ran = terminal.run(*words.format(id=FIX).split())
    assert (ran.code, "dearest" in ran.out) == (0, True)


@pytest.mark.parametrize("words", [("report", "session", "--session-id", FIX), ("report", "aggregate")])
def test_a_page_in_a_file(words: tuple[str, ...], home: Path, terminal: Terminal) -> None:
    ran = terminal.run(*words, "--format", "html", "--out", str(home / "report.html"))
    page = (home / "report.html").read_text()
    assert (ran.code, ran.out) == (0, "")
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page


@pytest.mark.parametrize("words", [(), ("--format", "html"), ("--help",), ("--format=html", "--top", "2")])
def test_a_report_of_nothing_named_is_one_of_all(words: tuple[str, ...], terminal: Terminal) -> None:
    assert terminal.run("report", *words) == terminal.run("report-aggregate", *words)
    assert terminal.run("report", *words).code == 0


def test_pages_are_called_after_what_they_tell_of(terminal: Terminal) -> None:
    one = terminal.run("report", "session", FIX, "--format", "html").out
    several = terminal.run("report", "--format", "html").out
    assert "<h1>Session of claude in demo, 2026-11-21 05:23</h1>" in one
    assert one.count(FIX) == 1
    assert "Make the tests pass</h1>" in terminal.run("report", "session", FIX, "--format", "html", "--tier", "3").out
    assert re.search(r"<title>Report of \d+ sessions</title>", several)
    assert (">title</th>" in several, ">where</th>" in several) == (False, True)
    assert ">title</th>" in terminal.run("report", "--format", "html", "--tier", "3").out


def test_rules_are_words_and_commands_code() -> None:
    rules = rule_counts({"a": {"POLLING": 2, "SUBAGENT_OVERHEAD": 1}})
    page = render_html([rules_table(rules), advice_fields(rules)], title="x")
    assert ("SUBAGENT_OVERHEAD" in page, "Subagent overhead" in page) == (False, True)
    assert ("`" in page, "<code>gh run watch</code>" in page) == (False, True)
    assert "SUBAGENT_OVERHEAD,1,1" in render_csv(rules_table(rules))


def test_json(terminal: Terminal) -> None:
    one = msgspec.json.decode(terminal.run("report", "session", FIX, "--top", "3", "--format", "json").out)
    assert (len(one["top_messages"]), one["messages"], one["finding_counts"]) == (3, 18, {"SUBAGENT_OVERHEAD": 1})
    assert one["top_messages"][0]["cost_usd"] > one["top_messages"][1]["cost_usd"]
    every = msgspec.json.decode(terminal.run("report", "aggregate", "--top", "2", "--limit", "1", "--json").out)
    assert (every["sessions_analyzed"], len(every["top_messages"]), len(every["sessions"])) == (1, 1, 1)
