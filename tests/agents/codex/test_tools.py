"""Tools that are no commands: MCP, web searches, pictures, the driving program's own, sub-agents."""

from __future__ import annotations

import pytest

from agent_trace.model.events import FileRead, ToolResult
from tests.agents.codex.written import (
    JSON,
    called,
    came_back,
    completed,
    event,
    header,
    item,
    only,
    result,
    session,
    turn,
)

# ---- other tools


def test_an_mcp_tool_that_answered() -> None:
    rows = [
        called("c", "mcp__demo__up", text="x"),
        completed("McpToolCall", id="c", server="demo", tool="up", result=mcp("X")),
    ]
    found = result(*rows, came_back("c", "Wall time: 0.1 seconds\nOutput:\nX"))
    assert (found.output, found.went_wrong) == ("X", None)


def mcp(said: str, *, failed: bool = False) -> JSON:
    return {"content": [{"type": "text", "text": said}, {"type": "image"}][: 1 + failed], "isError": failed}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"Ok": mcp("bad", failed=True)}, "bad\n[image]"),
        ({"Err": "no server"}, "no server"),
    ],
)
def test_an_mcp_tool_that_failed(answer: JSON, said: str) -> None:
    end = event("mcp_tool_call_end", call_id="c", invocation={"server": "demo", "tool": "up"}, result=answer)
    found = session(header(), turn(), end)
    (step,) = found.steps
    assert step.call.tool == "mcp__demo__up"
    assert step.result is not None
    assert (step.result.output, step.result.went_wrong, step.result.failed) == (said, True, False)


def test_an_mcp_tool_whose_error_stands_beside_it() -> None:
    found = result(completed("McpToolCall", id="c", server="s", tool="t", status="failed", error={"message": "gone"}))
    assert (found.output, found.went_wrong) == ("gone", True)
    rows = [completed("McpToolCall", id="c", server="s", tool="t", result=mcp("x"))] * 2
    assert len(only(ToolResult, header(), *rows)) == 1


def test_a_tool_of_the_program_that_drives_codex() -> None:
    end = event("dynamic_tool_call_response", call_id="c", namespace="app", tool="look", success=False, error="no")
    found = session(header(), end, end)
    (step,) = found.steps
    assert step.result is not None
    assert (step.call.tool, step.result.output, step.result.went_wrong) == ("app.look", "no", True)
    plain = completed("DynamicToolCall", id="d", tool="look", content_items=[{"type": "inputText", "text": "yes"}])
    assert result(plain).output == "yes"


def test_a_web_search_that_is_told_twice_is_one() -> None:
    asked = item("web_search_call", action={"type": "search", "queries": ["a", "b"]}, status="completed")
    end = event(
        "web_search_end", call_id="ws_1", query="a, b", results=[{"title": "T", "url": "http://t"}, {"snippet": "s"}]
    )
    for rows in ([asked, end], [end, asked]):
        found = session(header(), *rows)
        assert [step.call.title for step in found.steps] == ["a, b"]
        assert len(found.results) == 1
    (first,) = session(header(), end).results.values()
    assert first.output == "T http://t\n"
    page = completed("Extension", id="ws_2", kind="web", action={"type": "openPage", "url": "http://x"})
    assert [step.call.title for step in session(header(), page, page).steps] == ["http://x"]


def test_a_picture_that_was_made() -> None:
    end = event("image_generation_end", call_id="ig_1", revised_prompt="a cat", saved_path="/tmp/cat.png")
    same = item("image_generation_call", id="ig_1", revised_prompt="a cat", result="aGk=")
    assert result(end, same).output == "/tmp/cat.png"


def test_a_picture_that_was_looked_at() -> None:
    rows = [called("c", "view_image", path="a.png"), came_back("c", "attached local image path")]
    assert [one.path for one in only(FileRead, header(), turn(), *rows)] == ["/home/dev/demo/a.png"]
    assert only(FileRead, header(), turn(), rows[0], came_back("c", "unsupported call: view_image")) == []


# ---- sub-agents


def child(*rows: JSON) -> str | None:
    return result(*rows).child


def test_which_thread_a_call_started() -> None:
    spawn, out = called("c", "spawn_agent", message="Look"), came_back("c", '{"agent_id":"t-1"}')
    item_ = completed("CollabAgentToolCall", id="c", tool="spawn_agent", receiver_thread_ids=["t-1"])
    assert child(spawn, item_, out) == child(spawn, out) == "t-1"
    assert child(spawn, event("collab_agent_spawn_end", call_id="c", new_thread_id="t-1"), came_back("c", "x")) == "t-1"
    activity = event("sub_agent_activity", event_id="c", kind="started", agent_thread_id="t-1")
    assert child(spawn, activity, came_back("c", "x")) == "t-1"
    assert (
        child(spawn, event("sub_agent_activity", event_id="c", kind="completed", agent_thread_id="t-1"), out) == "t-1"
    )
    assert child(spawn, came_back("c", "no")) is None
    assert child(called("c", "wait", ids=["t-1"]), came_back("c", "{}")) is None


def test_a_sub_agent_that_nobody_was_seen_to_ask_for() -> None:
    lone = completed("CollabAgentToolCall", id="c", tool="spawnAgent", prompt="Look", receiver_thread_ids=["t-1"])
    found = session(header(), lone)
    assert [step.call.title for step in found.steps] == ["Look"]
    assert found.children == ("t-1",)
    assert only(ToolResult, header(), event("collab_agent_spawn_end", call_id="gone", new_thread_id="t")) == []


def test_a_wait_for_sub_agents_starts_none() -> None:
    wait = completed(
        "CollabAgentToolCall", id="c", tool="wait", receiver_thread_ids=["t-1"], agents_states={"t-1": "done"}
    )
    found = session(header(), wait)
    assert (found.children, found.steps[0].call.tool) == ((), "wait")
