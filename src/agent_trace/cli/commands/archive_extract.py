"""Write the archived log of a session as the agent wrote it: byte for byte, also when the agent has deleted it.

SESSION is an id, the beginning of one, `latest` or the path of a log. Sub-agents have ids and logs of their own.
Without --output the lines go to standard output.
"""

from __future__ import annotations

import os
import sys

import click

from agent_trace.app.archives import archived_logs
from agent_trace.app.choosing import choose
from agent_trace.app.workspace import Workspace
from agent_trace.cli.running import open_workspace
from agent_trace.errors import UnreachableError
from agent_trace.reports._sizes import size

arguments = [
    click.Argument(["session"]),
    click.Option(["-o", "--output"], type=click.Path(dir_okay=False), help="Write to this file; it must not exist."),
]


def run(session: str, output: str | None) -> None:
    """Find the session, verify its frames, write them."""
    workspace = open_workspace({})
    try:
        data = workspace.mended(lambda: _log(workspace, session))
    finally:
        workspace.close()
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        descriptor = os.open(output, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
    except OSError as error:
        raise UnreachableError(f"cannot write {output}: {error.strerror}") from error
    click.echo(f"wrote {output} ({size(len(data))})", err=True)


def _log(workspace: Workspace, session: str) -> bytes:
    row = choose(workspace, session)
    return b"".join(archived_logs(workspace, row))
