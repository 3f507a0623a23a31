"""The entry in hand: what it is called, what it follows from, and whether it was told before."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from agent_trace.agents._clock import milliseconds
from agent_trace.agents._telling import Memory, Teller, hashed
from agent_trace.agents._untyped import JSON, count, encoded, inner, text
from agent_trace.agents.pi import session_of
from agent_trace.model.events import Attachment, Event, Linked, ModelChanged, SessionStarted, Unknown
from agent_trace.model.scan import digest

_PLACE_IN_TREE = frozenset({"id", "parentId", "firstKeptEntryId", "firstKeptEntryIndex"})


class Called(msgspec.Struct, array_like=True, gc=False):
    """A recent tool call."""

    id: str
    """Of its event."""
    name: str
    path: str
    asks: bool
    """It is a command whose 1 is an answer."""
    added: int
    removed: int
    """What it changes by its arguments."""


class ParseState(Memory, kw_only=True):
    """What must be known between two pieces of a log."""

    TOOLS: ClassVar[int] = 32
    NAMELESS: ClassVar[int] = 4096

    session: str = ""
    """The session's id, once the header told it."""
    begun: list[str] = msgspec.field(default_factory=list)
    """Sessions whose header was seen."""
    leaf: str = ""
    """The entry before this one, where it has an id."""
    last: str | None = None
    """The last event."""
    nameless: list[int] = msgspec.field(default_factory=list)
    """Entries without an id, as keys: their session may come again with ids."""
    tools: dict[str, Called] = msgspec.field(default_factory=dict)
    """Tool-call id → the call."""
    model: str = ""
    """The model that was last chosen or answered."""


class Reader(Teller):
    """Holds one entry at a time; the handlers of its type tell the events."""

    def __init__(
        self, path: str, state: ParseState, *, clip: int | None, inherited: frozenset[int], source: int
    ) -> None:
        super().__init__(state, clip=clip, inherited=inherited, source=source)
        self.state = state
        self.session = state.session or session_of(path)
        self.nameless = set(state.nameless)

    def take(self, record: JSON) -> bool:
        """Turn to the next entry; False where it was told before, under no id."""
        entry, state = text(record, "id"), self.state
        self.twin = hashed(_content(record))
        key = digest(self.twin.encode())
        if entry and key in self.nameless:
            state.leaf = entry
            state.rows[entry] = state.last
            return False
        self.clock(_time(record))
        if entry:
            self.name, self.last = self.row(entry), state.rows.get(text(record, "parentId"))
            self._go_back(record)
        else:
            self._remember_nameless(key)
            self.name, self.last = self.twin + self.nth(self.twin, 0), state.last
        state.leaf = entry
        return True

    def _go_back(self, record: JSON) -> None:
        """A new branch begins where an entry follows one that is not the last."""
        before, rows = text(record, "parentId"), self.state.rows
        if before in rows and self.state.leaf in rows and before != self.state.leaf:
            self.tell(Attachment, ".branch", kind="rewound", text=self.cut(f"back to {before}"), size=8 + len(before))

    def _remember_nameless(self, key: int) -> None:
        if key not in self.nameless and len(self.state.nameless) < ParseState.NAMELESS:
            self.nameless.add(key)
            self.state.nameless.append(key)

    def left(self) -> None:
        """Remember the entry for those that follow it."""
        self.leave(self.state.leaf)
        self.state.last = self.last

    def tell(self, made: type[Event], suffix: str = "", /, **fields: Any) -> None:
        """Tell an event; the entry's first one without a suffix bears the entry's own id."""
        super().tell(made, suffix, **fields)
        self.state.last = self.last

    def unread(self, raw: str, reason: str) -> None:
        """Keep a record that could not be understood."""
        self.tell(Unknown, "", raw=self.cut(raw), reason=reason)

    def unread_line(self, line: bytes, reason: str) -> None:
        """Keep what is on a line and is no entry."""
        self.twin, self.last = "", self.state.last
        self.clock(None)
        self.name = self.stand_in(line)
        self.unread(line.decode("utf-8", "replace").strip("\x00\r\n\ufeff"), reason)

    def begin(self, record: JSON) -> None:
        """The header: whose log it is."""
        state = self.state
        self.clock(_time(record))
        self.session = state.session = text(record, "id") or self.session
        self.twin, self.name, self.last = "", f"{self.session}.start", state.last
        if self.session in state.begun:
            return
        state.begun.append(self.session)
        self.tell(SessionStarted, cwd=text(record, "cwd") or None)
        parent = text(record, "parentSession") or text(record, "branchedFrom")
        if parent:
            self.tell(Linked, ".link", how="fork", other=session_of(parent))
        self.choose(text(record, "modelId"), ".model")

    def choose(self, model: str, suffix: str = "") -> None:
        """Another model answers from here on."""
        if model:
            self.state.model = model
            self.tell(ModelChanged, suffix, model=model)


def _content(record: JSON) -> bytes:
    """What is equal in all copies of an entry: its time and content, without its place in a tree."""
    return encoded({name: value for name, value in record.items() if name not in _PLACE_IN_TREE}).encode()


def _time(record: JSON) -> int | None:
    at = milliseconds(text(record, "timestamp"))
    return at if at is not None else count(inner(record, "message"), "timestamp")
