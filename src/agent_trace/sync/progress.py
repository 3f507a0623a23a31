"""What a sync tells of itself while it runs and when it is done."""

from __future__ import annotations

from collections.abc import Callable

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """A log that could not be read, and why."""

    path: str
    reason: str


class Progress(msgspec.Struct, kw_only=True):
    """How far a pass has come."""

    done: int = 0
    """Bytes."""
    total: int = 0
    files: int = 0


Told = Callable[[Progress], None]


class FirstReport(msgspec.Struct, kw_only=True):
    """What the first tier did."""

    files: int = 0
    read: int = 0
    """Files that had something new."""
    bytes: int = 0
    gone: int = 0
    problems: list[Problem] = msgspec.field(default_factory=list)
    homes: dict[str, list[str]] = msgspec.field(default_factory=dict)
    seconds: float = 0.0
