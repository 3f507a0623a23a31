"""The literate cases of phases and approaches."""

from __future__ import annotations

import msgspec
import pytest

from agent_trace.analysis.approaches import approaches
from agent_trace.analysis.attempts import attempts
from agent_trace.analysis.outcome import outcome
from agent_trace.analysis.phases import Phase, phases
from agent_trace.model.events import AssistantText, LlmResponse, ToolCall
from agent_trace.model.session import Session
from tests.analysis.telling import Case, cases, named, place, session, shifted

PHASES = cases("understanding/phases.md")
APPROACHES = cases("understanding/approaches.md")


def cut(found: Session) -> tuple[Phase, ...]:
    return phases(found, attempts(found))


def drawn(one: Phase, found: Session) -> str:
    """A phase as the page shows it."""
    steps = [place(found)[attempt.number] for attempt in one.attempts]
    words = [f"{steps[0]}-{steps[-1]}" if steps else "-", f"{one.why}:", one.label]
    if one.failed:
        words += ["FAILED by", named(found, one.reason), one.end]
    return " ".join(words).strip()


@pytest.mark.parametrize("case", PHASES.values(), ids=PHASES)
def test_a_session_is_cut_as_the_page_says(case: Case) -> None:
    assert [drawn(one, case.session) for one in cut(case.session)] == case.expected


@pytest.mark.parametrize("case", APPROACHES.values(), ids=APPROACHES)
def test_an_approach_is_given_up_as_the_page_says(case: Case) -> None:
    steps = place(case.session)
    found = approaches(cut(case.session), outcome(case.session).undone)
    told = [
        f"{' '.join(str(steps[number]) for number in one.attempts)} {one.purpose} {one.abandoned} by {steps[one.by or 0]}"
        for one in found
        if one.abandoned
    ]
    assert told == case.expected


def test_every_event_is_in_one_phase() -> None:
    found = PHASES["the way of the seed: tests that fail twice, another way to run them"].session
    cuts = cut(found)
    assert [(one.first, one.last) for one in cuts] == [(1, 12), (13, len(found.numbered))]
    assert sum(one.events for one in cuts) == len(found.events)
    assert [(len(one.calls), one.retries, one.iterations, one.work) for one in cuts] == [
        (3, 1, 0, "verify"),
        (3, 0, 0, "verify"),
    ]


def test_a_phase_lasts_from_its_first_to_its_last_event() -> None:
    first, second = cut(session("> go\n. Yes.\n> on\n. Yes."))
    assert (first.seconds, second.seconds) == (2.0, 1.0)
    assert cut(Session("s", "x", ())) == ()


def test_what_was_copied_from_another_session_is_in_no_phase() -> None:
    told = session("> go\n@ Edit edit a.py\n= ok\n> on\n. Yes.")
    copied = tuple(msgspec.structs.replace(event, inherited=number < 6) for number, event in enumerate(told.events))
    assert [(one.first, one.label) for one in cut(Session("s", "x", copied))] == [(7, "on")]


def test_calls_off_the_main_thread_count_where_they_are_its_own() -> None:
    told = session("> go\n@ Edit edit a.py\n= ok")
    aside = tuple(
        msgspec.structs.replace(event, side=isinstance(event, LlmResponse | ToolCall)) for event in told.events
    )
    found = Session("s", "x", aside)
    (alone,), (owned,) = phases(found, attempts(found)), phases(found, attempts(found, bool), bool)
    assert (alone.calls, len(alone.attempts)) == ((), 0)
    assert (owned.calls, len(owned.attempts)) == (("m1",), 1)


def test_a_session_in_which_nobody_said_anything() -> None:
    (only,) = cut(session("> go"))
    assert (only.label, only.end, only.failed, only.work) == ("go", "", False, None)


def test_two_answers_without_anything_between_them() -> None:
    """Some agents go on by themselves: a pause lies between two answers, never within one."""
    told = session("> go\n. One.\n~ 6m\n. Two.")
    within = list(told.events)
    within.append(shifted(AssistantText(id="late", session="s", at=within[-1].at), 400_000))
    assert [one.why for one in cut(told)] == ["prompt", "pause"]
    assert [one.why for one in cut(Session("s", "x", tuple(within)))] == ["prompt", "pause"]
