"""Whom a session called: its sub-agents, other agents over A2A, and MCP servers, every call with how it went.

Methods of A2A are known under their names up to 0.3 (`message/send`, `tasks/get`) and those of 1.0 (`SendMessage`, `GetTask`). A
sub-agent, and a session that an A2A call started and that is known here, stands below the call. `tree` shows the same summed up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from agent_trace.model.facts import Facts
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Fields, Heading, Node, Note, Outline, Prose, field
from agent_trace.render.numbers import clip
from agent_trace.reports._members import Member, member_text, members_of
from agent_trace.reports._reached import Request, Used, each_node, figures_of, used_by
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._words import many

SCOPE = "session"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    chosen_by: str = ""
    members: tuple[Member, ...]
    """The sessions of the family, parents before their sub-agents, each with what it reached."""
    subagents: int
    mcp: Used
    """All calls of MCP servers."""
    mcp_servers: int
    """Those that are known by name."""
    a2a: Used
    """All calls of other agents."""
    a2a_agents: int
    unread: tuple[str, ...] = ()
    """Sessions whose logs are gone: what they called is not known."""


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    unread: list[str] = []
    members = members_of(scope, unread)
    servers = [reached for one in members for reached in one.beyond.mcp]
    agents = [reached for one in members for reached in one.beyond.a2a]
    return Result(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        members=members,
        subagents=len(members) - 1,
        mcp=used_by(request for one in servers for request in one.requests),
        mcp_servers=len({one.name for one in servers if one.name is not None}),
        a2a=used_by(request for one in agents for request in one.requests),
        a2a_agents=len({one.name for one in agents if one.name is not None}),
        unread=tuple(unread),
    )


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    one = result.session
    yield Heading(text=clip(one.title or one.id, 100))
    yield Fields(
        items=(
            field("session", one.id, result.chosen_by),
            field("sub-agents", str(result.subagents)),
            field("A2A", figures_of(result.a2a), many(result.a2a_agents, "agent")),
            field("MCP", figures_of(result.mcp), many(result.mcp_servers, "server")),
        )
    )
    yield Outline(nodes=(_node(result, 0),))
    if not (result.subagents or result.a2a.calls or result.mcp.calls):
        yield Prose(text="it called no other agent and no MCP server", tone="dim")
    if result.unread:
        yield Note(text=f"the logs of {many(len(result.unread), 'session')} are gone: what they called is not known")


def _node(result: Result, place: int) -> Node:
    """A session, the agents and servers that it called, and the sub-agents that no A2A call started."""
    one = result.members[place]
    below = {
        result.members[later].session.id: later
        for later in range(place + 1, len(result.members))
        if result.members[later].parent == place
    }
    called = {request.started for reached in one.beyond.a2a for request in reached.requests}

    def started(request: Request) -> Sequence[Node]:
        later = None if request.started is None else below.get(request.started)
        return () if later is None else (_node(result, later),)

    def nothing(request: Request) -> Sequence[Node]:
        return ()

    text, detail = member_text(one)
    agents = (each_node("A2A", reached, started) for reached in one.beyond.a2a)
    servers = (each_node("MCP", reached, nothing) for reached in one.beyond.mcp)
    rest = (_node(result, later) for name, later in below.items() if name not in called)
    return Node(text=text, detail=detail, children=(*agents, *rest, *servers))
