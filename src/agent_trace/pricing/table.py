"""What prices.json holds: dated rates per million tokens, what multiplies them, and context windows.

All days are UTC and inclusive; no `from` means always, no `until` means still. `sure` says how a fact is founded:
A the vendor's own page, B two independent trackers, C one tracker or a page that quotes the vendor, D common knowledge.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal, TypeVar

import msgspec

Origin = Literal["agent-trace", "genai-prices", "yours"]
Sure = Literal["A", "B", "C", "D"]
Cause = Literal["band", "speed", "tier", "geo", "region", "hour"]


class Dated(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Holds from one UTC day to another, both included."""

    since: date | None = msgspec.field(default=None, name="from")
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it holds on that UTC day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Fact(Dated, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Something dated that was read somewhere."""

    source: str
    """A key of `Table.sources`, or the source itself."""


DatedT = TypeVar("DatedT", bound=Dated)
FactT = TypeVar("FactT", bound=Fact)


def holding(facts: Iterable[DatedT], day: date) -> DatedT | None:
    """The first of the facts that holds on that UTC day."""
    return next((fact for fact in facts if fact.holds(day)), None)


class PriceRow(Fact, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The rates of a model in one period, in US dollars per million tokens. A kind without a rate bills as input."""

    input: Decimal
    output: Decimal
    """Reasoning is billed as output everywhere."""
    cache_read: Decimal | None = None
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None
    sure: Sure = "C"
    note: str = ""


class Hours(msgspec.Struct, frozen=True, array_like=True):
    """Full UTC hours of a day: `start` belongs to them, `end` does not."""

    start: int
    end: int


class Factor(Fact, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What multiplies the rates of a whole call, and when. Factors multiply each other; web searches are left alone."""

    name: str
    by: Cause
    """The fact of the call that decides: its prompt band, a word in its speed, tier, geo or model id, or its hour."""
    words: tuple[str, ...] = ()
    """The words that bring the factor on (speed, tier, geo, region)."""
    above: int | None = None
    """Prompt tokens that the call must exceed (band). Of several such factors the one with the highest line holds."""
    hours: tuple[Hours, ...] = ()
    weekends: bool = True
    """Whether the hours hold on Saturdays and Sundays (UTC) too."""
    days_off: tuple[date, ...] = ()
    """Days without these hours."""
    short_only: bool = False
    """Gives way to a long prompt's factor instead of multiplying it."""
    input: Decimal
    """For everything on the input side: input, cache reads and cache writes."""
    output: Decimal
    sure: Sure = "C"


class SearchPrice(Fact, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a vendor's own web search costs beside the tokens."""

    per_1000: Decimal
    """US dollars per thousand successful searches."""
    sure: Sure = "C"


class Window(Fact, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The largest context of a model in one period."""

    tokens: int


class Vendor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What holds for all models of one vendor."""

    factors: tuple[Factor, ...] = ()
    searches: tuple[SearchPrice, ...] = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Everything about one model. Periods of `rows` do not overlap."""

    vendor: str
    origin: Origin = "agent-trace"
    rows: tuple[PriceRow, ...]
    factors: tuple[Factor, ...] = ()
    searches: tuple[SearchPrice, ...] = ()
    """Instead of the vendor's, where there are any."""
    windows: tuple[Window, ...] = ()


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file. Models stay encoded until somebody asks for them: most runs need five of two hundred."""

    genai_prices: str
    """The version of genai-prices that filled the gaps."""
    sources: dict[str, str]
    """Where a fact was read, by the short name that rows use."""
    vendors: dict[str, Vendor]
    aliases: dict[str, str]
    """Other names of a model → its id here."""
    unpriced: dict[str, str]
    """Names (with `*` for anything) that are known to have no list price → why."""
    models: dict[str, msgspec.Raw]
    """Id → an encoded Entry."""
