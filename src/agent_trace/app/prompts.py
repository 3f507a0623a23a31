"""Which prompt led to something that a session did: its own, or for a sub-agent that of the session behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_trace.app.sessions import CLIP, read_session
from agent_trace.app.summaries import moment
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError
from agent_trace.model.events import ToolCall, UserPrompt
from agent_trace.model.session import Session
from agent_trace.reports._makers import Asked
from agent_trace.store.sessions import SessionRow, by_key

if TYPE_CHECKING:
    from agent_trace.app.leaving import Door


def asked_in(
    workspace: Workspace, row: SessionRow, prompt: str | None, at: int | None, door: Door | None = None
) -> tuple[Asked | None, str]:
    """The prompt with this event id, or that a sub-agent worked for at a moment; and why it cannot be told."""
    call, seen = None, {row.key}
    while row.parent is not None and row.parent not in seen:
        above = [one for one in by_key(workspace.db, row.parent) if one.agent == row.agent]
        if not above:
            break
        at = at if row.started is None else row.started
        call, prompt, row = row.tool_id or "", None, above[0]
        seen.add(row.key)
    try:
        session = read_session(workspace, row, clip=CLIP, through=None if door is None else door.events(row.cwd, CLIP))
    except NotFoundError as error:
        return None, str(error)
    found = prompt if call is None else _started(session, call, at)
    return _asked(session, found), ""


def _asked(session: Session, prompt: str | None) -> Asked | None:
    held = None if prompt is None else session.numbered_event(prompt)
    if held is None or not isinstance(held.event, UserPrompt):
        return None
    places = {one.id: place for place, one in enumerate(session.prompts, 1)}
    return Asked(
        session=session.id,
        number=places.get(held.event.id),
        event=held.number,
        at=moment(held.event.at),
        text=held.event.text,
    )


def _started(session: Session, call: str, at: int | None) -> str | None:
    """The prompt in whose turn a call began; where the call is not known, the last one until a moment."""
    prompt = None
    for event in session.events:
        if isinstance(event, UserPrompt):
            if not call and at is not None and (event.at or 0) > at:
                return prompt
            prompt = event.id
        elif call and isinstance(event, ToolCall) and event.call == call:
            return prompt
    return prompt if not call else _started(session, "", at)
