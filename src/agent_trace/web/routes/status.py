"""How the server is: what it keeps up with, what runs now, what it has to say."""

from __future__ import annotations

from datetime import datetime

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from agent_trace import __version__
from agent_trace.app.entries import Cut
from agent_trace.app.workspace import Workspace
from agent_trace.web.answers import answer
from agent_trace.web.asking import Ask
from agent_trace.web.live import Live
from agent_trace.web.parameters import read
from agent_trace.web.schemas import answers

router = APIRouter(prefix="/api/v2/status", tags=["live"])


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A session that runs, or waits for a permission."""

    id: str
    agent: str
    title: str | None
    cwd: str | None
    ended: datetime | None
    """Its last event."""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The server at this moment."""

    version: str
    home: str
    zone: str
    tier: int
    started: datetime
    last_sync: datetime | None
    """When all homes were looked at last; None: not yet."""
    syncing: bool
    """Logs are being read right now."""
    indexing: bool
    """Text is being indexed, and it is worked out what sessions produced."""
    polls: bool
    """The system lets no more folders be watched: they are looked at every second."""
    due_bytes: int
    """Logs whose text is not yet searchable."""
    running: tuple[Running, ...]
    notices: tuple[str, ...]


@router.get("", responses=answers(Status), summary="The server, and what runs now.")
def status(request: Request, asking: Ask) -> Response:
    """As it is now."""
    read((), request.query_params)
    live: Live = request.app.state.live
    mark = asking.mark.read()

    def work(workspace: Workspace) -> Status:
        entries = asking.listing.entries(workspace, mark, Cut())
        return Status(
            version=__version__,
            home=workspace.config.home,
            zone=workspace.facts.zone_name,
            tier=workspace.config.tier,
            started=live.started,
            last_sync=live.last_sync,
            syncing=live.syncing,
            indexing=live.indexing,
            polls=live.polls,
            due_bytes=workspace.due,
            running=tuple(
                Running(id=one.id, agent=one.agent, title=one.title, cwd=one.cwd, ended=one.ended)
                for one in (entry.summary for entry in entries)
                if one.goes_on
            ),
            notices=live.notices,
        )

    return answer(asking.ask(work))
