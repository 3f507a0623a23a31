"""What a report about prices is given."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from agent_trace.model.ledger import LedgerRow

if TYPE_CHECKING:
    from agent_trace.pricing.book import Book


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent wrote down as the cost of a whole session, beside what that session used."""

    session: str
    """The root session's id."""
    agent: str
    title: str | None
    usd: Decimal
    rows: tuple[LedgerRow, ...]
    """All calls of the session and its sub-agents and what is unlogged, by model, whatever the selection left out."""


class BookScope(msgspec.Struct, kw_only=True):
    """The price book and the calls that were billed by it."""

    book: Book
    rows: tuple[LedgerRow, ...] = ()
    """All calls of the selection, by session and model."""
    recorded: Callable[[], tuple[LedgerRow, ...]] = tuple
    """Those for which the agent wrote down a cost, by session and model."""
    records: Callable[[], tuple[Record, ...]] = tuple
    """The selected root sessions of which the agent wrote down the cost as a whole."""
