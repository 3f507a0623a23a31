"""What the shell looked up for the core: the clock, the zone, how money is shown."""

from __future__ import annotations

from datetime import datetime, timezone, tzinfo
from typing import Literal

import msgspec

from agent_trace.model.usage import CostMode

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a report may need that is not in the data itself."""

    now: datetime
    zone: tzinfo = timezone.utc
    zone_name: str = "UTC"
    cost: CostMode = "priced"
    start_of_week: Weekday = "monday"
    width: int = 80
    notes: tuple[str, ...] = ()
    """What the shell has to say about the answer: an index that is behind, a home that cannot be written."""
