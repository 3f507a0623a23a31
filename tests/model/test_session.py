"""The views of a Session: each decided once, for every surface."""

from __future__ import annotations

import msgspec
import pytest

from agent_trace.model.events import (
    AssistantText,
    Compacted,
    Event,
    FileRead,
    FileWrite,
    LlmResponse,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
)
from agent_trace.model.session import FileUse, Session, Step, by_session
from agent_trace.model.usage import NOTHING, BillingClass, Usage


def session(*events: Event) -> Session:
    """A session of these events."""
    return Session("s", "claude", events)


def prompt(name: str, at: int = 0, **fields: object) -> UserPrompt:
    """A prompt whose text is its id."""
    return msgspec.structs.replace(UserPrompt(id=name, session="s", at=at, text=name), **fields)


def response(call: str, output: int | None = 5, **fields: object) -> LlmResponse:
    """The first row of a model call."""
    plain = LlmResponse(
        id=call, session="s", at=10, call=call, cls=BillingClass(model="m"), usage=Usage(input=1, output=output)
    )
    return msgspec.structs.replace(plain, **fields)


def mend(call: str, output: int | None, **fields: object) -> LlmResponse:
    """A later row of one."""
    return response(call, output, id=f"{call}.usage", continues=True, **fields)


def call(name: str, **fields: object) -> ToolCall:
    """A tool call."""
    return msgspec.structs.replace(ToolCall(id=name, session="s", at=0, call=name, tool="Bash"), **fields)


def result(name: str, **fields: object) -> ToolResult:
    """The result of one."""
    return msgspec.structs.replace(ToolResult(id=f"{name}.result", session="s", at=0, call=name, tool="Bash"), **fields)


def test_a_session_without_events() -> None:
    empty = session()
    assert not any((empty.numbered, empty.steps, empty.turns, empty.calls, empty.prompts, empty.unread, empty.children))
    assert (empty.started, empty.ended, empty.duration_ms) == (None, None, None)
    assert (empty.usage, empty.call_count, empty.files) == (NOTHING.usage, 0, {})


# ---- numbers and ids


def test_numbers_count_from_one_and_skip_what_mends() -> None:
    found = session(prompt("u1"), response("m1", 1), mend("m1", 9), AssistantText(id="a1", session="s"))
    assert [(one.number, one.event.id) for one in found.numbered] == [(1, "u1"), (2, "m1"), (3, "a1")]


def test_a_numbered_call_has_the_usage_of_all_its_rows() -> None:
    found = session(response("m1", 1), mend("m1", 9)).event(1)
    assert isinstance(found, LlmResponse)
    assert found.usage.output == 9


@pytest.mark.parametrize(("name", "expected"), [(1, "u1"), ("1", "u1"), ("2", "17a"), ("17a", "17a"), ("u1", "u1")])
def test_an_event_by_number_or_id(name: int | str, expected: str) -> None:
    found = session(prompt("u1"), prompt("17a")).event(name)
    assert found is not None
    assert found.id == expected


@pytest.mark.parametrize("name", [0, 3, -1, "", "nowhere", "٣", "9" * 5000])
def test_a_name_that_is_nowhere(name: int | str) -> None:
    assert session(prompt("u1"), prompt("u2")).event(name) is None


def test_the_number_of_an_event() -> None:
    first, second = prompt("u1"), prompt("u2")
    assert session(first, second).number_of(second) == 2
    assert session(first).number_of(second) is None


def test_of_two_events_with_one_id_the_first_is_meant() -> None:
    found = session(prompt("u1", text="first"), prompt("u1", text="second")).numbered_event("u1")
    assert found is not None
    assert found.number == 1


# ---- calls


def test_the_row_with_the_most_output_counts() -> None:
    found = session(response("m1", 1), mend("m1", 9), mend("m1", 3), response("m2", None))
    assert [one.usage.output for one in found.calls] == [9, None]
    assert found.usage == Usage(input=2, output=9)


def test_between_equal_rows_the_larger_prompt_then_the_later_row() -> None:
    small, large = Usage(input=1, output=5), Usage(input=7, output=5)
    assert session(response("m", usage=large), mend("m", 5, usage=small)).calls[0].usage == large
    later = BillingClass(model="m", speed="fast")
    assert session(response("m"), mend("m", 5, cls=later)).calls[0].cls == later


def test_a_call_is_dated_by_its_earliest_row() -> None:
    assert session(response("m", at=10), mend("m", 5, at=4)).calls[0].at == 4
    assert session(response("m", at=None), mend("m", 5, at=None)).calls[0].at is None


def test_what_rows_add_to_a_call() -> None:
    merged = session(response("m"), mend("m", 5, stop="end_turn", recorded_usd="0.1")).calls[0]
    assert (merged.stop, merged.recorded_usd, merged.id, merged.continues) == ("end_turn", "0.1", "m", False)
    kept = session(response("m", stop="tool_use", recorded_usd="0.2"), mend("m", 5, recorded_usd="0.1")).calls[0]
    assert (kept.stop, kept.recorded_usd) == ("tool_use", "0.2")


def test_inherited_calls_are_shown_and_not_counted() -> None:
    found = session(response("m1", inherited=True), response("m2"))
    assert [one.call for one in found.calls] == ["m1", "m2"]
    assert [one.call for one in found.own_calls] == ["m2"]
    assert found.call_count == 1


def test_a_call_with_a_row_of_its_own_is_the_sessions() -> None:
    assert session(response("m1", inherited=True), mend("m1", 5)).call_count == 1


def test_what_a_call_billed_besides_itself_counts_in_usage_alone() -> None:
    found = session(response("m1", 5), response("m1:advisor_message:0", 7, counts=False))
    assert (found.call_count, found.usage.output) == (1, 12)


def test_models_are_those_of_own_calls() -> None:
    found = session(
        response("1", cls=BillingClass(model="b")),
        response("2", cls=BillingClass(model="a")),
        response("3", cls=BillingClass(model="c"), inherited=True),
        response("4", cls=BillingClass(model="")),
        response("5", cls=None),
    )
    assert found.models == ("a", "b")


# ---- steps


def test_a_step_is_a_call_and_its_result() -> None:
    found = session(call("t1"), call("t2"), result("t2", failed=True), result("t1"))
    assert [(step.number, step.call.id, step.failed) for step in found.steps] == [(1, "t1", False), (2, "t2", True)]


def test_a_step_may_lack_its_result() -> None:
    (step,) = session(call("t1"), result("nowhere")).steps
    assert (step.result, step.failed) == (None, False)


def test_a_tool_call_counts_once_and_so_does_its_result() -> None:
    found = session(call("t1"), call("t1", id="t1~2"), result("t1", failed=True), result("t1", id="again"))
    assert [(step.call.id, step.failed) for step in found.steps] == [("t1", True)]
    assert (found.tool_calls, len(found.errors)) == (1, 1)


def test_a_result_before_its_call_is_none_of_it() -> None:
    assert session(result("t1"), call("t1")).steps[0].result is None


def test_errors_are_own_failures_of_calls_that_were_made() -> None:
    found = session(
        call("t1"),
        call("t2"),
        call("t3", inherited=True),
        result("t1", failed=True),
        result("t2"),
        result("t3", failed=True, inherited=True),
        result("t4", failed=True),
    )
    assert [one.call for one in found.errors] == ["t1"]
    assert found.tool_calls == 2


@pytest.mark.parametrize(
    ("step", "span", "run", "wait"),
    [
        (Step(call("t"), None, 1), None, None, None),
        (Step(call("t", at=None), result("t"), 1), None, None, None),
        (Step(call("t"), result("t", at=None), 1), None, None, None),
        (Step(call("t", at=5), result("t", at=3), 1), 0, None, None),
        (Step(call("t"), result("t", at=900), 1), 900, None, None),
        (Step(call("t"), result("t", at=900, asked=False), 1), 900, 900, 0),
        (Step(call("t"), result("t", at=900, asked=True), 1), 900, None, None),
        (Step(call("t"), result("t", at=900, run_ms=200), 1), 900, 200, 700),
        (Step(call("t"), result("t", at=900, run_ms=200, refused=True), 1), 900, None, None),
    ],
)
def test_how_long_a_step_ran_and_waited(step: Step, span: int | None, run: int | None, wait: int | None) -> None:
    assert (step.span_ms, step.run_ms, step.wait_ms) == (span, run, wait)


# ---- prompts, turns, files


def test_prompts_are_those_that_were_given_here() -> None:
    found = session(prompt("u1"), prompt("u2", by="program"), prompt("u3", by="parent"), prompt("u4", inherited=True))
    assert [one.id for one in found.prompts] == ["u1", "u2"]


def test_a_turn_is_a_prompt_and_what_follows() -> None:
    found = session(response("m0"), prompt("u1"), response("m1"), prompt("u2", by="parent"))
    turns = [(turn.prompt.id if turn.prompt else None, [one.number for one in turn.events]) for turn in found.turns]
    assert turns == [(None, [1]), ("u1", [2, 3]), ("u2", [4])]


def test_files_add_up() -> None:
    found = session(
        FileRead(id="1", session="s", path="/a"),
        FileWrite(id="2", session="s", path="/b", lines_added=2),
        FileWrite(id="3", session="s", path="/a", lines_added=1, lines_removed=4),
        FileRead(id="4", session="s", path="/a"),
        FileRead(id="5", session="s", path="/c", inherited=True),
    )
    assert list(found.files.values()) == [
        FileUse("/a", reads=2, writes=1, lines_added=1, lines_removed=4),
        FileUse("/b", writes=1, lines_added=2),
    ]


def test_children_are_named_once() -> None:
    found = session(result("1", child="a"), result("2", child="b"), result("3", child="a"), result("4"))
    assert found.children == ("a", "b")


def test_a_compaction_and_its_summary_are_one() -> None:
    def compacted(name: str, **fields: object) -> Compacted:
        return msgspec.structs.replace(Compacted(id=name, session="s"), **fields)

    found = session(
        compacted("1", summary="old style"),
        compacted("2", trigger="auto", before=9),
        compacted("3", summary="in short"),
        compacted("4", trigger="manual"),
        prompt("u1"),
        compacted("5", summary="brief"),
        compacted("6", summary="and another"),
    )
    assert [(one.id, one.summary) for one in found.compactions] == [
        ("1", "old style"),
        ("2", "in short"),
        ("4", "brief"),
        ("6", "and another"),
    ]


def test_records_that_could_not_be_read() -> None:
    assert len(session(Unknown(id="x", session="s", reason="not JSON"), prompt("u1")).unread) == 1


# ---- times


def test_times_are_those_of_own_events_in_time_order() -> None:
    found = session(
        prompt("u1", at=50), prompt("u2", at=20), prompt("u3", at=1, inherited=True), Unknown(id="x", session="s")
    )
    assert (found.started, found.ended, found.duration_ms) == (20, 50, 30)


def test_a_log_may_hold_several_sessions() -> None:
    found = by_session([prompt("u1"), prompt("u2", session="s/side"), prompt("u3")], "claude")
    assert {name: [event.id for event in one.events] for name, one in found.items()} == {
        "s": ["u1", "u3"],
        "s/side": ["u2"],
    }
    assert found["s/side"].agent == "claude"
