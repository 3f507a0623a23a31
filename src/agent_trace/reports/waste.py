"""What was spent for nothing over many sessions, ranked: by rule, by project or by session, with what to do about it.

The same findings and dollars as in `list`: those of the rules that are on by default, sub-agents included, from what is
stored with each session, at the prices of today. Dollars are those of the selected calls, findings those of the whole
sessions. `analyze` and `findings` read the logs and show the single findings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.usage import Amounts
from agent_trace.pricing.amounts import amounts
from agent_trace.render.blocks import Block, Cell, Column, Note, Prose, Table, Tone, cell
from agent_trace.render.numbers import clip, count, dollars, duration, percent, tokens
from agent_trace.reports._scopes import RuleFound, WasteScope, WasteSession
from agent_trace.reports._words import many, short_ids
from agent_trace.reports.projects import short_names

SCOPE = "waste"
NEWEST = 5
"""Sessions that are named for each row."""
_GROUPS = {"rule": ("rule", "project"), "project": ("project", "rule"), "session": ("session", "rule")}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    by: Annotated[Literal["rule", "project", "session"], msgspec.Meta(description="What a row stands for.")] = "rule"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What of a row belongs to one project (by rule), or to one rule."""

    key: str
    findings: int
    sessions: int
    tokens: int
    unpriced_claims: int
    """Sums of claimed tokens that have no price: in no dollars."""
    waste_usd: Decimal | None
    """0 where nothing is claimed; null where what is claimed has no price."""
    waste_s: float
    fixes: tuple[str, ...]
    """What the rules advise, to be copied into instructions: the most frequent advice first."""


class Row(Part, frozen=True, kw_only=True):
    """A rule, a project or a session."""

    share: float | None
    """Of all that was wasted, from 0 to 1; null where it has no price."""
    parts: tuple[Part, ...]
    """By project where the row is a rule, else by rule; the dearest first."""
    newest: tuple[WasteSession, ...]
    """Root sessions in which it was found, the newest first."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    rows: tuple[Row, ...]
    """The dearest first."""
    findings: int
    tokens: int
    unpriced_claims: int
    waste_usd: Decimal | None
    waste_s: float
    """Claimed time, added up even where sessions ran side by side."""
    sessions: int
    """Root sessions selected."""
    known: int
    """Of which it is known what was found: the others are in no figure."""
    unpriced: tuple[str, ...]
    """Models of what is claimed that the price book does not know."""


def group(options: Options) -> tuple[str, ...]:
    """The key of findings and claims: what a row stands for, and what its parts do."""
    return _GROUPS[options.by]


def compute(scope: WasteScope, options: Options, facts: Facts) -> Result:
    found: dict[str, list[RuleFound]] = defaultdict(list)
    claimed: dict[str, list[LedgerRow]] = defaultdict(list)
    for one in scope.found:
        found[one.key[0]].append(one)
    for row in scope.claimed:
        claimed[row.key[0]].append(row)
    whole = _part("", scope.found, scope.claimed, scope, 0)
    rows = [_row(key, its, claimed[key], scope, whole.waste_usd) for key, its in found.items()]
    return Result(
        by=options.by,
        rows=tuple(sorted(rows, key=_rank)),
        findings=whole.findings,
        tokens=whole.tokens,
        unpriced_claims=whole.unpriced_claims,
        waste_usd=whole.waste_usd,
        waste_s=whole.waste_s,
        sessions=scope.known.sessions,
        known=scope.known.known,
        unpriced=scope.unpriced,
    )


def _row(
    key: str, its: Sequence[RuleFound], claimed: Sequence[LedgerRow], scope: WasteScope, whole: Decimal | None
) -> Row:
    one = _part(key, its, claimed, scope, scope.sessions.get(key, 0))
    parts: dict[str, list[RuleFound]] = defaultdict(list)
    claims: dict[str, list[LedgerRow]] = defaultdict(list)
    for each in its:
        parts[each.key[1]].append(each)
    for row in claimed:
        claims[row.key[1]].append(row)
    split = [
        _part(name, some, claims[name], scope, max(each.sessions for each in some)) for name, some in parts.items()
    ]
    return Row(
        **{name: getattr(one, name) for name in Part.__struct_fields__},
        share=round(float(one.waste_usd / whole), 4) if one.waste_usd is not None and whole else None,
        parts=tuple(sorted(split, key=_rank)),
        newest=scope.newest.get(key, ()),
    )


def _part(key: str, its: Sequence[RuleFound], claimed: Sequence[LedgerRow], scope: WasteScope, sessions: int) -> Part:
    cost = amounts(claimed, scope.book) if claimed else Amounts(cost_usd=Decimal(0))
    fixes: dict[str, int] = defaultdict(int)
    for one in its:
        fixes[one.fix] += one.findings
    return Part(
        key=key,
        findings=sum(one.findings for one in its),
        sessions=sessions,
        tokens=cost.usage.tokens or 0,
        unpriced_claims=cost.unpriced_calls,
        waste_usd=cost.cost_usd,
        waste_s=sum(one.ms for one in its) / 1000,
        fixes=tuple(sorted(fixes, key=lambda fix: (-fixes[fix], fix))),
    )


def _rank(one: Part) -> tuple[Decimal, int, float, int, str]:
    return (-(one.waste_usd or Decimal(0)), -one.tokens, -one.waste_s, -one.findings, one.key)


# ---------------------------------------------------------------- layout

_COLUMNS = (
    Column(title="found", align="right", key="findings"),
    Column(title="sessions", align="right", weight=2),
    Column(title="wasted", align="right", key="waste_usd"),
    Column(title="share", align="right", weight=1),
    Column(title="tokens", align="right", weight=4),
    Column(title="time", align="right", weight=3, key="waste_s"),
)


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    names = _names(result)
    most = "mostly in" if result.by == "rule" else "mostly"
    short = short_names(row.parts[0].key for row in result.rows if row.parts) if result.by == "rule" else {}
    yield Table(
        columns=(Column(title=result.by, stretch=result.by == "session"), *_COLUMNS, Column(title=most, weight=5)),
        rows=tuple(
            (cell(names[row.key], value=row.key), *_cells(row, result), _mostly(row, short)) for row in result.rows
        ),
        footer=((cell("total", "strong"), *_sums(result)),) if result.rows else (),
        title=f"Waste by {result.by}",
        empty="nothing was found in this selection",
    )
    for rule, fix in _advice(result):
        yield Prose(text=f"{rule}: {fix}")
    if result.known < result.sessions:
        left = many(result.sessions - result.known, "session")
        yield Note(text=f"what was found in {left} is not known, and in no figure: `findings` reads a log", tone="dim")
    if result.unpriced:
        models = ", ".join(model or "calls that name no model" for model in result.unpriced)
        yield Note(text=f"no price is known for {models}: what is claimed of them has no dollars")


def _names(result: Result) -> dict[str, str]:
    keys = [row.key for row in result.rows]
    match result.by:
        case "project":
            return short_names(keys)
        case "session":
            ids = short_ids(keys)
            titles = {row.key: row.newest[0].title or "(no title)" for row in result.rows if row.newest}
            return {key: f"{ids[key]}  {clip(titles.get(key, ''), 60)}" for key in keys}
    return dict(zip(keys, keys, strict=True))


def _advice(result: Result) -> Iterator[tuple[str, str]]:
    """What the three dearest rules advise."""
    if result.by == "rule":
        yield from ((row.key, row.fixes[0]) for row in result.rows[:3])


def _mostly(row: Row, short: dict[str, str]) -> Cell:
    first = row.parts[0].key if row.parts else ""
    return cell(short.get(first, first) or "(none)", "dim", value=first)


def _cells(row: Row, result: Result) -> tuple[Cell, ...]:
    return (
        cell(count(row.findings), value=str(row.findings)),
        cell(count(row.sessions), value=str(row.sessions)),
        cell(_usd(row), value="" if row.waste_usd is None else f"{row.waste_usd:f}"),
        cell(percent(row.waste_usd, result.waste_usd), value="" if row.share is None else str(row.share)),
        cell(tokens(row.tokens) if row.tokens else "-", value=str(row.tokens)),
        cell(duration(row.waste_s) if row.waste_s else "-", value=f"{row.waste_s:g}"),
    )


def _sums(result: Result) -> tuple[Cell, ...]:
    tone: Tone = "strong"
    return (
        cell(count(result.findings), tone),
        cell("", tone),
        cell(_usd(result), tone),
        cell("", tone),
        cell(tokens(result.tokens) if result.tokens else "-", tone),
        cell(duration(result.waste_s) if result.waste_s else "-", tone),
        cell("", tone),
    )


def _usd(one: Part | Result) -> str:
    if not one.tokens:
        return "-"
    return dollars(one.waste_usd, unpriced=one.unpriced_claims)
