"""The events of one session in the making: in the order of time, so that what a running tool adds stands at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

import msgspec

from agent_trace.agents.opencode.fields import Json, group, packed, text
from agent_trace.agents.opencode.records import Message, Part, Record
from agent_trace.model.events import Attachment, Event, Origin, Unknown
from agent_trace.model.scan import digest

_SILENT = frozenset({"step-start", "step-finish", "snapshot", "patch"})
"""Parts of no weight: the beginning and end of a step (the message has its numbers) and snapshots of the files."""


class Head(TypedDict):
    """What an event has of its record."""

    id: str
    session: str
    twin: str
    at: int | None
    origin: Origin
    side: bool


class Story:
    """Takes events to their places in time."""

    def __init__(self, session: str, twins: dict[str, str], *, clip: int | None, inherited: frozenset[int]) -> None:
        self.session, self.twins, self.clip, self.inherited = session, twins, clip, inherited
        self.reverted: str | None = None
        """The first message that the person took back."""
        self.asked: dict[str, str] = {}
        """User message → the event that stands for it."""
        self.shell: set[str] = set()
        """User messages that stand for a command which the person ran past the model."""
        self.model = ""
        """The model that the person chose last."""
        self.calls: dict[str, int] = {}
        """Tool-use id → how often it was used: some providers count anew in every answer."""
        self._placed: list[tuple[int, Event]] = []

    def cut(self, said: str) -> str:
        """As much of a text as was asked for."""
        return said if self.clip is None else said[: self.clip]

    def head(self, message: Message, record: Record, at: int | None, ending: str = "", twin: str = "") -> Head:
        """Named after a record of a message, and after what its copies share with it."""
        return Head(
            id=record.id + ending,
            session=self.session,
            twin=self.twins[message.id] + twin,
            at=at,
            origin=record.origin,
            side=self.reverted is not None and message.id >= self.reverted,
        )

    def add(self, event: Event, place: int) -> str:
        """Take an event to its place; its id."""
        self._placed.append((place, event))
        return event.id

    def attach(self, message: Message, part: Part, file: Json, at: int | None, place: int, nth: str = "") -> str:
        """A file that was put before the model."""
        ending = f".attachment{nth}" if nth else ""
        path = text(group(file, "source"), "path") or text(file, "filename") or text(file, "url")
        name = path if not path.startswith("data:") else text(file, "mime")
        kind = "image" if text(file, "mime").startswith("image/") else "file"
        head = self.head(message, part, at, ending, part.twin + ending)
        return self.add(Attachment(**head, kind=kind, text=self.cut(name), size=len(name)), place)

    def doubt(self, message: Message, part: Part, place: int) -> str | None:
        """A part of a kind that says nothing, or of one that is not known: that is kept, and its event's id given."""
        kind = text(part.data, "type")
        if kind in _SILENT:
            return None
        head = self.head(message, part, message.created, twin=part.twin)
        raw = packed(part.data).decode()
        reason = f"unknown part type {kind!r}" if kind else "a part without a type"
        return self.add(Unknown(**head, raw=self.cut(raw), reason=reason), place)

    def events(self) -> Iterator[Event]:
        """All events in the order of time; what happened at once, in the order of the records."""
        for _, event in sorted(self._placed, key=lambda one: one[0]):
            yield self._marked(event)

    def _marked(self, event: Event) -> Event:
        if not self.inherited or digest((event.twin or event.id).encode("utf-8", "replace")) not in self.inherited:
            return event
        return msgspec.structs.replace(event, inherited=True)
