"""Sums over days and projects, and the prices, as a tracer tells them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from starlette.responses import Response

from agent_trace.app.asked import selection
from agent_trace.app.projects import prompts_by_day, used
from agent_trace.app.workspace import Workspace
from agent_trace.model.usage import BillingClass
from agent_trace.web.answers import JSON, answer
from agent_trace.web.asking import Ask
from agent_trace.web.earlier import tracer_rows, tracer_shapes
from agent_trace.web.earlier.finding import Finder, Finds
from agent_trace.web.schemas import answers

router = APIRouter(prefix="/api/metrics", tags=["tracer"])
MILLION = 1_000_000


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """Dollars of a million tokens, today."""

    input: float
    output: float
    cache_create: float
    """For five minutes."""
    cache_read: float


def _by_model() -> dict[int | str, dict[str, Any]]:
    """The `responses` of an object with a price for each model."""
    found = answers(Price)
    content = found[200]["content"]
    content[JSON] = {"schema": {"type": "object", "additionalProperties": content[JSON]["schema"]}}
    return found


Dates = Annotated[str | None, Query(description="A date, 2026-11-18; takes the place of `days`.")]


@router.get("/pricing", responses=_by_model(), summary="What a million tokens of each model cost today.")
def pricing(asking: Ask) -> Response:
    """All models of the price book, by id."""
    return answer(asking.ask(_prices))


def _prices(workspace: Workspace) -> dict[str, Price]:
    found = {}
    for model in workspace.book.models():
        rates = workspace.book.rates(BillingClass(model=model), workspace.now)
        if rates is not None:
            found[model] = Price(
                input=float(rates.input * MILLION),
                output=float(rates.output * MILLION),
                cache_create=float(rates.cache_write_5m * MILLION),
                cache_read=float(rates.cache_read * MILLION),
            )
    return found


@router.get("/daily/{h}", responses=answers(tracer_shapes.Days), summary="What a project used on each day.")
def daily(
    h: str,
    asking: Ask,
    finds: Finds,
    days: Annotated[int, Query(ge=1, le=365, description="So many days, today among them.")] = 30,
    start_date: Dates = None,
    end_date: Dates = None,
) -> Response:
    """Days are those of the server's zone; a day without anything has no row."""

    def work(workspace: Workspace) -> tracer_shapes.Days:
        first = start_date
        if first is None and end_date is None:
            first = (workspace.now.astimezone(workspace.facts.zone).date() - timedelta(days=days - 1)).isoformat()
        asked = selection({"since": first, "until": end_date}, workspace)
        rows = finds.rows(workspace, h)
        spent = used(workspace, ("day",), asked, rows)
        prompts = prompts_by_day(workspace, asked, rows)
        return tracer_shapes.Days(metrics=tuple(tracer_rows.days(spent, prompts, workspace.book, workspace.facts.cost)))

    return answer(asking.ask(work))


@router.get("/aggregate", responses=answers(tracer_shapes.Aggregate), summary="What everything, or a project, used.")
def aggregate(
    asking: Ask,
    finds: Finds,
    project_hash: Annotated[str | None, Query(description="Only this project.")] = None,
) -> Response:
    """The totals of `list`."""
    return answer(asking.ask(lambda workspace: _aggregate(workspace, finds, project_hash)))


def _aggregate(workspace: Workspace, finds: Finder, project: str | None) -> tracer_shapes.Aggregate:
    if project is not None:
        return tracer_rows.aggregate(finds.summaries(workspace, finds.rows(workspace, project)), None)
    known = finds.projects(workspace)
    return tracer_rows.aggregate([one.summary for one in finds.entries(workspace)], len(known))
