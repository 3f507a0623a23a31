"""Sums of calls as reports ask for them: keys of time in the person's zone, days that cost alike summed at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo

from agent_trace.analysis.calendar import TimeKey, grain, key_of
from agent_trace.app.workspace import Workspace
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.store import days
from agent_trace.store.ledger import Tariff, ledger, models
from agent_trace.store.stretches import QUARTERS_A_DAY

TIMES: tuple[TimeKey, ...] = ("hour", "day", "week", "month", "quarter", "week_hour")
OF_DAYS: frozenset[TimeKey] = frozenset({"day", "week", "month"})
"""Times that are made of whole days."""


def used(
    workspace: Workspace,
    selection: Selection,
    group: Sequence[str],
    *,
    roots: Sequence[int] | None = None,
    by_price: bool = True,
) -> list[LedgerRow]:
    """Sums under each combination of the group's keys, which may hold one name of a time.

    `by_price`: a row may stand for all days on which its calls cost the same, else each UTC day has its own.
    """
    facts = workspace.facts
    name = next((one for one in TIMES if one in group), None)
    return ledger(
        workspace.db,
        selection,
        ["time" if one == name else one for one in group],
        time=None if name is None else key_of(name, facts.zone, facts.start_of_week),
        grain=1 if name is None else grain(name, facts.zone, facts.now),
        roots=roots,
        tariff=tariff(workspace, by_price=by_price),
        zone="" if name is None else facts.zone_name if name in OF_DAYS else None,
    )


def tariff(workspace: Workspace, *, by_price: bool = True) -> Tariff:
    """When prices of the models change that were ever called."""
    book, names = workspace.book, models(workspace.db)
    edges = sorted({edge for name in names for edge in book.edges(name)}) if by_price else None
    return Tariff(
        edges=None if edges is None else tuple(edges), hourly=tuple(name for name in names if book.hourly(name))
    )


def sum_days(workspace: Workspace) -> None:
    """Bring the day tables up to date, in the zone of the configuration."""
    facts = workspace.facts
    days.bring_up_to_date(workspace.db, facts.zone_name, start_in(facts.zone))


def start_in(zone: tzinfo) -> Callable[[int], int]:
    """A function from a UTC quarter-hour to the first one of its UTC day that lies in the same day of a zone."""
    day = key_of("day", zone)

    def start_of(quarter: int) -> int:
        if quarter < 0:
            return -1
        own = day(quarter)
        return next(one for one in range(quarter // QUARTERS_A_DAY * QUARTERS_A_DAY, quarter + 1) if day(one) == own)

    return start_of
