"""How full a session's context was: after each model call, at its peak and at its end, and what filled it.

The context after a call is what the call was given and what it answered, on the main thread; each sub-agent has a context
of its own. The limit is `--limit`, else what the agent wrote down, else the model's known window; where the session went
beyond that, it is not known. What filled it is estimated from the lengths of the texts that the log holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import Annotated, Literal

import msgspec

from agent_trace.analysis.context import Context, LimitFrom, Point, Reset, Share, WindowOf, context
from agent_trace.model.events import Compacted
from agent_trace.model.facts import Facts
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Cell, Chart, Column, Fields, Heading, Note, Prose, Table, cell, field
from agent_trace.render.blocks import Point as Bar
from agent_trace.render.numbers import clip, count, percent, tokens
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._understood import clock
from agent_trace.reports._words import many

SCOPE = "session"
BARS = 24
"""More calls than these are drawn together, the fullest of each group."""
State = Literal["ok", "warning", "over", "unknown"]
_FROM: dict[LimitFrom, str] = {
    "asked": "as asked",
    "recorded": "as the agent wrote it down",
    "known": "the model's window",
}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    warn_at: Annotated[int, msgspec.Meta(ge=1, le=100, description="Warn from this percent of the limit on.")] = 80
    limit: Annotated[int, msgspec.Meta(ge=0, description="The limit in tokens; 0: as recorded or known.")] = 0
    model: Annotated[str, msgspec.Meta(description="The limit of this model instead of the session's own.")] = ""


class Filling(msgspec.Struct, frozen=True, kw_only=True):
    """The context after a model call."""

    event: int
    at_s: float | None
    """Seconds since the session's start."""
    tokens: int
    limit: int | None
    percent: float | None
    model: str


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A compaction or a clear."""

    event: int
    at_s: float | None
    trigger: str
    before: int | None
    after: int | None


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
    found = context(session, _window(scope, options), options.limit or None)
    start = session.started if scope.summary.started is None else round(scope.summary.started.timestamp() * 1000)
    last, peak = found.last, found.peak
    points = tuple(_filling(point, start) for point in found.points)
    return Result(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        state=_state(found, options.warn_at),
        limit=None if last is None else last.limit,
        limit_from=None if last is None else last.limit_from,
        warn_at=options.warn_at,
        now=None if last is None else _filling(last, start),
        peak=None if peak is None else _filling(peak, start),
        points=points,
        compactions=tuple(_begun(one, shown, start) for one in found.resets),
        shares=found.shares,
    )


def _window(scope: SessionScope, options: Options) -> WindowOf:
    """The window of a model on the day of a call."""
    known: dict[tuple[str, int], int | None] = {}

    def window(model: str, at: int | None) -> int | None:
        key = (options.model or model, (at or 0) // 86_400_000)
        if key not in known:
            known[key] = scope.book.window(key[0], datetime.fromtimestamp((at or 0) / 1000, timezone.utc))
        return known[key]

    return window


def _offset(at: int | None, start: int | None) -> float | None:
    return None if at is None or start is None else (at - start) / 1000


def _begun(one: Reset, shown: Session, start: int | None) -> Begun:
    event = shown.event(one.event)
    trigger = event.trigger if isinstance(event, Compacted) else "clear"
    return Begun(event=one.event, at_s=_offset(one.at, start), trigger=trigger, before=one.before, after=one.after)


def _filling(point: Point, start: int | None) -> Filling:
    return Filling(
        event=point.event,
        at_s=_offset(point.at, start),
        tokens=point.tokens,
        limit=point.limit,
        percent=None if point.limit is None else round(100 * point.tokens / point.limit, 1),
        model=point.model,
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
    told = "" if result.limit_from is None else _FROM[result.limit_from]
    yield Fields(
        items=(
            field("session", one.id, result.chosen_by),
            field("model", result.now.model if result.now else "none"),
            field("limit", limit, told),
            field("now", *_full(result.now)),
            field("peak", *_full(result.peak, told=True)),
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
    yield _shares(result)


def _full(one: Filling | None, *, told: bool = False) -> tuple[str, str]:
    if one is None:
        return "?", ""
    share = "" if one.limit is None else percent(one.tokens, one.limit)
    where = f"#{one.event}, {clock(one.at_s)}" if told else ""
    return f"{tokens(one.tokens)} tokens", ", ".join(filter(None, (share, where)))


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
        (cell(str(one.event)), cell(clock(one.at_s)), cell(one.trigger), _tokens(one.before), _tokens(one.after))
        for one in result.compactions
    )
    return Table(columns=columns, rows=rows, title="Compactions")


def _shares(result: Result) -> Table:
    total = sum(share.tokens for share in result.shares)
    columns = (
        Column(title="what", stretch=True),
        Column(title="tokens, estimated", key="tokens", align="right"),
        Column(title="share", align="right"),
        Column(title="texts", align="right", weight=1),
    )
    rows = tuple(
        (
            cell(one.what),
            _tokens(one.tokens),
            cell(percent(one.tokens, total)),
            cell(count(one.texts) if one.texts else ""),
        )
        for one in result.shares
    )
    return Table(columns=columns, rows=rows, title=f"What fills it after {many(len(result.points), 'call')}")


def _tokens(number: int | None) -> Cell:
    return cell(tokens(number), value="" if number is None else str(number))
