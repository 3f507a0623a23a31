"""The head of a ReplayDocument: what every report knows of the session as a whole, and where a scrubber has its marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Protocol

import msgspec

from agent_trace.analysis.context import Context
from agent_trace.analysis.context_growth import Stretch, grown
from agent_trace.analysis.plans import Item, Progress
from agent_trace.model.ends import Ends, ends
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Blocked,
    ErrorRaised,
    Event,
    Interrupted,
    LlmResponse,
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
from agent_trace.reports._judged import Judged, chosen, judged, relabelled
from agent_trace.reports._notes import Noted
from agent_trace.reports._outcome import produced
from agent_trace.reports._prompts import Prompt, models, stretches
from agent_trace.reports._replay_before import AMOUNTS, before, worked
from agent_trace.reports._replay_document import (
    Asked,
    ContextLine,
    Head,
    Loaded,
    Marker,
    MarkerKind,
    PhaseMark,
)
from agent_trace.reports._replay_events import shares_told, tools_told
from agent_trace.reports._replay_links import linked, links, relinked
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._understood import Understood
from agent_trace.reports._worked_on import files

POINTS = 1000
"""Points of the context's line; of more calls the fullest of each group is told."""
_LOADED = ("memory", "instructions", "rules", "skill")
"""Words in the kind of an attachment that nobody asked for."""
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
    asked = _figures(one, scope, facts)
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
        before=before(one, asked[0], min(filter(None, asked), default=None)),
        prompts=tuple(_prompts(one, asked, found, full=full)),
        phases=tuple(_phases(one, facts)),
        plan=_plan(one),
        files=tuple(files(one.shown)),
        outcome=None,
        outcome_missing="",
        attribution=attribution(scope.summary, one.shown.events, scope.beside()),
        links=tuple(links(one, scope)),
        loaded=tuple(_loaded(one)),
        findings=done.findings,
        waste_usd=done.usd,
        annotations=(),
        markers=tuple(_markers(one, found, done)),
        rows={},
        kinds=dict(Counter(kind_of(row.event) for row in one.session.numbered)),
        unread=done.unread,
        resume=None,
        log=None,
    )


class Places(Protocol):
    """Where the events of a session are, by their numbers."""

    def at(self, number: int) -> float | None:
        """Seconds since the start."""

    def row_of(self, number: int) -> int:
        """The event in whose row it is shown: of a result its call."""


def renewed(known: Head, scope: SessionScope, given: tuple[Noted, ...], places: Places) -> Head:
    """The same head as it is to be told now: what was said of the session, and what became of what it made.

    `given`: what was noted, with the events that it is about.
    """
    at = places.at
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
    found = msgspec.structs.replace(
        known,
        session=scope.summary,
        chosen_by=scope.chosen_by,
        children=scope.children,
        links=tuple(linked(known.links, scope)),
        outcome=made,
        outcome_missing="" if made is not None else scope.unmade,
        annotations=given,
        markers=tuple(sorted(marks, key=lambda mark: int(mark.event))),
        resume=ways.resume,
        log=ways.log,
    )
    rows = {number: places.row_of(number) for number in sorted(_named(found))}
    return msgspec.structs.replace(found, rows={str(number): str(row) for number, row in rows.items() if row != number})


def _named(head: Head) -> set[int]:
    """The events of the session itself that a head names beside its prompts."""
    made, own = head.outcome, head.session.id
    found = {int(mark.event) for mark in head.markers}
    found.update(event for case in head.findings if case.session == own for event in case.events)
    found.update(event for item in head.plan for event in (item.begun, item.done) if event is not None)
    if made is not None:
        found.update(one.event for one in made.commits if one.session == own)
        found.update(one.event for one in made.tests if one.session == own)
        found.update(one.event for one in made.undone if one.session == own)
    return found


def in_other_words(
    known: Head, one: Understood, named: Sequence[int | None], tools: Mapping[str, str], *, full: bool
) -> Head:
    """The head of a session that was understood before; `one` tells its words as they may be told, and no figures.

    `named`: the event that each phase has its name from · `tools`: the name of a tool → the same as it may be told.
    """
    return msgspec.structs.replace(
        known,
        context=msgspec.structs.replace(known.context, shares=shares_told(known.context.shares, tools)),
        prompts=tuple(_reworded(row, one, tools, full=full) for row in known.prompts),
        phases=tuple(
            msgspec.structs.replace(row, label=one.named(number))
            for row, number in zip(known.phases, named, strict=True)
        ),
        plan=_plan(one),
        files=tuple(files(one.shown)),
        attribution=attribution(one.scope.summary, one.shown.events, one.scope.beside()),
        links=tuple(relinked(row, one) for row in known.links),
        loaded=tuple(_loaded(one)),
        findings=tuple(relabelled(known.findings, one.scope)),
    )


def _reworded(row: Asked, one: Understood, tools: Mapping[str, str], *, full: bool) -> Asked:
    prompt = _prompt(one, row.first_event)
    text, tail = _words(prompt, full=full)
    return msgspec.structs.replace(row, text=text, tail=tail, size=prompt.size, filled=shares_told(row.filled, tools))


def _prompt(one: Understood, number: int) -> UserPrompt:
    event = one.shown.event(number)
    return event if isinstance(event, UserPrompt) else UserPrompt(id="", session="")


def _words(prompt: UserPrompt, *, full: bool) -> Ends:
    """The text of a prompt as it is told."""
    return Ends(prompt.text, "") if full else ends(prompt.text, prompt.size)


def _thinned(points: Sequence[Filling]) -> Iterator[Filling]:
    """As many as a line can show: of each group the fullest."""
    size = -(-len(points) // POINTS) or 1
    for start in range(0, len(points), size):
        yield max(points[start : start + size], key=lambda point: point.tokens)


# ---- prompts


def _figures(one: Understood, scope: SessionScope, facts: Facts) -> dict[int, Prompt]:
    """The number of a prompt → its figures; 0: what was done before the first that has any."""
    asked = {prompt.id for prompt in one.session.prompts}
    turns = [turn.prompt for turn in one.session.turns if turn.prompt is not None]
    asked = asked or {prompt.id for prompt in turns if not prompt.inherited}
    return {row.event: row for row in stretches(one.session, scope, facts, asked)}


def _prompts(one: Understood, known: Mapping[int, Prompt], found: Context, *, full: bool) -> Iterator[Asked]:
    turns = [turn for turn in one.session.turns if turn.prompt is not None]
    stretched = [Stretch(turn.events[0].number, turn.events[-1].number) for turn in turns]
    tools = tools_told(one)
    levels = grown(one.session, found, stretched)
    for number, (turn, level) in enumerate(zip(turns, levels, strict=True), 1):
        row = _asked(number, turn, known.get(turn.events[0].number), one, full=full)
        yield msgspec.structs.replace(
            row,
            context_before=level.before,
            context_after=level.after,
            filled=shares_told(level.shares, tools),
        )


def _asked(number: int, turn: Turn, known: Prompt | None, one: Understood, *, full: bool) -> Asked:
    first, last = turn.events[0].number, turn.events[-1].number
    prompt = _prompt(one, first)
    times = [row.event.at for row in worked(turn.events) if row.event.at is not None]
    is_side = turn.prompt is not None and turn.prompt.side
    answers = [row.number for row in turn.events if isinstance(row.event, AssistantText) and row.event.side <= is_side]
    text, tail = _words(prompt, full=full)
    amounts = {name: getattr(known, name) for name in AMOUNTS} if known is not None else _unknown()
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
    return {**dict.fromkeys(AMOUNTS), "unpriced_calls": 0, "usage": Usage()}


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


def _loaded(one: Understood) -> Iterator[Loaded]:
    for number, event in one.shown.numbered:
        if isinstance(event, Attachment) and any(word in event.kind for word in _LOADED):
            yield Loaded(event=str(number), kind=event.kind, text=event.text[:POINTS], size=event.size)


# ---- marks


def _markers(one: Understood, found: Context, done: Judged) -> Iterator[Marker]:
    """What happened, then what was forgotten and found."""
    silent = frozenset(_silent(one))
    calls = {step.result.id: str(step.number) for step in one.session.steps if step.result is not None}
    for number, event in one.session.numbered:
        kind = _kind(event)
        if kind is not None and number not in silent:
            yield Marker(event=str(number), kind=kind, at_s=one.offset(event.at), row=calls.get(event.id, ""))
    for reset in found.resets:
        yield _marker(one, reset.event, "clear" if reset.trigger == "clear" else "compaction", "")
    for case in done.findings:
        if case.session == one.scope.summary.id and case.events:
            yield _marker(one, case.events[0], "finding", case.rule)


def _silent(one: Understood) -> Iterator[int]:
    """Events that say what another mark says: steps that an interruption cut off, and the model that it began with."""
    cut: list[int] = []
    has_begun = False
    for number, event in one.session.numbered:
        has_begun = has_begun or isinstance(event, LlmResponse)
        if isinstance(event, ModelChanged) and not has_begun:
            yield number
        elif isinstance(event, UserPrompt):
            yield from cut[1:]
            cut = []
        elif isinstance(event, Interrupted):
            yield from cut
            cut = []
        elif isinstance(event, ToolResult) and event.interrupted:
            cut.append(number)
    yield from cut[1:]


def _marker(one: Understood, number: int, kind: MarkerKind, label: str) -> Marker:
    event = one.session.event(number)
    return Marker(event=str(number), kind=kind, at_s=one.offset(None if event is None else event.at), label=label)


def _kind(event: Event) -> MarkerKind | None:
    match event:
        case ToolResult(refused=True):
            return "refused"
        case ToolResult(interrupted=True):
            return "interruption"
        case ToolResult():
            return "failed" if event.really_failed else None
        case ErrorRaised():
            return "error" if event.retry is None else "retry"
    return _MARKS.get(type(event))
