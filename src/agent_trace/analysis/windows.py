"""Five-hour windows, the unit in which subscriptions are limited.

A window starts at the UTC hour of an agent's first call and lasts five hours; the next starts at the hour of the first
call after it. Burn is amount ÷ elapsed minutes; the projection goes on at that pace to the window's end.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from agent_trace.analysis.calendar import EPOCH, QUARTER

LENGTH = timedelta(hours=5)


def windows(quarters: Iterable[int]) -> dict[int, datetime]:
    """UTC quarter-hours of one agent's calls → the start of the window each lies in."""
    found: dict[int, datetime] = {}
    start: datetime | None = None
    for quarter in sorted(set(quarters)):
        at = EPOCH + quarter * QUARTER
        if start is None or at >= start + LENGTH:
            start = at.replace(minute=0)
        found[quarter] = start
    return found


def window_name(start: datetime) -> str:
    """A window's key: its start, an instant."""
    return start.isoformat().replace("+00:00", "Z")
