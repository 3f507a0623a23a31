"""Write sessions for other tools: a trace folder that agent-strace lists and replays, or events as JSON.

SESSION is an id, the beginning of one, `latest` (the default), `this` or the path of a log; several may be named. With --all
or one of the flags that choose sessions, all of those are written. Sub-agents come along, as sessions of their own that name
their parent; --alone leaves them out.

--format traces writes folders into `.agent-traces` (or $AGENT_TRACE_DIR, or -o). What has not changed stays untouched; a
folder that another tool wrote is left alone unless --force is given. --format json, ndjson and csv print one session without
its sub-agents, or write it to the file that -o names; into a folder each goes as a file of its own.

Secrets are masked, and tier 2 is written: paths, commands and diffs, but no prompts, titles, answers or output. --tier 3
writes them too, --tier 1 figures alone; with `--tier 3 --no-redact` these are your texts as they are.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click
import msgspec

from agent_trace import registry
from agent_trace.app.active_session import default_folder
from agent_trace.app.asked import selection
from agent_trace.app.exporting import Leaving, chosen, default_format, formats, leaving
from agent_trace.app.leaving import Door
from agent_trace.app.trace_folder import hide_from_git, mark_active, put, put_file
from agent_trace.app.workspace import Workspace
from agent_trace.cli.options import leaving_parameters, selection_parameters
from agent_trace.cli.output import progress_bar, tell_passage
from agent_trace.cli.running import door_of, open_workspace
from agent_trace.cli.saying import say
from agent_trace.model.selection import Selection
from agent_trace.render.blocks import AnyBlock, Column, Prose, Table, cell
from agent_trace.render.numbers import count

SHOWN = 30
"""Rows of a table on a terminal."""

arguments = [
    click.Argument(["sessions"], nargs=-1, metavar="[SESSION]..."),
    click.Option(
        ["--format", "form"],
        type=click.Choice(formats()),
        default=default_format(),
        show_default=True,
        help="What to write.",
    ),
    click.Option(
        ["-o", "--output"], type=click.Path(), help="The folder to write to; for json, ndjson and csv a file too."
    ),
    click.Option(["--all", "everything"], is_flag=True, help="Every session there is."),
    click.Option(["--alone"], is_flag=True, help="Without the sub-agents."),
    click.Option(["--force"], is_flag=True, help="Write over a session that another tool wrote."),
    *leaving_parameters("leaving_tier (2)"),
    *selection_parameters(),
    click.Option(["--timezone"], help="An IANA zone for --since and --until."),
    click.Option(["--no-sync"], is_flag=True, help="Write what the index knows, without looking for more."),
    click.Option(["--json"], is_flag=True, help="Print what was written as JSON."),
]


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """One session that was written."""

    id: str
    agent: str
    parent: str | None
    title: str | None
    events: int
    path: str
    changed: bool
    """False where the same was there already."""


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, and where."""

    format: str
    folder: str
    tier: int
    """How much was written: 1 figures alone, 2 also paths, commands and diffs, 3 everything."""
    redacted: bool
    """Secrets were masked."""
    masked: dict[str, int]
    """Kind of a secret → how many different ones were masked."""
    sessions: tuple[Written, ...]


def run(sessions: Sequence[str], form: str, output: str | None, json: bool, **values: Any) -> None:
    """Choose, read, write, say."""
    workspace = open_workspace(values)
    try:
        door = door_of(values, workspace.config, leaves=True) or Door(stored=workspace.config.tier)
        if not values["no_sync"] or workspace.db.in_memory:
            with progress_bar("reading logs") as told:
                workspace.sync(told)
        picked = selection(values, workspace)
        suffix = registry.load("exports", form).SUFFIX
        is_folder = not suffix
        is_one = len(sessions) < 2 and picked == Selection() and not values["everything"]
        alone = values["alone"] or (is_one and not is_folder and (output or suffix).endswith(suffix))
        rows = chosen(workspace, sessions, picked, everything=values["everything"], alone=alone)
        if is_folder or len(rows) > 1:
            folder = output or (default_folder(workspace.environment) if is_folder else os.curdir)
            done = _folders(workspace, rows, form, folder, door, force=values["force"])
            say(done, lambda: _blocks(done), json=json)
        else:
            (one,) = leaving(workspace, rows, form, door)
            _file(one, output)
        tell_passage(door)
    finally:
        workspace.close()


def _folders(workspace: Workspace, rows: Sequence[Any], form: str, folder: str, door: Door, *, force: bool) -> Export:
    written: list[Written] = []
    running: dict[str, bool] = {}
    for one in leaving(workspace, rows, form, door):
        changed = put(folder, one, force=force)
        first = next(iter(one.files))
        running[first.partition("/")[0]] = one.running and one.parent is None
        written.append(_written(one, os.path.join(folder, first.rpartition("/")[0] or first), changed=changed))
    if not registry.load("exports", form).SUFFIX and written:
        hide_from_git(folder)
        mark_active(folder, running)
    return Export(
        format=form,
        folder=folder,
        tier=door.tier,
        redacted=door.redacts,
        masked=door.masked,
        sessions=tuple(written),
    )


def _written(one: Leaving, path: str, *, changed: bool) -> Written:
    return Written(
        id=one.session,
        agent=one.agent,
        parent=one.parent,
        title=one.title,
        events=one.events,
        path=path,
        changed=changed,
    )


def _file(one: Leaving, output: str | None) -> None:
    """One session in one file, or on stdout."""
    ((name, data),) = one.files.items()
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    path = os.path.join(output, name) if os.path.isdir(output) else output
    put_file(path, data)
    click.echo(f"wrote {path}", err=True)


def _blocks(done: Export) -> Iterator[AnyBlock]:
    changed = sum(one.changed for one in done.sessions)
    sessions = "1 session" if len(done.sessions) == 1 else f"{count(len(done.sessions))} sessions"
    yield Table(
        title=f"{sessions} in {done.folder}, {count(changed)} new or changed",
        columns=(
            Column(title="session", weight=2),
            Column(title="agent"),
            Column(title="events", align="right"),
            Column(title="title", stretch=True),
        ),
        rows=tuple(
            (cell(one.id), cell(one.agent), cell(count(one.events)), cell(one.title or ""))
            for one in done.sessions[:SHOWN]
        ),
        empty="no session was chosen",
    )
    if len(done.sessions) > SHOWN:
        yield Prose(text=f"… and {count(len(done.sessions) - SHOWN)} more: --json lists them all", tone="dim")
