"""One session as a tracer tells it: its sums, tools, sub-agents, skills, changes, errors and commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from agent_trace.app.workspace import Workspace
from agent_trace.web.answers import answer
from agent_trace.web.asking import Ask, Asking
from agent_trace.web.earlier import told, tracer_shapes
from agent_trace.web.earlier.finding import Family, Finder, Finds
from agent_trace.web.schemas import answers

router = APIRouter(prefix="/api/sessions/{h}/{session}", tags=["tracer"])


def _about(asking: Asking, finds: Finder, h: str, session: str, work: Callable[[Workspace, Family], Any]) -> Response:
    return answer(asking.ask(lambda workspace: work(workspace, finds.family(workspace, h, session))))


@router.get("", responses=answers(tracer_shapes.Session), summary="A session.")
def one(h: str, session: str, asking: Ask, finds: Finds) -> Response:
    """Its sums are those of `list`, sub-agents included."""
    return _about(asking, finds, h, session, lambda workspace, found: told.session(workspace, finds, found))


@router.get("/metrics", responses=answers(tracer_shapes.Metrics), summary="What a session used and cost.")
def metrics(h: str, session: str, asking: Ask, finds: Finds) -> Response:
    """By kind of token, sub-agents included."""
    return _about(asking, finds, h, session, lambda workspace, found: told.metrics(workspace, finds, found))


@router.get("/tools", responses=answers(tracer_shapes.Tools), summary="Which tools a session used.")
def tools(h: str, session: str, asking: Ask, finds: Finds) -> Response:
    """Sub-agents included."""
    return _about(asking, finds, h, session, lambda workspace, found: told.tools(workspace, finds, found))


@router.get("/subagents", responses=answers(tracer_shapes.Subagents), summary="What a session started.")
def subagents(h: str, session: str, asking: Ask, finds: Finds) -> Response:
    """Each with its own tokens."""
    return _about(asking, finds, h, session, lambda workspace, found: told.subagents(workspace, finds, found))


@router.get("/skills", responses=answers(tracer_shapes.Skills), summary="Which skills a session used.")
def skills(h: str, session: str, asking: Ask, finds: Finds) -> Response:
    """Sub-agents included."""
    return _about(asking, finds, h, session, lambda workspace, found: told.skills(finds.views(workspace, found)))


@router.get("/code-changes", responses=answers(tracer_shapes.CodeChanges), summary="What a session changed.")
def changes(h: str, session: str, asking: Ask, finds: Finds) -> Response:
    """By edit tools, sub-agents included."""
    return _about(asking, finds, h, session, lambda workspace, found: told.changes(finds.views(workspace, found)))


@router.get("/errors", responses=answers(tracer_shapes.Errors), summary="Which tool calls failed.")
def errors(h: str, session: str, asking: Ask, finds: Finds) -> Response:
    """As the agent marked them, sub-agents included."""
    return _about(
        asking, finds, h, session, lambda workspace, found: told.errors(workspace, finds.views(workspace, found))
    )


@router.get("/commands", responses=answers(tracer_shapes.Commands), summary="What a session was asked.")
def commands(h: str, session: str, asking: Ask, finds: Finds) -> Response:
    """Each prompt with what followed until the next one."""
    return _about(
        asking,
        finds,
        h,
        session,
        lambda workspace, found: told.commands(workspace, found.row, finds.kept.view(workspace, found.row)),
    )
