"""Ways that were tried to one goal, and those that were given up for another.

An approach is the attempts with one intention at one goal: under one prompt or plan item, of one kind of work, with one
purpose (tests, a file, a commit). It is abandoned where its last attempt failed, or its edits were taken back, and
another approach to that goal follows. While files are edited in between, a goal changes its shape: a failing test
that another one follows after edits was not abandoned.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.intentions import Work
from agent_trace.analysis.phases import Phase
from agent_trace.analysis.undone import Undone


class Approach(msgspec.Struct, frozen=True, kw_only=True):
    """One way to a goal."""

    work: Work
    purpose: str
    """What it was for: `test`, `commit`, a file."""
    attempts: tuple[int, ...]
    """The numbers of the calls."""
    failed: bool
    """Its last attempt failed."""
    abandoned: Literal["", "failed", "undone"] = ""
    """Why it was given up; empty: it was not."""
    by: int | None = None
    """The call that another approach to the goal began with, or that took the edits back."""


class _Goal(NamedTuple):
    stretch: int
    """Counts prompts and plan items."""
    work: Work
    purpose: str


class _GivenUp(NamedTuple):
    why: Literal["", "failed", "undone"] = ""
    by: int | None = None


def approaches(found: Sequence[Phase], undone: Sequence[Undone] = ()) -> tuple[Approach, ...]:
    """All approaches to goals that are known, in the order of their first attempts."""
    taken: dict[str, list[int]] = {}
    for one in undone:
        for path in one.paths:
            taken.setdefault(path, []).append(one.number)
    edits = [one.number for phase in found for one in phase.attempts if one.work == "edit" and not one.failed]
    rows = [row for goal in _by_goal(found).values() for row in _ways(goal, edits, taken)]
    return tuple(sorted(rows, key=lambda row: row.attempts[0]))


def _by_goal(found: Sequence[Phase]) -> dict[_Goal, list[Attempt]]:
    goals: dict[_Goal, list[Attempt]] = {}
    stretch = 0
    for phase in found:
        stretch += phase.why in ("prompt", "plan")
        for one in phase.attempts:
            if one.purpose:
                goals.setdefault(_Goal(stretch, one.work, one.purpose), []).append(one)
    return goals


def _ways(goal: Sequence[Attempt], edits: Sequence[int], taken: dict[str, list[int]]) -> Iterator[Approach]:
    ways: dict[tuple[str, int], list[Attempt]] = {}
    lost = taken.get(goal[0].purpose, [])
    for one in goal:
        ways.setdefault((one.way, bisect_right(lost, one.number)), []).append(one)
    numbers = [one.number for one in goal]
    for way in ways.values():
        last = way[-1]
        place = bisect_right(numbers, last.number)
        given_up = _given_up(last, numbers[place] if place < len(numbers) else None, edits, lost)
        yield Approach(
            work=last.work,
            purpose=last.purpose,
            attempts=tuple(one.number for one in way),
            failed=bool(last.failed),
            abandoned=given_up.why,
            by=given_up.by,
        )


def _given_up(last: Attempt, following: int | None, edits: Sequence[int], lost: Sequence[int]) -> _GivenUp:
    if following is None:
        return _GivenUp()
    place = bisect_right(lost, last.number)
    if place < len(lost) and lost[place] < following:
        return _GivenUp("undone", lost[place])
    edited = bisect_right(edits, following - 1) > bisect_right(edits, last.number)
    return _GivenUp("failed", following) if last.failed and not edited else _GivenUp()
