"""Keys of time: which hour, day, week or month of a zone a moment lies in.

Hours carry their offset (`2026-11-01T01:00-04:00`): the repeated hour of an autumn night is two. Weeks are ISO weeks
(`2026-W47`) where they begin on Monday, else they are named by their first day. An hour of the week is `monday 13`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Literal

from agent_trace.model.facts import Weekday

TimeKey = Literal["hour", "day", "week", "month", "quarter", "week_hour"]
QUARTER = timedelta(minutes=15)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
UNKNOWN = "?"
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def key_of(name: TimeKey, zone: tzinfo, start_of_week: Weekday = "monday") -> Callable[[int], str]:
    """A function from a UTC quarter-hour since 1970 (-1: unknown) to the key of the time it lies in."""
    keys: dict[int, str] = {-1: UNKNOWN}

    def key(quarter: int) -> str:
        """The key of a quarter-hour, remembered."""
        found = keys.get(quarter)
        if found is None:
            found = keys[quarter] = _name(name, (EPOCH + quarter * QUARTER).astimezone(zone), start_of_week)
        return found

    return key if name != "quarter" else _as_text


def _as_text(quarter: int) -> str:
    return str(quarter)


def _name(name: TimeKey, local: datetime, start_of_week: Weekday) -> str:
    if name == "hour":
        return local.replace(minute=0).isoformat(timespec="minutes")
    if name == "week_hour":
        return f"{WEEKDAYS[local.weekday()]} {local.hour}"
    if name == "day":
        return local.date().isoformat()
    if name == "month":
        return f"{local:%Y-%m}"
    return week_key(local.date(), start_of_week)


def week_key(day: date, start_of_week: Weekday) -> str:
    """The week that a day lies in."""
    if start_of_week == "monday":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    return first_of_week(day, start_of_week).isoformat()


def first_of_week(day: date, start_of_week: Weekday) -> date:
    """The day that a week begins with."""
    return day - timedelta(days=(day.weekday() - WEEKDAYS.index(start_of_week)) % 7)


def grain(name: TimeKey, zone: tzinfo, now: datetime) -> int:
    """How many quarter-hours may be summed before a key is asked: all of them lie under one key.

    A whole hour where the zone's offsets are whole hours now and half a year away; a day only in UTC.
    """
    if name == "quarter":
        return 1
    if zone is timezone.utc or str(zone) == "UTC":
        return 4 if name in ("hour", "week_hour") else 96
    offsets = [(now + timedelta(days=days)).astimezone(zone).utcoffset() for days in (-366, -183, 0)]
    whole = all(offset is not None and offset.total_seconds() % 3600 == 0 for offset in offsets)
    return 4 if whole else 1
