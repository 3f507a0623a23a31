"""Sessions of a project as a tracer lists them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from agent_trace.app.projects import Row, tools_of
from agent_trace.app.workspace import Workspace
from agent_trace.web.earlier import tracer_rows, tracer_shapes
from agent_trace.web.earlier.finding import Finder


def sessions(workspace: Workspace, finds: Finder, project: str) -> tracer_shapes.Sessions:
    """Those that the person did not hide, newest first."""
    rows = {row.id: row for row in finds.rows(workspace, project)}
    shown = [one for one in finds.entries(workspace, hidden=False) if one.row in rows]
    users = skilled(workspace, tuple(rows.values()))
    return tracer_shapes.Sessions(
        sessions=tuple(
            tracer_rows.session(one.summary, len(one.children), None if one.summary.id in users else ())
            for one in shown
        ),
        total=len(shown),
    )


def skilled(workspace: Workspace, rows: Sequence[Row]) -> frozenset[str]:
    """The roots that used a skill: which one, only their logs tell."""
    agents = {row.key: row.agent for row in rows if row.agent in workspace.members}
    found: dict[str, set[str]] = defaultdict(set)
    for one in tools_of(workspace, rows):
        found[one.root].add(one.tool)
    return frozenset(
        key
        for key, names in found.items()
        if key in agents and any(workspace.members[agents[key]].agent.kind(name) == "skill" for name in names)
    )
