"""What an export needs besides a session's events: the shell looked it up."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from agent_trace.exports._names import file_name
from agent_trace.model.summary import Summary

Files = Mapping[str, bytes]
"""What a format makes of a session: path below the place that was asked for, with `/` → content."""


class ExportFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One session's place among others. What must not leave the machine is masked before: `encode` writes all it is given."""

    summary: Summary
    version: str
    """Of agent-trace."""
    agent_name: str
    """As agent-strace calls the agent."""
    agent_version: str | None = None
    depth: int = 0
    """How many sessions stand above it: 0 for one that a person started."""
    parent_event: str | None = None
    """The event of its parent that started it."""
    children: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Tool-use id → the session that the call started."""
    redacted: bool | None = None
    """Secrets were masked; False: they were not, by choice. None: nobody says."""
    masked: frozenset[str] = frozenset()
    """The ids of the events in which something was masked."""
    apart: str = ""
    """What tells its names from those of another agent's sessions with the same ids; empty: there are none."""

    def name(self, session: str) -> str:
        """What a session of this family is called on disk."""
        return file_name(f"{session}@{self.apart}" if self.apart else session)
