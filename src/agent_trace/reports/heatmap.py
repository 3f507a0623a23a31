"""When work is done: dollars, calls and sessions by weekday and hour of the day, in the user's zone.

Every logged call counts once, in the hour in which it was made, so the hours add up to the logged calls of `cost`. A
session counts in every hour of the week in which it, or a sub-agent of it, made a call. What the agents' own cost
records know beyond their logs stands apart as `unlogged_usd`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from agent_trace.analysis.calendar import UNKNOWN, WEEKDAYS
from agent_trace.model.facts import Facts, Weekday
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.summary import Totals
from agent_trace.model.usage import Amounts, Basis
from agent_trace.pricing.amounts import amounts_by
from agent_trace.render.blocks import Block, Column, Prose, Table, cell
from agent_trace.render.blocks import Cell as Drawn
from agent_trace.render.numbers import count
from agent_trace.reports._amounts import money
from agent_trace.reports._scopes import UsageScope
from agent_trace.reports._words import many
from agent_trace.reports.cost import notes, untold

SCOPE = "usage"
ACTIVE = True
"""Which sessions made a call in each hour is wanted too."""
SHORT = 3
"""Letters of a weekday in a table."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    show: Annotated[
        Literal["cost", "calls", "sessions"], msgspec.Meta(description="What the table shows; JSON has all of it.")
    ] = "cost"


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One hour of one weekday, over all weeks."""

    weekday: Weekday
    hour: int
    """0 to 23, local."""
    sessions: int
    """Root sessions with a call in it."""
    calls: int
    tool_calls: int
    errors: int
    unpriced_calls: int
    cost_usd: Decimal | None
    cost_basis: Basis | None
    unlogged_usd: Decimal | None = None
    """Beyond the logged calls."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    zone: str
    cells: tuple[Cell, ...]
    """Those in which something was done, from the first day of the week on."""
    untimed_calls: int
    """Logged calls without a time: in no cell."""
    totals: Totals
    unpriced: tuple[str, ...]
    """Models that the price book does not know."""


def group(options: Options) -> tuple[str, ...]:
    """The key of a ledger row: side and hour of the week."""
    return ("side", "week_hour")


def steady(options: Options) -> bool:
    """Whether time alone changes nothing."""
    return True


def compute(scope: UsageScope, options: Options, facts: Facts) -> Result:
    logged: list[LedgerRow] = []
    beyond: list[LedgerRow] = []
    untimed = 0
    for row in scope.rows:
        if row.key[1] == UNKNOWN:
            untimed += 0 if row.unlogged else row.calls
            continue
        (beyond if row.unlogged else logged).append(msgspec.structs.replace(row, key=(row.key[1],)))
    sums = amounts_by(logged, scope.book, facts.cost)
    more = amounts_by(beyond, scope.book, facts.cost)
    sessions = dict(scope.active)
    order = _order(facts)
    cells = [
        _cell(place, sums.get((place,)), more.get((place,)), sessions.get(place, 0)) for (place,) in {*sums, *more}
    ]
    return Result(
        zone=facts.zone_name,
        cells=tuple(sorted(cells, key=lambda one: (order[one.weekday], one.hour))),
        untimed_calls=untimed,
        totals=scope.totals,
        unpriced=scope.unpriced,
    )


def _cell(place: str, sums: Amounts | None, more: Amounts | None, sessions: int) -> Cell:
    """Of an hour of the week: `monday 13`."""
    name, _, number = place.partition(" ")
    weekday, hour = next(one for one in WEEKDAYS if one == name), int(number)
    one = sums or Amounts()
    return Cell(
        weekday=weekday,
        hour=hour,
        sessions=sessions,
        calls=one.calls or 0,
        tool_calls=one.tool_calls or 0,
        errors=one.errors or 0,
        unpriced_calls=one.unpriced_calls,
        cost_usd=one.cost_usd,
        cost_basis=one.cost_basis,
        unlogged_usd=None if more is None else more.cost_usd,
    )


def _order(facts: Facts) -> Mapping[str, int]:
    """Weekdays by their place in the user's week."""
    first = WEEKDAYS.index(facts.start_of_week)
    return {day: (place - first) % 7 for place, day in enumerate(WEEKDAYS)}


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    order = _order(facts)
    days = sorted(WEEKDAYS, key=order.__getitem__)
    cells = {(one.weekday, one.hour): one for one in result.cells}
    hours = range(min(one.hour for one in result.cells), max(one.hour for one in result.cells) + 1) if cells else ()
    yield Table(
        columns=(
            Column(title="hour", align="right"),
            *(Column(title=day[:SHORT].title(), key=day, align="right") for day in days),
        ),
        rows=tuple(
            (cell(f"{hour:02}:00", value=str(hour)), *(_drawn(cells.get((day, hour)), options) for day in days))
            for hour in hours
        ),
        title=f"{options.show.title()} by weekday and hour",
        empty="no calls in this selection",
    )
    if result.untimed_calls:
        yield Prose(text=f"{many(result.untimed_calls, 'call')} without a time: in no hour", tone="dim")
    yield from notes(result.totals, result.unpriced, facts)
    yield from untold(result.totals)


def _drawn(one: Cell | None, options: Options) -> Drawn:
    if one is None:
        return cell("", value="")
    match options.show:
        case "calls":
            return cell(count(one.calls), value=str(one.calls))
        case "sessions":
            return cell(count(one.sessions), value=str(one.sessions))
        case "cost":
            paid = Amounts(calls=one.calls, unpriced_calls=one.unpriced_calls, cost_usd=one.cost_usd)
            return cell(money(paid), value="" if one.cost_usd is None else f"{one.cost_usd:f}")
