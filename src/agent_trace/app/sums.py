"""Sums over rows of a list: what the ledger says of the same sessions, without asking it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import NamedTuple

import msgspec

from agent_trace.model.summary import Summary, Totals
from agent_trace.model.usage import NOTHING, Amounts, Basis, Usage
from agent_trace.pricing.amounts import SCALE
from agent_trace.pricing.rates import EXACT, tidy

USAGE = Usage.__struct_fields__


class Row(NamedTuple):
    """A root session's own amounts, those of what it started, and those beyond its log."""

    own: Figures | None
    subagents: Figures | None
    unlogged: Figures | None
    has_unlogged: bool
    recorded: int | None
    """Of the whole session, where its agent keeps such a record, in 10^-SCALE dollars."""


def row(one: Summary) -> Row:
    """What is added up of a root."""
    return Row(
        own=figures(one.own),
        subagents=figures(one.subagents),
        unlogged=None if one.unlogged is None else figures(one.unlogged),
        has_unlogged=one.unlogged is not None,
        recorded=_whole(one.total.recorded_usd),
    )


def added(rows: Sequence[Row], *, untold: int, cut: bool) -> Totals:
    """The totals of root sessions, of which so many tell no usage; `cut`: some of their calls are left out."""
    if not rows:
        return Totals()
    owns, belows, beyonds, has, recorded = zip(*rows, strict=True)
    own, below = total(owns), total(belows)
    beyond = total(beyonds) if any(has) else None
    whole = own + below
    whole = whole + beyond if beyond else whole
    if not cut:
        told = [value for value in recorded if value is not None]
        whole = msgspec.structs.replace(whole, recorded_usd=_dollars(sum(told)) if told else None)
    return Totals(own=own, subagents=below, unlogged=beyond, total=whole, unknown_usage=untold)


class Figures(NamedTuple):
    """Amounts as whole numbers side by side, so that many of them are added column by column."""

    counts: tuple[int, ...]
    """0 where one is unknown; the last two are 10^-SCALE dollars: what it cost, and what the agent wrote down."""
    known: int
    """A bit for each that is known."""
    basis: Basis | None


def figures(one: Amounts) -> Figures | None:
    """The figures of amounts; None where they are NOTHING, which adds nothing, not even its zeros."""
    if one == NOTHING:
        return None
    counts = (
        one.calls, one.tool_calls, one.errors, one.unpriced_calls, *(getattr(one.usage, name) for name in USAGE),
        _whole(one.cost_usd), _whole(one.recorded_usd),
    )  # fmt: skip
    return Figures(
        counts=tuple(count or 0 for count in counts),
        known=sum(1 << bit for bit, count in enumerate(counts) if count is not None),
        basis=None if one.cost_usd is None else one.cost_basis,
    )


def total(amounts: Iterable[Figures | None]) -> Amounts:
    """What `+` of all of them gives."""
    some = [one for one in amounts if one is not None]
    if not some:
        return NOTHING
    columns, known, bases = zip(*some, strict=True)
    bits = reduce(or_, set(known))
    sums = [value if bits & (1 << bit) else None for bit, value in enumerate(map(sum, zip(*columns, strict=True)))]
    calls, tool_calls, errors, unpriced, *usage, usd, recorded = sums
    found: set[Basis] = set(bases) - {None}
    return Amounts(
        calls=calls,
        tool_calls=tool_calls,
        errors=errors,
        unpriced_calls=unpriced or 0,
        usage=Usage(**dict(zip(USAGE, usage, strict=True))),
        cost_usd=_dollars(usd),
        cost_basis=found.pop() if len(found) == 1 else "mixed" if found else None,
        recorded_usd=_dollars(recorded),
    )


def _whole(usd: Decimal | None) -> int | None:
    return None if usd is None else int(usd.scaleb(SCALE, EXACT))


def _dollars(whole: int | None) -> Decimal | None:
    return None if whole is None else tidy(Decimal(whole).scaleb(-SCALE, EXACT))
