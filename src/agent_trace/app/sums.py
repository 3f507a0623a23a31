"""Sums over rows of a list: what the ledger says of the same sessions, without asking it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import reduce

import msgspec

from agent_trace.model.summary import Summary, Totals
from agent_trace.model.usage import NOTHING, Amounts, Basis, Usage
from agent_trace.pricing.rates import EXACT, tidy

USAGE = Usage.__struct_fields__


def added(rows: Sequence[tuple[Summary, bool]], *, cut: bool) -> Totals:
    """The totals of root sessions, each with whether its logs tell no usage; `cut`: some of their calls are left out."""
    roots = [one for one, _ in rows]
    own = total([one.own for one in roots])
    below = total([one.subagents for one in roots])
    unlogged = [one.unlogged for one in roots if one.unlogged is not None]
    beyond = total(unlogged) if unlogged else None
    whole = own + below
    whole = whole + beyond if beyond else whole
    if not cut:
        whole = msgspec.structs.replace(whole, recorded_usd=_money(one.total.recorded_usd for one in roots))
    return Totals(
        own=own, subagents=below, unlogged=beyond, total=whole, unknown_usage=sum(untold for _, untold in rows)
    )


def total(amounts: Sequence[Amounts]) -> Amounts:
    """What `+` of all of them gives, in one pass over each field."""
    some = [one for one in amounts if one is not NOTHING and one != NOTHING]
    if not some:
        return NOTHING
    usages = [one.usage for one in some]
    return Amounts(
        calls=_counted(one.calls for one in some),
        tool_calls=_counted(one.tool_calls for one in some),
        errors=_counted(one.errors for one in some),
        unpriced_calls=sum(one.unpriced_calls for one in some),
        usage=Usage(**{name: _counted(getattr(one, name) for one in usages) for name in USAGE}),
        cost_usd=_money(one.cost_usd for one in some),
        cost_basis=_basis(some),
        recorded_usd=_money(one.recorded_usd for one in some),
    )


def _counted(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _money(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return tidy(reduce(EXACT.add, known)) if known else None


def _basis(some: Sequence[Amounts]) -> Basis | None:
    found = {one.cost_basis for one in some if one.cost_usd is not None}
    return found.pop() if len(found) == 1 else "mixed" if found else None
