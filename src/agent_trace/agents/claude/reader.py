"""The record in hand: whose it is, when it was, what its events are called and what led to them."""

from __future__ import annotations

from typing import TypedDict

from agent_trace.agents._clock import milliseconds
from agent_trace.agents.claude.entries import Entry
from agent_trace.agents.claude.keys import nameless, row_key, row_name, stand_in
from agent_trace.agents.claude.layout import place
from agent_trace.agents.claude.parse_state import ParseState, remember
from agent_trace.model.events import Event, Linked, Origin, SessionStarted, Unknown


class Head(TypedDict):
    """What all events of one record share."""

    session: str
    at: int | None
    origin: Origin
    side: bool
    inherited: bool


class Reader:
    """Holds one record at a time; the handlers of its type emit the events."""

    def __init__(
        self, path: str, state: ParseState, *, clip: int | None, inherited: frozenset[int], source: int
    ) -> None:
        self.state, self.clip, self.inherited, self.source = state, clip, inherited, source
        self.place = place(path)
        self.is_agent = self.place.agent_id is not None
        self.main = state.session or self.place.session
        self.out: list[Event] = []
        self.entry, self.raw, self.shown, self.session = Entry(), b"", b"", self.main
        self.at: int | None = None
        self.origin = Origin(offset=0, length=0)
        self.side = self.is_copy = False
        self.last: str | None = None
        self._row: str | None = None

    @property
    def head(self) -> Head:
        """For events of which a log holds few; the others name the fields, which is three times as fast."""
        return {
            "session": self.session,
            "at": self.at,
            "origin": self.origin,
            "side": self.side,
            "inherited": self.is_copy,
        }

    @property
    def root(self) -> str:
        """The root session's id."""
        return self.main.partition("/")[0]

    @property
    def is_nameless(self) -> bool:
        """The path names no root session (2.0 put sub-agents beside their session): the first row must."""
        return self.is_agent and self.place.root is None and not self.state.session

    def name_root(self, root: str) -> None:
        """Complete the session's id with the root that a row gave; empty: there is none."""
        self.main = f"{root}/agent-{self.place.agent_id}" if root else self.place.session
        self.state.session = self.main

    def take(self, entry: Entry, raw: bytes, shown: bytes) -> None:
        """Turn to the next record: its fields, its bytes as JSON, and its bytes as the log shows them."""
        state = self.state
        self.entry, self.raw, self.shown, self._row = entry, raw, shown, None
        at = milliseconds(entry.timestamp)
        if at is not None:
            state.last = at
        self.session = self.main if self.is_agent or not entry.is_sidechain else self._side(entry)
        self.at, self.side = state.last or None, False
        if self.inherited:
            name = row_name(entry.uuid, entry.type, entry.timestamp, shown, self.main)
            self.is_copy = name is not None and row_key(name) in self.inherited
        before = entry.parent_uuid or entry.logical_parent_uuid
        self.last = None if before is None else state.rows.get(before)
        if self.session not in state.begun and (entry.cwd or entry.version):
            self._start(entry)
        if entry.session_id is not None and entry.session_id != state.root:
            self._link(entry.session_id)

    def leave(self) -> None:
        """Remember the record for those that follow it."""
        uuid = self.entry.uuid
        if uuid is not None:
            remember(self.state.rows, uuid, self.last, ParseState.ROWS)

    def _side(self, entry: Entry) -> str:
        """The session of a row off the main thread of a main file: a sub-agent's, or an inline side chain's."""
        if entry.agent_id:
            return f"{self.root}/agent-{entry.agent_id}"
        sides, uuid = self.state.sides, entry.uuid or ""
        first = sides.get(entry.parent_uuid or "") or uuid or stand_in(self.shown)
        if uuid:
            remember(sides, uuid, first, ParseState.SIDES)
        return f"{self.root}/side-{first}"

    def _start(self, entry: Entry) -> None:
        remember(self.state.begun, self.session, True, ParseState.SESSIONS)
        self.emit(
            SessionStarted(
                id=f"{self.session}.start",
                cwd=entry.cwd,
                branch=entry.git_branch or None,
                version=entry.version,
                **self.head,
            )
        )

    def _link(self, root: str) -> None:
        """Rows of another session before these: this log goes on from it."""
        state = self.state
        before, state.root = state.root, root
        if not before or self.is_agent or before in state.linked:
            return
        state.linked = [*state.linked, before][-ParseState.SESSIONS :]
        self.emit(Linked(id=f"{self.row}.link", parent=self.last, how="resume", other=before, **self.head))

    # ---- what handlers need

    @property
    def row(self) -> str:
        """What the record's events are named after: its uuid, else a hash of its bytes; a name's second use is `~2`."""
        if self._row is None:
            uuid = self.entry.uuid
            if uuid is None:
                uuid = stand_in(self.session.encode("utf-8", "replace") + b"\n" + nameless(self.shown, self.main))
                self._row = uuid + self.nth(uuid, 0)
            else:
                self._row = uuid + self.nth(uuid) if uuid in self.state.rows else uuid
        return self._row

    def nth(self, name: str, before: int = 1) -> str:
        """`~2` for a name that was used before and is used again, then `~3`; nothing for its first use."""
        names = self.state.names
        count = names.pop(name, before) + 1
        remember(names, name, count, ParseState.NAMES)
        return f"~{count}" if count > 1 else ""

    def cut(self, text: str) -> str:
        """As much of a text as was asked for."""
        return text if self.clip is None else text[: self.clip]

    def emit(self, event: Event) -> None:
        """Yield an event; what the same row says next follows from it."""
        self.out.append(event)
        self.last, self.state.ended = event.id, False

    def unread(self, reason: str) -> None:
        """Keep a record that could not be understood."""
        raw = self.raw.decode("utf-8", "replace").strip("\x00\r\n\ufeff")
        self.emit(Unknown(id=f"{self.row}.unread", parent=self.last, raw=self.cut(raw), reason=reason, **self.head))
