"""Print the agent's own command that goes on with a session, and the folder to run it in.

SESSION is an id, the beginning of one, `latest` (the default), `latest~2`, `this` or the path of a log. One line for
a shell is printed and nothing is started: copy it, or run `eval "$(agent-trace resume)"`. A sub-agent cannot be
resumed by itself; the line is that of the session it belongs to, and a note says so.
"""

from __future__ import annotations

from typing import Any

import click

arguments = [
    click.Argument(["session"], required=False, default="latest"),
    click.Option(["--json"], is_flag=True, help="The command, the folder and the notes as JSON."),
    click.Option(["--no-sync"], is_flag=True, help="Answer from the index as it is."),
]


def run(session: str, **values: Any) -> None:
    """Choose, look up, print."""
    from agent_trace.app.resuming import resume
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
