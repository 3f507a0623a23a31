"""What readers of JSONL logs have in common: the record in hand, its name, what it follows from, and its events.

A reader takes one record after the other and tells its events. Events are named after their record; a name that was
given before gets `~2` behind it, then `~3`. Everything that is remembered is bounded, because it is stored beside every
offset from which a log may be read on.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, ClassVar, TypeVar

import msgspec

from agent_trace.model.events import Event, Origin, Unknown
from agent_trace.model.scan import digest

V = TypeVar("V")
UNSIGNED = 2**64 - 1


class Memory(msgspec.Struct, kw_only=True):
    """What every reader must know when it goes on from an offset."""

    ROWS: ClassVar[int] = 48
    NAMES: ClassVar[int] = 48
    """How many of each are remembered at least."""

    rows: dict[str, str | None] = msgspec.field(default_factory=dict)
    """Record → the last event up to and including it."""
    names: dict[str, int] = msgspec.field(default_factory=dict)
    """Name that came more than once, or that stands for a record without one → how often it was given."""
    at: int = 0
    """Time of the last record that had one, UTC milliseconds."""


class Teller:
    """Holds one record at a time and tells its events."""

    def __init__(self, memory: Memory, *, clip: int | None, inherited: frozenset[int], source: int) -> None:
        self.memory, self.clip, self.inherited, self.source = memory, clip, inherited, source
        self.out: list[Event] = []
        self.origin = Origin(offset=0, length=0)
        self.session = self.name = self.twin = ""
        self.at: int | None = None
        self.last: str | None = None

    def place(self, offset: int, line: bytes) -> None:
        """Turn to the next line."""
        self.origin = Origin(offset=offset, length=len(line) - line.endswith(b"\n"), source=self.source)

    def cut(self, text: str) -> str:
        """As much of a text as was asked for."""
        return text if self.clip is None else text[: self.clip]

    def clock(self, at: int | None) -> None:
        """Set the time of the record; without one it is that of the record before it."""
        if at is not None:
            self.memory.at = at
        self.at = self.memory.at or None

    def row(self, name: str) -> str:
        """The name of a record for its events, `~2` behind it where another one bears it too."""
        return name + self.nth(name) if name in self.memory.rows else name

    def nth(self, name: str, before: int = 1) -> str:
        """`~2` for a name that was used before and is used again, then `~3`; nothing for its first use."""
        names = self.memory.names
        times = names.pop(name, before) + 1
        keep(names, name, times, Memory.NAMES)
        return f"~{times}" if times > 1 else ""

    def stand_in(self, record: bytes) -> str:
        """A name for a record that has none."""
        name = hashed(self.session.encode("utf-8", "replace") + b"\n" + record)
        return name + self.nth(name, 0)

    def tell(self, made: type[Event], suffix: str = "", /, **fields: Any) -> None:
        """Tell an event of the record; what is told next follows from it.

        `suffix` sets it apart from the record's other events; `id` in `fields` names it altogether.
        """
        twin = self.twin and self.twin + suffix
        name = fields.pop("id", self.name + suffix)
        common = {
            "session": self.session,
            "at": self.at,
            "parent": self.last,
            "origin": self.origin,
            "twin": twin,
            "inherited": bool(self.inherited) and digest((twin or name).encode("utf-8", "replace")) in self.inherited,
        }
        event = made(id=name, **{**common, **fields})
        self.out.append(event)
        if not fields.get("continues"):
            self.last = event.id

    def unread(self, raw: str, reason: str) -> None:
        """Keep a record that could not be understood."""
        self.tell(Unknown, ".unread", raw=self.cut(raw), reason=reason)

    def leave(self, row: str) -> None:
        """Remember the record for those that follow it."""
        if row:
            keep(self.memory.rows, row, self.last, Memory.ROWS)


def hashed(record: bytes) -> str:
    """A name made of bytes."""
    return format(digest(record) & UNSIGNED, "016x")


def keep(shelf: dict[str, V], key: str, value: V, limit: int) -> None:
    """Put something on a shelf that keeps at least this many: of twice as many the older half goes."""
    shelf[key] = value
    if len(shelf) >= limit * 2:
        for old in list(islice(shelf, limit)):
            del shelf[old]
