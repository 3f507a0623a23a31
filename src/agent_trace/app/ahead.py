"""Answers about long sessions, worked out ahead: after a sync, when a session is quiet and nobody waits for them.

A session of hundreds of megabytes takes seconds to read. What reports keep of it (`app/worked_out.py`) is made
from one reading, so that the first who asks gets it at once.
"""

from __future__ import annotations

from agent_trace.app.outcomes import running_since, writable
from agent_trace.app.workspace import Workspace
from agent_trace.errors import AgentTraceError
from agent_trace.store.sources import bytes_of
from agent_trace.store.worked_out import unasked
from agent_trace.sync.collector import seldom
from agent_trace.sync.progress import Progress, Told


def work_ahead(workspace: Workspace, told: Told = lambda _: None) -> int:
    """Work out what reports keep of long sessions that are quiet and of which nothing is kept; of how many."""
    from agent_trace.app.worked_out import LONG

    if workspace.config.tier < 3 or not workspace.is_enforced:
        return 0
    due = unasked(workspace.db, LONG, running_since(workspace))
    sizes = bytes_of(workspace.db, due)
    progress = Progress(total=sum(sizes.values()))
    for session in due:
        told(progress)
        with writable(workspace), seldom():
            _work(workspace, session)
        progress.done += sizes.get(session, 0)
    return len(due)


def _work(workspace: Workspace, session: int) -> None:
    from agent_trace.app.kept_pages import keep_pages
    from agent_trace.app.scopes import Request, scope_of_row
    from agent_trace.reports import explain, findings
    from agent_trace.reports._sides import side
    from agent_trace.store.sessions import by_ids

    (row,) = by_ids(workspace.db, [session])
    scope = scope_of_row(workspace, explain, explain.Options(), Request(session=row.key), row)
    facts = workspace.facts
    try:
        explain.compute(scope, explain.Options(), facts)
        findings.compute(scope, findings.Options(), facts)
        side(scope, facts.cost)
        keep_pages(workspace, row)
    except AgentTraceError as error:
        workspace.say(f"session {row.key} cannot be looked at ahead: {error}")
