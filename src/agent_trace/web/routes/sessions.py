"""The list as the dashboard's table asks for it: filtered, sorted, a page at a time, with what else could be asked."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, get_args

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from agent_trace.app.asked import selection
from agent_trace.app.listing import Facets, Known, Ordered, Question, Sort, question
from agent_trace.app.workspace import Workspace
from agent_trace.app.written import packed
from agent_trace.errors import UsageError
from agent_trace.model.summary import Summary, Totals
from agent_trace.web.answers import JSON
from agent_trace.web.asking import Ask, Asking
from agent_trace.web.parameters import SELECTION, SHOWING, Parameter, choice, number, read, switch, text
from agent_trace.web.schemas import answers
from agent_trace.web.unchanged import known_already, tag_of, unchanged

PAGE, MOST = 100, 500
SORTS: tuple[str, ...] = get_args(Sort)
FILTERS = (
    *SELECTION,
    text("q", "Words that the title, id, repository, branch or a label holds."),
    text("min_cost", "Dollars that a session costs at least."),
    text("max_cost", "Dollars that a session costs at most."),
    choice("productive", ("yes", "no", "unknown"), "Whether it produced something."),
    choice(
        "state",
        ("running", "waiting", "idle", "ended", "interrupted", "killed", "unknown"),
        "Whether it runs, or how it ended.",
    ),
    switch("hidden", "Hidden sessions too."),
)
ORDER = (
    choice("sort", SORTS, "Order of the sessions; ended unless told otherwise."),
    choice("order", ("asc", "desc"), "desc, unless told otherwise: the newest or largest first."),
)
PARAMETERS: tuple[Parameter, ...] = (
    *FILTERS,
    *ORDER,
    text("parent", "The sub-agents of this session instead of roots."),
    number("offset", "How many are passed over."),
    number("limit", "How many are shown; 100 unless told otherwise.", least=1, most=MOST),
    switch("compare", "Sums of the equally long time before, too."),
    *SHOWING,
)

router = APIRouter(prefix="/api/v2/sessions", tags=["sessions"])


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the list."""

    sessions: tuple[Summary, ...]
    count: int
    """Roots that fit, shown or not."""
    offset: int
    totals: Totals
    """Sums over all that fit, hidden ones too."""
    previous: Totals | None
    """The same of the equally long time before, where that was asked."""
    unpriced: tuple[str, ...]
    facets: Facets


@router.get(
    "",
    summary="Sessions: filtered, sorted, a page at a time.",
    responses=answers(Listed),
    openapi_extra={"parameters": [one.documented() for one in PARAMETERS]},
)
def listed(request: Request, asking: Ask) -> Response:
    """A page; 304 where nothing changed since the ETag that is given."""
    values = read(PARAMETERS, request.query_params)
    mark = asking.mark.read()
    return asking.ask(lambda workspace: _answer(workspace, asking, mark, request, values), **values)


def _answer(
    workspace: Workspace, asking: Asking, mark: tuple[int, ...], request: Request, values: dict[str, Any]
) -> Response:
    tag = tag_of(asking, request.url.query, _generations(workspace, asking, mark, values))
    if known_already(request, tag):
        return unchanged(tag)
    work = _children if values.get("parent") else _page
    return Response(
        work(workspace, asking, mark, values), media_type=JSON, headers={"ETag": tag, "Cache-Control": "no-cache"}
    )


def _generations(workspace: Workspace, asking: Asking, mark: tuple[int, ...], values: dict[str, Any]) -> object:
    asked = asked_of(workspace, values).question
    return generations(workspace, asking, mark, asked, before(workspace, asked) if values.get("compare") else None)


def generations(
    workspace: Workspace, asking: Asking, mark: tuple[int, ...], asked: Question, earlier: Question | None
) -> object:
    """All that answers about a question, and about the time before, follow from."""
    cuts = (asked.cut,) if earlier is None else (asked.cut, earlier.cut)
    return tuple((cut, asking.listing.entries(workspace, mark, cut).generation) for cut in cuts)


def _page(workspace: Workspace, asking: Asking, mark: tuple[int, ...], values: dict[str, Any]) -> bytes:
    asked = asked_of(workspace, values)
    known = asking.listing.known(workspace, mark, asked.question)
    entries = asking.listing.ordered(workspace, mark, asked)
    offset, limit = values.get("offset", 0), values.get("limit", PAGE)
    previous = _previous(workspace, asking, mark, asked.question) if values.get("compare") else None
    head = b'{"sessions":[' + b",".join(one.data for one in entries[offset : offset + limit])
    middle = b'],"count":%d,"offset":%d,"previous":' % (len(entries), offset)
    return head + middle + packed(previous) + b"," + known.tail + b"}"


def _previous(workspace: Workspace, asking: Asking, mark: tuple[int, ...], asked: Question) -> Totals | None:
    earlier = before(workspace, asked)
    return None if earlier is None else asking.listing.known(workspace, mark, earlier).totals


def before(workspace: Workspace, asked: Question) -> Question | None:
    """The same question of the equally long time before; None where it has no beginning."""
    now = workspace.now
    cut = asked.cut.before(now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0))
    return None if cut is None else msgspec.structs.replace(asked, cut=cut)


def asked_of(workspace: Workspace, values: dict[str, Any]) -> Ordered:
    """The question in an address."""
    found = question(
        selection(values, workspace),
        q=values.get("q", ""),
        min_cost=dollars("min_cost", values),
        max_cost=dollars("max_cost", values),
        productive=values.get("productive", ""),
        state=values.get("state", ""),
        hidden=values.get("hidden", False),
    )
    return Ordered(question=found, sort=values.get("sort", "ended"), ascending=values.get("order") == "asc")


def dollars(name: str, values: dict[str, Any]) -> Decimal | None:
    """An amount that was typed; None for none. Raises UsageError."""
    if not values.get(name):
        return None
    try:
        found = Decimal(values[name])
    except InvalidOperation:
        raise UsageError(f"{name} is an amount of dollars, not {values[name]!r}") from None
    if not found.is_finite():
        raise UsageError(f"{name} is an amount of dollars, not {values[name]!r}")
    return found


def _children(workspace: Workspace, asking: Asking, mark: tuple[int, ...], values: dict[str, Any]) -> bytes:
    """The sub-agents that a session started itself."""
    asked = asked_of(workspace, values)
    everyone = asking.listing.entries(workspace, mark, asked.question.cut)
    found = [child for one in list(everyone) for child in one.children if child.parent == values["parent"]]
    known: Known = asking.listing.known(workspace, mark, Question(cut=asked.question.cut, q=NOBODY))
    offset, limit = values.get("offset", 0), values.get("limit", PAGE)
    head = packed(found[offset : offset + limit])
    return (
        b'{"sessions":' + head + b',"count":%d,"offset":%d,"previous":null,' % (len(found), offset) + known.tail + b"}"
    )


NOBODY = "\x00"
"""A text that no session holds: sums and facets are of roots, and there are none here."""
