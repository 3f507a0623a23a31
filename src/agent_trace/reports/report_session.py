"""A whole report of one session for others to read: what it cost, its dearest messages, what was for nothing and how to mend it.

`report session --session-id ID` is another spelling. A message is one answer of a model. Where an earlier session of the same
repository was asked for a task like this one's, the report says what that one cost beside this one: their first prompts share
half of their words or more, and at least four; both are over. It names the session, and says nothing where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Annotated

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Field, Fields, Heading, Note, field
from agent_trace.render.numbers import clip, count, dollars, duration, percent, tokens
from agent_trace.reports._amounts import money
from agent_trace.reports._judged import Aim, Found, chosen, judged
from agent_trace.reports._messages import Message, dearest_first, messages_of, messages_table
from agent_trace.reports._parts import family, part
from agent_trace.reports._rules import RuleCount, finding_blocks, rule_counts
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._words import last_name, many

SCOPE = "session"
BAND = Decimal("0.05")
"""What differs by this part or less costs as much (docs/numbers.md)."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    top: Annotated[int, msgspec.Meta(ge=0, description="How many messages are shown, the dearest first.")] = 10
    optimize_for: Annotated[
        Aim, msgspec.Meta(description="Which findings come first: what cost most, took longest, or failed most.")
    ] = "cost"


class Like(msgspec.Struct, frozen=True, kw_only=True):
    """The last session before it that was asked for a similar task."""

    session: Summary
    likeness: float
    """Of all words of both first prompts, the share that stands in both."""
    times: Decimal | None
    """This session's total cost, in costs of that one; null where one of the two is not wholly known."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    chosen_by: str = ""
    findings: tuple[Found, ...]
    """With those of its sub-agents."""
    finding_counts: dict[str, int]
    rules: tuple[RuleCount, ...]
    waste_usd: Decimal | None
    """Claimed in the session and its sub-agents."""
    waste_tokens: int
    waste_s: float
    messages: int
    """Model calls of the session and its sub-agents whose events can be read."""
    top_messages: tuple[Message, ...]
    """The dearest first."""
    messages_usd: Decimal | None
    """What all of them cost: the total without what no log holds."""
    similar: Like | None
    unread: tuple[str, ...] = ()
    """Sub-agents whose log is gone."""


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    done = judged(scope, chosen(()), options.optimize_for)
    unread: list[str] = []
    found = list(_messages(scope, facts, unread))
    known = [one.cost_usd for one in found if one.cost_usd is not None]
    rules = rule_counts({scope.summary.id: _counts(done.findings)})
    return Result(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        findings=done.findings,
        finding_counts={one.rule: one.findings for one in rules},
        rules=rules,
        waste_usd=done.usd,
        waste_tokens=done.tokens,
        waste_s=done.seconds,
        messages=len(found),
        top_messages=tuple(dearest_first(found)[: options.top]),
        messages_usd=sum(known, Decimal(0)) if known else None,
        similar=_similar(scope),
        unread=tuple(dict.fromkeys((*unread, *done.unread))),
    )


def _messages(scope: SessionScope, facts: Facts, unread: list[str]) -> Iterator[Message]:
    """The model calls of the session and of all it started."""
    for one in family(part(scope.read(), scope.summary, scope), scope, unread):
        is_root = one.summary.id == scope.summary.id
        owns = scope.owns if is_root else partial(scope.owns_child, one.summary.id)
        yield from messages_of(one, owns, scope.book, facts.cost)


def _counts(found: tuple[Found, ...]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in found:
        counts[one.rule] = counts.get(one.rule, 0) + 1
    return counts


def _similar(scope: SessionScope) -> Like | None:
    found = scope.similar()
    if found is None:
        return None
    own, other = _cost(scope.summary), _cost(found.session)
    times = None if own is None or not other else (own / other).quantize(Decimal("0.01"))
    return Like(session=found.session, likeness=found.likeness, times=times)


def _cost(one: Summary) -> Decimal | None:
    """The total cost; None where a part of it has no price."""
    return None if one.total.unpriced_calls else one.total.cost_usd


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    one = result.session
    yield Heading(text=clip(one.title or untitled(one, facts), 100))
    yield Fields(items=tuple(_head(result, facts)))
    if result.similar is not None:
        yield Note(text=_compared(result.similar, one, facts), tone="accent")
    if result.top_messages:
        shown, whole = len(result.top_messages), result.messages
        title = "Messages" if shown == whole else f"The {shown} dearest of {many(whole, 'message')}"
        yield messages_table(title, result.top_messages, facts, {})
    yield from finding_blocks(result.findings, one.id)
    if not result.findings:
        yield Note(text="no rule found anything that was for nothing", tone="good")
    if result.unread:
        yield Note(text=f"the logs of {many(len(result.unread), 'sub-agent')} are gone: they were not looked at")


def untitled(one: Summary, facts: Facts) -> str:
    """What a session is called whose title is not told: its id stands below."""
    where = last_name(one.repo or one.cwd)
    when = "" if one.started is None else f", {one.started.astimezone(facts.zone):%Y-%m-%d %H:%M}"
    return f"Session of {one.agent}{f' in {where}' if where else ''}{when}"


def _head(result: Result, facts: Facts) -> Iterator[Field]:
    one, total = result.session, result.session.total
    yield field("session", one.id, result.chosen_by)
    yield field("agent", one.agent, ", ".join(one.models))
    if one.cwd:
        yield field("cwd", one.cwd)
    if one.started is not None:
        yield field("started", f"{one.started.astimezone(facts.zone):%Y-%m-%d %H:%M}", duration(one.duration_s))
    yield field("cost", money(total), f"{money(one.unlogged)} of it in no log" if one.unlogged is not None else "")
    yield field("messages", count(total.calls), f"{many(total.tool_calls, 'tool call')}")
    yield field("tokens", tokens(total.usage.tokens), f"{tokens(total.usage.output)} of them answered")
    if result.findings:
        share = percent(result.waste_usd, total.cost_usd) if result.waste_usd is not None else ""
        yield field("findings", count(len(result.findings)))
        yield field("wasted", dollars(result.waste_usd), f"{share} of the cost" if share else "")


def _compared(like: Like, own: Summary, facts: Facts) -> str:
    other = like.session
    when = "" if other.started is None else f" of {other.started.astimezone(facts.zone):%Y-%m-%d}"
    which = f"your last similar task{when}, {other.id} ({percent(like.likeness, 1.0)} of the words of both prompts)"
    if like.times is None:
        return f"what it cost beside {which} is not known"
    costs = f"{money(own.total)} and {money(other.total)}"
    if abs(like.times - 1) <= BAND:
        return f"as much as {which}: {costs}"
    if like.times > 1:
        return f"{like.times.normalize():f} × the cost of {which}: {costs}"
    return f"{percent(1 - like.times, 1)} less than {which}: {costs}"
