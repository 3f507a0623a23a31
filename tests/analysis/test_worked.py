"""What a session did with tools and files: which calls count, under what, and how long they ran."""

from __future__ import annotations

from typing import Any

from agent_trace.analysis.worked import QUARTER_MS, Worked, joined, whole, worked
from agent_trace.model.events import Event, FileRead, FileWrite, LlmResponse, ToolCall, ToolResult
from agent_trace.model.histogram import part_of
from agent_trace.model.session import Session
from agent_trace.model.usage import BillingClass

AT = 2_000_000 * QUARTER_MS


def asked(key: str, at: int | None = AT, model: str = "m") -> LlmResponse:
    return LlmResponse(id=f"r{key}", session="s", at=at, call=key, cls=BillingClass(model=model))


def step(key: str, response: str | None, run_ms: int | None = None, **more: Any) -> tuple[Event, Event]:
    kind, child, failed = more.pop("kind", "shell"), more.pop("child", None), more.pop("failed", False)
    return (
        ToolCall(id=key, session="s", at=AT + 5, call=key, response=response, tool="run", kind=kind, **more),
        ToolResult(
            id=f"{key}.r", session="s", at=AT + 9, call=key, tool="run", run_ms=run_ms, failed=failed, child=child
        ),
    )


def session(*events: Event) -> Session:
    return Session("s", "claude", events)


def test_calls_stand_under_the_model_call_that_asked_for_them() -> None:
    events = (
        asked("1"),
        *step("a", "1", 40),
        *step("b", "1", failed=True),
        asked("2", AT + QUARTER_MS, "n"),
        *step("c", "2"),
    )
    first, second = worked(session(*events)).tools
    assert (first.calls, first.failed, first.timed, first.total_ms, first.longest_ms) == (2, 1, 1, 40, 40)
    assert (first.model, first.quarter, first.runs) == ("m", 2_000_000, {part_of(40): 1})
    assert (second.model, second.quarter, second.calls) == ("n", 2_000_001, 1)


def test_without_a_model_call_their_own_time_counts() -> None:
    (one,) = worked(session(*step("a", None))).tools
    assert (one.quarter, one.model) == (2_000_000, "")
    (one,) = worked(session(asked("1", None), *step("a", "1"))).tools
    assert one.quarter == -1


def test_what_another_session_asked_for_does_not_count() -> None:
    events = (asked("1"), *step("a", "1"), asked("2"), *step("b", "2"), *step("c", "1", inherited=True))
    (one,) = worked(session(*events), lambda call: call == "2").tools
    assert one.calls == 1


def test_a_call_that_started_a_sub_agent_ran_as_long_as_that() -> None:
    events = (
        asked("1"),
        *step("a", "1", 5, kind="agent"),
        *step("b", "1", 7, child="x"),
        *step("c", "1", kind="agent"),
    )
    found = worked(session(*events))
    assert [one.timed for one in found.tools] == [0, 0]
    total = {one.kind: (one.timed, one.total_ms, one.longest_ms) for one in whole(found, {"a": 4000})}
    assert total == {"agent": (1, 4000, 4000), "shell": (1, 7, 7)}


def test_files_are_those_of_show_with_their_last_use() -> None:
    events = (
        FileRead(id="1", session="s", at=5, path="/a"),
        FileWrite(id="2", session="s", at=9, path="/a", lines_added=3, lines_removed=1),
        FileRead(id="3", session="s", at=7, path="/a"),
        FileRead(id="4", session="s", path="/b"),
        FileRead(id="5", session="s", at=1, path="/c", inherited=True),
    )
    one, other = worked(session(*events)).files
    assert (one.path, one.reads, one.writes, one.lines_added, one.lines_removed, one.last) == ("/a", 2, 1, 3, 1, 9)
    assert (other.path, other.last) == ("/b", None)


def test_of_two_readings_the_longer_one_stays() -> None:
    long, short = Worked(events=5), Worked(events=2)
    assert joined(long, short) is joined(short, long) is joined(None, long) is joined(long, None) is long
    assert joined(None, None) is None
