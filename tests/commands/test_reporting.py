"""The reports for others on the command line: tracekit's spellings, a page in a file, JSON."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

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


def test_json(terminal: Terminal) -> None:
    one = msgspec.json.decode(terminal.run("report", "session", FIX, "--top", "3", "--format", "json").out)
    assert (len(one["top_messages"]), one["messages"], one["finding_counts"]) == (3, 18, {"SUBAGENT_OVERHEAD": 1})
    assert one["top_messages"][0]["cost_usd"] > one["top_messages"][1]["cost_usd"]
    every = msgspec.json.decode(terminal.run("report", "aggregate", "--top", "2", "--limit", "1", "--json").out)
    assert (every["sessions_analyzed"], len(every["top_messages"]), len(every["sessions"])) == (1, 1, 1)
