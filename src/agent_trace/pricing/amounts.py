"""Sums of ledger rows with their prices: what `list`, `cost` and every total are made of.

A hundred thousand rows are summed before the first line of output appears, so rates become whole numbers here: products
and sums are exact integers, and one Decimal is made of each total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from operator import attrgetter

from agent_trace.model.ledger import LedgerRow
from agent_trace.model.usage import NOTHING, Amounts, Basis, BillingClass, Cost, CostMode, Usage
from agent_trace.pricing.book import Book
from agent_trace.pricing.rates import EXACT, Rates, counted, tidy

SCALE = 36
"""Prices are counted in 10^-36 dollars: finer than any product of the book's factors and several discounts."""

_input, _output = attrgetter("usage.input"), attrgetter("usage.output")
_cache_read = attrgetter("usage.cache_read")
_cache_write_5m, _cache_write_1h = attrgetter("usage.cache_write_5m"), attrgetter("usage.cache_write_1h")
_reasoning, _web_searches = attrgetter("usage.reasoning"), attrgetter("usage.web_searches")


class Meter:
    """Rates as integers: 10^-SCALE dollars per token and per search."""

    __slots__ = ("basis", "input", "output", "rates", "read", "search", "write_1h", "write_5m")

    def __init__(self, rates: Rates) -> None:
        self.input = _whole(rates.input)
        self.output = _whole(rates.output)
        self.read = _whole(rates.cache_read)
        self.write_5m = _whole(rates.cache_write_5m)
        self.write_1h = _whole(rates.cache_write_1h)
        self.search = None if rates.web_search is None else _whole(rates.web_search)
        self.basis: Basis = rates.basis
        self.rates = rates  # as long as it is held its id names no other


class Meters:
    """The meter of each row, remembered per class and day."""

    __slots__ = ("_book", "_by_rates", "_days")

    def __init__(self, book: Book) -> None:
        self._book = book
        self._days: dict[BillingClass, dict[int, Meter | None]] = {}
        self._by_rates: dict[int, Meter] = book.meters

    def of(self, row: LedgerRow) -> Meter | None:
        """The meter that counts this row; None where the book has no price."""
        try:
            return self._days[row.cls][row.day]
        except KeyError:
            meter = self._look_up(row)
            if not self._book.hourly(row.cls.model):
                self._days.setdefault(row.cls, {})[row.day] = meter
            return meter

    def _look_up(self, row: LedgerRow) -> Meter | None:
        rates = self._book.on(row.cls, row.day, row.hour)
        if rates is None:
            return None
        meter = self._by_rates.get(id(rates))
        if meter is None:
            meter = self._by_rates[id(rates)] = Meter(rates)
        return meter


class Sum:
    """Rows that are added up, and what they cost so far."""

    __slots__ = (
        "bases", "cache_read", "cache_write_1h", "cache_write_5m", "calls", "errors", "input", "output", "reasoning",
        "rows", "tool_calls", "total", "unpriced", "web_searches",
    )  # fmt: skip

    def __init__(self) -> None:
        self.rows: list[LedgerRow] = []
        self.unpriced: list[LedgerRow] = []
        self.total = 0
        self.bases: set[Basis] = set()
        self.calls = self.tool_calls = self.errors = 0
        self.input = self.output = self.cache_read = self.cache_write_5m = self.cache_write_1h = 0
        self.reasoning = self.web_searches = 0

    def add(self, row: LedgerRow, meter: Meter | None) -> None:
        """Add one row at its price."""
        usage = row.usage
        self.rows.append(row)
        self.calls += row.calls
        self.tool_calls += row.tool_calls
        self.errors += row.errors
        self.input += (fresh := usage.input or 0)
        self.output += (output := usage.output or 0)
        self.cache_read += (read := usage.cache_read or 0)
        self.cache_write_5m += (write_5m := usage.cache_write_5m or 0)
        self.cache_write_1h += (write_1h := usage.cache_write_1h or 0)
        self.web_searches += (searches := usage.web_searches or 0)
        self.reasoning += usage.reasoning or 0
        if meter is None or (not output and not counted(usage)):
            self.unpriced.append(row)
            return
        self.total += (
            fresh * meter.input
            + output * meter.output
            + read * meter.read
            + write_5m * meter.write_5m
            + write_1h * meter.write_1h
            + searches * (meter.search or 0)
        )
        unsure = row.unlogged or (searches and meter.search is None)
        self.bases.add("estimated" if unsure else meter.basis)

    def amounts(self, mode: CostMode) -> Amounts:
        """What every surface prints for these rows."""
        recorded = _dollars(self.rows)
        cost = self._cost(mode, recorded)
        return Amounts(
            calls=self.calls,
            tool_calls=self.tool_calls,
            errors=self.errors,
            unpriced_calls=sum(row.entries for row in self.unpriced),
            usage=Usage(
                input=self.input or self._zero(_input),
                output=self.output or self._zero(_output),
                cache_read=self.cache_read or self._zero(_cache_read),
                cache_write_5m=self.cache_write_5m or self._zero(_cache_write_5m),
                cache_write_1h=self.cache_write_1h or self._zero(_cache_write_1h),
                reasoning=self.reasoning or self._zero(_reasoning),
                web_searches=self.web_searches or self._zero(_web_searches),
            ),
            cost_usd=cost.usd,
            cost_basis=cost.basis,
            recorded_usd=recorded,
        )

    def _zero(self, kind: Callable[[LedgerRow], int | None]) -> int | None:
        """A sum of nothing: 0 where one row knows it to be 0, None where none knows."""
        for row in self.rows:
            if kind(row) is not None:
                return 0
        return None

    def _cost(self, mode: CostMode, recorded: Decimal | None) -> Cost:
        if mode == "recorded":
            return Cost() if recorded is None else Cost(usd=recorded, basis="recorded")
        cost = Cost()
        if self.bases:
            basis: Basis = "mixed" if len(self.bases) > 1 else next(iter(self.bases))
            cost = Cost(usd=tidy(Decimal(self.total).scaleb(-SCALE, EXACT)), basis=basis)
        filling = _dollars(self.unpriced) if mode == "best" else None
        return cost if filling is None else cost + Cost(usd=filling, basis="recorded")


def amounts(rows: Iterable[LedgerRow], book: Book, mode: CostMode = "priced") -> Amounts:
    """One sum over all rows, whatever their keys. Without any row: NOTHING.

    A row has no price where the book does not know its model or the log does not know its tokens; `unpriced_calls`
    counts its entries. `recorded` puts what the agents wrote down in the place of the price, `best` does so only for
    rows without one.
    """
    total, meters = Sum(), Meters(book)
    for row in rows:
        total.add(row, meters.of(row))
    return total.amounts(mode) if total.rows else NOTHING


def amounts_by(rows: Iterable[LedgerRow], book: Book, mode: CostMode = "priced") -> dict[tuple[str, ...], Amounts]:
    """One sum per key, in the order in which the keys first came."""
    sums: dict[tuple[str, ...], Sum] = {}
    meters = Meters(book)
    for row in rows:
        key = row.key
        if key not in sums:
            sums[key] = Sum()
        sums[key].add(row, meters.of(row))
    return {key: one.amounts(mode) for key, one in sums.items()}


def unpriced_models(rows: Iterable[LedgerRow], book: Book) -> tuple[str, ...]:
    """The models of billed rows that the price book does not know, as the logs name them, sorted."""
    models = {row.cls.model for row in rows if row.entries}
    return tuple(sorted(model for model in models if not book.knows(model)))


def _whole(rate: Decimal) -> int:
    return int(rate.scaleb(SCALE, EXACT).to_integral_value(context=EXACT))


def _dollars(rows: Sequence[LedgerRow]) -> Decimal | None:
    """What the agents recorded for these rows; None where they recorded nothing."""
    known = [row.recorded for row in rows if row.recorded is not None]
    if not known:
        return None
    total = Decimal(0)
    for amount in known:
        total = EXACT.add(total, amount)
    return tidy(total)
