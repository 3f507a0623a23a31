"""What a model call consumed and what that cost: Usage, BillingClass, Cost, Amounts.

Every number is defined in docs/numbers.md. Unknown is None; in sums None adds nothing, and a sum of Nones is None.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

Basis = Literal["priced", "recorded", "estimated", "mixed"]
CostMode = Literal["priced", "recorded", "best"]

BANDS = (0, 100_000, 128_000, 199_999, 200_000, 256_000, 272_000, 512_000)
"""Prompt sizes above which some vendor bills a whole request at another rate: a band is named by the line it exceeds."""


def plus(left: int | None, right: int | None) -> int | None:
    """Add two counts, where an unknown one adds nothing."""
    if left is None:
        return right
    return left if right is None else left + right


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of one call or of many, in disjoint kinds (reasoning is the exception: a part of output)."""

    input: int | None = None
    """Prompt tokens billed at the full rate: without anything read from or written to a cache."""
    output: int | None = None
    """Generated tokens, reasoning included."""
    cache_read: int | None = None
    cache_write_5m: int | None = None
    """Cache writes that live five minutes; writes of unknown kind count here."""
    cache_write_1h: int | None = None
    reasoning: int | None = None
    """The part of output that was reasoning; None where the agent does not split it."""
    web_searches: int | None = None
    """Billed searches, a count and no tokens."""

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input=plus(self.input, other.input),
            output=plus(self.output, other.output),
            cache_read=plus(self.cache_read, other.cache_read),
            cache_write_5m=plus(self.cache_write_5m, other.cache_write_5m),
            cache_write_1h=plus(self.cache_write_1h, other.cache_write_1h),
            reasoning=plus(self.reasoning, other.reasoning),
            web_searches=plus(self.web_searches, other.web_searches),
        )

    @property
    def prompt(self) -> int:
        """Tokens of the request: input, cache reads and both kinds of cache writes."""
        return (self.input or 0) + (self.cache_read or 0) + (self.cache_write_5m or 0) + (self.cache_write_1h or 0)

    @property
    def tokens(self) -> int | None:
        """All tokens, without the searches; None where no kind is known."""
        kinds = (self.input, self.output, self.cache_read, self.cache_write_5m, self.cache_write_1h)
        return None if all(kind is None for kind in kinds) else self.prompt + (self.output or 0)


def band(prompt: int) -> int:
    """The highest line of BANDS that a prompt of this many tokens exceeds."""
    reached = 0
    for line in BANDS:
        if prompt <= line:
            break
        reached = line
    return reached


class BillingClass(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """All that decides the rate of a call besides its date: facts as logged, never a judgement."""

    model: str
    """The id as the agent logged it."""
    speed: str = ""
    """`fast` where the vendor served the request in fast mode."""
    geo: str = ""
    """The inference region that the vendor reported."""
    tier: str = ""
    """The service tier that the vendor reported: standard, priority, flex, batch."""
    band: int = 0
    """One of BANDS: the largest line that the prompt of the call exceeds."""


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """Dollars and where they come from. `usd` None: the price book does not know."""

    usd: Decimal | None = None
    basis: Basis | None = None

    def __add__(self, other: Cost) -> Cost:
        if other.usd is None:
            return self
        if self.usd is None:
            return other
        return Cost(usd=self.usd + other.usd, basis=self.basis if self.basis == other.basis else "mixed")


class Amounts(msgspec.Struct, frozen=True, kw_only=True):
    """The eight figures that every surface prints for a set of calls."""

    calls: int | None = None
    tool_calls: int | None = None
    errors: int | None = None
    """Tool results that the agent itself marked as failed."""
    unpriced_calls: int = 0
    """Calls of models that the price book does not know."""
    usage: Usage = Usage()
    cost_usd: Decimal | None = None
    cost_basis: Basis | None = None
    recorded_usd: Decimal | None = None
    """What the agent itself wrote down, for comparison; never added to cost_usd."""

    def __add__(self, other: Amounts) -> Amounts:
        """NOTHING adds nothing, not even its zeros: what is unknown beside it stays unknown."""
        if NOTHING in (self, other):
            return other if self == NOTHING else self
        cost = Cost(usd=self.cost_usd, basis=self.cost_basis) + Cost(usd=other.cost_usd, basis=other.cost_basis)
        recorded = Cost(usd=self.recorded_usd) + Cost(usd=other.recorded_usd)
        return Amounts(
            calls=plus(self.calls, other.calls),
            tool_calls=plus(self.tool_calls, other.tool_calls),
            errors=plus(self.errors, other.errors),
            unpriced_calls=self.unpriced_calls + other.unpriced_calls,
            usage=self.usage + other.usage,
            cost_usd=cost.usd,
            cost_basis=cost.basis,
            recorded_usd=recorded.usd,
        )


NOTHING = Amounts(
    calls=0,
    tool_calls=0,
    errors=0,
    usage=Usage(input=0, output=0, cache_read=0, cache_write_5m=0, cache_write_1h=0, web_searches=0),
)
"""The amounts of no calls at all: known to be zero, with no price to speak of."""
UNTOLD = Amounts()
"""The amounts of calls that a log does not tell at all."""
