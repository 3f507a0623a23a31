"""What one token of each kind costs in one class of calls, and where that comes from."""

from __future__ import annotations

from datetime import date
from decimal import Context, Decimal
from typing import Literal

import msgspec

from agent_trace.model.usage import Cost, Usage
from agent_trace.pricing.table import Origin

EXACT = Context(prec=100)
"""Enough digits that no product and no sum of prices is ever rounded."""
NOTHING = Decimal(0)


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Which row of the price book set a rate, and what multiplied it."""

    model: str
    """The id in the price book."""
    origin: Origin
    since: date | None
    until: date | None
    source: str
    sure: str
    factors: tuple[str, ...] = ()
    """In words, in the order in which they were applied: `fast × 2`."""
    doubts: tuple[str, ...] = ()
    """Why the price is an estimate; empty where it is not."""


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """US dollars per token (and per search), all factors included."""

    input: Decimal
    output: Decimal
    cache_read: Decimal
    cache_write_5m: Decimal
    cache_write_1h: Decimal
    web_search: Decimal | None = None
    """Per successful search; None where the price of the vendor's searches is not known."""
    basis: Literal["priced", "estimated"] = "priced"
    row: Provenance

    def cost(self, usage: Usage) -> Cost:
        """The exact dollars of this usage. Unknown kinds add nothing; where no kind is known the cost is not either.

        Searches without a known price are left out, and the basis then is `estimated`.
        """
        if not counted(usage):
            return Cost()
        searches = usage.web_searches or 0
        usd = EXACT.multiply(searches, self.web_search or NOTHING)
        for tokens, rate in (
            (usage.input, self.input),
            (usage.output, self.output),
            (usage.cache_read, self.cache_read),
            (usage.cache_write_5m, self.cache_write_5m),
            (usage.cache_write_1h, self.cache_write_1h),
        ):
            usd = EXACT.fma(tokens or 0, rate, usd)
        whole = self.web_search is not None or not searches
        return Cost(usd=tidy(usd), basis=self.basis if whole else "estimated")


def counted(usage: Usage) -> bool:
    """Whether any billed kind is known; a usage of Nones alone was never measured."""
    return not (
        usage.output is None
        and usage.input is None
        and usage.cache_read is None
        and usage.cache_write_5m is None
        and usage.cache_write_1h is None
        and usage.web_searches is None
    )


def tidy(usd: Decimal) -> Decimal:
    """The same amount without trailing zeros, and never with a positive exponent (1E+2)."""
    short = usd.normalize(EXACT)
    return short if short % 10 or not short else short.quantize(Decimal(1), context=EXACT)
