"""The messages of a session, by pages and one by one, as a tracer tells them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from agent_trace.web.answers import answer
from agent_trace.web.asking import Ask
from agent_trace.web.earlier import talking, tracer_shapes
from agent_trace.web.earlier.finding import Finds
from agent_trace.web.earlier.paging import filters as filters_of
from agent_trace.web.schemas import answers

router = APIRouter(prefix="/api/sessions/{h}/{session}/messages", tags=["tracer"])

PageNumber = Annotated[int, Query(ge=1, le=2**31 - 1, description="Which page, from 1.")]
PerPage = Annotated[int, Query(ge=1, le=100, description="Messages of a page.")]
Type = Annotated[str | None, Query(alias="type", description="assistant, user or tool_result.")]
Tool = Annotated[str | None, Query(description="Only messages that call this tool, or answer for it.")]
Errors = Annotated[bool, Query(description="Only results that the agent marked as failed.")]
Text = Annotated[str | None, Query(description="Only messages that hold this text.")]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.")]
Index = Annotated[int, Path(ge=1, le=2**31 - 1, description="Which message, from 1.")]


@router.get("", responses=answers(tracer_shapes.Messages), summary="A page of messages.")
def messages(
    h: str,
    session: str,
    asking: Ask,
    finds: Finds,
    page: PageNumber = 1,
    per_page: PerPage = 50,
    kind: Type = None,
    tool: Tool = None,
    error_only: Errors = False,
    search: Text = None,
    cursor: Cursor = None,
) -> Response:
    """In the order of the log; usage stands once, with the answer that it was used for."""
    asked = talking.asked_of(
        page=page, per_page=per_page, type=kind, tool=tool, error_only=error_only, search=search, cursor=cursor
    )
    return answer(
        asking.ask(lambda workspace: talking.listed(workspace, finds.kept, finds.row(workspace, h, session), asked))
    )


@router.get("/filters", responses=answers(tracer_shapes.MessageFilters), summary="What messages can be filtered by.")
def filters(h: str, session: str, asking: Ask, finds: Finds) -> Response:
    """Tools with how often each was called."""
    return answer(
        asking.ask(lambda workspace: filters_of(finds.kept.view(workspace, finds.row(workspace, h, session)).messages))
    )


@router.get("/by-index/{index}", responses=answers(tracer_shapes.MessageDetail), summary="A message by its place.")
def by_index(h: str, session: str, index: Index, asking: Ask, finds: Finds) -> Response:
    """With all of its text."""
    return answer(
        asking.ask(lambda workspace: talking.by_index(workspace, finds.kept, finds.row(workspace, h, session), index))
    )


@router.get("/{uuid}", responses=answers(tracer_shapes.MessageDetail), summary="A message by its id.")
def by_uuid(h: str, session: str, uuid: str, asking: Ask, finds: Finds) -> Response:
    """With all of its text."""
    return answer(
        asking.ask(lambda workspace: talking.by_uuid(workspace, finds.kept, finds.row(workspace, h, session), uuid))
    )
