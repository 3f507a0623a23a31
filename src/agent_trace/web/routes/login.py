"""The token for a cookie: where the home's secret is needed, the opened address carries it once in its fragment."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from agent_trace.web.answers import refusal
from agent_trace.web.bodies import Body, decoded
from agent_trace.web.door import COOKIE, Door, same, session_of

router = APIRouter(prefix="/api/v2/login", tags=["live"])


class Token(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the fragment held."""

    token: str


@router.post("", status_code=204, response_model=None, include_in_schema=False)
def login(data: Body, request: Request) -> Response:
    """The cookie that stands for the token; scripts cannot read it, and no other site can send it."""
    door: Door = request.app.state.door
    given = decoded(data, Token).token
    if not any(same(given, secret) for secret in door.secrets):
        return refusal(401, "that is not the token of this home", "open the address that `agent-trace serve` printed")
    answer = Response(status_code=204)
    answer.set_cookie(COOKIE, session_of(door.secret), httponly=True, samesite="strict", path="/")
    return answer
