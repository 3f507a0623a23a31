"""Model calls as ledger rows: the short way to the function that pricing has for it."""

from agent_trace.pricing.calls import ledger_row

__all__ = ["ledger_row"]
