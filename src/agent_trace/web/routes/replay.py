"""What a replay shows beside a session's document: an event's picture, its record as the log has it, where a text stands."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from agent_trace.app.choosing import choose
from agent_trace.app.one_event import Image, image_of, numbered, records_of
from agent_trace.app.seeking import Sought
from agent_trace.app.workspace import Workspace
from agent_trace.web.answers import answer
from agent_trace.web.asking import Ask
from agent_trace.web.parameters import read, text
from agent_trace.web.routes.session import named
from agent_trace.web.schemas import answers, refusals

KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""What a picture may be: nothing that runs."""
INERT = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}
TEXT = "text/plain; charset=utf-8"
ASKED = (text("text", "What to look for, as it stands.", required=True),)
router = APIRouter(prefix="/api/v2/sessions/{id:path}", tags=["session"])


@router.get(
    "/images/{event}",
    responses={200: {"content": {one: {} for one in KINDS}, "description": "The picture."}, **refusals()},
    response_class=Response,
    summary="The picture that came with an event.",
)
def image(id: str, event: str, request: Request, asking: Ask) -> Response:
    """Of an event by its number or its id; as the log holds it."""
    read((), request.query_params)

    def work(workspace: Workspace) -> Image:
        row = choose(workspace, named(id))
        with asking.documents.known(workspace, row) as known:
            return image_of(workspace, row, known, numbered(known, event))

    shown = asking.ask(work)
    return Response(shown.data, media_type=shown.media_type, headers=INERT)


@router.get(
    "/raw/{event}",
    responses={200: {"content": {"text/plain": {}}, "description": "A record on each line."}, **refusals()},
    response_class=Response,
    summary="The records of the log that an event was heard in.",
)
def raw(id: str, event: str, request: Request, asking: Ask) -> Response:
    """Of an event by its number or its id; masked where the log is."""
    read((), request.query_params)

    def work(workspace: Workspace) -> tuple[bytes, ...]:
        row = choose(workspace, named(id))
        with asking.documents.known(workspace, row) as known:
            return records_of(workspace, row, known, numbered(known, event))

    return Response(b"".join(line + b"\n" for line in asking.ask(work)), media_type=TEXT, headers=INERT)


@router.get(
    "/found",
    responses=answers(Sought),
    summary="Where a text stands in a session and in its sub-agents.",
    openapi_extra={"parameters": [one.documented() for one in ASKED]},
)
def found(id: str, request: Request, asking: Ask) -> Response:
    """By the numbers of the events in whose rows a replay shows it, in large or small letters."""
    wanted = read(ASKED, request.query_params)["text"]
    return answer(asking.ask(lambda workspace: asking.seeking.sought(workspace, named(id), wanted)))
