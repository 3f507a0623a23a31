"""How to go on with a session: its agent's own command, and the folder to run it in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from agent_trace.app.choosing import choose
from agent_trace.errors import AgentTraceError, NotFoundError
from agent_trace.reports._scopes import Ways
from agent_trace.store.sources import sources_of

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace
    from agent_trace.store.sessions import SessionRow


class Resume(msgspec.Struct, frozen=True, kw_only=True):
    """How to go on with a session."""

    session: str
    """The root session that the agent will resume."""
    asked: str
    """The session that was asked for: the root itself, or one of its sub-agents."""
    agent: str
    cwd: str | None
    """The folder to run the command in; None where the log does not tell."""
    command: tuple[str, ...]
    shell: str
    """Both as one line for a shell."""
    notes: tuple[str, ...]


def resume(workspace: Workspace, text: str) -> Resume:
    """How to go on with the session that is meant; NotFoundError where its agent has no such command."""
    row = choose(workspace, text)
    root, seen = row, {row.key}
    while root.root != root.id:
        root = choose(workspace, root.parent or root.key.partition("/")[0])
        if root.key in seen:
            break
        seen.add(root.key)
    agent = workspace.members[root.agent].agent
    if not agent.resume:
        raise NotFoundError(f"{agent.title} has no command that resumes a session", hint=f"the session is {root.key}")
    command = tuple(part.replace("{id}", root.key) for part in agent.resume)
    return Resume(
        session=root.key,
        asked=row.key,
        agent=root.agent,
        cwd=root.cwd,
        command=command,
        shell=shell_line(root.cwd, command),
        notes=tuple(_notes(row.key, root.key, root.cwd, changed=bool(root.changed))),
    )


def ways(workspace: Workspace, row: SessionRow) -> Ways:
    """The line for a shell and the path of the log, each as far as there is one."""
    logs = sources_of(workspace.db, row.id)
    try:
        line = resume(workspace, row.key).shell
    except (AgentTraceError, KeyError):  # an agent without a command, or that is known no more
        line = None
    return Ways(line, logs[0].path if logs else None)


def shell_line(cwd: str | None, command: Sequence[str]) -> str:
    """One line for a POSIX shell, whatever the folder is called."""
    from shlex import join, quote

    return f"cd {quote(cwd)} && {join(command)}" if cwd else join(command)


def _notes(asked: str, root: str, cwd: str | None, *, changed: bool) -> Iterator[str]:
    if asked != root:
        yield f"{asked} is a sub-agent: this resumes the session it belongs to"
    if not cwd:
        yield "the log does not tell in which folder the session ran"
    elif not os.path.isdir(cwd):
        yield f"the folder {cwd} is not there any more"
    if changed:
        yield "its log was changed or deleted since: the agent may not find it"
