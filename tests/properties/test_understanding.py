"""Whatever a session is made of, its phases cover it, its chains end, its claims stay below its cost, and all grows with it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_trace.analysis.approaches import approaches
from agent_trace.analysis.attempts import Attempt, attempts
from agent_trace.analysis.causes import causes
from agent_trace.analysis.context import context
from agent_trace.analysis.phases import Phase, phases
from agent_trace.analysis.sequels import Sequel, sequels
from agent_trace.analysis.waste import Waste, grounds, priced, waste
from agent_trace.model.session import Session
from agent_trace.pricing.amounts import amounts
from agent_trace.pricing.book import Book
from agent_trace.pricing.calls import ledger_row
from agent_trace.pricing.shipped import shipped
from tests.analysis.telling import session

BOOK = Book.load(shipped())
CALLED = (
    "$ pytest", "$ npm run build", "$ make a", "$ git commit -m x", "$ cd src && ls", "$ grep -rn x src/a.py", "$ pip install x",
    "@ Read read src/a.py", "@ Edit edit src/a.py", "@ Write write src/b.py", "@ Grep search needle", "@ Agent agent look",
    "@ mcp__x__get mcp y", "& $ make a", "& @ Read read src/b.py",
)  # fmt: skip
ENDED = (
    "= 0",
    "= 1",
    "= ok",
    "= failed no",
    "= refused",
    "= interrupted",
    "= none",
    "= ok see src/a.py and src/b.py:3",
)
HAPPENED = (
    "> go",
    "> see src/b.py",
    ". Yes.",
    "! interrupted",
    "! error",
    "! again",
    "! compacted",
    "~ 6m",
    "% one",
    "% two",
    "/ clear",
)


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """Lines of a story in which every call ends, though not always at once."""
    lines: list[str] = []
    waiting = 0
    for _ in range(draw(st.integers(0, 40))):
        kind = draw(st.sampled_from(("call", "call", "call", "end", "end", "event")))
        if kind == "end" and waiting:
            lines.append(draw(st.sampled_from(ENDED)))
            waiting -= 1
        elif kind == "call":
            lines.append(draw(st.sampled_from(CALLED)))
            waiting += 1
        else:
            lines.append(draw(st.sampled_from(HAPPENED)))
    return "\n".join([*lines, *["= 0"] * waiting])


@given(scripts())
def test_a_story_is_understood(script: str) -> None:
    told = session(script)
    found = attempts(told)
    cut = phases(told, found)
    assert [one for phase in cut for one in phase.attempts] == list(found)
    assert sum(phase.events for phase in cut) == len(told.numbered)
    assert [name for phase in cut for name in phase.calls] == [call.id for call in told.calls]
    assert [phase.first for phase in cut[1:]] == [phase.last + 1 for phase in cut[:-1]]
    assert all(phase.first <= (phase.reason or phase.first) <= phase.last for phase in cut)
    assert all(_is_founded(one) for one in found)
    numbers = {one.number for one in found}
    assert all(set(way.attempts) <= numbers for way in approaches(cut))
    graph = causes(told, found)
    for number, links in graph.links.items():
        assert all(0 < link.source < number for link in links)
    assert all(_is_later(number, one) for number, one in sequels(told, found, graph).items())
    claimed = waste(told, grounds(told, found), BOOK)
    assert claimed.tokens <= (told.usage.tokens or 0)
    assert all(_is_within_its_cost(phase, told, claimed) for phase in cut)
    full = context(told, lambda model, at: None)
    assert sum(share.tokens for share in full.shares) == (full.last.tokens if full.last else 0)


def _is_later(number: int, one: Sequel) -> bool:
    """What followed comes later, and of what was tried again the first success is no earlier than the first attempt."""
    later = (one.again, one.mended, one.other, one.spoke, one.then, one.prompted, *(link.source for link in one.led))
    tried = (one.again is None) == (one.tries == 0) and (one.mended is None or one.mended >= (one.again or 0))
    return tried and all(each > number for each in later if each is not None)


def _is_within_its_cost(phase: Phase, told: Session, claimed: Waste) -> bool:
    """What is claimed of a phase's calls costs no more than they do; without a price both are unknown."""
    calls = {call.id: call for call in told.calls if call.id in phase.calls}
    claims = [claim for one in claimed.findings for claim in one.claims if claim.call in calls]
    cost = amounts([ledger_row(call, ()) for call in calls.values()], BOOK).cost_usd
    lost = priced(claims, calls, BOOK)
    return lost is None or (cost is not None and 0 <= lost <= cost)


def _is_founded(one: Attempt) -> bool:
    """A retry and an iteration follow a failure; only an iteration names a change."""
    follows = one.kind in ("retry", "iteration")
    return (
        (one.after is not None) == follows
        and bool(one.change) == (one.kind == "iteration")
        and (not one.blind or one.kind == "retry")
    )


@given(scripts())
def test_an_end_that_is_missing_changes_nothing_before_it(script: str) -> None:
    whole = session(script)
    half = Session("s", "made", whole.events[: len(whole.events) // 2])
    known = {one.number: one for one in attempts(whole)}
    for one in attempts(half):
        if one.step.result is not None:
            assert (known[one.number].kind, known[one.number].intention) == (one.kind, one.intention)


# ---------------------------------------------------------------- growth

STORY = "\n".join(
    [
        "> see src/a.py", "$ pytest", "src/a.py:3: error in src/b.py", "= 1", "@ Read read src/a.py", "= ok", "@ Edit edit src/a.py",
        "= ok", "$ pytest", "= 0", "$ make a", "= 2", "$ make a", "= 2", "$ git commit -m x", "= 0", ". Done.", "! compacted",
    ]
)  # fmt: skip


def calls_of(work: Callable[[], Any]) -> int:
    """How many functions are called by it: a measure that no busy machine changes."""
    count = 0

    def heard(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(heard)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def understand(told: Session) -> None:
    found = attempts(told)
    approaches(phases(told, found))
    graph = causes(told, found)
    graph.behind(len(told.numbered))
    sequels(told, found, graph)
    waste(told, grounds(told, found), BOOK)
    context(told, lambda model, at: None)


@pytest.mark.parametrize(
    "story",
    [STORY, f"{STORY}\n$ make b\n= 2", "$ make a\n= 2", "@ Edit edit src/a.py\n= failed no\n$ ls src/a.py\n= ok"],
)
def test_twice_the_session_is_twice_the_work(story: str) -> None:
    small, large = session("\n".join([story] * 40)), session("\n".join([story] * 160))
    for told in (small, large):
        assert (len(told.steps) > 0, told.event("none")) == (True, None)  # its views are worked out before
    few, many = calls_of(lambda: understand(small)), calls_of(lambda: understand(large))
    assert many <= 4.4 * few
