"""How a dashboard with a collector says that something went wrong."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from agent_trace.errors import AgentTraceError
from agent_trace.web.answers import JSON, refusal, status_of
from agent_trace.web.earlier.shapes import Failure, Shape
from agent_trace.web.schemas import REFUSALS, answers

MISSING = "insights and team settings are not part of this server: nothing was changed and nothing was sent"
PLACES = ("/v1/", "/api/session/", "/api/sessions/stream", "/api/team/", "/api/analytics/", "/api/settings/")
"""How the addresses begin that say it so."""
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class EarlierRoute(APIRoute):
    """An address whose errors are {"status": "error", "message": …}."""

    def get_route_handler(self) -> Handler:
        """The handler, with its errors in that form."""
        answering = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await answering(request)
            except (AgentTraceError, HTTPException, RequestValidationError) as error:
                return failed(error)

        return handler


def failed(error: Exception) -> Response:
    """An error as the answer."""
    match error:
        case AgentTraceError():
            return failure(status_of(error), str(error))
        case HTTPException():
            return failure(error.status_code, str(error.detail), dict(error.headers or {}))
        case RequestValidationError():
            told = (f"{one['loc'][-1]}: {one['msg']}" for one in error.errors())
            return failure(400, "; ".join(told))
    raise error


def failure(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """The form itself."""
    return Response(msgspec.json.encode(Failure(message=message)), status_code=status, media_type=JSON, headers=headers)


def refused(path: str, status: int, detail: str, hint: str | None, headers: dict[str, str]) -> Response:
    """Why somebody is not let in, in the form of the address that was asked."""
    if path.startswith(PLACES):
        return failure(status, detail if hint is None else f"{detail}: {hint}", headers)
    return refusal(status, detail, hint, headers)


def say_failures(app: FastAPI) -> None:
    """Also for addresses that there are not."""

    async def said(_request: Request, error: Exception) -> Response:
        return failed(error)

    app.add_exception_handler(HTTPException, said)


def answering(result: type[Shape], *kinds: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an address that gives a type of ours, with errors in this form."""
    found = answers(result, *kinds)
    form = answers(Failure)[200]["content"]
    for code in (*REFUSALS, 422):
        found[code] = {"description": REFUSALS.get(code, ""), "content": form}
    return found


def not_here() -> Response:
    """What is asked of a team server, or of a model."""
    return failure(400, MISSING)
