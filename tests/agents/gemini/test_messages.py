"""Messages of a chat as they are first written, and as they grow."""

from __future__ import annotations

import pytest

from agent_trace.agents.gemini.parse import ParseState
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Command,
    ErrorRaised,
    LlmResponse,
    SessionStarted,
    Thinking,
    Titled,
    ToolCall,
    UserPrompt,
)
from agent_trace.model.usage import Usage
from tests.agents.gemini.written import HEADER, SESSION, TOKENS, heard, kinds, message, reply, tool, uuid

# ---- the session


def test_the_header_names_the_session_and_the_first_context_its_folder() -> None:
    context = (
        "<session_context>\nThis is the Gemini CLI.\n- **Workspace Directories:**\n  - /home/dev/demo\n  - /other\n"
    )
    found = heard(HEADER, {"$set": {"messages": [message(1, "user", [{"text": context}]) | {"id": "d0"}]}})
    start, attached = found
    assert isinstance(start, SessionStarted)
    assert (start.id, start.session, start.cwd, start.at) == (
        f"{SESSION}.start",
        SESSION,
        "/home/dev/demo",
        1795238721667,
    )
    assert isinstance(attached, Attachment)
    assert (attached.kind, attached.id, attached.parent) == ("context", f"{SESSION}.d0.0", start.id)


def test_without_a_header_the_path_names_the_session() -> None:
    (prompt,) = heard(message(1, "user", "hello"))
    assert (prompt.session, kinds([prompt])) == ("5e551011", ["UserPrompt"])


def test_folders_come_from_the_header_too_or_later() -> None:
    found = heard(HEADER | {"directories": ["/a", "/b"]}, {"$set": {"directories": ["/c"]}})
    assert [event.cwd for event in found if isinstance(event, SessionStarted)] == ["/a"]
    late = heard(HEADER, message(1, "user", "x"), {"$set": {"directories": ["/c"]}})
    assert [event.cwd for event in late if isinstance(event, SessionStarted)] == [None, "/c"]


@pytest.mark.parametrize(
    "context",
    [
        "This is the Gemini CLI. We are setting up the context for our chat.\nI'm currently working in the directory: /r\n",
        "<session_context>\nI'm currently working in the following directories:\n  - /r\n  - /s",
    ],
)
def test_older_contexts_name_the_folder_in_other_words(context: str) -> None:
    start, attached = heard(HEADER, message(1, "user", context))
    assert isinstance(start, SessionStarted)
    assert (start.cwd, kinds([attached])) == ("/r", ["Attachment"])


def test_a_folder_is_found_behind_its_hash() -> None:
    wrote = tool("1", result="Successfully overwrote file: /home/dev/demo/src/calc.py.", args={"file_path": "calc.py"})
    found = heard(HEADER, message(1, "user", "x"), reply(2, "", toolCalls=[wrote]))
    assert [event.cwd for event in found if isinstance(event, SessionStarted)] == [None, "/home/dev/demo"]
    strange = heard(HEADER | {"projectHash": "f00"}, reply(2, "", toolCalls=[wrote]))
    assert [event.cwd for event in strange if isinstance(event, SessionStarted)] == [None]


def test_the_search_for_a_folder_ends() -> None:
    state = ParseState()
    many = " ".join(f"/a{number}" for number in range(150))
    calls = [tool(f"{number}", result=many) for number in range(3)]
    heard(HEADER | {"projectHash": "f00"}, reply(2, "", toolCalls=calls), state=state)
    assert state.guesses == 200


def test_a_resume_begins_again() -> None:
    again = HEADER | {"startTime": "2026-11-21T06:00:00.000Z"}
    found = heard(HEADER, message(1, "user", "a"), HEADER, again, message(2, "user", "b"))
    starts = [event for event in found if isinstance(event, SessionStarted)]
    assert [event.id for event in starts] == [f"{SESSION}.start", f"{SESSION}.start~2"]


def test_titles_are_told_when_they_change() -> None:
    news = [{"$set": {"summary": text}} for text in ("one", "one", "two", "one")]
    found = [event for event in heard(HEADER, *news) if isinstance(event, Titled)]
    assert [(event.title, event.by) for event in found] == [("one", "agent"), ("two", "agent"), ("one", "agent")]
    assert len({event.id for event in found}) == 3


def test_a_rewind_is_a_command() -> None:
    found = heard(HEADER, message(1, "user", "a"), {"$rewindTo": uuid(1)}, {"$rewindTo": uuid(1)})
    assert [event.name for event in found if isinstance(event, Command)] == ["/rewind", "/rewind"]


# ---- people and the program


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("hello", "hello"),
        ([{"text": "hello"}, {"text": "there"}], "hello\nthere"),
        ([{"text": "<loaded_context>\nx"}, {"text": "hello"}], "hello"),
    ],
)
def test_prompts(content: object, text: str) -> None:
    prompts = [event for event in heard(HEADER, message(1, "user", content)) if isinstance(event, UserPrompt)]
    assert [(event.text, event.by) for event in prompts] == [(text, "person")]


def test_a_prompt_is_what_the_person_saw() -> None:
    given = message(1, "user", [{"text": "explain"}, {"text": "--- a.py ---\ncode"}], displayContent="explain @a.py")
    assert [event.text for event in heard(HEADER, given) if isinstance(event, UserPrompt)] == ["explain @a.py"]


def test_what_no_person_typed_is_no_prompt() -> None:
    found = heard(
        message(1, "user", "System: Please continue."),
        message(2, "user", "I ran the following shell command:\n```sh\nls\n```"),
        message(3, "user", [{"inlineData": {"mimeType": "image/png", "data": "x"}}]),
        message(4, "user", [{"functionResponse": {"id": "", "name": "x"}}, {"text": "a hint"}]),
        message(5, "info", "Gemini CLI update available!"),
        message(6, "warning", "Hook failed"),
        message(7, "info", "Request cancelled."),
        message(8, "user", " "),
    )
    shown = [event.kind for event in found if isinstance(event, Attachment)]
    assert shown == ["continuation", "image", "note", "info", "warning"]
    assert kinds([event for event in found if not isinstance(event, Attachment)]) == ["Command", "Interrupted"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ('[API Error: {"error":{"code": 429,"message":"quota"}}]', 429),
        ("got status: 503 Service Unavailable", 503),
        ("something 500 broke", None),
    ],
)
def test_errors(text: str, status: int | None) -> None:
    (error,) = heard(message(1, "error", text))
    assert isinstance(error, ErrorRaised)
    assert (error.text, error.status) == (text, status)


def test_a_sub_agent_has_a_task_and_reminders() -> None:
    path = f"tmp/demo/chats/{SESSION}/{uuid(9)}.jsonl"
    header = HEADER | {"sessionId": uuid(9), "kind": "subagent", "directories": ["/r"]}
    start, task, reminder = heard(header, message(1, "user", "do it"), message(2, "user", "finish"), path=path)
    assert isinstance(start, SessionStarted)
    assert (start.session, start.starter) == (uuid(9), SESSION)
    assert isinstance(task, UserPrompt)
    assert task.by == "parent"
    assert isinstance(reminder, Attachment)
    elsewhere = heard(header, message(1, "user", "do it"), path="copy.jsonl")
    assert [event.starter for event in elsewhere if isinstance(event, SessionStarted)] == [None]
    assert [event.by for event in elsewhere if isinstance(event, UserPrompt)] == ["parent"]


# ---- the model


def test_a_reply_is_a_call_thoughts_and_a_text() -> None:
    thought = {"subject": "Plan", "description": "First this.", "timestamp": "2026-11-21T05:26:01.500Z"}
    response, thinking, text = heard(reply(2, "hello", thoughts=[thought, {}]))
    assert isinstance(response, LlmResponse)
    assert (response.call, response.usage) == (uuid(2), Usage(input=40, output=10, cache_read=60, reasoning=3))
    assert isinstance(thinking, Thinking)
    assert (thinking.text, thinking.at) == ("Plan\nFirst this.", 1795238761500)
    assert isinstance(text, AssistantText)
    assert (text.text, text.size) == ("hello", 5)


def test_a_message_that_is_written_again_tells_what_is_new() -> None:
    first = reply(2, "hel", tokens=None)
    grown = reply(2, "hello", thoughts=[{"description": "t"}], toolCalls=[tool("c1", status="executing", result=None)])
    last = grown | {"toolCalls": [tool("c1"), tool("c2")]}
    found = heard(HEADER, first, grown, last, last)
    assert kinds(found[1:]) == [
        "LlmResponse",
        "AssistantText",
        "LlmResponse",
        "Thinking",
        "AssistantText",
        "ToolCall",
        "ToolResult",
        "FileRead",
        "ToolCall",
        "ToolResult",
        "FileRead",
    ]
    assert len({event.id for event in found}) == len(found)
    calls = [event for event in found if isinstance(event, LlmResponse)]
    assert [(event.continues, event.usage.output) for event in calls] == [(False, None), (True, 10)]
    assert [event.text for event in found if isinstance(event, AssistantText)] == ["hel", "lo"]
    assert {event.response for event in found if isinstance(event, ToolCall)} == {uuid(2)}


def test_a_text_that_was_changed_later_is_not_told_again() -> None:
    found = heard(reply(2, "one text"), reply(2, "another text"), reply(2, "short"))
    assert [event.text for event in found if isinstance(event, AssistantText)] == ["one text"]


def test_tool_calls_alone_belong_to_the_call_before() -> None:
    nothing = dict.fromkeys(TOKENS, 0)
    notice = message(3, "info", "update available")
    found = heard(reply(2, "I will."), notice, reply(4, "", tokens=nothing, toolCalls=[tool("c1")]))
    assert [event.call for event in found if isinstance(event, LlmResponse)] == [uuid(2)]
    assert [event.response for event in found if isinstance(event, ToolCall)] == [uuid(2)]
    alone = heard(reply(4, "", tokens=nothing, toolCalls=[tool("c1")]))
    assert [(event.call, event.usage) for event in alone if isinstance(event, LlmResponse)] == [(uuid(4), Usage())]


def test_what_the_program_says_in_the_place_of_the_model_is_no_call() -> None:
    found = heard(message(2, "gemini", "a summary was made"))
    assert kinds(found) == ["AssistantText"]


def test_ids_that_are_not_unique_in_the_world_are_so_in_the_session() -> None:
    found = heard(HEADER, reply(2, "x") | {"id": "g-1"}, message(3, "user", "y") | {"id": 7})
    call = next(event for event in found if isinstance(event, LlmResponse))
    assert (call.call, call.id) == (f"{SESSION}.g-1", f"{SESSION}.g-1.response")
    prompt = next(event for event in found if isinstance(event, UserPrompt))
    assert prompt.id.startswith(f"{SESSION}.")
    assert prompt.id.endswith(".prompt")
