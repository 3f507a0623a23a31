"""A waterfall: what ran when, and in which lane, so that what ran at the same time never lies in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Stay(NamedTuple):
    """Something that ran: from when to when, UTC milliseconds."""

    name: str
    start: int
    end: int


class Lane(NamedTuple):
    """Where it lies."""

    stay: Stay
    lane: int
    """From 0."""


def lanes(stays: Iterable[Stay]) -> Iterator[Lane]:
    """Each in the first lane that is free when it begins; in the order in which they began."""
    free: list[int] = []
    """Lane → when the last one in it ended."""
    for stay in sorted(stays, key=lambda one: (one.start, one.end, one.name)):
        place = next((number for number, until in enumerate(free) if until <= stay.start), len(free))
        free[place:] = [max(stay.end, stay.start + 1), *free[place + 1 :]]
        yield Lane(stay, place)
