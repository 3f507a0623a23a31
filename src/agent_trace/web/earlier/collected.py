"""What both ports answer of a dashboard with a collector: one function a question, over a workspace."""

from __future__ import annotations

from collections.abc import Mapping

from agent_trace.app.asked import selection
from agent_trace.app.projects import prompts_by_day, stored
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError
from agent_trace.model.selection import Selection
from agent_trace.web.earlier import replayed, shapes, team
from agent_trace.web.earlier.figures import dollars
from agent_trace.web.earlier.finding import Finder
from agent_trace.web.earlier.person import person

DAYS = 30


def lines(workspace: Workspace, finds: Finder) -> shapes.Lines:
    """All root sessions, newest first."""
    return finds.once(workspace, Selection(), "lines", lambda: _lines(workspace, finds))


def _lines(workspace: Workspace, finds: Finder) -> shapes.Lines:
    who = person(workspace)
    rows = tuple(replayed.line(one.summary, who) for one in finds.entries(workspace, hidden=False))
    return shapes.Lines(count=len(rows), sessions=rows)


def named_lines(workspace: Workspace, finds: Finder, filters: Mapping[str, str | None]) -> shapes.NamedLines:
    """Those that are asked for, by user_id, repo, since and until. Raises UsageError."""
    rows = _named(workspace, finds, filters)
    return shapes.NamedLines(count=len(rows), sessions=rows)


def snapshot(workspace: Workspace, finds: Finder) -> shapes.Snapshot:
    """All of them at this moment."""
    rows = _named(workspace, finds, {})
    return shapes.Snapshot(count=len(rows), sessions=rows, emitted_at=workspace.now)


def _named(workspace: Workspace, finds: Finder, filters: Mapping[str, str | None]) -> tuple[shapes.NamedLine, ...]:
    who = person(workspace)
    if filters.get("user_id") not in (None, "", who.id):
        return ()
    asked = selection({name: filters.get(name) or None for name in ("repo", "since", "until")}, workspace)
    entries = finds.entries(workspace, asked, hidden=False)
    return finds.once(
        workspace, asked, "named lines", lambda: tuple(replayed.named_line(one.summary, who) for one in entries)
    )


def known(workspace: Workspace, key: str) -> str:
    """The id of a session that there is. Raises NotFoundError."""
    if stored(workspace, key) is None:
        raise NotFoundError("session not found")
    return key


def session(workspace: Workspace, key: str) -> shapes.Session:
    """A session in full. Raises NotFoundError."""
    return replayed.session(workspace, known(workspace, key))


def daily_cost(workspace: Workspace, finds: Finder) -> shapes.DailyCost:
    """The last days on which something happened, the oldest of them first."""
    return finds.once(workspace, Selection(), "daily cost", lambda: _daily_cost(workspace))


def _daily_cost(workspace: Workspace) -> shapes.DailyCost:
    prompts = {day: count for day, count in prompts_by_day(workspace).items() if day[:1].isdigit()}
    known = {one.day: one for one in team.days(workspace, Selection())}
    points = []
    for day in sorted({*prompts, *known})[-DAYS:]:
        one = known.get(day, team.DayUse(day=day, cost=None, sessions=0, tool_calls=0))
        points.append(
            shapes.DailyPoint(
                date=day,
                total_cost_usd=dollars(one.cost),
                session_count=one.sessions,
                prompt_count=prompts.get(day, 0),
                tool_call_count=one.tool_calls,
            )
        )
    return shapes.DailyCost(points=tuple(points))
