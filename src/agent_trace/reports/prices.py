"""What models cost: the prices that were used on this machine, or everything that is known about one model.

Without a model: every price that the selected calls were billed at, in US dollars per million tokens, with its days,
whose it is (`agent-trace`: kept by hand from the vendors' pages, `genai-prices`: that open table, `yours`:
config.toml), where it was read, and the models that have none. With a model, by any of its names: all its dated
prices, what multiplies them (long prompts, fast mode, regions, batch, peak hours), its web searches, discounts and
context windows.

How sure a fact is: A the vendor's own page was read, B two independent trackers agree, C one tracker, D common
knowledge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from agent_trace.errors import NotFoundError
from agent_trace.model.facts import Facts
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.usage import BillingClass
from agent_trace.pricing.book import Book
from agent_trace.pricing.description import ModelPrices
from agent_trace.pricing.rates import Rates, tidy
from agent_trace.pricing.table import Origin
from agent_trace.render.blocks import Block, Cell, Column, Note, Prose, Table, cell
from agent_trace.render.numbers import count
from agent_trace.reports._book_scope import BookScope
from agent_trace.reports._price_tables import model_layout, rate

SCOPE = "book"
ARGUMENT = "model_name"
PER_MILLION = 6
PER_THOUSAND = 3
"""Powers of ten from the price of one to the prices that people quote."""
SUGGESTED = 8


class Options(msgspec.Struct, frozen=True, kw_only=True):
    model_name: Annotated[str, msgspec.Meta(description="Any name of a model: all that is known about its price.")] = ""


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """A price that some of the selected calls were billed at, in US dollars per million tokens, discounts included."""

    model: str
    """As the agent logged it."""
    calls: int
    since: date | None = msgspec.field(default=None, name="from")
    """First UTC day of the price; None: always."""
    until: date | None = None
    """Last UTC day of the price; None: still."""
    input: Decimal
    output: Decimal
    cache_read: Decimal
    cache_write_5m: Decimal
    cache_write_1h: Decimal
    web_search: Decimal | None
    """US dollars per thousand searches; None where not known."""
    factors: tuple[str, ...]
    """What the model's name alone multiplies the price by, and discounts; in the rates already."""
    origin: Origin
    source: str
    sure: str
    basis: Literal["priced", "estimated"]
    doubts: tuple[str, ...]
    """Why it is an estimate."""


class Unpriced(msgspec.Struct, frozen=True, kw_only=True):
    """A model without a price."""

    model: str
    calls: int
    reason: str | None
    """Why, where that is known."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    prices: tuple[Used, ...]
    """Prices that the selected calls were billed at; with a model, that model's."""
    unpriced: tuple[Unpriced, ...]
    details: ModelPrices | None = None
    """With a model: everything that the price book holds about it."""


def compute(scope: BookScope, options: Options, facts: Facts) -> Result:
    details = _described(scope.book, options.model_name) if options.model_name else None
    rows = [row for row in scope.rows if row.entries and (details is None or _is(scope.book, row.cls.model, details))]
    found: dict[tuple[str, Rates | None], int] = defaultdict(int)
    rates: dict[tuple[str, int], Rates | None] = {}
    for row in rows:
        key = (row.cls.model, row.day)
        if key not in rates:
            rates[key] = _listed(scope.book, row)
        found[row.cls.model, rates[key]] += row.calls
    return Result(
        prices=tuple(_used(model, one, calls) for (model, one), calls in sorted(found.items(), key=_order) if one),
        unpriced=tuple(
            Unpriced(model=model, calls=calls, reason=_reason(scope.book, model))
            for (model, one), calls in sorted(found.items(), key=_order)
            if one is None
        ),
        details=details,
    )


def _listed(book: Book, row: LedgerRow) -> Rates | None:
    """The price of the row's model on its day, before anything that sets one call apart from another."""
    return book.on(BillingClass(model=row.cls.model), row.day, 0)


def _order(entry: tuple[tuple[str, Rates | None], int]) -> tuple[str, date]:
    (model, one), _ = entry
    return (model, (one.row.since if one else None) or date.min)


def _used(model: str, one: Rates, calls: int) -> Used:
    row = one.row
    return Used(
        model=model,
        calls=calls,
        since=row.since,
        until=row.until,
        input=tidy(one.input.scaleb(PER_MILLION)),
        output=tidy(one.output.scaleb(PER_MILLION)),
        cache_read=tidy(one.cache_read.scaleb(PER_MILLION)),
        cache_write_5m=tidy(one.cache_write_5m.scaleb(PER_MILLION)),
        cache_write_1h=tidy(one.cache_write_1h.scaleb(PER_MILLION)),
        web_search=None if one.web_search is None else tidy(one.web_search.scaleb(PER_THOUSAND)),
        factors=row.factors,
        origin=row.origin,
        source=row.source,
        sure=row.sure,
        basis=one.basis,
        doubts=row.doubts,
    )


def _reason(book: Book, model: str) -> str | None:
    known = book.describe(model)
    return known.unpriced if known else None


def _is(book: Book, name: str, details: ModelPrices) -> bool:
    known = book.describe(name)
    return known is not None and known.model == details.model


def _described(book: Book, name: str) -> ModelPrices:
    found = book.describe(name)
    if found is not None:
        return found
    near = near_models(book, name)
    hint = f"did you mean {', '.join(near)}?" if near else "`agent-trace prices` shows the models that were used here"
    raise NotFoundError(
        f"the price book knows no model {name!r}", hint=f"{hint} Own prices go into config.toml: docs/prices.md"
    )


def near_models(book: Book, name: str) -> list[str]:
    """Ids that hold the name, else those that look like it."""
    import difflib

    holding = [model for model in book.models() if name.lower() in model]
    return (holding or difflib.get_close_matches(name.lower(), book.models(), SUGGESTED))[:SUGGESTED]


# ---------------------------------------------------------------- layout

_COLUMNS = (
    Column(title="model"),
    Column(title="calls", align="right", weight=5),
    Column(title="input", align="right"),
    Column(title="output", align="right"),
    Column(title="write 5m", align="right", weight=1, key="cache_write_5m"),
    Column(title="write 1h", align="right", weight=2, key="cache_write_1h"),
    Column(title="read", align="right", weight=1, key="cache_read"),
    Column(title="from", weight=3),
    Column(title="until", weight=4),
    Column(title="origin", weight=6),
    Column(title="sure", weight=7),
    Column(title="source", weight=8),
)


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    if result.details is not None:
        calls = sum(one.calls for one in result.prices) + sum(one.calls for one in result.unpriced)
        yield from model_layout(result.details, calls)
        return
    yield Table(
        columns=_COLUMNS,
        rows=tuple(_cells(one) for one in result.prices),
        title="Prices used, in US dollars per million tokens",
        empty="no calls with a price in this selection",
    )
    for lacking in result.unpriced:
        yield Note(
            text=f"no price is known for {lacking.model}" + (f": {lacking.reason}" if lacking.reason else ""),
            hint="own prices go into config.toml: docs/prices.md",
        )
    for one in result.prices:
        if one.doubts:
            yield Note(text=f"{one.model} is an estimate: {'; '.join(one.doubts)}", tone="dim")
    yield Prose(text="`agent-trace prices MODEL` shows sources, factors and context windows", tone="dim")


def _cells(one: Used) -> tuple[Cell, ...]:
    rates = (one.input, one.output, one.cache_write_5m, one.cache_write_1h, one.cache_read)
    return (
        cell(one.model),
        cell(count(one.calls), value=str(one.calls)),
        *(cell(rate(price), value=f"{price:f}") for price in rates),
        cell(one.since.isoformat() if one.since else "always", value=one.since.isoformat() if one.since else ""),
        cell(one.until.isoformat() if one.until else "now", value=one.until.isoformat() if one.until else ""),
        cell(one.origin),
        cell(one.sure),
        cell(one.source),
    )
