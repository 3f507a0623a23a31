"""Looking for the agents on this machine: their homes, and what is indexed of them."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from agent_trace.app.summaries import moment
from agent_trace.app.workspace import Workspace
from agent_trace.model.agent import Agent, Home
from agent_trace.reports._agents import AgentSeen, Place, PlaceState, capabilities, verified
from agent_trace.sync.homes import candidates, system_of

TESTED = ("linux",)
"""Platforms on which the whole of agent-trace has been run."""


class Indexed(msgspec.Struct, kw_only=True):
    """What the index holds of one agent."""

    logs: int = 0
    sessions: int = 0
    subagents: int = 0
    last: int | None = None
    versions: set[str] = msgspec.field(default_factory=set)


def agents_seen(workspace: Workspace, platform: str = sys.platform) -> tuple[AgentSeen, ...]:
    """Every agent, in the order of their names."""
    indexed = _indexed(workspace)
    return tuple(_seen(member.agent, indexed[name], workspace, platform) for name, member in workspace.members.items())


def _indexed(workspace: Workspace) -> dict[str, Indexed]:
    found: dict[str, Indexed] = defaultdict(Indexed)
    rows = workspace.db.execute(
        "SELECT agent, version, root = id, count(*), max(ended) FROM session WHERE content GROUP BY 1, 2, 3"
    )
    for agent, version, is_root, number, last in rows:
        one = found[agent]
        one.sessions += number if is_root else 0
        one.subagents += 0 if is_root else number
        one.versions |= {version} if version else set()
        one.last = max((at for at in (one.last, last) if at is not None), default=None)
    for agent, number in workspace.db.execute("SELECT agent, count(*) FROM source WHERE NOT gone GROUP BY 1"):
        found[agent].logs = number
    return found


def _seen(agent: Agent, indexed: Indexed, workspace: Workspace, platform: str) -> AgentSeen:
    places = tuple(_places(agent, workspace, platform))
    return AgentSeen(
        name=agent.name,
        title=agent.title,
        found=bool(indexed.sessions) or any(one.state == "found" for one in places),
        homes=places,
        logs=indexed.logs,
        sessions=indexed.sessions,
        subagents=indexed.subagents,
        last=moment(indexed.last),
        versions=tuple(sorted(indexed.versions, key=in_order)),
        verified=verified(agent),
        capabilities=capabilities(agent),
    )


def _places(agent: Agent, workspace: Workspace, platform: str) -> Iterator[Place]:
    """The homes of this system as they are here, then those of others as they are declared."""
    here: dict[Home, list[str]] = defaultdict(list)
    for home, path in candidates(agent, workspace.environment, platform):
        here[home].append(path)
    for home in agent.homes:
        if home.system not in {"", system_of(platform)}:
            continue
        if home not in here:
            yield Place(path=home.path, variable=home.variable, system=home.system, state="not set")
        for path in here[home]:
            state: PlaceState = "found" if os.path.exists(path) else "not there"
            yield Place(path=path, variable=home.variable, system=home.system, state=state)
    for home in agent.homes:
        if home.system not in {"", system_of(platform)}:
            tried: PlaceState = "not there" if home.system in TESTED else "not run"
            yield Place(path=home.path, variable=home.variable, system=home.system, state=tried)


def in_order(version: str) -> tuple[tuple[int, str], ...]:
    """2.1.9 before 2.1.10."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in version.split("."))
