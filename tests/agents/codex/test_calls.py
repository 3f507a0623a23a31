"""Model calls: a record each, or a change of the sum so far; which tools each asked for; what is not known."""

from __future__ import annotations

from agent_trace.model.events import Compacted, LlmResponse, ToolCall, Unknown
from agent_trace.model.usage import BillingClass
from tests.agents.codex.written import (
    JSON,
    UNKNOWN,
    called,
    came_back,
    completed,
    counted,
    event,
    header,
    item,
    message,
    only,
    recorded,
    row,
    session,
    spent,
    stamp,
    turn,
    used,
)

FIRST, SECOND = spent(1000, 50), spent(200, 30, cached=1000)
BOTH = spent(1200, 80, cached=1000)


def test_cached_and_written_input_and_reasoning_are_taken_apart_once() -> None:
    usage = spent(100, 60, cached=900, written=40, reasoning=25)
    (call,) = session(header(), turn(), recorded("resp_1", usage)).calls
    assert (call.usage.input, call.usage.cache_read, call.usage.cache_write_5m) == (100, 900, 40)
    assert (call.usage.output, call.usage.reasoning, call.usage.cache_write_1h) == (60, 25, None)
    assert call.usage.prompt == usage["input_tokens"]


def test_more_cached_than_input_leaves_no_input() -> None:
    (call,) = session(
        header(), recorded("resp_1", {"input_tokens": 5, "cached_input_tokens": 9, "output_tokens": 1})
    ).calls
    assert (call.usage.input, call.usage.cache_read) == (0, 9)


def test_a_repeated_sum_is_no_call() -> None:
    rows = [
        header(),
        turn(),
        counted(FIRST, FIRST),
        counted(FIRST, FIRST),
        counted(BOTH, SECOND),
        counted(BOTH, SECOND),
    ]
    assert used(session(*rows).calls) == [(1000, 0, 50), (200, 1000, 30)]


def test_a_count_without_usage_says_nothing() -> None:
    found = session(header(), counted(None, None), message("assistant", "Hello"))
    assert found.calls == ()
    assert found.unread == ()


def test_a_sum_that_begins_anew_is_added() -> None:
    again = spent(30, 5)
    assert used(session(header(), counted(BOTH, SECOND), counted(again, again)).calls) == [(200, 1000, 30), (30, 0, 5)]


def test_a_larger_sum_that_is_its_last_call_alone_has_begun_anew() -> None:
    large = spent(9000, 900)
    assert used(session(header(), counted(FIRST, FIRST), counted(large, large)).calls) == [
        (1000, 0, 50),
        (9000, 0, 900),
    ]


def test_an_overrun_of_the_context_empties_the_sum_and_is_no_call() -> None:
    full = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 258_400}
    after = spent(70, 7)
    rows = [header(), counted(FIRST, FIRST), counted(full, full | {"total_tokens": 9}), counted(after, after)]
    assert used(session(*rows).calls) == [(1000, 0, 50), (70, 0, 7)]


def test_without_a_last_call_the_sum_tells_what_was_used() -> None:
    assert used(session(header(), counted(FIRST, None), counted(BOTH, None)).calls) == [(1000, 0, 50), (200, 1000, 30)]


def test_a_sum_that_a_fork_goes_on_from_is_not_its_own() -> None:
    inherited = spent(50_000, 4000)
    (call,) = session(header(), counted(inherited, SECOND)).calls
    assert used((call,)) == [(200, 1000, 30)]


def test_a_last_call_without_a_sum_is_a_call() -> None:
    assert used(session(header(), counted(None, FIRST)).calls) == [(1000, 0, 50)]


def test_a_count_of_another_shape_is_kept_unread() -> None:
    rows = [
        event("token_count", info={"prompt": 1}),
        event("token_count", input_tokens=5),
        row("token_usage_record", {}),
    ]
    found = [one.reason for one in only(Unknown, header(), *rows)]
    assert found == ["a token count without known counts"] * 2 + ["a usage record without counts"]


# ---- records


def test_a_count_beside_a_record_is_the_same_call() -> None:
    rows = [header(), turn(), recorded("resp_1", FIRST, FIRST), counted(FIRST, FIRST), counted(FIRST, FIRST)]
    found = session(*rows)
    assert used(found.calls) == [(1000, 0, 50)]
    assert (found.calls[0].call, found.calls[0].twin) == ("resp_1", "resp_1")


def test_a_count_with_another_sum_beside_a_record_is_the_same_call_too() -> None:
    rows = [
        header(),
        recorded("resp_1", FIRST),
        counted(BOTH, FIRST),
        counted(spent(1300, 90, cached=1000), spent(100, 10)),
    ]
    assert used(session(*rows).calls) == [(1000, 0, 50), (100, 0, 10)]


def test_a_record_that_is_repeated_counts_once() -> None:
    assert len(session(header(), recorded("resp_1", FIRST), recorded("resp_1", FIRST)).calls) == 1


def test_records_without_a_response_id_are_calls() -> None:
    rows = [header(), recorded("", FIRST, FIRST, 1), recorded("", SECOND, BOTH, 2)]
    assert used(session(*rows).calls) == [(1000, 0, 50), (200, 1000, 30)]


def test_a_record_of_nothing_is_no_call() -> None:
    assert session(header(), recorded("resp_1", spent(0, 0)), message("user", "Hi")).calls == ()


# ---- models, tiers, times


def test_a_call_has_the_model_and_the_tier_of_its_turn() -> None:
    settings = event("thread_settings_applied", thread_settings={"model": "gpt-5.5", "service_tier": "priority"})
    rows = [header(), turn(model="gpt-5.1-codex"), counted(FIRST, FIRST), turn(), settings, counted(BOTH, SECOND)]
    assert [call.cls for call in session(*rows).calls] == [
        BillingClass(model="gpt-5.1-codex"),
        BillingClass(model="gpt-5.5", tier="priority"),
    ]


def test_settings_without_a_tier_take_it_back() -> None:
    fast = event("thread_settings_applied", thread_settings={"service_tier": "fast"})
    plain = event("thread_settings_applied", thread_settings={"model": "gpt-5.5"})
    rows = [header(), turn(), fast, recorded("resp_1", FIRST), plain, recorded("resp_2", SECOND, service_tier="flex")]
    assert [call.cls.tier for call in session(*rows).calls if call.cls] == ["fast", "flex"]


def test_the_band_is_that_of_the_whole_prompt() -> None:
    (call,) = session(header(), turn(), recorded("resp_1", spent(72_001, 10, cached=200_000))).calls
    assert call.cls == BillingClass(model="gpt-5.5", band=272_000)


def test_the_time_of_a_call_is_that_of_its_usage() -> None:
    rows = [
        header(),
        turn(),
        called("call_1", at=1, cmd="ls"),
        came_back("call_1", "a", at=5),
        counted(FIRST, FIRST, 6),
    ]
    (call,) = session(*rows).calls
    assert call.at is not None
    assert call.at % 60_000 == 22_000


def test_the_usage_before_a_compaction_is_its_own_calls_and_no_measure_of_the_context() -> None:
    (found,) = only(
        Compacted, header(), counted(BOTH, SECOND), row("compacted", {"message": "sum", "replacement_history": []})
    )
    assert (found.before, found.summary) == (None, "sum")


# ---- the tools of a call


def asked_for(*rows: dict[str, object]) -> list[tuple[str, int | None]]:
    """Tool calls and the output tokens of the model call that each belongs to."""
    found = session(*rows)
    output = {call.call: call.usage.output for call in found.calls}
    return [(step.call.call, output[step.call.response or ""]) for step in found.steps]


def test_tools_belong_to_the_call_whose_usage_follows() -> None:
    rows = [
        header(),
        turn(),
        called("call_1", cmd="ls"),
        called("call_2", cmd="pwd"),
        came_back("call_1", "a"),
        counted(FIRST, FIRST),
        called("call_3", cmd="id"),
        came_back("call_3", "b"),
        counted(BOTH, SECOND),
    ]
    assert asked_for(*rows) == [("call_1", 50), ("call_2", 50), ("call_3", 30)]
    assert session(*rows).call_count == 2


def test_tools_behind_the_first_usage_of_a_turn_belong_to_it() -> None:
    rows = [
        header(),
        turn(),
        counted(FIRST, FIRST),
        called("call_1", cmd="ls"),
        counted(BOTH, SECOND),
        called("call_2"),
    ]
    assert asked_for(*rows) == [("call_1", 50), ("call_2", 30)]
    assert session(*rows).call_count == 2


def test_a_record_stands_behind_its_tools_even_where_a_turn_begins_with_one() -> None:
    rows = [header(), turn(), recorded("resp_1", FIRST), called("call_1", cmd="ls"), recorded("resp_2", SECOND)]
    assert asked_for(*rows) == [("call_1", 30)]


def test_a_turn_in_the_one_order_says_nothing_of_the_next() -> None:
    rows = [header(), turn(), counted(FIRST, FIRST), turn(), called("call_1", cmd="ls"), counted(BOTH, SECOND)]
    assert asked_for(*rows) == [("call_1", 30)]


def test_a_call_that_nothing_was_heard_of_again_has_no_usage() -> None:
    found = session(header(), turn(), called("call_1", at=2, cmd="ls"), event("turn_aborted", 3, reason="interrupted"))
    (call,) = found.calls
    assert (call.usage, call.counts, found.call_count) == (UNKNOWN, True, 1)
    assert call.at == found.steps[0].call.at


def test_a_new_turn_ends_a_reply_without_usage() -> None:
    rows = [header(), called("call_1"), event("task_started"), called("call_2"), counted(FIRST, FIRST)]
    assert asked_for(*rows) == [("call_1", None), ("call_2", 50)]


def test_the_usage_of_a_reply_that_was_broken_off_is_what_the_sum_moved_by_besides() -> None:
    abort = event("turn_aborted", reason="interrupted")
    sum_after = spent(1000 + 700 + 200, 50 + 20 + 30, cached=1000)
    rows = [header(), counted(FIRST, FIRST), turn(), called("call_1"), abort, turn(), counted(sum_after, SECOND)]
    assert used(session(*rows).calls) == [(1000, 0, 50), (700, 0, 20), (200, 1000, 30)]


def test_a_sum_that_moved_by_its_last_call_alone_leaves_a_broken_reply_without_usage() -> None:
    abort = event("turn_aborted", reason="interrupted")
    rows = [header(), counted(FIRST, FIRST), turn(), called("call_1"), abort, turn(), counted(BOTH, SECOND)]
    assert used(session(*rows).calls) == [(1000, 0, 50), (None, None, None), (200, 1000, 30)]


def test_a_prompt_while_a_tool_runs_does_not_part_a_call_from_its_usage() -> None:
    rows = [header(), turn(), called("call_1"), event("user_message", message="and hurry"), counted(FIRST, FIRST)]
    assert asked_for(*rows) == [("call_1", 50)]


def test_what_a_script_calls_belongs_to_the_call_that_the_script_came_from() -> None:
    script = item("custom_tool_call", call_id="call_1", name="exec", input="await tools.exec_command({cmd: 'ls'})")
    nested = completed("CommandExecution", id="exec_1", command=["ls"], exit_code=0, aggregated_output="a")
    rows = [header(), script, recorded("resp_1", FIRST), nested, called("call_2"), recorded("resp_2", SECOND)]
    assert asked_for(*rows) == [("call_1", 50), ("exec_1", 50), ("call_2", 30)]


def test_keys_are_those_of_the_vendor_where_they_are_unique_and_else_the_threads_own() -> None:
    long = "call_l60TLUHMKhytonPFbK7eA723"
    short, other = (
        session(header(), called("call_0")),
        session(header(name="other"), called("call_0"), path="other.jsonl"),
    )
    assert short.calls[0].call != other.calls[0].call
    assert session(header(), called(long)).calls[0].call == f"{long}.reply"


def test_call_ids_that_are_used_again_are_other_calls() -> None:
    one = [called("shell:0"), came_back("shell:0", "a"), counted(FIRST, FIRST)]
    two = [called("shell:0"), came_back("shell:0", "b"), counted(BOTH, SECOND)]
    assert asked_for(header(), *one, *two) == [("shell:0", 50), ("shell:0~2", 30)]


def test_bare_items_make_no_calls_but_their_tools_count() -> None:
    rows: list[JSON] = [
        {"id": "legacy", "timestamp": stamp(0), "instructions": None, "git": {}},
        {"record_type": "state"},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]},
        {"type": "function_call", "name": "shell", "arguments": '{"command":["ls"]}', "call_id": "call_1"},
        {"type": "function_call_output", "call_id": "call_1", "output": '{"output":"a","metadata":{"exit_code":0}}'},
    ]
    found = session(*rows, path="sessions/rollout.jsonl")
    assert (found.id, found.call_count, found.tool_calls, found.unread) == ("legacy", 0, 1, ())
    assert [prompt.text for prompt in found.prompts] == ["hi"]
    (call,) = found.calls
    assert (call.counts, call.usage, call.at) == (False, UNKNOWN, found.started)


def test_the_first_row_of_a_reply_has_the_number_and_the_others_mend_it() -> None:
    found = only(LlmResponse, header(), called("call_1"), recorded("resp_1", FIRST))
    assert [(one.continues, one.twin) for one in found] == [(False, ""), (True, "resp_1")]
    (tool,) = only(ToolCall, header(), called("call_1"), recorded("resp_1", FIRST))
    assert tool.response == found[0].call == found[1].call
