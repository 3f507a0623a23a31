"""a2a-tree, and the MCP servers and agents in tree: whole outputs, A2A calls of a trace, counts as other surfaces have them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.workspace import Workspace
from agent_trace.config import load_config
from agent_trace.reports import a2a_tree, stats, tree
from tests import stories
from tests.reports.recorded import FIX, SUB_AGENT, asked, drawn, run, sessions
from tests.reports.small import NOW, assert_golden, forms
from tests.reports.understood import GOLDEN, HOMES, home_of

START = 1_795_251_600.0
CHILD = "c0ffee0000000002"
PARENT = "c0ffee0000000001"


def trace(folder: Path, name: str, lines: list[dict[str, Any]], **meta: Any) -> None:
    """A trace folder as agent-strace writes it."""
    place = folder / ".agent-traces" / name
    place.mkdir(parents=True)
    (place / "meta.json").write_text(json.dumps({"session_id": name, "started_at": START, **meta}))
    rows = (
        {"timestamp": START + n, "event_id": f"{name[-2:]}{n:010x}", "session_id": name, **line}
        for n, line in enumerate(lines)
    )
    (place / "events.ndjson").write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def heard(**data: Any) -> dict[str, Any]:
    return {"event_type": "tool_call", "data": {"event_subtype": "a2a_call", **data}}


def used(tool: str, asked: Any, result: str | None = "done", *, failed: bool = False) -> list[dict[str, Any]]:
    named = f"t-{tool}-{len(json.dumps(asked))}"
    call = {"event_type": "tool_call", "data": {"tool_name": tool, "arguments": asked, "tool_use_id": named}}
    if result is None:
        return [call]
    kind, said = ("error", "error") if failed else ("tool_result", "result")
    return [call, {"event_type": kind, "data": {"tool_name": tool, said: result, "tool_use_id": named}}]


@contextmanager
def called(home: Path) -> Iterator[Workspace]:
    """A trace with A2A calls of both families, an MCP server, and a session that one of the calls started."""
    rpc = {"jsonrpc": "2.0", "id": 1, "method": "message/send", "params": {"message": {"parts": []}}}
    command = f"curl -s https://agents.example.com/rpc -d '{json.dumps(rpc)}'"
    lines = [
        {"event_type": "user_prompt", "data": {"prompt": "Have it reviewed"}},
        heard(agent_id="explore", task="Look around", response="seen", success=True, duration_ms=1500.0,
              sub_session_id=CHILD),
        heard(agent_id="reviewer", method="SendMessage", task="Review it", error="busy", success=False, duration_ms=20),
        heard(agent_id="reviewer", method="tasks/get", task="", response={"state": "completed"}, success=True),
        *used("mcp__a2a__GetTask", {"id": "t1"}),
        *used("mcp__a2a__CancelTask", {"id": "t1"}, None),
        *used("mcp__demo__echo", {"text": "hi"}),
        *used("mcp__demo__fail", {}, "it broke", failed=True),
        *used("Bash", {"command": command}),
    ]  # fmt: skip
    trace(home, PARENT, lines, agent_name="mine")
    trace(home, CHILD, [{"event_type": "user_prompt", "data": {"prompt": "Look around"}}, *used("mcp__demo__echo", {})],
          agent_name="explore", parent_session_id=PARENT)  # fmt: skip
    environment = {"HOME": str(home), "TZ": "UTC", "AGENT_TRACE_DIR": str(home / ".agent-traces")}
    config = load_config({"AGENT_TRACE_HOME": str(home / ".agent-trace")})
    workspace = Workspace(config, environment=environment, now=NOW)
    workspace.sync()
    try:
        yield workspace
    finally:
        workspace.close()


@pytest.mark.parametrize("name", GOLDEN)
def test_whole_outputs(name: str, home: Path) -> None:
    recorded, session = GOLDEN[name]
    with home_of(recorded, home) as workspace:
        result = asked(workspace, a2a_tree, session)
        for ending, text in forms(a2a_tree, result, a2a_tree.Options(), workspace):
            assert_golden(f"a2a_tree/{name}.{ending}", text)


@pytest.mark.parametrize("report", [a2a_tree, tree])
def test_whole_outputs_of_a_trace_with_a2a_calls(report: Any, home: Path) -> None:
    with called(home) as workspace:
        result = asked(workspace, report, PARENT)
        for ending, text in forms(report, result, report.Options(), workspace):
            assert_golden(f"{report.__name__.rpartition('.')[2]}/called.{ending}", text)


def test_agents_methods_and_what_a_call_started(home: Path) -> None:
    with called(home) as workspace:
        result = asked(workspace, a2a_tree, PARENT)
        below = asked(workspace, a2a_tree, CHILD)
    root, child = result.members
    assert [one.name for one in root.beyond.a2a] == ["explore", "reviewer", None, "agents.example.com"]
    requests = [request for one in root.beyond.a2a for request in one.requests]
    assert [(one.name, one.operation, one.version, one.failed) for one in requests] == [
        ("a2a_call", None, None, False), ("SendMessage", "SendMessage", "1.0", True), ("tasks/get", "GetTask", "0.x", False),
        ("GetTask", "GetTask", "1.0", False), ("CancelTask", "CancelTask", "1.0", None),
        ("message/send", "SendMessage", "0.x", False),
    ]  # fmt: skip
    assert (requests[0].started, requests[0].run_s) == (CHILD, 1.5)
    assert (result.a2a.calls, result.a2a.failed, result.a2a.unanswered, result.a2a.run_s) == (6, 1, 1, 1.52)
    assert (result.mcp.calls, result.mcp.failed, result.mcp_servers, result.subagents) == (3, 1, 1, 1)
    assert (child.session.id, child.parent, child.started_by) == (CHILD, 0, requests[0].event)
    assert (below.subagents, below.mcp.calls, below.a2a.calls) == (0, 1, 0)


def test_a_session_that_called_nobody(home: Path) -> None:
    recorded, session = GOLDEN["pi"]
    with home_of(recorded, home) as workspace:
        result = asked(workspace, a2a_tree, session)
        assert drawn(a2a_tree, result, workspace)[-1] == "it called no other agent and no MCP server"


def test_logs_that_are_gone(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        for path in (home / ".claude" / "projects").rglob("agent-*.jsonl"):
            path.unlink()
        result = asked(workspace, a2a_tree, FIX)
        assert result.unread == (SUB_AGENT,)
        assert drawn(a2a_tree, result, workspace)[-1].endswith("1 session are gone: what they called is not known")


@pytest.mark.parametrize("recorded", [*HOMES, *stories.RUNS])
def test_calls_of_servers_are_counted_as_stats_counts_them(recorded: str, home: Path) -> None:
    with home_of(recorded, home) as workspace:
        for key in sessions(workspace):
            result = asked(workspace, tree, key)
            calls = [each for one in result.members for reached in one.beyond.mcp for each in reached.requests]
            ours = {(each.event, each.failed) for each in calls}
            counted = {tool.tool: tool.calls for tool in asked(workspace, stats, key).tools}
            assert len(ours) == len(calls)
            named = [tool for tool in counted if "mcp" in tool and "resource" not in tool]
            assert sum(counted[tool] for tool in named) <= len(calls) <= sum(counted.values())
