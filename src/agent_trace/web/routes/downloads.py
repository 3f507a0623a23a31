"""What the table shows, as a file: the current selection, whole."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Request
from starlette.responses import Response

from agent_trace.app.entries import Entry
from agent_trace.app.workspace import Workspace
from agent_trace.app.written import csv
from agent_trace.render.blocks import Column, Table, cell
from agent_trace.web.answers import JSON
from agent_trace.web.asking import Ask
from agent_trace.web.parameters import SHOWING, read
from agent_trace.web.routes.sessions import FILTERS, ORDER, asked_of

PARAMETERS = (*FILTERS, *ORDER, *SHOWING)
COLUMNS = (
    "id", "agent", "title", "repo", "branch", "started", "ended", "duration_s", "prompts", "calls", "tool_calls", "errors",
    "tokens", "cost_usd", "cost_basis", "commits", "prs", "lines_added", "lines_removed", "findings", "waste_usd", "retries",
    "state", "productive", "labels",
)  # fmt: skip
router = APIRouter(prefix="/api/v2/download", tags=["sessions"])
EXTRA = {"parameters": [one.documented() for one in PARAMETERS]}


@router.get("/sessions.json", openapi_extra=EXTRA, summary="All sessions of a selection as JSON.")
def as_json(request: Request, asking: Ask) -> Response:
    """A list of rows, as `/api/v2/sessions` has them."""
    body = b"[" + b",\n".join(one.data for one in _chosen(request, asking)) + b"]\n"
    return Response(body, media_type=JSON, headers=_named("sessions.json"))


@router.get("/sessions.csv", openapi_extra=EXTRA, summary="All sessions of a selection as CSV.")
def as_csv(request: Request, asking: Ask) -> Response:
    """One line for each; what is unknown is empty."""
    rows = tuple(tuple(cell(text, value=text) for text in _row(one)) for one in _chosen(request, asking))
    table = Table(columns=tuple(Column(title=name, key=name) for name in COLUMNS), rows=rows)
    return Response(csv(iter([table])), media_type="text/csv; charset=utf-8", headers=_named("sessions.csv"))


def _chosen(request: Request, asking: Ask) -> tuple[Entry, ...]:
    values = read(PARAMETERS, request.query_params)
    mark = asking.mark.read()

    def work(workspace: Workspace) -> tuple[Entry, ...]:
        return asking.listing.ordered(workspace, mark, asked_of(workspace, values))

    return asking.ask(work, **values)


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _row(one: Entry) -> Iterator[str]:
    for name in COLUMNS:
        yield _text(one, name)


def _text(one: Entry, name: str) -> str:
    """A figure as CSV has it."""
    total = one.summary.total
    if name == "tokens":
        value: object = total.usage.tokens
    else:
        value = getattr(one.summary, name) if hasattr(one.summary, name) else getattr(total, name)
    if value is None:
        return ""
    if name in ("started", "ended"):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if name in ("cost_usd", "waste_usd"):
        return f"{value:f}"
    return (
        ", ".join(value) if isinstance(value, tuple) else str(value).lower() if isinstance(value, bool) else str(value)
    )
