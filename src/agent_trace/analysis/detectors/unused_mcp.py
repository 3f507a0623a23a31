"""UNUSED_MCP: a server offered many tools, and none of them was called.

What: the log lists ten tools or more of one MCP server as offered, the session made no call to it, started no sub-agent that
could have, and made five model calls or more.

Why it matters: names, descriptions and instructions of a server's tools are sent with every call.

What to do: switch the server off for this project, or load its tools only when they are searched for.

Only what stands in the log is claimed: the lists of names, by their length. Most logs hold no list of tools, and descriptions
stand in none. The recorded sessions offer one server with two tools, which is no burden; so the public corpora have no case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

import msgspec

from agent_trace.analysis.flow import claim_carried, tokens_of
from agent_trace.analysis.waste import Grounds
from agent_trace.model.events import Attachment
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session

PRECEDENCE = 30
CONFIDENCE = 0.8
_FIX = "Switch off servers that this project does not need, or let their tools be loaded on demand."
_OFFERED = re.compile(r"\bmcp__([A-Za-z0-9-]+(?:_[A-Za-z0-9-]+)*)__([\w-]+)")
_LISTS = ("tools", "mcp")
"""Words in the kind of what an agent attaches when it lists tools."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    tools: Annotated[int, msgspec.Meta(ge=1, description="A server must offer so many tools.")] = 10
    calls: Annotated[int, msgspec.Meta(ge=1, description="And the session must have made so many model calls.")] = 5


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """Each server that was never called."""
    if len(facts.flow.calls) < options.calls or any(one.work == "delegate" for one in facts.attempts):
        return
    offered: dict[str, dict[str, str]] = {}
    """Server → tool → the event that offered it first."""
    for event in session.events:
        if isinstance(event, Attachment) and not event.inherited and any(word in event.kind for word in _LISTS):
            for server, tool in _OFFERED.findall(event.text):
                offered.setdefault(server, {}).setdefault(tool, event.id)
    for server, tools in offered.items():
        if len(tools) >= options.tools and not _is_called(server, facts):
            yield _finding(session, server, tools, facts)


def _is_called(server: str, facts: Grounds) -> bool:
    return any(one.step.call.kind == "mcp" and server in one.step.call.tool for one in facts.attempts)


def _finding(session: Session, server: str, tools: dict[str, str], facts: Grounds) -> Finding:
    events = tuple(dict.fromkeys(tools.values()))
    found = session.numbered_event(events[0])
    place = facts.flow.behind(found.number) if found is not None else 0
    tokens = tokens_of(sum(len(f"mcp__{server}__{tool}") for tool in tools))
    return Finding(
        rule="UNUSED_MCP",
        summary=f"a server offered {len(tools)} tools, and none was called",
        about=events[0],
        evidence=events,
        claims=tuple(claim_carried(facts.flow, place, tokens)) if place < len(facts.flow.calls) else (),
        confidence=CONFIDENCE,
        fix=_FIX,
    )
