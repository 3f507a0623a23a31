"""Projects with their sums, their sessions and their tools, as a tracer tells them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from agent_trace.app.projects import tools_of, used
from agent_trace.app.workspace import Workspace
from agent_trace.model.selection import Selection
from agent_trace.web.answers import answer
from agent_trace.web.asking import Ask
from agent_trace.web.earlier import tracer_rows, tracer_shapes
from agent_trace.web.earlier.finding import Finder, Finds
from agent_trace.web.earlier.lists import sessions
from agent_trace.web.schemas import answers

router = APIRouter(prefix="/api/projects", tags=["tracer"])


@router.get("", responses=answers(tracer_shapes.Projects), summary="All projects, the latest first.")
def projects(asking: Ask, finds: Finds) -> Response:
    """A project is a folder in which an agent keeps logs, else a hash of the path that sessions began in."""
    return answer(
        asking.ask(lambda one: finds.once(one, Selection(), "tracer projects", lambda: _projects(one, finds)))
    )


def _projects(workspace: Workspace, finds: Finder) -> tracer_shapes.Projects:
    return tracer_shapes.Projects(
        projects=tuple(
            tracer_rows.project(key, one.path, finds.summaries(workspace, one.roots))
            for key, one in finds.projects(workspace).items()
        )
    )


@router.get("/{h}/sessions", responses=answers(tracer_shapes.Sessions), summary="The sessions of a project.")
def of_project(h: str, asking: Ask, finds: Finds) -> Response:
    """Root sessions, newest first; none of a project that nobody knows."""
    return answer(asking.ask(lambda workspace: sessions(workspace, finds, h)))


@router.get("/{h}/metrics", responses=answers(tracer_shapes.Metrics), summary="What a project used and cost.")
def metrics(h: str, asking: Ask, finds: Finds) -> Response:
    """Sums over all of its sessions; how often somebody interrupted stands in the logs alone, so it is null here."""
    return answer(asking.ask(lambda workspace: _metrics(workspace, finds, h)))


def _metrics(workspace: Workspace, finds: Finder, key: str) -> tracer_shapes.Metrics:
    rows = finds.rows(workspace, key)
    spent = used(workspace, ("model",), roots=rows)
    models = {row.key[0] for row in spent if row.entries and not row.unlogged and row.key[0]}
    return tracer_rows.metrics(finds.summaries(workspace, rows), models, spent, workspace.book, None)


@router.get("/{h}/tools", responses=answers(tracer_shapes.Tools), summary="Which tools a project's sessions used.")
def tools(h: str, asking: Ask, finds: Finds) -> Response:
    """How long calls ran stands in the logs alone, so averages are null here."""
    return answer(asking.ask(lambda workspace: tracer_rows.tools_of(tools_of(workspace, finds.rows(workspace, h)))))
