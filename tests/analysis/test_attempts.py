"""The literate cases of attempts, and the numbers that every surface takes from them."""

from __future__ import annotations

import msgspec
import pytest

from agent_trace.analysis.attempts import Attempt, attempts, iterations, retries
from agent_trace.model.events import SessionStarted, ToolCall
from agent_trace.model.session import Session
from tests.analysis.telling import Case, cases, named, place, session

CASES = cases("understanding/attempts.md")


def drawn(one: Attempt, found: Session) -> str:
    """An attempt as the page shows it."""
    steps = place(found)
    words = [str(steps[one.number]), one.kind, one.work, "✗" if one.failed else ""]
    if one.after is not None:
        words += ["of", str(steps[one.after.number])]
    if one.change:
        event = found.numbered_event(one.change)
        words += ["after", named(found, None if event is None else event.number)]
    return " ".join(filter(None, [*words, "blind" if one.blind else ""]))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_case_reads_as_the_page_says(case: Case) -> None:
    found = attempts(case.session)
    told = [one for one in found if one.work != "plan" and (one.kind != "first" or one.failed)]
    assert [drawn(one, case.session) for one in told] == case.expected


def test_retries_and_iterations_are_counted_apart() -> None:
    found = attempts(session("> go\n$ make a\n= 1\n$ make a\n= 1\n@ Edit edit b\n= ok\n$ make a\n= 0"))
    assert ([one.nth for one in retries(found)], [one.nth for one in iterations(found)]) == ([2], [3])


def test_what_belongs_to_somebody_else_is_no_attempt() -> None:
    told = session("> go\n$ make a\n= 1\n$ make a\n= 1")
    copied = Session("s", "x", tuple(msgspec.structs.replace(event, inherited=True) for event in told.events))
    aside = Session("s", "x", tuple(msgspec.structs.replace(event, side=True) for event in told.events))
    assert attempts(copied) == attempts(aside) == ()
    assert [one.kind for one in attempts(aside, owns=lambda call: call == "m1")] == ["first"]


def cut(found: Session, size: int) -> Session:
    """The same with texts cut by the reader."""
    return Session(
        "s",
        "x",
        tuple(
            msgspec.structs.replace(event, input=event.input[:size], title=event.title[:size])
            if isinstance(event, ToolCall)
            else event
            for event in found.events
        ),
    )


def test_long_commands_are_told_apart_by_their_length() -> None:
    long = "echo " + "x" * 3000
    other = cut(session(f"> go\n$ node a.js {long}\n= 1\n$ node a.js {long}y\n= 1"), 2048)
    same = cut(session(f"> go\n$ node a.js {long}\n= 1\n$ node a.js {long}\n= 1"), 2048)
    assert [one.kind for one in attempts(other)] == ["first", "first"]
    assert [(one.kind, one.blind) for one in attempts(same)] == [("first", False), ("retry", True)]


def test_arguments_that_were_cut() -> None:
    story = "> go\n@ mcp__demo__add mcp {0}\n= failed no\n@ mcp__demo__add mcp {0}\n= failed no"
    assert [one.kind for one in attempts(cut(session(story.format("x" * 3000)), 2048))] == ["first", "retry"]


def test_looking_at_what_runs_in_the_background_is_no_work() -> None:
    found = attempts(session("> go\n@ BashOutput shell\n= ok\n@ KillShell shell\n= ok"))
    assert [one.work for one in found] == ["look", "run"]


def test_a_directory_may_be_told_again() -> None:
    told = session("> go\n$ make a\n= 1\n$ make a\n= 1")
    events = list(told.events)
    events.insert(5, SessionStarted(id="again", session="s", cwd="/elsewhere"))
    assert [one.kind for one in attempts(Session("s", "x", tuple(events)))] == ["first", "first"]
