"""What a time came to: sessions, prompts, tool calls, commits, dollars; in all and day by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec

from agent_trace.analysis.calendar import grain, key_of
from agent_trace.app.ledgers import used
from agent_trace.app.listing import Known
from agent_trace.app.workspace import Workspace
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.model.usage import Basis
from agent_trace.pricing.amounts import amounts
from agent_trace.store.choice import milliseconds
from agent_trace.store.ledger import active
from agent_trace.store.prompts import prompts


class Productive(msgspec.Struct, frozen=True, kw_only=True):
    """How many sessions produced something; unknown: they run, or meant to change nothing, or nobody looked yet."""

    yes: int
    no: int
    unknown: int


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """What a time came to."""

    sessions: int
    prompts: int
    tool_calls: int | None
    commits: int
    productive: Productive
    cost_usd: Decimal | None
    cost_basis: Basis | None
    unpriced_calls: int


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the person's zone."""

    key: str
    cost_usd: Decimal | None
    unpriced_calls: int
    """Their dollars are not in it."""
    sessions: int
    """Roots that called a model on it, themselves or what they started."""
    prompts: int
    tool_calls: int


class Overview(Sums, frozen=True, kw_only=True):
    """A time, the equally long one before, and its last days."""

    previous: Sums | None
    days: tuple[Day, ...]


def sums(workspace: Workspace, known: Known, selection: Selection, *, whole: bool = False) -> Sums:
    """What the roots of a selection come to; `whole`: they are all that there are in that time."""
    verdicts = Counter(one.summary.productive for one in known.entries)
    total = known.totals.total
    return Sums(
        sessions=len(known.entries),
        prompts=sum(_prompts(workspace, _askers(known, selection, whole=whole), selection).values()),
        tool_calls=total.tool_calls,
        commits=sum(one.summary.commits or 0 for one in known.entries),
        productive=Productive(yes=verdicts[True], no=verdicts[False], unknown=verdicts[None]),
        cost_usd=total.cost_usd,
        cost_basis=total.cost_basis,
        unpriced_calls=total.unpriced_calls,
    )


def days(
    workspace: Workspace, known: Known, selection: Selection, count: int, *, whole: bool = False
) -> tuple[Day, ...]:
    """The last days, today among them, as far as the selection reaches; every one of them, also an empty one."""
    facts = workspace.facts
    keys = _keys(facts.now.astimezone(facts.zone).date(), count)
    first = datetime.combine(date.fromisoformat(keys[0]), datetime.min.time(), facts.zone)
    since = first if selection.since is None else max(first, selection.since)
    shown = msgspec.structs.replace(selection, since=since)
    day = key_of("day", facts.zone, facts.start_of_week)
    asked: Counter[str] = Counter()
    for quarter, number in _prompts(workspace, _askers(known, selection, whole=whole), shown).items():
        asked[day(quarter)] += number
    by_day: dict[str, list[LedgerRow]] = defaultdict(list)
    if whole:
        for row in used(workspace, shown, ("day",)):
            by_day[row.key[0]].append(row)
        roots = active(workspace.db, shown, day, grain("day", facts.zone, facts.now))
    else:
        for row in used(workspace, shown, ("day", "root"), roots=[one.row for one in known.entries]):
            by_day[row.key[0]].append(row)
        roots = {key: len({row.key[1] for row in rows if row.calls}) for key, rows in by_day.items()}
    return tuple(_day(workspace, key, by_day.get(key, ()), roots.get(key, 0), asked[key]) for key in keys)


def _askers(known: Known, selection: Selection, *, whole: bool) -> list[int] | None:
    """Whose prompts count; None: everybody's. A root that made no call in a time is not selected, whatever it was asked."""
    return None if whole and selection.is_everything else [one.row for one in known.entries]


def _keys(today: date, count: int) -> list[str]:
    return [(today - timedelta(days=back)).isoformat() for back in range(count - 1, -1, -1)]


def _day(workspace: Workspace, key: str, rows: Sequence[LedgerRow], sessions: int, asked: int) -> Day:
    found = amounts(rows, workspace.book, workspace.facts.cost)
    return Day(
        key=key,
        cost_usd=found.cost_usd,
        sessions=sessions,
        prompts=asked,
        tool_calls=found.tool_calls or 0,
        unpriced_calls=found.unpriced_calls,
    )


def _prompts(workspace: Workspace, roots: Sequence[int] | None, selection: Selection) -> Counter[int]:
    """Prompts of some roots in a time, by UTC quarter-hour."""
    since, until = milliseconds(selection.since, -1), milliseconds(selection.until, 2**62)
    return Counter(prompts(workspace.db, roots, since, until))
