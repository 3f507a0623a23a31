"""Projects as addresses name them: the folder that an agent keeps a project's logs in, else a hash of the project's path."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec

from agent_trace.analysis.calendar import key_of
from agent_trace.app import ledgers
from agent_trace.app.workspace import Workspace
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.store.choice import milliseconds
from agent_trace.store.projects import ToolCount, first_logs, tool_counts
from agent_trace.store.prompts import prompts
from agent_trace.store.sessions import SessionRow, by_key, members, roots

Row = SessionRow
"""A session as it is stored: what every function here names one by."""
Count = ToolCount


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """Root sessions that were started in one place."""

    key: str
    path: str | None
    """The repository or folder of the newest of them that tells one."""
    roots: tuple[SessionRow, ...]
    """Newest first."""


def projects(workspace: Workspace) -> dict[str, Project]:
    """All projects by their keys, those with the newest sessions first."""
    sorted_by = {name: member.agent.project_folder for name, member in workspace.members.items()}
    logs = first_logs(workspace.db, [name for name, folder in sorted_by.items() if folder])
    found: dict[str, list[SessionRow]] = defaultdict(list)
    for row in roots(workspace.db, Selection()):
        found[key_of_project(row, logs.get(row.id), sorted_by.get(row.agent, ""))].append(row)
    return {
        key: Project(key=key, path=next(filter(None, map(_place, rows)), None), roots=tuple(rows))
        for key, rows in found.items()
    }


def _place(row: SessionRow) -> str | None:
    return row.repo or row.cwd


def key_of_project(row: SessionRow, log: str | None, folder: str) -> str:
    """What the project of a root is called: the same for all sessions of one agent or more in one place."""
    if folder and log is not None:
        _, found, below = re.sub(r"[\\/]+", "/", log).rpartition(f"/{folder}/")
        if found and "/" in below:
            return below.partition("/")[0]
    return sha256((_place(row) or "").encode("utf-8", "replace")).hexdigest()[:16]


def started_by(workspace: Workspace, rows: Sequence[SessionRow]) -> Mapping[int, list[SessionRow]]:
    """Root (row id) → the sub-agents that it started, nested ones too, the oldest first."""
    return members(workspace.db, [row.id for row in rows])


def stored(workspace: Workspace, key: str) -> SessionRow | None:
    """The session with exactly this id, a root where several agents have one; None where there is none."""
    rows = sorted(by_key(workspace.db, key), key=lambda row: row.root != row.id)
    return rows[0] if rows else None


def used(
    workspace: Workspace,
    group: Sequence[str],
    selection: Selection = Selection(),
    roots: Sequence[SessionRow] | None = None,
) -> list[LedgerRow]:
    """Sums of calls; `day` and `hour` in a group are those of the person's zone. `roots`: of these families alone."""
    return ledgers.used(workspace, selection, group, roots=None if roots is None else [row.id for row in roots])


def tools_of(workspace: Workspace, rows: Sequence[SessionRow]) -> list[ToolCount]:
    """How often these roots, with what they started, used each tool."""
    return tool_counts(workspace.db, [row.id for row in rows])


def prompts_by_day(
    workspace: Workspace, selection: Selection = Selection(), rows: Sequence[SessionRow] | None = None
) -> Mapping[str, int]:
    """Local day → prompts that were given on it, in the selected roots or in some."""
    day = key_of("day", workspace.facts.zone)
    asked = roots(workspace.db, selection) if rows is None else rows
    since, until = milliseconds(selection.since, -1), milliseconds(selection.until, 2**62)
    found: dict[str, int] = defaultdict(int)
    for quarter, count in prompts(workspace.db, (row.id for row in asked), since, until).items():
        found[day(quarter)] += count
    return found
