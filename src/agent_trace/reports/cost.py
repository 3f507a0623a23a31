"""What the selected sessions cost, by day, week, month, hour, session, model, project, branch, agent, tool or window.

Every call counts once, under its own day, model and branch, priced at the rates of that day. Sub-agents' calls are
in the rows; what the agents' own cost records know beyond their logs stands apart as `unlogged`, in no row's figures
and in the total. Two keys at once make a row of every combination: `--by agent,model`.

`--by tool` counts tool calls and errors per tool; a call's tokens and dollars go to the tool of its first tool-use
block, or to `(none)`. `--by window` groups by the five-hour windows in which subscriptions are limited: a window
starts at the UTC hour of an agent's first call, and the one that is open now shows its pace and where that leads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

import msgspec

from agent_trace.errors import UsageError
from agent_trace.model.facts import Facts
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.summary import Totals
from agent_trace.model.usage import Amounts, Basis, Usage
from agent_trace.pricing.amounts import amounts
from agent_trace.render.blocks import Block as AnyBlock
from agent_trace.render.blocks import Cell, Column, Note, Prose, Table, Tone, cell
from agent_trace.reports._amounts import COLUMNS, RECORDED, cells, differs, footer, recorded
from agent_trace.reports._scopes import UsageScope
from agent_trace.reports._windows import Open, open_windows, window_layout, window_rows
from agent_trace.reports._words import many

SCOPE = "usage"
KEYS = ("day", "week", "month", "hour", "window", "session", "model", "project", "branch", "agent", "tool")
Shown = TypeVar("Shown")
TIMES = frozenset({"hour", "day", "week", "month", "window"})


class Options(msgspec.Struct, frozen=True, kw_only=True):
    by: Annotated[str, msgspec.Meta(description="What a row stands for: one or two of " + ", ".join(KEYS) + ".")] = (
        "day"
    )
    breakdown: Annotated[bool, msgspec.Meta(description="Under each row, one line for each of its models.")] = False
    order: Annotated[
        Literal["asc", "desc", ""],
        msgspec.Meta(description="Order of the rows; times are ascending unless told otherwise."),
    ] = ""
    compact: Annotated[bool, msgspec.Meta(description="Only calls, tokens and cost.")] = False
    token_limit: Annotated[
        str,
        msgspec.Meta(description="With --by window: tokens a window may use, or `max` for the most used so far."),
    ] = ""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line: its key and the figures of the logged calls under it."""

    key: str
    keys: tuple[str, ...]
    calls: int | None
    tool_calls: int | None
    errors: int | None
    unpriced_calls: int
    usage: Usage
    cost_usd: Decimal | None
    cost_basis: Basis | None
    recorded_usd: Decimal | None
    unlogged: Amounts | None = None
    """Beyond the logged calls, in none of the figures beside it."""
    models: tuple[Row, ...] = ()


class Result(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    rows: tuple[Row, ...]
    totals: Totals
    unpriced: tuple[str, ...]
    """Models that the price book does not know."""
    windows: tuple[Open, ...] = ()
    """With --by window: the windows that are open now."""


def keys(options: Options) -> tuple[str, ...]:
    """The names of the keys, checked."""
    names = tuple(name.strip() for name in options.by.split(",") if name.strip())
    wrong = [name for name in names if name not in KEYS]
    if wrong or not 1 <= len(names) <= 2 or len(set(names)) != len(names):
        raise UsageError(f"--by {options.by!r} names no one or two keys", hint="choose from " + ", ".join(KEYS))
    if len(TIMES & set(names)) > 1:
        raise UsageError("--by takes one key of time at most", hint="for example --by day,model")
    return names


def group(options: Options) -> tuple[str, ...]:
    """How the ledger must be grouped: the side first, then the keys, then what a breakdown needs."""
    names = keys(options)
    columns = ("agent", "quarter") if "window" in names else ()
    rest = tuple(name for name in names if name != "window" and name not in columns)
    more = ("model",) if options.breakdown and "model" not in names else ()
    return ("side", *columns, *rest, *more)


def steady(options: Options) -> bool:
    """Whether time alone changes nothing: open windows are told as of now."""
    return "window" not in keys(options)


def compute(scope: UsageScope, options: Options, facts: Facts) -> Result:
    names = keys(options)
    rows = scope.rows
    if "window" in names:
        rows = window_rows(rows, group(options), names)
    sides: dict[tuple[str, ...], list[LedgerRow]] = defaultdict(list)
    for row in rows:
        sides[row.key[1 : 1 + len(names)]].append(row)
    priced = [_row(key, found, scope, facts, options, len(names)) for key, found in sides.items()]
    return Result(
        by=",".join(names),
        rows=tuple(_ordered(priced, names, options)),
        totals=scope.totals,
        unpriced=scope.unpriced,
        windows=open_windows(priced, names, facts, options.token_limit) if "window" in names else (),
    )


def _row(
    key: tuple[str, ...], rows: Sequence[LedgerRow], scope: UsageScope, facts: Facts, options: Options, width: int
) -> Row:
    logged = [row for row in rows if not row.unlogged]
    beyond = [row for row in rows if row.unlogged]
    one = amounts(logged, scope.book, facts.cost)
    parts: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in rows if options.breakdown and len(rows[0].key) > 1 + width else ():
        parts[row.key[-1]].append(row)
    return Row(
        key=",".join(key),
        keys=key,
        calls=one.calls or 0,
        tool_calls=one.tool_calls or 0,
        errors=one.errors or 0,
        unpriced_calls=one.unpriced_calls,
        usage=one.usage,
        cost_usd=one.cost_usd,
        cost_basis=one.cost_basis,
        recorded_usd=one.recorded_usd,
        unlogged=amounts(beyond, scope.book, facts.cost) if beyond else None,
        models=tuple(_row((model,), found, scope, facts, Options(), 1) for model, found in sorted(parts.items())),
    )


def _ordered(rows: list[Row], names: tuple[str, ...], options: Options) -> list[Row]:
    """Times in their order, everything else dearest first."""
    if names[0] in TIMES:
        return sorted(rows, key=lambda row: row.keys, reverse=options.order == "desc")
    dearest = sorted(rows, key=lambda row: row.keys)
    ascending = options.order == "asc"
    return sorted(dearest, key=lambda row: (row.cost_usd or 0, row.usage.tokens or 0), reverse=not ascending)


def figures(row: Row) -> Amounts:
    """The row's own figures."""
    return Amounts(
        calls=row.calls,
        tool_calls=row.tool_calls,
        errors=row.errors,
        unpriced_calls=row.unpriced_calls,
        usage=row.usage,
        cost_usd=row.cost_usd,
        cost_basis=row.cost_basis,
        recorded_usd=row.recorded_usd,
    )


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    names = result.by.split(",")
    beside = any(differs(figures(one)) for row in result.rows for one in (row, *row.models))
    heads = tuple(Column(title=name, stretch=name in ("project", "session", "branch"), key=name) for name in names)
    body: list[tuple[Cell, ...]] = []
    for row in result.rows:
        body.append((*(cell(_shown(part)) for part in row.keys), *_figures(figures(row), options, beside)))
        for model in row.models:
            blank = tuple(cell("") for _ in names[1:])
            body.append((cell("  " + model.key, "dim"), *blank, *_figures(figures(model), options, beside, "dim")))
    yield Table(
        columns=(*heads, *_picked(COLUMNS, options), *((RECORDED,) if beside else ())),
        rows=tuple(body),
        footer=tuple(
            (*line[: len(names)], *_picked(line[len(names) : -1], options), *(line[-1:] if beside else ()))
            for line in footer(result.totals, len(names))
        ),
        title=f"Cost by {' and '.join(names)}",
        empty="no calls in this selection",
    )
    yield from window_layout(result.windows, facts)
    yield from notes(result.totals, result.unpriced, facts)
    yield from untold(result.totals)


def _figures(one: Amounts, options: Options, beside: bool, tone: Tone = "plain") -> tuple[Cell, ...]:
    return (*_picked(cells(one, tone), options), *((recorded(one, tone),) if beside else ()))


def _shown(key: str) -> str:
    return key or "(none)"


def _picked(line: Sequence[Shown], options: Options) -> tuple[Shown, ...]:
    """The figures that `--compact` leaves."""
    return (line[0], line[5], line[6]) if options.compact else tuple(line)


def notes(totals: Totals, unpriced: Sequence[str], facts: Facts) -> Iterator[AnyBlock]:
    """What a reader of the sums must know: money basis, holes, the zone."""
    if unpriced:
        yield Note(
            text=f"no price is known for {_named(unpriced)}: their tokens count, their dollars do not",
            hint="`agent-trace prices MODEL` shows what is known; own rates go into config.toml",
        )
    if totals.unlogged is not None:
        text = "unlogged: what the agents' own cost records hold beyond their logs, mostly compactions"
        yield Prose(text=text, tone="dim")
    yield Prose(text=f"{BASES[facts.cost]} · days in {facts.zone_name}", tone="dim")


def untold(totals: Totals) -> Iterator[AnyBlock]:
    """That some sessions are in no sum."""
    if totals.unknown_usage:
        tell = "tells" if totals.unknown_usage == 1 else "tell"
        sessions = many(totals.unknown_usage, "session")
        yield Prose(text=f"{sessions} {tell} nothing of any model call, and count in no sum of tokens", tone="dim")


def _named(models: Sequence[str]) -> str:
    return ", ".join(model or "calls that name no model" for model in models)


BASES = {
    "priced": "list prices of the vendors' APIs",
    "recorded": "as the agents recorded it",
    "best": "list prices, else as recorded",
}
