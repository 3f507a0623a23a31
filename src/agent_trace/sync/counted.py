"""What of a session's events counts there: which model calls are its own, and how much each used, is decided by the store alone.

Logs that share rows are told apart row by row when they are read. Some share calls without sharing a row: a copy with rows of
its own, or a model that repeats its ids. A call then counts in one session, with the row of all logs that tells most of it; in
the others it and its steps are shown like what was copied. So figures that are worked out from events add up to those of the
ledger.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from agent_trace.model.events import Event, FileRead, FileWrite, LlmResponse, ToolCall, ToolResult
from agent_trace.model.scan import digest
from agent_trace.model.session import Session
from agent_trace.model.usage import BillingClass, Usage, band
from agent_trace.store.calls import CallRow, calls_of_session, held_elsewhere, split_key
from agent_trace.store.database import Database

replace = msgspec.structs.replace
_MEASURES = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "reasoning", "web_searches")
_CLASS = ("model", "speed", "geo", "tier")


class Corrections(NamedTuple):
    """What of a session's events the store says otherwise; empty for nearly every session."""

    elsewhere: frozenset[str]
    """Calls of the main thread, by their keys, that count in another session."""
    results: frozenset[str]
    """Ids of the events of the results of tool calls that those asked for."""
    measured: dict[str, CallRow]
    """Own calls of which another log tells more."""

    def apply(self, event: Event) -> Event:
        """An event as it counts."""
        match event:
            case LlmResponse(side=False) if event.call in self.elsewhere:
                return replace(event, inherited=True)
            case LlmResponse(side=False) if event.call in self.measured:
                return _as_stored(event, self.measured[event.call])
            case ToolCall(side=False) if event.response in self.elsewhere:
                return replace(event, inherited=True)
            case ToolResult() if event.id in self.results:
                return replace(event, inherited=True)
            case FileRead() | FileWrite() if event.parent in self.results:
                return replace(event, inherited=True)
        return event


def counted(db: Database, row: int, session: Session) -> Session:
    """A session, by its row, as it counts; the same object where the store says nothing else."""
    return corrected(session, corrections(db, row, session))


def counted_named(db: Database, session: Session) -> Session:
    """The same of a session by its agent and its id; as it is where the store does not know it."""
    row = db.execute("SELECT id FROM session WHERE agent = ? AND key = ?", (session.agent, session.id)).fetchone()
    return session if row is None else counted(db, row[0], session)


def corrected(session: Session, found: Corrections) -> Session:
    """A session with its events as they count."""
    if not found.elsewhere and not found.measured:
        return session
    return Session(id=session.id, agent=session.agent, events=tuple(map(found.apply, session.events)))


def corrections(db: Database, row: int, session: Session) -> Corrections:
    """Where the store says otherwise than a session's own logs."""
    keys = {call.call: _key(call.call) for call in session.own_calls if not call.side}
    own = calls_of_session(db, row)
    strange = {call: key for call, key in keys.items() if key not in own}
    met = set(keys.values())
    left = [one for key, one in own.items() if key not in met and one.request is not None] if strange else []
    known = {call: own[key] for call, key in keys.items() if key in own} | _split(strange, left)
    held = held_elsewhere(db, [key for call, key in strange.items() if call not in known])
    elsewhere = frozenset(call for call, key in strange.items() if call not in known and key in held)
    calls = {call.call: call for call in session.own_calls}
    measured = {name: one for name, one in known.items() if not _is_same(calls[name], one)}
    steps = [one for one in session.steps if not one.call.side and one.call.response in elsewhere]
    return Corrections(
        elsewhere,
        frozenset(one.result.id for one in steps if one.result is not None),
        measured,
    )


def _key(call: str) -> int:
    return digest(call.encode("utf-8", "replace"))


def _split(strange: dict[str, int], left: list[CallRow]) -> dict[str, CallRow]:
    """Own calls that are stored under a key of their own, for another log has one of the same name and another request."""
    made = {split_key(key, one.request): (call, one) for call, key in strange.items() for one in left}
    return {call: one for name, (call, one) in made.items() if name == one.key}


def _is_same(call: LlmResponse, row: CallRow) -> bool:
    """Whether a session's own logs tell of a call what the store does: what is not known is nothing, in sums."""
    if any((getattr(call.usage, name) or 0) != (getattr(row, name) or 0) for name in _MEASURES):
        return False
    cls = call.cls or BillingClass(model="")
    return all(getattr(cls, name) == getattr(row, name) for name in _CLASS)


def _as_stored(event: LlmResponse, row: CallRow) -> LlmResponse:
    cls = BillingClass(**{name: getattr(row, name) for name in _CLASS}, band=band(row.side))
    return replace(event, usage=Usage(**{name: getattr(row, name) for name in _MEASURES}), cls=cls)
