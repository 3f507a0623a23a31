"""All that the price book holds about a model, as the `prices` command shows it."""

from __future__ import annotations

import msgspec

from agent_trace.pricing.known import Known, own_row
from agent_trace.pricing.own import Discount
from agent_trace.pricing.table import Factor, FactT, Origin, PriceRow, SearchPrice, Window


class OwnedRow(PriceRow, frozen=True, kw_only=True, omit_defaults=True):
    """A row of the price book and whose it is."""

    origin: Origin


class ModelPrices(msgspec.Struct, frozen=True, kw_only=True):
    """One model: prices in dollars per million tokens, with their days and sources (spelled out)."""

    model: str
    names: tuple[str, ...] = ()
    """Other names that mean this model; dates, prefixes and regions need no entry."""
    vendor: str | None = None
    rows: tuple[OwnedRow, ...] = ()
    """The user's own rows first, then by date. In the user's a kind left out keeps the list's ratio to input."""
    factors: tuple[Factor, ...] = ()
    searches: tuple[SearchPrice, ...] = ()
    discounts: tuple[Discount, ...] = ()
    windows: tuple[Window, ...] = ()
    unpriced: str | None = None
    """Why it has no price, where that is known."""


def describe(known: Known, aliases: dict[str, str]) -> ModelPrices:
    """Everything about a model that has a price."""
    entry, sources = known.entry, known.sources
    rows = [_owned(own_row(one), "yours") for one in known.overrides]
    if entry:
        rows += [_owned(_sourced(row, sources), entry.origin) for row in entry.rows]
    return ModelPrices(
        model=known.model,
        names=tuple(sorted(name for name, home in aliases.items() if home == known.model)),
        vendor=entry.vendor if entry else None,
        rows=tuple(rows),
        factors=tuple(_sourced(factor, sources) for factor in known.factors),
        searches=tuple(_sourced(search, sources) for search in known.searches),
        discounts=known.discounts,
        windows=tuple(_sourced(window, sources) for window in entry.windows) if entry else (),
    )


def _sourced(fact: FactT, sources: dict[str, str]) -> FactT:
    return msgspec.structs.replace(fact, source=sources.get(fact.source, fact.source))


def _owned(row: PriceRow, origin: Origin) -> OwnedRow:
    return OwnedRow(**{name: getattr(row, name) for name in PriceRow.__struct_fields__}, origin=origin)
