"""Rows of the program itself, what cannot be read, and telling chats from others."""

from __future__ import annotations

import pytest

from agent_trace.agents.claude.recognition import recognises as of_claude
from agent_trace.agents.qwen import AGENT, place
from agent_trace.agents.qwen.parse import parse
from agent_trace.agents.qwen.recognition import recognises
from agent_trace.model.agent import Place
from agent_trace.model.events import (
    Command,
    Compacted,
    ErrorRaised,
    FileRead,
    Linked,
    ModelChanged,
    SessionStarted,
    Titled,
    Unknown,
)
from tests.agents.genai.logs import content, lines, logs_of, written
from tests.agents.qwen.written import (
    PATH,
    SESSION,
    heard,
    kinds,
    system,
    telemetry,
    user,
    uuid,
)

# ---- the program


def test_notices() -> None:
    found = heard(
        system(1, "custom_title", customTitle="one", titleSource="auto"),
        system(2, "custom_title", customTitle="one", titleSource="auto"),
        system(3, "custom_title", customTitle="two"),
        system(4, "slash_command", phase="invocation", rawCommand="/model qwen3"),
        system(5, "slash_command", phase="result", rawCommand="/model qwen3"),
        system(6, "at_command", filesRead=["/r/a", 7], userText="@a"),
        system(7, "at_command", filesRead="none"),
        system(8, "rewind", truncatedCount=2),
        system(9, "session_model", modelId="qwen3"),
        system(10, "session_model", modelId="qwen3"),
        system(11, "turn_result", state="cancelled"),
        system(12, "turn_result", state="completed"),
        system(13, "attribution_snapshot", snapshot={}),
    )
    assert [(event.title, event.by) for event in found if isinstance(event, Titled)] == [
        ("one", "agent"),
        ("two", "person"),
    ]
    assert [(event.name, event.text) for event in found if isinstance(event, Command)] == [
        ("/model", "qwen3"),
        ("/rewind", ""),
    ]
    assert [event.path for event in found if isinstance(event, FileRead)] == ["/r/a"]
    assert [event.model for event in found if isinstance(event, ModelChanged)] == ["qwen3"]
    assert kinds(found)[-1] == "Interrupted"


def test_a_compaction() -> None:
    history = [{"role": "user", "parts": [{"text": "All was read."}]}]
    full = system(1, "chat_compression", info={"originalTokenCount": 9, "newTokenCount": 3}, compressedHistory=history)
    found = heard(full, system(2, "chat_compression", info={}))
    told = [(event.before, event.after, event.summary) for event in found if isinstance(event, Compacted)]
    assert told == [(9, 3, "All was read."), (None, None, "")]


def test_errors_of_the_api() -> None:
    found = heard(telemetry(1, "api_error", error_message="500 Overloaded", status_code=500), telemetry(2, "api_error"))
    assert [(event.text, event.status) for event in found if isinstance(event, ErrorRaised)] == [
        ("500 Overloaded", 500),
        ("", None),
    ]


def test_starters_branches_and_starts() -> None:
    found = list(
        parse(
            PATH,
            lines(
                written(
                    [
                        system(1, "parent_session", parentSessionId="p1"),
                        user(2, "x", forkedFrom={"sessionId": "f1", "messageUuid": uuid(2)}),
                        user(3, "y", forkedFrom={"sessionId": "f1", "messageUuid": uuid(3)}),
                        user(4, "z", gitBranch="", cwd=""),
                    ]
                )
            ),
        )
    )
    starts = [event for event in found if isinstance(event, SessionStarted)]
    assert [(event.cwd, event.branch, event.starter) for event in starts] == [("/r", "main", None), (None, None, "p1")]
    assert [(event.how, event.other) for event in found if isinstance(event, Linked)] == [("fork", "f1")]


# ---- what cannot be read


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"oops", "not JSON"),
        (b"7", "not an object"),
        (b"{}", "no record type"),
        (b'{"type":"robot"}', "unknown type 'robot'"),
        (b'{"type":"system"}', "system row without subtype"),
        (b'{"type":"system","subtype":"mood"}', "unknown system row 'mood'"),
        (b'{"type":"system","subtype":"ui_telemetry"}', "telemetry without an event"),
        (b'{"type":"system","subtype":"ui_telemetry","systemPayload":{"uiEvent":{"event.name":"mood"}}}', "unknown telemetry 'mood'"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_kept(line: bytes, reason: str) -> None:
    found = heard(user(1, "a"), line, line, user(2, "b"))
    assert kinds(found) == ["UserPrompt", "Unknown", "Unknown", "UserPrompt"]
    assert [(event.raw, event.reason) for event in found if isinstance(event, Unknown)] == [(line.decode(), reason)] * 2
    assert len({event.id for event in found}) == 4


def test_odd_lines() -> None:
    glued = written([user(1, "a")]).strip() + written([user(2, "b")]).strip()
    found = heard(b"\xef\xbb\xbf" + glued + b"\r", b" \r", b"\x00", written([user(3, "c\\")]).strip()[:-9])
    assert kinds(found) == ["UserPrompt", "UserPrompt", "Unknown"]


# ---- the agent


def test_what_it_declares() -> None:
    assert AGENT.kind("mcp__demo__x") == "mcp"
    assert AGENT.kind("agent") == "agent"
    assert place(PATH) == Place(session=SESSION)
    assert place(f"C:\\h\\{SESSION}.jsonl") == Place(session=SESSION)


@pytest.mark.parametrize("name", logs_of("qwen"))
def test_recorded_logs_are_recognised(name: str) -> None:
    assert recognises(name, content(name)[:65_536])
    assert not of_claude(name, content(name)[:65_536])


@pytest.mark.parametrize("name", [*logs_of("gemini"), *logs_of("claude")])
def test_other_agents_logs_are_not(name: str) -> None:
    assert not recognises(name, content(name)[:65_536])


def test_look_alikes_are_told_apart() -> None:
    row_of_claude = {"type": "user", "uuid": "u", "sessionId": "s", "message": {"role": "user", "content": "x"}}
    for strange in (row_of_claude, {"type": "user", "message": {"parts": []}}, {"type": "robot"}, 7):
        assert not recognises("a.jsonl", written([strange]))
    assert recognises("a.jsonl", written([user(1, "x")]))
    assert not recognises("a.txt", written([user(1, "x")]))
    assert not recognises("a.jsonl", written([user(1, "x", isSidechain=True)]))
