"""The context of a session as reports tell it: figures of one moment, what filled it, where its limit comes from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

import msgspec

from agent_trace.analysis.context import LimitFrom, Point, Reset, Share, WindowOf
from agent_trace.model.events import Compacted
from agent_trace.model.session import Session
from agent_trace.pricing.book import Book
from agent_trace.render.blocks import Cell, Column, Table, cell
from agent_trace.render.numbers import count, percent, tokens
from agent_trace.reports._happened import compaction
from agent_trace.reports._understood import clock

FROM: dict[LimitFrom, str] = {
    "asked": "as asked",
    "recorded": "as the agent wrote it down",
    "known": "the model's window",
}


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
    told: str = ""
    """The agent's own figures of it, where they are others."""


def window_of(book: Book, asked: str = "") -> WindowOf:
    """The window of a model on the day of a call; `asked`: of this one instead."""
    known: dict[tuple[str, int], int | None] = {}

    def window(model: str, at: int | None) -> int | None:
        key = (asked or model, (at or 0) // 86_400_000)
        if key not in known:
            known[key] = book.window(key[0], datetime.fromtimestamp((at or 0) / 1000, timezone.utc))
        return known[key]

    return window


def offset(at: int | None, start: int | None) -> float | None:
    """Seconds since the start."""
    return None if at is None or start is None else (at - start) / 1000


def begun(one: Reset, shown: Session, start: int | None) -> Begun:
    """A reset, in words that may be told."""
    event = shown.event(one.event)
    known = Begun(event=one.event, at_s=offset(one.at, start), trigger="clear", before=one.before, after=one.after)
    if not isinstance(event, Compacted):
        return known
    return msgspec.structs.replace(known, trigger=event.trigger, told=compaction(event, (one,), one.event).told)


def filling(point: Point, start: int | None) -> Filling:
    """The context after a call."""
    return Filling(
        event=point.event,
        at_s=offset(point.at, start),
        tokens=point.tokens,
        limit=point.limit,
        percent=None if point.limit is None else round(100 * point.tokens / point.limit, 1),
        model=point.model,
    )


def full(one: Filling | None, *, told: bool = False) -> tuple[str, str]:
    """How full it was: tokens, and a note with the share of the limit."""
    if one is None:
        return "?", ""
    share = "" if one.limit is None else percent(one.tokens, one.limit)
    where = f"#{one.event}, {clock(one.at_s)}" if told else ""
    return f"{tokens(one.tokens)} tokens", ", ".join(filter(None, (share, where)))


def shares_table(shares: Sequence[Share], title: str) -> Table:
    """What filled the context."""
    total = sum(share.tokens for share in shares)
    columns = (
        Column(title="what", stretch=True),
        Column(title="tokens, estimated", key="tokens", align="right"),
        Column(title="share", align="right"),
        Column(title="texts", align="right", weight=1),
    )
    rows = tuple(
        (
            cell(one.what),
            tokens_cell(one.tokens),
            cell(percent(one.tokens, total)),
            cell(count(one.texts) if one.texts else ""),
        )
        for one in shares
    )
    return Table(columns=columns, rows=rows, title=title)


def tokens_cell(number: int | None) -> Cell:
    """Tokens; `?` where they are not known."""
    return cell(tokens(number), value="" if number is None else str(number))
