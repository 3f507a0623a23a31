"""Records of OpenCode's store: sessions, their messages, and the parts of these."""

from __future__ import annotations

import msgspec

from agent_trace.agents.opencode.fields import Json, moment
from agent_trace.model.events import Origin


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
    seq: int = 0
    """Its place in the session, where that is written."""

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
