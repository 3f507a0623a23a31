"""Rows gathered to records: of each the newest version, messages and parts in the order of their making.

An archived log holds every version of a row that ever was. A row that vanished from the store (a revert removes
messages) is still in the archive and stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from agent_trace.agents.opencode.fields import Json, decoded, moment, packed, text, unpacked, whole
from agent_trace.agents.opencode.records import Message, Part, Record, Rows, Unreadable
from agent_trace.agents.opencode.second import converted
from agent_trace.model.events import Origin

_TABLES = frozenset({"session", "message", "part", "session_v2", "session_message"})
_SESSIONS = frozenset({"session", "session_v2"})
"""Tables whose columns are what they say; the others say it in JSON."""


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
        self.second: dict[str, tuple[Record, Json]] = {}
        """Messages of version 2, with their rows."""
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
        if table not in _TABLES:
            self.refuse(f"unknown table {table!r}" if table else "not a row of OpenCode's store", line, origin, made)
            return
        data = row if table in _SESSIONS else unpacked(row.get("data"))
        if not name or data is None:
            self.refuse(f"{table} without {'readable data' if name else 'id'}", line, origin, made)
            return
        self.session = self.session or (name if table in _SESSIONS else text(row, "session_id"))
        self.take(table, row, Record(id=name, origin=origin, data=data, made=made))

    def take(self, table: str, row: Json, record: Record) -> None:
        name, origin, data, made = record.id, record.origin, record.data, record.made
        if table in _SESSIONS:
            self.head = record
        elif table == "message":
            self.messages[name] = Message(id=name, origin=origin, data=data, made=made)
        elif table == "part":
            self.parts[name] = Part(id=name, origin=origin, data=data, made=made, message=text(row, "message_id"))
        else:
            self.second[name] = record, row

    def refuse(self, reason: str, raw: bytes, origin: Origin, made: int | None = None) -> None:
        shown = raw.decode("utf-8", "replace").strip("\x00\r\n\ufeff")
        self.unreadable.append(Unreadable(reason=reason, raw=shown, origin=origin, made=made))

    def rows(self) -> Rows:
        for _, part in sorted(self.parts.items()):
            message = self.messages.get(part.message)
            if message is not None:
                message.parts.append(part)
            else:
                self.refuse("part without its message", packed(part.data), part.origin, part.made)
        messages = [*self.messages.values(), *self.later()]
        for message in messages:
            _name_parts(message.parts)
        messages.sort(key=lambda one: (one.created or one.made or 0, one.seq, one.id))
        return Rows(session=self.session, head=self.head, messages=messages, unreadable=self.unreadable)

    def later(self) -> Iterator[Message]:
        """What version 2 has and version 1 has not."""
        for record, row in self.second.values():
            if record.id not in self.messages:
                yield from converted(record, text(row, "type"), whole(row, "seq") or 0)


def _name_parts(parts: list[Part]) -> None:
    nth: Counter[str] = Counter()
    for part in parts:
        kind = text(part.data, "type")
        part.twin = f".{kind}.{nth[kind]}"
        nth[kind] += 1
