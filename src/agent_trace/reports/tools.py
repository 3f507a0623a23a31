"""Which tools the sessions called: how often, how often that failed, and how long it ran, over all that is selected.

Calls and failures are those of `list` and `cost --by tool`, a sub-agent's under its session. Run times are those of
`stats`: the agent's own, or from call to result where the log shows that nobody was asked; percentiles come from a
histogram and are within 3.2 %; `?` below five. A sub-agent's run is how long it lasted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, TypeVar

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.histogram import percentile, read
from agent_trace.render.blocks import AnyBlock, Cell, Column, Note, Prose, Table, Tone, cell
from agent_trace.render.numbers import count, duration, percent
from agent_trace.reports._amounts import exact, some
from agent_trace.reports._scopes import Known, ToolsScope, ToolUse
from agent_trace.reports._spread import FEWEST
from agent_trace.reports._words import many

SCOPE = "tools"
Shown = TypeVar("Shown")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    by: Annotated[Literal["tool", "kind", "agent"], msgspec.Meta(description="What a row stands for.")] = "tool"
    sort: Annotated[
        Literal["calls", "failed", "time", "slowest", "name"], msgspec.Meta(description="Order of the rows.")
    ] = "calls"


class Runs(msgspec.Struct, frozen=True, kw_only=True):
    """How long calls ran, in seconds; percentiles by nearest rank, within 3.2 %."""

    n: int = 0
    """Of how many calls that is known."""
    p50_s: float | None = None
    """null below five."""
    p90_s: float | None = None
    p95_s: float | None = None
    max_s: float | None = None
    """Exact, as is the total."""
    total_s: float | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A tool, a kind of tools, or an agent."""

    key: str
    kind: str | None
    """read, edit, shell …; null where several stand in one row."""
    agents: tuple[str, ...]
    """That called it."""
    calls: int
    failed: int
    """Results that the agent itself marked as failed."""
    failed_share: float
    """Of its calls, from 0 to 1."""
    share: float
    """Of all calls counted here, from 0 to 1."""
    run: Runs


class Result(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    rows: tuple[Row, ...]
    calls: int
    failed: int
    run: Runs
    """Over all of them."""
    sessions: int
    """Root sessions selected."""
    known: int
    """Of which it is known what they called: the others are in no figure."""


def compute(scope: ToolsScope, options: Options, facts: Facts) -> Result:
    found: dict[tuple[str, str], list[ToolUse]] = defaultdict(list)
    for one in scope.tools:
        found[_key(one, options)].append(one)
    calls = sum(one.calls for one in scope.tools)
    rows = [_row(key[0], its, calls) for key, its in sorted(found.items())]
    return Result(
        by=options.by,
        rows=tuple(_ordered(rows, options)),
        calls=calls,
        failed=sum(one.failed for one in scope.tools),
        run=_runs(scope.tools),
        sessions=scope.known.sessions,
        known=scope.known.known,
    )


def _key(one: ToolUse, options: Options) -> tuple[str, str]:
    match options.by:
        case "kind":
            return one.kind, ""
        case "agent":
            return one.agent, ""
        case "tool":
            return one.tool, one.kind


def _row(key: str, its: Sequence[ToolUse], whole: int) -> Row:
    calls, failed = sum(one.calls for one in its), sum(one.failed for one in its)
    kinds = {one.kind for one in its}
    return Row(
        key=key,
        kind=its[0].kind if len(kinds) == 1 else None,
        agents=tuple(sorted({one.agent for one in its})),
        calls=calls,
        failed=failed,
        failed_share=round(failed / calls, 4),
        share=round(calls / whole, 4),
        run=_runs(its),
    )


def _runs(its: Sequence[ToolUse]) -> Runs:
    n = sum(one.timed for one in its)
    if not n:
        return Runs()
    longest = max(one.longest_ms for one in its if one.longest_ms is not None)
    runs = read(" ".join(one.runs for one in its)) if n >= FEWEST else {}
    marks = {f"p{mark}_s": _seconds(percentile(runs, mark, longest)) for mark in (50, 90, 95)}
    return Runs(n=n, **marks, max_s=longest / 1000, total_s=sum(one.total_ms for one in its) / 1000)


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _ordered(rows: list[Row], options: Options) -> list[Row]:
    """The most of it first, equal ones by name."""
    match options.sort:
        case "name":
            return rows
        case "calls":
            return sorted(rows, key=lambda row: -row.calls)
        case "failed":
            return sorted(rows, key=lambda row: (-row.failed, -row.failed_share))
        case "time":
            return sorted(rows, key=lambda row: -(row.run.total_s or 0))
        case "slowest":
            return sorted(rows, key=lambda row: -(row.run.p95_s or 0))


# ---------------------------------------------------------------- layout

_COLUMNS = (
    Column(title="kind", weight=4),
    Column(title="agents", weight=6),
    Column(title="calls", align="right"),
    Column(title="share", align="right", weight=5),
    Column(title="errors", align="right", key="failed"),
    Column(title="error rate", align="right", weight=1, key="failed_share"),
    Column(title="timed", align="right", weight=7, key="run_n"),
    Column(title="p50", align="right", key="p50_s"),
    Column(title="p90", align="right", weight=2, key="p90_s"),
    Column(title="p95", align="right", key="p95_s"),
    Column(title="max", align="right", key="max_s", weight=1),
    Column(title="total", align="right", key="total_s", weight=3),
)


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    yield Table(
        columns=(Column(title=result.by, stretch=True), *_picked(_COLUMNS, result)),
        rows=tuple((cell(row.key), *_picked(_cells(row), result)) for row in result.rows),
        footer=((cell("total", "strong"), *_picked(_total(result), result)),),
        title=f"Tools of {many(result.sessions, 'session')}",
        empty="no tool was called in this selection",
    )
    if result.run.n < result.calls:
        text = f"of {count(result.calls - result.run.n)} of {many(result.calls, 'call')} the log tells no run time"
        yield Prose(text=text, tone="dim")
    yield from unknown(Known(sessions=result.sessions, known=result.known))


def _picked(line: tuple[Shown, ...], result: Result) -> tuple[Shown, ...]:
    """A line without the kind or the agents where a row stands for these."""
    return {"tool": line, "kind": line[1:], "agent": line[2:]}[result.by]


def unknown(known: Known) -> Iterator[AnyBlock]:
    """That of some sessions nothing is known."""
    if known.known < known.sessions:
        left = many(known.sessions - known.known, "session")
        yield Note(
            text=f"what {left} did is not known: nothing is kept that tells, and no figure counts it", tone="dim"
        )


def _cells(row: Row) -> tuple[Cell, ...]:
    return (
        cell(row.kind or "", "dim"),
        cell(" ".join(row.agents), "dim"),
        cell(count(row.calls), value=str(row.calls)),
        cell(f"{100 * row.share:.1f}%", value=str(row.share)),
        cell(some(row.failed), value=str(row.failed)),
        cell(percent(row.failed, row.calls) if row.failed else "", value=str(row.failed_share)),
        *_times(row.run),
    )


def _times(run: Runs, tone: Tone = "plain") -> tuple[Cell, ...]:
    if not run.n:
        return (cell("", tone, value="0"), *(cell("", tone) for _ in range(5)))
    figures = (run.p50_s, run.p90_s, run.p95_s, run.max_s, run.total_s)
    return (
        cell(count(run.n), tone, value=exact(run.n)),
        *(cell(duration(one), tone, value="" if one is None else f"{one:.3f}") for one in figures),
    )


def _total(result: Result) -> tuple[Cell, ...]:
    tone: Tone = "strong"
    blank = cell("")
    figures = (cell(count(result.calls), tone), blank, cell(some(result.failed), tone), blank)
    return (blank, blank, *figures, *_times(result.run, tone))
