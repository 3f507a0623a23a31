"""Every report at /api/reports/NAME: its JSON is what the command line prints for the same options."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, get_type_hints

import msgspec
from fastapi import APIRouter, Request
from starlette.datastructures import QueryParams
from starlette.responses import Response

from agent_trace import registry
from agent_trace.app import scopes
from agent_trace.app.asked import FLEET, agents, options, selection
from agent_trace.app.documents import Documents
from agent_trace.app.leaving import Door, door
from agent_trace.app.moments import ALL
from agent_trace.app.sharing import persons_told
from agent_trace.app.workspace import Workspace, clock
from agent_trace.app.written import LEAVING, packed, whole
from agent_trace.model.selection import Selection
from agent_trace.reports import replay_document
from agent_trace.web.asking import Ask, Asking
from agent_trace.web.parameters import Parameter, of_report, read
from agent_trace.web.schemas import answers
from agent_trace.web.squeezed import squeezed
from agent_trace.web.unchanged import known_already, minute, tag_of, unchanged

WIDTH = 120
"""Columns of plain text."""
TYPES = {
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A report's page has one style sheet within it, and nothing else."""
WHOLE_INDEX = frozenset({"usage", "summaries", "sessions", "outcomes", "tools", "files", "waste", "fleet"})
"""Scopes that ask of many sessions: what is missing of them is made in the background, never while somebody waits."""
DEFAULTS = (
    ("cost", "by=day"),
    ("cost", "by=model"),
    ("cost", "by=project"),
    ("heatmap", ""),
    ("forecast", ""),
    ("outcomes", ""),
)
"""Reports that pages begin with, as they ask for them."""
OF_THE_INDEX = frozenset({"usage", "summaries", "hits", "book", "outcomes", "tools", "files", "waste", "fleet"})
"""Scopes that know nothing but the index: an answer stays right while that stays as it is. Others ask git, or the machine."""

router = APIRouter(prefix="/api/reports", tags=["reports"])


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """All reports."""

    reports: tuple[str, ...]


@router.get("", responses=answers(Names), summary="The names of all reports.")
def names() -> Response:
    """Each is an address below this one."""
    return Response(
        msgspec.json.encode(Names(reports=tuple(map(spelled, registry.names("reports"))))), media_type=TYPES["json"]
    )


def spelled(name: str) -> str:
    """A report as it is typed."""
    return name.replace("_", "-")


def _route(name: str) -> None:
    report = registry.load("reports", name)
    parameters = of_report(report)
    result = get_type_hints(report.compute)["return"]
    router.add_api_route(
        "/" + spelled(name),
        _asked(report, parameters),
        methods=["GET"],
        name=f"report_{name}",
        summary=_first(report),
        responses=answers(result, *(TYPES[one].partition(";")[0] for one in TYPES if one != "json")),
        openapi_extra={"parameters": [one.documented() for one in parameters]},
    )


def _first(report: ModuleType) -> str:
    return " ".join((report.__doc__ or "").split("\n\n")[0].split())


def _asked(report: ModuleType, parameters: tuple[Parameter, ...]) -> Callable[..., Response]:
    """The function behind an address."""

    def ask(request: Request, asking: Ask) -> Response:
        if report.SCOPE not in OF_THE_INDEX:
            values = read(parameters, request.query_params)
            found = asking.ask(lambda workspace: reported(workspace, report, values, asking.documents), **values)
            return squeezed(found, request)
        query = request.url.query
        answer = answered(asking, report, parameters, query)
        asking.answers.asked(f"{report.__name__}?{query}", lambda: answered(asking, report, parameters, query))
        tag = answer.headers["ETag"]
        return unchanged(tag) if known_already(request, tag) else answer

    return ask


def answered(asking: Asking, report: ModuleType, parameters: tuple[Parameter, ...], query: str) -> Response:
    """What a report says to an address: as it was given before, where nothing changed since."""
    values = read(parameters, QueryParams(query))
    time = None if is_steady(report, values) else minute(clock(asking.environment))
    question = tag_of(asking, asking.mark.read(), time, report.__name__, query)
    return asking.answers.given(question) or asking.answers.keep(
        question, asking.ask(lambda workspace: reported(workspace, report, values), **values)
    )


def warm(asking: Asking) -> None:
    """Work out what pages begin with."""
    for name, query in DEFAULTS:
        report = registry.load("reports", name)
        answered(asking, report, of_report(report), query)


def is_steady(report: ModuleType, values: dict[str, Any]) -> bool:
    """Whether an answer stays right while time passes and nothing is written."""
    times = (values.get("since"), values.get("until"))
    if not hasattr(report, "steady") or any(one and one != ALL and not one.startswith("20") for one in times):
        return False
    steady: bool = report.steady(options(report, values, strict=False))
    return steady


def reported(
    workspace: Workspace, report: ModuleType, values: dict[str, Any], documents: Documents | None = None
) -> Response:
    """A report's answer in the form that is asked for; `documents`: the sessions that are open for their pages."""
    form = values.get("format") or "json"
    asked = options(report, values, strict=False)
    passage = _door(workspace, values, leaves=form in LEAVING)
    request = request_of(workspace, report, values, passage)
    if documents is None or report is not replay_document:
        result = scopes.run_report(workspace, report, asked, request)
    else:
        result = documents.page(workspace, asked, request)
        if form == "json":  # of long sessions a head is megabytes, half of them blanks
            return Response(packed(result) + b"\n", media_type=TYPES[form])
    text = whole(form, report, result, asked, workspace.facts, width=WIDTH, door=passage)
    headers = {"Content-Security-Policy": PAGE_POLICY} if form == "html" else None
    return Response(text if text.endswith("\n") else text + "\n", media_type=TYPES[form], headers=headers)


def request_of(
    workspace: Workspace, report: ModuleType, values: dict[str, Any], passage: Door | None = None
) -> scopes.Request:
    """What `app` is asked for a report."""
    agents(values, workspace)
    fleet = report.SCOPE in FLEET
    earlier = "latest~1" if report.SCOPE == "pair" else "latest"
    return scopes.Request(
        session=values.get("session") or earlier,
        other=values.get("other") or "latest",
        selection=selection(values, workspace) if fleet else Selection(),
        limit=values.get("limit") if fleet else None,
        order=values.get("sort") or "date" if report.SCOPE == "summaries" else "date",
        ascending=report.SCOPE == "summaries" and values.get("order") == "asc",
        query=values.get("text"),
        as_is=report.SCOPE in WHOLE_INDEX,
        door=passage,
    )


def _door(workspace: Workspace, values: dict[str, Any], *, leaves: bool) -> Door | None:
    """What the answer passes through; None: it stays here whole."""
    asked = {
        "tier": values.get("tier"),
        "redact": values.get("redact"),
        "mask": values.get("mask", False),
        "patterns": values.get("redact_pattern", ()),
    }
    if not leaves and not any(asked.values()):
        return None
    names = (values[one] for one in ("session", "other") if values.get(one))
    more = persons_told(workspace, names) if leaves and asked["redact"] is not False else ()
    found = door(workspace.config, leaves=leaves, more=more, **asked)
    return None if found.is_open else found


for each in registry.names("reports"):
    _route(each)
