"""The trace folder that agent-strace takes for its own, and that comes back as the same events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_trace.exports import traces
from agent_trace.model import portable
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Blocked,
    Compacted,
    Decision,
    ErrorRaised,
    Event,
    FileRead,
    FileWrite,
    LlmRequest,
    LlmResponse,
    SessionEnded,
    SessionStarted,
    Thinking,
    Titled,
    ToolCall,
    ToolResult,
    Unknown,
    UsageRecorded,
    UserPrompt,
)
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.model.usage import BillingClass, Usage
from tests.agents.traces import folders
from tests.exports.sessions import back, facts, of

AT = 1_795_000_000_123


def lines(session: Session, **more: object) -> list[dict[str, Any]]:
    """The decoded lines of events.ndjson."""
    files = traces.encode(session, facts(session, **more))
    data = next(data for path, data in files.items() if path.endswith("events.ndjson"))
    return [json.loads(line) for line in data.splitlines()]


# ---------------------------------------------------------------- how each type is spelled

SPELLED: tuple[tuple[Event, str, dict[str, Any]], ...] = (
    (UserPrompt(id="e", session="s1", text="do", size=2), "user_prompt", {"prompt": "do"}),
    (AssistantText(id="e", session="s1", text="ok", size=2), "assistant_response", {"text": "ok"}),
    (FileRead(id="e", session="s1", path="/a"), "file_read", {"uri": "/a"}),
    (FileWrite(id="e", session="s1", path="/a", lines_added=1), "file_write", {"uri": "/a"}),
    (
        Decision(id="e", session="s1", choice="a", reason="b", alternatives=("a", "c")),
        "decision",
        {"choice": "a", "reason": "b", "alternatives": ("a", "c")},
    ),
    (ErrorRaised(id="e", session="s1", text="busy", status=529, retry=2), "error", {"message": "busy", "code": 529}),
    (LlmRequest(id="e", session="s1", model="m"), "llm_request", {"model": "m"}),
    (SessionEnded(id="e", session="s1", reason="clear"), "session_end", {"reason": "clear"}),
    (Thinking(id="e", session="s1", text="hm", size=2), "decision", {"type": "thinking", "choice": "thinking", "reason": "hm"}),
    (
        Blocked(id="e", session="s1", tool="Bash", reason="scope"),
        "decision",
        {"type": "blocked", "choice": "blocked", "tool_name": "Bash", "reason": "scope"},
    ),
    (
        Compacted(id="e", session="s1", trigger="auto", before=9, summary="all"),
        "decision",
        {"type": "compacted", "choice": "compacted", "reason": "all"},
    ),
    (
        Unknown(id="e", session="s1", raw="{", reason="not JSON"),
        "decision",
        {"type": "unknown", "choice": "unknown", "reason": "not JSON"},
    ),
    (
        UsageRecorded(id="e", session="s1", models={"m": Usage(input=1)}, usd="0.5"),
        "decision",
        {"type": "usage_record", "choice": "usage_record"},
    ),
    (Titled(id="e", session="s1", title="T"), "decision", {"type": "session_title", "choice": "session_title", "reason": "T"}),
)  # fmt: skip


@pytest.mark.parametrize(("event", "event_type", "data"), SPELLED)
def test_how_a_type_is_spelled(event: Event, event_type: str, data: dict[str, Any]) -> None:
    found, spelled = portable.spelled(event, 0.0)
    ours = spelled.pop(portable.OURS)
    assert (found, spelled) == (event_type, data)
    assert ours["type"] == event.__struct_config__.tag
    assert back(of(event)) == [event]


def test_a_failed_result_is_an_error_and_back() -> None:
    call = ToolCall(id="c", session="s1", at=AT, call="t1", tool="Bash", input='{"command":"ls"}', size=16)
    result = ToolResult(
        id="r",
        session="s1",
        at=AT + 41,
        parent="c",
        call="t1",
        tool="Bash",
        output="no",
        size=2,
        failed=True,
        exit_code=2,
    )
    session = of(call, result)
    found = lines(session)[-1]
    assert (found["event_type"], found["parent_id"], found["duration_ms"]) == ("error", "c", 41)
    assert {key: found["data"][key] for key in ("tool_name", "error", "tool_use_id")} == {
        "tool_name": "Bash", "error": "no", "tool_use_id": "t1",
    }  # fmt: skip
    assert back(session) == [call, result]


def test_the_agents_own_figure_is_the_duration() -> None:
    call = ToolCall(id="c", session="s1", at=AT, call="t1", tool="x")
    result = ToolResult(id="r", session="s1", at=AT + 900, parent="c", call="t1", tool="x", run_ms=7)
    assert lines(of(call, result))[-1]["duration_ms"] == 7
    assert back(of(call, result)) == [call, result]


def test_a_model_call_has_the_request_that_agent_strace_looks_for() -> None:
    used = Usage(input=3, output=5, cache_read=7, cache_write_5m=11, cache_write_1h=13)
    call = LlmResponse(id="a", session="s1", at=AT, call="k", cls=BillingClass(model="m"), usage=used, stop="end_turn")
    more = LlmResponse(id="b", session="s1", at=AT, call="k", usage=used, continues=True)
    session = of(SessionStarted(id="0", session="s1", at=AT), call, more)
    _, request, response, mended = lines(session)
    assert (request["event_type"], response["event_type"], mended["event_type"]) == (
        "llm_request",
        "llm_response",
        "decision",
    )
    assert response["parent_id"] == request["event_id"]
    assert {key: request["data"][key] for key in ("model", "input_tokens", "output_tokens")} == {
        "model": "m", "input_tokens": 34, "output_tokens": 5,
    }  # fmt: skip
    assert response["data"]["usage"] == {
        "input_tokens": 3, "output_tokens": 5, "cache_read_input_tokens": 7, "cache_creation_input_tokens": 24,
    }  # fmt: skip
    assert (response["data"]["total_tokens"], response["data"]["stop_reason"]) == (39, "end_turn")
    assert traces.meta(session, facts(session))["total_tokens"] == 39
    assert back(session) == list(session.events)


def test_a_call_of_unknown_usage() -> None:
    call = LlmResponse(id="a", session="s1", at=AT, call="k")
    _, _, response = lines(of(call))
    assert "usage" not in response["data"]
    assert back(of(call)) == [call]


def test_only_an_end_that_is_one_is_written_as_such() -> None:
    start, end = (
        SessionStarted(id="0", session="s1", at=AT, cwd="/w"),
        SessionEnded(id="1", session="s1", at=AT, reason="x"),
    )
    prompt = UserPrompt(id="2", session="s1", at=AT, text="hi", size=2)
    again, last = SessionStarted(id="3", session="s1", at=AT), SessionEnded(id="4", session="s1", at=AT)
    session = of(start, end, prompt, last, again)
    found = lines(session)
    assert [line["event_type"] for line in found] == [
        "session_start",
        "decision",
        "user_prompt",
        "session_end",
        "session_start",
    ]
    assert (found[1]["data"]["type"], found[4]["data"]["source"]) == ("session_end", "resume")
    assert back(session) == list(session.events)


def test_the_first_line_says_whose_events_follow() -> None:
    summary = Summary(id="r/agent-a", agent="claude", parent="r", cwd="/w", title="Look around")
    bare_one = of(UserPrompt(id="p", session="", text="x", size=1, by="parent"), session="r/agent-a")
    first, second = lines(bare_one, summary=summary)
    assert (first["event_type"], first["session_id"]) == ("session_start", "r--agent-a")
    assert first["data"][portable.OURS] == {
        "type": "none",
        "session": {
            "version": 1,
            "id": "r/agent-a",
            "agent": "claude",
            "parent": "r",
            "title": "Look around",
            "cwd": "/w",
        },
    }
    assert portable.HEADING not in second["data"][portable.OURS]
    started = of(SessionStarted(id="0", session="s1", cwd="/w"))
    (only,) = lines(started)
    assert only["data"][portable.OURS]["session"]["id"] == "s1"


def test_a_session_of_nothing() -> None:
    session = Session("s1", "claude", ())
    assert [line["timestamp"] for line in lines(session)] == [0.0]
    assert traces.meta(session, facts(session)) == {
        "session_id": "s1",
        "agent_name": "claude-code",
        "command": "exported by agent-trace 0 (branch: , v2.1.197)",
        "attribution": {"agent_version": "2.1.197"},
    }


def test_meta_of_a_child() -> None:
    prompt = UserPrompt(id="p", session="r/agent-a", at=AT, text="x", size=1)
    session = Session("r/agent-a", "goose", (prompt,))
    summary = Summary(id="r/agent-a", agent="goose", parent="r/agent-b", state="running")
    more = {"agent_name": "goose", "depth": 2, "parent_event": "c9", "agent_version": None}
    found = traces.meta(session, facts(session, summary=summary, **more))
    assert found == {
        "session_id": "r--agent-a",
        "started_at": AT / 1000,
        "agent_name": "goose",
        "command": "exported by agent-trace 0",
        "parent_session_id": "r--agent-b",
        "parent_event_id": "c9",
        "depth": 2,
        "attribution": {},
    }


# ---------------------------------------------------------------- other agents


def test_a_call_that_started_a_sub_agent_leads_to_it() -> None:
    given = '{"subagent_type":"explore","prompt":"look"}'
    call = ToolCall(
        id="c", session="s1", at=AT, call="t1", tool="Agent", kind="agent", input=given, size=len(given), title="look"
    )
    result = ToolResult(id="r", session="s1", at=AT + 9, parent="c", call="t1", tool="Agent", child="a1")
    session = of(call, result)
    data = lines(session, children={"t1": "s1/agent-a1"})[1]["data"]
    told = {key: data[key] for key in ("event_subtype", "agent_id", "task", "sub_session_id", "success", "duration_ms")}
    assert told == {
        "event_subtype": "a2a_call", "agent_id": "explore", "task": "look", "sub_session_id": "s1--agent-a1",
        "success": True, "duration_ms": 9,
    }  # fmt: skip
    assert back(session, children={"t1": "s1/agent-a1"}) == [call, result]
    waiting = lines(of(call), children={"t1": "s1/agent-a1"})[1]["data"]
    assert "success" not in waiting


def test_a_call_of_another_agent_is_written_as_it_was_read() -> None:
    session = folders.sessions("0.103.0/decorator/770df5b1c9634a20")["770df5b1c9634a20"]
    (data,) = [line["data"] for line in lines(session) if line["data"].get("event_subtype")]
    (original,) = [
        json.loads(line)["data"]
        for line in folders.content("0.103.0/decorator/770df5b1c9634a20").popitem()[1].splitlines()
        if b"a2a_call" in line
    ] or [{}]
    names = ("agent_id", "agent_url", "task", "response", "cost_usd", "success")
    assert {name: data[name] for name in names} == {name: original.get(name, data[name]) for name in names}
    assert data["response"] == {"status": "completed", "text": "looks good"}


# ---------------------------------------------------------------- notes


def test_notes_stand_beside_the_events() -> None:
    name = "0.103.0/decorator/770df5b1c9634a20"
    session = folders.sessions(name)["770df5b1c9634a20"]
    files = traces.encode(session, facts(session))
    written = [json.loads(line) for line in files["770df5b1c9634a20/annotations.jsonl"].splitlines()]
    genuine = [
        json.loads(line)
        for path, data in folders.content(name).items()
        if path.endswith("annotations.jsonl")
        for line in data.splitlines()
    ]
    assert [list(one) for one in written] == [list(portable.NOTE_KEYS)] * 2
    for one, other in zip(written, genuine, strict=True):
        assert {**one, "created_at": 0} == {**other, "created_at": 0}
        assert one["created_at"] == round(other["created_at"], 3)
    assert b"annotation" not in files["770df5b1c9634a20/events.ndjson"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", {"note": "plain"}),
        ("a\nb\nlabel: fix", {"note": "a\nb", "label": "fix"}),
        ("a\nauthor: me\noffset_seconds: 2.5", {"note": "a", "author": "me", "offset_seconds": 2.5}),
        ("label: fix", {"note": "label: fix"}),
        ("a\noffset_seconds: soon", {"note": "a", "offset_seconds": 0.0}),
        ("a\nlabel: x\nlabel: y", {"note": "a\nlabel: x", "label": "y"}),
    ],
)
def test_a_note_is_told_apart_from_what_stands_beside_it(text: str, expected: dict[str, Any]) -> None:
    found = portable.note_record(Attachment(id="n", session="s1", kind=portable.NOTE, text=text), "s1")
    assert {key: found[key] for key in expected} == expected
    assert (found["event_id"], found["created_at"]) == ("", 0.0)
