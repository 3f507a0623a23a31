"""One event that was asked about, in the session that it belongs to: `41`, an id, or `12/3` of a sub-agent."""

from __future__ import annotations

from typing import NamedTuple

from agent_trace.errors import NotFoundError, UsageError
from agent_trace.model.session import Session
from agent_trace.reports._parts import Part, part
from agent_trace.reports._scopes import SessionScope


class Pointed(NamedTuple):
    """An event in the session that it belongs to."""

    part: Part
    """With words that may be told."""
    whole: Session
    """For figures alone."""
    number: int
    outer: Pointed | None = None
    """The call that started that session."""


def pointed(scope: SessionScope, event: str, command: str) -> Pointed:
    """The event that a command asks about, down through the sub-agents that its number names.

    UsageError where none is named, NotFoundError where there is none.
    """
    if not event:
        raise UsageError(f"{command}: which event?", hint=f"`agent-trace replay` shows their numbers: `{command} 41`")
    whole, one = scope.whole(), part(scope.read(), scope.summary, scope)
    outer: Pointed | None = None
    *calls, name = event.split("/") if event.replace("/", "").isdigit() else [event]
    for number in calls:
        step = next((step for step in one.session.steps if str(step.number) == number), None)
        child = None if step is None else one.starts.get(step.call.call)
        if step is None or child is None:
            raise NotFoundError(f"call {number} started no sub-agent", hint="`replay --tree` shows which did")
        outer = Pointed(one, whole, step.number, outer)
        shown = scope.read_child(child.id)
        whole = shown if one.session is outer.whole else scope.whole_child(child.id)
        one = part(shown, child, scope, f"{one.prefix}{number}/")
    found = whole.numbered_event(name)
    if found is None:
        raise NotFoundError(f"the session has no event {event!r}", hint=f"its events are 1 to {len(whole.numbered)}")
    return Pointed(one, whole, found.number, outer)
