"""The same below /api, as the pages of that dashboard asked for it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from agent_trace.web.answers import answer
from agent_trace.web.asking import Ask
from agent_trace.web.earlier import collected, replayed, rooms, shapes, team, team_shapes
from agent_trace.web.earlier.finding import Finds
from agent_trace.web.earlier.speaking import EarlierRoute, answering
from agent_trace.web.earlier.streams import EVENTS, streamed

router = APIRouter(prefix="/api", route_class=EarlierRoute, tags=["dashboard"])
rooms.add_shared(router)


@router.get("/sessions", responses=answering(shapes.Lines), summary="All sessions, newest first.")
def sessions(asking: Ask, finds: Finds) -> Response:
    """With the sums of `list`."""
    return answer(asking.ask(lambda workspace: collected.lines(workspace, finds)))


@router.get("/sessions/stream", responses=answering(shapes.Lines, EVENTS), summary="Sessions, as they change.")
async def stream(request: Request) -> Response:
    """Events called `sessions`, each with all of them."""
    return streamed(request, "sessions", lambda finds: lambda workspace: collected.lines(workspace, finds))


@router.get("/session/{session_id}", responses=answering(shapes.PageSessionAnswer), summary="A session in full.")
def session(session_id: str, asking: Ask) -> Response:
    """With its timeline, figures and commits."""
    found = asking.ask(lambda workspace: collected.session(workspace, session_id))
    return answer(shapes.PageSessionAnswer(session=replayed.for_pages(found)))


router.add_api_route(
    "/session/{session_id}/insights", rooms.refused, methods=["POST"], responses=answering(shapes.Answer),
    summary="Refused: nothing is sent to a model.",
)  # fmt: skip


@router.get("/team/stream", responses=answering(team_shapes.TeamSnapshot, EVENTS), summary="The team, as it changes.")
async def team_stream(request: Request, first: rooms.From = None, last: rooms.To = None) -> Response:
    """Events called `team`: overview, members, cost by day and budget."""
    return streamed(request, "team", lambda finds: lambda one: team.snapshot(one, finds, first, last))
