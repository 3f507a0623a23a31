"""What came of two sessions, whatever way they went: outcome, files, tests, commits, approach. A is the earlier one.

For the same task before and after a change of the model, the prompt or the instructions: did it get better? The
verdict is that of `compare`: `improved` where B went better, `regressed` where A did. Tools, files and ways of working
that only one of them used are named. `--json` is meant to be asserted on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Field, Fields, Prose, Tone, field
from agent_trace.render.numbers import count, dollars, tokens
from agent_trace.reports._compared import NAMES, head, left_out
from agent_trace.reports._pairing import beyond
from agent_trace.reports._scopes import PairScope
from agent_trace.reports._sides import Figures, Side, side
from agent_trace.reports._verdict import Judgement, Verdict, priced, verdict
from agent_trace.reports._words import many

SCOPE = "pair"
MOST = 20
Change = Literal["improved", "regressed", "mixed", "unchanged", "not_comparable"]
_CHANGES: dict[Judgement, Change] = {
    "A": "regressed", "B": "improved", "mixed": "mixed", "alike": "unchanged", "not_comparable": "not_comparable",
}  # fmt: skip
_TONES: dict[Change, Tone] = {"improved": "good", "regressed": "bad", "not_comparable": "warning"}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What only one of them had, and how much they shared."""

    added: tuple[str, ...]
    """Only in B."""
    removed: tuple[str, ...]
    """Only in A."""
    common: int


class Deltas(msgspec.Struct, frozen=True, kw_only=True):
    """B less A; null where one of the two is not known."""

    tool_calls: int | None
    errors: int | None
    tokens: int | None
    cost_usd: Decimal | None
    retries: int
    commits: int


class Result(msgspec.Struct, frozen=True, kw_only=True):
    a: Summary
    b: Summary
    a_chosen_by: str = ""
    b_chosen_by: str = ""
    outcome: Change
    verdict: Verdict
    tools: Names
    files: Names
    """Files that they changed."""
    approach: Names
    """How they edited, tested, installed and shipped."""
    deltas: Deltas
    a_figures: Figures
    b_figures: Figures


def compute(scope: PairScope, options: Options, facts: Facts) -> Result:
    first, second = side(scope.first(), facts.cost), side(scope.second(), facts.cost)
    found = verdict(first, second)
    tools = [{name: name for name in one.tools} for one in (first, second)]
    return Result(
        a=first.session,
        b=second.session,
        a_chosen_by=first.chosen_by,
        b_chosen_by=second.chosen_by,
        outcome=_CHANGES[found.verdict],
        verdict=found,
        tools=_names(*tools),
        files=_names(first.changed, second.changed),
        approach=_names(first.approach, second.approach),
        deltas=_deltas(first, second),
        a_figures=first.figures,
        b_figures=second.figures,
    )


def _names(first: dict[str, str], second: dict[str, str]) -> Names:
    return Names(
        added=tuple(beyond(second, first)),
        removed=tuple(beyond(first, second)),
        common=len(first.keys() & second.keys()),
    )


def _deltas(first: Side, second: Side) -> Deltas:
    a, b = first.figures, second.figures
    costs = priced(a), priced(b)
    return Deltas(
        tool_calls=_less(b.tool_calls, a.tool_calls),
        errors=_less(b.errors, a.errors),
        tokens=_less(b.tokens, a.tokens),
        cost_usd=None if costs[0] is None or costs[1] is None else costs[1] - costs[0],
        retries=b.retries - a.retries,
        commits=b.commits - a.commits,
    )


def _less(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one - other


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    yield from head("Outcomes", result.a, result.b, (result.a_chosen_by, result.b_chosen_by))
    a, b = result.a_figures, result.b_figures
    items = [
        field("outcome", f"{NAMES[a.ended]} → {NAMES[b.ended]}"),
        field("last test", f"{a.tests} → {b.tests}"),
        field("commits", f"{a.commits} → {b.commits}"),
        field("pull requests", f"{a.pull_requests} → {b.pull_requests}"),
        *_named("tools", result.tools),
        *_named("files", result.files, "file"),
        *_named("approach", result.approach, "way"),
        *_differences(result.deltas),
    ]
    yield Fields(items=tuple(items))
    tone = _TONES.get(result.outcome, "strong")
    yield Prose(text=f"Outcome: {result.outcome.replace('_', ' ')} ({result.verdict.why})", tone=tone)
    yield from left_out(result.verdict)


def _named(title: str, names: Names, thing: str = "tool") -> Iterator[Field]:
    shared = f"{many(names.common, thing)} in both"
    if not (names.added or names.removed):
        yield field(title, "the same", shared)
        return
    if names.added:
        yield field(f"{title} added", _listed(names.added), shared)
    if names.removed:
        yield field(f"{title} removed", _listed(names.removed), "" if names.added else shared)


def _listed(names: Sequence[str]) -> str:
    rest = f" … {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + rest


def _differences(one: Deltas) -> Iterator[Field]:
    yield field("Δ tool calls", _signed(one.tool_calls, count(one.tool_calls)))
    yield field("Δ errors", _signed(one.errors, count(one.errors)))
    yield field("Δ tokens", _signed(one.tokens, tokens(one.tokens)))
    yield field("Δ cost", _signed(one.cost_usd, dollars(one.cost_usd)))
    yield field("Δ retries", _signed(one.retries, count(one.retries)))


def _signed(value: Decimal | int | None, words: str) -> str:
    return f"+{words}" if value is not None and value > 0 else words
