"""Which factors multiply the price of a call, and what about it the log leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from agent_trace.model.usage import BANDS, BillingClass
from agent_trace.pricing.names import region
from agent_trace.pricing.table import Factor

STANDARD_TIERS = frozenset({"", "standard", "standard_only", "default", "auto", "not_available"})
"""Words in logs for: no particular service tier."""
SATURDAY = 5
HoursOf = Literal["off", "peak", "open"]
"""Off-peak, in peak hours, or a day with peak hours whose hour is not known."""


def applied(factors: Iterable[Factor], cls: BillingClass, day: date, hour: int | None) -> tuple[Factor, ...]:
    """The factors that hold for a call of this class on this UTC day, at most one of them for a long prompt."""
    held = [factor for factor in factors if factor.holds(day) and _concerns(factor, cls, day, hour)]
    line = max((factor.above or 0 for factor in held if factor.by == "band"), default=0)
    return tuple(
        factor for factor in held if (factor.above == line if factor.by == "band" else not (line and factor.short_only))
    )


def doubts(factors: Sequence[Factor], cls: BillingClass, day: date, hour: int | None) -> Iterator[str]:
    """Why the price of such a call is an estimate."""
    now = [factor for factor in factors if factor.holds(day)]
    tier = cls.tier.lower()
    if tier not in STANDARD_TIERS and not any(factor.by == "tier" and tier in factor.words for factor in now):
        yield f"no price is known for the {cls.tier} tier: standard"
    if hours_of(now, day, hour) == "open":
        yield "the hour is not known: off-peak"
    following = next((line for line in BANDS if line > cls.band), None)
    for factor in now:
        if factor.above and factor.above > cls.band and (following is None or factor.above < following):
            yield f"whether the prompt exceeded {factor.above} tokens is not known: it did not"


def hours_of(factors: Iterable[Factor], day: date, hour: int | None) -> HoursOf:
    """Where the hour stands in the peak hours of that UTC day. A model has at most one such factor on any day."""
    for factor in factors:
        if factor.by == "hour" and factor.holds(day) and _has_hours(factor, day):
            if hour is None:
                return "open"
            return "peak" if any(hours.start <= hour < hours.end for hours in factor.hours) else "off"
    return "off"


def described(factor: Factor) -> str:
    """The factor in words: `fast × 2`, `long prompt × 2, output × 1.5`."""
    words = f"{factor.name} × {_plain(factor.input)}"
    return words if factor.input == factor.output else f"{words}, output × {_plain(factor.output)}"


def _concerns(factor: Factor, cls: BillingClass, day: date, hour: int | None) -> bool:
    match factor.by:
        case "band":
            return factor.above is not None and cls.band >= factor.above
        case "hour":
            return hours_of((factor,), day, hour) == "peak"
        case "speed":
            return cls.speed.lower() in factor.words
        case "tier":
            return cls.tier.lower() in factor.words
        case "geo":
            return cls.geo.lower() in factor.words
        case "region":
            return region(cls.model) in factor.words


def _has_hours(factor: Factor, day: date) -> bool:
    return day not in factor.days_off and (factor.weekends or day.weekday() < SATURDAY)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
