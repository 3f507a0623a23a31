"""The overview: what bare `agent-trace` says."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.workspace import Workspace
from agent_trace.cli.commands import overview
from tests.commands.terminal import Terminal
from tests.reports.small import Call, assert_golden, copy_run, forms, opened, write_log
from tests.reports.test_projects import lay_out

AS_IT_IS = {"no_sync": True}
SESSION = "aaaaaaaa-0000-4000-8000-000000000001"


@pytest.mark.parametrize("case", ["several", "recorded", "empty"])
def test_whole_answers(home: Path, case: str) -> None:
    if case == "several":
        lay_out(home)
    if case == "recorded":
        copy_run("2.1.329/fix", home)
    workspace = opened(home)
    result = overview.gathered(workspace, AS_IT_IS)
    for ending, drawn in forms(overview, result, None, workspace):
        assert_golden(f"overview/{case}.{ending}", drawn)
    workspace.close()


def test_sums_are_those_of_list_and_cost(home: Path, terminal: Terminal) -> None:
    lay_out(home)
    found = json.loads(terminal.run("overview", "--json").out)
    for spending, words in zip(found["spending"], ("today", "7d", "this-month", "2000-01-01"), strict=True):
        totals = json.loads(terminal.run("list", "--json", "--since", words).out)["totals"]
        assert {name: spending[name] for name in totals} == totals


def test_lines_nobody_understood(home: Path) -> None:
    path = write_log(home, SESSION, "/home/you/shop", [Call("2026-11-20T09:00:00")])
    path.write_text(path.read_text(encoding="utf-8") + "no json\n", encoding="utf-8")
    workspace = opened(home)
    result = overview.gathered(workspace, AS_IT_IS)
    assert result.unread_lines == 1
    assert [step.command for step in result.next_steps] == [
        "agent-trace show aaaaaaaa",
        "agent-trace doctor",
        "agent-trace search error",
    ]
    assert "1 line of a log was not understood" in dict(forms(overview, result, None, workspace))["80.txt"]
    workspace.close()


def test_bare_agent_trace_indexes_the_text_too(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.197/fix", home)
    bare = terminal.run()
    assert (bare.code, bare.err) == (0, "")
    assert bare.out.startswith("Last sessions, 3 of 3\n")
    assert json.loads(terminal.run("list", "--json", "--no-sync").out)["text_due_bytes"] == 0


def test_other_forms(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.197/fix", home)
    assert terminal.run("overview", "--format", "markdown").out.startswith("**Last sessions, 3 of 3**\n")
    assert terminal.run("overview", "--format", "csv").out.startswith("id,last_active,title,project,tokens,cost_usd")


def test_where_there_is_nothing_the_demo_is_shown(terminal: Terminal) -> None:
    ran = terminal.run()
    first, second, *_ = ran.out.splitlines()
    assert ran.code == 0
    assert first.startswith("No session of any of ")
    assert second.startswith("This is the demo")
    assert "Last sessions, 6 of 6" in ran.out


def test_programs_are_told_the_truth_where_there_is_nothing(terminal: Terminal) -> None:
    found = json.loads(terminal.run("overview", "--json").out)
    assert (found["count"], found["sessions"], found["next_steps"][0]["command"]) == (0, [], "agent-trace doctor")


def test_a_home_that_cannot_be_written(home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_run("2.1.197/fix", home)
    (home / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("AGENT_TRACE_HOME", str(home / "file"))
    ran = terminal.run()
    assert (ran.code, "answering from memory" in ran.err) == (0, True)
    assert ran.out.startswith("Last sessions, 3 of 3\n")


def test_an_index_that_proves_damaged_is_made_anew(
    home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_run("2.1.197/fix", home)
    terminal.run("list")
    real, damage = overview.gathered, [sqlite3.DatabaseError("database disk image is malformed")]

    def damaged_once(workspace: Workspace, *asked: Any) -> overview.Result:
        if damage:
            raise damage.pop()
        return real(workspace, *asked)

    monkeypatch.setattr(overview, "gathered", damaged_once)
    ran = terminal.run()
    assert (ran.code, "is damaged" in ran.err) == (0, True)
    assert ran.out.startswith("Last sessions, 3 of 3\n")
