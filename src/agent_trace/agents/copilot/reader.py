"""The event in hand: whose it is, what it is called and what it follows from; and what must be remembered."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from agent_trace.agents._clock import milliseconds
from agent_trace.agents._telling import Memory, Teller, keep
from agent_trace.agents._untyped import JSON, encoded, inner, text
from agent_trace.agents.copilot import place
from agent_trace.model.events import Event

GLOBAL = 20
"""Characters from which on an id is taken for one that is given once in the world."""


class Called(msgspec.Struct, array_like=True, gc=False):
    """A recent tool call."""

    id: str
    """Of its event."""
    name: str
    kind: str
    path: str
    asks: bool
    """It is a command whose 1 is an answer."""
    session: str
    child: str | None = None
    """The sub-agent that it started."""
    run_ms: int | None = None
    asked: bool = False
    """A permission was asked for."""


class Heard(msgspec.Struct, array_like=True, gc=False):
    """A recent model call."""

    key: str
    output: int
    """The tokens that were told of it so far."""
    has_record: bool
    """Its usage record was seen."""


class Account(msgspec.Struct, kw_only=True):
    """What the agent's own account held at the last shutdown."""

    before: dict[str, list[int]] = msgspec.field(default_factory=dict)
    """Model → input, output, cache reads and writes of processes whose account began anew."""
    now: dict[str, list[int]] = msgspec.field(default_factory=dict)
    """The same as it was last written."""
    spoken: int = 0
    """Output tokens that the log told since then."""
    credits: float = 0
    """Billionths of a credit of processes whose account began anew."""
    credits_now: float = 0


class ParseState(Memory, kw_only=True):
    """What must be known between two pieces of a log."""

    CALLS: ClassVar[int] = 16
    TOOLS: ClassVar[int] = 32
    SESSIONS: ClassVar[int] = 32

    session: str = ""
    """The session's id, where an event told it."""
    cwd: str | None = None
    branch: str | None = None
    models: dict[str, str] = msgspec.field(default_factory=dict)
    """Session → the model that was last chosen or answered."""
    calls: dict[str, Heard] = msgspec.field(default_factory=dict)
    """Session and the answer's id → the call."""
    ends: dict[str, str] = msgspec.field(default_factory=dict)
    """Session → its last event."""
    latest: dict[str, str] = msgspec.field(default_factory=dict)
    """Session → the key of its last call."""
    tools: dict[str, Called] = msgspec.field(default_factory=dict)
    """Tool-call id → the call."""
    asked: dict[str, str] = msgspec.field(default_factory=dict)
    """Permission request → the tool call it is about."""
    attempts: int = 0
    """How often in a row the model could not be asked."""
    thought: str = ""
    """The last reasoning that stood in an event of its own, hashed."""
    account: Account = msgspec.field(default_factory=Account)


class Reader(Teller):
    """Holds one event at a time; the handlers of its type tell what it means."""

    def __init__(
        self, path: str, state: ParseState, *, clip: int | None, inherited: frozenset[int], source: int
    ) -> None:
        super().__init__(state, clip=clip, inherited=inherited, source=source)
        self.state = state
        self.main = self.session = state.session or place(path).session
        self.record: JSON = {}

    def take(self, record: JSON) -> None:
        """Turn to the next event."""
        self.record = record
        data = inner(record, "data")
        self.session = self._session(record, data)
        self.clock(milliseconds(text(record, "timestamp")))
        row = text(record, "id")
        self.name = self.row(row) if row else self.stand_in(encoded(record).encode())
        self.twin = "" if len(row) >= GLOBAL else f"{self.main}/{self.name}"

    def _session(self, record: JSON, data: JSON) -> str:
        """A sub-agent's events name it; earlier versions name the tool call that started it."""
        agent = text(record, "agentId")
        if agent:
            return self.child(agent)
        starter = text(data, "parentToolCallId")
        if not starter:
            return self.main
        called = self.state.tools.get(starter)
        return self.child((called.child if called else None) or starter)

    def child(self, agent: str) -> str:
        """The session of a sub-agent."""
        return f"{self.main}/agent-{agent}"

    def begin(self, session: str) -> None:
        """An event of the main thread tells whose log it is."""
        if session and self.session == self.main:
            self.main = self.session = self.state.session = session

    def left(self) -> None:
        """Remember the record's id where it told anything: another one may bear it."""
        row = text(self.record, "id")
        if row and self.out:
            keep(self.state.rows, row, None, ParseState.ROWS)

    def tell(self, made: type[Event], suffix: str = "", /, **fields: Any) -> None:
        """Tell an event; it follows from the last one of its session, whoever spoke in between."""
        session = fields.get("session", self.session)
        self.last = self.state.ends.get(session)
        super().tell(made, suffix, **fields)
        if self.last:
            keep(self.state.ends, session, self.last, ParseState.SESSIONS)

    def unread_line(self, line: bytes, reason: str) -> None:
        """Keep what is on a line and is no event."""
        self.session, self.twin = self.main, ""
        self.clock(None)
        self.name = self.stand_in(line)
        self.unread(line.decode("utf-8", "replace").strip("\x00\r\n\ufeff"), reason)

    @property
    def key(self) -> str:
        """What the event is known by in every log that holds it."""
        return self.twin or self.name

    @property
    def model(self) -> str:
        """The model that the session is on, as far as the log told."""
        return self.state.models.get(self.session, "")

    def choose(self, session: str, model: str) -> None:
        """A session is on this model from here on, where it is named."""
        if model:
            keep(self.state.models, session, model, ParseState.SESSIONS)
