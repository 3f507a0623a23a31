"""The model's calls: what is one, what it used and cost, and what it said."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.agents.opencode.usage import dollars, used
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Command,
    Compacted,
    ErrorRaised,
    Interrupted,
    LlmResponse,
    Thinking,
    ToolCall,
)
from agent_trace.model.usage import BillingClass, Usage
from tests.agents.opencode.stores import AT, assistant, heard, message, of, one, part, tokens, tool, user

START = part("prt_2a", "msg_2", "step-start", snapshot="abc")
ASKED = (user(), part("prt_1", "msg_1", "text", text="Hello"))


def test_a_message_is_a_call() -> None:
    row = assistant(parentID="msg_1", finish="stop", cost=0.25, tokens=tokens(10, 5, 3, 200_000, 7, total=200_025))
    assert one(heard([*ASKED, row, START]), LlmResponse) == LlmResponse(
        id="msg_2",
        session="ses_1",
        at=AT + 100,
        parent="msg_1",
        origin=one(heard([*ASKED, row]), LlmResponse).origin,
        twin=one(heard([*ASKED, row]), LlmResponse).call,
        call=one(heard([*ASKED, row]), LlmResponse).call,
        cls=BillingClass(model="claude-sonnet-4-5", band=200_000),
        usage=Usage(input=10, output=8, cache_read=200_000, cache_write_5m=7, reasoning=3),
        recorded_usd="0.25",
        stop="stop",
    )


def test_the_step_that_repeats_the_numbers_is_no_call() -> None:
    finish = part("prt_2z", "msg_2", "step-finish", tokens=tokens(10, 5), cost=0.5, reason="stop")
    found = one(heard([assistant(cost=0.5), START, finish]), LlmResponse)
    assert (found.usage.input, found.recorded_usd, found.stop) == (10, "0.5", "stop")


def test_parts_in_any_order_are_one_step() -> None:
    finish = part("prt_0", "msg_2", "step-finish", tokens=tokens(10, 5), reason="stop")
    found = heard([assistant(), finish, part("prt_1", "msg_2", "text", text="late"), part("prt_2", "msg_2", "patch")])
    assert (len(of(found, LlmResponse)), one(found, AssistantText).parent) == (1, "msg_2")


def test_a_message_of_several_steps_is_several_calls() -> None:
    """Until the summer of 2025 a message held all steps: the last one's tokens, and the dollars of all."""
    row = assistant(tokens=tokens(30, 3), cost=0.75)
    steps = [
        START,
        tool("prt_2b", "bash", of="msg_2", at=150, output="one"),
        part("prt_2c", "msg_2", "step-finish", tokens=tokens(20, 2), cost=0.25, reason="tool-calls"),
        part("prt_2d", "msg_2", "step-start"),
        part("prt_2e", "msg_2", "reasoning", text="hm", time={"start": AT + 300}),
        tool("prt_2f", "bash", of="msg_2", at=320, output="two"),
        part("prt_2g", "msg_2", "step-finish", tokens=tokens(30, 3), cost=0.5, reason="stop"),
        part("prt_2h", "msg_2", "step-start"),
        part("prt_2i", "msg_2", "text", text="going on", time={"start": AT + 400}),
    ]
    found = heard([row, *steps])
    calls = of(found, LlmResponse)
    assert [(call.id, call.usage.input, call.recorded_usd, call.stop) for call in calls] == [
        ("msg_2", 20, "0.25", "tool-calls"),
        ("prt_2d.call", 30, "0.5", "stop"),
        ("prt_2h.call", None, None, None),
    ]
    assert [event.response for event in of(found, ToolCall)] == [calls[0].call, calls[1].call]
    assert len({call.call for call in calls}) == 3


@pytest.mark.parametrize("kind", ["step-start", "step-finish", "text", "reasoning"])
def test_an_answer_without_tokens_is_a_call_of_unknown_usage(kind: str) -> None:
    found = one(heard([assistant(tokens=tokens(0, 0), cost=0), part("prt_2", "msg_2", kind)]), LlmResponse)
    assert (found.usage, found.recorded_usd) == (Usage(), None)


def test_a_request_that_was_refused_is_no_call() -> None:
    error = {"name": "APIError", "data": {"message": "Your credit balance is too low", "statusCode": 400}}
    row = assistant(tokens=tokens(0, 0), error=error, time={"created": AT, "completed": AT + 700})
    found = heard([row])
    assert (one(found, ErrorRaised).text, one(found, ErrorRaised).status, one(found, ErrorRaised).at) == (
        "Your credit balance is too low",
        400,
        AT + 700,
    )
    assert of(found, LlmResponse) == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"name": "ProviderAuthError", "data": {"message": "No key"}}, "No key"),
        ({"name": "UnknownError", "message": "Odd"}, "Odd"),
        ({"name": "MessageOutputLengthError", "data": {}}, "MessageOutputLengthError"),
    ],
)
def test_what_ended_a_message_is_told(error: dict[str, Any], words: str) -> None:
    assert one(heard([assistant(error=error, time={})]), ErrorRaised).text == words


def test_an_aborted_message_was_interrupted() -> None:
    row = assistant(tokens=tokens(0, 0), error={"name": "MessageAbortedError", "data": {"message": "Aborted"}})
    found = heard([row, START])
    assert (one(found, Interrupted).text, one(found, LlmResponse).usage) == ("Aborted", Usage())


def test_a_retry_is_an_error_of_the_api() -> None:
    error = {"name": "APIError", "data": {"message": "Overloaded", "statusCode": 529}}
    found = one(
        heard([assistant(), part("p", "msg_2", "retry", attempt=2, error=error, time={"created": AT + 5})]), ErrorRaised
    )
    assert (found.text, found.status, found.retry, found.at) == ("Overloaded", 529, 2, AT + 5)


def test_a_command_of_the_persons_own_is_no_call() -> None:
    rows = (
        user(),
        part("prt_1", "msg_1", "text", text="The following tool was executed by the user", synthetic=True),
        assistant(parentID="msg_1", tokens=tokens(0, 0), cost=0),
    )
    found = heard([*rows, tool("prt_2", "bash", input={"command": "ls"}, output="a\nb\n")])
    shown = one(found, Attachment)
    assert (one(found, Command).name, one(found, Command).text) == ("!", "ls")
    assert (shown.kind, shown.text, shown.parent, shown.at) == ("command output", "a\nb\n", "prt_2", AT + 250)
    assert of(found, LlmResponse) + of(found, ToolCall) == []
    silent = heard([*rows, tool("prt_2", "bash", input={"command": "true"}, output="", time={})])
    assert [type(event).__name__ for event in silent] == ["Command"]


def test_a_sub_agent_that_a_command_started_is_a_step_of_no_call() -> None:
    task = part("prt_1", "msg_1", "subtask", agent="general", prompt="Look", command="look")
    row = assistant(parentID="msg_1", tokens=tokens(0, 0), cost=0, finish="tool-calls")
    found = heard([user(), task, row, tool("prt_2", "task", output="ok", metadata={"sessionId": "ses_2"})])
    assert (one(found, ToolCall).response, one(found, ToolCall).parent, of(found, LlmResponse)) == (None, "prt_1", [])


def test_what_the_model_thought_and_said() -> None:
    thought = part("prt_2b", "msg_2", "reasoning", text="hm", time={"start": AT + 120})
    said = part("prt_2c", "msg_2", "text", text="Yes.", time={"start": AT + 130})
    found = heard(
        [assistant(), START, thought, said, part("prt_2d", "msg_2", "file", mime="image/png", filename="a.png")]
    )
    assert (one(found, Thinking).text, one(found, Thinking).at) == ("hm", AT + 120)
    assert (one(found, AssistantText).text, one(found, AssistantText).size) == ("Yes.", 4)
    assert one(found, Attachment).kind == "image"


def test_a_summary_is_what_a_compaction_left() -> None:
    found = heard([assistant(summary=True, mode="compaction"), part("p", "msg_2", "text", text="So far: x")])
    assert (one(found, Compacted).summary, of(found, AssistantText)) == ("So far: x", [])
    assert one(found, LlmResponse).usage.input == 10


# ---- calls and their copies


def test_a_call_has_the_same_key_before_and_after_its_tokens_are_known() -> None:
    early, late = heard([assistant(tokens=tokens(0, 0)), START]), heard([assistant(), START])
    assert one(early, LlmResponse).call == one(late, LlmResponse).call


def test_calls_of_one_moment_are_told_apart_by_what_they_answer() -> None:
    def asked(words: str) -> str:
        rows = [user(), part("prt_1", "msg_1", "text", text=words), assistant(parentID="msg_1")]
        found: str = one(heard(rows), LlmResponse).call
        return found

    assert asked("Look at a") != asked("Look at b")
    assert asked("Look at a") == asked("Look at a")


def test_two_messages_of_a_session_are_two_calls_even_in_one_moment() -> None:
    found = of(heard([assistant("msg_2"), assistant("msg_3")]), LlmResponse)
    assert len({call.call for call in found}) == 2


def test_a_call_without_a_time_has_the_key_of_its_message() -> None:
    assert one(heard([message("msg_2", "assistant", None, tokens=tokens(1, 1))]), LlmResponse).call == "msg_2"


# ---- tokens and dollars


@pytest.mark.parametrize(
    ("given", "provider", "usage"),
    [
        (tokens(0, 0, 0), "x", Usage()),
        ({}, "x", Usage()),
        (tokens(5, 4, 3), "x", Usage(input=5, output=7, cache_read=0, cache_write_5m=0, reasoning=3)),
        (tokens(5, 4, 3, 2, 1, total=15), "x", Usage(input=5, output=7, cache_read=2, cache_write_5m=1, reasoning=3)),
        (tokens(5, 4, 3, 2, 1, total=12), "x", Usage(input=5, output=4, cache_read=2, cache_write_5m=1, reasoning=3)),
        (tokens(5, 4, 3), "openai", Usage(input=5, output=4, cache_read=0, cache_write_5m=0, reasoning=3)),
        (tokens(5, 4, 9), "openai", Usage(input=5, output=13, cache_read=0, cache_write_5m=0, reasoning=9)),
        (tokens(-50, 4), "x", Usage(input=0, output=4, cache_read=0, cache_write_5m=0, reasoning=0)),
        ({"input": 5, "output": None, "reasoning": 2}, "x", Usage(input=5, reasoning=2)),
        ({"input": 5.0, "output": True, "cache": []}, "x", Usage(input=5)),
        ({"input": float("inf"), "output": 1}, "x", Usage(output=1)),
    ],
)
def test_tokens_become_disjoint_kinds(given: dict[str, Any], provider: str, usage: Usage) -> None:
    assert used(given, provider) == usage


@pytest.mark.parametrize(
    ("cost", "told"),
    [
        (0.024543, "0.024543"),
        (1e-07, "0.0000001"),
        (3, "3"),
        (0, None),
        (0.0, None),
        (-1.0, None),
        (None, None),
        ("1", None),
        (True, None),
        (float("inf"), None),
        (float("nan"), None),
        (10**30, None),
    ],
)
def test_dollars_are_those_that_were_known(cost: object, told: str | None) -> None:
    assert dollars(cost) == told
