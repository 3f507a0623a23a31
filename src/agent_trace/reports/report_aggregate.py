"""A whole report of many sessions for others to read: totals, what the rules found, the dearest messages, each session's figures.

`report aggregate` is another spelling. `--limit N` takes the N newest of the selected sessions and all sums are theirs; `--top`
says how many messages and sessions are shown, the dearest first. It is made of what is stored of sessions, and no log
is read for it: `report session ID` tells of one with its events, `findings ID` shows each finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary, Totals
from agent_trace.render.blocks import AnyBlock, Cell, Column, Field, Fields, Heading, Note, Prose, Table, cell, field
from agent_trace.render.numbers import count, dollars, percent, tokens
from agent_trace.reports._amounts import money
from agent_trace.reports._messages import Message, messages_table
from agent_trace.reports._rules import RuleCount, advice_fields, rule_counts, rules_table
from agent_trace.reports._scopes import FleetScope
from agent_trace.reports._words import last_name, many, short_ids

SCOPE = "fleet"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    top: Annotated[
        int, msgspec.Meta(ge=0, description="How many messages and sessions are shown, the dearest first.")
    ] = 10


class Result(msgspec.Struct, frozen=True, kw_only=True):
    sessions_analyzed: int
    """Root sessions that all sums are made of."""
    count: int
    """Root sessions selected, analysed or not."""
    totals: Totals
    findings: int
    finding_counts: dict[str, int]
    """Rule → findings in all of them, sub-agents included."""
    rules: tuple[RuleCount, ...]
    waste_usd: Decimal | None
    """Claimed in all of them; null where nothing that is claimed has a price."""
    unknown_findings: int
    """Sessions of which nothing is stored: their logs are gone, too long, or kept without their events."""
    top_messages: tuple[Message, ...]
    """The dearest first, without those of hidden sessions."""
    sessions: tuple[Summary, ...]
    """Those that were analysed, the dearest first, without hidden ones."""
    unpriced: tuple[str, ...]


def compute(scope: FleetScope, options: Options, facts: Facts) -> Result:
    rules = rule_counts(scope.rules)
    shown = [one for one in scope.sessions if not one.hidden]
    known = [one.waste_usd for one in scope.sessions if one.waste_usd is not None]
    return Result(
        sessions_analyzed=len(scope.sessions),
        count=scope.count,
        totals=scope.totals,
        findings=sum(one.findings for one in rules),
        finding_counts={one.rule: one.findings for one in rules},
        rules=rules,
        waste_usd=sum(known, Decimal(0)) if known else None,
        unknown_findings=sum(one.findings is None for one in scope.sessions),
        top_messages=scope.messages,
        sessions=tuple(sorted(shown, key=lambda one: -(one.total.cost_usd or 0))),
        unpriced=scope.unpriced,
    )


# ---------------------------------------------------------------- layout

_SESSIONS = (
    Column(title="id"),
    Column(title="agent", weight=2),
    Column(title="title", stretch=True),
    Column(title="messages", align="right", weight=1),
    Column(title="findings", align="right"),
    Column(title="wasted", align="right", key="waste_usd"),
    Column(title="cost", align="right", key="cost_usd"),
)
_TITLE = 2


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    yield Heading(text=f"Report of {many(result.sessions_analyzed, 'session')}")
    yield Fields(items=tuple(_head(result)))
    if not result.sessions:
        yield Prose(text="no session was selected", tone="dim")
        return
    if result.rules:
        yield rules_table(result.rules)
        yield advice_fields(result.rules)
    else:
        yield Note(text="no rule found anything", tone="good")
    named = (*(one.id for one in result.sessions), *(one.session for one in result.top_messages))
    ids = short_ids(name.partition("/")[0] for name in named)
    if result.top_messages:
        yield messages_table("The dearest messages", result.top_messages, facts, ids)
    shown = result.sessions[: options.top]
    if shown:
        yield _sessions(_named(shown, result), shown, ids)
    if result.unpriced:
        yield Note(text=f"no price is known of {', '.join(result.unpriced)}")


def _head(result: Result) -> Iterator[Field]:
    total = result.totals.total
    left = result.count - result.sessions_analyzed
    yield field("sessions", count(result.sessions_analyzed), f"the newest of {count(result.count)}" if left else "")
    yield field("cost", money(total))
    yield field("messages", count(total.calls), many(total.tool_calls, "tool call"))
    yield field("tokens", tokens(total.usage.tokens), f"{tokens(total.usage.output)} of them answered")
    unknown = many(result.unknown_findings, "session") + " could not be looked at" if result.unknown_findings else ""
    yield field("findings", count(result.findings), unknown)
    if result.findings:
        share = percent(result.waste_usd, total.cost_usd) if result.waste_usd is not None else ""
        least = "≥" if any(one.findings and one.waste_usd is None for one in result.sessions) else ""
        yield field("wasted", f"{least}{dollars(result.waste_usd)}", f"{share} of the cost" if share else "")


def _named(shown: Sequence[Summary], result: Result) -> str:
    return "Sessions" if len(shown) == len(result.sessions) else f"The {len(shown)} dearest sessions"


def _sessions(name: str, shown: Sequence[Summary], ids: dict[str, str]) -> Table:
    """Sessions by their titles; where none is told, by the folder that they ran in."""
    rows = tuple(_cells(one, ids) for one in shown)
    if any(one.title for one in shown):
        return Table(title=name, columns=_SESSIONS, rows=rows)
    where = Column(title="where", stretch=True)
    columns = (*_SESSIONS[:_TITLE], where, *_SESSIONS[_TITLE + 1 :])
    folders = (cell(last_name(one.repo or one.cwd)) for one in shown)
    told = zip(rows, folders, strict=True)
    return Table(title=name, columns=columns, rows=tuple((*row[:_TITLE], one, *row[_TITLE + 1 :]) for row, one in told))


def _cells(one: Summary, ids: dict[str, str]) -> tuple[Cell, ...]:
    return (
        cell(ids[one.id], value=one.id),
        cell(one.agent),
        cell(one.title or ""),
        cell(count(one.total.calls)),
        cell(count(one.findings)),
        cell(
            dollars(one.waste_usd) if one.findings else "-", value="" if one.waste_usd is None else f"{one.waste_usd:f}"
        ),
        cell(money(one.total), value="" if one.total.cost_usd is None else f"{one.total.cost_usd:f}"),
    )
