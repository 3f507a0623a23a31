"""What a person noted about a session and its events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from agent_trace.model.annotations import Annotation
from agent_trace.model.events import kind_of

if TYPE_CHECKING:
    from agent_trace.model.session import Session
    from agent_trace.reports._scopes import SessionScope


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """A note, a label or a bookmark, and the event that it is about."""

    annotation_id: str
    session_id: str
    event: str | None = None
    """The event's number, `12/3` for one of a sub-agent; null for the session as a whole, and where the event is not found."""
    event_id: str | None = None
    kind: str | None = None
    """Of the event."""
    at: datetime | None = None
    """When the event was."""
    offset_s: float | None = None
    """The event's, since the start of its session."""
    missing: bool = False
    """Its event is in the log no more, nor in what was archived of it."""
    label: str = ""
    note: str = ""
    bookmark: bool = False
    author: str = ""
    created_at: datetime | None = None
    foreign: bool = False
    """It was made with another tool, and came with a trace."""


class Where(NamedTuple):
    """An event as a note names it."""

    number: str
    kind: str
    at: datetime | None


Events = Mapping[tuple[str, str], Where]
"""By session and event id."""


def noted(one: Annotation, events: Events | None) -> Noted:
    """An annotation with its event; `events` None: they cannot be read."""
    where = None if events is None else events.get((one.session_id, one.event_id))
    return Noted(
        annotation_id=one.annotation_id,
        session_id=one.session_id,
        event=None if where is None else where.number,
        event_id=one.event_id or None,
        kind=None if where is None else where.kind,
        at=None if where is None else where.at,
        offset_s=one.offset_seconds,
        missing=bool(one.event_id) and events is not None and where is None,
        label=one.label,
        note=one.note,
        bookmark=one.bookmark,
        author=one.author,
        created_at=moment(one.created_at) if one.created_at else None,
    )


def said(given: Iterable[Annotation]) -> list[Annotation]:
    """Without the labels of sessions: they stand in their Summaries."""
    return [one for one in given if one.event_id or one.note or one.bookmark]


def in_order(notes: Iterable[Noted], events: Events | None) -> tuple[Noted, ...]:
    """By their events; those of the session as a whole first, those whose event is not known last."""
    order = {where.number: place for place, where in enumerate((events or {}).values())}
    return tuple(sorted(notes, key=lambda one: -1 if one.event_id is None else order.get(one.event or "", len(order))))


def notes(scope: SessionScope, session: Session | None) -> tuple[Noted, ...]:
    """What was noted about a session and its own events, in their order; `session` None: these cannot be read."""
    about = any(one.session_id == scope.summary.id for one in said(scope.given))
    return noted_of(scope, places(session) if about and session is not None else None)


def noted_of(scope: SessionScope, events: Events | None) -> tuple[Noted, ...]:
    """The same where the events that notes are about are known, in the order of the log."""
    about = [one for one in said(scope.given) if one.session_id == scope.summary.id]
    return in_order((noted(one, events) for one in about), events)


def places(session: Session, prefix: str = "") -> dict[tuple[str, str], Where]:
    """The events of a session in the order of its log."""
    found: dict[tuple[str, str], Where] = {}
    for number, event in session.numbered:
        at = None if event.at is None else moment(event.at / 1000)
        found.setdefault((session.id, event.id), Where(f"{prefix}{number}", kind_of(event), at))
    return found


def moment(seconds: float) -> datetime | None:
    """Unix seconds as a moment; None where no calendar has it."""
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, OSError, ValueError):
        return None
