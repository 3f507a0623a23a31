"""What a trace folder holds: its meta.json, its lines in order, its notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, TypedDict

import msgspec

from agent_trace.agents._clock import milliseconds
from agent_trace.agents._jsonl import clean, records, trim
from agent_trace.agents.traces.layout import place
from agent_trace.model import portable
from agent_trace.model.events import Origin


class Head(TypedDict):
    """What all events of one line share."""

    id: str
    session: str
    at: int | None
    parent: str | None
    origin: Origin
    side: bool


def beside(head: Head, ending: str, parent: str | None = None) -> Head:
    """The head of a second event of the same line."""
    return {**head, "id": head["id"] + ending, "parent": parent or head["parent"]}


class Record(msgspec.Struct, kw_only=True):
    """One line."""

    name: str
    """The id of its event."""
    origin: Origin
    value: Mapping[str, Any] = {}
    raw: str = ""
    reason: str = ""
    """Why it could not be read; empty: it could."""

    @property
    def data(self) -> Mapping[str, Any]:
        found = self.value.get("data", {})
        return found if isinstance(found, dict) else {}

    @property
    def type(self) -> str:
        return text(self.value.get("event_type"))

    @property
    def at(self) -> int | None:
        return moment(self.value.get("timestamp"))

    @property
    def parent(self) -> str | None:
        return text(self.value.get("parent_id")) or None


class Trace:
    """A folder as it was read."""

    def __init__(self, session: str) -> None:
        self.session = session
        self.meta: Mapping[str, Any] = {}
        self.heading: Mapping[str, Any] | None = None
        """What the first line says, where we wrote it."""
        self.records: list[Record] = []
        self.notes: list[Record] = []


def gather(path: str, rows: Iterable[tuple[int, bytes]], source: int) -> Trace:
    """All rows of a log, each record once: the newest version at the place of the first."""
    trace = Trace(place(path).session)
    lines: dict[str, Record] = {}
    notes: dict[str, Record] = {}
    for offset, line in rows:
        origin = Origin(offset=offset, length=len(line), source=source)
        for value, reason in _values(line):
            if reason:
                name = _unused(lines, _hash(trace.session, line))
                lines[name] = Record(name=name, origin=origin, raw=shown(line), reason=reason)
            elif "meta" in value and "event_type" not in value:
                _meta(trace, value["meta"], line, origin, lines)
            elif "annotation_id" in value and "event_type" not in value:
                name = text(value["annotation_id"]) or _hash(trace.session, line)
                notes[name] = Record(name=name, origin=origin, value=value)
            else:
                _line(trace, value, line, origin, lines)
    trace.records, trace.notes = list(lines.values()), list(notes.values())
    return trace


def _values(line: bytes) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects on a line; with a reason, what is none."""
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    if isinstance(found, dict):
        yield found, ""
        return
    several, reason = records(trim(line))
    for value in several:
        yield value, ""
    if reason:
        yield {}, reason


def _meta(trace: Trace, value: object, line: bytes, origin: Origin, lines: dict[str, Record]) -> None:
    if isinstance(value, dict):
        trace.meta = value
        name = value.get("session_id")
        if trace.heading is None and isinstance(name, str) and name:
            trace.session = clean(name)
    else:
        name = _unused(lines, f"{trace.session}.meta.unread")
        lines[name] = Record(name=name, origin=origin, raw=shown(line), reason="meta.json is no JSON object")


def _line(trace: Trace, value: Mapping[str, Any], line: bytes, origin: Origin, lines: dict[str, Record]) -> None:
    heading = portable.heading(value)
    if heading is not None:
        trace.heading, trace.session = heading, clean(heading["id"])
    own = text(value.get("event_id"))
    name = own or _hash(trace.session, line)
    held = lines.get(name)
    if held is not None and not (own and _is_version(held.value, value)):
        name = _unused(lines, name)
    reason = "" if isinstance(value.get("data", {}), dict) else "data is no object"
    lines[name] = Record(name=name, origin=origin, value=value, raw=shown(line) if reason else "", reason=reason)


def _is_version(held: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    """Two lines of one id are versions of one record, unless their type or time differs."""
    return (held.get("event_type"), held.get("timestamp")) == (value.get("event_type"), value.get("timestamp"))


def _unused(lines: Mapping[str, Record], name: str) -> str:
    """The name, or with a number where it is taken."""
    number, found = 1, name
    while found in lines:
        number += 1
        found = f"{name}#{number}"
    return found


def _hash(session: str, line: bytes) -> str:
    """A name for a record without an id."""
    return blake2b(session.encode("utf-8", "replace") + b"\n" + trim(line), digest_size=6).hexdigest()


def shown(line: bytes) -> str:
    """A line as text."""
    return line.decode("utf-8", "replace").replace("\x00", "")


def written(value: object) -> str:
    """A value as JSON that can be written down."""
    return clean(portable.compact(value))


def text(value: object) -> str:
    """A string as it can be written down; empty for anything else."""
    return clean(value) if isinstance(value, str) else ""


def moment(value: object) -> int | None:
    """A timestamp in UTC milliseconds: Unix seconds as a number or as text, or an ISO time. The importer writes 0 for none."""
    if isinstance(value, str):
        try:
            return portable.milliseconds(float(value)) or None
        except ValueError:
            return milliseconds(value)
    return portable.milliseconds(value) or None
