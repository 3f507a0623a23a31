"""The user's own prices and discounts above the book."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from agent_trace.model.usage import BillingClass, Usage
from agent_trace.pricing.book import Book
from agent_trace.pricing.own import Discount, Override
from agent_trace.pricing.rates import Rates
from agent_trace.pricing.shipped import shipped

DAY = date(2026, 11, 18)


def rates(book: Book, cls: BillingClass, day: date = DAY) -> Rates:
    found = book.rates(cls, day)
    assert found is not None
    return found


def override(model: str, price: str, output: str, **more: object) -> Override:
    return msgspec.convert({"model": model, "input": price, "output": output, **more}, Override)


def test_an_own_price_makes_an_unknown_model_known() -> None:
    book = Book.load(shipped(), (override("acme-ultra-9", "1", "2", web_search="5"),))
    found = rates(book, BillingClass(model="acme/Acme-Ultra-9"))
    assert found.cost(Usage(input=1_000_000, cache_read=1_000_000, output=1_000_000, web_searches=1)).usd == Decimal(
        "4.005"
    )
    assert found.row.origin == "yours"
    assert found.row.source == "config.toml"
    assert book.knows("acme-ultra-9")
    assert "acme-ultra-9" in book.models()
    assert not book.hourly("acme-ultra-9")
    assert book.window("acme-ultra-9", DAY) is None


def test_an_own_price_holds_on_its_days_and_the_list_on_all_others() -> None:
    own = override("claude-opus-4-5-20251101", "4", "20", **{"from": "2026-10-01", "until": "2026-10-31"})
    book = Book.load(shipped(), (own,))
    cls = BillingClass(model="claude-opus-4-5")
    days = (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1))
    assert [rates(book, cls, day).input * 10**6 for day in days] == [5, 4, 4, 5]


def test_of_two_own_prices_the_last_one_counts() -> None:
    book = Book.load(shipped(), (override("gpt-5", "9", "9"), override("gpt-5-2025-08-07", "3", "4")))
    assert rates(book, BillingClass(model="gpt-5")).input * 10**6 == 3


def test_kinds_left_out_keep_the_lists_ratio_to_input() -> None:
    book = Book.load(shipped(), (override("claude-opus-5", "4", "20", cache_read="0.01"),))
    found = rates(book, BillingClass(model="claude-opus-5"))
    per_million = [rate * 10**6 for rate in (found.cache_read, found.cache_write_5m, found.cache_write_1h)]
    assert per_million == [Decimal("0.01"), 5, 8]
    assert found.web_search == Decimal("0.01")


def test_what_multiplies_the_list_price_multiplies_an_own_one() -> None:
    book = Book.load(shipped(), (override("claude-opus-5", "4", "20"),))
    fast = rates(book, BillingClass(model="claude-opus-5", speed="fast", geo="us"))
    assert fast.output * 10**6 == 44


def test_an_own_price_of_an_unknown_model_serves_older_calls_as_an_estimate() -> None:
    rows = (
        override("acme", "1", "2", **{"from": "2026-05-01", "until": "2026-05-31"}),
        override("acme", "3", "4", **{"from": "2026-06-01", "until": "2026-06-30"}),
    )
    book = Book.load(shipped(), rows)
    cls = BillingClass(model="acme")
    early = rates(book, cls, date(2026, 4, 30))
    assert early.input * 10**6 == 1
    assert early.basis == "estimated"
    assert rates(book, cls, date(2026, 6, 1)).basis == "priced"
    assert book.rates(cls, date(2026, 7, 1)) is None


def test_an_own_price_above_a_free_list_price_keeps_no_ratio() -> None:
    table = msgspec.json.decode(shipped())
    table["models"]["gift"] = {"vendor": "acme", "rows": [{"input": "0", "output": "0", "source": "a gift"}]}
    book = Book.load(msgspec.json.encode(table), (override("gift", "2", "3"),))
    assert rates(book, BillingClass(model="gift")).cache_read * 10**6 == 2
    assert rates(book, BillingClass(model="gift")).web_search is None


def test_discounts_take_their_part_one_after_the_other() -> None:
    discounts = (
        Discount(percent=Decimal(10)),
        Discount(percent=Decimal("2.5"), model="claude-*", since=date(2026, 11, 1)),
    )
    book = Book.load(shipped(), (), discounts)
    found = rates(book, BillingClass(model="claude-opus-5", speed="fast"))
    assert found.input * 10**6 == Decimal("8.775")
    assert found.web_search == Decimal("0.008775")
    assert found.basis == "priced"
    assert found.row.factors == ("fast × 2", "discount 10 %", "discount 2.5 %")
    assert rates(book, BillingClass(model="gpt-5.5")).row.factors == ("discount 10 %",)
    october = rates(book, BillingClass(model="claude-opus-5"), date(2026, 10, 31))
    assert october.row.factors == ("discount 10 %",)


def test_a_discount_leaves_an_own_price_alone() -> None:
    book = Book.load(shipped(), (override("gpt-5", "1", "2"),), (Discount(percent=Decimal(50)),))
    assert rates(book, BillingClass(model="gpt-5")).input * 10**6 == 1


def test_config_numbers_are_read_as_people_write_them() -> None:
    own = msgspec.convert({"model": "gpt-5", "from": date(2026, 1, 1), "input": 0.1, "output": 1}, Override)
    assert (own.since, own.input, own.output) == (date(2026, 1, 1), Decimal("0.1"), Decimal(1))
    assert msgspec.convert({"percent": 12.5}, Discount).percent == Decimal("12.5")


@pytest.mark.parametrize("wrong", [{"input": "-1"}, {"input": "nan"}, {"cache_read": "-0.1"}, {"colour": "red"}])
def test_an_impossible_price_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"model": "gpt-5", "input": "1", "output": "1", **wrong}, Override)


@pytest.mark.parametrize("percent", ["-1", "100.1", "nan"])
def test_an_impossible_discount_is_refused(percent: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="between 0 and 100"):
        msgspec.convert({"percent": percent}, Discount)
