"""What a session did in figures: tools with failures and run times, models, prompts, errors, files, hours.

Run times are the agent's own, or the time from call to result where the log shows that nobody was asked for permission;
a sub-agent's is how long its session lasted. Percentiles are by nearest rank, `?` below five. Waiting for a permission
stands apart. `--include-subagents` counts what all sub-agents did, nested ones too. The sums below the tables are those
of `show`, `list` and `cost`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from agent_trace.analysis.calendar import key_of
from agent_trace.model.events import ErrorRaised, Event, Interrupted, LlmResponse, ToolCall, ToolResult
from agent_trace.model.facts import Facts
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.summary import Summary, Totals
from agent_trace.model.tools import ToolKind
from agent_trace.model.usage import Amounts
from agent_trace.pricing.amounts import amounts
from agent_trace.render.blocks import (
    AnyBlock,
    Cell,
    Chart,
    Column,
    Fields,
    Heading,
    Note,
    Point,
    Prose,
    Table,
    Tone,
    cell,
    field,
)
from agent_trace.render.numbers import clip, count, duration, percent
from agent_trace.reports import _spread
from agent_trace.reports._amounts import COLUMNS, RECORDED, cells, differs, footer, recorded, some
from agent_trace.reports._parts import Part, Timed, family, part, timed
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._spread import Spread, spread
from agent_trace.reports._words import many, relative

SCOPE = "session"
LONGEST = 5
"""How many of the longest steps are listed."""
MOST_HOURS = 36
"""More hours than these are drawn as days."""
QUARTER_MS = 900_000


class Options(msgspec.Struct, frozen=True, kw_only=True):
    include_subagents: Annotated[
        bool, msgspec.Meta(description="Count what the sub-agents did too, nested ones included.")
    ] = False


class ToolRow(msgspec.Struct, frozen=True, kw_only=True):
    """One tool."""

    tool: str
    kind: ToolKind
    calls: int
    errors: int
    """Results that the agent itself marked as failed."""
    share: float
    """Of all tool calls counted here."""
    run: Spread
    wait: Spread
    """What a call waited beside its run, for a permission or a hook: those that did."""


class ModelRow(Amounts, frozen=True, kw_only=True):
    """One model's logged calls."""

    key: str


class LongStep(msgspec.Struct, frozen=True, kw_only=True):
    """A tool call that took long."""

    event: str
    """Its number, as `replay` takes it; `12/3` for a sub-agent's."""
    session: str
    tool: str
    title: str
    run_s: float
    failed: bool


class Hour(msgspec.Struct, frozen=True, kw_only=True):
    """An hour in which something happened."""

    key: str
    """Local, with its offset: `2026-11-01T01:00-04:00`."""
    calls: int = 0
    tool_calls: int = 0


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What happened beside tools and models."""

    prompts: int | None
    failed_steps: int | None
    """Steps that really failed: by the mark, or an exit code that means failure; no refusals, no interruptions."""
    refused: int
    """Permissions that were denied."""
    api_errors: int
    """Requests to the model that failed for good."""
    api_retries: int
    """Failed attempts that the agent repeated."""
    interruptions: int
    compactions: int
    files_read: int
    files_changed: int
    lines_added: int | None
    lines_removed: int | None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    sessions: int
    """How many sessions the tables count: 1, or with the sub-agents that could be read."""
    tools: tuple[ToolRow, ...]
    by_model: tuple[ModelRow, ...]
    counts: Counts
    longest: tuple[LongStep, ...]
    hours: tuple[Hour, ...]
    unread: tuple[str, ...] = ()
    """Sub-agents whose logs are gone."""


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    unread: list[str] = []
    root = part(scope.read(), scope.summary, scope)
    parts = list(family(root, scope, unread)) if options.include_subagents else [root]
    steps = [step for one in parts for step in timed(one)]
    return Result(
        session=scope.summary,
        sessions=len(parts),
        tools=tuple(_tools(steps)),
        by_model=tuple(_models(scope, facts, {one.summary.id for one in parts})),
        counts=_counts(parts),
        longest=tuple(_longest(steps)),
        hours=tuple(_hours(parts, facts)),
        unread=tuple(unread),
    )


def _tools(steps: Sequence[Timed]) -> Iterator[ToolRow]:
    """Most called first."""
    by_name: dict[str, list[Timed]] = defaultdict(list)
    for one in steps:
        by_name[one.step.call.tool].append(one)
    for name, found in sorted(by_name.items(), key=lambda item: (-len(item[1]), item[0])):
        yield ToolRow(
            tool=name,
            kind=found[0].step.call.kind,
            calls=len(found),
            errors=sum(one.step.failed for one in found),
            share=round(len(found) / len(steps), 4),
            run=spread(one.run_ms for one in found if one.run_ms is not None),
            wait=spread(one.wait_ms for one in found if one.wait_ms),
        )


def _models(scope: SessionScope, facts: Facts, sessions: set[str]) -> Iterator[ModelRow]:
    by_model: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in scope.rows:
        if not row.unlogged and row.key[0] in sessions:
            by_model[row.key[1]].append(row)
    for model, rows in sorted(by_model.items()):
        one = amounts(rows, scope.book, facts.cost)
        yield ModelRow(key=model, **{name: getattr(one, name) for name in Amounts.__struct_fields__})


def _counts(parts: Sequence[Part]) -> Counts:
    own = [event for one in parts for event in one.session.events if not event.inherited]
    errors = [event for event in own if isinstance(event, ErrorRaised)]
    uses = [use for one in parts for use in one.session.files.values()]
    summaries = [one.summary for one in parts]
    return Counts(
        prompts=_sum([one.prompts for one in summaries]),
        failed_steps=_sum([one.failed_steps for one in summaries]),
        refused=sum(isinstance(event, ToolResult) and event.refused for event in own),
        api_errors=sum(error.retry is None for error in errors),
        api_retries=sum(error.retry is not None for error in errors),
        interruptions=sum(isinstance(event, Interrupted) for event in own),
        compactions=sum(not event.inherited for one in parts for event in one.session.compactions),
        files_read=len({use.path for use in uses if use.reads}),
        files_changed=len({use.path for use in uses if use.writes}),
        lines_added=_sum([one.lines_added for one in summaries]),
        lines_removed=_sum([one.lines_removed for one in summaries]),
    )


def _sum(figures: Sequence[int | None]) -> int | None:
    """Unknown adds nothing; a sum of unknowns is unknown."""
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


def _longest(steps: Sequence[Timed]) -> Iterator[LongStep]:
    timed = [(one.run_ms, one) for one in steps if one.run_ms is not None]
    for run_ms, one in sorted(timed, key=lambda pair: -pair[0])[:LONGEST]:
        call = one.step.call
        yield LongStep(
            event=f"{one.part.prefix}{one.step.number}",
            session=one.part.summary.id,
            tool=call.tool,
            title=relative(call.title or call.input, one.part.summary.cwd),
            run_s=run_ms / 1000,
            failed=one.step.went_wrong,
        )


def _hours(parts: Sequence[Part], facts: Facts) -> Iterator[Hour]:
    """Model calls and tool calls by the hour they were made in; those without a time are in none."""
    key = key_of("hour", facts.zone, facts.start_of_week)
    calls: dict[str, int] = defaultdict(int)
    tools: dict[str, int] = defaultdict(int)
    for one in parts:
        for event in (*one.session.own_calls, *(step.call for step in one.session.steps if not step.call.inherited)):
            if event.at is None:
                continue
            found = tools if isinstance(event, ToolCall) else calls
            found[key(event.at // QUARTER_MS)] += _counts_as_one(event)
    for name in sorted({*calls, *tools}, key=datetime.fromisoformat):
        yield Hour(key=name, calls=calls[name], tool_calls=tools[name])


def _counts_as_one(event: Event) -> bool:
    return not isinstance(event, LlmResponse) or event.counts


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    one = result.session
    yield Heading(text=clip(one.title or one.id, 100))
    counted = f"with {many(result.sessions - 1, 'sub-agent')}" if result.sessions > 1 else ""
    yield Fields(
        items=(
            field("session", one.id, counted),
            field("duration", duration(one.duration_s), f"{duration(one.active_s)} active"),
        )
    )
    yield _tool_table(result)
    if result.tools and not any(row.run.n for row in result.tools):
        yield Prose(text="run times: not recorded by this version of the agent", tone="dim")
    yield _model_table(result)
    yield _count_fields(result.counts)
    if result.longest:
        yield _longest_table(result.longest)
    if result.hours:
        yield _activity(result.hours)
    if result.unread:
        gone = many(len(result.unread), "sub-agent")
        yield Note(text=f"without {gone}: the log is gone and was not archived")


def _tool_table(result: Result) -> Table:
    one = result.session
    runs = any(row.run.n for row in result.tools)
    waits = any(row.wait.n for row in result.tools)
    columns = (
        Column(title="tool", stretch=True),
        Column(title="calls", align="right"),
        Column(title="share", align="right", weight=1),
        Column(title="errors", align="right"),
        *(_spread.columns("run", 2) if runs else ()),
        *(_spread.columns("wait", 3) if waits else ()),
    )
    rows = [
        (
            cell(row.tool),
            cell(count(row.calls), value=str(row.calls)),
            cell(percent(row.calls, sum(other.calls for other in result.tools)), value=str(row.share)),
            cell(count(row.errors) if row.errors else "", value=str(row.errors)),
            *(_spread.cells(row.run) if runs else ()),
            *(_spread.cells(row.wait) if waits else ()),
        )
        for row in result.tools
    ]
    parts = [("main", one.own), ("sub-agents", one.subagents), ("total", one.total)]
    return Table(
        columns=columns,
        rows=tuple(rows),
        footer=tuple(_sum_line(name, part, len(columns)) for name, part in parts),
        title="Tools",
        empty="no tool was called",
    )


def _sum_line(name: str, part: Amounts, width: int) -> tuple[Cell, ...]:
    tone: Tone = "strong" if name == "total" else "dim"
    figures = (cell(count(part.tool_calls), tone), cell(""), cell(some(part.errors), tone))
    return (cell(name, tone), *figures, *(cell("") for _ in range(width - 4)))


def _model_table(result: Result) -> Table:
    one = result.session
    beside = differs(one.total) or any(map(differs, result.by_model))
    sums = footer(Totals(own=one.own, subagents=one.subagents, unlogged=one.unlogged, total=one.total), 1)
    return Table(
        columns=(Column(title="model", stretch=True), *COLUMNS, *((RECORDED,) if beside else ())),
        rows=tuple(
            (cell(row.key or "(none)"), *cells(row), *((recorded(row),) if beside else ())) for row in result.by_model
        ),
        footer=sums if beside else tuple(line[:-1] for line in sums),
        title="Models",
        empty="no model was called",
    )


def _count_fields(counts: Counts) -> Fields:
    return Fields(
        items=(
            field("prompts", count(counts.prompts)),
            field("failed steps", count(counts.failed_steps), "without refusals and interruptions"),
            field("refused", count(counts.refused), "permissions"),
            field("API errors", count(counts.api_errors), f"and {many(counts.api_retries, 'attempt')} repeated"),
            field("interruptions", count(counts.interruptions)),
            field("compactions", count(counts.compactions)),
            field("files", f"{count(counts.files_read)} read, {count(counts.files_changed)} changed"),
            field("lines", f"+{count(counts.lines_added)} -{count(counts.lines_removed)}", "by edit tools"),
        )
    )


def _longest_table(steps: Sequence[LongStep]) -> Table:
    columns = (
        Column(title="event", align="right"),
        Column(title="run", align="right", key="run_s"),
        Column(title="tool", weight=1),
        Column(title="what", stretch=True),
    )
    rows = tuple(
        (
            cell(one.event),
            cell(duration(one.run_s), value=f"{one.run_s:.3f}"),
            cell(one.tool),
            cell(clip(one.title, 200), "bad" if one.failed else "plain"),
        )
        for one in steps
    )
    return Table(columns=columns, rows=rows, title="Longest steps")


def _activity(hours: Sequence[Hour]) -> Chart:
    """One bar an hour, or a day where there would be too many."""
    by_day = len(hours) > MOST_HOURS
    sums: dict[str, Hour] = {}
    for hour in hours:
        key = hour.key[:10] if by_day else hour.key[:16].replace("T", " ")
        known = sums.get(key, Hour(key=key))
        sums[key] = Hour(key=key, calls=known.calls + hour.calls, tool_calls=known.tool_calls + hour.tool_calls)
    points = tuple(
        Point(
            label=key,
            value=one.calls + one.tool_calls,
            text=f"{many(one.calls, 'call')}, {many(one.tool_calls, 'tool')}",
        )
        for key, one in sums.items()
    )
    return Chart(title=f"Model calls and tool calls per {'day' if by_day else 'hour'}", points=points)
