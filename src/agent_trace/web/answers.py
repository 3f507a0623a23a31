"""What goes back: JSON as the command line gives it, and errors that say what happened and what to do next."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from agent_trace.app.written import packed
from agent_trace.errors import AgentTraceError, GateError, NotFoundError, UnreachableError, UnreadableError, UsageError

JSON = "application/json"
STATUS: tuple[tuple[type[AgentTraceError], int], ...] = (
    (UsageError, 400),
    (NotFoundError, 404),
    (UnreadableError, 422),
    (UnreachableError, 424),
    (GateError, 409),
    (AgentTraceError, 400),
)
"""What an error of ours is over HTTP: the first that fits."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """What every answer that is no success says."""

    detail: str
    """What happened."""
    hint: str | None = None
    """What to do next."""


def answer(result: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A result as JSON."""
    return Response(packed(result), status_code=status, media_type=JSON, headers=headers)


def refusal(status: int, detail: str, hint: str | None = None, headers: dict[str, str] | None = None) -> Response:
    """An error as JSON."""
    return Response(
        msgspec.json.encode(Refusal(detail=detail, hint=hint)), status_code=status, media_type=JSON, headers=headers
    )


def status_of(error: AgentTraceError) -> int:
    """The status that says the same as an exit code."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def say_errors(app: FastAPI) -> None:
    """Every error of an app in one form."""
    app.add_exception_handler(AgentTraceError, _ours)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(RequestValidationError, _wrong)


async def _ours(_request: Request, error: Exception) -> Response:
    if not isinstance(error, AgentTraceError):
        raise error
    return refusal(status_of(error), str(error), error.hint)


async def _plain(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return refusal(error.status_code, str(error.detail), headers=dict(error.headers or {}))


async def _wrong(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    told = [
        f"{'.'.join(str(part) for part in one['loc'][1:]) or one['loc'][0]}: {one['msg']}" for one in error.errors()
    ]
    return refusal(422, "; ".join(told), "/docs names what may be asked")
