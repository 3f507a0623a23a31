"""That the pages' port is served: an answer for programs; a browser that opens the address gets a page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from agent_trace.web.earlier import rooms, shapes
from agent_trace.web.earlier.speaking import EarlierRoute, answering


class ForPrograms(EarlierRoute):
    """Is not there for who wants a page."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """None where HTML is asked for."""
        if scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", ""):
            return Match.NONE, {}
        return super().matches(scope)


router = APIRouter(route_class=ForPrograms, tags=["dashboard"])


@router.get("/health", responses=answering(shapes.Health), summary="That the server runs, and for how long.")
def health(request: Request) -> Response:
    """Seconds since it began."""
    return rooms.health("dashboard", request)
