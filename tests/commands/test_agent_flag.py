"""`--agent` on every report over many sessions: it chooses, and refuses what it does not know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent_trace import registry
from agent_trace.app.asked import FLEET
from tests.commands.terminal import Terminal
from tests.reports.small import copy_run

FLEET_REPORTS = sorted(name for name, module in registry.members("reports").items() if module.SCOPE in FLEET)


@pytest.mark.parametrize("report", FLEET_REPORTS)
def test_an_unknown_agent_is_refused_before_anything_is_read(report: str, home: Path, terminal: Terminal) -> None:
    copy_run("2.1.197/fix", home)
    words = (report.replace("_", "-"), *(("x",) if report == "search" else ()), "--agent", "claude,nova")
    ran = terminal.run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "no agent is called 'nova'" in ran.err
    assert "known: " + ", ".join(registry.names("agents")) in ran.err
    assert json.loads(terminal.run("doctor", "--json", "--no-sync").out)["machine"]["index"]["sessions"] == 0


def test_the_reports_over_many_sessions(terminal: Terminal) -> None:
    assert {"list", "cost", "projects", "search", "prices"} <= set(FLEET_REPORTS)


@pytest.mark.parametrize("words", [(), ("--agent", "claude"), ("--agent", "all"), ("--agent", "claude,all")])
def test_an_agent_is_chosen(home: Path, terminal: Terminal, words: tuple[str, ...]) -> None:
    copy_run("2.1.197/fix", home)
    found = json.loads(terminal.run("list", "--json", *words).out)
    assert found["count"] == 3


def test_another_agent_has_none(home: Path, terminal: Terminal) -> None:
    copy_run("2.1.197/fix", home)
    others = [name for name in registry.names("agents") if name != "claude"]
    flags = [word for name in others for word in ("--agent", name)]
    found = json.loads(terminal.run("list", "--json", *flags).out)
    assert found["count"] == (0 if others else 3)


def test_agents_knows_one_by_name(home: Path, terminal: Terminal) -> None:
    ran = terminal.run("agents", "nova")
    assert (ran.code, ran.out) == (2, "")
    assert "known: claude" in ran.err or ", claude" in ran.err
