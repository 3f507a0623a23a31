"""What each phase of a session cost, and apart from that what was wasted in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from agent_trace.analysis.waste import priced
from agent_trace.model.usage import CostMode, Usage
from agent_trace.render.blocks import Cell, Column, Table, cell
from agent_trace.render.numbers import count, dollars, tokens
from agent_trace.reports._judged import chosen, judged
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._understood import Understood


class PhaseCost(msgspec.Struct, frozen=True, kw_only=True):
    """One phase of the session itself, without its sub-agents."""

    number: int
    label: str
    first_event: int
    last_event: int
    failed: bool
    retries: int
    calls: int | None
    unpriced_calls: int
    usage: Usage
    cost_usd: Decimal | None
    waste_usd: Decimal | None
    """Claimed in it; None where nothing is, or where it has no price."""
    waste_tokens: int


def phase_costs(scope: SessionScope, mode: CostMode) -> tuple[PhaseCost, ...]:
    """The phases in their order. Raises NotFoundError where the events can be read no more."""
    one = Understood(scope)
    costs, known = one.costs(mode), one.grounds.calls
    claims = [claim for found in one.waste.findings for claim in found.claims]
    rows: list[PhaseCost] = []
    for phase in one.phases:
        spent, calls = costs[phase.number], set(phase.calls)
        claimed = [claim for claim in claims if claim.call in calls]
        untold = not phase.calls and scope.summary.own.calls is None
        rows.append(
            PhaseCost(
                number=phase.number,
                label=one.name(phase),
                first_event=phase.first,
                last_event=phase.last,
                failed=phase.failed,
                retries=phase.retries,
                calls=None if untold else spent.calls,
                unpriced_calls=spent.unpriced_calls,
                usage=spent.usage,
                cost_usd=spent.cost_usd,
                waste_usd=priced(claimed, known, scope.book),
                waste_tokens=sum(claim.tokens for claim in claimed),
            )
        )
    return tuple(rows)


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """Claimed in the sub-agents of a session."""

    usd: Decimal | None = None
    tokens: int = 0


def lost_below(scope: SessionScope) -> Lost:
    """What the rules that are on claim in all sub-agents whose logs are there."""
    if not scope.children:
        return Lost()
    done = judged(scope, chosen(()), "cost")
    below = [one for one in done.findings if one.session != scope.summary.id]
    known = [one.usd for one in below if one.usd is not None]
    return Lost(usd=sum(known, Decimal(0)) if known else None, tokens=sum(one.tokens for one in below))


_COLUMNS = (
    Column(title="#", align="right"),
    Column(title="phase", stretch=True),
    Column(title="events", weight=5),
    Column(title="how", weight=3),
    Column(title="retries", align="right", weight=4),
    Column(title="calls", align="right", weight=2),
    Column(title="tokens", align="right", weight=6),
    Column(title="wasted", align="right", key="waste_usd"),
    Column(title="cost", align="right", key="cost_usd"),
)


def phase_table(phases: Sequence[PhaseCost], footer: Sequence[tuple[str, str, str]], title: str) -> Table:
    """The phases, and under them what else adds to the total: name, wasted, cost."""
    return Table(
        columns=_COLUMNS,
        rows=tuple(tuple(_cells(one)) for one in phases),
        footer=tuple(
            (cell(""), cell(name), *(cell("") for _ in range(5)), cell(lost), cell(cost)) for name, lost, cost in footer
        ),
        title=title,
        empty="nothing happened in the session",
    )


def _cells(one: PhaseCost) -> Iterator[Cell]:
    yield cell(str(one.number))
    yield cell(one.label)
    yield cell(f"#{one.first_event}-{one.last_event}")
    yield cell("failed", "bad") if one.failed else cell("")
    yield cell(count(one.retries) if one.retries else "-", value=str(one.retries))
    yield cell(count(one.calls))
    yield cell(tokens(one.usage.tokens))
    yield cell(wasted(one.waste_usd, one.waste_tokens), value=exact_usd(one.waste_usd))
    yield cell(dollars(one.cost_usd, unpriced=one.unpriced_calls), value=exact_usd(one.cost_usd))


def wasted(usd: Decimal | None, claimed: int) -> str:
    """Dollars of so many claimed tokens: `-` where nothing is claimed, `?` where it has no price."""
    return dollars(usd) if claimed or usd else "-"


def exact_usd(usd: Decimal | None) -> str:
    """All digits, for forms that are read by programs; empty where it is not known."""
    return "" if usd is None else f"{usd:f}"
