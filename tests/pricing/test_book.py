"""What else the price book answers."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal

import msgspec
import pytest

from agent_trace.errors import UnreadableError
from agent_trace.model.usage import BillingClass
from agent_trace.pricing.book import Book
from agent_trace.pricing.own import Discount, Override
from agent_trace.pricing.shipped import shipped
from agent_trace.pricing.table import Fact

DAY = date(2026, 11, 18)


def test_rates_are_remembered_between_two_changes(book: Book) -> None:
    cls = BillingClass(model="gpt-5.6")
    assert book.rates(cls, date(2026, 7, 10)) is book.rates(cls, date(2026, 8, 20))
    assert book.rates(cls, date(2026, 8, 20)) is not book.rates(cls, date(2026, 8, 21))
    peaks = BillingClass(model="deepseek-flash")
    noon = [book.rates(peaks, datetime(2026, 11, day, 12, tzinfo=timezone.utc)) for day in (17, 18)]
    assert noon[0] is noon[1]


def test_only_models_with_peak_hours_need_the_hour(book: Book) -> None:
    assert book.hourly("deepseek/deepseek-v4-pro")
    assert not book.hourly("claude-opus-5")
    assert not book.hourly("acme-ultra-9")


def test_models_are_listed_by_id(book: Book) -> None:
    models = book.models()
    assert list(models) == sorted(models)
    assert {"claude-opus-5", "gpt-6-sol", "gpt-4o"} <= set(models)
    assert "claude-mythos-preview" not in models


@pytest.mark.parametrize(
    ("model", "day", "tokens"),
    [
        ("claude-opus-4-6", date(2026, 3, 12), 200_000),
        ("claude-opus-4-6", date(2026, 3, 13), 1_000_000),
        ("claude-sonnet-4-5[1m]", DAY, 1_000_000),
        ("claude-sonnet-4-5-20250929", datetime(2026, 11, 18, tzinfo=timezone.utc), 200_000),
        ("gpt-5.5-codex", DAY, 1_000_000),
        ("deepseek-flash", DAY, 1_000_000),
        ("glm-4.6", DAY, None),
        ("acme-ultra-9", DAY, None),
    ],
)
def test_window(book: Book, model: str, day: date, tokens: int | None) -> None:
    assert book.window(model, day) == tokens


def test_describe_shows_rows_factors_and_sources(book: Book) -> None:
    prices = book.describe("us.anthropic.claude-opus-4-6-v1:0")
    assert prices is not None
    assert (prices.model, prices.vendor, prices.unpriced) == ("claude-opus-4-6", "anthropic", None)
    (row,) = prices.rows
    assert row.origin == "agent-trace"
    assert (row.since, row.input) == (date(2026, 2, 5), Decimal(5))
    assert [factor.name for factor in prices.factors] == [
        "long prompt", "fast", "fast", "US inference", "regional endpoint", "batch or flex",
    ]  # fmt: skip
    assert [search.per_1000 for search in prices.searches] == [10]
    assert [window.tokens for window in prices.windows] == [200_000, 1_000_000]
    facts: list[Fact] = [*prices.rows, *prices.factors, *prices.searches, *prices.windows]
    assert all(len(fact.source) > 20 for fact in facts), "sources are spelled out"


def test_describe_names_other_names_and_the_origin(book: Book) -> None:
    prices = book.describe("gpt-5.6")
    assert prices is not None
    assert (prices.model, prices.names[0]) == ("gpt-5.6-sol", "gpt-5-6")
    added = book.describe("gpt-4o")
    assert added is not None
    assert {row.origin for row in added.rows} == {"genai-prices"}


def test_describe_shows_what_is_the_users() -> None:
    own = Override(model="gpt-5", input=Decimal(1), output=Decimal(2))
    other = Override(model="acme", input=Decimal(1), output=Decimal(2))
    discount = Discount(percent=Decimal(10), model="gpt-*")
    book = Book.load(shipped(), (own, other), (discount,))
    prices, unlisted = book.describe("gpt-5"), book.describe("acme")
    assert prices is not None
    assert unlisted is not None
    assert [row.origin for row in prices.rows] == ["yours", "agent-trace"]
    assert prices.discounts == (discount,)
    assert (unlisted.vendor, [row.origin for row in unlisted.rows], unlisted.windows) == (None, ["yours"], ())


def test_describe_says_why_a_model_has_no_price(book: Book) -> None:
    prices = book.describe("composer-2.5")
    assert prices is not None
    assert prices.rows == ()
    assert prices.unpriced == "Cursor's own model; what the agent recorded is the only price"
    assert book.describe("acme-ultra-9") is None


def test_a_table_that_is_none_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="price table"):
        Book.load(b"{}")
    with pytest.raises(UnreadableError):
        Book.load(b"nothing")


def test_a_vendor_without_rules_of_its_own() -> None:
    table = msgspec.json.decode(shipped())
    table["models"]["solo"] = {"vendor": "acme", "rows": [{"input": "1", "output": "2", "source": "acme"}]}
    book = Book.load(msgspec.json.encode(table))
    rates = book.rates(BillingClass(model="solo", tier="batch"), DAY)
    assert rates is not None
    assert rates.basis == "estimated"
    assert rates.row.source == "acme"
