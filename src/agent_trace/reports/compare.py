"""Two sessions in figures, side by side, with a verdict. No model is asked, and the same two always get the same one.

The better outcome wins: a commit that stands, before a good end, before a failure or an interruption. Between equal
outcomes errors, cost, active time and retries are looked at, and what differs by 5% or less is even. Where these
disagree the verdict is `mixed`. Sessions that began with another prompt are `not_comparable`; their table is shown all the same.
A cost that is not known is left out and named.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Cell, Column, Table, Tone, cell
from agent_trace.render.numbers import count, dollars, duration, tokens
from agent_trace.reports._compared import NAMES, head, judgement
from agent_trace.reports._pairing import diverged, paired
from agent_trace.reports._scopes import PairScope
from agent_trace.reports._sides import Figures, side
from agent_trace.reports._verdict import Better, Verdict, verdict

SCOPE = "pair"
Unit = Literal["count", "seconds", "usd", "tokens"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Result(msgspec.Struct, frozen=True, kw_only=True):
    a: Summary
    b: Summary
    a_chosen_by: str = ""
    b_chosen_by: str = ""
    verdict: Verdict
    a_figures: Figures
    b_figures: Figures
    diverged_at: int | None
    """The first pair of phases, as `diff` counts them, in which they differ; null: they do nowhere."""


def compute(scope: PairScope, options: Options, facts: Facts) -> Result:
    first, second = side(scope.first(), facts.cost), side(scope.second(), facts.cost)
    return Result(
        a=first.session,
        b=second.session,
        a_chosen_by=first.chosen_by,
        b_chosen_by=second.chosen_by,
        verdict=verdict(first, second),
        a_figures=first.figures,
        b_figures=second.figures,
        diverged_at=diverged(paired(first, second)),
    )


# ---------------------------------------------------------------- layout

_JUDGED = {"errors": "errors", "cost": "cost_usd", "active time": "active_s", "retries": "retries"}
"""Criterion → its figure."""
_UNITS: dict[str, Unit] = {
    "cost_usd": "usd", "waste_usd": "usd", "active_s": "seconds", "duration_s": "seconds", "tokens": "tokens",
}  # fmt: skip
_ROWS = (
    ("duration", "duration_s"), ("iterations", "iterations"), ("prompts", "prompts"), ("model calls", "calls"),
    ("tool calls", "tool_calls"), ("tokens", "tokens"), ("phases", "phases"), ("failed phases", "failed_phases"),
    ("failed steps", "failed_steps"), ("files read", "files_read"), ("redundant reads", "redundant_reads"),
    ("files changed", "files_changed"), ("lines added", "lines_added"), ("lines removed", "lines_removed"),
    ("context resets", "context_resets"), ("waste", "waste_usd"), ("sub-agents", "subagents"),
    ("commits", "commits"), ("pull requests", "pull_requests"),
)  # fmt: skip
"""What is shown besides and not judged."""
_COLUMNS = (
    Column(title="", key="figure"),
    Column(title="A", align="right"),
    Column(title="B", align="right"),
    Column(title="B - A", align="right", weight=1, key="difference"),
    Column(title="better"),
)


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    yield from head("Comparison", result.a, result.b, (result.a_chosen_by, result.b_chosen_by))
    yield from judgement(result.verdict)
    yield Table(columns=_COLUMNS, rows=tuple(_rows(result)))


def _rows(result: Result) -> Iterator[tuple[Cell, ...]]:
    a, b = result.a_figures, result.b_figures
    for one in result.verdict.criteria:
        if one.name == "outcome":
            yield cell("outcome"), cell(NAMES[a.ended]), cell(NAMES[b.ended]), cell(""), _better(one.better)
        else:
            yield _row(one.name, _JUDGED[one.name], a, b, _better(one.better))
    yield cell("last test"), cell(a.tests), cell(b.tests), cell(""), cell("")
    for title, name in _ROWS:
        yield _row(title, name, a, b, cell(""))
    where = "nowhere" if result.diverged_at is None else f"phase {result.diverged_at}"
    yield cell("first differs"), cell(where), cell(""), cell(""), cell("")


def _better(better: Better) -> Cell:
    tone: Tone = "good" if better in ("A", "B") else "dim"
    return cell({"even": "even", "unknown": "?"}.get(better, better), tone)


def _row(title: str, name: str, a: Figures, b: Figures, better: Cell) -> tuple[Cell, ...]:
    one, other = getattr(a, name), getattr(b, name)
    known = (
        one is not None and other is not None and not (name == "cost_usd" and (a.unpriced_calls or b.unpriced_calls))
    )
    return (
        cell(title),
        _figure(one, name, a),
        _figure(other, name, b),
        cell(_signed(other - one, name)) if known else cell("?", value=""),
        better,
    )


def _figure(value: Decimal | float | int | None, name: str, one: Figures) -> Cell:
    exact = "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
    if name == "cost_usd":
        return cell(dollars(one.cost_usd, calls=one.calls, unpriced=one.unpriced_calls), value=exact)
    if name == "waste_usd" and value == 0:
        return cell("-", value=exact)
    return cell(_worded(value, name), value=exact)


def _worded(value: Decimal | float | int | None, name: str) -> str:
    match _UNITS.get(name, "count"):
        case "usd":
            return dollars(None if value is None else Decimal(value))
        case "seconds":
            return duration(None if value is None else float(value))
        case "tokens":
            return tokens(None if value is None else int(value))
        case _:
            return count(None if value is None else int(value))


def _signed(difference: Decimal | float | int, name: str) -> str:
    """A difference with its sign; nothing where there is none."""
    if not difference:
        return ""
    return ("+" if difference > 0 else "") + _worded(difference, name)
