"""Writes src/agent_trace/pricing/prices.json: our own price book, and genai-prices beneath it.

A model of ours wins as a whole: genai-prices only adds models, other names and context windows that ours lacks. Taken
are the vendors' own list prices of text tokens; a host's price for somebody else's model is left out, because a log
does not name the host. Run it with `make prices`; a test holds the file fresh.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import msgspec
from genai_prices import types as genai
from genai_prices.data import providers

from agent_trace.model.usage import BANDS
from agent_trace.pricing.names import matches, model_id, plain_name
from agent_trace.pricing.table import Entry, Fact, Factor, FactT, PriceRow, SearchPrice, Table, Vendor, Window

PRICING = Path(__file__).parents[1] / "src" / "agent_trace" / "pricing"
VENDORS = (
    "anthropic", "cohere", "deepseek", "google", "meta", "minimax", "mistral", "moonshotai", "openai", "x-ai", "zai",
)  # fmt: skip
"""Providers of genai-prices that sell their own models."""
NOT_TEXT = re.compile(
    r"audio|image|tts|whisper|transcribe|realtime|-live|embed|moderation|ocr|voxtral|omni|robotics|banana|voice"
    r"|translate|computer-use|search|^ft:|\.ft-|gpt-oss|davinci|curie|babbage|^ada$|^zai-|^deepseek-v4-1"
)
"""Ids that do not bill text tokens alone, that are too old for agents, or that are another vendor's."""


MOVING = "a name that moves from model to model"


class ModelSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Models of prices.yaml that share their rates."""

    vendor: str
    ids: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    """Other names of the first id."""
    rows: tuple[PriceRow, ...]


class FactorSource(Factor, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A factor and whom it concerns: models by id, or all models of a vendor."""

    models: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()


class SearchSource(SearchPrice, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A price of searches and whom it concerns."""

    models: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()


class BeyondLogs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something billed that no log lets us price: kept here so that nobody looks it up twice."""

    what: str
    price: str


class PriceSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole of prices.yaml."""

    sources: dict[str, str]
    models: tuple[ModelSource, ...]
    factors: tuple[FactorSource, ...]
    searches: tuple[SearchSource, ...]
    unpriced: dict[str, str]
    beyond_logs: tuple[BeyondLogs, ...]


class ModelWindows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Models of windows.yaml that share their limits."""

    models: tuple[str, ...]
    rows: tuple[Window, ...]


class WindowSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole of windows.yaml."""

    windows: tuple[ModelWindows, ...]


class Added(msgspec.Struct):
    """What genai-prices adds to our own entries."""

    entries: dict[str, Entry]
    aliases: dict[str, str]
    windows: dict[str, int]
    moving: set[str]
    """Names that mean another model every few months (grok-latest), without dates: no price can be right for long."""


def narrowed(kind: type[FactT], fact: FactT) -> FactT:
    """The same fact without the fields that only say whom it concerns."""
    return kind(**{name: getattr(fact, name) for name in kind.__struct_fields__})


def own_entries(book: PriceSource, windows: WindowSource) -> dict[str, Entry]:
    """Every model of prices.yaml with all that concerns it alone."""
    factors, searches, limits = book.factors, book.searches, windows.windows
    return {
        name: Entry(
            vendor=model.vendor,
            rows=model.rows,
            factors=tuple(narrowed(Factor, one) for one in factors if name in one.models),
            searches=tuple(narrowed(SearchPrice, one) for one in searches if name in one.models),
            windows=tuple(row for one in limits if name in one.models for row in one.rows),
        )
        for model in book.models
        for name in model.ids
    }


def own_vendors(book: PriceSource) -> dict[str, Vendor]:
    """What prices.yaml says of all models of a vendor."""
    names = [*(one.vendors for one in book.factors), *(one.vendors for one in book.searches)]
    return {
        name: Vendor(
            factors=tuple(narrowed(Factor, one) for one in book.factors if name in one.vendors),
            searches=tuple(narrowed(SearchPrice, one) for one in book.searches if name in one.vendors),
        )
        for vendors in names
        for name in vendors
    }


def complaints(book: PriceSource, windows: WindowSource, entries: dict[str, Entry]) -> Iterator[str]:
    """What is wrong with the two files: mistakes that the types cannot see."""
    names = [name for model in book.models for name in (*model.ids, *model.aliases)]
    for name in names:
        if names.count(name) > 1:
            yield f"{name} stands twice"
        if model_id(name) != name:
            yield f"{name} would never be found: it is looked up as {model_id(name)}"
    named = [*(one.models for one in book.factors), *(one.models for one in book.searches)]
    named += [one.models for one in windows.windows]
    yield from (f"{name} has no rates" for models in named for name in models if name not in entries)
    for fact in book.factors:
        if fact.by == "band" and fact.above not in BANDS:
            yield f"no call knows whether its prompt exceeds {fact.above}: it is not in BANDS"
    facts: list[Fact] = [*book.factors, *book.searches]
    for entry in entries.values():
        facts += [*entry.rows, *entry.windows]
    yield from (f"source {fact.source!r} is not in `sources`" for fact in facts if fact.source not in book.sources)
    for name, entry in entries.items():
        for first, second in zip(entry.rows, entry.rows[1:], strict=False):
            if first.until is None or second.since != first.until + timedelta(days=1):
                yield f"the rows of {name} are not one after the other"


def names_of(match: object) -> Iterator[str]:
    """The names that a matching rule of genai-prices spells out. A prefix counts as itself: what may follow is open."""
    if isinstance(match, genai.ClauseOr):
        for clause in match.or_:
            yield from names_of(clause)
    elif isinstance(match, genai.ClauseEquals):
        yield match.equals
    elif isinstance(match, genai.ClauseStartsWith) and not re.search(r"[-@]$|-20\d\d$", match.starts_with):
        yield match.starts_with


def periods(model: genai.ModelInfo) -> list[tuple[date | None, genai.ModelPrice]]:
    """The prices of a model by their first day; empty where they depend on the hour, as no factor of ours can."""
    if isinstance(model.prices, genai.ModelPrice):
        return [(None, model.prices)]
    found: list[tuple[date | None, genai.ModelPrice]] = []
    for one in model.prices:
        if isinstance(one.constraint, genai.TimeOfDateConstraint):
            return []
        found.append((one.constraint.start_date if one.constraint else None, one.prices))
    return sorted(found, key=lambda period: period[0] or date.min)


def standard(price: Decimal | genai.TieredPrices | None) -> Decimal | None:
    """The rate of a short prompt."""
    return price.base if isinstance(price, genai.TieredPrices) else price


def steps(price: Decimal | genai.TieredPrices | None) -> dict[int, Decimal]:
    """Above how many prompt tokens a rate is how many times the standard one."""
    if not isinstance(price, genai.TieredPrices) or not price.base:
        return {}
    return {tier.start: tier.price / price.base for tier in price.tiers}


def long_prompts(price: genai.ModelPrice, since: date | None, until: date | None) -> list[Factor] | None:
    """The tiers of a model as factors; None where the kinds of the input side do not move together."""
    side = [steps(one) for one in (price.input_mtok, price.cache_read_mtok, price.cache_write_mtok) if one is not None]
    out = steps(price.output_mtok)
    if any(one != side[0] for one in side) or (out and out.keys() != side[0].keys()):
        return None
    return [
        Factor(
            name="long prompt", by="band", above=line, input=times, output=out.get(line, Decimal(1)),
            since=since, until=until, source="genai-prices",
        )
        for line, times in side[0].items()
    ]  # fmt: skip


def entry_of(vendor: str, model: genai.ModelInfo) -> Entry | None:
    """A model of genai-prices as ours would say it; None for what is not billed by text tokens alone."""
    rows: list[PriceRow] = []
    factors: list[Factor] = []
    searches: list[SearchPrice] = []
    found = periods(model)
    if not found:
        return None
    ends = [since - timedelta(days=1) for since, _ in found[1:] if since]
    for (since, price), until in zip(found, [*ends, None], strict=True):
        rate, output, search = standard(price.input_mtok), standard(price.output_mtok), price.web_searches_kcount
        longer = long_prompts(price, since, until) if rate is not None else None
        if rate is None or output is None or longer is None or price.requests_kcount is not None:
            return None
        rows.append(
            PriceRow(
                since=since, until=until, input=rate, output=output, source="genai-prices",
                cache_read=standard(price.cache_read_mtok), cache_write_5m=standard(price.cache_write_mtok),
                cache_write_1h=standard(price.cache_write_1h_mtok),
            )
        )  # fmt: skip
        factors += longer
        if isinstance(search, Decimal):
            searches.append(SearchPrice(since=since, until=until, per_1000=search, source="genai-prices"))
    limit = (Window(tokens=model.context_window, source="genai-prices"),) if model.context_window else ()
    return Entry(
        vendor=vendor, origin="genai-prices", rows=tuple(rows), factors=tuple(factors),
        searches=tuple(searches), windows=limit,
    )  # fmt: skip


def added_by(catalogue: Iterable[genai.Provider], taken: dict[str, Entry], unpriced: Iterable[str]) -> Added:
    """Models, names and windows of genai-prices, as far as ours has none."""
    added = Added(entries={}, aliases={}, windows={}, moving=set())
    for provider in sorted((one for one in catalogue if one.id in VENDORS), key=lambda one: one.id):
        for model in provider.models:
            if NOT_TEXT.search(model.id.lower()) or (provider.id == "google" and "gemini" not in model.id):
                continue
            names = sorted({plain_name(name) for name in (model.id, *names_of(model.match))})
            if any(matches(pattern, name) for pattern in unpriced for name in names):
                continue
            _add(added, taken, provider.id, model, names)
    return added


def _add(added: Added, taken: dict[str, Entry], vendor: str, model: genai.ModelInfo, names: Sequence[str]) -> None:
    ours = [name for name in (model_id(model.id), *map(model_id, names)) if name in taken]
    home = ours[0] if ours else plain_name(model.id)
    if not ours:
        entry = entry_of(vendor, model)
        if entry is None:
            return
        if is_moving(home) and len(entry.rows) == 1:
            added.moving.update(name for name in names if is_moving(name))
            return
        added.entries.setdefault(home, entry)
    if model.context_window:
        added.windows.update(dict.fromkeys(ours, model.context_window))
    for name in names:
        if name == home or model_id(name) in taken:
            continue
        if is_moving(name):
            added.moving.add(name)
        else:
            added.aliases.setdefault(name, home)


def is_moving(name: str) -> bool:
    """Whether a name says only which family, not which model."""
    return name.endswith("-latest") and not re.search(r"\d", name)


def aliases_of(book: PriceSource, own: dict[str, Entry], added: Added) -> dict[str, str]:
    """Every other name of a model. The short form of a name (without its date) is one too, unless it means another."""
    named = {**added.aliases, **{alias: model.ids[0] for model in book.models for alias in model.aliases}}
    entries = {*own, *added.entries}
    for name, home in sorted([*((name, name) for name in added.entries), *named.items()]):
        short = model_id(name)
        if short not in entries:
            named.setdefault(short, home)
    return {name: home for name, home in named.items() if name not in entries}


def with_window(entry: Entry, tokens: int | None) -> Entry:
    """The entry with the context window of genai-prices, where it has none of its own."""
    if entry.windows or tokens is None:
        return entry
    return msgspec.structs.replace(entry, windows=(Window(tokens=tokens, source="genai-prices"),))


def table(prices: bytes, windows: bytes, catalogue: Sequence[genai.Provider], genai_version: str) -> bytes:
    """The bytes of prices.json: one model to a line, sorted, the same for the same input."""
    book = msgspec.yaml.decode(prices, type=PriceSource)
    limits = msgspec.yaml.decode(windows, type=WindowSource)
    own = own_entries(book, limits)
    wrong = list(complaints(book, limits, own))
    if wrong:
        raise ValueError("; ".join(wrong))
    added = added_by(catalogue, own, book.unpriced)
    entries = {**added.entries, **{name: with_window(entry, added.windows.get(name)) for name, entry in own.items()}}
    sources = {**book.sources, "genai-prices": f"the table of genai-prices {genai_version}"}
    return b"{%s}\n" % b",\n".join(
        [
            b'"genai_prices":' + msgspec.json.encode(genai_version),
            b'"sources":' + _lines(sources),
            b'"vendors":' + _lines(own_vendors(book)),
            b'"aliases":' + _lines(aliases_of(book, own, added)),
            b'"unpriced":' + _lines({**dict.fromkeys(added.moving, MOVING), **book.unpriced}),
            b'"models":' + _lines(entries),
        ]
    )


def _lines(values: Mapping[str, object]) -> bytes:
    encoded = (msgspec.json.encode(name) + b":" + msgspec.json.encode(values[name]) for name in sorted(values))
    return b"{\n%s\n}" % b",\n".join(encoded)


def shipped_table() -> bytes:
    """The table of the files as they stand and of the genai-prices that is installed."""
    prices, windows = (PRICING / "prices.yaml").read_bytes(), (PRICING / "windows.yaml").read_bytes()
    return table(prices, windows, providers, version("genai-prices"))


def main() -> None:
    """Write the file and say what is in it."""
    made = shipped_table()
    (PRICING / "prices.json").write_bytes(made)
    models = msgspec.json.decode(made, type=Table).models
    print(f"prices.json: {len(models)} models in {len(made)} bytes")


if __name__ == "__main__":
    main()
