"""An archive of events: what tier 2 keeps of a log in the place of its records.

A record holds more than tier 2 keeps, and what is what only its agent's reader knows. So the events that it was read as
are kept, each as one line of JSON, without what the tier withholds. Their reader stands in for the agent's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from agent_trace.model.events import AnyEvent, Event, Origin, Unknown
from agent_trace.model.scan import digest
from agent_trace.sync.figures import MARK, Figures, read_figures, scan_of
from agent_trace.sync.fold import FoldingScanner
from agent_trace.sync.members import Member, Scanner

_EVENT: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyEvent)
_TEXTS = ("text", "input", "output", "summary", "raw")


class EventsMember(Member):
    """An agent whose log is an archive of events."""

    def __init__(self, member: Member) -> None:
        super().__init__(member.module)
        self.fast_reader = None

    def scanner(self, path: str, state: bytes | None, *, skip: frozenset[int] = frozenset()) -> Scanner:
        """The figures of the archive, where they stand in it; else its events are folded."""
        return FiguresScanner(self, path, state, skip=skip)

    def reader_state(self, data: bytes | None) -> None:
        """Nothing needs to be remembered between two lines."""

    def parse(
        self,
        path: str,
        rows: Iterable[tuple[int, bytes]],
        state: Any = None,
        *,
        clip: int | None = 2048,
        inherited: frozenset[int] = frozenset(),
        source: int = 0,
    ) -> Iterator[Event]:
        """The events, with the places of their lines."""
        session = self.place(path).session
        for offset, line in rows:
            if line.startswith(MARK):
                continue
            origin = Origin(offset=offset, length=len(line), source=source)
            event = _decoded(line, session)
            yield msgspec.structs.replace(_cut(event, clip), origin=origin)


class FiguresScanner(FoldingScanner):
    """Takes what was found when the log was still there."""

    def feed(self, data: bytes, offset: int, *, final: bool = True) -> None:
        """The first piece holds the figures, or there are none."""
        if offset == 0 and data.startswith(MARK):
            self.told = read_figures(data.partition(b"\n")[0])
        found = None if self.told is None else self.told.without(self.skip)
        if found is not None:
            self.scan = scan_of(found)
            self.scan.offset = offset + len(data)
            return
        super().feed(data, offset, final=final)
        if self.told is not None:  # other rows are inherited than when it was written
            parts = self.scan.parts
            self.scan = scan_of(self.told)
            self.scan.parts, self.scan.offset = parts, offset + len(data)

    told: Figures | None = None
    """What stands in the archive; its events tell nothing more."""


def line_of(event: Event) -> bytes:
    """An event as a line; a lone surrogate, which no UTF-8 can hold, becomes a question mark."""
    event = msgspec.structs.replace(event, origin=None)
    try:
        return msgspec.json.encode(event)
    except UnicodeEncodeError:
        return msgspec.json.encode(_plain(msgspec.to_builtins(event)))


def united(old: Iterable[Event], new: Iterable[Event]) -> list[Event]:
    """The events of a log that was read again, and those that it lost since: they keep their places."""
    fresh = {_name(event, count): event for event, count in _counted(new)}
    found = [fresh.pop(name, event) for name, event in ((_name(event, count), event) for event, count in _counted(old))]
    return [*found, *fresh.values()]


def _counted(events: Iterable[Event]) -> Iterator[tuple[Event, int]]:
    seen: Counter[tuple[str, str]] = Counter()
    for event in events:
        seen[event.session, event.id] += 1
        yield event, seen[event.session, event.id]


def _name(event: Event, count: int) -> tuple[str, str, int]:
    return event.session, event.id, count


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_plain(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _decoded(line: bytes, session: str) -> Event:
    try:
        event: Event = _EVENT.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Unknown(id=f"{digest(line):016x}", session=session, reason="not an event")
    return event


def _cut(event: Event, clip: int | None) -> Event:
    if clip is None:
        return event
    changes = {name: text[:clip] for name in _TEXTS if len(text := getattr(event, name, "")) > clip}
    return msgspec.structs.replace(event, **changes) if changes else event
