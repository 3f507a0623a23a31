"""Copilot's model calls: answers, records of usage, compactions, and the account of a whole session."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_trace.agents.copilot.calls import usage_of
from agent_trace.model.events import Compacted, ErrorRaised, LlmResponse, SessionEnded, ToolCall, UsageRecorded
from agent_trace.model.session import by_session
from agent_trace.model.usage import Usage
from tests.agents.copilot.written import API, SESSION, answered, heard, ident, only, record, row, shutdown, start, tool

MODEL = "claude-opus-4.5"


def calls(*rows: dict[str, Any]) -> list[tuple[str, int | None, int | None, bool]]:
    """Key, input, output of each telling of a call, and whether it continues one."""
    return [(one.call, one.usage.input, one.usage.output, one.continues) for one in only(LlmResponse, *rows)]


# ---- tokens


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        (
            {"inputTokens": 1000, "outputTokens": 40, "cacheReadTokens": 600, "cacheWriteTokens": 300},
            Usage(input=100, output=40, cache_read=600, cache_write_5m=300),
        ),
        ({"inputTokens": 5, "cacheReadTokens": 600, "outputTokens": 4}, Usage(input=5, output=4, cache_read=600)),
        ({"inputTokens": 0, "outputTokens": 0, "cacheReadTokens": 0}, Usage()),
        ({"outputTokens": 4, "reasoningTokens": 2}, Usage(output=4, reasoning=2)),
        ({"input": 80, "output": 10, "cachedInput": 50}, Usage(input=30, output=10, cache_read=50)),
        ({"input": "many"}, Usage()),
        ({}, Usage()),
    ],
)
def test_cache_is_taken_out_of_input(used: dict[str, Any], expected: Usage) -> None:
    assert usage_of(used) == expected


# ---- answers and records


@pytest.mark.parametrize("record_first", [True, False])
def test_an_answer_and_its_record_are_one_call(record_first: bool) -> None:
    rows = [answered("Yes.", apiCallId=API), record(1000, 40, 600, 300)]
    events = heard(start(), *(reversed(rows) if record_first else rows))
    assert {one.call for one in events if isinstance(one, LlmResponse)} == {API}
    used = by_session(events, "copilot")[SESSION].usage
    assert (used.input, used.output, used.cache_read, used.cache_write_5m) == (100, 40, 600, 300)


def test_an_answer_without_a_record_has_output_tokens_at_most() -> None:
    assert calls(answered("One.", outputTokens=12), answered("Two.", messageId="m2")) == [
        (ident(0), None, 12, False),
        (ident(1), None, None, False),
    ]


def test_a_record_without_an_answer_is_a_call() -> None:
    assert calls(record(10, 5, call=None), record(20, 6)) == [(ident(0), 10, 5, False), (API, 20, 6, False)]


def test_a_record_that_is_repeated_bills_once() -> None:
    rows = [record(10, 5, copilotUsage={"totalNanoAiu": 10**9}), record(10, 5, copilotUsage={"totalNanoAiu": 10**9})]
    assert calls(*rows) == [(API, 10, 5, False), (API, 10, 5, True)]
    assert [one.credits for one in only(LlmResponse, *rows)] == ["1", None]


def test_an_answer_in_several_pieces_is_one_call() -> None:
    rows = [answered("One.", apiCallId=API, outputTokens=out) for out in (3, 3, 9, 1)]
    assert calls(*rows) == [(API, None, 3, False), (API, None, 9, True)]


def test_an_answer_after_its_record_mends_nothing() -> None:
    assert calls(record(10, 5), answered("x", apiCallId=API, outputTokens=99)) == [(API, 10, 5, False)]


def test_a_short_id_stands_for_several_calls() -> None:
    rows = [
        record(10, 5, call="chatcmpl-7"),
        answered("One.", apiCallId="chatcmpl-7"),
        record(20, 6, call="chatcmpl-7"),
        answered("Two.", apiCallId="chatcmpl-7"),
    ]
    assert calls(*rows) == [(ident(0), 10, 5, False), (ident(2), 20, 6, False)]
    assert calls(rows[1], rows[0], rows[3], rows[2]) == [
        (ident(0), None, None, False),
        (ident(0), 10, 5, True),
        (ident(3), 20, 6, False),
    ]


@pytest.mark.parametrize("name", ["apiCallId", "requestId", "messageId"])
def test_pieces_of_an_answer_share_one_of_its_ids(name: str) -> None:
    ids = {"apiCallId": None, "requestId": None, "messageId": None, name: API}
    assert [one[0] for one in calls(answered("One.", **ids), answered("Two.", **ids))] == [API]


def test_tool_calls_belong_to_their_answer() -> None:
    rows = [record(10, 5), answered("", tool("bash"), apiCallId=API), answered("", tool("bash", "t2"), messageId="m9")]
    assert [(one.call, one.response) for one in only(ToolCall, *rows)] == [("t1", API), ("t2", ident(2))]


def test_sub_agents_and_their_root_may_share_an_id() -> None:
    rows = [answered("One.", apiCallId="7"), answered("Two.", apiCallId="7", agent="a")]
    assert [(one.session, one.call) for one in only(LlmResponse, *rows)] == [
        (SESSION, ident(0)),
        (f"{SESSION}/agent-a", ident(1)),
    ]


def test_a_call_is_of_the_model_that_was_named_last() -> None:
    rows = [row("session.model_change", {"newModel": "gpt-5"}), answered("x", model=None)]
    rows += [record(1, 1, model="other"), answered("y", model=None, messageId="m2")]
    assert [one.cls and one.cls.model for one in only(LlmResponse, *rows)] == ["gpt-5", "other", "other"]
    assert [one.cls for one in only(LlmResponse, answered("x", model=None))] == [None]


def test_a_record_says_why_an_answer_ended() -> None:
    assert [one.stop for one in only(LlmResponse, record(1, 1, finishReason="length"))] == ["length"]


@pytest.mark.parametrize("usage", [None, 7, [], {}])
def test_a_record_of_nothing_is_a_call_of_unknown_size(usage: object) -> None:
    assert calls(row("session.usage_record", {"usage": usage})) == [(ident(0), None, None, False)]


# ---- credits


@pytest.mark.parametrize(
    ("used", "credits"),
    [
        ({"copilotUsage": {"totalNanoAiu": 1_500_000_000}}, "1.5"),
        ({"totalNanoAiu": 236_385_000}, "0.236385"),
        ({"totalNanoAiu": 0.5}, "0.0000000005"),
        ({"totalNanoAiu": 20_000_000_000, "aiCreditsStatus": "available"}, "20"),
        ({"totalNanoAiu": 0}, "0"),
        ({"totalNanoAiu": 7, "aiCreditsStatus": "unavailable"}, None),
        ({"totalNanoAiu": True}, None),
        ({"totalNanoAiu": -1}, None),
        ({"totalNanoAiu": 10**400}, None),
        ({"totalNanoAiu": "7"}, None),
        ({"cost": 1.0}, None),
    ],
    ids=str,
)
def test_credits_are_kept_beside_a_call(used: dict[str, Any], credits: str | None) -> None:
    usage: dict[str, Any] = {"apiCallId": API, "outputTokens": 1, **used}
    data = json.dumps({**row("session.usage_record", {"usage": usage}), "id": "x"}).encode() + b"\n"
    assert [one.credits for one in only(LlmResponse, data)] == [credits]


# ---- compaction


def test_a_compaction_is_a_call_of_its_own() -> None:
    used = {"inputTokens": 900, "outputTokens": 60, "cacheReadTokens": 500, "cacheWriteTokens": 0, "model": "small"}
    used |= {"duration": 12, "copilotUsage": {"totalNanoAiu": 10**9}}
    rows = [answered("x"), row("session.compaction_complete", {"compactionTokensUsed": used, "trigger": "manual"})]
    _, call = only(LlmResponse, *rows)
    assert (call.call, call.side, call.credits, call.cls and call.cls.model) == (ident(1), True, "1", "small")
    assert call.usage == Usage(input=400, output=60, cache_read=500, cache_write_5m=0)
    assert [(one.trigger, one.run_ms) for one in only(Compacted, *rows)] == [("manual", 12)]


def test_a_compaction_names_the_model_of_its_session_where_it_names_none() -> None:
    rows = [answered("x"), row("session.compaction_complete", {"compactionTokensUsed": {"input": 5}})]
    assert [one.cls and one.cls.model for one in only(LlmResponse, *rows)] == [MODEL, MODEL]
    assert [one.cls for one in only(LlmResponse, *rows[1:])] == [None]


def test_a_compaction_without_figures_is_no_call() -> None:
    data = {"preCompactionTokens": 9000, "postCompactionTokens": 100, "summaryContent": "All."}
    rows = [row("session.compaction_complete", data)]
    assert only(LlmResponse, *rows) == []
    assert [(one.before, one.after, one.summary) for one in only(Compacted, *rows)] == [(9000, 100, "All.")]


def test_a_compaction_that_failed_is_an_error() -> None:
    rows = [row("session.compaction_complete", {"success": False, "error": "No answer", "statusCode": 502})]
    assert [(one.text, one.status) for one in only(ErrorRaised, *rows)] == [("No answer", 502)]
    assert only(Compacted, *rows) == []


def test_early_versions_drop_messages_instead() -> None:
    data = {"preTruncationTokensInMessages": 900, "postTruncationTokensInMessages": 60}
    found = only(Compacted, row("session.truncation", data))
    assert [(one.trigger, one.before, one.after) for one in found] == [("truncation", 900, 60)]


# ---- the account


def account(*rows: dict[str, Any]) -> list[dict[str, tuple[int | None, ...]]]:
    """Input, output, cache reads and writes of every model, at every shutdown."""
    return [
        {model: (used.input, used.output, used.cache_read, used.cache_write_5m) for model, used in found.models.items()}
        for found in only(UsageRecorded, *rows)
    ]


def test_a_shutdown_ends_the_session_and_leaves_its_account() -> None:
    rows = [answered("x", outputTokens=40), shutdown({"m": (1000, 40, 600, 300), "n": (0, 0, 0, 0)})]
    assert account(*rows) == [{"m": (100, 40, 600, 300)}]
    assert [one.reason for one in only(SessionEnded, *rows)] == ["routine"]


@pytest.mark.parametrize("metrics", [{}, {"m": (0, 0, 0, 0)}])
def test_an_empty_account_says_nothing(metrics: dict[str, tuple[int, int, int, int]]) -> None:
    assert account(shutdown(metrics)) == []


@pytest.mark.parametrize("metrics", [None, 7, {"m": 7}, {"m": {"usage": []}}, {"m": {"usage": {"inputTokens": "x"}}}])
def test_an_account_of_the_wrong_type_says_nothing(metrics: object) -> None:
    assert account(row("session.shutdown", {"modelMetrics": metrics})) == []


def test_an_account_that_grows_is_cumulative() -> None:
    rows = [answered("x", outputTokens=40), shutdown({"m": (100, 40, 0, 0)})]
    rows += [answered("y", messageId="m2", outputTokens=5), shutdown({"m": (150, 45, 0, 0)})]
    assert account(*rows) == [{"m": (100, 40, 0, 0)}, {"m": (150, 45, 0, 0)}]


def test_an_account_that_shrinks_began_anew() -> None:
    rows = [shutdown({"m": (100, 40, 0, 0)}), shutdown({"m": (50, 90, 0, 0)}), shutdown({"n": (1, 1, 0, 0)})]
    assert account(*rows)[1:] == [{"m": (150, 130, 0, 0)}, {"m": (150, 130, 0, 0), "n": (1, 1, 0, 0)}]


def test_an_account_of_what_was_said_since_the_last_began_anew() -> None:
    rows = [answered("x", outputTokens=40), shutdown({"m": (100, 40, 0, 0)})]
    rows += [answered("y", messageId="m2", outputTokens=60), shutdown({"m": (150, 60, 0, 0)})]
    assert account(*rows)[1:] == [{"m": (250, 100, 0, 0)}]


def test_two_shutdowns_with_nothing_between_are_one() -> None:
    rows = [answered("x", outputTokens=40), shutdown({"m": (100, 40, 0, 0)}), shutdown({"m": (100, 40, 0, 0)})]
    assert account(*rows) == [{"m": (100, 40, 0, 0)}] * 2


def test_credits_of_an_account_are_cumulative_like_it() -> None:
    rows = [shutdown({"m": (100, 40, 0, 0)}, totalNanoAiu=10**9), shutdown({"m": (50, 9, 0, 0)}, totalNanoAiu=10**8)]
    assert [one.credits for one in only(UsageRecorded, *rows)] == ["1", "1.1"]
    assert [one.credits for one in only(UsageRecorded, shutdown(totalNanoAiu=5 * 10**8))] == ["0.5"]
    assert [one.credits for one in only(UsageRecorded, shutdown({"m": (1, 1, 0, 0)}))] == [None]
