"""Requests that the person saw, and the answers in the talk that they brought."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.agents.cline.requests import usage_of
from agent_trace.model.events import (
    AssistantText,
    Compacted,
    ErrorRaised,
    Interrupted,
    LlmResponse,
)
from agent_trace.model.usage import Usage
from tests.agents.cline.documents import model, request, task, tokens, user
from tests.agents.unverified import only

# ---- requests and answers


TALKED = [
    user("<task>go</task>", ts=1000_000_000_000),
    model("One.", ts=1000_000_002_000),
    user("on"),
    model("Two.", ts=1000_000_004_000),
]


def untimed() -> list[dict[str, Any]]:
    """The same talk by a version that wrote no times."""
    return [{key: value for key, value in message.items() if key != "ts"} for message in TALKED]


def test_requests_are_joined_by_the_place_that_they_name() -> None:
    seen = [
        request(1000_000_001_000, {"tokensOut": 1}, conversationHistoryIndex=1),
        request(1000_000_003_000, {"tokensOut": 2}, conversationHistoryIndex=-1),
    ]
    assert tokens(task(untimed(), seen)) == [2, 1]


def test_requests_are_joined_by_time_and_one_without_an_answer_is_a_call_too() -> None:
    seen = [
        request(1000_000_001_000, {"tokensOut": 1}),
        request(1000_000_002_500, {"tokensOut": 7, "cancelReason": "user_cancelled"}),
        request(1000_000_003_000, {"tokensOut": 2}),
    ]
    found = task(TALKED, seen)
    assert sorted(tokens(found), key=lambda count: count or 0) == [1, 2, 7]
    answers = {event.parent: event.text for event in only(found, AssistantText)}
    calls = {call.id: call.usage.output for call in only(found, LlmResponse)}
    assert {answers[name]: calls[name] for name in answers if name in calls} == {"One.": 1, "Two.": 2}
    assert len(only(found, Interrupted)) == 1


def test_an_answer_before_any_request_has_none() -> None:
    assert tokens(task(TALKED, [request(1000_000_003_000, {"tokensOut": 2})])) == [None, 2]


def test_requests_without_times_are_joined_in_their_order() -> None:
    seen = [request(1, {"tokensOut": 1}), request(2, {"cancelReason": "x"}), request(3, {"tokensOut": 2})]
    assert tokens(task(untimed(), seen)) == [1, 2]


def test_an_answer_for_which_no_request_is_left() -> None:
    found = task([*untimed(), model("Three.", metrics={"tokens": {"prompt": 1, "completion": 3, "cached": 2}})], [])
    assert tokens(found) == [None, None, 3]


@pytest.mark.parametrize("index", [True, "1", -2, 10**7, None])
def test_a_place_that_makes_no_sense_is_none(index: object) -> None:
    assert tokens(task(untimed(), [request(5, {"tokensOut": 1}, conversationHistoryIndex=index)])) == [1, None]


def test_a_request_without_a_time_or_a_text_is_read() -> None:
    seen = [
        {"say": "api_req_started", "text": "nonsense"},
        request(None, {"tokensOut": 1}),
        {"say": "tool", "text": "["},
    ]
    assert tokens(task(untimed(), seen)) == [1, None]


@pytest.mark.parametrize(
    ("info", "found"),
    [
        (
            {"tokensIn": 1, "tokensOut": 2, "cacheReads": 3, "cacheWrites": 4},
            Usage(input=1, output=2, cache_read=3, cache_write_5m=4),
        ),
        (
            {"tokensIn": 10, "tokensOut": 2, "cacheReads": 3, "cacheWrites": 4, "apiProtocol": "openai"},
            Usage(input=3, output=2, cache_read=3, cache_write_5m=4),
        ),
        ({"tokensIn": 1, "cacheReads": 3, "apiProtocol": "openai"}, Usage(input=0, cache_read=3)),
        ({"tokensOut": 2, "apiProtocol": "openai"}, Usage(output=2)),
        ({"tokensIn": 0, "tokensOut": 0, "cacheReads": 0, "cacheWrites": 0}, Usage()),
    ],
)
def test_tokens_of_a_request(info: dict[str, Any], found: Usage) -> None:
    assert usage_of(info) == found


def test_the_model_is_that_of_the_request_else_the_one_chosen_last() -> None:
    notes = {"model_usage": [{"ts": 1000_000_000_000, "model_id": "a"}, {"ts": 1000_000_003_500, "model_id": "b"}]}
    seen = [request(1000_000_001_000, {"tokensOut": 1}), request(1000_000_003_600, {"tokensOut": 2})]
    assert [call.cls.model for call in only(task(TALKED, seen, notes), LlmResponse)] == ["a", "b"]
    early = [
        request(900_000_000_000, {"tokensOut": 1}),
        request(1000_000_003_600, {"tokensOut": 2}, modelInfo={"modelId": "c"}),
    ]
    assert [call.cls.model for call in only(task(TALKED, early, notes), LlmResponse)] == ["a", "c"]


def test_a_failed_request_is_an_error_and_costs_where_tokens_were_used() -> None:
    failing = {"cancelReason": "streaming_failed", "streamingFailedMessage": "overloaded"}
    found = task(
        [],
        [
            request(1000_000_001_000, {**failing, "tokensIn": 5}),
            request(1000_000_002_000, {"cancelReason": "retries_exhausted"}),
            request(1000_000_003_000, {}),
        ],
    )
    assert [event.text for event in only(found, ErrorRaised)] == ["overloaded", "retries_exhausted"]
    assert [call.usage.input for call in only(found, LlmResponse)] == [5]


def test_what_happened_beside_the_talk() -> None:
    seen = [
        {"ts": 1000_000_001_000, "ask": "api_req_failed", "text": "529"},
        {"ts": 1000_000_001_500, "say": "subagent_usage", "text": '{"tokensIn": 1000, "cost": 0.003}'},
        {"ts": 1000_000_001_600, "say": "subagent_usage", "text": "?"},
        {"say": "condense_context", "text": "so far"},
    ]
    found = task(TALKED, seen)
    assert [event.text for event in only(found, ErrorRaised)] == ["529"]
    assert [event.summary for event in only(found, Compacted)] == ["so far"]
    assert [call.recorded_usd for call in only(found, LlmResponse) if not call.counts] == ["0.003", None]
