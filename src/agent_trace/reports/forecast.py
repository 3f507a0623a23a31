"""What this month will cost: spent to date, the pace of the last seven complete days, and where that leads.

The projection is what is spent so far and the mean of the last seven complete days for every day that remains, today by
its remaining part; below three days of data there is none. Months and days are those of the user's zone, what is
unlogged is counted, and `--since` and `--until` change nothing: it is always this month. Calls of models without a price
are in no sum, so the figures are at least that (`≥`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from agent_trace.analysis.calendar import UNKNOWN
from agent_trace.analysis.forecast import FEWEST, forecast
from agent_trace.model.facts import Facts
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.usage import Amounts, Basis
from agent_trace.pricing.amounts import amounts, unpriced_models
from agent_trace.render.blocks import AnyBlock, Chart, Fields, Note, Point, Prose, field
from agent_trace.render.numbers import dollars
from agent_trace.reports._amounts import money
from agent_trace.reports._scopes import UsageScope
from agent_trace.reports._words import many
from agent_trace.reports.cost import BASES

SCOPE = "usage"
ALL_TIMES = True
"""A selection by time is left out: the month is always this one."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the month with a call."""

    key: date
    calls: int
    unpriced_calls: int
    cost_usd: Decimal | None
    """What is unlogged included."""
    sum_usd: Decimal | None
    """Of the month up to the end of this day."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    month: str
    """`2026-11`, in the user's zone."""
    zone: str
    first: date
    last: date
    remaining_days: float
    """Today by its remaining part."""
    calls: int
    unpriced_calls: int
    """Of this month: their dollars are in none of the figures."""
    spent_usd: Decimal | None
    """So far; null where no call of this month has a price."""
    spent_basis: Basis | None
    today_usd: Decimal | None
    today_unpriced_calls: int
    pace_usd: Decimal | None
    """Dollars a day; null below three complete days of data."""
    pace_days: int
    pace_unpriced_calls: int
    """Of the days that the pace is of; the projection lacks them too."""
    projected_usd: Decimal | None
    """At the end of the month; null where the pace or what is spent is not known."""
    before_usd: Decimal | None
    """What the whole month before cost."""
    before_unpriced_calls: int
    """Of that month: their dollars are not in it."""
    days: tuple[Day, ...]
    unpriced: tuple[str, ...]
    """Models of this month, and of the days of the pace, that the price book does not know."""


def group(options: Options) -> tuple[str, ...]:
    """The key of a ledger row: side and day."""
    return ("side", "day")


def compute(scope: UsageScope, options: Options, facts: Facts) -> Result:
    today = facts.now.astimezone(facts.zone).date()
    rows: dict[date, list[LedgerRow]] = defaultdict(list)
    for row in scope.rows:
        if row.key[1] != UNKNOWN:
            rows[date.fromisoformat(row.key[1])].append(row)
    lately = {
        day: amounts(its, scope.book, facts.cost) for day, its in rows.items() if today - day <= timedelta(days=7)
    }
    month = [day for day in sorted(rows) if day.replace(day=1) == today.replace(day=1) and day <= today]
    spent = amounts([row for day in month for row in rows[day]], scope.book, facts.cost)
    known = {day: one.cost_usd for day, one in lately.items() if one.cost_usd is not None}
    told = forecast(known, spent.cost_usd or Decimal(0), facts.now, facts.zone, min(rows, default=None))
    used = [row for day, its in rows.items() if day in month or day in lately for row in its]
    before = _before(rows, told.first, scope, facts)
    hidden = spent.cost_usd is None and spent.unpriced_calls > 0
    todays = lately.get(today, Amounts())
    return Result(
        month=f"{told.first:%Y-%m}",
        zone=facts.zone_name,
        first=told.first,
        last=told.last,
        remaining_days=round(float(told.remaining_days), 4),
        calls=spent.calls or 0,
        unpriced_calls=spent.unpriced_calls,
        spent_usd=spent.cost_usd,
        spent_basis=spent.cost_basis,
        today_usd=todays.cost_usd,
        today_unpriced_calls=todays.unpriced_calls,
        pace_usd=_exact(told.pace_usd),
        pace_days=told.pace_days,
        pace_unpriced_calls=sum(one.unpriced_calls for day, one in lately.items() if day < today),
        projected_usd=None if hidden else _exact(told.projected_usd),
        before_usd=before.cost_usd,
        before_unpriced_calls=before.unpriced_calls,
        days=tuple(_days(month, rows, scope, facts)),
        unpriced=unpriced_models(used, scope.book),
    )


def _exact(usd: Decimal | None) -> Decimal | None:
    """A mean to a millionth of a dollar."""
    return None if usd is None else round(usd, 6)


def _before(rows: dict[date, list[LedgerRow]], first: date, scope: UsageScope, facts: Facts) -> Amounts:
    start = (first - timedelta(days=1)).replace(day=1)
    return amounts([row for day, its in rows.items() if start <= day < first for row in its], scope.book, facts.cost)


def _days(month: Sequence[date], rows: dict[date, list[LedgerRow]], scope: UsageScope, facts: Facts) -> Iterator[Day]:
    so_far: Decimal | None = None
    for day in month:
        one = amounts(rows[day], scope.book, facts.cost)
        so_far = so_far if one.cost_usd is None else (so_far or Decimal(0)) + one.cost_usd
        yield Day(
            key=day, calls=one.calls or 0, unpriced_calls=one.unpriced_calls, cost_usd=one.cost_usd, sum_usd=so_far
        )


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    spent = Amounts(calls=result.calls, unpriced_calls=result.unpriced_calls, cost_usd=result.spent_usd)
    days = f"{result.remaining_days:.1f} of {result.last.day} days remain"
    yield Fields(
        items=(
            field("month", result.month, days),
            field("spent", money(spent), f"today {_today(result)}"),
            field(
                "pace",
                dollars(result.pace_usd, unpriced=result.pace_unpriced_calls),
                f"a day, over {many(result.pace_days, 'complete day')}",
            ),
            field(
                "projection",
                dollars(result.projected_usd, unpriced=result.unpriced_calls + result.pace_unpriced_calls),
                f"by the end of {result.last:%b %d}",
            ),
            field(
                "month before",
                dollars(result.before_usd, calls=result.before_unpriced_calls, unpriced=result.before_unpriced_calls),
            ),
        )
    )
    if result.days:
        yield Chart(
            title="Dollars a day",
            points=tuple(
                Point(label=f"{one.key:%b %d}", value=one.cost_usd, text=money(_figures(one))) for one in result.days
            ),
        )
    if result.pace_usd is None:
        yield Note(text=f"no pace below {FEWEST} complete days of data", tone="dim")
    if result.unpriced:
        names = ", ".join(model or "calls that name no model" for model in result.unpriced)
        yield Note(text=f"no price is known for {names}: the figures are at least that")
    yield Prose(text=f"{BASES[facts.cost]} · days in {facts.zone_name}", tone="dim")


def _figures(one: Day) -> Amounts:
    return Amounts(calls=one.calls, unpriced_calls=one.unpriced_calls, cost_usd=one.cost_usd)


def _today(result: Result) -> str:
    return dollars(result.today_usd, calls=result.today_unpriced_calls, unpriced=result.today_unpriced_calls)
