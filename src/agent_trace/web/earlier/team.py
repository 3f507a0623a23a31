"""The sums of a team, for the one person of this machine: those of `outcomes`, `cost` and `list` over the same days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

import msgspec

from agent_trace.app.moments import since, until
from agent_trace.app.projects import used
from agent_trace.app.scopes import Request, run_report
from agent_trace.app.workspace import Workspace
from agent_trace.errors import UsageError
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.model.summary import Summary
from agent_trace.pricing.amounts import amounts
from agent_trace.reports import outcomes
from agent_trace.web.earlier import team_shapes as shapes
from agent_trace.web.earlier.figures import dollars, mean
from agent_trace.web.earlier.finding import Finder
from agent_trace.web.earlier.person import Person, person

TOP = 10


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """The days that were asked for, and the calls of them."""

    period: shapes.Period
    selection: Selection


def span(workspace: Workspace, first: str | None, last: str | None) -> Span:
    """Days, both included; this month unless told otherwise. Raises UsageError for what is no time."""
    facts = workspace.facts
    today = facts.now.astimezone(facts.zone).date()
    begin = since(first or today.replace(day=1).isoformat(), facts.now, facts.zone, facts.start_of_week)
    month_ends = (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    end = until(last or month_ends.isoformat(), facts.now, facts.zone, facts.start_of_week)
    try:
        names = [one.astimezone(facts.zone).date().isoformat() for one in (begin, end - timedelta(microseconds=1))]
    except OverflowError:
        raise UsageError("the calendar does not reach so far") from None
    return Span(period=shapes.Period(start=names[0], end=names[1]), selection=Selection(since=begin, until=end))


def _outcomes(workspace: Workspace, finds: Finder, over: Selection) -> outcomes.Result:
    return finds.once(workspace, over, "outcomes", lambda: _asked(workspace, over))


def _asked(workspace: Workspace, over: Selection) -> outcomes.Result:
    found: outcomes.Result = run_report(workspace, outcomes, outcomes.Options(), Request(selection=over, as_is=True))
    return found


def overview(workspace: Workspace, finds: Finder, asked: Span) -> shapes.Overview:
    """What everything came to."""
    found = _outcomes(workspace, finds, asked.selection)
    made = found.produced
    cost = found.totals.total.cost_usd
    return shapes.Overview(
        period=asked.period,
        total_cost_usd=dollars(cost),
        total_sessions=made.sessions,
        total_commits=made.commits,
        total_pull_requests=made.prs,
        total_lines_added=found.lines_added,
        total_lines_removed=found.lines_removed,
        member_count=1 if made.sessions else 0,
        cost_per_commit=dollars(made.cost_per_commit_usd),
        cost_per_pull_request=mean(dollars(cost), made.prs) if made.known == made.sessions else None,
    )


def members(workspace: Workspace, finds: Finder, asked: Span) -> shapes.Members:
    """The person; nobody where nothing was done."""
    found = _outcomes(workspace, finds, asked.selection)
    made, who = found.produced, person(workspace)
    if not made.sessions:
        return shapes.Members(members=())
    ends = [one.summary.ended for one in finds.entries(workspace, asked.selection) if one.summary.ended is not None]
    return shapes.Members(
        members=(
            shapes.Member(
                user_id=who.id,
                display_name=who.name,
                session_count=made.sessions,
                total_cost_usd=dollars(found.totals.total.cost_usd),
                commit_count=made.commits,
                pr_count=made.prs,
                lines_added=found.lines_added,
                lines_removed=found.lines_removed,
                cost_per_commit=dollars(made.cost_per_commit_usd),
                last_active_at=max(ends, default=None),
            ),
        )
    )


class DayUse(msgspec.Struct, frozen=True, kw_only=True):
    """What was used on one day."""

    day: str
    cost: Decimal | None
    sessions: int
    tool_calls: int


def days(workspace: Workspace, over: Selection) -> Iterator[DayUse]:
    """The days with a call, in their order; what is unlogged belongs to its day."""
    by_day: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in used(workspace, ("day", "agent", "root"), over):
        by_day[row.key[0]].append(row)
    for day, rows in sorted(by_day.items()):
        if day[:1].isdigit():  # what has no time belongs to no day
            found = amounts(rows, workspace.book, workspace.facts.cost)
            yield DayUse(
                day=day,
                cost=found.cost_usd,
                sessions=len({row.key[1:] for row in rows}),
                tool_calls=found.tool_calls or 0,
            )


def daily(workspace: Workspace, finds: Finder, asked: Span) -> shapes.Days:
    """What each day cost."""
    who = person(workspace)
    found = finds.once(workspace, asked.selection, "days", lambda: tuple(days(workspace, asked.selection)))
    return shapes.Days(points=tuple(_point(one, who) for one in found))


def _point(one: DayUse, who: Person) -> shapes.Day:
    cost = dollars(one.cost)
    return shapes.Day(
        date=one.day,
        total_cost_usd=cost,
        session_count=one.sessions,
        by_member=(shapes.MemberDay(user_id=who.id, total_cost_usd=cost, session_count=one.sessions),),
    )


def budget(workspace: Workspace, finds: Finder) -> shapes.BudgetAnswer:
    """No budget is set here; what this month cost so far."""
    found = _outcomes(workspace, finds, span(workspace, None, None).selection)
    return shapes.BudgetAnswer(budget=None, current_month_spend=dollars(found.totals.total.cost_usd), percent_used=None)


def analytics(workspace: Workspace, finds: Finder, asked: Span) -> shapes.Analytics:
    """By model, tool, repository, hour and day."""
    return finds.once(workspace, asked.selection, "analytics", lambda: _analytics(workspace, finds, asked))


def _analytics(workspace: Workspace, finds: Finder, asked: Span) -> shapes.Analytics:
    found = _outcomes(workspace, finds, asked.selection)
    sessions = [one.summary for one in finds.entries(workspace, asked.selection)]
    made, total = found.produced, found.totals.total
    models, tools = tuple(_models(workspace, asked)), tuple(_tools(workspace, asked))
    starts = Counter(_began(workspace, sessions))
    trend = tuple(_trend(days(workspace, asked.selection)))
    cost = dollars(total.cost_usd)
    who = person(workspace)
    one = shapes.MemberAnalytics(
        user_id=who.id,
        display_name=who.name,
        total_cost_usd=cost,
        session_count=made.sessions,
        commit_count=made.commits,
        pr_count=made.prs,
        lines_added=found.lines_added,
        lines_removed=found.lines_removed,
        avg_session_cost_usd=mean(cost, made.sessions),
        cost_per_commit=dollars(made.cost_per_commit_usd),
        total_input_tokens=total.usage.input,
        total_output_tokens=total.usage.output,
        models=models,
        tools=tools,
        repos=tuple(_repos(sessions)),
        hourly_activity=_by(starts, 0, 24),
        daily_activity=_by(starts, 1, 7),
    )
    return shapes.Analytics(
        period=asked.period,
        member_analytics=(one,) if made.sessions else (),
        top_models=models[:TOP],
        top_tools=tools[:TOP],
        hourly_heatmap=tuple(
            shapes.HeatmapCell(hour=hour, day=day, count=count) for (hour, day), count in sorted(starts.items())
        ),
        cost_trend=trend,
        avg_cost_per_session=mean(cost, made.sessions),
        avg_commits_per_session=mean(made.commits, made.sessions),
        avg_cost_per_commit=dollars(made.cost_per_commit_usd),
        total_tokens_used=total.usage.tokens,
    )


def _models(workspace: Workspace, asked: Span) -> Iterator[shapes.ModelUse]:
    """Dearest first."""
    by_model: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in used(workspace, ("model", "agent", "root"), asked.selection):
        by_model[row.key[0]].append(row)
    priced = {
        name: amounts(rows, workspace.book, workspace.facts.cost).cost_usd for name, rows in by_model.items() if name
    }
    for name, cost in sorted(priced.items(), key=lambda item: (-(item[1] or 0), item[0])):
        roots = {row.key[1:] for row in by_model[name]}
        yield shapes.ModelUse(model=name, session_count=len(roots), total_cost_usd=dollars(cost))


def _tools(workspace: Workspace, asked: Span) -> Iterator[shapes.ToolUse]:
    """Most called first."""
    found: Counter[str] = Counter()
    for row in used(workspace, ("tool",), asked.selection):
        found[row.key[0]] += row.tool_calls
    for name, count in sorted(found.items(), key=lambda item: (-item[1], item[0])):
        if count:
            yield shapes.ToolUse(tool=name, call_count=count)


def _repos(sessions: Iterable[Summary]) -> Iterator[shapes.RepoUse]:
    """Most sessions first."""
    found: dict[str, list[Summary]] = defaultdict(list)
    for one in sessions:
        found[one.repo or one.cwd or "?"].append(one)
    for repo, some in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        commits = [one.commits for one in some if one.commits is not None]
        yield shapes.RepoUse(repo=repo, session_count=len(some), commit_count=sum(commits) if commits else None)


def _began(workspace: Workspace, sessions: Iterable[Summary]) -> Iterator[tuple[int, int]]:
    """(hour, day of the week from Sunday) in which each began, in the person's zone."""
    for one in sessions:
        if one.started is not None:
            local = one.started.astimezone(workspace.facts.zone)
            yield local.hour, local.isoweekday() % 7


def _by(starts: Mapping[tuple[int, int], int], part: int, size: int) -> tuple[int, ...]:
    return tuple(sum(count for key, count in starts.items() if key[part] == number) for number in range(size))


def _trend(found: Iterable[DayUse]) -> Iterator[shapes.TrendPoint]:
    so_far: Decimal | None = None
    for one in found:
        if one.cost is not None:
            so_far = (so_far or Decimal(0)) + one.cost
        yield shapes.TrendPoint(
            date=one.day,
            cost_usd=dollars(one.cost),
            session_count=one.sessions,
            cumulative_cost_usd=dollars(so_far),
        )


def snapshot(workspace: Workspace, finds: Finder, first: str | None, last: str | None) -> shapes.TeamSnapshot:
    """All that the team's page shows."""
    asked = span(workspace, first, last)
    return shapes.TeamSnapshot(
        overview=overview(workspace, finds, asked),
        members=members(workspace, finds, asked),
        cost=daily(workspace, finds, asked),
        budget=budget(workspace, finds),
        emitted_at=workspace.now,
    )
