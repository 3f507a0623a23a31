"""What each phase of a session cost, and apart from that what was wasted in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from agent_trace.analysis.waste import priced
from agent_trace.model.usage import CostMode, Usage
from agent_trace.render.blocks import Cell, Column, Table, cell
from agent_trace.render.numbers import count, dollars, tokens
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


def phase_costs(scope: SessionScope, mode: CostMode) -> tuple[PhaseCost, ...]:
    """The phases in their order. Raises NotFoundError where the events can be read no more."""
    one = Understood(scope)
    costs, known = one.costs(mode), one.grounds.calls
    claims = [claim for found in one.waste.findings for claim in found.claims]
    rows: list[PhaseCost] = []
    for phase in one.phases:
        spent, calls = costs[phase.number], set(phase.calls)
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
                waste_usd=priced([claim for claim in claims if claim.call in calls], known, scope.book),
            )
        )
    return tuple(rows)


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
    yield cell("-" if one.waste_usd is None else dollars(one.waste_usd), value=exact_usd(one.waste_usd))
    yield cell(dollars(one.cost_usd, unpriced=one.unpriced_calls), value=exact_usd(one.cost_usd))


def exact_usd(usd: Decimal | None) -> str:
    """All digits, for forms that are read by programs; empty where it is not known."""
    return "" if usd is None else f"{usd:f}"
