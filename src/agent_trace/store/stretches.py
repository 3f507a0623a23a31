"""The pieces of a time that roll-ups tell, and those for which single calls must be looked at.

A roll-up by quarter-hour tells whole quarter-hours, the sums of days tell whole UTC days. What is left of a time at its
two ends is less than one of these.
"""

from __future__ import annotations

from typing import NamedTuple

from agent_trace.model.selection import Selection
from agent_trace.store.choice import milliseconds

QUARTER_MS = 900_000
QUARTERS_A_DAY = 96
EVER = 2**62
"""Milliseconds behind every time that there is."""


class Stretch(NamedTuple):
    """From the first to the one behind the last: days, quarter-hours or milliseconds since 1970."""

    first: int
    end: int


class Pieces(NamedTuple):
    """A time, taken apart; calls without a time lie in the first piece of a time without a beginning."""

    days: Stretch | None
    """Whole UTC days; from -1 on where calls without a time belong to them."""
    quarters: tuple[Stretch, ...]
    """Whole quarter-hours that lie in none of these days."""
    moments: tuple[Stretch, ...]
    """The rest, in milliseconds."""


def pieces(selection: Selection, *, by_day: bool = False) -> Pieces:
    """The time of a selection; with `by_day` whole days stand apart."""
    since, until = milliseconds(selection.since, -1), milliseconds(selection.until, EVER)
    first = -1 if selection.since is None else -(-since // QUARTER_MS)
    end = until // QUARTER_MS
    if first >= end:
        return Pieces(None, (), _some(Stretch(since, until)))
    ends = [Stretch(since, first * QUARTER_MS)] if selection.since is not None else []
    ends += [Stretch(end * QUARTER_MS, until)] if selection.until is not None else []
    moments = _some(*ends)
    if not by_day:
        return Pieces(None, (Stretch(first, end),), moments)
    days = Stretch(-1 if first < 0 else -(-first // QUARTERS_A_DAY), end // QUARTERS_A_DAY)
    if days.first >= days.end:
        return Pieces(None, (Stretch(first, end),), moments)
    rest = [] if first < 0 else [Stretch(first, days.first * QUARTERS_A_DAY)]
    rest += [Stretch(days.end * QUARTERS_A_DAY, end)] if selection.until is not None else []
    return Pieces(days, _some(*rest), moments)


def _some(*stretches: Stretch) -> tuple[Stretch, ...]:
    return tuple(one for one in stretches if one.first < one.end)
