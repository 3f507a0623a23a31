"""Which of two sessions went better: docs/numbers.md, "Compare". No model is asked.

A better ending decides alone. Between equal endings errors, cost, active time and retries are looked at: all that
differ by more than the dead band must say the same, or the verdict is mixed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import msgspec

from agent_trace.reports._sides import Figures, Side

Better = Literal["A", "B", "even", "unknown"]
Judgement = Literal["A", "B", "mixed", "alike", "not_comparable"]
BAND = Decimal("0.05")
"""Figures that differ by no more than this share of the larger one are even."""
_RANKS = {"committed": 2, "ended well": 1, "failed": 0, "interrupted": 0}


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the verdict looks at."""

    name: Literal["outcome", "errors", "cost", "active time", "retries"]
    better: Better


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Which session went better, and by what."""

    verdict: Judgement
    why: str
    criteria: tuple[Criterion, ...]
    """In the order in which they count."""
    left_out: tuple[str, ...] = ()
    """Those that are unknown of one of the two."""


def verdict(first: Side, second: Side) -> Verdict:
    """Which of two sessions went better."""
    criteria = tuple(_criteria(first.figures, second.figures))
    left_out = tuple(one.name for one in criteria if one.better == "unknown")
    unlike = _unlike(first, second)
    if unlike:
        return Verdict(verdict="not_comparable", why=unlike, criteria=criteria, left_out=left_out)
    found, why = _judged(criteria)
    return Verdict(verdict=found, why=why, criteria=criteria, left_out=left_out)


def is_same(first: Side, second: Side) -> bool:
    """Whether it is one session, compared with itself."""
    return (first.session.agent, first.session.id) == (second.session.agent, second.session.id)


def _unlike(first: Side, second: Side) -> str:
    """Why they cannot be compared; empty: they can."""
    if is_same(first, second):
        return ""
    if first.asked is None or second.asked is None:
        return "the first prompt of one of them is not known"
    return "" if first.asked == second.asked else "they were asked for different things"


def _criteria(first: Figures, second: Figures) -> Iterator[Criterion]:
    yield Criterion(name="outcome", better=_rank(first, second))
    yield Criterion(name="errors", better=less(first.errors, second.errors))
    yield Criterion(name="cost", better=less(priced(first), priced(second)))
    yield Criterion(name="active time", better=less(_exact(first.active_s), _exact(second.active_s)))
    yield Criterion(name="retries", better=less(first.retries, second.retries))


def _rank(first: Figures, second: Figures) -> Better:
    if first.ended is None or second.ended is None:
        return "unknown"
    one, other = _RANKS[first.ended], _RANKS[second.ended]
    return "even" if one == other else "A" if one > other else "B"


def priced(one: Figures) -> Decimal | None:
    """What it cost; None where that, or a part of it, is not known. Without any call it cost nothing."""
    if one.unpriced_calls:
        return None
    return Decimal(0) if one.cost_usd is None and one.calls == 0 else one.cost_usd


def _exact(seconds: float | None) -> Decimal | None:
    return None if seconds is None else Decimal(str(seconds))


def less(first: Decimal | int | None, second: Decimal | int | None) -> Better:
    """Which figure is the smaller one, beyond the dead band. Figures are never negative."""
    if first is None or second is None:
        return "unknown"
    one, other = Decimal(first), Decimal(second)
    if abs(one - other) <= BAND * max(one, other):
        return "even"
    return "A" if one < other else "B"


def _judged(criteria: tuple[Criterion, ...]) -> tuple[Judgement, str]:
    ending, *others = criteria
    match ending.better:
        case "A" | "B" as best:
            return best, "the better outcome"
    for_a, for_b = ([_MORE[one.name] for one in others if one.better == side] for side in "AB")
    if for_a and for_b:
        return "mixed", f"A has {' and '.join(for_a)}, B has {' and '.join(for_b)}"
    if for_a:
        return "A", ", ".join(for_a)
    if for_b:
        return "B", ", ".join(for_b)
    return "alike", "nothing that is known of both differs by more than 5%"


_MORE = {"errors": "fewer errors", "cost": "lower cost", "active time": "less time", "retries": "fewer retries"}
