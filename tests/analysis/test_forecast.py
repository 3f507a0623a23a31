"""Where a month's spending leads: which days make the pace, and how much of the month is left."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent_trace.analysis.forecast import forecast

UTC = timezone.utc
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def days(**dollars: int) -> dict[date, Decimal]:
    return {TODAY - timedelta(days=int(name[1:])): Decimal(usd) for name, usd in dollars.items()}


def test_the_pace_is_the_mean_of_seven_complete_days() -> None:
    found = forecast(days(d0=100, d1=7, d7=7, d8=1000), Decimal(50), NOON, UTC, date(2026, 1, 1))
    assert (found.pace_usd, found.pace_days) == (Decimal(2), 7)
    assert found.remaining_days == Decimal("9.5")
    assert found.projected_usd == Decimal(50) + 2 * Decimal("9.5")
    assert (found.first, found.last) == (date(2026, 11, 1), date(2026, 11, 30))


def test_days_before_the_first_call_are_not_counted() -> None:
    found = forecast(days(d1=6, d3=6), Decimal(12), NOON, UTC, TODAY - timedelta(days=3))
    assert (found.pace_usd, found.pace_days) == (Decimal(4), 3)


def test_below_three_days_nothing_is_told() -> None:
    for since in (TODAY - timedelta(days=2), TODAY, None):
        found = forecast(days(d1=6, d2=6), Decimal(12), NOON, UTC, since)
        assert (found.pace_usd, found.projected_usd) == (None, None)


def test_days_are_those_of_the_zone_and_may_be_longer() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    new_month = forecast({}, Decimal(0), datetime(2026, 11, 30, 23, 30, tzinfo=UTC), berlin, None)
    assert (new_month.first, new_month.last) == (date(2026, 12, 1), date(2026, 12, 31))
    longer = forecast({}, Decimal(0), datetime(2026, 10, 25, 11, tzinfo=UTC), berlin, None)
    assert longer.remaining_days == 7 - Decimal(13) / Decimal(25)
