"""Times as people type them, in their zone: `7d`, `today`, `2026-11-18`, `2026-11-18T14:00`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from agent_trace.analysis.calendar import first_of_week
from agent_trace.errors import UsageError
from agent_trace.model.facts import Weekday

_SPAN = re.compile(r"(\d+)\s*(m|min|h|d|w)\Z")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
QUARTER = 15
"""Minutes."""
_WORDS = ("today", "yesterday", "this-week", "this-month")
ALL = "all"
"""From the beginning on."""


def zone(name: str, environment: Mapping[str, str] = os.environ) -> tuple[tzinfo, str]:
    """The zone to show times in, and its name: the one given, else TZ, else the system's."""
    wanted = name or environment.get("TZ", "").lstrip(":") or _system_zone()
    if wanted in ("", "UTC", "Etc/UTC"):
        return timezone.utc, "UTC"
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(wanted), wanted
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if name:
            raise UsageError(
                f"no time zone is called {name!r}", hint="use an IANA name such as Europe/Berlin"
            ) from None
    local = datetime.now().astimezone().tzinfo or timezone.utc
    return local, str(local)


def _system_zone() -> str:
    """The IANA name behind /etc/localtime, where there is one."""
    path = os.path.realpath("/etc/localtime")
    return path.partition("zoneinfo/")[2] if "zoneinfo/" in path else ""


def beginning(text: str | None, now: datetime, where: tzinfo, start_of_week: Weekday = "monday") -> datetime | None:
    """The first instant that `--since` means; None: from the beginning on, as where nothing is said."""
    if not text or text.strip() == ALL:
        return None
    try:
        return since(text, now, where, start_of_week)
    except UsageError as error:
        raise UsageError(str(error), hint=f"{error.hint}; `all`: from the beginning") from None


def since(text: str, now: datetime, where: tzinfo, start_of_week: Weekday = "monday") -> datetime:
    """The first instant meant: the start of a day, a word's start, now less a duration (`7d`: the quarter-hour's start)."""
    return _moment(text, now, where, start_of_week, end=False)


def until(text: str, now: datetime, where: tzinfo, start_of_week: Weekday = "monday") -> datetime:
    """The first instant after what is meant: a date is meant to its end."""
    return _moment(text, now, where, start_of_week, end=True)


def _moment(text: str, now: datetime, where: tzinfo, start_of_week: Weekday, *, end: bool) -> datetime:
    text = text.strip()
    span = _SPAN.match(text)
    if span:
        return _begun(now, span.group(2)) - timedelta(**{_UNITS[span.group(2)]: int(span.group(1))})
    if text in _WORDS:
        return _word(text, now.astimezone(where).date(), where, start_of_week, end=end)
    try:
        if len(text) == len("2026-11-18"):
            return _midnight(date.fromisoformat(text) + timedelta(days=1 if end else 0), where)
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is no time",
            hint="use 2026-11-18, 2026-11-18T14:00, 7d, 12h, today, yesterday, this-week or this-month",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=where)


def _begun(now: datetime, unit: str) -> datetime:
    """Where a duration is counted from: sums are kept by the quarter-hour, and what asks again finds the same ones."""
    minute = now.minute if unit in ("m", "min") else now.minute // QUARTER * QUARTER
    return now.replace(minute=minute, second=0, microsecond=0)


def _word(word: str, today: date, where: tzinfo, start_of_week: Weekday, *, end: bool) -> datetime:
    starts = {
        "today": today,
        "yesterday": today - timedelta(days=1),
        "this-week": first_of_week(today, start_of_week),
        "this-month": today.replace(day=1),
    }
    if not end:
        return _midnight(starts[word], where)
    return _midnight(today if word == "yesterday" else today + timedelta(days=1), where)


def _midnight(day: date, where: tzinfo) -> datetime:
    return datetime.combine(day, time(), where)
