"""Amp's threads: documents as rows, tokens of messages and ledgers, results of tools, telling a thread."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_trace.agents.amp.lines import lines
from agent_trace.agents.amp.recognition import recognises
from agent_trace.model.events import (
    Attachment,
    Command,
    Compacted,
    ErrorRaised,
    Event,
    FileWrite,
    Interrupted,
    LlmResponse,
    SessionStarted,
    Titled,
    ToolResult,
    Unknown,
    UserPrompt,
)
from agent_trace.model.session import by_session
from agent_trace.model.usage import Usage
from tests.agents.unverified import calls_of, heard, log, only, results_of, told, used

ID = "T-11111111-aaaa-4bbb-8ccc-000000000009"
PATH = f"/h/amp/threads/{ID}.json"


def thread(*messages: dict[str, Any], **more: Any) -> list[Event]:
    """The events of a thread of these messages."""
    document = {"v": 1, "id": ID, "created": 1769000000000, "messages": messages, **more}
    return heard("amp", list(lines({PATH: json.dumps(document).encode()})), PATH)


def says(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A message of the model."""
    return {"role": "assistant", "messageId": 1, "content": list(blocks), **more}


def ran(run: dict[str, Any], tool: str = "Bash", **arguments: Any) -> ToolResult:
    """What became of a tool."""
    asked = says({"type": "tool_use", "id": "t", "name": tool, "input": arguments})
    result = {"type": "tool_result", "toolUseID": "t", "run": run}
    return results_of(thread(asked, {"role": "user", "messageId": 2, "content": [result]}))["t"]


# ---- the corpus


def test_tokens_of_a_thread_are_those_of_its_messages() -> None:
    (session,) = by_session(told(log("amp", "000000000001.json")), "amp").values()
    assert used(session) == Usage(input=14, output=310, cache_read=39646, cache_write_5m=7204)
    assert len(session.calls) == 3


def test_an_old_ledger_has_tokens_and_credits_of_messages_and_of_others() -> None:
    calls = calls_of(told(log("amp", "000000000002.json")))
    assert [call.rpartition("/")[2] for call in calls] == ["1", "2", "usage-e2"]
    assert [str(call.credits) for call in calls.values()].count("None") < len(calls)


# ---- the document


def test_a_document_that_is_cut_is_kept_as_it_is() -> None:
    (line,) = lines({PATH: b'{"id": "T-1", "messages": ['})
    (event,) = heard("amp", [line], PATH)
    assert isinstance(event, Unknown)
    assert (event.reason, event.raw) == ("not JSON", line.decode())


@pytest.mark.parametrize("more", [{"messages": "x"}, {"usageLedger": 7}, {"usageLedger": {"events": [7, None]}}])
def test_a_document_of_odd_shape_still_tells_its_start(more: dict[str, Any]) -> None:
    assert len(only(thread(**more), SessionStarted)) == 1


def test_a_message_that_is_no_object_is_unread() -> None:
    document = {"id": ID, "messages": [7, "x"]}
    found = heard("amp", list(lines({PATH: json.dumps(document).encode()})), PATH)
    assert [event.reason for event in only(found, Unknown)] == ["no role", "no role"]


def test_the_newest_version_of_a_message_is_told_at_its_place() -> None:
    first = json.dumps({"id": ID, "messages": [says({"type": "text", "text": "Half"})]}).encode()
    second = json.dumps(
        {
            "id": ID,
            "messages": [says({"type": "text", "text": "Whole"}), {"role": "user", "messageId": 2, "content": "and?"}],
        }
    ).encode()
    found = heard("amp", [*lines({PATH: first}), *lines({PATH: second})], PATH)
    assert [getattr(event, "text", None) for event in found[-2:]] == ["Whole", "and?"]
    assert len(only(found, LlmResponse)) == 1


def test_a_thread_that_another_one_started() -> None:
    (start,) = only(thread(mainThreadID="T-main", title="Find it"), SessionStarted)
    assert start.starter == "T-main"
    assert [event.title for event in only(thread(title="Find it"), Titled)] == ["Find it"]
    assert only(thread(), Titled) == []


# ---- messages


def test_a_prompt_with_context_around_it() -> None:
    content = [{"type": "text", "text": "go"}, {"type": "image"}, {"type": "text", "text": "on"}, {"text": "?"}]
    found = thread({"role": "user", "messageId": 0, "content": content})
    assert [event.text for event in only(found, UserPrompt)] == ["go\non"]
    assert [(event.kind, event.text) for event in only(found, Attachment)] == [("image", "[image]"), ("unknown", "?")]


@pytest.mark.parametrize(
    ("state", "kind", "text"),
    [
        ({"type": "cancelled"}, Interrupted, "cancelled"),
        ({"type": "error", "error": {"message": "overloaded"}}, ErrorRaised, "overloaded"),
        ({"type": "error"}, ErrorRaised, '{"type": "error"}'),
    ],
)
def test_how_a_message_ended(state: dict[str, Any], kind: type[Any], text: str) -> None:
    assert [event.text for event in only(thread(says(state=state)), kind)] == [text]


def test_blocks_of_the_model() -> None:
    found = thread(
        says({"type": "redacted_thinking"}, {"type": "reasoning", "text": "hm"}, {"type": "hologram"}, {"text": "x"})
    )
    assert [event.reason for event in only(found, Unknown)] == ["unknown block type hologram", "no block type"]
    assert [event.kind for event in only(found, Attachment)] == ["redacted thinking"]


def test_what_stands_beside_the_talk() -> None:
    content = [
        {"type": "summary", "summary": {"summary": "so far"}},
        {"type": "manual_bash_invocation", "args": {"command": "ls"}},
        {"note": 1},
    ]
    found = thread({"role": "info", "messageId": 0, "content": content})
    assert [type(event) for event in found[1:]] == [Compacted, Command, Attachment]


# ---- results


@pytest.mark.parametrize(
    ("run", "marks"),
    [
        ({"status": "done", "result": {"output": "ok", "exitCode": 0}}, (False, False, False, 0, None)),
        ({"status": "done", "result": {"output": "no", "exitCode": 2}}, (False, False, False, 2, True)),
        ({"status": "error", "error": {"message": "no"}}, (True, False, False, None, None)),
        ({"status": "rejected"}, (False, True, False, None, None)),
        ({"status": "cancelled"}, (False, False, True, None, None)),
        ({}, (False, False, False, None, None)),
    ],
)
def test_what_became_of_a_tool(run: dict[str, Any], marks: tuple[object, ...]) -> None:
    found = ran(run, cmd="make")
    assert (found.failed, found.refused, found.interrupted, found.exit_code, found.went_wrong) == marks


@pytest.mark.parametrize(
    ("run", "tool", "arguments", "lines_changed"),
    [
        ({"status": "done", "result": {"diff": "@@ -1 +1 @@\n-a\n+b\n+c"}}, "edit_file", {"path": "/a"}, (2, 1)),
        ({"status": "done", "result": "ok"}, "edit_file", {"path": "/a", "old_str": "a", "new_str": "b"}, (1, 1)),
        ({"status": "done", "result": "ok"}, "create_file", {"path": "/a", "content": "a\nb\n"}, (2, 0)),
        ({"status": "error"}, "create_file", {"path": "/a", "content": "a\nb\n"}, (0, 0)),
        ({"status": "cancelled"}, "create_file", {"path": "/a", "content": "a\nb\n"}, (0, 0)),
    ],
)
def test_lines_that_an_edit_changed(
    run: dict[str, Any], tool: str, arguments: dict[str, Any], lines_changed: tuple[int, int]
) -> None:
    found = ran(run, tool, **arguments)
    assert (found.lines_added, found.lines_removed) == lines_changed


def test_an_older_result_stands_in_its_content() -> None:
    result = {"type": "tool_result", "tool_use_id": "t", "content": "went wrong", "is_error": True}
    found = thread(
        says({"type": "tool_use", "id": "t", "name": "Bash", "input": {}}),
        {"role": "user", "content": [result], "messageId": 2},
    )
    assert [(event.failed, event.output) for event in results_of(found).values()] == [(True, "went wrong")]
    assert only(found, FileWrite) == []


# ---- tokens


@pytest.mark.parametrize(
    ("usage", "found"),
    [
        (
            {"inputTokens": 1, "outputTokens": 2, "cacheReadInputTokens": 3, "cacheCreationInputTokens": 4},
            Usage(input=1, output=2, cache_read=3, cache_write_5m=4),
        ),
        ({"inputTokens": 0, "outputTokens": 0}, Usage()),
        ({"inputTokens": "many"}, Usage()),
    ],
)
def test_tokens_of_a_message(usage: dict[str, Any], found: Usage) -> None:
    assert [call.usage for call in only(thread(says(usage={**usage, "model": "m"})), LlmResponse)] == [found]


@pytest.mark.parametrize(
    ("credits", "found"), [(1.5, "1.5"), (0, "0"), (True, None), ("7", None), (-1, None), (float("nan"), None)]
)
def test_credits_of_a_ledger(credits: object, found: str | None) -> None:
    event = {"id": "e", "toMessageId": 1, "credits": credits, "tokens": {"input": 7, "output": 2}, "model": "m"}
    (call,) = only(thread(says(), usageLedger={"events": [event]}), LlmResponse)
    assert (call.usage, call.credits and str(call.credits), call.cls.model) == (Usage(input=7, output=2), found, "m")


# ---- telling a thread


@pytest.mark.parametrize(
    ("path", "head", "is_one"),
    [
        (PATH, b'{\n  "v": 12,\n  "id": "T-11111111-aaaa-4bbb", "messages": [', True),
        (PATH, b'[{"id": "T-11111111-aaaa-4bbb"}]', False),
        ("/h/amp/settings.json", b'{"id": "x"}', False),
        ("/h/x.jsonl", b'{"id": "T-11111111-aaaa-4bbb"}', False),
        ("/h/x.jsonl", b'{"agent":"amp","message":{"role":"user"}}\n', True),
        ("/h/x.jsonl", b'{"type":"user","uuid":"u","sessionId":"s","message":{}}', False),
    ],
)
def test_a_thread_is_told_by_its_first_bytes(path: str, head: bytes, is_one: bool) -> None:
    assert recognises(path, head) is is_one
