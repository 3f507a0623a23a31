"""The logs in the agents' usual homes, and whether they are indexed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timezone

import msgspec

from agent_trace.app.workspace import Workspace
from agent_trace.sync.discovery import logs
from agent_trace.sync.homes import homes
from agent_trace.sync.members import Member


class Discovered(msgspec.Struct, frozen=True, kw_only=True):
    """One log."""

    session: str
    """Its session's id, as far as the path tells."""
    agent: str
    path: str
    size: int
    modified: datetime
    indexed: bool
    """False too where the log has grown since it was read."""


def discovered(workspace: Workspace, home: str | None = None) -> list[Discovered]:
    """Every log, newest first; `home` is looked at in the place of the usual ones."""
    rows = workspace.db.execute("SELECT path, size, mtime FROM source WHERE NOT again").fetchall()
    known = {workspace.db.paths.real(path): (size, mtime) for path, size, mtime in rows}
    found = [one for member in workspace.members.values() for one in _discovered(workspace, member, home, known)]
    return sorted(found, key=lambda one: (one.modified, one.path), reverse=True)


def _discovered(
    workspace: Workspace, member: Member, home: str | None, known: dict[str, tuple[int, int]]
) -> Iterator[Discovered]:
    roots = homes(member.agent, workspace.environment) if home is None else [os.path.abspath(home)]
    for one in logs(member.agent, roots):
        yield Discovered(
            session=member.place(one.path).session,
            agent=member.agent.name,
            path=one.path,
            size=one.size,
            modified=datetime.fromtimestamp(one.mtime / 10**9, timezone.utc),
            indexed=known.get(one.path) == (one.size, one.mtime),
        )
