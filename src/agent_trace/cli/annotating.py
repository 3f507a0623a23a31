"""What the commands that note something down have in common: open, look up the sessions, do it, say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from agent_trace.app.annotations import Said, Work
    from agent_trace.app.workspace import Workspace

NO_SYNC = click.Option(["--no-sync"], is_flag=True, help="Look the session up in the index as it is.")
JSON = click.Option(["--json"], is_flag=True, help="Print what holds now as JSON.")
AUTHOR = click.Option(
    ["--author"], default="", help="Who says so; by default `author` of the settings, else your account."
)
SESSION = click.Argument(["session"])
SESSIONS = click.Argument(["sessions"], nargs=-1, required=True, metavar="SESSION...")


@contextmanager
def opened(*, no_sync: bool) -> Iterator[Workspace]:
    """The workspace, brought up to date."""
    from agent_trace.cli.output import progress_bar
    from agent_trace.cli.running import open_workspace

    workspace = open_workspace({})
    try:
        if not no_sync or workspace.db.in_memory:
            with progress_bar("reading logs") as told:
                workspace.sync(told)
        yield workspace
    finally:
        workspace.close()


def each(names: Sequence[str], work: Work, *, no_sync: bool, json: bool) -> None:
    """Do something with every session that is named, and say what holds of it then; nothing where one is not found."""
    from agent_trace.app.annotations import said
    from agent_trace.app.choosing import choose

    with opened(no_sync=no_sync) as workspace:
        rows = {row.id: row for row in (choose(workspace, name) for name in names)}
        for row in rows.values():
            work(workspace, row)
        found = [said(workspace, number) for number in rows]
    tell(found, json=json)


def tell(found: Sequence[Said], *, json: bool) -> None:
    """Print it: one object for one session."""
    from agent_trace.app.written import encode
    from agent_trace.render.characters import one_line

    if json:
        click.echo(encode(found[0] if len(found) == 1 else found))
        return
    for one in found:
        marks = [*(("starred",) if one.starred else ()), *(("hidden",) if one.hidden else ()), *one.labels]
        marked = f"  [{', '.join(marks)}]" if marks else ""
        click.echo(one_line(f"{one.session}  {one.title or '(no title)'}{marked}"))
