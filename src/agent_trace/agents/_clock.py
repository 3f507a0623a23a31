"""Timestamps of logs as UTC milliseconds."""

from __future__ import annotations

from datetime import datetime, timezone

_HOURS: dict[str, int] = {}


def milliseconds(text: str | None) -> int | None:
    """UTC milliseconds of an ISO timestamp; None where there is none or it is no time.

    Logs write `2026-11-18T12:00:00.000Z` nearly always: that form is read without building a datetime.
    """
    if not text:
        return None
    if len(text) == 24 and text[23] == "Z" and text[19] == ".":
        hour = _HOURS.get(text[:14])
        if hour is not None:
            try:
                return hour + int(text[14:16]) * 60_000 + int(text[17:19]) * 1000 + int(text[20:23])
            except ValueError:
                return None
    return _milliseconds_slowly(text)


def _milliseconds_slowly(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(_with_offset(text))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    result = round(moment.timestamp() * 1000)
    if len(text) == 24 and text[23] == "Z" and text[13] == ":":
        within = moment.minute * 60_000 + moment.second * 1000 + moment.microsecond // 1000
        _remember(text[:14], result - within)
    return result


def _remember(hour: str, start: int) -> None:
    if len(_HOURS) > 50_000:
        _HOURS.clear()
    _HOURS[hour] = start


def _with_offset(text: str) -> str:
    """Python 3.10 reads no `Z` and no fraction but of three or six digits."""
    text = text.strip()
    if text[-1:] in "Zz":
        text = text[:-1] + "+00:00"
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{head}.{rest[:digits][:6].ljust(6, '0')}{rest[digits:]}"
