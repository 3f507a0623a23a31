"""The figures of a session by prompt and by model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timezone
from decimal import Decimal

import msgspec

from agent_trace.model.events import ToolResult
from agent_trace.model.facts import Facts
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.session import Session
from agent_trace.model.usage import UNTOLD, Amounts, Basis, Usage
from agent_trace.pricing.amounts import amounts
from agent_trace.reports._calls import ledger_row
from agent_trace.reports._scopes import SessionScope

replace = msgspec.structs.replace


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt and the figures of the session's own calls from it to the next one."""

    event: int
    """Its number, as `replay` takes it."""
    at: datetime | None
    text: str
    calls: int | None
    tool_calls: int | None
    errors: int | None
    """What the agent itself marked."""
    failed_steps: int
    """What really failed."""
    unpriced_calls: int
    usage: Usage
    cost_usd: Decimal | None
    cost_basis: Basis | None
    recorded_usd: Decimal | None


class ModelRow(msgspec.Struct, frozen=True, kw_only=True):
    """A model's calls in the session and its sub-agents."""

    key: str
    calls: int | None
    tool_calls: int | None
    errors: int | None
    unpriced_calls: int
    usage: Usage
    cost_usd: Decimal | None
    cost_basis: Basis | None
    recorded_usd: Decimal | None


def prompts(
    session: Session, scope: SessionScope, facts: Facts, asked: Collection[str] | None = None
) -> Iterator[Prompt]:
    """The session's prompts, or those with these ids; what was done before the first belongs to none."""
    return (one for one in stretches(session, scope, facts, asked) if one.event)


def stretches(
    session: Session, scope: SessionScope, facts: Facts, asked: Collection[str] | None = None
) -> Iterator[Prompt]:
    """The same, and before them what was done before the first, with 0 for an event: all of them are the session."""
    if asked is None:
        asked = {prompt.id for prompt in session.prompts}
    own = {call.id: call for call in session.own_calls if not call.side or scope.owns(call.call)}
    made = {call.call for call in own.values()}
    # what a person started by a slash command no model asked for: it counts nowhere, but where nothing tells of models
    untold = scope.summary.own.calls is None
    steps = [step for step in session.steps if not step.call.inherited and (untold or step.call.response in made)]
    counted = {step.call.id: step for step in steps}
    current = _begun(0, None)
    rows: list[LedgerRow] = []
    tools = errors = failed = 0
    for number, event in session.numbered:
        if event.id in asked:
            yield _finished(replace(current, failed_steps=failed), rows, tools, errors, scope, facts)
            current = _begun(number, event)
            rows, tools, errors, failed = [], 0, 0, 0
        elif event.id in own:
            rows.append(ledger_row(own[event.id]))
        elif event.id in counted:
            tools += 1
            errors += counted[event.id].failed
        elif isinstance(event, ToolResult):
            failed += event.really_failed
    yield _finished(replace(current, failed_steps=failed), rows, tools, errors, scope, facts)


def _begun(number: int, event: object) -> Prompt:
    at = getattr(event, "at", None)
    return Prompt(
        event=number,
        at=None if at is None else datetime.fromtimestamp(at / 1000, timezone.utc),
        text=getattr(event, "text", ""),
        calls=0,
        tool_calls=0,
        errors=0,
        failed_steps=0,
        unpriced_calls=0,
        usage=Usage(),
        cost_usd=None,
        cost_basis=None,
        recorded_usd=None,
    )


def _finished(
    prompt: Prompt, rows: Sequence[LedgerRow], tools: int, errors: int, scope: SessionScope, facts: Facts
) -> Prompt:
    untold = not rows and scope.summary.own.calls is None
    one = UNTOLD if untold else amounts(rows, scope.book, facts.cost)
    return replace(
        prompt,
        calls=one.calls,
        tool_calls=tools,
        errors=errors,
        unpriced_calls=one.unpriced_calls,
        usage=one.usage,
        cost_usd=one.cost_usd,
        cost_basis=one.cost_basis,
        recorded_usd=one.recorded_usd,
    )


def models(scope: SessionScope, facts: Facts) -> Iterator[ModelRow]:
    """The calls of the session and its sub-agents by model."""
    found: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in scope.rows:
        if not row.unlogged:
            found[row.key[1]].append(row)
    for model, rows in sorted(found.items()):
        one = amounts(rows, scope.book, facts.cost)
        yield ModelRow(key=model, **{name: getattr(one, name) for name in Amounts.__struct_fields__})
