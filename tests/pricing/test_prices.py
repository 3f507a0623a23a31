"""Every list price and every rule that changes it, against tables of their own."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from agent_trace.model.usage import BillingClass, Cost, Usage, band
from agent_trace.pricing.book import Book
from agent_trace.pricing.factors import doubts
from agent_trace.pricing.table import Factor

HERE = Path(__file__).parent


def lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text().splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("line", lines("list_prices.txt"))
def test_list_price(book: Book, line: str) -> None:
    model, day, fresh, *others = line.split()
    rates = book.rates(BillingClass(model=model), date.fromisoformat(day))
    assert rates is not None
    found = (rates.input, rates.cache_read, rates.cache_write_5m, rates.cache_write_1h, rates.output)
    listed = [Decimal(fresh if one == "-" else one) for one in (fresh, *others)]
    assert [rate * 1_000_000 for rate in found] == listed
    assert rates.basis == ("estimated" if rates.row.doubts else "priced")


@pytest.mark.parametrize("line", lines("cases.txt"))
def test_whole_call(book: Book, line: str) -> None:
    call, _, dollars = line.partition(" -> ")
    model, moment, tokens, *facts = call.split()
    usage = Usage(**{kind: int(count) for kind, _, count in (one.partition("=") for one in tokens.split(","))})
    cls = BillingClass(model=model, band=band(usage.prompt), **dict(fact.split("=") for fact in facts))
    at = datetime.fromisoformat(f"{moment}:00+00:00") if "T" in moment else date.fromisoformat(moment)
    cost = book.price(usage, cls, at)
    if dollars == "?":
        assert cost == Cost()
    else:
        assert cost == Cost(usd=Decimal(dollars.lstrip("~")), basis="estimated" if "~" in dollars else "priced")


def test_an_unknown_usage_has_no_price_and_a_known_zero_is_zero(book: Book) -> None:
    cls = BillingClass(model="claude-opus-5")
    assert book.price(Usage(), cls, date(2026, 11, 18)) == Cost()
    assert book.price(Usage(reasoning=5), cls, date(2026, 11, 18)) == Cost()
    assert book.price(Usage(output=0), cls, date(2026, 11, 18)) == Cost(usd=Decimal(0), basis="priced")


def test_reasoning_is_a_part_of_output(book: Book) -> None:
    cls = BillingClass(model="gpt-5.5")
    with_reasoning = book.price(Usage(output=100, reasoning=90), cls, date(2026, 11, 18))
    assert with_reasoning == book.price(Usage(output=100), cls, date(2026, 11, 18))


def test_the_day_of_a_call_is_its_utc_day(book: Book) -> None:
    cls, usage = BillingClass(model="gpt-5.6"), Usage(input=1_000_000)
    evening_in_america = datetime.fromisoformat("2026-08-20T20:30:00-04:00")
    assert book.price(usage, cls, evening_in_america).usd == 4
    assert book.price(usage, cls, datetime.fromisoformat("2026-08-20T23:59:59")).usd == 5  # without zone: UTC


def test_where_a_rate_comes_from(book: Book) -> None:
    cls = BillingClass(model="us.anthropic.claude-opus-4-6-v1:0", speed="fast", band=200_000)
    rates = book.rates(cls, date(2026, 2, 20))
    assert rates is not None
    assert rates.row.model == "claude-opus-4-6"
    assert rates.row.origin == "agent-trace"
    assert (rates.row.since, rates.row.until, rates.row.sure) == (date(2026, 2, 5), None, "A")
    assert rates.row.source.startswith("https://")
    assert rates.row.factors == ("long prompt × 2, output × 1.5", "fast × 6", "regional endpoint × 1.1")
    assert rates.row.doubts == ()


@pytest.mark.parametrize(
    ("cls", "day", "doubt"),
    [
        (BillingClass(model="claude-opus-5"), "2026-07-23", "the call is older than the price of 2026-07-24"),
        (BillingClass(model="claude-opus-5", tier="priority"), "2026-11-18", "no price is known for the priority tier"),
        (BillingClass(model="deepseek-flash"), "2026-11-18", "the hour is not known: off-peak"),
        (BillingClass(model="o3"), "2025-05-01", "the price is common knowledge, not read"),
    ],
)
def test_why_a_price_is_an_estimate(book: Book, cls: BillingClass, day: str, doubt: str) -> None:
    rates = book.rates(cls, date.fromisoformat(day))
    assert rates is not None
    assert rates.basis == "estimated"
    assert [one for one in rates.row.doubts if one.startswith(doubt)]


def test_a_line_between_two_bands_is_a_doubt() -> None:
    """The ledger keeps the band of a prompt, not its length: a factor from a line within a band may hold or not."""
    factor = Factor(source="own", name="long", by="band", above=300_000, input=Decimal(2), output=Decimal(1))
    day = date(2026, 11, 18)
    said = [list(doubts([factor], BillingClass(model="m", band=band), day, 12)) for band in (200_000, 272_000, 512_000)]
    assert said == [[], ["whether the prompt exceeded 300000 tokens is not known: it did not"], []]
