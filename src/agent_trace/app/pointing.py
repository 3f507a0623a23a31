"""Which event of a session is meant: its number, `12/3` for one of a sub-agent, its id, or a time."""

from __future__ import annotations

import re

from agent_trace.app.annotations import Place
from agent_trace.app.moments import since, until
from agent_trace.app.sessions import read_session
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError, UsageError
from agent_trace.model.events import ToolCall, kind_of
from agent_trace.model.session import Numbered, Session
from agent_trace.store.sessions import SessionRow, members

_BELOW = re.compile(r"(\d+)/(\d+(?:/\d+)*)\Z")
_SPAN = re.compile(r"\+?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CLOCK = re.compile(r"\+?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)\Z")
CLIP = 64
"""Characters of each text that are read: none is needed."""
SLACK_S = 1.0
"""A time is printed in whole seconds."""


def pointed(workspace: Workspace, row: SessionRow, event: str) -> Place:
    """The event with this number or id. Raises NotFoundError, and WithheldError where no events are kept."""
    below = _BELOW.match(event)
    session = read_session(workspace, row, clip=CLIP)
    found = session.numbered_event(below.group(1) if below else event)
    if found is None:
        last = len(session.numbered)
        raise NotFoundError(f"the session has no event {event!r}", hint=f"its events are 1 to {last}")
    if below is None:
        return _place(row, session, found)
    place = pointed(workspace, _started(workspace, row, found), below.group(2))
    return place._replace(number=f"{found.number}/{place.number}")


def _started(workspace: Workspace, row: SessionRow, one: Numbered) -> SessionRow:
    """The sub-agent that a call started."""
    call = one.event.call if isinstance(one.event, ToolCall) else None
    for child in members(workspace.db, [row.root])[row.root]:
        if call is not None and child.parent == row.key and child.tool_id == call:
            return child
    raise NotFoundError(
        f"event {one.number} started no sub-agent that is known", hint="name the sub-agent's own session"
    )


def pointed_at(workspace: Workspace, row: SessionRow, text: str) -> Place:
    """The session's own event nearest to a time since its start, or to a moment: `2026-11-18`, `2026-11-18T14:03`.

    Raises UsageError, NotFoundError, WithheldError.
    """
    session = read_session(workspace, row, clip=CLIP)
    start = _start(row, session)
    wanted = _since_start(workspace, text, start) if _DATE.match(text) else seconds(text)
    times = [(one, one.event.at) for one in session.numbered if one.event.at is not None and not one.event.inherited]
    if start is None or not times:
        raise NotFoundError("the log does not tell when anything happened", hint="name the event's number")
    lasted = (max(at for _, at in times) - start) / 1000
    if wanted > lasted + SLACK_S:
        raise NotFoundError(f"the session lasted {lasted:.1f} s: nothing happened at {text}")
    found, _ = min(times, key=lambda one: abs((one[1] - start) / 1000 - wanted))
    return _place(row, session, found)


def _since_start(workspace: Workspace, text: str, start: int | None) -> float:
    """Seconds from the start to a moment. A day means its first instant: on the day of the start, the start itself."""
    facts = workspace.facts
    wanted = since(text, facts.now, facts.zone, facts.start_of_week)
    end = until(text, facts.now, facts.zone, facts.start_of_week)
    if start is None:
        return 0.0
    if wanted.timestamp() <= start / 1000 < end.timestamp():
        return 0.0
    apart = wanted.timestamp() - start / 1000
    if apart < -SLACK_S:
        raise NotFoundError(f"the session had not begun at {text}", hint="`agent-trace show` tells when it ran")
    return max(0.0, apart)


def seconds(text: str) -> float:
    """`2m14s`, `1h02m`, `134`, `2:14` as seconds. Raises UsageError."""
    text = text.strip()
    clock = _CLOCK.match(text)
    span = None if clock else _SPAN.match(text)
    parts = ("0", *clock.groups("0")) if clock else span.groups("0") if span else ()
    if not parts or not any(character.isdigit() for character in text):
        raise UsageError(f"{text!r} is no time since the start", hint="2m14s, 1h02m, 134s, 2:14, or a date and time")
    days, hours, minutes, rest = map(float, parts)
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest


def _place(row: SessionRow, session: Session, one: Numbered) -> Place:
    at, start = one.event.at, _start(row, session)
    offset = None if at is None or start is None else (at - start) / 1000
    return Place(row, one.event.id, str(one.number), kind_of(one.event), at, offset)


def _start(row: SessionRow, session: Session) -> int | None:
    """The start that every surface tells; that of the log's first own event, where there is none."""
    return session.started if row.started is None else row.started
