"""Where a rollout lies, what its name says, and the time that is written into an id."""

from __future__ import annotations

import re

from agent_trace.model.agent import Place

_NAMED = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl(?:\.zst)?\Z", re.IGNORECASE)
_TIMED = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.IGNORECASE)


def place(path: str) -> Place:
    """The thread's id as the file's name ends with it; else the name."""
    name = path.replace("\\", "/").rpartition("/")[2]
    found = _NAMED.search(name)
    return Place(session=found.group(1).lower() if found else name.removesuffix(".zst").removesuffix(".jsonl"))


def time_of(name: str | None) -> int | None:
    """UTC milliseconds at which an id was made: a UUID of version 7 begins with them. None for any other id."""
    found = _TIMED.match(name) if name else None
    return int(found.group(1) + found.group(2), 16) if found else None
