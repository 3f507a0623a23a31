"""What became of a session's pull requests: asked of the forge when the person clicks, never otherwise."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from agent_trace import registry
from agent_trace.app import scopes
from agent_trace.app.workspace import Workspace
from agent_trace.app.written import encode
from agent_trace.reports.outcome import Result
from agent_trace.web.answers import JSON
from agent_trace.web.asking import Ask
from agent_trace.web.routes.session import named
from agent_trace.web.schemas import answers

router = APIRouter(prefix="/api/v2/outcomes", tags=["session"])


@router.post(
    "/{id:path}/refresh", responses=answers(Result), summary="Ask gh or glab for the state of its pull requests."
)
def refresh(id: str, asking: Ask) -> Response:
    """The outcome, with what the forge says now."""
    report = registry.load("reports", "outcome")

    def work(workspace: Workspace) -> str:
        return encode(
            scopes.run_report(workspace, report, report.Options(refresh=True), scopes.Request(session=named(id)))
        )

    return Response(asking.ask(work) + "\n", media_type=JSON)
