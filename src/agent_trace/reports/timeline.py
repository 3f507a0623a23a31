"""A session along its phases: every prompt, answer and step with its time, how it went and what its model call cost.

Dollars stand at the model call that they were paid for; the steps below it are what that call asked for. `replay` shows
the same events one by one with all that was said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from agent_trace.model.events import (
    AssistantText,
    Compacted,
    ErrorRaised,
    Event,
    Interrupted,
    LlmResponse,
    ToolCall,
    UserPrompt,
)
from agent_trace.model.events import Command as Ordered
from agent_trace.model.facts import Facts
from agent_trace.model.session import Numbered
from agent_trace.model.summary import Summary
from agent_trace.pricing.amounts import amounts_by
from agent_trace.pricing.calls import ledger_row
from agent_trace.render.blocks import AnyBlock, Entry, Fields, Heading, Note, Prose, Timeline, Tone, field
from agent_trace.render.numbers import clip, count, dollars, duration, tokens
from agent_trace.reports._amounts import money
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._understood import Understood, clock
from agent_trace.reports._words import many

SCOPE = "session"
_TEXT = 400
Kind = Literal["prompt", "command", "call", "answer", "step", "compaction", "interruption", "error", "retry"]
"""`retry`: a request to the model failed and was made again."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    phase: Annotated[int, msgspec.Meta(ge=0, description="Only this phase; 0: all.")] = 0


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. What its kind does not have is null or empty."""

    event: int
    at_s: float | None
    """Seconds since the session's start."""
    kind: Kind
    text: str = ""
    """The beginning of what was said, or what the step did."""
    tool: str | None = None
    failed: bool | None = None
    """Of a step: null where it was interrupted or has no result."""
    refused: bool = False
    seconds: float | None = None
    """How long a step ran."""
    lines_added: int = 0
    lines_removed: int = 0
    tokens_in: int | None = None
    """Of a model call: all that it was given."""
    tokens_out: int | None = None
    cost_usd: Decimal | None = None


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A phase with what happened in it."""

    number: int
    label: str
    failed: bool
    from_s: float | None
    to_s: float | None
    calls: int | None
    unpriced_calls: int
    cost_usd: Decimal | None
    moments: tuple[Moment, ...]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    chosen_by: str = ""
    phases: tuple[Stretch, ...]
    phase_count: int
    """All there are, shown or not."""


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    one = Understood(scope)
    telling = _Telling(one, facts)
    wanted = [phase for phase in one.phases if options.phase in (0, phase.number)]
    rows: list[Stretch] = []
    costs = one.costs(facts.cost)
    for phase in wanted:
        spent = costs[phase.number]
        rows.append(
            Stretch(
                number=phase.number,
                label=one.name(phase),
                failed=phase.failed,
                from_s=one.offset(phase.started),
                to_s=one.offset(phase.ended),
                calls=None if not phase.calls and scope.summary.own.calls is None else spent.calls,
                unpriced_calls=spent.unpriced_calls,
                cost_usd=spent.cost_usd,
                moments=tuple(telling.moments(one.shown.numbered[phase.first - 1 : phase.last])),
            )
        )
    return Result(session=scope.summary, chosen_by=scope.chosen_by, phases=tuple(rows), phase_count=len(one.phases))


class _Telling:
    """Makes moments of events."""

    def __init__(self, one: Understood, facts: Facts) -> None:
        self._one = one
        self._steps = {attempt.number: attempt for attempt in one.attempts}
        self._refused = {step.number for step in one.session.steps if step.result is not None and step.result.refused}
        calls = one.grounds.calls.values()
        self._costs = amounts_by([ledger_row(call, (call.id,)) for call in calls], one.scope.book, facts.cost)

    def moments(self, rows: Sequence[Numbered]) -> Iterator[Moment]:
        """What is worth telling of a stretch."""
        for number, event in rows:
            if event.inherited:
                continue
            found = self._moment(number, event)
            if found is not None:
                yield msgspec.structs.replace(found, at_s=self._one.offset(event.at))

    def _moment(self, number: int, event: Event) -> Moment | None:
        match event:
            case UserPrompt(side=False):
                return _said(number, "prompt", event.text)
            case AssistantText(side=False):
                return _said(number, "answer", event.text)
            case LlmResponse() if (event.id,) in self._costs:
                return self._call(number, event)
            case ToolCall() if number in self._steps or number in self._refused:
                return self._step(number)
            case Ordered():
                return _said(number, "command", f"{event.name} {event.text}")
            case Compacted() if event.trigger or not event.summary:
                return _said(number, "compaction", event.trigger)
            case Interrupted():
                return _said(number, "interruption", event.text)
            case ErrorRaised():
                return _said(number, "error" if event.retry is None else "retry", event.text)
        return None

    def _call(self, number: int, event: LlmResponse) -> Moment:
        cost = self._costs[event.id,]
        given = event.usage.prompt if event.usage.tokens is not None else None
        return Moment(
            event=number,
            at_s=None,
            kind="call",
            text=event.cls.model if event.cls is not None else "",
            tokens_in=given,
            tokens_out=event.usage.output,
            cost_usd=cost.cost_usd,
        )

    def _step(self, number: int) -> Moment:
        attempt = self._steps.get(number)
        result = None if attempt is None else attempt.step.result
        return Moment(
            event=number,
            at_s=None,
            kind="step",
            text=self._one.title(number),
            tool=self._one.tool(number),
            failed=None if attempt is None else attempt.failed,
            refused=attempt is None,
            seconds=None if attempt is None else self._one.seconds(attempt.step),
            lines_added=0 if result is None else result.lines_added,
            lines_removed=0 if result is None else result.lines_removed,
        )


def _said(number: int, kind: Kind, text: str) -> Moment:
    return Moment(event=number, at_s=None, kind=kind, text=clip(text, _TEXT))


# ---------------------------------------------------------------- layout

_LOOKS: dict[Kind, tuple[str, Tone]] = {
    "prompt": ("▶", "accent"),
    "command": ("▶", "accent"),
    "call": ("·", "dim"),
    "answer": ("•", "plain"),
    "compaction": ("▼", "accent"),
    "interruption": ("×", "warning"),
    "error": ("✗", "bad"),
    "retry": ("!", "warning"),
}


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    one = result.session
    yield Heading(text=clip(one.title or one.id, 100))
    yield Fields(
        items=(
            field("session", one.id, result.chosen_by),
            field(
                "when",
                "?" if one.started is None else f"{one.started.astimezone(facts.zone):%Y-%m-%d %H:%M}",
                facts.zone_name,
            ),
            field("duration", duration(one.duration_s), many(result.phase_count, "phase")),
            field("cost", money(one.total), f"own {money(one.own)}" if money(one.total) != money(one.own) else ""),
        )
    )
    for phase in result.phases:
        failed = " — FAILED" if phase.failed else ""
        yield Heading(text=f"Phase {phase.number}: {phase.label}{failed}", level=2)
        cost = dollars(phase.cost_usd, calls=phase.calls, unpriced=phase.unpriced_calls)
        yield Prose(text=f"{clock(phase.from_s)}–{clock(phase.to_s)} · {cost}", tone="dim")
        yield Timeline(entries=tuple(_entry(moment) for moment in phase.moments))
    if not result.phases:
        text = f"it has no phase {options.phase}" if options.phase else "nothing was said or done in it"
        yield Note(text=text)


def _entry(one: Moment) -> Entry:
    if one.kind == "step":
        mark, tone = _state(one)
        ran = "" if one.seconds is None else duration(one.seconds)
        parts = (one.text, ran, _lines(one), "refused" if one.refused else "")
        return _drawn(one, mark, one.tool or "", " · ".join(filter(None, parts)), tone, depth=1)
    mark, tone = _LOOKS[one.kind]
    if one.kind == "call":
        spent = f"{dollars(one.cost_usd)} · {tokens(one.tokens_in)} in · {tokens(one.tokens_out)} out · {one.text}"
        return _drawn(one, mark, "model", spent, tone)
    return _drawn(one, mark, one.kind, one.text, tone)


def _drawn(one: Moment, mark: str, label: str, text: str, tone: Tone, *, depth: int = 0) -> Entry:
    return Entry(number=str(one.event), when=clock(one.at_s), mark=mark, label=label, text=text, tone=tone, depth=depth)


def _state(one: Moment) -> tuple[str, Tone]:
    if one.refused:
        return "✗", "warning"
    return ("✗", "bad") if one.failed else ("?", "warning") if one.failed is None else ("✓", "plain")


def _lines(one: Moment) -> str:
    return f"+{count(one.lines_added)} -{count(one.lines_removed)}" if one.lines_added or one.lines_removed else ""
