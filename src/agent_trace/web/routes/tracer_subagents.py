"""Sub-agents as a tracer tells them: within a project, or within the session that started them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from agent_trace.app.workspace import Workspace
from agent_trace.web.answers import answer
from agent_trace.web.asking import Ask, Asking
from agent_trace.web.earlier import talking, told, tracer_rows, tracer_shapes
from agent_trace.web.earlier.finding import Child, Finder, Finds
from agent_trace.web.routes.tracer_messages import Errors, Index, PageNumber, PerPage, Type
from agent_trace.web.schemas import answers

router = APIRouter(prefix="/api/subagents/{h}", tags=["tracer"])
Named = tuple[str, str | None, str]
"""A project, a session or None for any, a sub-agent."""


def _about(asking: Asking, finds: Finder, name: Named, work: Callable[[Workspace, Child], Any]) -> Response:
    return answer(asking.ask(lambda workspace: work(workspace, finds.subagent(workspace, *name))))


def _one(asking: Asking, finds: Finder, name: Named) -> Response:
    return _about(
        asking, finds, name, lambda workspace, found: told.subagent(workspace, finds, found.family, found.summary)
    )


def _tools(asking: Asking, finds: Finder, name: Named) -> Response:
    return _about(
        asking,
        finds,
        name,
        lambda workspace, found: tracer_rows.tools(finds.kept.view(workspace, found.row).deeds.tools),
    )


@router.get("/{agent}", responses=answers(tracer_shapes.Subagent), summary="A sub-agent of any session of a project.")
def of_project(h: str, agent: str, asking: Ask, finds: Finds) -> Response:
    """With its own tokens."""
    return _one(asking, finds, (h, None, agent))


@router.get("/{agent}/tools", responses=answers(tracer_shapes.Tools), summary="Which tools a sub-agent used.")
def tools_of_project(h: str, agent: str, asking: Ask, finds: Finds) -> Response:
    """Its own calls."""
    return _tools(asking, finds, (h, None, agent))


@router.get("/{session}/{agent}", responses=answers(tracer_shapes.Subagent), summary="A sub-agent of a session.")
def of_session(h: str, session: str, agent: str, asking: Ask, finds: Finds) -> Response:
    """With its own tokens."""
    return _one(asking, finds, (h, session, agent))


@router.get("/{session}/{agent}/tools", responses=answers(tracer_shapes.Tools), summary="Which tools it used.")
def tools_of_session(h: str, session: str, agent: str, asking: Ask, finds: Finds) -> Response:
    """Its own calls."""
    return _tools(asking, finds, (h, session, agent))


@router.get("/{session}/{agent}/messages", responses=answers(tracer_shapes.Messages), summary="A sub-agent's messages.")
def messages(
    h: str,
    session: str,
    agent: str,
    asking: Ask,
    finds: Finds,
    page: PageNumber = 1,
    per_page: PerPage = 50,
    kind: Type = None,
    error_only: Errors = False,
) -> Response:
    """A page of them, in the order of its log."""
    asked = talking.asked_of(page=page, per_page=per_page, type=kind, error_only=error_only)
    return _about(
        asking,
        finds,
        (h, session, agent),
        lambda workspace, found: talking.listed(workspace, finds.kept, found.row, asked),
    )


@router.get(
    "/{session}/{agent}/messages/by-index/{index}",
    responses=answers(tracer_shapes.MessageDetail),
    summary="A sub-agent's message by its place.",
)
def by_index(h: str, session: str, agent: str, index: Index, asking: Ask, finds: Finds) -> Response:
    """With all of its text."""
    return _about(
        asking,
        finds,
        (h, session, agent),
        lambda workspace, found: talking.by_index(workspace, finds.kept, found.row, index),
    )


@router.get(
    "/{session}/{agent}/messages/{uuid}",
    responses=answers(tracer_shapes.MessageDetail),
    summary="A sub-agent's message by its id.",
)
def by_uuid(h: str, session: str, agent: str, uuid: str, asking: Ask, finds: Finds) -> Response:
    """With all of its text."""
    return _about(
        asking,
        finds,
        (h, session, agent),
        lambda workspace, found: talking.by_uuid(workspace, finds.kept, found.row, uuid),
    )
