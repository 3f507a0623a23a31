"""The price book: which rates hold for a class of calls on a day.

Ours comes first (prices.yaml, read from the vendors' pages), genai-prices fills its gaps, and the user's own prices and
discounts lie above both. What nobody knows has no rates, which is not the same as costing nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Any
from zlib import crc32

import msgspec

from agent_trace.errors import UnreadableError
from agent_trace.model.usage import BillingClass, Cost, Usage
from agent_trace.pricing.factors import HoursOf, hours_of
from agent_trace.pricing.known import Known, rates_of
from agent_trace.pricing.names import asks_for_1m, matches, model_id, plain_name
from agent_trace.pricing.own import Discount, Override
from agent_trace.pricing.rates import Rates
from agent_trace.pricing.table import Dated, Entry, Table, Vendor, holding

if TYPE_CHECKING:
    from agent_trace.pricing.description import ModelPrices

EPOCH = date(1970, 1, 1).toordinal()
MILLION = 1_000_000
NO_VENDOR = Vendor()


class Book:
    """Prices of every model that anybody here knows. Answers are remembered: asking again costs a look-up."""

    __slots__ = ("_discounts", "_entries", "_found", "_overrides", "_rates", "_table", "mark", "meters")

    def __init__(self, table: Table, overrides: Sequence[Override] = (), discounts: Sequence[Discount] = ()) -> None:
        self._table = table
        self.mark = 0
        """Tells it from a book with other prices."""
        self.meters: dict[int, Any] = {}
        """What sums made of its rates, by the ids of these (`pricing.amounts`): they are asked for again and again."""
        self._discounts = tuple(discounts)
        self._entries = msgspec.json.Decoder(Entry)
        self._found: dict[str, Known | None] = {}
        self._rates: dict[tuple[BillingClass, int, HoursOf], Rates | None] = {}
        self._overrides: dict[str, tuple[Override, ...]] = {}
        for one in overrides:
            home = self._home(one.model)
            self._overrides[home] = (*self._overrides.get(home, ()), one)

    @classmethod
    def load(
        cls,
        data: bytes,
        overrides: Sequence[Override] = (),
        discounts: Sequence[Discount] = (),
        *,
        hint: str = "install agent-trace anew",
    ) -> Book:
        """Read the bytes of a prices.json; UnreadableError with the hint where they are none."""
        try:
            book = cls(msgspec.json.decode(data, type=Table), overrides, discounts)
        except msgspec.DecodeError as error:
            raise UnreadableError(f"the price table is unreadable: {error}", hint=hint) from error
        book.mark = crc32(msgspec.msgpack.encode((overrides, discounts)), crc32(data))
        return book

    def rates(self, cls: BillingClass, at: datetime | date) -> Rates | None:
        """What one token costs in a call of this class; None where the book does not know.

        `at` is the call's time. A datetime without zone is UTC; a date leaves the hour open, which matters only for
        models with peak hours.
        """
        return self.on(cls, *_moment(at))

    def on(self, cls: BillingClass, day: int, hour: int | None = None) -> Rates | None:
        """The same for a UTC day counted from 1970-01-01 and its UTC hour, as ledger rows have them."""
        known = self._known(cls.model)
        if known is None:
            return None
        hours = hours_of(known.factors, date.fromordinal(EPOCH + day), hour) if known.hourly else "off"
        key = (cls, bisect_right(known.edges, day), hours)
        try:
            return self._rates[key]
        except KeyError:
            found = self._rates[key] = rates_of(known, cls, date.fromordinal(EPOCH + day), hour)
            return found

    def price(self, usage: Usage, cls: BillingClass, at: datetime | date) -> Cost:
        """The exact dollars of a usage; None where the model or the usage is unknown. The band is that of `cls`."""
        rates = self.rates(cls, at)
        return Cost() if rates is None else rates.cost(usage)

    def knows(self, model: str) -> bool:
        """Whether the book has any price for this model, by any of its names."""
        return self._known(model) is not None

    def hourly(self, model: str) -> bool:
        """Whether the model has peak hours, so that its calls must be told apart by hour."""
        known = self._known(model)
        return known is not None and known.hourly

    def edges(self, model: str) -> tuple[int, ...]:
        """The UTC days since 1970 on which a price of the model may change, sorted: between two of them it stays."""
        known = self._known(model)
        return () if known is None else known.edges

    def models(self) -> tuple[str, ...]:
        """The ids of all models with a price, sorted."""
        return tuple(sorted({*self._table.models, *self._overrides}))

    def window(self, model: str, at: datetime | date) -> int | None:
        """The largest context of the model in tokens on that day; None where it is not known."""
        if asks_for_1m(model):
            return MILLION
        known = self._known(model)
        if known is None or known.entry is None:
            return None
        found = holding(known.entry.windows, date.fromordinal(EPOCH + _moment(at)[0]))
        return found.tokens if found else None

    def describe(self, model: str) -> ModelPrices | None:
        """Everything the book holds about a model, by any of its names; None for what it never heard of.

        A model that is known to have no list price is described by the reason alone.
        """
        from agent_trace.pricing.description import ModelPrices, describe

        known = self._known(model)
        if known is not None:
            return describe(known, self._table.aliases)
        home = self._home(model)
        reasons = (why for pattern, why in self._table.unpriced.items() if matches(pattern, home))
        why = next(reasons, None)
        return ModelPrices(model=home, unpriced=why) if why else None

    def _home(self, name: str) -> str:
        """The id under which a name stands in the book, or would stand there."""
        short = model_id(name)
        for candidate in (plain_name(name), short):
            home = self._table.aliases.get(candidate, candidate)
            if home in self._table.models or home in self._table.unpriced:
                return home
        return short

    def _known(self, name: str) -> Known | None:
        try:
            return self._found[name]
        except KeyError:
            known = self._found[name] = self._read(self._home(name))
            return known

    def _read(self, home: str) -> Known | None:
        encoded, overrides = self._table.models.get(home), self._overrides.get(home, ())
        if encoded is None and not overrides:
            return None
        entry = self._entries.decode(encoded) if encoded is not None else None
        vendor = self._table.vendors.get(entry.vendor, NO_VENDOR) if entry else NO_VENDOR
        factors = (*entry.factors, *vendor.factors) if entry else ()
        searches = (entry.searches or vendor.searches) if entry else ()
        discounts = tuple(one for one in self._discounts if matches(one.model, home))
        rows = entry.rows if entry else ()
        return Known(
            model=home,
            entry=entry,
            factors=factors,
            searches=searches,
            overrides=overrides,
            discounts=discounts,
            sources=self._table.sources,
            hourly=any(factor.by == "hour" for factor in factors),
            edges=_edges((*rows, *factors, *searches, *overrides, *discounts)),
        )


def _moment(at: datetime | date) -> tuple[int, int | None]:
    """The UTC day since 1970 and the UTC hour."""
    if not isinstance(at, datetime):
        return at.toordinal() - EPOCH, None
    utc = at.astimezone(timezone.utc) if at.tzinfo else at
    return utc.toordinal() - EPOCH, utc.hour


def _edges(facts: Sequence[Dated]) -> tuple[int, ...]:
    begins = {fact.since.toordinal() - EPOCH for fact in facts if fact.since}
    return tuple(sorted(begins | {fact.until.toordinal() - EPOCH + 1 for fact in facts if fact.until}))
