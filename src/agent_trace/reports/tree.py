"""Which session started which: a session with its sub-agents, nested ones too, and what each did and cost.

Every sub-agent stands below the session that started it, with the number of the call that did; below it also the MCP servers and
the other agents that it called, with their calls, failures and run time. The figures of a session's line are its own; the last
line sums the family. `a2a-tree` shows every single call.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.model.usage import Amounts
from agent_trace.render.blocks import AnyBlock, Fields, Heading, Node, Note, Outline, Prose, field
from agent_trace.render.numbers import clip, tokens
from agent_trace.reports._amounts import money
from agent_trace.reports._members import Member, member_text, members_of
from agent_trace.reports._reached import summed_nodes
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._words import many

SCOPE = "session"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    pass


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
    members = members_of(scope, unread)
    return Result(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        members=members,
        sessions=len(members),
        total=scope.summary.total,
        unread=tuple(unread),
    )


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
    text, detail = member_text(one)
    return Node(text=text, detail=detail, children=(*children, *summed_nodes(one.beyond)))
