"""Model calls of a session as ledger rows, so that they are priced by the one function that prices everything."""

from __future__ import annotations

from decimal import Decimal

from agent_trace.model.events import LlmResponse
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.usage import BillingClass, Usage

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
UNKNOWN = Usage()
"""Of what only holds tool calls, because its log knows of no model calls."""


def ledger_row(call: LlmResponse, key: tuple[str, ...] = ()) -> LedgerRow:
    """One call as a row of the ledger."""
    at = call.at if call.at is not None else 0
    return LedgerRow(
        key=key,
        cls=call.cls or BillingClass(model=""),
        day=at // DAY_MS,
        hour=at % DAY_MS // HOUR_MS if call.at is not None else None,
        calls=int(call.counts),
        entries=int(call.counts or call.usage != UNKNOWN),
        usage=call.usage,
        recorded=None if call.recorded_usd is None else Decimal(call.recorded_usd),
    )
