"""How amounts look in tables: shared by every report that prints them."""

from __future__ import annotations

from agent_trace.model.summary import Totals
from agent_trace.model.usage import Amounts, plus
from agent_trace.render.blocks import Cell, Column, Tone, cell
from agent_trace.render.numbers import count, dollars, tokens

RECORDED = Column(title="recorded", align="right", weight=1, key="recorded_usd")
"""What the agents themselves wrote down: shown where some of it differs from ours."""
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
        cell(count(one.calls), tone, value=exact(one.calls)),
        *(
            cell("-" if kind is None and _is_bare(one) else tokens(kind), tone, value=exact(kind))
            for kind in (usage.input, usage.output, written, usage.cache_read, usage.tokens)
        ),
        cell(money(one), tone, value="" if one.cost_usd is None else f"{one.cost_usd:f}"),
    )


def _is_bare(one: Amounts) -> bool:
    """Whether nothing was billed: without calls there are no tokens that could be unknown."""
    return one.calls == 0 and not one.unpriced_calls


def money(one: Amounts) -> str:
    """Dollars as people read them: `-` without calls, `?` without a price, `≥` where some calls have none."""
    calls = None if one.calls is None else one.calls + one.unpriced_calls
    return dollars(one.cost_usd, calls=calls, unpriced=one.unpriced_calls)


def differs(one: Amounts) -> bool:
    """Whether the agent wrote down other dollars than ours, or some where ours have a hole."""
    if one.recorded_usd is None:
        return False
    return one.unpriced_calls > 0 or dollars(one.recorded_usd) != dollars(one.cost_usd)


def recorded(one: Amounts, tone: Tone = "plain") -> Cell:
    """What the agent wrote down; nothing where it wrote nothing."""
    if one.recorded_usd is None:
        return cell("", tone)
    return cell(dollars(one.recorded_usd), tone, value=f"{one.recorded_usd:f}")


def some(number: int | None) -> str:
    """A count of what is mostly absent: empty for none, `?` if unknown."""
    return "" if number == 0 else count(number)


def footer(totals: Totals, width: int) -> tuple[tuple[Cell, ...], ...]:
    """Main, sub-agents, unlogged and total, apart: `width` cells, the figures, and what was recorded."""
    lines = [("main", totals.own), ("sub-agents", totals.subagents)]
    if totals.unlogged is not None:
        lines.append(("unlogged", totals.unlogged))
    blank = tuple(cell("") for _ in range(width - 1))
    rows = [(cell(name, "dim"), *blank, *cells(one, "dim"), recorded(one, "dim")) for name, one in lines]
    total = totals.total
    return (*rows, (cell("total", "strong"), *blank, *cells(total, "strong"), recorded(total, "strong")))


def exact(number: int | None) -> str:
    """For CSV: all digits, nothing where it is unknown."""
    return "" if number is None else str(number)
