"""The settings: what holds, where it comes from, and changing it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from agent_trace.app.settings import Settings, change, settings
from agent_trace.web.answers import answer
from agent_trace.web.asking import Ask
from agent_trace.web.bodies import Body, decoded
from agent_trace.web.live import Live
from agent_trace.web.parameters import read
from agent_trace.web.schemas import answers

router = APIRouter(prefix="/api/v2/settings", tags=["settings"])
CHANGES: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
}


@router.get("", responses=answers(Settings), summary="The settings that may be changed here.")
def shown(request: Request, asking: Ask) -> Response:
    """Each key's value, where it comes from, and what it may be."""
    read((), request.query_params)
    return answer(settings(asking.config, asking.environment))


@router.patch("", responses=answers(Settings), openapi_extra=CHANGES, summary="Change settings.")
def changed(data: Body, request: Request, asking: Ask) -> Response:
    """Keys and their new values; null takes one out of the file. All of them, or none."""
    wanted = decoded(data, dict[str, Any])
    asking.config = change(asking.config, wanted, asking.environment)
    live: Live = request.app.state.live
    live.changes.tell("settings", keys=sorted(wanted))
    live.wake()
    return answer(settings(asking.config, asking.environment))
