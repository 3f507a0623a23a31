"""Tool calls and sub-agents as each of agent-strace's writers tells them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_trace.model.events import (
    Compacted,
    ErrorRaised,
    SessionStarted,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from tests.agents.traces.folders import kinds, line, told, under

CALL = line("tool_call", "c1", tool_name="Bash", arguments={"command": "ls"}, tool_use_id="t1")


# ---------------------------------------------------------------- tools


def test_a_hooked_tool() -> None:
    call, result = told(
        CALL, under(line("tool_result", "r1", tool_name="Bash", result="a", tool_use_id="t1"), "c1", 41.6)
    )
    assert isinstance(call, ToolCall)
    assert isinstance(result, ToolResult)
    assert (call.call, call.kind, call.title, call.input, call.response) == (
        "t1",
        "shell",
        "ls",
        '{"command":"ls"}',
        None,
    )
    assert (result.call, result.parent, result.output, result.failed) == ("t1", "c1", "a", False)
    assert result.run_ms is None, "a hook's duration holds the wait for a permission too"


def test_a_proxied_tool() -> None:
    call, result = told(
        line("tool_call", "c1", tool_name="echo", arguments={"text": "x"}, request_id=2),
        line("tool_result", "r1", request_id=2, content_types=["text"], content_preview="X") | {"duration_ms": 3.6},
    )
    assert isinstance(call, ToolCall)
    assert isinstance(result, ToolResult)
    assert (call.call, call.kind) == ("c1", "mcp")
    assert (result.call, result.tool, result.output, result.run_ms) == ("c1", "echo", "X", 4)


def test_a_decorated_tool_that_raised() -> None:
    _, result = told(
        line("tool_call", "c1", tool_name="lookup", arguments={}),
        under(line("error", "e1", message="'key'", exception_type="KeyError"), "c1", 0.2),
    )
    assert isinstance(result, ToolResult)
    assert (result.failed, result.output, result.call, result.tool, result.run_ms) == (True, "'key'", "c1", "lookup", 0)


def test_an_imported_failure_is_told_by_its_text() -> None:
    call = line("tool_call", "c1", tool_name="Bash", arguments={"command": "make"}, request_id="t1", source_uuid="r1")
    texts = ("Exit code 2\nno rule", "fine", "<tool_use_error>no</tool_use_error>")
    found = [
        told(call, line("tool_result", "x", tool_use_id="t1", content_preview=text, context_stream="main"))[1]
        for text in texts
    ]
    assert [(one.failed, one.exit_code) for one in found if isinstance(one, ToolResult)] == [
        (True, 2),
        (False, None),
        (True, None),
    ]


@pytest.mark.parametrize(
    ("command", "code", "wrong"),
    [
        ("make", 2, True),
        ("make", 0, None),
        ("grep x y", 1, None),
        ("ls; diff a b", 1, None),
        ("grep x y; make", 1, True),
    ],
)
def test_an_exit_code_in_the_text(command: str, code: int, wrong: bool | None) -> None:
    _, result = told(
        line("tool_call", "c1", tool_name="bash", arguments={"command": command}),
        under(
            line("tool_result", "r", tool_name="bash", result=f"out\n<shellId: 3 completed with exit code {code}>"),
            "c1",
        ),
    )
    assert isinstance(result, ToolResult)
    assert (result.exit_code, result.failed, result.went_wrong) == (code, False, wrong)


def test_results_that_belong_to_no_call() -> None:
    named, bare = told(
        line("tool_result", "r1", tool_name="Read", result="x", tool_use_id="gone"),
        line("error", "e1", tool_name="Edit", error="no"),
    )
    assert isinstance(named, ToolResult)
    assert isinstance(bare, ToolResult)
    assert [(one.call, one.tool, one.failed) for one in (named, bare)] == [
        ("gone", "Read", False),
        ("e1", "Edit", True),
    ]


def test_an_error_of_something_else() -> None:
    found = told(
        line("error", "e1", code=-32601, message="no such method", request_id="four"),
        line("error", "e2", code="x", message="odd"),
    )
    assert [(one.text, one.status) for one in found if isinstance(one, ErrorRaised)] == [
        ("no such method", -32601),
        ("odd", None),
    ]


@pytest.mark.parametrize(
    ("arguments", "text", "title", "paths"),
    [
        ({"file_path": "/a"}, '{"file_path":"/a"}', "/a", ("/a",)),
        ({"command": ["git", "log"]}, '{"command":["git","log"]}', "git log", ()),
        ("free text", "free text", "", ()),
        ([1], "[1]", "", ()),
        ({"n": 1}, '{"n":1}', "", ()),
    ],
)
def test_arguments(arguments: Any, text: str, title: str, paths: tuple[str, ...]) -> None:
    (call,) = told(line("tool_call", "c", tool_name="x", arguments=arguments))
    assert isinstance(call, ToolCall)
    assert (call.input, call.title, call.paths) == (text, title, paths)


def test_odd_durations() -> None:
    call = line("tool_call", "c1", tool_name="f", arguments={})
    found = [
        told(call, under(line("tool_result", f"r{one}"), "c1") | {"duration_ms": one})[1] for one in (-3, True, "x")
    ]
    assert [one.run_ms for one in found if isinstance(one, ToolResult)] == [None, None, None]


# ---------------------------------------------------------------- other agents


def test_a_call_of_another_agent() -> None:
    data: dict[str, Any] = {
        "event_subtype": "a2a_call", "agent_id": "reviewer", "agent_url": "http://127.0.0.1:9/a2a", "task": "Review it",
        "response": {"text": "good"}, "sub_session_id": "s2", "duration_ms": 42.5, "cost_usd": 0.0031, "success": True,
        "error": "",
    }  # fmt: skip
    call, result = told(line("tool_call", "c1", **data))
    assert isinstance(call, ToolCall)
    assert isinstance(result, ToolResult)
    assert (call.tool, call.kind, call.title, call.session) == ("a2a_call", "agent", "Review it", "s1")
    assert json.loads(call.input) == {
        "agent_id": "reviewer", "agent_url": "http://127.0.0.1:9/a2a", "task": "Review it", "cost_usd": 0.0031,
    }  # fmt: skip
    assert (result.id, result.parent, result.output, result.failed) == ("c1.result", "c1", '{"text":"good"}', False)
    assert (result.run_ms, result.child) == (42, "s2")


def test_a_call_of_another_agent_that_failed() -> None:
    data: dict[str, Any] = {
        "event_subtype": "a2a_call",
        "agent_id": "r",
        "success": False,
        "error": "refused",
        "response": "text",
    }
    call, result = told(line("tool_call", "c1", **data))
    assert isinstance(call, ToolCall)
    assert isinstance(result, ToolResult)
    assert (call.title, result.failed, result.output, result.child, result.run_ms) == ("r", True, "refused", None, None)


def test_a_child_with_a_session_of_its_own() -> None:
    _, result = told(
        line("tool_call", "c1", tool_name="task", arguments={}),
        under(line("subagent_start", "s", child_session_id="s2", agent_type="explore"), "c1"),
        under(line("subagent_stop", "t", child_session_id="s2"), "c1"),
        under(line("tool_result", "r1", tool_name="task", result="done"), "c1"),
    )
    assert isinstance(result, ToolResult)
    assert result.child == "s2"


def test_a_child_inside_the_session() -> None:
    found = told(
        line("subagent_start", "s", agent_id="a1", agent_type="explorer", turn_id="turn2"),
        line("user_prompt", "p", prompt="look", turn_id="turn2"),
        line("tool_call", "c", tool_name="Bash", arguments={}, agent_id="a1"),
        line("subagent_stop", "e", agent_id="a1", agent_type="explorer", text="two functions", stop_reason="end"),
        line("subagent_stop", "f", agent_id="a1", agent_type="explorer"),
    )
    assert {event.session for event in found} == {"s1/agent-a1"}
    assert kinds(found) == [
        "session_start", "user_prompt", "tool_call", "assistant_response", "session_end", "session_end",
    ]  # fmt: skip
    assert isinstance(found[0], SessionStarted)
    assert isinstance(found[1], UserPrompt)
    assert (found[0].starter, found[0].agent_type, found[1].by) == ("s1", "explorer", "parent")


def test_a_compaction_ends_as_a_sub_agent_that_never_began() -> None:
    (found,) = told(line("subagent_stop", "x", agent_id="a9", text="<summary>all</summary>"))
    assert isinstance(found, Compacted)
    assert (found.session, found.summary) == ("s1", "<summary>all</summary>")
