"""Where this month's spending leads: what is spent, at what pace, and what that makes by the end of the month.

Spent so far, and for what remains of the month the mean of the last seven complete days; days before the first one with
any figure are not counted, and of fewer than three days nothing is told (docs/numbers.md, "Time").
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

import msgspec

LATELY = 7
"""Complete days that the pace is the mean of."""
FEWEST = 3
"""Of fewer complete days there is no pace."""


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar month in the user's zone."""

    first: date
    last: date
    remaining_days: Decimal
    """From now to the end of the month; today counts by its remaining part."""
    pace_days: int
    """How many complete days the pace is the mean of."""
    pace_usd: Decimal | None
    """Dollars a day; None: too few days are known."""
    projected_usd: Decimal | None
    """At the end of the month."""


def forecast(days: Mapping[date, Decimal], spent: Decimal, now: datetime, zone: tzinfo, since: date | None) -> Forecast:
    """`days`: dollars by local day, those without any left out; `spent`: of this month; `since`: the first day with a call."""
    today = now.astimezone(zone).date()
    first = today.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    lately = [today - timedelta(days=back) for back in range(1, LATELY + 1)]
    counted = [day for day in lately if since is not None and day >= since]
    pace = sum((days.get(day, Decimal(0)) for day in counted), Decimal(0)) / len(counted) if counted else None
    pace = pace if len(counted) >= FEWEST else None
    remaining = (following - today).days - _gone(now, today, zone)
    return Forecast(
        first=first,
        last=following - timedelta(days=1),
        remaining_days=remaining,
        pace_days=len(counted),
        pace_usd=pace,
        projected_usd=None if pace is None else spent + pace * remaining,
    )


def _gone(now: datetime, today: date, zone: tzinfo) -> Decimal:
    """Which part of today is over: days on which clocks change are longer or shorter than others."""
    begin = datetime(today.year, today.month, today.day, tzinfo=zone)
    after = today + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=zone)
    return Decimal(round(now.timestamp() - begin.timestamp())) / Decimal(round(end.timestamp() - begin.timestamp()))
