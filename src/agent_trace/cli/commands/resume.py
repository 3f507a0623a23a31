"""Print the agent's own command that goes on with a session, and the folder to run it in.

SESSION is an id, the beginning of one, `latest` (the default), `latest~2`, `this` or the path of a log. One line for
a shell is printed and nothing is started: copy it, or run `eval "$(agent-trace resume)"`. A sub-agent cannot be
resumed by itself; the line is that of the session it belongs to, and a note says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click
import msgspec

from agent_trace.errors import NotFoundError

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace

arguments = [
    click.Argument(["session"], required=False, default="latest"),
    click.Option(["--json"], is_flag=True, help="The command, the folder and the notes as JSON."),
    click.Option(["--no-sync"], is_flag=True, help="Answer from the index as it is."),
]


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


def run(session: str, **values: Any) -> None:
    """Choose, look up, print."""
    from agent_trace.app.written import encode
    from agent_trace.cli.output import progress_bar
    from agent_trace.cli.running import open_workspace

    workspace = open_workspace(values)
    try:
        if not values["no_sync"] or workspace.db.in_memory:
            with progress_bar("reading logs") as told:
                workspace.sync(told)
        found = resume(workspace, session)
    finally:
        workspace.close()
    if values["json"]:
        click.echo(encode(found))
        return
    for note in found.notes:
        click.echo(f"agent-trace: {note}", err=True)
    click.echo(found.shell)


def resume(workspace: Workspace, text: str) -> Resume:
    """How to go on with the session that is meant; NotFoundError where its agent has no such command."""
    from agent_trace.app.choosing import choose

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
