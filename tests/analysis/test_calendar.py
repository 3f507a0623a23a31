"""Keys of time, and the weeks of people who begin them on another day."""

from __future__ import annotations

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from agent_trace.analysis.calendar import EPOCH, QUARTER, TimeKey, first_of_week, key_of, week_key
from agent_trace.model.facts import Weekday

NEW_YORK = ZoneInfo("America/New_York")


def quarter(moment: datetime) -> int:
    return (moment - EPOCH) // QUARTER


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("hour", "2026-11-01T01:00-05:00"),
        ("day", "2026-11-01"),
        ("week", "2026-W44"),
        ("month", "2026-11"),
    ],
)
def test_keys(name: TimeKey, key: str) -> None:
    at = datetime(2026, 11, 1, 6, 30, tzinfo=timezone.utc)
    assert key_of(name, NEW_YORK)(quarter(at)) == key
    assert key_of(name, NEW_YORK)(-1) == "?"


@pytest.mark.parametrize(
    ("start", "key"),
    [("monday", "2026-W47"), ("sunday", "2026-11-15"), ("saturday", "2026-11-14"), ("friday", "2026-11-20")],
)
def test_weeks(start: Weekday, key: str) -> None:
    assert week_key(date(2026, 11, 21) if start != "saturday" else date(2026, 11, 20), start) == key


def test_a_week_begins_on_its_first_day() -> None:
    assert first_of_week(date(2026, 11, 15), "sunday") == date(2026, 11, 15)
