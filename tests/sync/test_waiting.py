"""A session whose log ends with a question for a permission waits, until that is answered or nothing is heard for long."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from agent_trace.analysis.state import state
from agent_trace.model.summary import Summary
from agent_trace.reports import list as list_report
from tests.agents.copilot.written import PATH, Row, answered, asked, came_back, row, start, tool
from tests.reports.small import NOW, ask, opened

AT = NOW - timedelta(minutes=1)
QUESTION = row("permission.requested", {"requestId": "p1", "permissionRequest": {"kind": "shell", "toolCallId": "t1"}})
ANSWER = row("permission.completed", {"requestId": "p1", "result": {"kind": "approved"}})
UNTIL = (start(), asked("Run it"), answered("", tool("bash", command="make")))
CASES: tuple[tuple[tuple[Row, ...], str], ...] = (
    (UNTIL, "running"),
    ((*UNTIL, QUESTION), "waiting"),
    ((*UNTIL, QUESTION, ANSWER), "running"),
    ((*UNTIL, QUESTION, came_back("done")), "running"),
    ((*UNTIL, QUESTION, came_back("done"), ANSWER), "running"),
    ((*UNTIL, QUESTION, row("abort", {"reason": "user"})), "interrupted"),
)


def line(number: int, one: Row) -> str:
    at = (AT + timedelta(seconds=number)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({**one, "id": f"00000000-0000-4000-8000-{number:012}", "timestamp": at}) + "\n"


def told(home: Path, now: datetime = NOW) -> Summary:
    workspace = opened(home, now=now)
    found: Any = ask(workspace, list_report)
    workspace.close()
    (one,) = found.sessions
    assert isinstance(one, Summary)
    return one


@pytest.mark.parametrize("pieces", [False, True], ids=["at once", "line by line"])
@pytest.mark.parametrize(("rows", "expected"), CASES)
def test_what_a_log_ends_with(rows: tuple[Row, ...], expected: str, pieces: bool, home: Path) -> None:
    log = home / ".copilot" / PATH
    log.parent.mkdir(parents=True)
    for number, one in enumerate(rows):
        with log.open("a") as file:
            file.write(line(number, one))
        if pieces and number > 0:
            told(home)
    found = told(home)
    assert (found.state, found.goes_on) == (expected, expected != "interrupted")
    later = told(home, NOW + timedelta(hours=1))
    assert (later.state in ("running", "waiting"), later.goes_on) == (False, False)


def test_only_what_is_fresh_waits() -> None:
    now = round(datetime(2026, 11, 21, tzinfo=timezone.utc).timestamp() * 1000)
    assert [state("ask", now - age, now) for age in (0, 300_000, 300_001)] == ["waiting", "waiting", "unknown"]
    assert state("ask", now - 300_001, now, records=True) == "killed"
