"""Which session is meant: an id, a unique prefix, `latest`, `latest~2`, `this`, or the path of a log."""

from __future__ import annotations

import os
import re
from datetime import datetime, timezone

from agent_trace.app.active_session import active, default_folder
from agent_trace.app.workspace import Workspace
from agent_trace.errors import AmbiguousSessionError, NotFoundError, UsageError
from agent_trace.model.selection import Selection
from agent_trace.store.sessions import SessionRow, by_key, by_prefix, roots

_LATEST = re.compile(r"latest(?:~(\d+))?\Z")


def choose(workspace: Workspace, text: str = "latest") -> SessionRow:
    """The session; raises NotFoundError or AmbiguousSessionError, which lists the candidates."""
    latest = _LATEST.match(text)
    if latest:
        return _latest(workspace, int(latest.group(1) or 0))
    if text == "this":
        return _this(workspace)
    if text.startswith((".", "~", os.sep)) or text.endswith((".jsonl", ".json")):
        return _by_path(workspace, text)
    return _by_id(workspace, text)


def _by_id(workspace: Workspace, text: str) -> SessionRow:
    exact = by_key(workspace.db, text)
    if len(exact) == 1:
        return exact[0]
    found = exact or by_prefix(workspace.db, text)
    starts = [row for row in found if row.root == row.id] or found
    if len(starts) == 1:
        return starts[0]
    if not starts:
        raise NotFoundError(f"no session's id begins with {text!r}", hint="`agent-trace list` shows them all")
    shown = "\n".join(f"  {row.key}  {_when(row)}  {row.title or ''}"[:110] for row in starts[:10])
    more = "" if len(starts) <= 10 else "\n  …"
    raise AmbiguousSessionError(f"{text!r} may be any of these sessions:\n{shown}{more}", hint="type more of the id")


def _when(row: SessionRow) -> str:
    return f"{datetime.fromtimestamp((row.ended or 0) / 1000, timezone.utc):%Y-%m-%d %H:%M}"


def _latest(workspace: Workspace, back: int) -> SessionRow:
    here = roots(workspace.db, Selection(cwd=git_root(os.getcwd()) or os.getcwd()), limit=back + 1)
    if len(here) > back:
        workspace.notes.append("the latest session in this repository")
        return here[back]
    anywhere = roots(workspace.db, Selection(), limit=back + 1)
    if len(anywhere) > back:
        return anywhere[back]
    if not anywhere:
        raise NotFoundError(
            "no agent session was found on this machine", hint="`agent-trace doctor` shows where was looked"
        )
    raise NotFoundError(f"there are fewer than {back + 1} sessions", hint="`agent-trace list` shows them all")


def _this(workspace: Workspace) -> SessionRow:
    variables = [
        member.agent.session_variable for member in workspace.members.values() if member.agent.session_variable
    ]
    for variable in variables:
        name = workspace.environment.get(variable)
        if name:
            return _by_id(workspace, name)
    recorded = active(default_folder(workspace.environment))
    if recorded:
        return _by_id(workspace, recorded)
    raise UsageError(
        "`this` means the session that runs this command, and no agent runs it",
        hint=f"an agent's tools find its id in {', '.join(variables)}",
    )


def _by_path(workspace: Workspace, text: str) -> SessionRow:
    path = os.path.abspath(os.path.expanduser(text))
    row = None
    for name in (path, os.path.realpath(path), os.path.join(path, TRACE)):
        row = row or workspace.db.execute(_IN_LOG, {"path": workspace.db.paths.stored(name)}).fetchone()
    if row is not None:
        return by_key(workspace.db, row[0])[0]
    if not os.path.exists(path):
        raise NotFoundError(f"there is no file {path}")
    raise NotFoundError(f"{path} is not indexed", hint=f"`agent-trace import {text}` adds it")


_IN_LOG = """
SELECT session.key, session.content FROM source JOIN part ON part.source = source.id JOIN session ON session.id = part.session
WHERE source.path = :path UNION SELECT session.key, 1 FROM source JOIN merged ON merged.source = source.id
JOIN session ON session.id = merged.session WHERE source.path = :path ORDER BY 2 DESC, 1 LIMIT 1
"""
TRACE = "meta.json"
"""The file of a trace folder that names its session."""


def git_root(path: str) -> str | None:
    """The folder above or at `path` that holds `.git`, where it can be seen."""
    while True:
        if os.path.exists(os.path.join(path, ".git")):
            return path
        above = os.path.dirname(path)
        if above == path:
            return None
        path = above
