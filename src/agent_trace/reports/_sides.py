"""The two sessions of a comparison: each as its phases and figures, worked out one after the other.

What counts as alike is decided by the sessions as they are; the words come from what may be told. So a comparison that
leaves at a lower tier says less and finds the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.outcome import Outcome, outcome
from agent_trace.analysis.phases import Phase
from agent_trace.analysis.shell_steps import arguments
from agent_trace.analysis.wording import label_of
from agent_trace.model.events import FileRead, FileWrite, Linked, SessionStarted, UserPrompt
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.model.usage import Amounts, CostMode
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._telling import WITHHELD
from agent_trace.reports._understood import Understood
from agent_trace.reports._words import relative

Ended = Literal["committed", "ended well", "failed", "interrupted"]
_SILENT = frozenset({"read", "write", "edit", "search", "plan"})
"""Kinds of tools that are told as files, or not at all, unless they fail."""
_TELLING = frozenset({"edit", "verify", "ship", "install", "delegate"})
"""Kinds of work that make an approach."""
_REREAD = "REDUNDANT_REREAD"
Words = dict[str, str]
"""What something is, as it is → as it may be told."""


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """A command or a tool that was used."""

    event: int
    """The number of its call."""
    tool: str
    text: str
    failed: bool | None


class PhaseSide(msgspec.Struct, frozen=True, kw_only=True):
    """What one session did in a phase."""

    number: int
    label: str
    first_event: int
    last_event: int
    seconds: float | None
    events: int
    failed: bool
    tool_calls: int
    retries: int
    iterations: int
    calls: int | None
    cost_usd: Decimal | None
    unpriced_calls: int
    read: tuple[str, ...]
    changed: tuple[str, ...]
    ran: tuple[Ran, ...]


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """One session in figures; null is unknown. Calls, errors, tokens and dollars include its sub-agents'."""

    ended: Ended | None
    """null: it runs still."""
    commits: int
    """Those that stand, of its sub-agents too."""
    pull_requests: int
    """Opened or updated, of its sub-agents too."""
    tests: Literal["passed", "failed", "unknown", "none"]
    """The last test or check that it ran."""
    errors: int | None
    cost_usd: Decimal | None
    unpriced_calls: int
    active_s: float | None
    retries: int
    iterations: int
    duration_s: float | None
    prompts: int | None
    calls: int | None
    tool_calls: int | None
    tokens: int | None
    phases: int
    failed_phases: int
    failed_steps: int | None
    files_read: int
    files_changed: int
    lines_added: int | None
    lines_removed: int | None
    redundant_reads: int
    """Readings of what still stood in the context: what the rule REDUNDANT_REREAD found."""
    context_resets: int
    """Compactions and clears."""
    waste_usd: Decimal | None
    """What the findings claim, its sub-agents' too; null: it is not known."""
    subagents: int


class Step(NamedTuple):
    """What a command or a tool did, as it is."""

    tool: str
    """Its kind, or its name where it is of none."""
    text: str
    failed: bool | None


class Files(NamedTuple):
    """Files that were read and changed: their paths as they are, with those that may be told."""

    read: Words
    changed: Words


class Done(NamedTuple):
    """What was done in a phase: as it is, with the words that may be told."""

    read: Words
    changed: Words
    ran: tuple[tuple[Step, Ran], ...]


class Side(NamedTuple):
    """One session of a comparison."""

    session: Summary
    chosen_by: str
    phases: tuple[PhaseSide, ...]
    figures: Figures
    keys: tuple[str, ...]
    """Of each phase the label by which it is aligned, as it is."""
    done: tuple[Done, ...]
    """Of each phase."""
    asked: str | None
    """The task as it was first given; None: it is not known."""
    tools: Mapping[str, int]
    """Tool → how often it was called."""
    changed: Words
    """The files that it changed."""
    approach: Words
    """The ways in which it edited, tested, installed and shipped."""


def side(scope: SessionScope, mode: CostMode) -> Side:
    """What one session did. Raises NotFoundError and WithheldError where its events cannot be read."""
    return scope.keep(f"side {mode}", Side, lambda: _side(scope, mode))._replace(chosen_by=scope.chosen_by)


def _side(scope: SessionScope, mode: CostMode) -> Side:
    one = Understood(scope)
    costs, cwd = one.costs(mode), _folder(one.session)
    done = tuple(_done(phase, one, cwd) for phase in one.phases)
    untold = scope.summary.own.calls is None
    return Side(
        session=scope.summary,
        chosen_by="",
        phases=tuple(
            _phase(phase, one.name(phase), found, costs[phase.number], untold=untold)
            for phase, found in zip(one.phases, done, strict=True)
        ),
        figures=_figures(one),
        keys=tuple(phase.label for phase in one.phases),
        done=done,
        asked=_asked(one.session),
        tools=Counter(found.step.call.tool for found in one.attempts),
        changed={whole: told for found in done for whole, told in found.changed.items()},
        approach={label_of(row, cwd): one.label(row.number) for row in one.attempts if row.work in _TELLING},
    )


def _folder(session: Session) -> str | None:
    """Where it began, whatever may be told of that."""
    return next((event.cwd for event in session.events if isinstance(event, SessionStarted) and event.cwd), None)


def _asked(session: Session) -> str | None:
    """Its own first prompt, for a sub-agent its task, on one line; None where there is none or its text is not kept."""
    for event in session.events:
        if isinstance(event, UserPrompt) and not (event.side or event.inherited):
            text = " ".join(event.text.split())
            return None if not text or WITHHELD.fullmatch(text) else text
    return None


# ---- phases


def _done(phase: Phase, one: Understood, cwd: str | None) -> Done:
    read, changed = files_of(one, phase.first, phase.last)
    return Done(
        {relative(path, cwd): told for path, told in read.items()},
        {relative(path, cwd): told for path, told in changed.items()},
        tuple(_ran(phase, one, cwd)),
    )


def files_of(one: Understood, first: int = 1, last: int | None = None) -> Files:
    """The files of a stretch of events: these are the same ones before and behind the door, number by number."""
    found = Files({}, {})
    place = slice(first - 1, last)
    for (_, event), (_, told) in zip(one.session.numbered[place], one.shown.numbered[place], strict=True):
        if event.inherited or event.side or not isinstance(told, FileRead | FileWrite):
            continue
        if isinstance(event, FileRead | FileWrite):
            words = found.read if isinstance(event, FileRead) else found.changed
            words.setdefault(event.path, relative(told.path, one.cwd))
    return found


def _ran(phase: Phase, one: Understood, cwd: str | None) -> Iterator[tuple[Step, Ran]]:
    for found in phase.attempts:
        call = found.step.call
        if (call.kind in _SILENT or found.work == "plan") and not found.failed:
            continue
        told = Ran(event=found.number, tool=one.tool(found.number), text=one.title(found.number), failed=found.failed)
        yield _step(found, cwd), told


def _step(found: Attempt, cwd: str | None) -> Step:
    """Agents name their tools differently: what is of a known kind is alike by that."""
    call = found.step.call
    given = arguments(call)
    words = call.title or (repr(sorted(given.items())) if given else call.input)
    text = " ".join(relative(words, cwd).split())
    return Step(call.tool if call.kind in ("mcp", "other") else call.kind, text, found.failed)


def _phase(phase: Phase, name: str, done: Done, spent: Amounts, *, untold: bool) -> PhaseSide:
    return PhaseSide(
        number=phase.number,
        label=name,
        first_event=phase.first,
        last_event=phase.last,
        seconds=phase.seconds,
        events=phase.events,
        failed=phase.failed,
        tool_calls=len(phase.attempts),
        retries=phase.retries,
        iterations=phase.iterations,
        calls=None if untold and not phase.calls else spent.calls,
        cost_usd=spent.cost_usd,
        unpriced_calls=spent.unpriced_calls,
        read=tuple(done.read.values()),
        changed=tuple(done.changed.values()),
        ran=tuple(told for _, told in done.ran),
    )


# ---- figures


def _figures(one: Understood) -> Figures:
    summary, made, uses = one.scope.summary, outcome(one.session), one.session.files.values()
    commits = len(made.standing) if summary.commits is None else summary.commits
    requests = sum(request.changed_here for request in made.pull_requests) if summary.prs is None else summary.prs
    again = [found.finding.steps for found in one.waste.findings if found.finding.rule == _REREAD]
    total = summary.total
    return Figures(
        ended=_ended(one, made, commits),
        commits=commits,
        pull_requests=requests,
        tests=made.tests[-1].result if made.tests else "none",
        errors=total.errors,
        cost_usd=total.cost_usd,
        unpriced_calls=total.unpriced_calls,
        active_s=summary.active_s,
        retries=sum(phase.retries for phase in one.phases),
        iterations=sum(phase.iterations for phase in one.phases),
        duration_s=summary.duration_s,
        prompts=summary.prompts,
        calls=total.calls,
        tool_calls=total.tool_calls,
        tokens=total.usage.tokens,
        phases=len(one.phases),
        failed_phases=sum(phase.failed for phase in one.phases),
        failed_steps=summary.failed_steps,
        files_read=sum(use.reads > 0 for use in uses),
        files_changed=sum(use.writes > 0 for use in uses),
        lines_added=summary.lines_added,
        lines_removed=summary.lines_removed,
        redundant_reads=sum(map(len, again)),
        context_resets=_resets(one.session),
        waste_usd=summary.waste_usd,
        subagents=len(one.scope.children),
    )


def _resets(session: Session) -> int:
    """Compactions, which may stand in two rows each, and clears."""
    clears = (event for event in session.events if isinstance(event, Linked) and event.how == "clear")
    return sum(not (event.side or event.inherited) for event in (*session.compactions, *clears))


def _ended(one: Understood, made: Outcome, commits: int) -> Ended | None:
    """A commit that stands outweighs how it ended; a session that failed did so in its last phase or its last test."""
    state, last = one.scope.summary.state, one.phases[-1] if one.phases else None
    if state in ("running", "waiting"):
        return None
    if commits:
        return "committed"
    if state in ("interrupted", "killed") or (last is not None and last.end == "interruption"):
        return "interrupted"
    failed = (last is not None and last.failed) or (bool(made.tests) and made.tests[-1].result == "failed")
    return "failed" if failed else "ended well"
