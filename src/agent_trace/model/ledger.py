"""Rows of the ledger: sums of calls that share everything a price depends on."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from agent_trace.model.usage import BillingClass, Usage


class LedgerRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Calls of one billing class on one UTC day, summed under the key that a question asked for."""

    key: tuple[str, ...]
    """What the question groups by, in its order: a session id, a local day, a model, a branch …"""
    cls: BillingClass
    day: int
    """UTC days since 1970-01-01: prices have dates."""
    hour: int | None = None
    """UTC hour of the day, only where a model has peak hours."""
    calls: int = 0
    entries: int = 0
    """Billed entries: the calls, and what a call billed besides itself (an advisor, a server-side compaction)."""
    tool_calls: int = 0
    errors: int = 0
    usage: Usage = Usage()
    recorded: Decimal | None = None
    """Dollars that the agent wrote down for these calls."""
    unlogged: bool = False
    """Known from the agent's cost record alone: in no logged call."""
