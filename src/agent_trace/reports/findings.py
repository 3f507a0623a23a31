"""What was spent for nothing in a session and its sub-agents, and what to do about it: one finding for each rule's case.

Each finding names the events that show it, how sure the rule is, what it claims in tokens, dollars and seconds, and a
sentence to copy into the agent's instructions. A token is claimed once: where two rules overlap, the other says so. The
rules stand in docs/detectors.md; `--rule NAME` asks for some of them, `--all` also for those that are off by default.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Field, Fields, Heading, Note, field
from agent_trace.render.numbers import clip, count, dollars, percent
from agent_trace.reports._amounts import money
from agent_trace.reports._judged import Aim, Found, chosen, judged
from agent_trace.reports._rules import finding_blocks
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._stating import claimed_fields
from agent_trace.reports._words import many

SCOPE = "session"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    rule: Annotated[tuple[str, ...], msgspec.Meta(description="Only this rule; may be repeated.")] = ()
    all: Annotated[bool, msgspec.Meta(description="Also the rules that are off by default.")] = False
    optimize_for: Annotated[
        Aim, msgspec.Meta(description="What comes first: what cost most, took longest, or failed most.")
    ] = "cost"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    chosen_by: str = ""
    findings: tuple[Found, ...]
    waste_usd: Decimal | None
    """Claimed in the session alone."""
    total_waste_usd: Decimal | None
    """With its sub-agents."""
    waste_tokens: int
    waste_s: float
    rules: tuple[str, ...]
    """The rules that looked."""
    unread: tuple[str, ...] = ()
    """Sub-agents that nobody could look at: their log is gone."""


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    rules = chosen(options.rule, every=options.all)
    done = judged(scope, rules, options.optimize_for)
    return Result(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        findings=done.findings,
        waste_usd=done.own_usd,
        total_waste_usd=done.usd,
        waste_tokens=done.tokens,
        waste_s=done.seconds,
        rules=tuple(sorted(one.name for one in rules)),
        unread=done.unread,
    )


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    one = result.session
    yield Heading(text=clip(one.title or one.id, 100))
    yield Fields(items=tuple(_head(result)))
    yield from finding_blocks(result.findings, one.id)
    if not result.findings:
        yield Note(text=f"nothing was found by {many(len(result.rules), 'rule')}", tone="good")
    if result.unread:
        yield Note(text=f"the logs of {many(len(result.unread), 'sub-agent')} are gone: they were not looked at")


def _head(result: Result) -> Iterator[Field]:
    one = result.session
    yield field("session", one.id, result.chosen_by)
    yield field("cost", money(one.total))
    yield field("findings", count(len(result.findings)), f"{many(len(result.rules), 'rule')} looked")
    if result.findings:
        spent = percent(result.total_waste_usd, one.total.cost_usd) if result.total_waste_usd is not None else ""
        yield field("wasted", dollars(result.total_waste_usd), f"{spent} of the cost" if spent else "")
        yield from claimed_fields(result.waste_tokens, result.waste_s)
