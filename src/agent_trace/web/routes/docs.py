"""The addresses of the API as a page, made here: no script, and nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from agent_trace.render.blocks import AnyBlock, Column, Heading, Prose, Table, cell
from agent_trace.render.html import render_html
from agent_trace.web.routes.reports import PAGE_POLICY

router = APIRouter()


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> Response:
    """Every address with what may be asked of it."""
    page = render_html(_blocks(request.app.openapi()), title="agent-trace API")
    return HTMLResponse(page, headers={"Content-Security-Policy": PAGE_POLICY})


def _blocks(document: dict[str, Any]) -> Iterator[AnyBlock]:
    yield Prose(text=document["info"]["description"])
    yield Prose(text="The whole document, with the schema of every answer: /api/openapi.json", tone="dim")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield Heading(text=f"{method.upper()} {path}", level=2)
            yield Prose(text=operation.get("summary", ""))
            parameters = operation.get("parameters", [])
            if parameters:
                yield _table(parameters)


def _table(parameters: list[dict[str, Any]]) -> Table:
    return Table(
        columns=(Column(title="parameter"), Column(title="type"), Column(title="what it does", stretch=True)),
        rows=tuple(
            (cell(one["name"]), cell(_kind(one.get("schema", {})), "dim"), cell(one.get("description", "")))
            for one in parameters
        ),
    )


def _kind(schema: dict[str, Any]) -> str:
    if schema.get("type") == "array":
        return f"{_kind(schema['items'])}, repeated"
    return " · ".join(map(str, schema["enum"])) if "enum" in schema else str(schema.get("type", ""))
