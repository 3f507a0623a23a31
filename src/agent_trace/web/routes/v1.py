"""The API of a dashboard with a collector, on a port of its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from agent_trace.web.answers import answer
from agent_trace.web.asking import Ask
from agent_trace.web.earlier import collected, rooms, shapes
from agent_trace.web.earlier.finding import Finds
from agent_trace.web.earlier.speaking import EarlierRoute, answering
from agent_trace.web.earlier.streams import EVENTS, streamed

PORT = "api"
router = APIRouter(prefix="/v1", route_class=EarlierRoute, tags=["v1"])
rooms.add_shared(router)


@router.get("/sessions", responses=answering(shapes.NamedLines), summary="Sessions, newest first.")
def sessions(
    asking: Ask,
    finds: Finds,
    user: Annotated[str | None, Query(alias="userId", description="Only this person's.")] = None,
    repo: Annotated[str | None, Query(description="Only those whose repository's path holds this.")] = None,
    first: Annotated[str | None, Query(alias="from", description="First day: 2026-11-18.")] = None,
    last: Annotated[str | None, Query(alias="to", description="Last day, included.")] = None,
) -> Response:
    """The sums of `list` over these days."""
    filters = {"user_id": user, "repo": repo, "since": first, "until": last}
    return answer(asking.ask(lambda workspace: collected.named_lines(workspace, finds, filters)))


@router.get("/sessions/stream", responses=answering(shapes.Snapshot, EVENTS), summary="Sessions, as they change.")
async def stream(request: Request) -> Response:
    """Events called `sessions`, each with all of them."""
    return streamed(request, "sessions", lambda finds: lambda workspace: collected.snapshot(workspace, finds))


@router.get("/sessions/{session_id}", responses=answering(shapes.SessionAnswer), summary="A session in full.")
def session(session_id: str, asking: Ask) -> Response:
    """With its timeline, figures and commits."""
    return answer(shapes.SessionAnswer(session=asking.ask(lambda one: collected.session(one, session_id))))


@router.get(
    "/sessions/{session_id}/timeline", responses=answering(shapes.TimelineAnswer), summary="What happened in it."
)
def timeline(session_id: str, asking: Ask) -> Response:
    """Its events in the order of its log."""
    found = asking.ask(lambda workspace: collected.session(workspace, session_id))
    return answer(shapes.TimelineAnswer(timeline=found.timeline))


router.add_api_route(
    "/sessions/{session_id}/insights", rooms.refused, methods=["POST"], responses=answering(shapes.Answer),
    summary="Refused: nothing is sent to a model.",
)  # fmt: skip
