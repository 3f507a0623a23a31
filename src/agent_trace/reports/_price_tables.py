"""How everything that the price book holds about one model is laid out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from agent_trace.pricing.description import ModelPrices, OwnedRow
from agent_trace.pricing.table import Dated, Factor
from agent_trace.render.blocks import Block, Cell, Column, Field, Fields, Heading, Note, Prose, Table, cell, field
from agent_trace.render.numbers import count

ALWAYS, STILL = "always", "now"
SURE = "A the vendor's page was read · B two trackers agree · C one tracker · D common knowledge"


def rate(price: Decimal) -> str:
    """A price as it is written in lists: two decimals at least, every further one where it is not zero."""
    whole, _, rest = f"{price.normalize():f}".partition(".")
    return f"{int(whole):,}.{rest.ljust(2, '0')}"


def model_layout(model: ModelPrices, calls: int) -> Iterator[Block]:
    """One model: its names and windows, its dated prices, what multiplies them, and where each fact was read."""
    sources = Sources()
    yield Heading(text=model.model)
    yield Fields(items=_facts(model, calls, sources))
    if model.unpriced:
        yield Note(text=f"no price: {model.unpriced}", hint="own prices go into config.toml: docs/prices.md")
        return
    listed = any(row.origin != "yours" for row in model.rows)
    yield Table(
        columns=_PRICES,
        rows=tuple(_price(row, listed, sources) for row in model.rows),
        title="US dollars per million tokens",
    )
    if model.factors:
        yield Table(
            columns=_FACTORS, rows=tuple(_factor(one, sources) for one in model.factors), title="What multiplies them"
        )
    rest = tuple(_others(model, sources))
    if rest:
        yield Fields(items=rest)
    yield Fields(items=tuple(field(f"[{number}]", text) for text, number in sources.numbers.items()))
    yield Prose(text=SURE, tone="dim")


class Sources:
    """Where facts were read, numbered in the order of their first mention."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def mark(self, source: str) -> str:
        """How a fact points to its source: `[1]`."""
        return f"[{self.numbers.setdefault(source, len(self.numbers) + 1)}]"


def _facts(model: ModelPrices, calls: int, sources: Sources) -> tuple[Field, ...]:
    items = [field("vendor", model.vendor or "?")]
    if model.names:
        items.append(field("also", ", ".join(model.names)))
    items += [
        field("context", f"{count(one.tokens)} tokens", _note(_period(one), sources.mark(one.source)))
        for one in model.windows
    ]
    if not model.windows:
        items.append(field("context", "?"))
    items.append(field("calls here", count(calls)))
    return tuple(items)


def _period(dated: Dated) -> str:
    """The days of a fact in words; empty where it holds always."""
    return _note(
        f"from {dated.since.isoformat()}" if dated.since else "",
        f"until {dated.until.isoformat()}" if dated.until else "",
    )


def _note(*parts: str) -> str:
    return " ".join(part for part in parts if part)


_PRICES = (
    Column(title="from"),
    Column(title="until"),
    Column(title="input", align="right"),
    Column(title="output", align="right"),
    Column(title="write 5m", align="right", key="cache_write_5m"),
    Column(title="write 1h", align="right", key="cache_write_1h"),
    Column(title="read", align="right", key="cache_read"),
    Column(title="origin", weight=1),
    Column(title="source"),
)


def _price(row: OwnedRow, listed: bool, sources: Sources) -> tuple[Cell, ...]:
    """A kind without a price bills as input; an own price keeps the ratio that the list gives the kind, if it does."""
    kinds = (row.cache_write_5m, row.cache_write_1h, row.cache_read)
    ratio = "as list" if row.origin == "yours" and listed else "as input"
    return (
        *_days(row),
        cell(rate(row.input)),
        cell(rate(row.output)),
        *(cell(ratio, "dim", value="") if kind is None else cell(rate(kind)) for kind in kinds),
        cell(row.origin),
        _read_in(row.sure, row.source, sources),
    )


_FACTORS = (
    Column(title="what"),
    Column(title="when", stretch=True),
    Column(title="in ×", align="right", key="input"),
    Column(title="out ×", align="right", key="output"),
    Column(title="from", weight=1),
    Column(title="until", weight=1),
    Column(title="source"),
)


def _factor(one: Factor, sources: Sources) -> tuple[Cell, ...]:
    return (
        cell(one.name),
        cell(when(one)),
        cell(_plain(one.input)),
        cell(_plain(one.output)),
        *_days(one),
        _read_in(one.sure, one.source, sources),
    )


def when(factor: Factor) -> str:
    """In words, what a call must be for the factor to hold."""
    match factor.by:
        case "band":
            return f"a prompt over {count(factor.above)} tokens"
        case "hour":
            hours = ", ".join(f"{one.start:02}-{one.end:02}" for one in factor.hours)
            return f"{hours} h UTC" + ("" if factor.weekends else ", working days")
        case "speed":
            return f"served {_either(factor.words)}"
        case "tier":
            return f"the {_either(factor.words)} tier"
        case "geo":
            return f"inference in {_either(factor.words)}"
        case "region":
            return f"ids that begin with {_either(factor.words)}"


def _either(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _others(model: ModelPrices, sources: Sources) -> Iterator[Field]:
    for search in model.searches:
        note = _note(_period(search), search.sure, sources.mark(search.source))
        yield field("web search", f"{rate(search.per_1000)} per 1,000", note)
    for discount in model.discounts:
        yield field("discount", f"{_plain(discount.percent)} %", _note(_period(discount), "config.toml"))


def _days(dated: Dated) -> tuple[Cell, Cell]:
    since, until = (day.isoformat() if day else "" for day in (dated.since, dated.until))
    return cell(since or ALWAYS, value=since), cell(until or STILL, value=until)


def _read_in(sure: str, source: str, sources: Sources) -> Cell:
    return cell(f"{sure} {sources.mark(source)}", "dim", value=source)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
