"""What changes, told as it happens: server-sent events that go on where a page left off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from agent_trace.web.live import Live
from agent_trace.web.parameters import read

PING_S = 15
"""A comment, so that nobody in between takes the silence for an end."""
router = APIRouter(prefix="/api/v2/changes", tags=["live"])


@router.get(
    "",
    summary="A stream of changes: hello, sessions, settings, reset.",
    responses={
        200: {"description": "Server-sent events.", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
    },
)
async def changes(request: Request, last_event_id: Annotated[str, Header()] = "") -> Response:
    """`Last-Event-ID` gives what was missed; `reset` where that is not known any more."""
    read((), request.query_params)
    live: Live = request.app.state.live
    after = (
        int(last_event_id) if last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 19 else None
    )
    return EventSourceResponse(_told(live, after), ping=PING_S, headers={"Cache-Control": "no-store"})


async def _told(live: Live, after: int | None) -> AsyncIterator[ServerSentEvent]:
    async for one in live.changes.listen(after):
        yield ServerSentEvent(data=one.data.decode(), event=one.kind, id=str(one.number))
