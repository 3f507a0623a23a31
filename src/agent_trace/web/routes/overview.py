"""What a time came to, against the equally long time before, and its last days."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from agent_trace.app.entries import Cut
from agent_trace.app.listing import Question
from agent_trace.app.overviews import Overview, Sums, days, sums
from agent_trace.app.workspace import Workspace
from agent_trace.app.written import packed
from agent_trace.model.selection import Selection
from agent_trace.web.answers import JSON
from agent_trace.web.asking import Ask, Asking
from agent_trace.web.parameters import SHOWING, number, read
from agent_trace.web.routes.sessions import FILTERS, asked_of, before, generations
from agent_trace.web.schemas import answers
from agent_trace.web.unchanged import known_already, tag_of, unchanged

DAYS = 7
PARAMETERS = (*FILTERS, number("days", "How many days; 7 unless told otherwise.", least=1, most=366), *SHOWING)
router = APIRouter(prefix="/api/v2/overview", tags=["sessions"])


@router.get(
    "",
    summary="What a time came to.",
    responses=answers(Overview),
    openapi_extra={"parameters": [one.documented() for one in PARAMETERS]},
)
def overview(request: Request, asking: Ask) -> Response:
    """Sums of the selection, of the equally long time before where it has a beginning, and its last days."""
    values = read(PARAMETERS, request.query_params)
    mark = asking.mark.read()
    return asking.ask(lambda workspace: _answer(workspace, asking, mark, request, values), **values)


def _answer(
    workspace: Workspace, asking: Asking, mark: tuple[int, ...], request: Request, values: dict[str, Any]
) -> Response:
    asked, facts = asked_of(workspace, values).question, workspace.facts
    earlier = before(workspace, asked)
    today = (facts.now.astimezone(facts.zone).date(), facts.zone_name)
    tag = tag_of(asking, "overview", request.url.query, today, generations(workspace, asking, mark, asked, earlier))
    if known_already(request, tag):
        return unchanged(tag)
    found = Overview(
        **_fields(_sums(workspace, asking, mark, asked)),
        previous=None if earlier is None else _sums(workspace, asking, mark, earlier),
        days=_days(workspace, asking, mark, asked, values.get("days", DAYS)),
    )
    return Response(packed(found), media_type=JSON, headers={"ETag": tag, "Cache-Control": "no-cache"})


def _fields(found: Sums) -> dict[str, Any]:
    return {name: getattr(found, name) for name in Sums.__struct_fields__}


def _selection(asked: Question) -> Selection:
    return asked.cut.selection


def _sums(workspace: Workspace, asking: Asking, mark: tuple[int, ...], asked: Question) -> Sums:
    known, whole = asking.listing.known(workspace, mark, asked), _is_whole(workspace, asking, mark, asked)
    return asking.listing.once(
        workspace, mark, asked.cut, ("sums", asked), lambda: sums(workspace, known, _selection(asked), whole=whole)
    )


def _is_whole(workspace: Workspace, asking: Asking, mark: tuple[int, ...], asked: Question) -> bool:
    """Whether a question takes everything that there is in its time."""
    if msgspec.structs.replace(asked, cut=Cut()) != Question():
        return False
    entries = asking.listing.entries(workspace, mark, asked.cut)
    return len(entries.known) == len(asking.listing.known(workspace, mark, asked).entries)


def _days(workspace: Workspace, asking: Asking, mark: tuple[int, ...], asked: Question, count: int) -> Any:
    known, whole = asking.listing.known(workspace, mark, asked), _is_whole(workspace, asking, mark, asked)
    today = workspace.facts.now.astimezone(workspace.facts.zone).date()
    return asking.listing.once(
        workspace,
        mark,
        asked.cut,
        ("days", asked, count, today, workspace.facts.zone_name),
        lambda: days(workspace, known, _selection(asked), count, whole=whole),
    )
