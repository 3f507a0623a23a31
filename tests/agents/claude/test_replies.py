"""Assistant rows: calls and their usage, texts, tools."""

from __future__ import annotations

import pytest

from agent_trace.agents.claude.keys import row_key
from agent_trace.agents.claude.replies import kind_of_tool
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    ErrorRaised,
    LlmResponse,
    ModelChanged,
    Thinking,
    ToolCall,
    ToolResult,
    Unknown,
)
from agent_trace.model.tools import ToolKind
from agent_trace.model.usage import BillingClass, Usage
from tests.agents.claude.logs import heard, sessions
from tests.agents.claude.written import answered, events, kinds, log, only, row, text, tokens, tool


def usages(*rows: dict[str, object]) -> list[tuple[int | None, bool]]:
    """Output tokens and whether it mends, of each response."""
    return [(one.usage.output, one.continues) for one in only(LlmResponse, *rows)]


def test_the_first_row_of_a_call_reports_it() -> None:
    found = events(answered("a1", "msg_1", text("hello")))
    assert kinds(found) == ["LlmResponse", "AssistantText"]
    (response,) = (one for one in found if isinstance(one, LlmResponse))
    assert (response.id, response.call, response.counts) == ("msg_1", "msg_1", True)
    assert response.cls == BillingClass(model="claude-sonnet-4-5")
    assert response.usage == Usage(input=10, output=5)


def test_a_later_row_reports_only_what_is_new() -> None:
    assert usages(answered("a1", "msg_1", text("a")), answered("a2", "msg_1", text("b"))) == [(5, False)]
    assert usages(answered("a1", "msg_1", usage=tokens(1)), answered("a2", "msg_1", usage=tokens(9))) == [
        (1, False),
        (9, True),
    ]


def test_fewer_tokens_are_no_news() -> None:
    assert usages(answered("a1", "msg_1", usage=tokens(9)), answered("a2", "msg_1", usage=tokens(1))) == [(9, False)]


def test_of_equal_output_the_larger_prompt_counts_then_the_later_row() -> None:
    later = "2026-11-18T12:00:09.000Z"
    larger = tokens(5, cache_read_input_tokens=7)
    assert len(usages(answered("a1", "msg_1"), answered("a2", "msg_1", usage=larger))) == 2
    fast = tokens(5, speed="fast")
    assert len(usages(answered("a1", "msg_1"), answered("a2", "msg_1", usage=fast, timestamp=later))) == 2
    assert len(usages(answered("a1", "msg_1"), answered("a2", "msg_1", usage=fast))) == 1


def test_an_earlier_row_dates_the_call() -> None:
    earlier = "2026-11-18T11:00:00.000Z"
    first, second = only(LlmResponse, answered("a1", "msg_1"), answered("a2", "msg_1", timestamp=earlier))
    assert second.continues
    assert (first.at or 0) - (second.at or 0) == 3_600_000


def test_what_mends_a_call_leads_to_nothing() -> None:
    found = events(answered("a1", "msg_1", usage=tokens(1)), answered("a2", "msg_1", text("b"), parentUuid="a1"))
    assert [(one.id, one.parent) for one in found] == [
        ("msg_1", "log.start"),
        ("a2.usage", "msg_1"),
        ("a2.0", "msg_1"),
    ]


def test_another_request_for_the_same_message_is_another_call() -> None:
    found = only(LlmResponse, answered("a1", "msg_1"), answered("a2", "msg_1", requestId="req_2"))
    assert [one.call for one in found] == ["msg_1", "msg_1:req_2"]


def test_a_row_without_request_id_joins_any_call_of_its_message() -> None:
    found = only(LlmResponse, answered("a1", "msg_1"), answered("a2", "msg_1", requestId=None))
    assert [one.call for one in found] == ["msg_1"]
    late = only(LlmResponse, answered("a1", "msg_1", requestId=None), answered("a2", "msg_1"))
    assert [one.call for one in late] == ["msg_1"]


def test_a_side_row_is_a_replay_and_no_second_call() -> None:
    found = sessions("edges/side-chains.jsonl")
    assert found["side-chains/agent-abc"].calls[0].call == found["side-chains"].calls[0].call


def test_the_main_threads_request_id_is_the_calls() -> None:
    rows = (
        answered("a1", "msg_1", requestId="side", isSidechain=True, agentId="x"),
        answered("a2", "msg_1", requestId="main"),
        answered("a3", "msg_1", requestId="other"),
    )
    assert [one.call for one in only(LlmResponse, *rows)] == ["msg_1", "msg_1", "msg_1:other"]


def test_a_message_without_id_is_a_call_of_its_own() -> None:
    rows = (answered("a1", "x"), answered("a2", "x"))
    for one in rows:
        del one["message"]["id"]
    assert [(one.id, one.call) for one in only(LlmResponse, *rows)] == [("a1.response", "a1"), ("a2.response", "a2")]


def test_writes_are_kept_apart_by_lifetime() -> None:
    split = {"ephemeral_5m_input_tokens": 3, "ephemeral_1h_input_tokens": 4}
    (response,) = only(
        LlmResponse, answered("a1", "m", usage=tokens(1, cache_creation_input_tokens=7, cache_creation=split))
    )
    assert (response.usage.cache_write_5m, response.usage.cache_write_1h) == (3, 4)


def test_what_decides_the_rate_is_kept_as_logged() -> None:
    used = tokens(1, speed="fast", inference_geo="us", service_tier="priority", cache_read_input_tokens=200_001)
    (response,) = only(LlmResponse, answered("a1", "m", usage=used))
    assert response.cls == BillingClass(
        model="claude-sonnet-4-5", speed="fast", geo="us", tier="priority", band=200_000
    )


def test_what_a_call_billed_besides_itself_is_no_call() -> None:
    session = sessions("edges/advisor.jsonl")["advisor"]
    assert session.call_count == 1
    assert [(one.call, one.counts, one.usage.output) for one in session.calls] == [
        ("msg_1", True, 900),
        ("msg_1:advisor_message:0", False, 400),
    ]
    assert session.usage.output == 1300


def test_recorded_dollars_are_kept_as_written() -> None:
    rows = (answered("a1", "msg_1"), answered("a2", "msg_1", costUSD=0.0312))
    assert [one.recorded_usd for one in only(LlmResponse, *rows)] == [None, "0.0312"]


def test_the_reason_of_the_end_may_come_later() -> None:
    last = answered("a2", "msg_1")
    last["message"]["stop_reason"] = "end_turn"
    assert [one.stop for one in only(LlmResponse, answered("a1", "msg_1"), last)] == [None, "end_turn"]


def test_a_call_that_goes_on_in_a_fork_is_the_forks_too() -> None:
    data = log(answered("a1", "msg_1"), answered("a2", "msg_1", text("more")))
    found = [one for one in heard(data, inherited=frozenset({row_key("a1")})) if isinstance(one, LlmResponse)]
    assert [(one.inherited, one.continues) for one in found] == [(True, False), (False, True)]


# ---- what is no call


def test_what_claude_code_says_itself_is_no_call() -> None:
    found = sessions("edges/notices.jsonl")["notices"]
    assert [one.text for one in found.events if isinstance(one, AssistantText)] == []
    stand_ins = [one.text for one in found.events if isinstance(one, Attachment) and one.kind == "stand-in"]
    assert (stand_ins, found.call_count) == (["No response requested."], 1)
    message = {"model": "<synthetic>", "content": [text("Prompt is too long")]}
    assert [one.text for one in only(AssistantText, row("assistant", "a1", message=message))] == ["Prompt is too long"]


def test_a_stand_in_is_cut_as_every_text_is() -> None:
    message = {"model": "<synthetic>", "content": [text("No response requested.")]}
    data = log(row("assistant", "a1", message=message))
    (found,) = (one for one in heard(data, clip=2) if isinstance(one, Attachment))
    assert (found.text, found.size) == ("No", 22)


def test_a_failed_api_call_is_an_error() -> None:
    message = {"model": "<synthetic>", "content": [text("Credit balance is too low")]}
    (error,) = only(ErrorRaised, row("assistant", "a1", message=message, isApiErrorMessage=True, apiErrorStatus=400))
    assert (error.text, error.status, error.retry) == ("Credit balance is too low", 400, None)


@pytest.mark.parametrize("message", [None, 7, []])
def test_an_answer_without_message_is_kept_unread(message: object) -> None:
    (unknown,) = only(Unknown, row("assistant", "a1", message=message))
    assert unknown.reason == "assistant row without a readable message"


def test_an_answer_that_is_a_string_is_said() -> None:
    assert [one.text for one in only(AssistantText, row("assistant", "a1", message="bare"))] == ["bare"]


@pytest.mark.parametrize("usage", ["[redacted]", {"input_tokens": "many"}])
def test_usage_that_makes_no_sense_is_kept_unread(usage: object) -> None:
    found = events(answered("a1", "msg_1", text("hello"), usage=usage))
    assert [getattr(one, "reason", "") for one in found] == ["usage without numbers"]


def test_an_answer_without_usage_is_a_call_of_unknown_size() -> None:
    message = {"id": "msg_1", "model": "m", "content": "hello", "usage": None}
    response, said = events(row("assistant", "a1", message=message))
    assert isinstance(response, LlmResponse)
    assert response.usage == Usage()
    assert isinstance(said, AssistantText)


# ---- blocks


def test_every_block_is_an_event_named_by_its_place() -> None:
    blocks = ({"type": "thinking", "thinking": "hm"}, text("so"), {"type": "redacted_thinking", "data": "…"})
    found = events(answered("a1", "msg_1", *blocks))[1:]
    assert [(one.id, type(one)) for one in found] == [("a1.0", Thinking), ("a1.1", AssistantText), ("a1.2", Thinking)]


def test_a_tool_call_tells_what_it_does() -> None:
    (call,) = only(ToolCall, answered("a1", "msg_1", tool("t1", "Edit", file_path="/a.py", old_string="x" * 3000)))
    assert (call.id, call.call, call.response, call.tool, call.kind) == ("t1", "t1", "msg_1", "Edit", "edit")
    assert (call.title, call.paths) == ("/a.py", ("/a.py",))
    assert call.size > len(call.input) == 2048


def test_a_tool_call_without_id_goes_by_its_row() -> None:
    block = {"type": "tool_use", "name": "Bash", "input": {"command": "ls"}}
    assert [one.call for one in only(ToolCall, answered("a1", "msg_1", block))] == ["a1:Bash"]


def test_a_tool_call_without_name_is_none() -> None:
    assert only(ToolCall, answered("a1", "msg_1", {"type": "tool_use", "id": "t1"})) == []


@pytest.mark.parametrize("given", ["[1]", '"text"', "null", "9" * 5000, "[" * 5000 + "]" * 5000])
def test_arguments_that_are_no_object_name_nothing(given: str) -> None:
    line = log(answered("a1", "msg_1", tool("t1", "Bash"))).replace(b'"input":{}', b'"input":' + given.encode())
    calls = [one for one in heard(line) if isinstance(one, ToolCall)]
    assert [(one.title, one.paths) for one in calls] in ([("", ())], [])


@pytest.mark.parametrize(
    ("name", "kind"), [("Bash", "shell"), ("Task", "agent"), ("mcp__x__y", "mcp"), ("FromTheFuture", "other")]
)
def test_kinds_of_tools(name: str, kind: ToolKind) -> None:
    assert kind_of_tool(name) == kind


def test_a_tool_at_the_vendors_comes_back_in_the_answer() -> None:
    session = sessions("edges/advisor.jsonl")["advisor"]
    (step,) = session.steps
    assert step.result is not None
    assert (step.result.tool, step.result.output) == ("advisor", "Do it.")


def test_a_result_of_the_vendors_may_be_empty() -> None:
    block = {"type": "web_search_tool_result", "tool_use_id": "s1"}
    (result,) = only(ToolResult, answered("a1", "msg_1", block))
    assert (result.tool, result.output) == ("web_search", "")


def test_a_fallback_changes_the_model() -> None:
    block = {"type": "fallback", "from": {"model": "one"}, "to": {"model": "two"}}
    assert [one.model for one in only(ModelChanged, answered("a1", "msg_1", block))] == ["two"]


def test_a_block_of_a_later_version_is_shown() -> None:
    assert [
        (one.kind, one.text) for one in only(Attachment, answered("a1", "m", text("x") | {"type": "hologram"}))
    ] == [("hologram", "x")]
