"""What the user's config.toml says about prices: [[prices]] replace the price book, [[discounts]] take a part off."""

from __future__ import annotations

from decimal import Decimal

from agent_trace.pricing.table import Dated


class Override(Dated, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The user's own price of a model in one period, in US dollars per million tokens.

    What multiplies the list price (a long prompt, fast mode, a region) multiplies this one too; discounts do not. A
    kind left out keeps the list's ratio to input, and bills as input where the list does not know the model. Of several
    that hold on a day the last one counts.
    """

    model: str
    """Any name of the model; its dates, prefixes and aliases are understood."""
    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None
    web_search: Decimal | None = None
    """US dollars per thousand searches."""

    def __post_init__(self) -> None:
        kinds = (self.input, self.output, self.cache_read, self.cache_write_5m, self.cache_write_1h, self.web_search)
        if any(rate is not None and not (rate.is_finite() and rate >= 0) for rate in kinds):
            raise ValueError(f"a price of {self.model} is not a number of dollars")


class Discount(Dated, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A part off the list price, searches included. Several that hold on a day are taken one after the other."""

    percent: Decimal
    model: str = "*"
    """Whom it concerns, with `*` for anything: `claude-opus-*`."""

    def __post_init__(self) -> None:
        if not (self.percent.is_finite() and 0 <= self.percent <= 100):
            raise ValueError(f"a discount of {self.percent} % is not between 0 and 100")
