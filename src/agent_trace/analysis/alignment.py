"""Which phases of two sessions belong together: what both have, in an order that both have.

Up to EXACT phases on each side as many are paired as can be (a longest common subsequence, found as Myers does). Longer
ones are first cut at what stands in both exactly once and in the same order (patience); where a stretch between such
places is long still, it is searched greedily with a bounded effort, so that the whole stays nearly linear.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

EXACT = 300
"""Sequences up to this length are aligned as well as can be."""
_EFFORT = 64
"""Differences that a search in a long stretch follows before it keeps what it has and begins anew."""


class Pair(NamedTuple):
    """Places in the two sequences, from 0; None: it has no counterpart."""

    first: int | None
    second: int | None


class _Match(NamedTuple):
    """Equal elements at these places."""

    first: int
    second: int


class _Found(NamedTuple):
    """What a search paired, and the places that it came to."""

    matches: tuple[_Match, ...]
    first: int
    second: int


class _Stretch(NamedTuple):
    """A part of each sequence, from one place up to another."""

    first: int
    first_end: int
    second: int
    second_end: int

    @property
    def longest(self) -> int:
        return max(self.first_end - self.first, self.second_end - self.second)


def aligned(first: Sequence[Hashable], second: Sequence[Hashable]) -> tuple[Pair, ...]:
    """All elements of both in order, equal ones paired; what only the first has comes before what only the second has."""
    return tuple(_filled(_matches(first, second), len(first), len(second)))


def _filled(matches: Iterator[_Match], first_end: int, second_end: int) -> Iterator[Pair]:
    first = second = 0
    for match in [*matches, _Match(first_end, second_end)]:
        yield from (Pair(place, None) for place in range(first, match.first))
        yield from (Pair(None, place) for place in range(second, match.second))
        if match.first < first_end:
            yield Pair(match.first, match.second)
        first, second = match.first + 1, match.second + 1


def _matches(first: Sequence[Hashable], second: Sequence[Hashable]) -> Iterator[_Match]:
    """Equal elements in order; stretches wait on a stack, the next one on top."""
    waiting = [_Stretch(0, len(first), 0, len(second))]
    while waiting:
        whole = waiting.pop()
        anchors = _anchors(first, second, whole) if whole.longest > EXACT else []
        if anchors:
            waiting += reversed(list(_between(whole, anchors)))
        else:
            yield from _searched(first, second, whole)


def _searched(first: Sequence[Hashable], second: Sequence[Hashable], whole: _Stretch) -> Iterator[_Match]:
    """The matches of a stretch, as well as can be or, where it is long, from one bounded search to the next."""
    while whole.longest > EXACT:
        found = _myers(first, second, whole, _EFFORT)
        yield from found.matches
        whole = _Stretch(found.first, whole.first_end, found.second, whole.second_end)
    yield from _myers(first, second, whole).matches


# ---- patience


def _anchors(first: Sequence[Hashable], second: Sequence[Hashable], part: _Stretch) -> list[_Match]:
    """What stands once in each part, in the longest order that both have."""
    in_first = Counter(first[part.first : part.first_end])
    in_second = Counter(second[part.second : part.second_end])
    places = {second[at]: at for at in range(part.second, part.second_end) if in_second[second[at]] == 1}
    common = [
        _Match(at, places[first[at]])
        for at in range(part.first, part.first_end)
        if in_first[first[at]] == 1 and first[at] in places
    ]
    return _rising(common)


def _rising(matches: Sequence[_Match]) -> list[_Match]:
    """The longest run of matches whose second places rise."""
    ends: list[int] = []
    tops: list[int] = []
    before: list[int | None] = []
    for index, match in enumerate(matches):
        pile = bisect_left(ends, match.second)
        before.append(tops[pile - 1] if pile else None)
        ends[pile : pile + 1] = [match.second]
        tops[pile : pile + 1] = [index]
    found: list[_Match] = []
    at = tops[-1] if tops else None
    while at is not None:
        found.append(matches[at])
        at = before[at]
    return found[::-1]


def _between(whole: _Stretch, anchors: Sequence[_Match]) -> Iterator[_Stretch]:
    """The parts before, between and behind anchors; each anchor is a part of its own."""
    first, second = whole.first, whole.second
    for match in anchors:
        yield _Stretch(first, match.first, second, match.second)
        yield _Stretch(match.first, match.first + 1, match.second, match.second + 1)
        first, second = match.first + 1, match.second + 1
    yield _Stretch(first, whole.first_end, second, whole.second_end)


# ---- Myers


def _myers(first: Sequence[Hashable], second: Sequence[Hashable], part: _Stretch, effort: int | None = None) -> _Found:
    """The matches of a shortest edit script; with `effort` at most so many differences, then those of the farthest way."""
    width, height = part.first_end - part.first, part.second_end - part.second
    most = width + height if effort is None else effort
    reached: dict[int, int] = {1: 0}
    trace: list[dict[int, int]] = []
    for turn in range(most + 1):
        trace.append(dict(reached))
        for diagonal in range(-turn, turn + 1, 2):
            x = _step(reached, diagonal, turn)
            y = x - diagonal
            while x < width and y < height and first[part.first + x] == second[part.second + y]:
                x, y = x + 1, y + 1
            reached[diagonal] = x
            if x >= width and y >= height:
                return _walked(trace, diagonal, x, part)
    inside = [one for one in range(-most, most + 1, 2) if reached[one] <= width and reached[one] - one <= height]
    farthest = max(inside, key=lambda one: 2 * reached[one] - one)
    return _walked(trace, farthest, reached[farthest], part)


def _step(reached: dict[int, int], diagonal: int, turn: int) -> int:
    """Where a way comes onto a diagonal: from the one above or the one below, whichever leads farther."""
    return reached[diagonal + 1] if _is_down(reached, diagonal, turn) else reached[diagonal - 1] + 1


def _is_down(reached: dict[int, int], diagonal: int, turn: int) -> bool:
    """Whether that is the diagonal above: an element of the second alone."""
    return diagonal == -turn or (diagonal != turn and reached[diagonal - 1] < reached[diagonal + 1])


def _walked(trace: Sequence[dict[int, int]], diagonal: int, x: int, part: _Stretch) -> _Found:
    """The matches of the way that ends there, read backwards."""
    end = part.first + x, part.second + x - diagonal
    found: list[_Match] = []
    for turn in range(len(trace) - 1, -1, -1):
        start = _step(trace[turn], diagonal, turn) if turn else 0
        while x > start:
            x -= 1
            found.append(_Match(part.first + x, part.second + x - diagonal))
        down = _is_down(trace[turn], diagonal, turn)
        diagonal, x = (diagonal + 1, start) if down else (diagonal - 1, start - 1)
    return _Found(tuple(found[::-1]), *end)
