"""Tool calls of a chat, their results, and the files that they touched."""

from __future__ import annotations

from typing import Any

from agent_trace.agents.gemini.parse import ParseState
from agent_trace.model.events import FileWrite, ToolCall, ToolResult
from tests.agents.gemini.written import HEADER, heard, kinds, message, reply, tool, uuid


def results(*tools: dict[str, Any]) -> list[ToolResult]:
    """The results of these tool calls."""
    return [event for event in heard(reply(2, "", toolCalls=list(tools))) if isinstance(event, ToolResult)]


def test_results() -> None:
    fine, failed, cancelled, shown, waiting = (
        tool("1"),
        tool("2", status="error", result=[{"functionResponse": {"id": "2", "response": {"error": "no"}}}]),
        tool("3", status="cancelled"),
        tool("4", result=None, resultDisplay="seen"),
        tool("5", status="executing", result=None),
    )
    found = results(fine, failed, cancelled, shown, waiting)
    assert [(event.call, event.output, event.failed, event.interrupted) for event in found] == [
        ("1", "fine", False, False),
        ("2", "no", True, False),
        ("3", "fine", False, True),
        ("4", "seen", False, False),
    ]
    assert [event.at for event in found] == [1795238820000] * 4


def test_edits_files_and_sub_agents() -> None:
    diff = "--- a\n+++ a\n@@ -1 +1,2 @@\n-x\n+y\n+z\n"
    display = {"fileDiff": diff, "filePath": "/r/a.py"}
    edit = tool("1", "replace", resultDisplay=display, args={"file_path": "a.py"})
    agent = tool("2", "generalist", agentId=uuid(9))
    mcp = tool("3", "mcp_demo_x")
    older = tool("4", "echo", displayName="echo (demo MCP Server)")
    own = tool("5", "my_agent", agentId=uuid(8))
    other = tool("6", "save_memory", args={"fact": "f"})
    found = heard(reply(2, "", toolCalls=[edit, agent, mcp, older, own, other]))
    calls = [event for event in found if isinstance(event, ToolCall)]
    assert [event.kind for event in calls] == ["edit", "agent", "mcp", "mcp", "agent", "other"]
    assert calls[5].title == "f"
    done = [event for event in found if isinstance(event, ToolResult)]
    assert (done[0].lines_added, done[0].lines_removed, done[0].patch) == (2, 1, "@@ -1 +1,2 @@\n-x\n+y\n+z")
    assert (done[1].child, done[4].child) == (uuid(9), uuid(8))
    writes = [event for event in found if isinstance(event, FileWrite)]
    assert [written_to(event) for event in writes] == [("/r/a.py", 2, 1)]


def written_to(event: FileWrite) -> tuple[str, int, int]:
    """What a write says."""
    return event.path, event.lines_added, event.lines_removed


def test_a_call_that_only_the_messages_have() -> None:
    asked = {"functionCall": {"id": "c1", "name": "read_file", "args": {"file_path": "a"}}}
    nameless = {"functionCall": {"name": "read_file"}}
    given = {"functionResponse": {"id": "c1", "name": "read_file", "response": {"error": "gone"}}}
    dangling = {"functionResponse": {"id": "c9", "name": "glob", "response": {"output": "x"}}}
    found = heard(reply(2, [asked, nameless]), message(3, "user", [given, given, dangling]))
    assert [event.call for event in found if isinstance(event, ToolCall)] == ["c1"]
    done = [event for event in found if isinstance(event, ToolResult)]
    assert [(event.call, event.tool, event.failed) for event in done] == [
        ("c1", "read_file", True),
        ("c9", "glob", False),
    ]


def test_a_result_after_its_call_was_forgotten() -> None:
    state = ParseState()
    first = heard(HEADER, reply(2, "", toolCalls=[tool("c1", status="executing", result=None)]), state=state)
    state.open.clear()
    (result, read) = heard(reply(2, "", toolCalls=[tool("c1")]), state=state)
    assert isinstance(result, ToolResult)
    assert result.parent == next(event.id for event in first if isinstance(event, ToolCall))
    assert kinds([read]) == ["FileRead"]
