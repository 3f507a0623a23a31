"""Blocks of messages, results of tools and their kinds."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.agents.goose.tools import kind
from agent_trace.model.events import (
    Attachment,
    Compacted,
    ErrorRaised,
    PermissionAsked,
    Thinking,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
)
from agent_trace.model.tools import ToolKind
from tests.agents.goose.stored import NOON, message, request, response, stored
from tests.agents.unverified import only, results_of

# ---- blocks


@pytest.mark.parametrize(
    ("metadata", "kind_of_event"),
    [
        (None, UserPrompt),
        ('{"userVisible": true}', UserPrompt),
        ('{"userVisible": false}', Attachment),
        ('{"turnContext": true}', Attachment),
        ("[]", UserPrompt),
    ],
)
def test_a_prompt_is_what_the_person_was_to_see(metadata: str | None, kind_of_event: type[Any]) -> None:
    found = stored(message("user", "go", metadata_json=metadata))
    assert [type(event) for event in found] == [kind_of_event]


def test_blocks_of_a_message() -> None:
    found = stored(
        message("user", " "),
        message(
            "assistant",
            {"type": "reasoning", "text": "hm"},
            {"type": "redactedThinking", "data": "x"},
            {"type": "summarizationRequested", "msg": "long"},
            {"type": "actionRequired", "data": {"actionType": "elicitation", "message": "which?"}},
            {"type": "error", "message": "lost"},
            {"type": "hologram"},
            {},
        ),
    )
    assert [type(event) for event in found[1:]] == [
        Thinking,
        Attachment,
        Compacted,
        PermissionAsked,
        ErrorRaised,
        Unknown,
        Unknown,
    ]
    assert [event.tool for event in only(found, PermissionAsked)] == ["which?"]


@pytest.mark.parametrize("content", ["not json", "7", "null", '{"a": 1}', ""])
def test_a_content_that_is_no_list_says_nothing(content: str) -> None:
    assert stored({"table": "message", "role": "user", "content_json": content}) == []


@pytest.mark.parametrize(
    ("result", "marks"),
    [
        ({"value": {"content": [], "structuredContent": {"exit_code": 0}}}, (False, 0, False, None)),
        ({"value": {"content": [], "structuredContent": {"exitCode": 2}}}, (False, 2, False, True)),
        ({"value": {"content": [], "isError": True}}, (True, None, False, None)),
        ({"status": "error", "error": "no"}, (True, None, False, None)),
        ({"value": [{"type": "text", "text": "The user has declined to run this tool."}]}, (False, None, True, None)),
        ({"value": "plain"}, (False, None, False, None)),
        ({}, (False, None, False, None)),
    ],
)
def test_what_became_of_a_tool(result: dict[str, Any], marks: tuple[object, ...]) -> None:
    asked = message("assistant", request("t", "developer__shell", {"command": "make"}))
    found = results_of(stored(asked, message("user", response("t", **result), at=NOON + 1)))["t"]
    assert (found.failed, found.exit_code, found.refused, found.went_wrong) == marks


def test_of_an_output_that_is_told_twice_the_models_is_kept() -> None:
    pieces = [
        {"type": "text", "text": "for it", "annotations": {"audience": ["assistant"]}},
        {"type": "text", "text": "for me", "annotations": {"audience": ["user"]}},
        {"type": "text", "text": "for both", "annotations": {"audience": []}},
    ]
    found = stored(message("user", response("t", value={"content": pieces})))
    assert [event.output for event in only(found, ToolResult)] == ["for it\nfor both"]
    alone = stored(message("user", response("t", value={"content": pieces[1:2]})))
    assert [event.output for event in only(alone, ToolResult)] == ["for me"]


def test_a_request_in_the_words_of_older_versions_and_one_without_a_name() -> None:
    found = stored(message("assistant", {"type": "frontendToolRequest", "toolCall": {"name": "x", "arguments": "?"}}))
    assert [(event.tool, event.input) for event in only(found, ToolCall)] == [("x", "?")]
    assert [event.call for event in only(found, ToolCall)] == [event.id for event in only(found, ToolCall)]


@pytest.mark.parametrize(
    ("tool", "arguments", "found"),
    [
        ("developer__shell", None, "shell"),
        ("shell", None, "shell"),
        ("developer__text_editor", {"command": "view"}, "read"),
        ("developer__text_editor", {"command": "write"}, "write"),
        ("developer__text_editor", {"command": ["x"]}, "edit"),
        ("text_editor", None, "edit"),
        ("subagent__execute_task", None, "agent"),
        ("weather__now", None, "mcp"),
        ("now", None, "other"),
        ("__now", None, "other"),
        ("computercontroller__list_windows", None, "other"),
    ],
)
def test_the_kind_of_a_tool(tool: str, arguments: dict[str, Any] | None, found: ToolKind) -> None:
    assert kind(tool, arguments) == found
