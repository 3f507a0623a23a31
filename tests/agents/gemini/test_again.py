"""All messages written once more: by a resume, under other ids and without tokens; by a compaction, with a summary."""

from __future__ import annotations

import msgspec

from agent_trace.agents.gemini.parse import ParseState, parse
from agent_trace.model.events import AssistantText, Compacted, LlmResponse, ToolCall, ToolResult, UserPrompt
from tests.agents.gemini.written import HEADER, PATH, heard, kinds, message, reply, tool, uuid
from tests.agents.genai.logs import lines, written

ACKNOWLEDGED = "Got it. Thanks for the additional context!"


def again(*messages: dict[str, object]) -> dict[str, object]:
    """All messages once more."""
    return {"$set": {"messages": list(messages), "lastUpdated": "2026-11-21T06:00:00.000Z"}}


def test_other_ids_and_no_tokens_tell_nothing_new() -> None:
    first = [message(1, "user", "a"), reply(2, "one", toolCalls=[tool("c1")]), reply(3, "done")]
    asked = {"functionCall": {"id": "c1", "name": "read_file", "args": {}}}
    given = {"functionResponse": {"id": "c1", "name": "read_file", "response": {"output": "masked"}}}
    rewritten = again(
        message(11, "user", [{"text": "a"}]),
        message(12, "gemini", [{"text": "one"}, asked]),
        message(13, "user", [given]),
        message(14, "gemini", "done"),
    )
    plain = heard(HEADER, *first)
    assert heard(HEADER, *first, rewritten) == plain
    grown = heard(HEADER, *first, rewritten, reply(12, "one", toolCalls=[tool("c1"), tool("c2")]))
    assert kinds(grown[len(plain) :]) == ["ToolCall", "ToolResult", "FileRead"]


def test_the_same_ids_in_other_shapes_tell_nothing_new() -> None:
    first = [message(1, "user", "a"), reply(2, "one", thoughts=[{"description": "t"}])]
    parts = [{"text": "t", "thought": True}, {"text": "one"}]
    rewritten = again(message(1, "user", [{"text": "a"}]), message(2, "gemini", parts), message(2, "user", []))
    assert heard(HEADER, *first, rewritten, rewritten) == heard(HEADER, *first)


def test_a_word_that_was_said_twice_is_known_twice() -> None:
    first = [message(1, "user", "go on"), message(2, "user", "go on")]
    known = again(message(11, "user", "go on"), message(12, "user", "go on"))
    more = again(*(message(number, "user", "go on") for number in (21, 22, 23)))
    found = heard(HEADER, *first, known, more)
    assert len([event for event in found if isinstance(event, UserPrompt)]) == 3


def test_a_chat_that_begins_with_a_conversation_tells_it() -> None:
    bare = message(2, "gemini", [{"text": "t", "thought": True}, {"text": "one"}], model="gemini-2.5-pro")
    found = heard(HEADER, again(message(1, "user", "a"), bare, reply(3, "two")))
    assert kinds(found) == [
        "SessionStarted",
        "UserPrompt",
        "LlmResponse",
        "Thinking",
        "AssistantText",
        "LlmResponse",
        "AssistantText",
    ]
    calls = [event for event in found if isinstance(event, LlmResponse)]
    assert [event.usage.output for event in calls] == [None, 10]


def test_tool_calls_under_another_id_are_the_same_call() -> None:
    first = reply(2, "", toolCalls=[tool("c1")])
    retold = first | {"id": uuid(12)}
    found = heard(HEADER, first, again(retold))
    assert len([event for event in found if isinstance(event, LlmResponse)]) == 1
    assert len([event for event in found if isinstance(event, ToolCall | ToolResult)]) == 2


def test_a_compaction() -> None:
    rewritten = again(
        message(11, "user", "All was read."),
        message(12, "gemini", ACKNOWLEDGED),
        message(13, "user", "a"),
    )
    found = heard(HEADER, message(1, "user", "a"), reply(2, "one"), rewritten, rewritten, message(14, "user", "b"))
    assert [event.summary for event in found if isinstance(event, Compacted)] == ["All was read."]
    assert [event.text for event in found if isinstance(event, UserPrompt)] == ["a", "b"]
    assert [event.text for event in found if isinstance(event, AssistantText)] == ["one"]


def test_a_snapshot_is_a_summary_wherever_it_stands() -> None:
    assert kinds(heard(message(1, "user", "<state_snapshot>\nx</state_snapshot>"))) == ["Compacted"]


def test_much_is_remembered_but_not_everything() -> None:
    state = ParseState()
    many = [reply(number, f"text {number}", toolCalls=[tool(f"c{number}")]) for number in range(1000)]
    rows = lines(written([HEADER, *many]))
    found = list(parse(PATH, rows, state))
    assert len(found) == 1 + 5 * 1000
    assert len(state.told) < 2 * ParseState.TOLD
    assert state.open == {}
    assert len(msgspec.msgpack.encode(state)) < 60_000
    late = many[3] | {"toolCalls": [tool("c3"), tool("new")]}
    assert kinds(list(parse(PATH, lines(written([late])), state))) == ["ToolCall", "ToolResult", "FileRead"]
