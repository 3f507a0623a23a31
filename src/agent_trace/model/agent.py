"""Agent: a value that describes one coding agent. The shell does what it declares."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from agent_trace.model.tools import ToolKind


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """A folder that an agent keeps its data in."""

    path: str
    """With `~` and `$VARIABLES`, which the shell expands."""
    variable: str = ""
    """The environment variable that names it; empty: it is always looked at."""


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """Where an agent's logs are, how its tools are called and what it cannot tell."""

    name: str
    """The member's file name."""
    title: str
    homes: tuple[Home, ...]
    files: tuple[str, ...]
    """Globs below a home: the logs."""
    beside: tuple[str, ...] = ()
    """Endings of small files that lie beside a log and belong to it: a log's stem with this ending."""
    tools: Mapping[str, ToolKind] = msgspec.field(default_factory=dict)
    input_includes_cache: bool = False
    """Whether the agent counts cached tokens inside input: they are taken apart on reading."""
    verified: str = ""
    """The versions that were seen running; empty: unverified."""
    resume: tuple[str, ...] = ()
    """The agent's own command to go on with a session, `{id}` in place of the id."""
    session_variable: str = ""
    """The environment variable in which the agent tells its children the session's id."""
    records_from: tuple[int, ...] = ()
    """The version from which the agent leaves a cost record at every orderly end; empty: it never does."""
    gaps: str = ""
    """What its log does not hold."""

    def kind(self, tool: str) -> ToolKind:
        """The kind of a tool by its name in the log."""
        found = self.tools.get(tool)
        if found is not None:
            return found
        return "mcp" if tool.startswith("mcp__") else "other"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What a log's path says about its session."""

    session: str
    """The session's id."""
    root: str | None = None
    """The id of the root session, where the path names one."""
    agent_id: str | None = None
    """The sub-agent's own id."""
