"""The selected roots with their Summaries: those that a server holds already, else worked out."""

from __future__ import annotations

from typing import NamedTuple

from agent_trace.app.summaries import summaries
from agent_trace.app.workspace import Workspace
from agent_trace.model.selection import Selection
from agent_trace.model.summary import Summary
from agent_trace.store.sessions import roots


class Chosen(NamedTuple):
    """Newest first."""

    rows: tuple[int, ...]
    """Row ids."""
    done: tuple[Summary, ...]
    """Of the same roots."""
    families: dict[str, tuple[Summary, ...]]
    """Root → what it started."""


def chosen(workspace: Workspace, selection: Selection) -> Chosen:
    """Everything that a selection takes."""
    if workspace.listed is not None and selection.session is None:
        held = workspace.listed(selection)
        return Chosen(
            rows=tuple(one.row for one in held),
            done=tuple(one.summary for one in held),
            families={one.summary.id: one.children for one in held},
        )
    found = roots(workspace.db, selection)
    done, families = summaries(workspace, found, selection)
    return Chosen(
        rows=tuple(row.id for row in found),
        done=tuple(done),
        families={key: tuple(family) for key, family in families.items()},
    )
