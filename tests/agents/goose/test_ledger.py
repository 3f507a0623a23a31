"""The ledger beside the answers, and what a session's own sums hold beyond."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_trace.model.events import (
    Compacted,
    LlmResponse,
    SessionStarted,
    Titled,
    UsageRecorded,
)
from agent_trace.model.usage import Usage
from tests.agents.goose.stored import NOON, message, response, session, spent, stored
from tests.agents.unverified import calls_of, only

# ---- the ledger


def test_answers_take_the_calls_of_the_ledger_in_their_order() -> None:
    found = stored(
        spent(1, NOON - 10, 1),
        spent(2, NOON + 2, 2),
        spent(3, NOON + 8, 3),
        spent(4, NOON + 9, 4),
        message("user", "go"),
        message("assistant", "I go.", at=NOON + 1),
        message("assistant", "And on.", at=NOON + 1),
        message("user", response("t", value=[]), at=NOON + 2),
        message("assistant", "Done.", at=NOON + 8),
    )
    calls = only(found, LlmResponse)
    assert [call.usage.output for call in calls] == [1, 2, 3, 4]
    assert [call.call.startswith("goose/") for call in calls] == [False, True, True, False]


def test_a_ledger_without_times_is_taken_in_its_order() -> None:
    found = stored(spent(1, None, 1), spent(2, None, 2), message("assistant", "x", at=None))
    calls = calls_of(found)
    assert {call.startswith("goose/"): one.usage.output for call, one in calls.items()} == {True: 1, False: 2}


def test_a_compaction_is_a_call_of_its_own() -> None:
    found = stored(message("assistant", "x"), spent(1, NOON, 5), spent(2, NOON + 1, 7, is_compaction=1))
    assert [(event.before, event.after) for event in only(found, Compacted)] == [(10, 7)]
    assert [call.usage.output for call in only(found, LlmResponse)] == [5, 7]


def test_a_newer_version_of_a_row_of_the_ledger_counts() -> None:
    found = stored(message("assistant", "x"), spent(1, NOON, 5), spent(1, NOON, 6))
    assert [call.usage.output for call in only(found, LlmResponse)] == [6]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (
            {"input_tokens": 100, "output_tokens": 5, "cache_read_tokens": 60, "cache_write_tokens": 30},
            Usage(input=10, output=5, cache_read=60, cache_write_5m=30),
        ),
        ({"input_tokens": 100, "output_tokens": 5}, Usage(input=100, output=5)),
        ({"input_tokens": 10, "output_tokens": 5, "cache_read_tokens": 60}, Usage(input=0, output=5, cache_read=60)),
        ({"input_tokens": None, "output_tokens": 5}, Usage(output=5)),
        ({"input_tokens": 0, "output_tokens": 0}, Usage()),
    ],
)
def test_tokens_of_a_call(columns: dict[str, Any], found: Usage) -> None:
    row = {"table": "usage", "id": 1, "created_timestamp": NOON, **columns}
    assert [call.usage for call in only(stored(message("assistant", "x"), row), LlmResponse)] == [found]


def test_without_a_ledger_the_message_may_tell() -> None:
    told_of = {"usage": {"inputTokens": 9, "outputTokens": 3, "cost": 0.5}, "inference": {"resolvedModel": "m"}}
    (call,) = only(stored(message("assistant", "x", metadata_json=json.dumps(told_of))), LlmResponse)
    assert (call.usage, call.recorded_usd, call.cls.model) == (Usage(input=9, output=3), "0.5", "m")


@pytest.mark.parametrize("config", ['{"model_name": "m"}', {"model_name": "m"}])
def test_the_model_that_a_session_was_set_to_last(config: object) -> None:
    (call,) = only(stored(session(model_config_json=config), message("assistant", "x")), LlmResponse)
    assert call.cls.model == "m"


# ---- the session


@pytest.mark.parametrize(
    ("columns", "models", "usd"),
    [
        ({"accumulated_input_tokens": 30, "accumulated_output_tokens": 9}, {"m": Usage(input=30, output=9)}, None),
        ({"accumulated_input_tokens": 10, "accumulated_output_tokens": 5}, None, None),
        ({"accumulated_input_tokens": 5, "accumulated_output_tokens": 2}, None, None),
        ({"accumulated_cost": 0.25}, {"m": Usage(input=10, output=5)}, "0.25"),
        ({}, None, None),
    ],
)
def test_what_sums_hold_beyond_the_calls(
    columns: dict[str, Any], models: dict[str, Usage] | None, usd: str | None
) -> None:
    config = '{"model_name": "m"}'
    found = stored(session(model_config_json=config, **columns), message("assistant", "x"), spent(1, NOON, 5))
    assert [(event.models, event.usd) for event in only(found, UsageRecorded)] == ([(models, usd)] if models else [])


def test_dollars_that_calls_have_are_not_told_twice() -> None:
    found = stored(session(accumulated_cost=0.25), message("assistant", "x"), spent(1, NOON, 5, cost=0.2))
    assert only(found, UsageRecorded) == []


@pytest.mark.parametrize(
    ("columns", "start", "title"),
    [
        ({"name": "A", "user_set_name": 1}, ("/w", None, None), ("A", "person")),
        ({"name": "A", "user_set_name": 0}, ("/w", None, None), ("A", "agent")),
        ({"parent_session_id": "p", "session_type": "user"}, ("/w", "p", "user"), None),
        ({"session_type": "sub_agent"}, ("/w", None, "sub_agent"), None),
        ({"session_type": "scheduled"}, ("/w", None, None), None),
    ],
)
def test_how_a_session_began(
    columns: dict[str, Any], start: tuple[str | None, ...], title: tuple[str, str] | None
) -> None:
    found = stored(session(**columns))
    assert [(event.cwd, event.starter, event.agent_type) for event in only(found, SessionStarted)] == [start]
    assert [(event.title, event.by) for event in only(found, Titled)] == ([title] if title else [])
