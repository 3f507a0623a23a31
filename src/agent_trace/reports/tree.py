"""Which session started which: a session with its sub-agents, nested ones too, and what each did and cost.

Every sub-agent stands below the session that started it, with the number of the call that did. The figures of a line are
that session's own; the last line sums the family.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from agent_trace.errors import NotFoundError, WithheldError
from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.model.usage import Amounts
from agent_trace.render.blocks import AnyBlock, Fields, Heading, Node, Note, Outline, Prose, field
from agent_trace.render.numbers import clip, tokens
from agent_trace.reports._amounts import money
from agent_trace.reports._family import below, figures
from agent_trace.reports._parts import family, part
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._words import many

SCOPE = "session"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One session of the family."""

    session: Summary
    depth: int
    """0: the session that was asked for."""
    started_by: str | None = None
    """The call that started it: `12`, or `12/3` for one of a sub-agent; null where the log does not tell."""
    failed: bool | None = None
    """Whether that call failed; null where nothing came back, or no call is known."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    chosen_by: str = ""
    members: tuple[Member, ...]
    """Parents before their sub-agents."""
    sessions: int
    total: Amounts
    """Of the session and all sub-agents below it, what is unlogged included."""
    unread: tuple[str, ...] = ()
    """Sub-agents whose logs are gone: what they started is known from their Summaries alone."""


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    unread: list[str] = []
    members = tuple(_members(scope.summary, scope, _callers(scope, unread), 0))
    return Result(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        members=members,
        sessions=len(members),
        total=scope.summary.total,
        unread=tuple(unread),
    )


class _Caller(NamedTuple):
    """The call that started a sub-agent."""

    number: str
    failed: bool | None


def _callers(scope: SessionScope, unread: list[str]) -> Mapping[str, _Caller]:
    """Sub-agent → the call that started it, as far as logs can be read."""
    if not scope.children:
        return {}
    try:
        root = part(scope.read(), scope.summary, scope)
    except (NotFoundError, WithheldError):
        return {}
    found: dict[str, _Caller] = {}
    for one in family(root, scope, unread):
        for step in one.session.steps:
            child = one.starts.get(step.call.call)
            if child is not None:
                failed = None if step.result is None or step.result.interrupted else step.went_wrong
                found[child.id] = _Caller(f"{one.prefix}{step.number}", failed)
    return found


def _members(one: Summary, scope: SessionScope, callers: Mapping[str, _Caller], depth: int) -> Iterator[Member]:
    number, failed = callers.get(one.id, (None, None))
    yield Member(session=one, depth=depth, started_by=number, failed=failed)
    for child in below(one.id, scope.children):
        yield from _members(child, scope, callers, depth + 1)


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    one = result.session
    yield Heading(text=clip(one.title or one.id, 100))
    items = [field("session", one.id, result.chosen_by)]
    if one.parent is not None:
        items.append(field("parent", one.parent))
    yield Fields(items=tuple(items))
    yield Outline(nodes=(_node(result.members, 0),))
    total = result.total
    parts = (
        many(result.sessions, "session"),
        money(total),
        many(total.calls, "call"),
        many(total.tool_calls, "tool"),
        f"{tokens(total.usage.tokens)} tokens",
    )
    yield Prose(text=f"Total: {', '.join(parts)}")
    if one.unlogged is not None:
        yield Prose(text=f"{money(one.unlogged)} of it is in no log", tone="dim")
    if result.unread:
        yield Note(text=f"the logs of {many(len(result.unread), 'sub-agent')} are gone and were not archived")


def _node(members: tuple[Member, ...], place: int) -> Node:
    """A member with all that stands below it."""
    one = members[place]
    children: list[Node] = []
    for later in range(place + 1, len(members)):
        if members[later].depth <= one.depth:
            break
        if members[later].depth == one.depth + 1:
            children.append(_node(members, later))
    session = one.session
    call = f"{_mark(one)} #{one.started_by}  " if one.started_by else ""
    name = session.id.rpartition("/")[2]
    title = clip(session.title or "(no title)", 60)
    return Node(text=f"{call}{name}  {title}", detail=f"{figures(session)} · {session.state}", children=tuple(children))


def _mark(one: Member) -> str:
    """How the call that started it came back."""
    return "?" if one.failed is None else "✗" if one.failed else "✓"
