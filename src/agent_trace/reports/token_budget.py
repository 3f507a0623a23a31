"""How full a session's context was: after each model call, at its peak and at its end, and what filled it.

The context after a call is what the call was given and what it answered, on the main thread; each sub-agent has a context
of its own. The limit is `--limit`, else what the agent wrote down, else the model's known window; where the session went
beyond that, it is not known. What filled it is estimated from the lengths of the texts that the log holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import msgspec

from agent_trace.analysis.context import Context, LimitFrom, Share, context
from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Chart, Column, Fields, Heading, Note, Prose, Table, cell, field
from agent_trace.render.blocks import Point as Bar
from agent_trace.render.numbers import clip, count, percent, tokens
from agent_trace.reports._context import (
    FROM,
    Begun,
    Filling,
    begun,
    filling,
    full,
    shares_table,
    tokens_cell,
    window_of,
)
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._understood import clock
from agent_trace.reports._words import many

SCOPE = "session"
BARS = 24
"""More calls than these are drawn together, the fullest of each group."""
State = Literal["ok", "warning", "over", "unknown"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    warn_at: Annotated[int, msgspec.Meta(ge=1, le=100, description="Warn from this percent of the limit on.")] = 80
    limit: Annotated[int, msgspec.Meta(ge=0, description="The limit in tokens; 0: as recorded or known.")] = 0
    model: Annotated[str, msgspec.Meta(description="The limit of this model instead of the session's own.")] = ""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    chosen_by: str = ""
    state: State
    """By the fullest moment since the last compaction or clear."""
    limit: int | None
    limit_from: LimitFrom | None
    warn_at: int
    now: Filling | None
    """After the last call."""
    peak: Filling | None
    points: tuple[Filling, ...]
    compactions: tuple[Begun, ...]
    shares: tuple[Share, ...]
    """What filled the context after the last call: estimated, the largest first."""


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    session, shown = scope.whole(), scope.read()
    found = context(session, window_of(scope.book, options.model), options.limit or None)
    start = session.started if scope.summary.started is None else round(scope.summary.started.timestamp() * 1000)
    last, peak = found.last, found.peak
    points = tuple(filling(point, start) for point in found.points)
    return Result(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        state=_state(found, options.warn_at),
        limit=None if last is None else last.limit,
        limit_from=None if last is None else last.limit_from,
        warn_at=options.warn_at,
        now=None if last is None else filling(last, start),
        peak=None if peak is None else filling(peak, start),
        points=points,
        compactions=tuple(begun(one, shown, start) for one in found.resets),
        shares=found.shares,
    )


def _state(found: Context, warn_at: int) -> State:
    reset = max((one.event for one in found.resets), default=0)
    since = [one for one in found.points if one.event > reset] or list(found.points[-1:])
    fullest = max(since, key=lambda point: point.tokens, default=None)
    if fullest is None or fullest.limit is None:
        return "unknown"
    share = 100 * fullest.tokens / fullest.limit
    return "over" if share >= 100 else "warning" if share >= warn_at else "ok"


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    one = result.session
    yield Heading(text=clip(one.title or one.id, 100))
    limit = "?" if result.limit is None else tokens(result.limit)
    told = "" if result.limit_from is None else FROM[result.limit_from]
    yield Fields(
        items=(
            field("session", one.id, result.chosen_by),
            field("model", result.now.model if result.now else "none"),
            field("limit", limit, told),
            field("now", *full(result.now)),
            field("peak", *full(result.peak, told=True)),
            field("compactions", count(len(result.compactions))),
        )
    )
    if result.now is None:
        yield Prose(text="the log tells no model call with its tokens", tone="dim")
        return
    yield from _warning(result)
    yield Chart(title="Context after model calls", points=tuple(_bars(result.points)))
    if result.compactions:
        yield _resets(result)
    yield shares_table(result.shares, f"What fills it after {many(len(result.points), 'call')}")


def _warning(result: Result) -> Iterator[AnyBlock]:
    if result.state == "warning":
        yield Note(text=f"more than {result.warn_at}% of the context is used", hint="compact, or begin a new session")
    if result.state == "over":
        yield Note(text="the context is fuller than its limit", tone="bad")


def _bars(points: Sequence[Filling]) -> Iterator[Bar]:
    """The fullest of each of at most BARS groups of calls."""
    size = -(-len(points) // BARS)
    for place in range(0, len(points), max(size, 1)):
        one = max(points[place : place + size], key=lambda point: point.tokens)
        share = "" if one.limit is None else f" {percent(one.tokens, one.limit)}"
        yield Bar(label=f"#{one.event} {clock(one.at_s)}", value=one.tokens, text=f"{tokens(one.tokens)}{share}")


def _resets(result: Result) -> Table:
    columns = (
        Column(title="event", align="right"),
        Column(title="at", align="right"),
        Column(title="by", stretch=True),
        Column(title="before", align="right"),
        Column(title="after", align="right"),
    )
    rows = tuple(
        (
            cell(str(one.event)),
            cell(clock(one.at_s)),
            cell(one.trigger),
            tokens_cell(one.before),
            tokens_cell(one.after),
        )
        for one in result.compactions
    )
    return Table(columns=columns, rows=rows, title="Compactions")
