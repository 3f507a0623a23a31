"""Fields of a record by the type that is expected of them: anything else counts as not there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

LARGEST = 2**53
"""Counts beyond this are no counts."""

Record = Mapping[str, Any]
NONE: Record = {}


def text(record: Record, name: str) -> str:
    """A string; empty for anything else."""
    found = record.get(name)
    return found if isinstance(found, str) else ""


def number(record: Record, name: str) -> int | None:
    """A whole number; None for anything else."""
    found = record.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or abs(found) > LARGEST:
        return None
    return found


def part(record: Record, name: str) -> Record:
    """An object; an empty one for anything else."""
    found = record.get(name)
    return found if isinstance(found, dict) else NONE


def parts(record: Record, name: str) -> list[Record]:
    """The objects of a list."""
    found = record.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def words(record: Record, name: str) -> list[str]:
    """The strings of a list."""
    found = record.get(name)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def duration_ms(record: Record, name: str = "duration") -> int | None:
    """A time span, `{secs, nanos}`, in milliseconds."""
    found = part(record, name)
    seconds, nanos = number(found, "secs"), number(found, "nanos")
    return None if seconds is None else round(seconds * 1000 + (nanos or 0) / 1_000_000)


def seconds_ms(found: object) -> int | None:
    """Seconds, as a number or its text, in milliseconds."""
    try:
        seconds = float(found) if isinstance(found, int | float | str) and not isinstance(found, bool) else None
    except (ValueError, OverflowError):
        return None
    if seconds is None or not math.isfinite(seconds) or abs(seconds) > LARGEST / 1000:
        return None
    return round(seconds * 1000)
