"""Sums of ledger rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from agent_trace.model.ledger import LedgerRow
from agent_trace.model.usage import NOTHING, Amounts, BillingClass, CostMode, Usage
from agent_trace.pricing.amounts import amounts, amounts_by, unpriced_models
from agent_trace.pricing.book import EPOCH, Book

DAY = date(2026, 11, 18).toordinal() - EPOCH
OPUS, UNKNOWN = BillingClass(model="claude-opus-5"), BillingClass(model="acme-ultra-9")
ROW = LedgerRow(key=("a",), cls=OPUS, day=DAY, calls=1, entries=1, usage=Usage(input=10_000, output=10_000))
"""A call of 0.3 dollars."""


def row(**changed: object) -> LedgerRow:
    return msgspec.structs.replace(ROW, **changed)


def test_no_rows_are_nothing(book: Book) -> None:
    assert amounts([], book) is NOTHING
    assert amounts_by([], book) == {}


def test_everything_is_summed(book: Book) -> None:
    usage = Usage(input=1, output=2, cache_read=3, cache_write_5m=4, cache_write_1h=5, reasoning=1, web_searches=7)
    one = row(calls=2, entries=3, tool_calls=4, errors=1, usage=usage, recorded=Decimal("0.10"))
    found = amounts([one, one], book)
    assert found == Amounts(
        calls=4,
        tool_calls=8,
        errors=2,
        unpriced_calls=0,
        usage=usage + usage,
        cost_usd=Decimal("0.140263"),
        cost_basis="priced",
        recorded_usd=Decimal("0.2"),
    )


def test_unknown_counts_add_nothing_and_stay_unknown_when_nobody_knows(book: Book) -> None:
    found = amounts([row(usage=Usage(input=0, output=5)), row(usage=Usage(output=5, cache_read=7))], book).usage
    assert found == Usage(input=0, output=10, cache_read=7)


def test_a_model_without_a_price_is_counted_and_never_zero(book: Book) -> None:
    unknown = row(cls=UNKNOWN, calls=2, entries=3)
    found = amounts([unknown], book)
    assert (found.cost_usd, found.cost_basis, found.unpriced_calls) == (None, None, 3)
    mixed = amounts([unknown, ROW], book)
    assert (mixed.cost_usd, mixed.cost_basis, mixed.unpriced_calls) == (Decimal("0.3"), "priced", 3)


def test_an_unknown_usage_has_no_price_either(book: Book) -> None:
    found = amounts([row(usage=Usage())], book)
    assert (found.cost_usd, found.unpriced_calls, found.usage) == (None, 1, Usage())
    assert amounts([row(usage=Usage(output=0))], book).cost_usd == 0


def test_what_no_call_logged_is_an_estimate(book: Book) -> None:
    unlogged = row(unlogged=True, calls=0, entries=0)
    assert amounts([unlogged], book).cost_basis == "estimated"
    both = amounts([unlogged, ROW], book)
    assert (both.cost_usd, both.cost_basis) == (Decimal("0.6"), "mixed")


def test_searches_without_a_known_price_make_an_estimate(book: Book) -> None:
    glm = row(cls=BillingClass(model="glm-5.3"), usage=Usage(output=1_000_000, web_searches=2))
    assert (amounts([glm], book).cost_usd, amounts([glm], book).cost_basis) == (Decimal("4.4"), "estimated")
    without = msgspec.structs.replace(glm, usage=Usage(output=1_000_000, web_searches=0))
    assert amounts([without], book).cost_basis == "priced"


@pytest.mark.parametrize(
    ("mode", "usd", "basis"),
    [("priced", "0.3", "priced"), ("recorded", "0.75", "recorded"), ("best", "0.8", "mixed")],
)
def test_cost_modes(book: Book, mode: CostMode, usd: str, basis: str) -> None:
    rows = [row(recorded=Decimal("0.25")), row(cls=UNKNOWN, recorded=Decimal("0.5")), row(cls=UNKNOWN)]
    found = amounts(rows, book, mode)
    assert (found.cost_usd, found.cost_basis) == (Decimal(usd), basis)
    assert (found.recorded_usd, found.unpriced_calls) == (Decimal("0.75"), 2)


def test_where_nothing_was_recorded(book: Book) -> None:
    assert amounts([ROW], book, "recorded").cost_usd is None
    assert amounts([ROW], book, "recorded").cost_basis is None
    assert amounts([ROW], book, "best").cost_usd == Decimal("0.3")
    assert amounts([row(cls=UNKNOWN)], book, "best").cost_usd is None
    only = amounts([row(cls=UNKNOWN, recorded=Decimal("0.5"))], book, "best")
    assert (only.cost_usd, only.cost_basis) == (Decimal("0.5"), "recorded")


def test_each_row_pays_the_price_of_its_day_and_hour(book: Book) -> None:
    sol, deep = BillingClass(model="gpt-5.6"), BillingClass(model="deepseek-v4-pro")
    million = Usage(input=1_000_000)
    august = date(2026, 8, 20).toordinal() - EPOCH
    rows = [
        row(cls=sol, day=august, usage=million),
        row(cls=sol, day=august + 1, usage=million),
        row(cls=deep, hour=7, usage=million),
        row(cls=deep, hour=11, usage=million),
    ]
    assert [amounts([one], book).cost_usd for one in rows] == [5, 4, Decimal("1.32"), Decimal("0.66")]
    assert amounts(rows, book).cost_usd == Decimal("10.98")


def test_one_sum_per_key_in_order_of_appearance(book: Book) -> None:
    rows = [row(key=("b", "x")), row(key=("a", "y")), row(key=("b", "x"), cls=UNKNOWN)]
    found = amounts_by(iter(rows), book)
    assert list(found) == [("b", "x"), ("a", "y")]
    assert found["b", "x"] == amounts([rows[0], rows[2]], book)
    assert found["a", "y"] == amounts([rows[1]], book)


def test_round_dollars_are_written_plainly(book: Book) -> None:
    found = amounts([row(usage=Usage(input=200_000_000))], book)
    assert str(found.cost_usd) == "1000"


def test_unpriced_models_are_named_as_logged(book: Book) -> None:
    auto = BillingClass(model="cursor/Auto")
    rows = [ROW, row(cls=UNKNOWN), row(cls=auto, recorded=Decimal(1)), row(cls=BillingClass(model=""), entries=0)]
    assert unpriced_models(rows, book) == ("acme-ultra-9", "cursor/Auto")
