"""The last sessions, what they cost, the dearest models and projects, and what to look at next.

This is what `agent-trace` alone runs. It indexes what is new in the logs of every agent found on this machine, their
full text included, and then answers from the index. Where no session of any agent is found it says so and shows the
demo. `agent-trace` alone, on a terminal of a machine with a screen, then serves the dashboard and opens it; `--serve`
does so anywhere.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click
import msgspec

from agent_trace.cli.options import output_parameters
from agent_trace.cli.output import Output, progress_bar
from agent_trace.cli.running import door_of, open_workspace
from agent_trace.model.selection import Selection
from agent_trace.model.summary import Summary, Totals
from agent_trace.model.usage import Amounts
from agent_trace.pricing.amounts import amounts
from agent_trace.render.blocks import Block, Cell, Chart, Column, Note, Point, Prose, Table, cell
from agent_trace.render.numbers import count, dollars, since, tokens
from agent_trace.reports._amounts import exact, money
from agent_trace.reports._words import last_name, short_ids
from agent_trace.reports.cost import notes, untold

if TYPE_CHECKING:
    from agent_trace.app.leaving import Door
    from agent_trace.app.workspace import Workspace
    from agent_trace.model.facts import Facts
    from agent_trace.model.ledger import LedgerRow
    from agent_trace.reports._scopes import UsageScope

SESSIONS = 8
TOP = 5
DAYS = 30
"""Of the models and projects."""
PERIODS = (("today", "today"), ("last 7 days", "7d"), ("this month", "this-month"), ("all", ""))
"""How a period is called, and its `--since`."""

arguments = [
    *output_parameters(),
    click.Option(["--serve"], is_flag=True, help="Then serve the dashboard until it is ended."),
]


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """What a period cost."""

    period: str
    since: datetime | None
    """None: from the beginning."""
    own: Amounts
    subagents: Amounts
    unlogged: Amounts | None
    total: Amounts
    unknown_usage: int
    """Root sessions whose logs tell nothing of their model calls."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A model or a project, sub-agents and unlogged calls included."""

    key: str
    total: Amounts


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A command that makes sense next."""

    command: str
    why: str


class Result(msgspec.Struct, frozen=True, kw_only=True):
    sessions: tuple[Summary, ...]
    """The last root sessions, newest first."""
    count: int
    """Root sessions in all."""
    spending: tuple[Spending, ...]
    models: tuple[Part, ...]
    """The dearest of the last 30 days."""
    projects: tuple[Part, ...]
    unpriced: tuple[str, ...]
    """Models that the price book does not know."""
    unread_lines: int
    """Lines of logs that no reader understood: `doctor` names them."""
    next_steps: tuple[Step, ...]


def run(**values: Any) -> None:
    """Sync both tiers, gather, print; the demo where there is nothing."""
    output = Output.chosen(values)
    workspace = open_workspace(values)
    try:
        output.door = door_of(values, workspace.config, leaves=output.leaves)
        result = workspace.mended(lambda: gathered(workspace, values, output.door))
        shows = bool(result.count) or not output.is_text or _program() != "agent-trace"
        if shows:
            output.write(sys.modules[__name__], result, None, workspace.facts)
    finally:
        workspace.close()
    if not shows:
        _demo(workspace)
    if values["serve"]:
        _serve(workspace)


def _serve(workspace: Workspace) -> None:
    """The dashboard, until somebody ends it; one that runs already is opened."""
    from agent_trace.cli.commands import serve

    sys.stdout.flush()
    serve.here(workspace.config)


def _demo(workspace: Workspace) -> None:
    from agent_trace.cli.commands import demo

    count = len(workspace.members)
    click.echo(
        f"No session of any of {count} agents was found on this machine; `agent-trace agents` shows where was looked."
    )
    click.echo("This is the demo: genuine recorded sessions that come with agent-trace.\n")
    demo.run(("overview",), None)


def _program() -> str | None:
    """How the program was called: `agent-trace`, or `agent-trace demo`."""
    context = click.get_current_context(silent=True)
    return context.find_root().info_name if context else None


# ---------------------------------------------------------------- gathering


def gathered(workspace: Workspace, values: dict[str, Any], door: Door | None = None) -> Result:
    """Bring the index up to date and look up what the overview says."""
    from agent_trace.app.scopes import Request, at_door, summaries_scope

    if not values["no_sync"] or workspace.db.in_memory:
        with progress_bar("reading logs") as told:
            workspace.sync(told)
        if not workspace.db.in_memory:
            with progress_bar("indexing text") as told:
                workspace.sync_text(told)
    listed = at_door(summaries_scope(workspace, sys.modules[__name__], None, Request(limit=SESSIONS)), door)
    unread = int(workspace.db.execute("SELECT count(*) FROM unread").fetchone()[0])
    return Result(
        sessions=listed.sessions,
        count=listed.count,
        spending=tuple(_spending(workspace, period, words) for period, words in PERIODS),
        models=_parts(workspace, "model", door),
        projects=_parts(workspace, "project", door),
        unpriced=listed.unpriced,
        unread_lines=unread,
        next_steps=_steps(listed.sessions, listed.unpriced, unread),
    )


def group(options: Any) -> tuple[str, ...]:
    """The key of a ledger row: its side, then what is asked for."""
    return ("side", options) if options else ("side",)


def _asked(workspace: Workspace, key: str, words: str, door: Door | None = None) -> tuple[UsageScope, datetime | None]:
    from agent_trace.app import moments
    from agent_trace.app.scopes import Request, at_door, usage_scope

    facts = workspace.facts
    first = moments.since(words, facts.now, facts.zone, facts.start_of_week) if words else None
    scope = usage_scope(workspace, sys.modules[__name__], key, Request(selection=Selection(since=first)))
    return at_door(scope, door, group(key)), first


def _spending(workspace: Workspace, period: str, words: str) -> Spending:
    scope, first = _asked(workspace, "", words)
    sums = scope.totals
    return Spending(
        period=period,
        since=first and first.astimezone(timezone.utc),
        own=sums.own,
        subagents=sums.subagents,
        unlogged=sums.unlogged,
        total=sums.total,
        unknown_usage=sums.unknown_usage,
    )


def _parts(workspace: Workspace, key: str, door: Door | None) -> tuple[Part, ...]:
    """The dearest models or projects."""
    scope, _ = _asked(workspace, key, f"{DAYS}d", door)
    found: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in scope.rows:
        found[row.key[1]].append(row)
    parts = [Part(key=name, total=amounts(rows, scope.book, workspace.facts.cost)) for name, rows in found.items()]
    parts.sort(key=lambda part: (-(part.total.cost_usd or 0), -(part.total.usage.tokens or 0), part.key))
    return tuple(parts[:TOP])


def _steps(sessions: Sequence[Summary], unpriced: Sequence[str], unread: int) -> tuple[Step, ...]:
    program = _program() or "agent-trace"
    if not sessions:
        return (
            Step(command=f"{program} doctor", why="where was looked for sessions"),
            Step(command=f"{program} import PATH", why="logs that lie elsewhere"),
            Step(command=f"{program} demo", why="recorded sessions to try things on"),
        )
    names = short_ids(one.id for one in sessions)
    steps = [Step(command=f"{program} show {names[sessions[0].id]}", why="what the last session did")]
    if unpriced:
        steps.append(Step(command=f"{program} prices {unpriced[0]}", why="why it has no price"))
    elif unread:
        steps.append(Step(command=f"{program} doctor", why="which lines were not understood"))
    else:
        steps.append(Step(command=f"{program} cost --by project --since 7d", why="where the money went"))
    steps.append(Step(command=f"{program} search error", why="find text across all sessions"))
    return tuple(steps)


# ---------------------------------------------------------------- layout


def layout(result: Result, _options: None, facts: Facts) -> Iterator[Block]:
    """The overview as blocks."""
    if not result.count:
        yield Prose(text="no session of any agent was found")
        yield _step_table(result.next_steps)
        return
    yield _session_table(result, facts)
    yield _spending_table(result.spending)
    yield from _charts(result)
    if result.unread_lines:
        lines = (
            "1 line of a log was" if result.unread_lines == 1 else f"{count(result.unread_lines)} lines of logs were"
        )
        yield Note(text=f"{lines} not understood", hint="agent-trace doctor")
    everything = result.spending[-1]
    yield from notes(Totals(unlogged=everything.unlogged), result.unpriced, facts)
    yield from untold(Totals(unknown_usage=everything.unknown_usage))
    yield _step_table(result.next_steps)


def _step_table(steps: Sequence[Step]) -> Table:
    return Table(
        columns=(Column(title="next"), Column(title="", stretch=True, key="why")),
        rows=tuple((cell(step.command), cell(step.why, "dim")) for step in steps),
    )


def _session_table(result: Result, facts: Facts) -> Table:
    several = len({one.agent for one in result.sessions}) > 1
    names = short_ids(one.id for one in result.sessions)
    return Table(
        columns=(
            Column(title="id"),
            *((Column(title="agent", weight=3),) if several else ()),
            Column(title="last active", weight=1),
            Column(title="title", stretch=True),
            Column(title="project", weight=4),
            Column(title="tokens", align="right", weight=3),
            Column(title="cost", align="right", key="cost_usd"),
            Column(title="state", weight=2),
        ),
        rows=tuple(_session(one, names[one.id], facts, several) for one in result.sessions),
        title=f"Last sessions, {count(len(result.sessions))} of {count(result.count)}",
    )


def _session(one: Summary, name: str, facts: Facts, several: bool) -> tuple[Cell, ...]:
    ago = None if one.ended is None else (facts.now - one.ended).total_seconds()
    return (
        cell(name, value=one.id),
        *((cell(one.agent),) if several else ()),
        cell(since(ago)),
        cell(one.title or "(no title)"),
        cell(last_name(one.repo or one.cwd)),
        cell(tokens(one.total.usage.tokens), value=exact(one.total.usage.tokens)),
        cell(money(one.total), value="" if one.total.cost_usd is None else f"{one.total.cost_usd:f}"),
        cell(one.state),
    )


def _spending_table(spending: Sequence[Spending]) -> Table:
    return Table(
        columns=(
            Column(title="spent"),
            Column(title="calls", align="right", weight=2),
            Column(title="tokens", align="right", weight=1),
            Column(title="main", align="right"),
            Column(title="sub-agents", align="right"),
            Column(title="unlogged", align="right"),
            Column(title="total", align="right"),
        ),
        rows=tuple(_period(one) for one in spending),
    )


def _period(one: Spending) -> tuple[Cell, ...]:
    beyond = "-" if one.unlogged is None else money(one.unlogged)
    return (
        cell(one.period),
        cell(count(one.total.calls)),
        cell(tokens(one.total.usage.tokens)),
        cell(money(one.own)),
        cell(money(one.subagents)),
        cell(beyond),
        cell(money(one.total), "strong"),
    )


def _charts(result: Result) -> Iterator[Block]:
    from agent_trace.reports.projects import short_names

    names = short_names(part.key for part in result.projects)
    if result.models:
        yield Chart(
            title=f"Models, last {DAYS} days", points=tuple(_point(part.key, part.total) for part in result.models)
        )
    if result.projects:
        points = tuple(_point(names[part.key], part.total) for part in result.projects)
        yield Chart(title=f"Projects, last {DAYS} days", points=points)


def _point(label: str, one: Amounts) -> Point:
    value: Decimal | None = one.cost_usd
    return Point(
        label=label, value=value, text=money(one) if value is None else dollars(value, unpriced=one.unpriced_calls)
    )
