"""The numbers of explain, timeline, token-budget and why are those of every other surface, for every recorded session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent_trace.analysis.attempts import attempts
from agent_trace.analysis.causes import causes
from agent_trace.app.scopes import Request, session_scope
from agent_trace.app.workspace import Workspace
from agent_trace.model.events import Command
from agent_trace.model.session import Session
from agent_trace.reports import context, explain, findings, show, stats, timeline, token_budget, tree
from agent_trace.reports import list as list_report
from agent_trace.reports._judged import chosen, judged
from tests import stories
from tests.reports.recorded import asked, sessions
from tests.reports.small import ask
from tests.reports.understood import BARE, BROKEN, HOMES, home_of

RUNS = (*HOMES, *BARE, *stories.RUNS, BROKEN)


@pytest.fixture(params=RUNS)
def recorded(request: pytest.FixtureRequest, home: Path) -> Iterator[Workspace]:
    with home_of(request.param, home) as workspace:
        yield workspace


def dollars(figures: Sequence[Decimal | None]) -> Decimal:
    return sum((figure for figure in figures if figure is not None), Decimal(0))


def read(workspace: Workspace, key: str) -> tuple[Session, Any]:
    scope = session_scope(workspace, explain, explain.Options(), Request(session=key))
    return scope.read(), scope.owns


def test_one_session_has_one_set_of_numbers(recorded: Workspace) -> None:
    wrong = {(key, *found) for key in sessions(recorded) for found in compared(recorded, key) if found[1] != found[2]}
    assert wrong == set()


def compared(workspace: Workspace, key: str) -> Iterator[tuple[str, object, object]]:
    """What is compared, as an understanding report says it, as others do."""
    one = asked(workspace, explain, key)
    yield from of_phases(one, asked(workspace, show, key), asked(workspace, stats, key).counts)
    yield from of_the_context(asked(workspace, token_budget, key), workspace)
    family = [one.session.id, *(child.id for child in asked(workspace, show, key).children)]
    yield "tree", sorted(member.session.id for member in asked(workspace, tree, key).members), sorted(family)
    session, owns = read(workspace, key)
    found = attempts(session, owns)
    yield from of_the_timeline(asked(workspace, timeline, key), one.session.own, by_people(session))
    yield "failed steps", sum(attempt.step.went_wrong for attempt in found), one.session.failed_steps
    yield "retries", sum(attempt.kind == "retry" for attempt in found), one.retries
    yield from of_what_is_stored(one, asked(workspace, findings, key), workspace)
    graph = causes(session, found)
    chains = [[event for event, _ in graph.chain(number)] for number in graph.links]
    yield "chains", [sorted(set(chain)) for chain in chains], chains


def of_phases(one: Any, shown: Any, counts: Any) -> Iterator[tuple[str, object, object]]:
    own, phases = one.session.own, one.phases
    yield "cost", dollars([phase.cost_usd for phase in phases]), own.cost_usd or 0
    yield "calls", sum(phase.calls or 0 for phase in phases), own.calls or 0
    yield "tokens", sum(phase.usage.tokens or 0 for phase in phases), own.usage.tokens or 0
    yield "total", one.session.total, shown.total
    yield "events", sum(phase.events for phase in phases), one.events
    yield "phases' retries", sum(phase.retries for phase in phases), one.retries
    yield "iterations", sum(phase.iterations for phase in phases), one.iterations
    yield "failed phases", sum(phase.failed for phase in phases), one.failed_phases
    yield "files", (one.files_read, one.files_changed), (counts.files_read, counts.files_changed)
    opened = {file.path.removeprefix(f"{one.session.cwd}/") for file in shown.files if file.reads}
    yield "read", {path for phase in phases for path in phase.read}, opened
    added = sum(file.lines_added for file in shown.files)
    yield "lines", sum(file.lines_added for phase in phases for file in phase.changed), added
    yield "waste", dollars([phase.waste_usd for phase in phases]), one.waste_usd or 0
    yield "waste beyond the cost", (one.waste_usd or 0) > (own.cost_usd or 0), False


def of_what_is_stored(one: Any, found: Any, workspace: Workspace) -> Iterator[tuple[str, object, object]]:
    """The columns that lists are made of, beside what is worked out from the events."""
    row, below = one.session, asked(workspace, show, one.session.id).children
    yield "stored retries", row.retries, one.retries
    yield "stored findings", row.findings, len(found.findings)
    yield "stored waste", row.waste_usd or 0, found.total_waste_usd or 0
    yield "own waste", one.waste_usd or 0, found.waste_usd or 0
    yield "family's waste beyond its cost", (row.waste_usd or 0) > (row.total.cost_usd or 0), False
    if row.parent is None:
        listed = {each.id: each for each in ask(workspace, list_report).sessions}
        members = [(each.id, each.retries, each.findings, each.waste_usd) for each in (row, *below)]
        yield (
            "list",
            [(key, each.retries, each.findings, each.waste_usd) for key, *_ in members if (each := listed[key])],
            members,
        )
    scope = session_scope(workspace, findings, findings.Options(), Request(session=row.id))
    worked_out = judged(scope, chosen(()), "cost", {})
    yield "findings that are stored", found.findings, worked_out.findings


def by_people(session: Session) -> int:
    """Steps that a person's own command started: no model asked for them, so they are no tool calls of the session."""
    above = (session.numbered_event(step.call.parent or "") for step in session.steps if not step.call.inherited)
    return sum(found is not None and isinstance(found.event, Command) for found in above)


def of_the_timeline(result: Any, own: Any, commands: int) -> Iterator[tuple[str, object, object]]:
    moments = [moment for phase in result.phases for moment in phase.moments]
    yield "timeline's cost", dollars([moment.cost_usd for moment in moments]), own.cost_usd or 0
    yield "timeline's steps", sum(moment.kind == "step" for moment in moments), (own.tool_calls or 0) + commands
    numbers = [moment.event for moment in moments]
    yield "timeline's order", numbers, sorted(set(numbers))


def of_the_context(result: Any, workspace: Workspace) -> Iterator[tuple[str, object, object]]:
    now = result.now.tokens if result.now is not None else 0
    yield "shares", sum(share.tokens for share in result.shares), now
    yield "peak", result.peak, max(result.points, key=lambda point: point.tokens, default=None)
    for point in {result.points[0], result.points[-1]} if result.points else ():
        given = asked(workspace, context, result.session.id, event=str(point.event))
        yield "a call's context", (given.call, given.given + given.answered), (point, point.tokens)
        yield "a call's peak", given.peak, result.peak
        yield "a call's shares", sum(share.tokens for share in given.shares), point.tokens
        held = sum(one.tokens for one in (*given.files, *given.results, *given.memory))
        yield "more in the window than it holds", held > point.tokens, False
        if point == result.now:
            yield "the last call's shares", given.shares, result.shares
