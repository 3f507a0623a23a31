"""Sessions that run: what they produced so far is worked out while they go on, so that a page shows it."""

from __future__ import annotations

from agent_trace.analysis.state import FRESH_MS
from agent_trace.app.outcomes import look_at
from agent_trace.app.workspace import Workspace
from agent_trace.store.sessions import fresh
from agent_trace.store.sources import bytes_of

LARGEST = 4_000_000
"""Bytes of a log that is read whole again and again; what longer ones produced is worked out when they are quiet."""


def look_at_running(workspace: Workspace) -> None:
    """Work it out for those whose rows changed since it was done last."""
    ids = fresh(workspace.db, round(workspace.now.timestamp() * 1000) - FRESH_MS)
    sizes = bytes_of(workspace.db, ids)
    look_at(workspace, [one for one in ids if sizes.get(one, 0) <= LARGEST])
