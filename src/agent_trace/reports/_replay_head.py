"""The head of a ReplayDocument: what every report knows of the session as a whole, and where a scrubber has its marks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timezone
from typing import Any

import msgspec

from agent_trace.analysis.context import Context
from agent_trace.analysis.context_growth import Stretch, filled
from agent_trace.analysis.plans import Item, Progress
from agent_trace.model.ends import ends
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Blocked,
    ErrorRaised,
    Event,
    Interrupted,
    Linked,
    ModelChanged,
    ToolResult,
    UserPrompt,
    kind_of,
)
from agent_trace.model.facts import Facts
from agent_trace.model.session import Turn
from agent_trace.model.usage import Usage
from agent_trace.reports import session_cost, token_budget
from agent_trace.reports._attribution import attribution
from agent_trace.reports._context import Filling
from agent_trace.reports._judged import Judged, chosen, judged
from agent_trace.reports._notes import Noted
from agent_trace.reports._outcome import produced
from agent_trace.reports._prompts import Prompt, models, prompts
from agent_trace.reports._replay_document import (
    Asked,
    ContextLine,
    Head,
    Link,
    Loaded,
    Marker,
    MarkerKind,
    PhaseMark,
)
from agent_trace.reports._replay_events import shares_told, tools_told
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._understood import Understood
from agent_trace.reports._worked_on import files

POINTS = 1000
"""Points of the context's line; of more calls the fullest of each group is told."""
_LOADED = ("memory", "instructions", "rules", "skill")
"""Words in the kind of an attachment that nobody asked for."""
_AMOUNTS = (
    "calls", "tool_calls", "errors", "unpriced_calls", "usage", "cost_usd", "cost_basis", "recorded_usd",
)  # fmt: skip
_MARKS: dict[type[Event], MarkerKind] = {
    UserPrompt: "prompt",
    Interrupted: "interruption",
    ModelChanged: "model",
    Blocked: "blocked",
}


def head(one: Understood, scope: SessionScope, found: Context, facts: Facts, *, full: bool) -> Head:
    """All that follows from its events; `scope` reads its sessions once. What else there is to say is `renewed`."""
    budget = token_budget.compute(scope, token_budget.Options(), facts)
    done = judged(scope, chosen(()), "cost", known=lambda: one.grounds)
    return Head(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        children=scope.children,
        classes=session_cost.compute(scope, session_cost.Options(), facts).lines,
        by_model=tuple(models(scope, facts)),
        context=ContextLine(
            limit=budget.limit,
            limit_from=budget.limit_from,
            points=tuple(_thinned(budget.points)),
            peak=budget.peak,
            shares=shares_told(budget.shares, tools_told(one)),
        ),
        prompts=tuple(_prompts(one, scope, found, facts, full=full)),
        phases=tuple(_phases(one, facts)),
        plan=_plan(one),
        files=tuple(files(one.shown)),
        outcome=None,
        outcome_missing="",
        attribution=attribution(scope.summary, one.shown.events, scope.beside()),
        links=tuple(_links(one)),
        loaded=tuple(_loaded(one)),
        findings=done.findings,
        waste_usd=done.usd,
        annotations=(),
        markers=tuple(_markers(one, found, done)),
        kinds=dict(Counter(kind_of(row.event) for row in one.session.numbered)),
        unread=done.unread,
        resume=None,
        log=None,
    )


def renewed(known: Head, scope: SessionScope, given: tuple[Noted, ...], at: Callable[[int], float | None]) -> Head:
    """The same head as it is to be told now: what was said of the session, and what became of what it made.

    `given`: what was noted, with the events that it is about · `at`: the number of an event → seconds since the start.
    """
    made = produced(scope)
    commits = [one for one in made.commits if one.session == scope.summary.id] if made is not None else []
    ways = scope.ways()
    rest = [mark for mark in known.markers if mark.kind not in ("commit", "finding", "note")]
    marks = (
        *rest,
        *(Marker(event=str(one.event), kind="commit", at_s=at(one.event), label=one.sha or "") for one in commits),
        *(mark for mark in known.markers if mark.kind == "finding"),
        *(
            Marker(event=one.event, kind="note", at_s=at(int(one.event)), label=one.label)
            for one in given
            if one.event is not None
        ),
    )
    return msgspec.structs.replace(
        known,
        session=scope.summary,
        chosen_by=scope.chosen_by,
        children=scope.children,
        outcome=made,
        outcome_missing="" if made is not None else scope.unmade,
        annotations=given,
        markers=marks,
        resume=ways.resume,
        log=ways.log,
    )


def _thinned(points: Sequence[Filling]) -> Iterator[Filling]:
    """As many as a line can show: of each group the fullest."""
    size = -(-len(points) // POINTS) or 1
    for start in range(0, len(points), size):
        yield max(points[start : start + size], key=lambda point: point.tokens)


# ---- prompts


def _prompts(one: Understood, scope: SessionScope, found: Context, facts: Facts, *, full: bool) -> Iterator[Asked]:
    turns = [turn for turn in one.session.turns if turn.prompt is not None]
    asked = {prompt.id for prompt in one.session.prompts}
    asked = asked or {turn.prompt.id for turn in turns if turn.prompt is not None and not turn.prompt.inherited}
    known = {row.event: row for row in prompts(one.session, scope, facts, asked)}
    levels = [_levels(turn, found) for turn in turns]
    grown = [
        Stretch(turn.events[0].number, turn.events[-1].number, (after or 0) - (before or 0))
        for turn, (before, after) in zip(turns, levels, strict=True)
    ]
    tools = tools_told(one)
    shares = [shares_told(found, tools) for found in filled(one.session, grown)]
    for number, (turn, level, share) in enumerate(zip(turns, levels, shares, strict=True), 1):
        row = _asked(number, turn, known.get(turn.events[0].number), one, full=full)
        yield msgspec.structs.replace(row, context_before=level[0], context_after=level[1], filled=share)


def _levels(turn: Turn, found: Context) -> tuple[int | None, int | None]:
    """The context before a prompt and at its end; what a reset left behind counts from then on."""
    numbers = [point.event for point in found.points]
    before = bisect_left(numbers, turn.events[0].number)
    after = bisect_right(numbers, turn.events[-1].number)
    return _level(found, before), _level(found, after)


def _level(found: Context, place: int) -> int | None:
    return found.points[place - 1].tokens if place else None


def _asked(number: int, turn: Turn, known: Prompt | None, one: Understood, *, full: bool) -> Asked:
    first, last = turn.events[0].number, turn.events[-1].number
    event = one.shown.event(first)
    prompt = event if isinstance(event, UserPrompt) else UserPrompt(id="", session="")
    times = [row.event.at for row in turn.events if row.event.at is not None]
    answers = [row.number for row in turn.events if isinstance(row.event, AssistantText) and not row.event.side]
    text, tail = (prompt.text, "") if full else ends(prompt.text, prompt.size)
    amounts = {name: getattr(known, name) for name in _AMOUNTS} if known is not None else _unknown()
    return Asked(
        number=number,
        event=str(first),
        id=prompt.id,
        at=None if prompt.at is None else datetime.fromtimestamp(prompt.at / 1000, timezone.utc),
        offset_s=one.offset(prompt.at),
        text=text,
        tail=tail,
        size=prompt.size,
        by=prompt.by,
        inherited=prompt.inherited,
        first_event=first,
        last_event=last,
        seconds=(max(times) - min(times)) / 1000 if times else None,
        answer=str(answers[-1]) if answers else None,
        failed_steps=sum(isinstance(row.event, ToolResult) and row.event.really_failed for row in turn.events),
        context_before=None,
        context_after=None,
        filled=(),
        **amounts,
    )


def _unknown() -> dict[str, Any]:
    """Of a prompt that counts in another session."""
    return {**dict.fromkeys(_AMOUNTS), "unpriced_calls": 0, "usage": Usage()}


# ---- stretches and lists


def _phases(one: Understood, facts: Facts) -> Iterator[PhaseMark]:
    costs = one.costs(facts.cost)
    for phase in one.phases:
        yield PhaseMark(
            number=phase.number,
            label=one.name(phase),
            why=phase.why,
            first_event=phase.first,
            last_event=phase.last,
            from_s=one.offset(phase.started),
            to_s=one.offset(phase.ended),
            failed=phase.failed,
            failed_event=phase.reason,
            end=phase.end,
            cost_usd=costs[phase.number].cost_usd,
        )


def _plan(one: Understood) -> tuple[Item, ...]:
    """The items of its plan, in words that may be told."""
    progress = Progress()
    for step in one.shown.steps:
        if step.call.kind == "plan" and not step.call.inherited:
            progress.hear(step)
    return progress.items


def _links(one: Understood) -> Iterator[Link]:
    for number, event in one.shown.numbered:
        if isinstance(event, Linked):
            yield Link(how=event.how, session=event.other, event=str(number))


def _loaded(one: Understood) -> Iterator[Loaded]:
    for number, event in one.shown.numbered:
        if isinstance(event, Attachment) and any(word in event.kind for word in _LOADED):
            yield Loaded(event=str(number), kind=event.kind, text=event.text[:POINTS], size=event.size)


# ---- marks


def _markers(one: Understood, found: Context, done: Judged) -> Iterator[Marker]:
    """In the order of the log; behind it what was forgotten and found."""
    for number, event in one.session.numbered:
        kind = _kind(event)
        if kind is not None:
            yield Marker(event=str(number), kind=kind, at_s=one.offset(event.at))
    for reset in found.resets:
        yield _marker(one, reset.event, "clear" if reset.trigger == "clear" else "compaction", "")
    for case in done.findings:
        if case.session == one.scope.summary.id and case.events:
            yield _marker(one, case.events[0], "finding", case.rule)


def _marker(one: Understood, number: int, kind: MarkerKind, label: str) -> Marker:
    event = one.session.event(number)
    return Marker(event=str(number), kind=kind, at_s=one.offset(None if event is None else event.at), label=label)


def _kind(event: Event) -> MarkerKind | None:
    match event:
        case ToolResult(refused=True):
            return "refused"
        case ToolResult():
            return "failed" if event.really_failed else None
        case ErrorRaised():
            return "error" if event.retry is None else "retry"
    return _MARKS.get(type(event))
