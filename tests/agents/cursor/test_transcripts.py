"""Transcripts of Cursor's agent: lines of JSON and plain text, results without names, telling a transcript."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.agents.cursor import place
from agent_trace.agents.cursor.lines import lines
from agent_trace.agents.cursor.recognition import recognises
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    ErrorRaised,
    Event,
    Interrupted,
    LlmResponse,
    SessionStarted,
    Thinking,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
)
from tests.agents.unverified import heard, only, results_of, rows

PATH = "/h/.cursor/projects/p/agent-transcripts/c1/c1.jsonl"


def said(role: str, *content: Any, **more: Any) -> dict[str, Any]:
    """A line in somebody's name; bare words are blocks of text."""
    return {"role": role, "message": {"content": list(content)}, **more}


def told(*records: Any, path: str = PATH) -> list[Event]:
    """The events of a transcript."""
    return heard("cursor", rows(*records), path)


def plain(text: str) -> list[Event]:
    """The events of a transcript in plain text."""
    path = "/h/agent-transcripts/c1.txt"
    return heard("cursor", list(lines({path: text.encode()})), path)


# ---- lines of JSON


def test_the_first_line_begins_the_conversation() -> None:
    found = told(said("user", "go"), said("assistant", "I go.", model="m"))
    assert [type(event) for event in found] == [SessionStarted, UserPrompt, LlmResponse, AssistantText]
    assert [(call.call, call.cls.model) for call in only(found, LlmResponse)] == [("c1/1.1", "m")]


def test_a_sub_agent_lies_below_its_parent() -> None:
    found = told(said("user", "find it"), path="/h/agent-transcripts/c1/subagents/s1.jsonl")
    assert [(event.session, event.starter) for event in only(found, SessionStarted)] == [("s1", "c1")]
    assert [event.by for event in only(found, UserPrompt)] == ["parent"]


@pytest.mark.parametrize(
    ("path", "session"),
    [("/h/state.vscdb#c1", "c1"), ("C:\\t\\agent-transcripts\\c2.txt", "c2"), ("/t/c3.jsonl", "c3"), ("c4", "c4")],
)
def test_a_conversation_is_called_by_its_file(path: str, session: str) -> None:
    assert place(path).session == session


def test_what_a_person_typed_is_the_prompt_and_the_rest_is_context() -> None:
    words = "<open_files>a.py</open_files>\n<user_query>\nfirst\n</user_query>\n<user_query>\nsecond\n</user_query>"
    found = told(said("user", words, {"type": "image"}, {}))
    assert [event.text for event in only(found, UserPrompt)] == ["first\nsecond"]
    assert [(event.kind, event.text) for event in only(found, Attachment)] == [
        ("image", "[image]"),
        ("unknown", "[something]"),
        ("context", "<open_files>a.py</open_files>"),
    ]


def test_a_line_of_nothing_but_a_result_is_no_prompt() -> None:
    found = told(
        said("assistant", {"type": "tool_use", "name": "Shell", "input": {"command": "ls"}}),
        said("user", {"type": "tool_result", "content": "a.py"}),
    )
    assert only(found, UserPrompt) == []
    assert [event.output for event in only(found, ToolResult)] == ["a.py"]


def test_results_go_to_the_oldest_call_that_waits() -> None:
    found = told(
        said("user", "go"),
        said(
            "assistant",
            {"type": "tool_use", "name": "Read", "input": {"path": "a"}},
            {"type": "tool_call", "name": "Write", "input": {"path": "b", "contents": "x\ny"}},
        ),
        said("assistant", {"type": "tool_result", "content": "A"}, {"type": "tool-result", "content": "B"}),
        said("assistant", {"type": "tool_result", "content": "for nobody", "is_error": True}),
    )
    assert {call: (one.output, one.lines_added) for call, one in results_of(found).items()} == {
        "c1/1.tool1": ("A", 0),
        "c1/1.tool2": ("B", 2),
        "c1.1.3.result": ("for nobody", 0),
    }


def test_thinking_and_blocks_that_are_not_known() -> None:
    found = told(said("assistant", {"type": "thinking", "thinking": "hm"}, {"type": "hologram"}, {"a": 1}))
    assert [event.text for event in only(found, Thinking)] == ["hm"]
    assert [event.reason for event in only(found, Unknown)] == ["unknown block type hologram", "no block type"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [("aborted", Interrupted), ("cancelled", Interrupted), ("error", ErrorRaised), ("success", None), ("", None)],
)
def test_how_a_turn_ended(status: str, kind: type[Any] | None) -> None:
    found = told(said("user", "go"), {"type": "turn_ended", "status": status})
    assert [type(event) for event in found[2:]] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"type": "dream"}, "unknown record type dream"),
        ({"role": "user"}, "no line of a transcript"),
        ({"role": "robot", "message": {"content": []}}, "no line of a transcript"),
        ({"table": "nothing"}, "no line of a transcript"),
    ],
)
def test_a_record_that_is_not_known(record: dict[str, Any], reason: str) -> None:
    assert [event.reason for event in only(told(record), Unknown)] == [reason]


# ---- plain text


TEXT = """user:
<user_query>
go
</user_query>

assistant:
[Thinking] First
I look.
[Tool call] Grep
  pattern: old
  path: src
    and deeper

[Tool result] Grep
a.py:1
A:
[Tool call] Read
not an argument
[Tool call] LS
Done.
"""


def test_a_transcript_in_plain_text() -> None:
    found = plain(TEXT)
    assert [event.text for event in only(found, UserPrompt)] == ["go"]
    assert [event.text for event in only(found, Thinking)] == ["First\nI look."]
    assert [(event.tool, event.input) for event in only(found, ToolCall)] == [
        ("Grep", '{"pattern": "old", "path": "src\\nand deeper"}'),
        ("Read", "{}"),
        ("LS", "{}"),
    ]
    assert [event.output for event in only(found, ToolResult)] == ["a.py:1"]
    assert [event.text for event in only(found, AssistantText)] == ["not an argument", "Done."]
    assert [call.call for call in only(found, LlmResponse)] == ["c1/1.1", "c1/1.2"]


def test_what_goes_before_anybody_speaks_is_left_out() -> None:
    assert plain("") == plain("no speaker\n") == []


def test_what_is_indented_before_any_argument_is_none() -> None:
    (call,) = only(plain("assistant:\n[Tool call] LS\n    deep\n"), ToolCall)
    assert call.input == "{}"


def test_windows_newlines_and_a_byte_order_mark() -> None:
    assert plain("\ufeff" + TEXT.replace("\n", "\r\n")) == plain(TEXT)


# ---- telling a transcript


@pytest.mark.parametrize(
    ("path", "head", "is_one"),
    [
        (PATH, b'{"role":"user","message":{"content":[{"type":"text","text":"hi"}]}}\n', True),
        ("/w/x.jsonl", b'\xef\xbb\xbf{"role":"assistant","message":{"content":"hi"}}\n', True),
        ("/w/x.json", b'{"role":"user","message":{"content":[]}}', False),
        ("/w/x.jsonl", b'{"role":"user","content":"hi"}\n', False),
        ("/w/x.jsonl", b'{"role":"user","uuid":"u","message":{"content":[]}}\n', False),
        ("/w/x.jsonl", b'{"type":"message","id":"1","parentId":null,"message":{"role":"user","content":[]}}\n', False),
        ("/w/x.jsonl", b'{"timestamp":"t","type":"response_item","payload":{}}\n', False),
        ("/w/x.jsonl", b"", False),
        ("/w/x.jsonl", b'{"agent":"cursor","message":{"role":"user"}}\n', True),
        ("/h/agent-transcripts/c1.txt", b"user:\n<user_query>", True),
        ("/h/agent-transcripts/c1.txt", b"Dear user:\n", False),
        ("/h/notes.txt", b"user:\nhi", False),
    ],
)
def test_a_transcript_is_told_by_its_first_lines(path: str, head: bytes, is_one: bool) -> None:
    assert recognises(path, head) is is_one
