"""How amounts look in tables: shared by every report that prints them."""

from __future__ import annotations

from agent_trace.model.summary import Totals
from agent_trace.model.usage import Amounts, plus
from agent_trace.render.blocks import Cell, Column, Tone, cell
from agent_trace.render.numbers import count, dollars, tokens

COLUMNS = (
    Column(title="calls", align="right", weight=3),
    Column(title="input", align="right", weight=4),
    Column(title="output", align="right", weight=2),
    Column(title="cache write", align="right", weight=5),
    Column(title="cache read", align="right", weight=5),
    Column(title="tokens", align="right", weight=1),
    Column(title="cost", align="right", key="cost_usd"),
)
"""Columns of the figures of a set of calls."""


def cells(one: Amounts, tone: Tone = "plain") -> tuple[Cell, ...]:
    """The figures in the order of COLUMNS."""
    usage = one.usage
    written = plus(usage.cache_write_5m, usage.cache_write_1h)
    return (
        cell(count(one.calls), tone, value=_exact(one.calls)),
        cell(tokens(usage.input), tone, value=_exact(usage.input)),
        cell(tokens(usage.output), tone, value=_exact(usage.output)),
        cell(tokens(written), tone, value=_exact(written)),
        cell(tokens(usage.cache_read), tone, value=_exact(usage.cache_read)),
        cell(tokens(usage.tokens), tone, value=_exact(usage.tokens)),
        cell(money(one), tone, value="" if one.cost_usd is None else f"{one.cost_usd:f}"),
    )


def money(one: Amounts) -> str:
    """Dollars as people read them: `-` without calls, `?` without a price, `≥` where some calls have none."""
    has_calls = bool(one.calls) or one.unpriced_calls > 0 or one.cost_usd is not None
    return dollars(one.cost_usd, calls=1 if has_calls else 0, unpriced=one.unpriced_calls)


def footer(totals: Totals, width: int) -> tuple[tuple[Cell, ...], ...]:
    """Main, sub-agents, unlogged and total, apart; `width` cells of each row stand before the figures."""
    lines = [("main", totals.own), ("sub-agents", totals.subagents)]
    if totals.unlogged is not None:
        lines.append(("unlogged", totals.unlogged))
    blank = tuple(cell("") for _ in range(width - 1))
    rows = [(cell(name, "dim"), *blank, *cells(one, "dim")) for name, one in lines]
    return (*rows, (cell("total", "strong"), *blank, *cells(totals.total, "strong")))


def _exact(number: int | None) -> str:
    return "" if number is None else str(number)
