"""The sessions of a family as they were read, and how long their steps ran."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from agent_trace.errors import NotFoundError
from agent_trace.model.session import Session, Step
from agent_trace.model.summary import Summary
from agent_trace.reports._family import below, started
from agent_trace.reports._scopes import SessionScope


class Part(NamedTuple):
    """One session of a family."""

    session: Session
    summary: Summary
    prefix: str
    """What the numbers of its events begin with: `12/` for what call 12 of the root started."""
    starts: dict[str, Summary]
    """Tool-use id → the sub-agent that the call started."""


class Timed(NamedTuple):
    """A step that counts, how long it ran, and how long it waited beside that."""

    step: Step
    part: Part
    run_ms: int | None
    wait_ms: int | None


def part(session: Session, summary: Summary, scope: SessionScope, prefix: str = "") -> Part:
    """A session with what it started."""
    return Part(session, summary, prefix, dict(started(session, scope.children)))


def family(root: Part, scope: SessionScope, unread: list[str]) -> Iterator[Part]:
    """A session and all sub-agents below it; those whose logs are gone are put into `unread`."""
    yield root
    numbers = {
        root.starts[step.call.call].id: step.number for step in root.session.steps if step.call.call in root.starts
    }
    for child in below(root.summary.id, scope.children):
        session = read(child, scope, unread)
        if session is not None:
            prefix = f"{root.prefix}{numbers.get(child.id, '?')}/"
            yield from family(part(session, child, scope, prefix), scope, unread)


def read(child: Summary, scope: SessionScope, unread: list[str]) -> Session | None:
    """A sub-agent's events; None where its log is gone, which `unread` then names."""
    try:
        return scope.read_child(child.id)
    except NotFoundError:
        unread.append(child.id)
        return None


def timed(one: Part) -> Iterator[Timed]:
    """The steps of a session that are its own. One that started a sub-agent ran as long as that."""
    for step in one.session.steps:
        if not step.call.inherited:
            yield Timed(step, one, ran_ms(step, one.starts), None if step.call.call in one.starts else step.wait_ms)


def ran_ms(step: Step, starts: Mapping[str, Summary]) -> int | None:
    """How long a step ran, by the sub-agents that calls started: such a call ran as long as its sub-agent."""
    child = starts.get(step.call.call)
    if child is None:
        return step.run_ms
    return None if child.duration_s is None else round(child.duration_s * 1000)
