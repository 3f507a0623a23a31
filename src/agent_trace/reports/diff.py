"""What two sessions did differently, phase by phase: files, commands, how it ended, cost, and where they parted first.

Useful for why the same prompt came to different results, or where a broken session left the way of a good one. Phases
with the same label are put side by side, in an order that both have; for each it tells what only one of them read,
changed or ran. `diff-outcome` compares what came of them instead, `compare` their figures with a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Cell, Column, Entry, Heading, Prose, Table, Timeline, cell
from agent_trace.render.numbers import clip, count, dollars, duration
from agent_trace.reports._compared import NAMES, head
from agent_trace.reports._pairing import Only, PhasePair, diverged, paired
from agent_trace.reports._scopes import PairScope
from agent_trace.reports._sides import Figures, PhaseSide, Ran, side
from agent_trace.reports._words import many

SCOPE = "pair"
MOST = 12
"""Commands of a phase that are listed for each session; the rest are counted, and stand in the JSON."""
FILES = 20


class Options(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Result(msgspec.Struct, frozen=True, kw_only=True):
    a: Summary
    b: Summary
    a_chosen_by: str = ""
    b_chosen_by: str = ""
    identical: bool
    """The same phases, in which the same was done with the same result. A session is identical to itself."""
    diverged_at: int | None
    """The first pair of phases in which they differ; null: they do nowhere."""
    phases: tuple[PhasePair, ...]
    a_figures: Figures
    b_figures: Figures


def compute(scope: PairScope, options: Options, facts: Facts) -> Result:
    first, second = side(scope.first(), facts.cost), side(scope.second(), facts.cost)
    pairs = paired(first, second)
    at = diverged(pairs)
    return Result(
        a=first.session,
        b=second.session,
        a_chosen_by=first.chosen_by,
        b_chosen_by=second.chosen_by,
        identical=at is None,
        diverged_at=at,
        phases=pairs,
        a_figures=first.figures,
        b_figures=second.figures,
    )


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    yield from head("Diff", result.a, result.b, (result.a_chosen_by, result.b_chosen_by))
    if result.identical:
        yield Prose(text=f"Identical: {many(len(result.phases), 'phase')}, in which the same was done.", tone="good")
    elif result.diverged_at is not None:
        yield Prose(text=f"Diverged at phase {result.diverged_at}.", tone="strong")
    for pair in result.phases:
        if not pair.same:
            yield from _phase(pair)
    yield Heading(text="Phases", level=2)
    yield _table(result)
    yield Prose(text=_line("A", result.a_figures))
    yield Prose(text=_line("B", result.b_figures))


def _phase(pair: PhasePair) -> Iterator[AnyBlock]:
    yield Heading(text=f"Phase {pair.number}: {pair.label}", level=2)
    if pair.a is None or pair.b is None:
        name, one = ("A", pair.a) if pair.b is None else ("B", pair.b)
        if one is not None:
            yield Prose(text=f"{name} only: {_told(one)}", tone="dim")
            yield from _listed(name, Only(read=one.read, changed=one.changed, ran=one.ran))
        return
    if pair.a.failed != pair.b.failed:
        yield Prose(text=f"failed in {'A' if pair.a.failed else 'B'} alone", tone="bad")
    entries = [*_entries("A", pair.only_a), *_entries("B", pair.only_b)]
    if entries:
        yield Timeline(entries=tuple(entries))


def _told(one: PhaseSide) -> str:
    failed = ", failed" if one.failed else ""
    return f"{duration(one.seconds)}, {many(one.events, 'event')}{failed}"


def _listed(name: str, only: Only) -> Iterator[AnyBlock]:
    entries = tuple(_entries(name, only))
    if entries:
        yield Timeline(entries=entries)


def _entries(name: str, only: Only) -> Iterator[Entry]:
    for label, paths in (("read", only.read), ("changed", only.changed)):
        if paths:
            yield Entry(when="", mark=name, label=label, text=_files(paths))
    for one in only.ran[:MOST]:
        yield _step(name, one)
    if len(only.ran) > MOST:
        yield Entry(when="", mark=name, label="", text=f"… {many(len(only.ran) - MOST, 'more step')}", tone="dim")


def _files(paths: Sequence[str]) -> str:
    rest = f" … {many(len(paths) - FILES, 'more file')}" if len(paths) > FILES else ""
    return ", ".join(paths[:FILES]) + rest


def _step(name: str, one: Ran) -> Entry:
    failed = "  ✗ failed" if one.failed else ""
    return Entry(
        number=str(one.event),
        when="",
        mark=name,
        label=one.tool,
        text=f"{one.text}{failed}",
        tone="bad" if one.failed else "plain",
    )


_COLUMNS = (
    Column(title="phase", align="right"),
    Column(title="label", stretch=True),
    Column(title="A", align="right", key="a_cost_usd"),
    Column(title="B", align="right", key="b_cost_usd"),
    Column(title="A time", align="right", weight=2, key="a_seconds"),
    Column(title="B time", align="right", weight=2, key="b_seconds"),
    Column(title="retries", align="right", weight=3),
    Column(title=""),
)


def _table(result: Result) -> Table:
    return Table(columns=_COLUMNS, rows=tuple(_row(pair) for pair in result.phases), empty="neither did anything")


def _row(pair: PhasePair) -> tuple[Cell, ...]:
    only = "A only" if pair.b is None else "B only" if pair.a is None else "=" if pair.same else "differs"
    retries = " ".join(count(one.retries) if one is not None else "-" for one in (pair.a, pair.b))
    return (
        cell(str(pair.number)),
        cell(clip(pair.label, 60)),
        _cost(pair.a),
        _cost(pair.b),
        cell("-" if pair.a is None else duration(pair.a.seconds)),
        cell("-" if pair.b is None else duration(pair.b.seconds)),
        cell(retries),
        cell(only, "plain" if pair.same else "warning"),
    )


def _cost(one: PhaseSide | None) -> Cell:
    if one is None:
        return cell("-", value="")
    text = dollars(one.cost_usd, calls=one.calls, unpriced=one.unpriced_calls)
    return cell(text, value="" if one.cost_usd is None else f"{one.cost_usd:f}")


def _line(name: str, one: Figures) -> str:
    tools, again = many(one.tool_calls, "tool call"), "retry" if one.retries == 1 else "retries"
    cost = dollars(one.cost_usd, calls=one.calls, unpriced=one.unpriced_calls)
    return f"{name}: {duration(one.duration_s)}, {cost}, {tools}, {count(one.retries)} {again}, {NAMES[one.ended]}"
