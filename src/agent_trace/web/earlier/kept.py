"""What was worked out of sessions' logs, kept until they change: a page of a long session does not read all of it again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar

import msgspec
from starlette.requests import HTTPConnection

from agent_trace.app.projects import Row
from agent_trace.app.single_events import Mark, everything, mark, owned, shape
from agent_trace.app.workspace import Workspace
from agent_trace.model.events import AssistantText, Origin, SessionStarted, ToolCall, ToolResult, UserPrompt
from agent_trace.model.session import Session
from agent_trace.web.earlier.conversation import Message, conversation, record
from agent_trace.web.earlier.deeds import Deeds, deeds

Found = TypeVar("Found")
MOST = 300_000
"""Messages of all kept sessions."""
SEARCHES = 32
HEAD = 3
"""Events whose records are the head of a log."""
LARGEST_HEAD = 65_536
"""Bytes before the first of them that are taken along."""


class View(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A session without its texts."""

    messages: tuple[Message, ...]
    deeds: Deeds
    cwd: str | None
    head: tuple[Origin, ...]
    """The first records: some agents say there what every other one needs."""
    agent_type: str | None
    """What kind of sub-agent it is, in the agent's own words."""

    @cached_property
    def places(self) -> dict[str, int]:
        """Where the message with a uuid stands, from 0; the ids of the records that it was written in lead to it too."""
        own = {one.uuid: place for place, one in enumerate(self.messages)}
        return {**{record(event): place for event, place in self.of_event.items()}, **own}

    @cached_property
    def of_event(self) -> dict[str, int]:
        """Where the message stands that an event belongs to."""
        return {piece.event: place for place, one in enumerate(self.messages) for piece in one.pieces}


class Kept:
    """Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._views: OrderedDict[Mark, View] = OrderedDict()
        self._turns: dict[Mark, threading.Lock] = {}
        self._hits: OrderedDict[tuple[Mark, str], frozenset[int]] = OrderedDict()

    def view(self, workspace: Workspace, row: Row) -> View:
        """A session as messages. Raises NotFoundError, WithheldError."""
        key = mark(workspace, row)
        held = self._held(self._views, key)
        if held is not None:
            return held
        with self._turn(key):
            held = self._held(self._views, key)
            return held if held is not None else self._keep(key, _read(workspace, row))

    def _keep(self, key: Mark, made: View) -> View:
        with self._lock:
            self._views[key] = made
            while sum(len(one.messages) for one in self._views.values()) > MOST and len(self._views) > 1:
                self._views.popitem(last=False)
        return made

    @contextmanager
    def _turn(self, key: Mark) -> Iterator[None]:
        """One at a time reads a session; who waited finds it read."""
        with self._lock:
            turn = self._turns.setdefault(key, threading.Lock())
        try:
            with turn:
                yield
        finally:
            with self._lock:
                self._turns.pop(key, None)

    def hits(self, workspace: Workspace, row: Row, text: str) -> frozenset[int]:
        """The places of the messages whose texts hold a text."""
        wanted = text.casefold()
        key = (mark(workspace, row), wanted)
        held = self._held(self._hits, key)
        if held is not None:
            return held
        places = self.view(workspace, row).of_event
        made = frozenset(
            places[one.id] for one in everything(workspace, row) if one.id in places and wanted in words(one).casefold()
        )
        with self._lock:
            self._hits[key] = made
            while len(self._hits) > SEARCHES:
                self._hits.popitem(last=False)
        return made

    def _held(self, store: OrderedDict[Any, Found], key: object) -> Found | None:
        with self._lock:
            found = store.get(key)
            if found is not None:
                store.move_to_end(key)
            return found


def _read(workspace: Workspace, row: Row) -> View:
    session = shape(workspace, row)
    own = owned(workspace, row, session)
    messages = conversation(session, own)
    starts = (one.agent_type for one in session.events if isinstance(one, SessionStarted))
    return View(
        messages=messages,
        deeds=deeds(session, messages, own),
        cwd=row.cwd,
        head=_head(session),
        agent_type=next((one for one in starts if one), None),
    )


def _head(session: Session) -> tuple[Origin, ...]:
    """The records of the first events, and what lies before them."""
    found = tuple(dict.fromkeys(one.origin for one in session.events[:HEAD] if one.origin is not None))
    if not found or not 0 < found[0].offset <= LARGEST_HEAD:
        return found
    return (Origin(offset=0, length=found[0].offset, source=found[0].source), *found)


def words(event: object) -> str:
    """What a message says of an event."""
    match event:
        case UserPrompt() | AssistantText():
            return event.text
        case ToolCall():
            return event.input
        case ToolResult():
            return event.output
    return ""


def kept_of(connection: HTTPConnection) -> Kept:
    """What the app that a request came to keeps."""
    state = connection.app.state
    if not hasattr(state, "kept"):
        state.kept = Kept()
    found: Kept = state.kept
    return found
