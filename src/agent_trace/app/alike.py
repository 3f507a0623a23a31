"""The last session that was asked for a task like this one's, as far as the index tells."""

from __future__ import annotations

from agent_trace.analysis.state import FRESH_MS
from agent_trace.analysis.tasks import Earlier, last_alike
from agent_trace.app.summaries import summaries
from agent_trace.app.workspace import Workspace
from agent_trace.model.selection import Selection
from agent_trace.model.summary import Summary
from agent_trace.reports._scopes import Similar
from agent_trace.store.first_prompts import first_prompts
from agent_trace.store.sessions import SessionRow, roots


def similar(workspace: Workspace, row: SessionRow, summary: Summary) -> Similar | None:
    """The latest quiet session of the same repository, over before this one began, with a first prompt like its own."""
    place = row.repo or row.cwd
    if row.root != row.id or summary.state in ("running", "waiting") or row.started is None or not place:
        return None
    found = {one.id: one for one in roots(workspace.db, Selection(project=place)) if _is_before(workspace, one, row)}
    prompts = first_prompts(workspace.db, [row.id, *found])
    own = prompts.pop(row.id, "")
    earlier = (Earlier(key=str(one), prompt=prompt, ended=found[one].ended or 0) for one, prompt in prompts.items())
    last = last_alike(own, earlier)
    if last is None:
        return None
    done, _ = summaries(workspace, [found[int(last[0].key)]])
    return Similar(session=done[0], likeness=round(last[1], 2))


def _is_before(workspace: Workspace, one: SessionRow, row: SessionRow) -> bool:
    """Whether a session was over, and quiet since, when this one began, in the same place."""
    if one.ended is None or row.started is None or (one.repo or one.cwd) != (row.repo or row.cwd):
        return False
    return one.ended <= min(row.started, round(workspace.now.timestamp() * 1000) - FRESH_MS)
