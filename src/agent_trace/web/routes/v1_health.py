"""That the API's port is served."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from agent_trace.web.earlier import rooms, shapes
from agent_trace.web.earlier.speaking import EarlierRoute, answering

PORT = "api"
router = APIRouter(route_class=EarlierRoute, tags=["v1"])


@router.get("/health", responses=answering(shapes.Health), summary="That the server runs, and for how long.")
def health(request: Request) -> Response:
    """Seconds since it began."""
    return rooms.health("api", request)
