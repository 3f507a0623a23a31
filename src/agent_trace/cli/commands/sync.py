"""Read everything that is new in the agents' logs, to the end: sums, full text and the archive.

Every other command reads what is new before it answers; only `search` and `sync` index text and archive too. A first
sync over a year of logs takes a while and shows how far it is; it can be stopped and goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import click
import msgspec

from agent_trace.app.ahead import work_ahead
from agent_trace.app.outcomes import listening, look_at_quiet
from agent_trace.app.workspace import Workspace
from agent_trace.cli.output import progress_bar
from agent_trace.cli.running import open_workspace
from agent_trace.cli.saying import say
from agent_trace.errors import UnreachableError
from agent_trace.render.blocks import AnyBlock, Column, Field, Fields, Note, Prose, Table, cell, field
from agent_trace.render.numbers import count, duration
from agent_trace.reports._sizes import size
from agent_trace.sync.progress import FirstReport, Problem
from agent_trace.sync.second import SecondReport

arguments = [
    click.Option(["--tier"], type=click.Choice(["1", "2"]), default="2", show_default=True, help="1: sums alone."),
    click.Option(["--json"], is_flag=True, help="Print what was done as JSON."),
]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a sync did."""

    files: int
    """Logs that were looked at."""
    files_read: int
    """Logs that had something new."""
    bytes_read: int
    files_gone: int
    """Logs that are no longer where they were; what was read of them stays."""
    seconds: float
    sessions: int
    """In the index now, sub-agents among them."""
    events: int
    """Events that were looked at for text to search."""
    text_bytes: int
    archived_bytes: int
    """Compressed."""
    outcomes: int
    """Sessions of which it was worked out what they produced."""
    due_bytes: int
    """Logs whose text is not yet searchable."""
    unread_lines: int
    """In all logs; `agent-trace doctor` names them."""
    kept: bool
    """False: the home could not be written, and nothing of this was kept."""
    problems: tuple[Problem, ...]


def run(tier: str, json: bool) -> None:
    """Both tiers, then what they did."""
    workspace = open_workspace({})
    try:
        done = workspace.mended(lambda: _sync(workspace, text=tier == "2"))
    finally:
        workspace.close()
    say(done, lambda: blocks(done), json=json)


def _sync(workspace: Workspace, *, text: bool) -> Done:
    begun = time.perf_counter()
    with progress_bar("reading logs") as told:
        first = workspace.sync(told)
    if workspace.synced is None:
        raise UnreachableError("another agent-trace is still indexing", hint="try again when it is done")
    second, outcomes = SecondReport(), 0
    if text and not workspace.db.in_memory:
        listener = listening(workspace)
        with progress_bar("indexing text") as told:
            second = workspace.sync_text(told, listener=listener)
        with progress_bar("working out what sessions produced") as told:
            outcomes = (listener.made if listener is not None else 0) + look_at_quiet(workspace, told)
        with progress_bar("working out answers about long sessions") as told:
            work_ahead(workspace, told)
    return _done(workspace, first, second, outcomes, time.perf_counter() - begun)


def _done(workspace: Workspace, first: FirstReport, second: SecondReport, outcomes: int, seconds: float) -> Done:
    (sessions,) = workspace.db.execute("SELECT count(*) FROM session WHERE content").fetchone()
    (unread,) = workspace.db.execute("SELECT count(*) FROM unread").fetchone()
    return Done(
        files=first.files,
        files_read=first.read,
        bytes_read=first.bytes,
        files_gone=first.gone,
        seconds=round(seconds, 3),
        sessions=sessions,
        events=second.events,
        text_bytes=second.bytes,
        archived_bytes=second.archived,
        outcomes=outcomes,
        due_bytes=workspace.due,
        unread_lines=unread,
        kept=not workspace.db.in_memory,
        problems=(*first.problems, *second.problems),
    )


def blocks(done: Done) -> Iterator[AnyBlock]:
    """What was done, as people read it."""
    yield Fields(items=tuple(_fields(done)))
    if done.problems:
        yield Table(
            title="Could not be read",
            columns=(Column(title="log", stretch=True), Column(title="why", stretch=True)),
            rows=tuple((cell(one.path), cell(one.reason, "bad")) for one in done.problems),
        )
    if not done.kept:
        yield Note(text="nothing of this was kept: the home cannot be written", hint="see `agent-trace doctor`")
    elif done.due_bytes:
        yield Prose(text=f"{size(done.due_bytes)} of logs are not yet searchable", tone="dim")
    if done.unread_lines:
        lines = "line" if done.unread_lines == 1 else "lines"
        yield Prose(text=f"{count(done.unread_lines)} {lines} could not be understood: `agent-trace doctor` names them")


def _fields(done: Done) -> Iterator[Field]:
    yield field("logs", count(done.files), f"{count(done.files_read)} with something new")
    if done.files_gone:
        yield field("gone", count(done.files_gone), "what was read of them stays")
    yield field("read", size(done.bytes_read), f"in {duration(done.seconds)}")
    yield field("sessions", count(done.sessions), "sub-agents among them")
    if done.events or done.archived_bytes:
        yield field("events", count(done.events), f"of {size(done.text_bytes)} of logs")
        yield field("archived", size(done.archived_bytes), "compressed")
