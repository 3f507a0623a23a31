"""Index logs that lie outside the agents' homes: a backup, another machine's folder, a file somebody sent.

Each PATH is a log or a folder of logs; which agent wrote a file is told from what is in it. The path is remembered and
looked at again whenever agent-trace reads what is new. Nothing is copied but into the archive, and nothing is changed.

--discover lists the logs in the agents' usual homes, which need no import, and says which of them are indexed.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence

import click
import msgspec

from agent_trace.app.discovering import Discovered, discovered
from agent_trace.app.imports import Recognised, Stranger, recognised, remember
from agent_trace.app.workspace import Workspace
from agent_trace.cli.output import progress_bar
from agent_trace.cli.running import open_workspace
from agent_trace.cli.saying import say
from agent_trace.errors import NotFoundError, UnreadableError, UsageError
from agent_trace.render.blocks import AnyBlock, Cell, Column, Note, Prose, Table, cell
from agent_trace.render.numbers import count
from agent_trace.reports._sizes import size

SHOWN = 30
"""Rows of a table on a terminal."""

arguments = [
    click.Argument(["paths"], nargs=-1, type=click.Path(), metavar="[PATH]..."),
    click.Option(["--discover"], is_flag=True, help="List the logs in the agents' homes, indexed or not."),
    click.Option(
        ["--home"], type=click.Path(file_okay=False), help="With --discover: an agent's home to look at instead."
    ),
    click.Option(["--json"], is_flag=True, help="Print the result as JSON."),
]


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """One log that was recognised."""

    path: str
    agent: str
    size: int
    sessions: tuple[str, ...]
    """In the index now; none where it holds no conversation, or where it was forgotten. A secondhand log names the session
    that it merged into."""
    unread_lines: int


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What was imported."""

    logs: tuple[Log, ...]
    not_recognised: tuple[Stranger, ...]
    unread_lines: int


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """What there is in the usual homes."""

    logs: tuple[Discovered, ...]
    indexed: int


def run(paths: Sequence[str], discover: bool, home: str | None, json: bool) -> None:
    """Discover or import."""
    if bool(paths) == discover:
        raise UsageError("name files or folders to import, or say --discover")
    workspace = open_workspace({})
    try:
        if discover:
            found = discovered(workspace, home)
            result = Discovery(logs=tuple(found), indexed=sum(one.indexed for one in found))
            say(result, lambda: discovery_blocks(result, workspace), json=json)
        else:
            done = _import(workspace, paths)
            say(done, lambda: import_blocks(done), json=json)
    finally:
        workspace.close()


def _import(workspace: Workspace, paths: Sequence[str]) -> Imported:
    found = [_looked_at(workspace, path) for path in paths]
    strangers = tuple(one for part in found for one in part.strangers)
    logs = {log.path: log for part in found for log in part.logs}
    if not logs:
        shown = "".join(f"\n  {one.path}: {one.reason}" for one in strangers[:SHOWN])
        raise UnreadableError(f"nothing in {', '.join(paths)} is a log of an agent that is known{shown}")
    for path, part in zip(paths, found, strict=True):
        if part.logs:
            remember(workspace, path)
    with progress_bar("reading logs") as told:
        workspace.mended(lambda: workspace.sync(told))
    with progress_bar("indexing text") as told:
        workspace.mended(lambda: workspace.sync_text(told))
    done = tuple(_log(workspace, log.path, log.agent, log.size) for log in logs.values())
    return Imported(logs=done, not_recognised=strangers, unread_lines=sum(log.unread_lines for log in done))


def _looked_at(workspace: Workspace, path: str) -> Recognised:
    if not os.path.exists(path):
        raise NotFoundError(f"there is no file {path}")
    return recognised(path, workspace.members)


def _log(workspace: Workspace, path: str, agent: str, octets: int) -> Log:
    stored = workspace.db.paths.stored(path)
    rows = workspace.db.execute(
        "SELECT session.key FROM source JOIN part ON part.source = source.id JOIN session ON session.id = part.session "
        "WHERE source.path = :path AND session.content UNION SELECT session.key FROM source JOIN merged ON merged.source = source.id "
        "JOIN session ON session.id = merged.session WHERE source.path = :path ORDER BY 1",
        {"path": stored},
    ).fetchall()
    (unread,) = workspace.db.execute(
        "SELECT count(*) FROM unread JOIN source ON source.id = unread.source WHERE source.path = ?", (stored,)
    ).fetchone()
    return Log(path=path, agent=agent, size=octets, sessions=tuple(row[0] for row in rows), unread_lines=unread)


def import_blocks(done: Imported) -> Iterator[AnyBlock]:
    """What was recognised as which agent, what was not and why."""
    logs, sizes, sessions = Counter[str](), Counter[str](), Counter[str]()
    for one in done.logs:
        logs[one.agent] += 1
        sizes[one.agent] += one.size
        sessions[one.agent] += len(one.sessions)
    yield Table(
        title="Imported",
        columns=(
            Column(title="agent"),
            Column(title="logs", align="right"),
            Column(title="size", align="right"),
            Column(title="sessions", align="right"),
        ),
        rows=tuple(
            (cell(name), cell(count(number)), cell(size(sizes[name])), cell(count(sessions[name])))
            for name, number in logs.items()
        ),
    )
    if done.unread_lines:
        lines = "1 line" if done.unread_lines == 1 else f"{count(done.unread_lines)} lines"
        yield Note(text=f"{lines} could not be understood", hint="`agent-trace doctor` names them")
    if done.not_recognised:
        shown = done.not_recognised[:SHOWN]
        yield Table(
            title="Not recognised",
            columns=(Column(title="file"), Column(title="why"), Column(title="folder", stretch=True)),
            rows=tuple(map(_stranger, shown)),
        )
        yield from _more(len(done.not_recognised))


def _stranger(one: Stranger) -> tuple[Cell, ...]:
    folder, name = os.path.split(one.path)
    return (cell(name, value=one.path), cell(one.reason), cell(folder))


def discovery_blocks(result: Discovery, workspace: Workspace) -> Iterator[AnyBlock]:
    """The logs, newest first."""
    zone = workspace.facts.zone
    yield Table(
        title=f"{count(len(result.logs))} logs, {count(result.indexed)} indexed",
        columns=(
            Column(title="session"),
            Column(title="agent", weight=1),
            Column(title="modified"),
            Column(title="size", align="right"),
            Column(title="indexed"),
            Column(title="log", weight=2),
        ),
        rows=tuple(
            (
                cell(one.session),
                cell(one.agent),
                cell(f"{one.modified.astimezone(zone):%Y-%m-%d %H:%M}"),
                cell(size(one.size)),
                cell("yes" if one.indexed else "not yet"),
                cell(one.path),
            )
            for one in result.logs[:SHOWN]
        ),
        empty="no log was found: `agent-trace doctor` shows where was looked",
    )
    yield from _more(len(result.logs))
    if result.indexed < len(result.logs):
        yield Prose(text="`agent-trace sync` indexes what is not yet")


def _more(number: int) -> Iterator[AnyBlock]:
    if number > SHOWN:
        yield Prose(text=f"… and {count(number - SHOWN)} more: --json lists them all", tone="dim")
