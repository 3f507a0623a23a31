"""The dearest of many model calls: each is priced as every sum is, and only the dearest are kept."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from agent_trace.model.ledger import LedgerRow
from agent_trace.pricing.amounts import Meters, Sum
from agent_trace.pricing.book import Book


def dearest(rows: Iterable[LedgerRow], book: Book, count: int) -> list[LedgerRow]:
    """The dearest first, by price; of equal ones the last by key. Calls without a price are left out."""
    meters = Meters(book)
    priced = ((price, row.key, row) for row in rows if (price := _price(row, meters)) is not None)
    return [row for _, _, row in heapq.nlargest(count, priced, key=lambda one: one[:2])]


def _price(row: LedgerRow, meters: Meters) -> int | None:
    meter = meters.of(row)
    if meter is None:
        return None
    found = Sum()
    found.add(row, meter)
    return None if found.unpriced else found.total
