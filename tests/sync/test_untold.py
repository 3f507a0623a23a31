"""Sessions that only hooks or a proxy heard: their tools count, and what they used is unknown, not nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.scopes import Request, run_report
from agent_trace.app.workspace import Workspace
from agent_trace.config import load_config
from agent_trace.model.selection import Selection
from agent_trace.model.usage import Usage
from agent_trace.render.text import render_text
from agent_trace.reports import cost, prices, show
from agent_trace.reports import list as list_report
from tests.agents.traces.folders import CORPUS
from tests.reports.small import NOW, Call, ask, write_log

HOOKED = "942bf1b1-e31e-4f"


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    """A repository in which hooks heard one session, with a sub-agent, and another without any tool."""
    for name in (HOOKED, "31727cc2-1daa-43"):
        shutil.copytree(CORPUS / "0.103.0/hooks-claude" / name, home / "demo/.agent-traces" / name)
    found = opened(home)
    yield found
    found.close()


def opened(home: Path) -> Workspace:
    config = load_config({"AGENT_TRACE_HOME": str(home / ".agent-trace")})
    environment = {"HOME": str(home), "AGENT_TRACE_DIR": str(home / "demo/.agent-traces"), "TZ": "UTC"}
    found = Workspace(config, environment=environment, now=NOW)
    found.sync()
    return found


def by_id(result: Any) -> dict[str, Any]:
    return {one.id: one for one in result.sessions}


def test_tools_and_errors_are_counts_and_the_rest_is_unknown(workspace: Workspace) -> None:
    found = by_id(ask(workspace, list_report))
    root, child = found[HOOKED], found[f"{HOOKED}/agent-a8936251ceec1d63b"]
    assert child.parent == HOOKED
    for one, tools, errors in ((root.own, 14, 4), (root.subagents, 2, 0), (root.total, 16, 4), (child.own, 2, 0)):
        assert (one.calls, one.usage, one.cost_usd, one.cost_basis) == (None, Usage(), None, None)
        assert (one.tool_calls, one.errors, one.unpriced_calls) == (tools, errors, 0)
    assert (root.prompts, root.failed_steps, root.models) == (3, 4, ())


def test_a_session_without_any_tool_is_unknown_too(workspace: Workspace) -> None:
    one = by_id(ask(workspace, list_report))["31727cc2-1daa-43"]
    assert (one.total.calls, one.total.tool_calls, one.total.usage, one.prompts) == (None, None, Usage(), 1)


def test_totals_add_what_is_known_and_count_what_is_not(workspace: Workspace, home: Path) -> None:
    before = ask(workspace, list_report).totals
    assert (before.total.calls, before.total.tool_calls, before.unknown_usage) == (None, 16, 2)
    write_log(home, "aaaaaaaa-0000-4000-8000-000000000001", "/home/you/shop", [Call("2026-11-20T09:00:00")])
    workspace.sync()
    result = ask(workspace, list_report)
    assert (result.totals.total.calls, result.totals.total.tool_calls, result.totals.unknown_usage) == (1, 16, 2)
    assert (result.totals.total.cost_usd, result.unpriced) == (Decimal("0.0175"), ())


def test_no_model_is_missing_a_price(workspace: Workspace) -> None:
    result = ask(workspace, cost)
    assert (result.unpriced, [row.unpriced_calls for row in result.rows]) == ((), [0])
    assert [(row.calls, row.tool_calls) for row in result.rows] == [(0, 16)]
    assert ask(workspace, prices).unpriced == ()


def test_tools_by_name_add_up(workspace: Workspace) -> None:
    rows = ask(workspace, cost, by="tool").rows
    assert sum(row.tool_calls for row in rows) == 16
    assert {row.key: (row.tool_calls, row.errors) for row in rows}["Bash"] == (7, 2)


def test_a_selection_by_time_selects_tools(workspace: Workspace) -> None:
    middle = Selection(since=datetime(2026, 11, 21, 5, 23, 47, tzinfo=timezone.utc))
    one = by_id(ask(workspace, list_report, middle))[HOOKED]
    assert (one.total.calls, one.partial, 0 < one.total.tool_calls < 16) == (None, True, True)


def test_a_person_reads_question_marks(workspace: Workspace) -> None:
    result = ask(workspace, list_report)
    facts = workspace.facts
    blocks: Any = list_report.layout(result, list_report.Options(), facts)
    drawn = list(render_text(blocks, width=160, color=False))
    (line,) = [line for line in drawn if line.startswith("942bf1b1")]
    assert line.split()[-3:] == ["?", "?", "ended"]
    assert any("2 sessions" in line for line in drawn)


def test_one_session_shows_the_same(workspace: Workspace) -> None:
    result = run_report(workspace, show, show.Options(), Request(session=HOOKED))
    assert (result.total.calls, result.total.tool_calls, result.total.cost_usd) == (None, 16, None)
