"""What holds for every model, day and usage."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from agent_trace.model.ledger import LedgerRow
from agent_trace.model.usage import BANDS, BillingClass, Cost, CostMode, Usage
from agent_trace.pricing.amounts import amounts, amounts_by
from agent_trace.pricing.book import EPOCH, Book
from agent_trace.pricing.own import Discount, Override
from agent_trace.pricing.shipped import shipped

BOOK = Book.load(shipped())
MODELS = (*BOOK.models(), "us.anthropic.claude-opus-5", "anthropic/claude-opus-4.6", "acme-ultra-9", "composer-2")
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)

counts = st.none() | st.integers(0, 10**9)
usages = st.builds(
    Usage, input=counts, output=counts, cache_read=counts, cache_write_5m=counts, cache_write_1h=counts,
    web_searches=st.none() | st.integers(0, 100),
)  # fmt: skip
classes = st.builds(
    BillingClass,
    model=st.sampled_from(MODELS),
    speed=st.sampled_from(["", "fast", "standard"]),
    geo=st.sampled_from(["", "us", "global"]),
    tier=st.sampled_from(["", "standard", "priority", "fast", "flex", "batch", "scale"]),
    band=st.sampled_from(BANDS),
)
days = st.dates(FIRST, LAST)
moments = st.builds(datetime.combine, days, st.times(), st.just(timezone.utc))


def usd(cost: Cost) -> Decimal:
    assert cost.usd is not None
    return cost.usd


@given(classes, moments, usages, usages)
def test_the_price_is_linear_in_usage_and_never_negative(
    cls: BillingClass, at: datetime, one: Usage, other: Usage
) -> None:
    first, second, both = (BOOK.price(usage, cls, at) for usage in (one, other, one + other))
    assert both.usd == (first + second).usd
    assert both.usd is None or both.usd >= 0
    assert (both.usd is None) == (both.basis is None)


@given(classes, moments, usages)
def test_fast_is_never_cheaper_and_batch_never_dearer(cls: BillingClass, at: datetime, usage: Usage) -> None:
    plain = msgspec.structs.replace(cls, speed="", tier="")
    standard = BOOK.price(usage, plain, at)
    if standard.usd is None:
        return
    for facts in ({"speed": "fast"}, {"tier": "priority"}, {"geo": "us"}):
        assert usd(BOOK.price(usage, msgspec.structs.replace(plain, **facts), at)) >= standard.usd
    assert usd(BOOK.price(usage, msgspec.structs.replace(plain, tier="batch"), at)) <= standard.usd


@given(classes, days, st.sampled_from(BANDS), st.sampled_from(BANDS))
def test_a_longer_prompt_is_never_cheaper_per_token(cls: BillingClass, day: date, one: int, other: int) -> None:
    short, long = (
        BOOK.rates(msgspec.structs.replace(cls, band=band, tier="", speed=""), day) for band in sorted((one, other))
    )
    assert (short is None) == (long is None)
    assert short is None or long is None or (long.input >= short.input and long.output >= short.output)


@given(st.text(max_size=30), moments, usages)
def test_what_the_book_does_not_know_has_no_price(name: str, at: datetime, usage: Usage) -> None:
    cls = BillingClass(model=name)
    if BOOK.knows(name):
        return
    assert BOOK.price(usage, cls, at) == Cost()
    assert BOOK.rates(cls, at) is None


@given(classes, days, st.integers(0, 23))
def test_remembered_rates_are_those_of_a_fresh_book(cls: BillingClass, day: date, hour: int) -> None:
    at = datetime(day.year, day.month, day.day, hour, tzinfo=timezone.utc)
    assert BOOK.rates(cls, at) == Book.load(shipped()).rates(cls, at)


@given(classes, st.integers(0, 23))
def test_rates_change_only_on_days_that_the_book_names(cls: BillingClass, hour: int) -> None:
    prices = BOOK.describe(cls.model)
    facts = (*prices.rows, *prices.factors, *prices.searches) if prices else ()
    changes = {fact.since for fact in facts} | {fact.until + timedelta(1) for fact in facts if fact.until}
    if BOOK.hourly(cls.model):
        return
    numbers = range(FIRST.toordinal(), LAST.toordinal())
    found = [BOOK.on(cls, number - EPOCH, hour) for number in numbers]
    for number, before, after in zip(numbers[1:], found, found[1:], strict=False):
        assert before is after or date.fromordinal(number) in changes


rows = st.builds(
    LedgerRow,
    key=st.sampled_from([("a",), ("b",), ("c",)]),
    cls=classes,
    day=days.map(lambda day: day.toordinal() - EPOCH),
    hour=st.none() | st.integers(0, 23),
    calls=st.integers(0, 5),
    entries=st.integers(0, 5),
    tool_calls=st.integers(0, 5),
    errors=st.integers(0, 5),
    usage=usages,
    recorded=st.none() | st.decimals(0, 100, places=4),
    unlogged=st.booleans(),
)


modes: tuple[CostMode, ...] = ("priced", "recorded", "best")


@given(st.lists(rows, max_size=12), st.sampled_from(modes))
def test_a_sum_is_the_sum_of_its_rows(ledger: list[LedgerRow], mode: CostMode) -> None:
    whole = amounts(ledger, BOOK, mode)
    parts = list(amounts_by(ledger, BOOK, mode).values())
    if not ledger:
        assert parts == []
        return
    total = parts[0]
    for part in parts[1:]:
        total += part
    assert total == whole


@given(st.lists(rows, min_size=1, max_size=8))
def test_the_integers_of_a_sum_are_exact(ledger: list[LedgerRow]) -> None:
    total = None
    for row in ledger:
        rates = BOOK.on(row.cls, row.day, row.hour)
        one = None if rates is None else rates.cost(row.usage).usd
        total = one if total is None else total if one is None else total + one
    assert amounts(ledger, BOOK).cost_usd == total


@given(
    classes,
    days,
    st.lists(st.decimals(0, 100, places=4), max_size=3),
    st.decimals("0.01", 100, places=3),
    usages.filter(lambda usage: usage.output is not None),
)
def test_integers_are_exact_with_own_prices_and_discounts_too(
    cls: BillingClass, day: date, percents: list[Decimal], price: Decimal, usage: Usage
) -> None:
    own = Override(model="claude-opus-5", input=price, output=price * 5)
    book = Book.load(shipped(), (own,), tuple(Discount(percent=percent) for percent in percents))
    row = LedgerRow(key=("a",), cls=cls, day=day.toordinal() - EPOCH, usage=usage)
    assert amounts([row], book).cost_usd == book.price(usage, cls, day).usd
