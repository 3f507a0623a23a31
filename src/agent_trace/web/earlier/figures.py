"""Our sums in the form of earlier tools: dollars as numbers, both kinds of cache writes as one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from agent_trace.model.ledger import LedgerRow
from agent_trace.model.summary import Summary
from agent_trace.model.usage import Amounts, Usage, plus
from agent_trace.pricing.book import Book
from agent_trace.web.earlier.tracer_shapes import Costs, Tokens


def dollars(amount: Decimal | None) -> float | None:
    """The number next to an exact amount."""
    return None if amount is None else float(amount)


def tokens(usage: Usage | None) -> Tokens:
    """The kinds of a usage; None: all unknown."""
    if usage is None:
        return Tokens()
    return Tokens(
        input_tokens=usage.input,
        output_tokens=usage.output,
        cache_creation_input_tokens=plus(usage.cache_write_5m, usage.cache_write_1h),
        cache_read_input_tokens=usage.cache_read,
    )


def whole_seconds(seconds: float | None) -> int | None:
    """Rounded, as tools count that have no parts of a second."""
    return None if seconds is None else round(seconds)


def summed(counts: Iterable[int | None]) -> int | None:
    """What is known, added up; None where nothing is."""
    total: int | None = None
    for one in counts:
        total = plus(total, one)
    return total


def total_of(summaries: Iterable[Summary]) -> Amounts:
    """The totals of roots, added up."""
    total = Amounts()
    for number, one in enumerate(summaries):
        total = one.total if number == 0 else total + one.total
    return total


def hit_rate(usage: Usage) -> float | None:
    """Percent of the prompts' tokens that came from a cache."""
    return None if not usage.prompt else (usage.cache_read or 0) / usage.prompt * 100


def costs(rows: Iterable[LedgerRow], book: Book, total: Decimal | None) -> Costs:
    """List prices by kind of token; None where no row has a price."""
    parts = [Decimal(0)] * 4
    known = False
    for row in rows:
        rates = book.on(row.cls, row.day, row.hour)
        if rates is None:
            continue
        known = True
        used = row.usage
        parts[0] += (used.input or 0) * rates.input
        parts[1] += (used.output or 0) * rates.output
        parts[2] += (used.cache_write_5m or 0) * rates.cache_write_5m + (
            used.cache_write_1h or 0
        ) * rates.cache_write_1h
        parts[3] += (used.cache_read or 0) * rates.cache_read
    shown = [float(part) if known else None for part in parts]
    return Costs(
        input_cost=shown[0],
        output_cost=shown[1],
        cache_creation_cost=shown[2],
        cache_read_cost=shown[3],
        total_cost=dollars(total),
    )


def first_and_last(summaries: Iterable[Summary]) -> tuple[datetime | None, datetime | None]:
    """The earliest start and the latest end."""
    known = list(summaries)
    starts = [one.started for one in known if one.started is not None]
    ends = [one.ended for one in known if one.ended is not None]
    return min(starts, default=None), max(ends, default=None)


def mean(total: float | None, number: int) -> float | None:
    """An average; None of nothing."""
    return None if total is None or not number else total / number
