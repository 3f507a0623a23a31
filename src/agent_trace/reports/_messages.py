"""The dearest model calls, one line each: what an earlier tool calls messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timezone
from decimal import Decimal
from typing import Literal

import msgspec

from agent_trace.model.events import LlmResponse, ToolCall
from agent_trace.model.facts import Facts
from agent_trace.model.usage import Basis, CostMode, Usage
from agent_trace.pricing.amounts import amounts
from agent_trace.pricing.book import Book
from agent_trace.pricing.calls import ledger_row
from agent_trace.render.blocks import Cell, Column, Table, cell
from agent_trace.render.numbers import count, dollars, tokens
from agent_trace.reports._parts import Part


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of a model: one API message."""

    session: str
    """Whose call it is: the session, or one of its sub-agents."""
    event: str | None = None
    """Its number, as `replay` shows it; null where many sessions are told of."""
    at: datetime | None = None
    role: Literal["assistant"] = "assistant"
    model: str
    usage: Usage
    cost_usd: Decimal | None
    cost_basis: Basis | None
    tool_calls: int
    """Tools that it asked for."""


def messages_of(one: Part, owns: Callable[[str], bool], book: Book, mode: CostMode) -> Iterator[Message]:
    """The model calls of one session that are its own, in the order of its log."""
    tools = Counter(
        event.response for _, event in one.session.numbered if isinstance(event, ToolCall) and not event.inherited
    )
    for number, event in one.session.numbered:
        if not isinstance(event, LlmResponse) or event.inherited or (event.side and not owns(event.call)):
            continue
        priced = amounts([ledger_row(event)], book, mode)
        yield Message(
            session=one.summary.id,
            event=f"{one.prefix}{number}",
            at=None if event.at is None else datetime.fromtimestamp(event.at / 1000, timezone.utc),
            model=event.cls.model if event.cls is not None else "",
            usage=event.usage,
            cost_usd=priced.cost_usd,
            cost_basis=priced.cost_basis,
            tool_calls=tools[event.call],
        )


def dearest_first(found: Sequence[Message]) -> list[Message]:
    """By cost, then by tokens; those without a price come last, in their own order."""
    return sorted(found, key=lambda one: (-(one.cost_usd or -1), -(one.usage.tokens or 0)))


def messages_table(title: str, found: Sequence[Message], facts: Facts, ids: dict[str, str]) -> Table:
    """Model calls; `ids` of sessions as they are shown, empty where all are of one."""
    columns = (
        *((Column(title="session", key="session"),) if ids else ()),
        Column(title="event" if not ids else "at", align="right"),
        Column(title="role", weight=3),
        Column(title="model", stretch=True),
        Column(title="given", align="right", key="prompt"),
        Column(title="answered", align="right", key="output"),
        Column(title="tools", align="right", weight=1),
        Column(title="cost", align="right", key="cost_usd"),
    )
    return Table(title=title, columns=columns, rows=tuple(_cells(one, facts, ids) for one in found))


def _short(session: str, ids: dict[str, str]) -> str:
    """A sub-agent under its root's id stands as `942bf1b1/…`."""
    root, below, _ = session.partition("/")
    return f"{ids[root]}{below}…" if below else ids[root]


def _cells(one: Message, facts: Facts, ids: dict[str, str]) -> tuple[Cell, ...]:
    when = "?" if one.at is None else f"{one.at.astimezone(facts.zone):%Y-%m-%d %H:%M}"
    known = one.usage.tokens is not None
    return (
        *((cell(_short(one.session, ids), value=one.session),) if ids else ()),
        cell(when if ids else f"#{one.event}"),
        cell(one.role),
        cell(one.model),
        cell(tokens(one.usage.prompt if known else None), value=str(one.usage.prompt) if known else ""),
        cell(tokens(one.usage.output), value="" if one.usage.output is None else str(one.usage.output)),
        cell(count(one.tool_calls)),
        cell(dollars(one.cost_usd), value="" if one.cost_usd is None else f"{one.cost_usd:f}"),
    )
