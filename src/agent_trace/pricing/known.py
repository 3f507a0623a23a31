"""One model of the price book: the row it is billed at on a day, and the rates that come of it."""

from __future__ import annotations

from datetime import date
from decimal import Context, Decimal

import msgspec

from agent_trace.model.usage import BillingClass
from agent_trace.pricing.factors import applied, described, doubts
from agent_trace.pricing.own import Discount, Override
from agent_trace.pricing.rates import EXACT, Provenance, Rates
from agent_trace.pricing.table import Entry, Factor, Origin, PriceRow, SearchPrice, holding

PER_TOKEN = -6
"""Powers of ten from the price of a million tokens to that of one."""
PER_SEARCH = -3
RATIO = Context(prec=12)
"""How exactly a kind that the user's own price leaves out keeps the list's ratio to input."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """One model with all that concerns it."""

    model: str
    entry: Entry | None
    """None: only the user has a price for it."""
    factors: tuple[Factor, ...]
    searches: tuple[SearchPrice, ...]
    overrides: tuple[Override, ...]
    discounts: tuple[Discount, ...]
    sources: dict[str, str]
    """What the short names of sources stand for."""
    hourly: bool
    edges: tuple[int, ...]
    """Days since 1970 on which some fact begins or has ended: between two of them one set of rates holds."""


class Billed(msgspec.Struct, frozen=True, kw_only=True):
    """The row that a call is billed at, before factors."""

    row: PriceRow
    origin: Origin
    search: Decimal | None
    """Dollars per thousand searches."""
    day: date
    """The day whose facts apply: the call's, or the row's first."""
    early: bool = False
    """The call is older than the oldest row, which has to do."""


def rates_of(known: Known, cls: BillingClass, day: date, hour: int | None) -> Rates | None:
    """What one token costs in such a call on that UTC day; None on a day without a price."""
    billed = _billed(known, day)
    if billed is None:
        return None
    factors = applied(known.factors, cls, billed.day, hour)
    discounts = [one for one in known.discounts if one.holds(day)] if billed.origin != "yours" else []
    side = output = rest = Decimal(1)
    for factor in factors:
        side, output = EXACT.multiply(side, factor.input), EXACT.multiply(output, factor.output)
    for discount in discounts:
        rest = EXACT.multiply(rest, EXACT.subtract(1, discount.percent.scaleb(-2, EXACT)))
    why = [f"the call is older than the price of {billed.row.since}"] if billed.early else []
    why += ["the price is common knowledge, not read"] if billed.row.sure == "D" else []
    why += doubts(known.factors, cls, billed.day, hour)
    row, side, output = billed.row, EXACT.multiply(side, rest), EXACT.multiply(output, rest)
    return Rates(
        input=_each(row.input, side, PER_TOKEN),
        output=_each(row.output, output, PER_TOKEN),
        cache_read=_each(_or_input(row.cache_read, row), side, PER_TOKEN),
        cache_write_5m=_each(_or_input(row.cache_write_5m, row), side, PER_TOKEN),
        cache_write_1h=_each(_or_input(row.cache_write_1h, row), side, PER_TOKEN),
        web_search=None if billed.search is None else _each(billed.search, rest, PER_SEARCH),
        basis="estimated" if why else "priced",
        row=Provenance(
            model=known.model,
            origin=billed.origin,
            since=row.since,
            until=row.until,
            source=known.sources.get(row.source, row.source),
            sure=row.sure,
            factors=(*map(described, factors), *(f"discount {one.percent:f} %" for one in discounts)),
            doubts=tuple(why),
        ),
    )


def own_row(own: Override) -> PriceRow:
    """The user's price as a row of the book, with the kinds as they were given."""
    return PriceRow(
        since=own.since,
        until=own.until,
        input=own.input,
        output=own.output,
        cache_read=own.cache_read,
        cache_write_5m=own.cache_write_5m,
        cache_write_1h=own.cache_write_1h,
        source="config.toml",
        sure="A",
    )


def _billed(known: Known, day: date) -> Billed | None:
    """The user's row of the day, else the list's, else the oldest row for a call that is older still."""
    listed = holding(known.entry.rows, day) if known.entry else None
    own = holding(known.overrides[::-1], day)
    search = holding(known.searches, day)
    per_1000 = search.per_1000 if search else None
    if own:
        given = per_1000 if own.web_search is None else own.web_search
        return Billed(row=_completed(own_row(own), listed), origin="yours", search=given, day=day)
    if listed and known.entry:
        return Billed(row=listed, origin=known.entry.origin, search=per_1000, day=day)
    return _oldest(known, day)


def _oldest(known: Known, day: date) -> Billed | None:
    facts = known.entry.rows if known.entry else known.overrides
    first = min((fact.since for fact in facts if fact.since), default=None)
    if first is None or day >= first or any(fact.since is None for fact in facts):
        return None
    billed = _billed(known, first)
    return msgspec.structs.replace(billed, early=True) if billed else None


def _completed(own: PriceRow, listed: PriceRow | None) -> PriceRow:
    """The user's row; kinds it leaves out keep the ratio to input that they have in the list."""
    if listed is None or not listed.input:
        return own
    times = RATIO.divide(own.input, listed.input)
    return msgspec.structs.replace(
        own,
        cache_read=_given(own.cache_read, listed.cache_read, times),
        cache_write_5m=_given(own.cache_write_5m, listed.cache_write_5m, times),
        cache_write_1h=_given(own.cache_write_1h, listed.cache_write_1h, times),
    )


def _given(own: Decimal | None, listed: Decimal | None, times: Decimal) -> Decimal | None:
    if own is not None or listed is None:
        return own
    return EXACT.multiply(listed, times)


def _or_input(rate: Decimal | None, row: PriceRow) -> Decimal:
    return row.input if rate is None else rate


def _each(price: Decimal, times: Decimal, power: int) -> Decimal:
    return EXACT.multiply(price, times).scaleb(power, EXACT)
