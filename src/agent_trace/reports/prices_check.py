"""Where an agent wrote down a cost and the price book comes to another one, by model, with sample sessions.

Some agents note what a call cost, some what a session cost. Both are held against the same calls priced by the book:
a session's record against all its calls, its sub-agents' and what is unlogged, whatever a selection leaves out. A
difference is listed when it is more than a cent or more than one percent; what is less than a hundredth of a cent is
rounding.

A session's record can be the smaller one for a good reason: a process that was killed wrote none, so its calls are in
the log alone. A difference that all sessions of a model share points to a wrong price: own prices and discounts go
into config.toml, and `agent-trace prices MODEL` shows what is used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.ledger import LedgerRow
from agent_trace.pricing.amounts import amounts
from agent_trace.pricing.book import Book
from agent_trace.pricing.rates import tidy
from agent_trace.render.blocks import Block, Cell, Column, Prose, Table, Tone, cell
from agent_trace.render.numbers import count, dollars, percent
from agent_trace.reports._book_scope import BookScope, Record
from agent_trace.reports._words import SHORTEST

SCOPE = "book"
CENT = Decimal("0.01")
PERCENT = Decimal("0.01")
ROUNDING = Decimal("0.0001")
SAMPLES = 3
Verdict = Literal["alike", "differs", "unpriced"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of one model in one session."""

    session: str
    recorded_usd: Decimal
    cost_usd: Decimal | None
    difference_usd: Decimal | None
    """Ours less the agent's."""


class ModelCheck(msgspec.Struct, frozen=True, kw_only=True):
    """All calls of one model for which the agent wrote down a cost."""

    model: str
    verdict: Verdict
    calls: int
    sessions: int
    differing_sessions: int
    recorded_usd: Decimal
    cost_usd: Decimal | None
    """By the price book; None where it has no price for some of them."""
    difference_usd: Decimal | None
    samples: tuple[Sample, ...]
    """Sessions with the largest differences."""


class SessionCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A session of which the agent wrote down the cost as a whole."""

    session: str
    agent: str
    title: str | None
    models: tuple[str, ...]
    verdict: Verdict
    recorded_usd: Decimal
    cost_usd: Decimal | None
    difference_usd: Decimal | None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    models: tuple[ModelCheck, ...]
    """Every model with costs recorded call by call, the largest difference first."""
    sessions: tuple[SessionCheck, ...]
    """Sessions whose record and our price differ, the largest difference first."""
    sessions_compared: int
    """Sessions with a record of their own."""


def compute(scope: BookScope, options: Options, facts: Facts) -> Result:
    by_model: dict[str, dict[str, list[LedgerRow]]] = defaultdict(lambda: defaultdict(list))
    for row in scope.recorded():
        session, model = row.key
        by_model[model][session].append(row)
    records = scope.records()
    checked = [_session(one, scope.book) for one in records]
    return Result(
        models=tuple(
            sorted((_model(name, found, scope.book) for name, found in by_model.items()), key=_size, reverse=True)
        ),
        sessions=tuple(sorted((one for one in checked if one.verdict != "alike"), key=_size, reverse=True)),
        sessions_compared=len(records),
    )


def _model(name: str, sessions: dict[str, list[LedgerRow]], book: Book) -> ModelCheck:
    rows = [row for found in sessions.values() for row in found]
    parts = [_sample(session, found, book) for session, found in sessions.items()]
    differing = [one for one in parts if verdict(one.recorded_usd, one.cost_usd) != "alike"]
    recorded, cost = _both(rows, book)
    return ModelCheck(
        model=name,
        verdict="unpriced" if cost is None else "differs" if differing else "alike",
        calls=sum(row.calls for row in rows),
        sessions=len(sessions),
        differing_sessions=len(differing),
        recorded_usd=recorded,
        cost_usd=cost,
        difference_usd=_difference(recorded, cost),
        samples=tuple(sorted(differing, key=_size, reverse=True)[:SAMPLES]),
    )


def _sample(session: str, rows: Sequence[LedgerRow], book: Book) -> Sample:
    recorded, cost = _both(rows, book)
    return Sample(session=session, recorded_usd=recorded, cost_usd=cost, difference_usd=_difference(recorded, cost))


def _session(one: Record, book: Book) -> SessionCheck:
    _, cost = _both(one.rows, book)
    return SessionCheck(
        session=one.session,
        agent=one.agent,
        title=one.title,
        models=tuple(sorted({row.cls.model for row in one.rows if row.entries})),
        verdict=verdict(one.usd, cost),
        recorded_usd=tidy(one.usd),
        cost_usd=cost,
        difference_usd=_difference(one.usd, cost),
    )


def _both(rows: Sequence[LedgerRow], book: Book) -> tuple[Decimal, Decimal | None]:
    """What the agent wrote down and what the book says; None where it has no price for all of it."""
    one = amounts(rows, book, "priced")
    whole = one.cost_usd if one.cost_usd is not None else None if one.unpriced_calls else Decimal(0)
    return one.recorded_usd or Decimal(0), None if one.unpriced_calls else whole


def _difference(recorded: Decimal, cost: Decimal | None) -> Decimal | None:
    return None if cost is None else tidy(cost - recorded)


def verdict(recorded: Decimal, cost: Decimal | None) -> Verdict:
    """Whether two amounts for the same calls are the same amount."""
    if cost is None:
        return "unpriced"
    apart = abs(cost - recorded)
    return "differs" if apart > ROUNDING and (apart > CENT or apart > PERCENT * abs(recorded)) else "alike"


def _size(one: Sample | ModelCheck | SessionCheck) -> tuple[bool, Decimal]:
    """Differences by size; where there is no price the whole record is one, after all others."""
    return (one.difference_usd is not None, abs(one.recorded_usd if one.difference_usd is None else one.difference_usd))


# ---------------------------------------------------------------- layout

_MONEY = (
    Column(title="recorded", align="right", key="recorded_usd"),
    Column(title="ours", align="right", key="cost_usd"),
    Column(title="difference", align="right", key="difference_usd"),
    Column(title="of it", align="right", weight=2, key="difference_share"),
)


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    if not result.models and not result.sessions_compared:
        yield Prose(text="no agent wrote down a cost in this selection: there is nothing to compare")
        return
    if result.models:
        yield Table(
            columns=(
                Column(title="model or session", key="model"),
                Column(title="calls", align="right", weight=3),
                Column(title="sessions", align="right", weight=4),
                *_MONEY,
            ),
            rows=tuple(line for one in result.models for line in _model_lines(one)),
            title="Costs recorded call by call",
        )
    if result.sessions_compared:
        apart = len(result.sessions)
        yield Table(
            columns=(
                Column(title="session"),
                Column(title="title", stretch=True),
                Column(title="models", weight=5),
                *_MONEY,
            ),
            rows=tuple(_session_line(one) for one in result.sessions),
            title=f"Costs recorded by session: {count(apart)} of {count(result.sessions_compared)} differ",
            empty="all agree within a cent and one percent",
        )
    if any(one.difference_usd and one.difference_usd > 0 for one in result.sessions):
        yield Prose(
            text="ours is larger where a process was killed: it wrote no record, its calls are in the log", tone="dim"
        )
    yield Prose(text="difference: ours less the agent's · listed above a cent or one percent", tone="dim")


def _model_lines(one: ModelCheck) -> Iterator[tuple[Cell, ...]]:
    tone: Tone = "good" if one.verdict == "alike" else "warning"
    yield (
        cell(one.model, tone, value=one.model),
        cell(count(one.calls), value=str(one.calls)),
        cell(count(one.sessions), value=str(one.sessions)),
        *_money(one.recorded_usd, one.cost_usd, one.difference_usd),
    )
    for sample in one.samples:
        amounts_of = _money(sample.recorded_usd, sample.cost_usd, sample.difference_usd, "dim")
        yield (
            cell(f"└ {_short(sample.session)}", "dim", value=sample.session),
            cell(""),
            cell(""),
            *amounts_of,
        )


def _short(session: str) -> str:
    """An id in little room: the beginning of a root's, a sub-agent's own part."""
    root, slash, child = session.partition("/")
    return child[:14] if slash else root[:SHORTEST]


def _session_line(one: SessionCheck) -> tuple[Cell, ...]:
    return (
        cell(_short(one.session), value=one.session),
        cell(one.title or "(no title)"),
        cell(", ".join(one.models)),
        *_money(one.recorded_usd, one.cost_usd, one.difference_usd),
    )


def _money(
    recorded: Decimal, cost: Decimal | None, difference: Decimal | None, tone: Tone = "plain"
) -> tuple[Cell, ...]:
    sign = "+" if difference is not None and difference > 0 else ""
    share = percent(difference, recorded)
    return (
        cell(dollars(recorded), tone, value=f"{recorded:f}"),
        cell(dollars(cost), tone, value="" if cost is None else f"{cost:f}"),
        cell(sign + dollars(difference), tone, value="" if difference is None else f"{difference:f}"),
        cell(sign + share if share not in ("-", "?") else share, tone),
    )
