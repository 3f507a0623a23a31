"""The record in hand: whose it is, when it was, what its events are called and what led to them."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from itertools import islice
from typing import Protocol, TypedDict, TypeVar

import msgspec

from agent_trace.agents._clock import milliseconds
from agent_trace.model.events import Event, Origin, Unknown
from agent_trace.model.scan import digest

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

NAMES = 64
"""How many names that came more than once are remembered at least."""
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\Z")


class Memory(Protocol):
    """The part of a reader's state that naming needs."""

    at: int
    """Time of the last record that had one, UTC milliseconds."""
    names: dict[str, int]
    """Name → how often it was given."""
    last: dict[str, str]
    """Session → its last event."""


class Head(TypedDict):
    """What all events of one record share."""

    session: str
    at: int | None
    origin: Origin
    parent: str | None


class Teller:
    """Holds one record at a time; those who read it emit its events."""

    def __init__(
        self, session: str, memory: Memory, *, clip: int | None, inherited: frozenset[int], source: int
    ) -> None:
        self.session, self.memory = session, memory
        self.clip, self.inherited, self.source = clip, inherited, source
        self.out: list[Event] = []
        self.origin = Origin(offset=0, length=0, source=source)
        self.raw = b""

    # ---- the record in hand

    def turn(self, offset: int, line: bytes) -> None:
        """Go on to the next line."""
        self.raw = line
        self.origin = Origin(offset=offset, length=len(line) - line.endswith(b"\n"), source=self.source)

    def dated(self, timestamp: str) -> None:
        """Take over a record's time; one without has that of the record before it."""
        at = milliseconds(timestamp)
        if at is not None:
            self.memory.at = at

    @property
    def head(self) -> Head:
        """What every event has."""
        return {
            "session": self.session,
            "at": self.memory.at or None,
            "origin": self.origin,
            "parent": self.memory.last.get(self.session),
        }

    def led_by(self, parent: str | None, at: int | None = None) -> Head:
        """The same for an event that another one led to, or that has a time of its own."""
        head = self.head
        head["parent"] = parent or head["parent"]
        head["at"] = head["at"] if at is None else at
        return head

    def emitted(self) -> Iterator[Event]:
        """The events of the record, once."""
        yield from self.out
        self.out.clear()

    def emit(self, event: Event) -> None:
        """Tell an event; what its session tells next follows from it."""
        self.mend(event)
        remember(self.memory.last, event.session, event.id, NAMES)

    def mend(self, event: Event) -> None:
        """Tell what only adds to an event told before: nothing follows from it."""
        if self.inherited and digest(event.id.encode("utf-8", "replace")) in self.inherited:
            event = msgspec.structs.replace(event, inherited=True)
        self.out.append(event)

    def unread(self, reason: str) -> None:
        """Keep a record that could not be understood."""
        raw = self.raw.decode("utf-8", "replace").strip("\x00\r\n\ufeff")
        name = self.once(f"{self.session}.{self.fingerprint}.unread")
        self.emit(Unknown(id=name, raw=self.cut(raw), reason=reason, **self.head))

    # ---- names

    @property
    def fingerprint(self) -> str:
        """What a record without an id is known by: a hash of its line."""
        return f"{digest(self.raw.strip()) & 0xFFFFFFFFFFFFFFFF:016x}"

    def once(self, name: str) -> str:
        """A name as often as it is asked for, each time another: `~2` for its second use."""
        names = self.memory.names
        count = names.pop(name, 0) + 1
        remember(names, name, count, NAMES)
        return f"{name}~{count}" if count > 1 else name

    def scoped(self, name: str) -> str:
        """A record's own id where it is unique in the world; others are so only within their session."""
        return name if _UUID.match(name) else f"{self.session}.{name}"

    def cut(self, text: str) -> str:
        """As much of a text as was asked for."""
        return text if self.clip is None else text[: self.clip]


def remember(shelf: dict[K, V], key: K, value: V, limit: int) -> None:
    """Put something on a shelf that keeps at least this many: of twice as many the older half goes."""
    shelf.pop(key, None)
    shelf[key] = value
    if len(shelf) >= limit * 2:
        for old in list(islice(shelf, limit)):
            del shelf[old]
