"""What a session did, phase by phase: what was read, changed and run, what failed, and how it ended. No model is asked.

A phase starts at a prompt, at an item of the agent's plan, after a compaction or a pause, and when a failure made the
agent go another way. `✗` marks what failed, `← retry` what repeated a failure although nothing had changed, `← again` what
came back to it after a change. A phase failed if its last edit, test or commit failed, or if it was broken off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from agent_trace.analysis.approaches import approaches
from agent_trace.analysis.attempts import Attempt, iterations, retries
from agent_trace.analysis.outcome import Outcome, outcome
from agent_trace.analysis.phases import End, Phase, Why
from agent_trace.analysis.waste import priced, united
from agent_trace.model.events import AssistantText, Event, FileRead, FileWrite, ToolCall, ToolResult, UserPrompt
from agent_trace.model.facts import Facts
from agent_trace.model.findings import Claim
from agent_trace.model.summary import Summary
from agent_trace.model.usage import Amounts, Usage
from agent_trace.reports._explained import layout
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._understood import Understood
from agent_trace.reports._words import relative

__all__ = ["SCOPE", "Options", "compute", "layout"]

SCOPE = "session"
Last = Literal["answer", "interruption", "API error", "prompt", "result", "call", "nothing"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was written in a phase."""

    path: str
    lines_added: int
    lines_removed: int


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A step that did something: a command, an edit that failed, a tool, a sub-agent."""

    event: int
    """The number of its call."""
    what: Literal["ran", "edit", "asked", "used", "looked"]
    tool: str
    text: str
    failed: bool | None
    exit_code: int | None = None
    kind: Literal["first", "again", "retry", "iteration"]
    after: int | None = None
    """The failed attempt that a retry or an iteration follows."""
    seconds: float | None = None


class PhaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """One phase."""

    number: int
    label: str
    why: Why
    first_event: int
    last_event: int
    from_s: float | None
    """Seconds since the session's start."""
    to_s: float | None
    seconds: float | None
    events: int
    failed: bool
    failed_event: int | None
    """The step, the interruption or the error that it failed by."""
    end: End
    read: tuple[str, ...]
    searched: int
    """Searches, and looks into files and the state of things by commands."""
    changed: tuple[Changed, ...]
    done: tuple[Done, ...]
    tool_calls: int
    errors: int
    retries: int
    iterations: int
    calls: int | None
    usage: Usage
    cost_usd: Decimal | None
    unpriced_calls: int
    waste_usd: Decimal | None


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """An approach that was given up for another."""

    label: str
    attempts: tuple[int, ...]
    """The numbers of its calls."""
    why: Literal["failed", "undone"]
    by: int
    """The call that went another way, or took the edits back."""
    by_label: str


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """Edits that the session took back itself."""

    event: int
    how: str
    """`checkout`, `restore`, `reset`, `clean` or `stash`."""
    files: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule claims as waste."""

    rule: str
    label: str
    events: tuple[int, ...]
    tokens: int
    usd: Decimal | None
    seconds: float


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How it ended."""

    last: Last
    """What came last of what was said and done."""
    event: int | None
    text: str = ""
    """The beginning of the last answer."""
    commits: int
    """Those that stand."""
    pull_requests: int
    """Opened or updated."""
    tests: Literal["passed", "failed", "unknown", "none"]
    """The last test or check that was run."""
    tests_event: int | None = None
    edits_after_tests: bool = False
    """Files were edited after it."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    chosen_by: str = ""
    events: int
    phases: tuple[PhaseRow, ...]
    files_read: int
    files_changed: int
    lines_added: int | None
    lines_removed: int | None
    retries: int
    retry_s: float
    """Time that the retries took, calls that overlap counted once."""
    iterations: int
    failed_phases: int
    failed_s: float
    """The length of the failed phases together."""
    compactions: int
    abandoned: tuple[Way, ...]
    undone: tuple[TakenBack, ...]
    waste_usd: Decimal | None
    waste_s: float
    waste: tuple[Found, ...]
    children: tuple[Summary, ...]
    ending: Ending


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    found = scope.keep(f"explain {facts.cost}", Result, lambda: _explained(scope, facts))
    return msgspec.structs.replace(found, chosen_by=scope.chosen_by)


def _explained(scope: SessionScope, facts: Facts) -> Result:
    one = Understood(scope)
    made = outcome(one.session)
    costs = one.costs(facts.cost)
    rows = tuple(_phase(phase, one, costs[phase.number]) for phase in one.phases)
    uses = one.session.files.values()
    again = retries(one.attempts)
    return Result(
        session=scope.summary,
        events=sum(not row.event.inherited for row in one.session.numbered),
        phases=rows,
        files_read=sum(use.reads > 0 for use in uses),
        files_changed=sum(use.writes > 0 for use in uses),
        lines_added=scope.summary.lines_added,
        lines_removed=scope.summary.lines_removed,
        retries=len(again),
        retry_s=united(_times(again)),
        iterations=len(iterations(one.attempts)),
        failed_phases=sum(row.failed for row in rows),
        failed_s=united(
            (p.started, p.ended) for p in one.phases if p.failed and p.started is not None and p.ended is not None
        ),
        compactions=sum(not event.inherited for event in one.session.compactions),
        abandoned=tuple(_abandoned(one, made)),
        undone=tuple(TakenBack(event=row.number, how=row.how, files=len(row.paths)) for row in made.undone),
        waste_usd=one.waste.usd,
        waste_s=one.waste.seconds,
        waste=tuple(_found(one)),
        children=scope.children,
        ending=_ending(one, made),
    )


def _times(found: Sequence[Attempt]) -> Iterator[tuple[int, int]]:
    """From call to result."""
    for one in found:
        call, result = one.step.call, one.step.result
        if call.at is not None and result is not None and result.at is not None:
            yield call.at, max(call.at, result.at)


# ---- phases


def _phase(phase: Phase, one: Understood, spent: Amounts) -> PhaseRow:
    calls = set(phase.calls)
    claims = [claim for found in one.waste.findings for claim in found.claims if claim.call in calls]
    untold = not phase.calls and one.scope.summary.own.calls is None
    return PhaseRow(
        number=phase.number,
        label=one.name(phase),
        why=phase.why,
        first_event=phase.first,
        last_event=phase.last,
        from_s=one.offset(phase.started),
        to_s=one.offset(phase.ended),
        seconds=phase.seconds,
        events=phase.events,
        failed=phase.failed,
        failed_event=phase.reason,
        end=phase.end,
        read=tuple(dict.fromkeys(_read(phase, one))),
        searched=sum(step.work == "look" and step.step.call.kind != "read" for step in phase.attempts),
        changed=tuple(_changed(phase, one)),
        done=tuple(_done(step, one) for step in phase.attempts if _is_told(step)),
        tool_calls=len(phase.attempts),
        errors=sum(step.step.failed for step in phase.attempts),
        retries=phase.retries,
        iterations=phase.iterations,
        calls=None if untold else spent.calls,
        usage=spent.usage,
        cost_usd=spent.cost_usd,
        unpriced_calls=spent.unpriced_calls,
        waste_usd=_priced(claims, one),
    )


def _priced(claims: Sequence[Claim], one: Understood) -> Decimal | None:
    return priced(claims, one.grounds.calls, one.scope.book)


def _events(phase: Phase, one: Understood) -> Iterator[Event]:
    """A phase's own events, as they may be told."""
    for row in one.shown.numbered[phase.first - 1 : phase.last]:
        if not (row.event.inherited or row.event.side):
            yield row.event


def _read(phase: Phase, one: Understood) -> Iterator[str]:
    """Files whose content it was given; those that it failed to read are told as steps."""
    for event in _events(phase, one):
        if isinstance(event, FileRead):
            yield relative(event.path, one.cwd)


def _changed(phase: Phase, one: Understood) -> Iterator[Changed]:
    lines: dict[str, list[int]] = {}
    for event in _events(phase, one):
        if isinstance(event, FileWrite):
            known = lines.setdefault(relative(event.path, one.cwd), [0, 0])
            known[0] += event.lines_added
            known[1] += event.lines_removed
    for path, (added, removed) in lines.items():
        yield Changed(path=path, lines_added=added, lines_removed=removed)


def _is_told(one: Attempt) -> bool:
    """What stands on a line of its own: what did something, and what failed or was tried again."""
    if one.work == "plan":
        return bool(one.failed)
    if one.work == "edit" and not one.commands:
        return bool(one.failed) or one.kind in ("retry", "iteration")
    return one.work != "look" or bool(one.failed) or one.kind == "retry"


def _done(one: Attempt, told: Understood) -> Done:
    result = one.step.result
    return Done(
        event=one.number,
        what=_what(one),
        tool=told.tool(one.number),
        text=told.title(one.number),
        failed=one.failed,
        exit_code=None if result is None else result.exit_code,
        kind=one.kind,
        after=None if one.after is None else one.after.number,
        seconds=told.seconds(one.step),
    )


def _what(one: Attempt) -> Literal["ran", "edit", "asked", "used", "looked"]:
    if one.commands or one.step.call.kind == "shell":
        return "ran"
    match one.work:
        case "edit":
            return "edit"
        case "delegate" | "ask":
            return "asked"
        case "look":
            return "looked"
        case _:
            return "used"


# ---- what the whole came to


def _abandoned(one: Understood, made: Outcome) -> Iterator[Way]:
    for way in approaches(one.phases, made.undone):
        if way.abandoned and way.by is not None:
            label = one.title(way.attempts[-1])
            yield Way(label=label, attempts=way.attempts, why=way.abandoned, by=way.by, by_label=one.title(way.by))


def _found(one: Understood) -> Iterator[Found]:
    for settled in one.waste.findings:
        events = [one.session.numbered_event(name) for name in settled.finding.evidence]
        numbers = tuple(found.number for found in events if found is not None)
        yield Found(
            rule=settled.finding.rule,
            label=one.title(numbers[0]) if numbers else "",
            events=numbers,
            tokens=settled.tokens,
            usd=settled.usd,
            seconds=settled.seconds,
        )


def _ending(one: Understood, made: Outcome) -> Ending:
    last, number = _last(one)
    event = None if number is None else one.event(number)
    test = made.tests[-1] if made.tests else None
    edits = [step.number for step in one.attempts if step.work == "edit" and not step.failed]
    return Ending(
        last=last,
        event=number,
        text=event.text.strip() if isinstance(event, AssistantText) else "",
        commits=len(made.standing),
        pull_requests=sum(request.changed_here for request in made.pull_requests),
        tests="none" if test is None else test.result,
        tests_event=None if test is None else test.number,
        edits_after_tests=test is not None and any(number > test.number for number in edits[-1:]),
    )


def _last(one: Understood) -> tuple[Last, int | None]:
    """What came last of all that was said and done."""
    phase = one.phases[-1] if one.phases else None
    if phase is not None and phase.end:
        return phase.end, phase.end_event
    for number, event in reversed(one.session.numbered):
        if event.inherited or event.side:
            continue
        match event:
            case AssistantText():
                return "answer", number
            case UserPrompt():
                return "prompt", number
            case ToolResult():
                return "result", number
            case ToolCall():
                return "call", number
            case _:
                pass
    return "nothing", None
