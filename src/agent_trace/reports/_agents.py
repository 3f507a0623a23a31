"""What is known of the agents: what each one declares, and what was found of it on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from agent_trace.model.agent import Agent
from agent_trace.render.blocks import Field, field

LogKind = Literal["lines", "files", "database"]
Usage = Literal["call", "session", "none"]
PlaceState = Literal["found", "not there", "not set", "not run"]

USAGE = {"call": "of each call", "session": "sums alone", "none": "not logged"}
"""What a log knows of tokens, as people read it."""
KINDS = {
    "lines": "one file that grows line by line",
    "files": "files that are rewritten as a whole",
    "database": "an SQLite database",
}
"""How an agent keeps its sessions."""
SYSTEMS = {"linux": "Linux", "macos": "macOS", "windows": "Windows"}
UNVERIFIED = "unverified"
NOT_RUN = "not run"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A folder in which an agent may keep its data."""

    path: str
    """As it is here; on another system as the agent declares it, with `~` and variables."""
    variable: str = ""
    """The environment variable that names it; empty: it is always looked at."""
    system: str = ""
    """The only system on which it is looked at; empty: on all."""
    state: PlaceState
    """not set: its variable is not; not run: it is another system's, and nobody has tried it there."""


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent's own data can tell."""

    logs: tuple[LogKind, ...]
    usage: Usage
    """What is known of tokens: each call's, only sums, or nothing."""
    cost: bool
    """It writes down dollars."""
    subagents: bool
    """Its data show the sub-agents that it starts."""
    input_includes_cache: bool
    """It counts cached tokens inside input; they are taken apart on reading."""
    hooks: str
    """What it offers to those who want to hear it live; empty: nothing that is known."""
    telemetry: str
    statusline: bool
    """It shows a line that another program prints."""
    resume: tuple[str, ...]
    """Its own command that goes on with a session."""
    session_variable: str
    """Where it tells its children the session's id."""
    errors: str
    """How a failed tool call shows."""
    gaps: str
    """What its data do not hold."""
    colour: str


class AgentSeen(msgspec.Struct, frozen=True, kw_only=True):
    """One agent on this machine."""

    name: str
    title: str
    found: bool
    """One of its homes is here, or sessions of it are indexed."""
    homes: tuple[Place, ...]
    logs: int
    """Logs that are indexed and still there."""
    sessions: int
    """Indexed roots."""
    subagents: int
    last: datetime | None
    """When it was active last."""
    versions: tuple[str, ...]
    """Versions that wrote the indexed sessions, as far as they say so."""
    verified: tuple[str, ...]
    """Versions that were seen running when its reader was written; empty: unverified."""
    capabilities: Capabilities


def capabilities(agent: Agent) -> Capabilities:
    """What an agent declares of itself."""
    kinds: list[LogKind] = []
    kinds += ["lines"] if agent.files else []
    kinds += ["files"] if agent.bundles else []
    kinds += ["database"] if agent.databases else []
    return Capabilities(
        logs=tuple(kinds),
        usage=agent.usage,
        cost=agent.cost,
        subagents=agent.subagents,
        input_includes_cache=agent.input_includes_cache,
        hooks=agent.hooks,
        telemetry=agent.telemetry,
        statusline=agent.statusline,
        resume=agent.resume,
        session_variable=agent.session_variable,
        errors=agent.errors,
        gaps=agent.gaps,
        colour=agent.colour,
    )


def verified(agent: Agent) -> tuple[str, ...]:
    """The versions that were seen running."""
    return tuple(version.strip() for version in agent.verified.split(",") if version.strip())


def described(one: Capabilities) -> Iterator[Field]:
    """The capabilities in words, with what they mean for the figures."""
    yield field("logs", "; ".join(KINDS[kind] for kind in one.logs) or "none that can be read")
    inside = "cached ones inside input: taken apart on reading" if one.input_includes_cache else ""
    yield field("tokens", USAGE[one.usage], inside if one.usage != "none" else "")
    priced = "not known" if one.usage == "none" else "none: priced from the tokens alone"
    yield field("dollars", "written down by the agent" if one.cost else priced)
    yield field("sub-agents", "yes" if one.subagents else "none that are logged")
    if one.errors:
        yield field("a failed tool call", one.errors)
    yield field("live", ", ".join(filter(None, (one.hooks, one.telemetry))) or "nothing that is known")
    if one.statusline:
        yield field("status line", "yes", "`agent-trace statusline`")
    yield field("resume", " ".join(one.resume) if one.resume else "no command for it")
    if one.session_variable:
        yield field("`this`", f"${one.session_variable}", "the session's id, in what the agent starts")
    yield field("not in its logs", one.gaps or "nothing that is known to be missing")
    yield field("colour", one.colour, "in charts")


def shortened(versions: tuple[str, ...]) -> str:
    """Versions in little room: the last, and how many there are beside it."""
    if len(versions) < 2:
        return " ".join(versions)
    return f"{versions[-1]} (+{len(versions) - 1})"
