"""The price table that is shipped, and the tool that writes it."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from agent_trace.model.usage import BANDS, BillingClass
from agent_trace.pricing.amounts import SCALE
from agent_trace.pricing.book import EPOCH, Book
from agent_trace.pricing.names import model_id, plain_name
from agent_trace.pricing.shipped import shipped
from agent_trace.pricing.table import Entry, Fact, Table

PRICES = """
sources: {page: the vendor's page}
models:
  - vendor: acme
    ids: [ultra-9]
    aliases: [ultra]
    rows:
      - {until: 2026-08-31, input: "2", output: "4", source: page}
      - {from: 2026-09-01, input: "1", output: "2", source: page}
factors:
  - {models: [ultra-9], name: long prompt, by: band, above: 200000, input: "2", output: "2", source: page}
searches: []
unpriced: {"mystery-*": nobody knows}
beyond_logs: []
"""
WINDOWS = "windows: [{models: [ultra-9], rows: [{tokens: 1000, source: page}]}]"


@pytest.fixture
def make_prices() -> ModuleType:
    from tools import make_prices

    return make_prices


def entries() -> dict[str, Entry]:
    table = msgspec.json.decode(shipped(), type=Table)
    return {name: msgspec.json.decode(encoded, type=Entry) for name, encoded in table.models.items()}


@pytest.mark.full
def test_the_table_is_fresh(make_prices: ModuleType) -> None:
    assert make_prices.shipped_table() == shipped(), "run `make prices`"


def test_the_table_is_small() -> None:
    assert len(shipped()) < 200_000


def test_every_entry_is_whole() -> None:
    table, models = msgspec.json.decode(shipped(), type=Table), entries()
    assert {entry.origin for entry in models.values()} == {"agent-trace", "genai-prices"}
    assert set(table.aliases.values()) <= set(models)
    assert not set(table.aliases) & set(models)
    assert not set(table.unpriced) & (set(models) | set(table.aliases))
    for entry in models.values():
        facts: list[Fact] = [*entry.rows, *entry.factors, *entry.searches, *entry.windows]
        assert {fact.source for fact in facts} <= set(table.sources)
        assert entry.rows


def test_every_model_is_found_by_its_own_id() -> None:
    book = Book.load(shipped())
    for name in (*book.models(), *msgspec.json.decode(shipped(), type=Table).aliases):
        prices = book.describe(name)
        assert prices is not None
        assert prices.rows
        assert name in {prices.model, *prices.names}


def test_a_call_knows_whether_it_exceeds_our_lines() -> None:
    lines = {
        factor.above
        for entry in entries().values()
        if entry.origin == "agent-trace"
        for factor in entry.factors
        if factor.above is not None
    }
    assert lines <= set(BANDS)


def test_no_shipped_price_is_rounded_by_a_sum() -> None:
    book = Book.load(shipped())
    for model in book.models():
        for facts in ({}, {"speed": "fast", "geo": "us"}, {"tier": "flex"}, {"tier": "fast"}):
            rates = book.on(BillingClass(model=model, band=BANDS[-1], **facts), 740_000 - EPOCH)
            if rates is not None:
                kinds = (rates.input, rates.output, rates.cache_read, rates.cache_write_5m, rates.cache_write_1h)
                assert all(-int(rate.as_tuple().exponent) <= SCALE // 2 for rate in kinds)


@pytest.mark.full
def test_a_small_table(make_prices: ModuleType) -> None:
    made = make_prices.table(PRICES.encode(), WINDOWS.encode(), [], "9.9")
    book = Book.load(made)
    assert book.models() == ("ultra-9",)
    prices = book.describe("acme/ultra")
    assert prices is not None
    assert [row.source for row in prices.rows] == ["the vendor's page"] * 2
    assert [window.tokens for window in prices.windows] == [1000]
    assert make_prices.table(PRICES.encode(), WINDOWS.encode(), [], "9.9") == made


@pytest.mark.full
@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("aliases: [ultra]", "aliases: [ultra-9]", "ultra-9 stands twice"),
        ("aliases: [ultra]", "aliases: [ultra-latest]", "ultra-latest would never be found: it is looked up as ultra"),
        ("models: [ultra-9], name", "models: [ultra-8], name", "ultra-8 has no rates"),
        ("above: 200000", "above: 200001", "no call knows whether its prompt exceeds 200001"),
        ("until: 2026-08-31", "until: 2026-08-30", "the rows of ultra-9 are not one after the other"),
        ('output: "2", source: page}\nfac', 'output: "2", source: book}\nfac', "source 'book' is not in `sources`"),
    ],
)
def test_mistakes_in_the_sources_are_named(make_prices: ModuleType, right: str, wrong: str, complaint: str) -> None:
    assert right in PRICES
    with pytest.raises(ValueError, match=complaint.replace("(", "\\(")):
        make_prices.table(PRICES.replace(right, wrong).encode(), WINDOWS.encode(), [], "9.9")


@pytest.mark.full
def test_a_misspelt_key_is_refused(make_prices: ModuleType) -> None:
    with pytest.raises(msgspec.ValidationError, match="vendour"):
        make_prices.table(PRICES.replace("vendor:", "vendour:").encode(), WINDOWS.encode(), [], "9.9")


@pytest.mark.full
def test_genai_prices_fills_gaps_and_overrules_nothing(make_prices: ModuleType) -> None:
    own = {name for name, entry in entries().items() if entry.origin == "agent-trace"}
    table = msgspec.json.decode(shipped(), type=Table)
    for name in table.models.keys() - own:
        assert model_id(name) not in own, f"{name} is a name of ours"
        assert plain_name(name) == name
    added = make_prices.added_by(make_prices.providers, {}, ())
    assert {"claude-opus-5", "gpt-4o"} <= added.entries.keys(), "with nothing of ours it would bring these itself"


def test_the_sources_lie_beside_the_table() -> None:
    folder = Path(__file__).parents[2] / "src" / "agent_trace" / "pricing"
    assert {"prices.yaml", "windows.yaml", "prices.json"} <= {path.name for path in folder.iterdir()}
