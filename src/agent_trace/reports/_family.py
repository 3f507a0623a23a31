"""Which tool call started which sub-agent, and the hierarchy of sessions that follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from agent_trace.model.session import Session, Step
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import Node
from agent_trace.render.numbers import clip, count, duration, tokens
from agent_trace.reports._amounts import money
from agent_trace.reports._words import many


def started(session: Session, family: Sequence[Summary]) -> Mapping[str, Summary]:
    """Tool-use id → the sub-agent that the call started, for those that this session started itself.

    A result names its sub-agent. Where there is none (the agent died, or its version wrote none down), a sub-agent
    belongs to the first call that was open when it began and has no other.
    """
    children = {_agent_id(one): one for one in below(session.id, family)}
    found: dict[str, Summary] = {}
    for step in session.steps:
        child = children.pop(step.result.child, None) if step.result is not None and step.result.child else None
        if child is not None:
            found[step.call.call] = child
    for child in sorted(children.values(), key=_began):
        call = next(
            (one.call.call for one in session.steps if one.call.call not in found and _was_open(one, child)), None
        )
        if call is not None:
            found[call] = child
    return found


def below(parent: str, family: Iterable[Summary]) -> tuple[Summary, ...]:
    """The sub-agents that a session started itself."""
    return tuple(one for one in family if one.parent == parent)


def node(one: Summary, family: Sequence[Summary]) -> Node:
    """A session with its figures, and what it started below it."""
    return Node(
        text=f"{one.id.rpartition('/')[2]}  {clip(one.title or '(no title)', 60)}",
        detail=figures(one),
        children=tuple(node(child, family) for child in below(one.id, family)),
    )


def figures(one: Summary) -> str:
    """What a session did itself, on one line."""
    own = one.own
    failed = f", {count(one.failed_steps)} failed" if one.failed_steps else ""
    parts = (
        duration(one.duration_s),
        many(own.calls, "model call"),
        many(own.tool_calls, "tool call") + failed,
        f"{tokens(own.usage.tokens)} tokens",
        money(own),
    )
    return " · ".join(parts)


def _agent_id(child: Summary) -> str:
    """The sub-agent's own id: the last part of its session's (docs/numbers.md)."""
    return child.id.rpartition("/")[2].removeprefix("agent-")


def _began(child: Summary) -> int:
    """UTC milliseconds."""
    return round(child.started.timestamp() * 1000) if child.started is not None else 0


def _was_open(step: Step, child: Summary) -> bool:
    """Whether a call that starts agents had begun, and not come back, when the sub-agent began."""
    if step.call.kind != "agent" or step.call.at is None or step.call.inherited:
        return False
    began = _began(child)
    ended = step.result.at if step.result is not None else None
    return step.call.at <= began and (ended is None or began <= ended)
