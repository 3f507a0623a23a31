"""What one session cost, call class by call class: tokens, rates and dollars of every model, own and sub-agents' apart.

`cost SESSION` is its other spelling. Each line is one model with one set of rates on one day, so that every product can
be checked by hand: tokens × dollars per million. `--cost recorded` shows the agent's own figures where it wrote any.

`--by phase` cuts the session's own cost into its phases, and shows apart what was wasted in each (docs/numbers.md).
`--model`, `--input-price` and `--output-price` answer what it would have cost, and say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from agent_trace.errors import UsageError
from agent_trace.model.facts import Facts
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.usage import NOTHING, Amounts, Basis, BillingClass, CostMode, Usage
from agent_trace.pricing.amounts import amounts
from agent_trace.pricing.repriced import Repriced
from agent_trace.render.blocks import Block, Cell, Column, Heading, Note, Prose, Table, Tone, cell
from agent_trace.render.numbers import clip, count, dollars, tokens
from agent_trace.reports._amounts import money
from agent_trace.reports._phase_costs import Lost, PhaseCost, lost_below, phase_costs, phase_table, wasted
from agent_trace.reports._scopes import SessionScope

SCOPE = "session"
_EPOCH = date(1970, 1, 1)
MILLION = 1_000_000


class Options(msgspec.Struct, frozen=True, kw_only=True):
    by: Annotated[Literal["model", "phase"], msgspec.Meta(description="What each line is.")] = "model"
    model: Annotated[str | None, msgspec.Meta(description="As if this model had answered every call.")] = None
    input_price: Annotated[
        Decimal | None, msgspec.Meta(description="As if a million tokens of input cost so many dollars.")
    ] = None
    output_price: Annotated[Decimal | None, msgspec.Meta(description="The same for output.")] = None


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """Dollars per million tokens."""

    input: Decimal
    output: Decimal
    cache_read: Decimal
    cache_write_5m: Decimal
    cache_write_1h: Decimal


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Calls that share every rate."""

    session: str
    day: date
    """UTC: prices have dates."""
    model: str
    speed: str
    geo: str
    tier: str
    band: int
    """The prompt-size line that the calls exceed; 0: none."""
    unlogged: bool
    calls: int | None
    unpriced_calls: int
    usage: Usage
    rates: Rates | None
    source: str
    cost_usd: Decimal | None
    cost_basis: Basis | None
    recorded_usd: Decimal | None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str | None
    lines: tuple[Line, ...]
    own: Amounts
    subagents: Amounts
    unlogged: Amounts | None
    total: Amounts
    phases: tuple[PhaseCost, ...] = ()
    """With `--by phase`: the session's own calls, cut into its phases."""
    waste_usd: Decimal | None = None
    """Claimed in these phases together."""
    below: Lost = Lost()
    """The same in its sub-agents."""
    assumed: str = ""
    """What the prices are instead of the book's; empty: the book's."""


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    assumed = _assumed(scope, options)
    mode: CostMode = "priced" if assumed else facts.cost
    if assumed:
        scope = _repriced(scope, options)
    phases = phase_costs(scope, mode) if options.by == "phase" else ()
    known = [one.waste_usd for one in phases if one.waste_usd is not None]
    groups: dict[tuple[str, int, BillingClass, bool], list[LedgerRow]] = defaultdict(list)
    for row in scope.rows:
        groups[row.key[0], row.day, row.cls, row.unlogged].append(row)
    ordered = sorted(groups.items(), key=lambda one: (one[0][0] != scope.summary.id, one[0]))
    summary = scope.summary
    return Result(
        id=summary.id,
        title=summary.title,
        lines=tuple(_line(key, rows, scope, mode) for key, rows in ordered),
        own=summary.own,
        subagents=summary.subagents,
        unlogged=summary.unlogged,
        total=summary.total,
        phases=phases,
        waste_usd=sum(known, Decimal(0)) if known else None,
        below=lost_below(scope) if options.by == "phase" else Lost(),
        assumed=assumed,
    )


def _assumed(scope: SessionScope, options: Options) -> str:
    """Which prices are asked for, in words. UsageError for a model without a price, and for a price that is none."""
    given = (("input", options.input_price), ("output", options.output_price))
    if any(price is not None and not (price.is_finite() and price >= 0) for _, price in given):
        raise UsageError("a price is a number of dollars, 0 or more")
    if options.model is not None and not scope.book.knows(options.model) and None in (given[0][1], given[1][1]):
        raise UsageError(f"no price is known for {options.model!r}", hint="`agent-trace prices` lists the models")
    said = [f"every call at the prices of {options.model}"] if options.model else []
    said += [f"{name} at ${price.normalize():f} per million tokens" for name, price in given if price is not None]
    return ", ".join(said)


def _repriced(scope: SessionScope, options: Options) -> SessionScope:
    """The same session by other prices."""
    book = Repriced(scope.book, model=options.model, input=options.input_price, output=options.output_price)
    own = _sum(
        [row for row in scope.rows if row.key[0] == scope.summary.id and not row.unlogged], book, scope.summary.own
    )
    below = [row for row in scope.rows if row.key[0] != scope.summary.id and not row.unlogged]
    beyond = [row for row in scope.rows if row.unlogged]
    subagents = _sum(below, book, scope.summary.subagents)
    unlogged = None if scope.summary.unlogged is None else _sum(beyond, book, scope.summary.unlogged)
    summary = msgspec.structs.replace(
        scope.summary, own=own, subagents=subagents, unlogged=unlogged, total=own + subagents + (unlogged or NOTHING)
    )
    return msgspec.structs.replace(scope, summary=summary, book=book)


def _sum(rows: list[LedgerRow], book: Repriced, before: Amounts) -> Amounts:
    """Priced anew; without any call it stays what it was."""
    return amounts(rows, book) if rows else before


def _line(key: tuple[str, int, BillingClass, bool], rows: list[LedgerRow], scope: SessionScope, mode: CostMode) -> Line:
    session, day, cls, unlogged = key
    one = amounts(rows, scope.book, mode)
    found = scope.book.on(cls, day, rows[0].hour)
    return Line(
        session=session,
        day=_EPOCH + timedelta(days=day),
        model=cls.model,
        speed=cls.speed,
        geo=cls.geo,
        tier=cls.tier,
        band=cls.band,
        unlogged=unlogged,
        calls=one.calls,
        unpriced_calls=one.unpriced_calls,
        usage=one.usage,
        rates=None
        if found is None
        else Rates(**{name: getattr(found, name) * MILLION for name in Rates.__struct_fields__}),
        source="" if found is None else found.row.source,
        cost_usd=one.cost_usd,
        cost_basis=one.cost_basis,
        recorded_usd=one.recorded_usd,
    )


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    yield Heading(text=clip(result.title or result.id, 100))
    if result.assumed:
        yield Note(text=f"not what it cost: {result.assumed}")
    yield from _by_phase(result) if options.by == "phase" else _by_model(result)
    if result.total.unpriced_calls:
        yield Note(text="some calls have no price", hint="`agent-trace prices` lists the models")


def _by_phase(result: Result) -> Iterator[Block]:
    parts = (
        ("main", result.own),
        ("sub-agents", result.subagents),
        ("unlogged", result.unlogged),
        ("total", result.total),
    )
    own, below = sum(one.waste_tokens for one in result.phases), result.below
    both = [usd for usd in (result.waste_usd, below.usd) if usd is not None]
    lost = {
        "main": wasted(result.waste_usd, own),
        "sub-agents": wasted(below.usd, below.tokens),
        "total": wasted(sum(both, _ZERO) if both else None, own + below.tokens),
    }
    told = [(name, lost.get(name, ""), money(one)) for name, one in parts if one is not None]
    yield phase_table(result.phases, told, result.id)


def _by_model(result: Result) -> Iterator[Block]:
    columns = (
        Column(title="model", stretch=True),
        Column(title="day", weight=5),
        Column(title="what", weight=4),
        Column(title="calls", align="right", weight=3),
        Column(title="input", align="right", weight=2),
        Column(title="output", align="right", weight=2),
        Column(title="write 5m", align="right", weight=6),
        Column(title="write 1h", align="right", weight=7),
        Column(title="cache read", align="right", weight=6),
        Column(title="cost", align="right", key="cost_usd"),
    )
    yield Table(
        columns=columns,
        rows=tuple(_cells(line, result.id) for line in result.lines),
        footer=tuple(_footer(result)),
        title=result.id,
        empty="the session made no model call",
    )
    seen: set[tuple[str, int]] = set()
    for line in result.lines:
        if (line.model, line.band) not in seen and line.rates is not None:
            seen.add((line.model, line.band))
            yield Prose(text=_rates(line), tone="dim")


def _cells(line: Line, own: str) -> tuple[Cell, ...]:
    words = [
        word for word in (line.speed if line.speed == "fast" else "", line.geo if line.geo == "us" else "") if word
    ]
    what = (
        "unlogged"
        if line.unlogged
        else "main"
        if line.session == own
        else line.session.partition("/")[2] or line.session
    )
    usage = line.usage
    kinds = (usage.input, usage.output, usage.cache_write_5m, usage.cache_write_1h, usage.cache_read)
    return (
        cell(" ".join([line.model, *words, f"> {tokens(line.band)}" if line.band else ""]).strip()),
        cell(line.day.isoformat()),
        cell(what),
        cell(count(line.calls)),
        *(cell(tokens(kind), value="" if kind is None else str(kind)) for kind in kinds),
        cell(
            dollars(line.cost_usd, unpriced=line.unpriced_calls),
            value="" if line.cost_usd is None else f"{line.cost_usd:f}",
        ),
    )


def _footer(result: Result) -> Iterator[tuple[Cell, ...]]:
    parts = [
        ("main", result.own),
        ("sub-agents", result.subagents),
        ("unlogged", result.unlogged),
        ("total", result.total),
    ]
    for name, one in parts:
        if one is None:
            continue
        tone: Tone = "strong" if name == "total" else "dim"
        usage = one.usage
        kinds = (usage.input, usage.output, usage.cache_write_5m, usage.cache_write_1h, usage.cache_read)
        middle = (cell(""), cell(""), cell(count(one.calls), tone), *(cell(tokens(kind), tone) for kind in kinds))
        yield (cell(name, tone), *middle, cell(money(one), tone))


_ZERO = Decimal(0)
_NO_RATES = Rates(input=_ZERO, output=_ZERO, cache_read=_ZERO, cache_write_5m=_ZERO, cache_write_1h=_ZERO)


def _rates(line: Line) -> str:
    rates = line.rates or _NO_RATES
    band = f" above {tokens(line.band)} prompt tokens" if line.band else ""
    writes = f"{rates.cache_write_5m.normalize():f} / {rates.cache_write_1h.normalize():f} write"
    kinds = f"{rates.input.normalize():f} in · {rates.output.normalize():f} out · {writes} · {rates.cache_read.normalize():f} read"
    return f"{line.model}{band}: {kinds} $ per million tokens"
