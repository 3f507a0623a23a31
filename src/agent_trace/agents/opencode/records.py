"""Rows of OpenCode's store, gathered: of each record the newest version, messages and parts in the order of their making.

An archived log holds every version of a row that ever was. A row that vanished from the store (a revert removes
messages) is still in the archive and stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from agent_trace.agents.opencode.fields import Json, decoded, moment, packed, text, unpacked
from agent_trace.model.events import Origin

_COLUMN = {"message": "data", "part": "data"}
"""Where a table keeps what it says as JSON."""


class Record(msgspec.Struct, kw_only=True):
    """One row in its newest version."""

    id: str
    origin: Origin
    data: Json
    """A message's or part's own fields; a session's columns."""
    made: int | None = None
    """When the row was written. In a copy that is when it was copied: only for what has no time of its own."""


class Part(Record, kw_only=True):
    """A piece of a message: a text, a tool call, the end of a step."""

    message: str
    twin: str = ""
    """What tells it from the other parts of its message, in every copy."""


class Message(Record, kw_only=True):
    """What the person or the model said, in its parts."""

    parts: list[Part] = msgspec.field(default_factory=list)

    @property
    def created(self) -> int | None:
        """When it was begun, in the original and in every copy."""
        time = self.data.get("time")
        return moment(time, "created") if isinstance(time, dict) else None


class Unreadable(msgspec.Struct, kw_only=True):
    """A line, or a part without its message, that says nothing."""

    reason: str
    raw: str
    origin: Origin
    made: int | None = None


class Rows(msgspec.Struct, kw_only=True):
    """All that a log holds of one session."""

    session: str
    """Its id; empty where no row names it."""
    head: Record | None
    messages: list[Message]
    unreadable: list[Unreadable]


def gather(lines: Iterable[tuple[int, bytes]], source: int) -> Rows:
    """The newest version of every row."""
    gathering = _Gathering(source)
    for offset, line in lines:
        gathering.line(offset, line)
    return gathering.rows()


class _Gathering:
    def __init__(self, source: int) -> None:
        self.source = source
        self.session = ""
        self.head: Record | None = None
        self.messages: dict[str, Message] = {}
        self.parts: dict[str, Part] = {}
        self.unreadable: list[Unreadable] = []

    def line(self, offset: int, line: bytes) -> None:
        found, reason = decoded(line)
        origin = Origin(offset=offset, length=len(line), source=self.source)
        for row in found:
            self.row(row, origin, line)
        if reason and line.strip():
            self.refuse(reason, line, origin)

    def row(self, row: Json, origin: Origin, line: bytes) -> None:
        table, name = text(row, "table"), text(row, "id")
        made = moment(row, "time_created")
        if table not in ("session", "message", "part"):
            self.refuse(f"unknown table {table!r}" if table else "not a row of OpenCode's store", line, origin, made)
            return
        data = unpacked(row.get(_COLUMN[table])) if table in _COLUMN else row
        if not name or data is None:
            self.refuse(f"{table} without {'readable data' if name else 'id'}", line, origin, made)
            return
        self.session = self.session or (name if table == "session" else text(row, "session_id"))
        if table == "session":
            self.head = Record(id=name, origin=origin, data=data, made=made)
        elif table == "message":
            self.messages[name] = Message(id=name, origin=origin, data=data, made=made)
        else:
            message = text(row, "message_id")
            self.parts[name] = Part(id=name, origin=origin, data=data, made=made, message=message)

    def refuse(self, reason: str, raw: bytes, origin: Origin, made: int | None = None) -> None:
        shown = raw.decode("utf-8", "replace").strip("\x00\r\n\ufeff")
        self.unreadable.append(Unreadable(reason=reason, raw=shown, origin=origin, made=made))

    def rows(self) -> Rows:
        nth: Counter[str] = Counter()
        for _, part in sorted(self.parts.items()):
            message = self.messages.get(part.message)
            if message is not None:
                kind = text(part.data, "type")
                part.twin = f".{kind}.{nth[message.id + kind]}"
                nth[message.id + kind] += 1
                message.parts.append(part)
            else:
                raw = packed(part.data)
                self.refuse("part without its message", raw, part.origin, part.made)
        ordered = sorted(self.messages.values(), key=lambda one: (one.created or one.made or 0, one.id))
        return Rows(session=self.session, head=self.head, messages=ordered, unreadable=self.unreadable)
