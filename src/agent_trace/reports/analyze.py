"""What was spent for nothing in many sessions: the most recent ones, or the dearest, each with its findings.

`analyze recent`, `analyze expensive` and `analyze session ID` are other spellings; the last is `findings ID`. The sums
show which rules the same person meets again and again. Sub-agents are looked at with the session that started them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from agent_trace.errors import NotFoundError
from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Cell, Column, Note, Prose, Table, cell
from agent_trace.render.numbers import count, dollars, duration, tokens
from agent_trace.reports._amounts import money
from agent_trace.reports._judged import Aim, Found, Judged, chosen, judged, total
from agent_trace.reports._scopes import SessionScope, SessionsScope
from agent_trace.reports._words import many, short_ids

SCOPE = "sessions"
LIMIT = 10
"""Sessions, unless --limit says otherwise."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    by: Annotated[Literal["recent", "expensive"], msgspec.Meta(description="Which sessions come first.")] = "recent"
    rule: Annotated[tuple[str, ...], msgspec.Meta(description="Only this rule; may be repeated.")] = ()
    all: Annotated[bool, msgspec.Meta(description="Also the rules that are off by default.")] = False
    optimize_for: Annotated[
        Aim, msgspec.Meta(description="What comes first: what cost most, took longest, or failed most.")
    ] = "cost"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One session."""

    session: Summary
    findings: tuple[Found, ...]
    waste_usd: Decimal | None
    """With its sub-agents."""
    waste_tokens: int
    waste_s: float


class RuleRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule found in all of them."""

    rule: str
    findings: int
    sessions: int
    tokens: int
    usd: Decimal | None
    seconds: float
    fix: str


class Result(msgspec.Struct, frozen=True, kw_only=True):
    sessions: tuple[Row, ...]
    by_rule: tuple[RuleRow, ...]
    count: int
    """Root sessions selected, looked at or not."""
    unread: tuple[str, ...] = ()
    """Sessions whose log is gone."""


def dearest_first(options: Options) -> bool:
    """Which sessions the report wants."""
    return options.by == "expensive"


def compute(scope: SessionsScope, options: Options, facts: Facts) -> Result:
    rules = chosen(options.rule, every=options.all)
    rows: list[Row] = []
    unread: list[str] = []
    for read in scope.sessions:
        one = read()
        try:
            rows.append(_row(one, judged(one, rules, options.optimize_for)))
        except NotFoundError:
            unread.append(one.summary.id)
    return Result(sessions=tuple(rows), by_rule=tuple(_by_rule(rows)), count=scope.count, unread=tuple(unread))


def _row(scope: SessionScope, done: Judged) -> Row:
    return Row(
        session=scope.summary,
        findings=done.findings,
        waste_usd=done.usd,
        waste_tokens=done.tokens,
        waste_s=done.seconds,
    )


def _by_rule(rows: Sequence[Row]) -> Iterator[RuleRow]:
    found: dict[str, list[tuple[Found, str]]] = {}
    for row in rows:
        for one in row.findings:
            found.setdefault(one.rule, []).append((one, row.session.id))
    made = [_rule_row(rule, ones) for rule, ones in found.items()]
    yield from sorted(made, key=lambda one: (-(one.usd or 0), -one.tokens, -one.seconds, one.rule))


def _rule_row(rule: str, ones: Sequence[tuple[Found, str]]) -> RuleRow:
    return RuleRow(
        rule=rule,
        findings=len(ones),
        sessions=len({session for _, session in ones}),
        tokens=sum(one.tokens for one, _ in ones),
        usd=total(one.usd for one, _ in ones),
        seconds=sum(one.seconds for one, _ in ones),
        fix=ones[0][0].fix,
    )


# ---------------------------------------------------------------- layout

_SESSIONS = (
    Column(title="id"),
    Column(title="title", stretch=True),
    Column(title="cost", align="right", key="cost_usd"),
    Column(title="wasted", align="right", key="waste_usd"),
    Column(title="time", align="right", weight=2, key="waste_s"),
    Column(title="findings", weight=1),
)
"""Of the rules only the first is named: it is what to look at."""
_RULES = (
    Column(title="rule"),
    Column(title="found", align="right"),
    Column(title="sessions", align="right", weight=2),
    Column(title="wasted", align="right", key="waste_usd"),
    Column(title="tokens", align="right", weight=3),
    Column(title="time", align="right", weight=1, key="waste_s"),
)


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    ids = short_ids(row.session.id for row in result.sessions)
    yield Table(
        columns=_SESSIONS,
        rows=tuple(_cells(row, ids) for row in result.sessions),
        empty="no session was selected",
    )
    if result.by_rule:
        yield Table(title="By rule", columns=_RULES, rows=tuple(_rule_cells(one) for one in result.by_rule))
        first = result.by_rule[0]
        yield Prose(text=f"{first.rule}: {first.fix}")
    elif result.sessions:
        yield Note(text=f"nothing was found in {many(len(result.sessions), 'session')}", tone="good")
    if result.count > len(result.sessions) + len(result.unread):
        looked = f"{many(len(result.sessions), 'session')} of {count(result.count)} looked at"
        yield Prose(text=f"{looked}: `--limit 0` looks at all, `findings ID` shows one", tone="dim")
    if result.unread:
        yield Note(text=f"the logs of {many(len(result.unread), 'session')} are gone: they were not looked at")


def _cells(row: Row, ids: dict[str, str]) -> tuple[Cell, ...]:
    rules = list(dict.fromkeys(one.rule for one in row.findings))
    return (
        cell(ids[row.session.id], value=row.session.id),
        cell(row.session.title or ""),
        cell(money(row.session.total), value=_exact(row.session.total.cost_usd)),
        cell(_usd(row.waste_usd, row.findings), value=_exact(row.waste_usd)),
        cell(duration(row.waste_s) if row.waste_s else "-", value=f"{row.waste_s:g}"),
        cell(_named(rules), value=", ".join(rules)),
    )


def _named(rules: Sequence[str]) -> str:
    more = f" +{len(rules) - 1}" if len(rules) > 1 else ""
    return f"{rules[0]}{more}" if rules else "-"


def _usd(usd: Decimal | None, findings: Sequence[Found]) -> str:
    """Without any claim there is nothing to price."""
    if usd is None:
        return "?" if any(one.tokens for one in findings) else "-"
    return dollars(usd)


def _rule_cells(one: RuleRow) -> tuple[Cell, ...]:
    usd = ("?" if one.tokens else "-") if one.usd is None else dollars(one.usd)
    return (
        cell(one.rule),
        cell(count(one.findings)),
        cell(count(one.sessions)),
        cell(usd, value=_exact(one.usd)),
        cell(tokens(one.tokens) if one.tokens else "-", value=str(one.tokens)),
        cell(duration(one.seconds) if one.seconds else "-", value=f"{one.seconds:g}"),
    )


def _exact(usd: Decimal | None) -> str:
    return "" if usd is None else f"{usd:f}"
