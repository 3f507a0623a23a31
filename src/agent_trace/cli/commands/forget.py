"""Remove sessions and their sub-agents from everywhere: sums, full text, archive. What is forgotten stays forgotten.

SESSION is an id, the beginning of one, `latest` or the path of a log. With --before, every session whose last activity
lies before that day is meant: 2026-11-01, 90d, this-month; with --repo, every session of a repository. The agent's own log
is never touched, and the answer says where it still lies; as long as it does, agent-trace passes it over.

A fork's log holds a copy of the rows it began with. It is not touched either: the copy then counts as the fork's own,
unless the fork is forgotten too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
import msgspec

from agent_trace.app.choosing import choose
from agent_trace.app.forgetting import Doomed, Plan, before, forget, in_repository, plan
from agent_trace.app.moments import since
from agent_trace.app.workspace import Workspace
from agent_trace.cli.output import progress_bar
from agent_trace.cli.running import open_workspace
from agent_trace.cli.saying import say
from agent_trace.errors import UnreachableError, UsageError
from agent_trace.render.blocks import AnyBlock, Cell, Code, Column, Note, Prose, Table, cell
from agent_trace.render.numbers import count
from agent_trace.reports._sizes import size

SHOWN = 20
"""Logs that are named one by one."""

arguments = [
    click.Argument(["sessions"], nargs=-1, metavar="[SESSION]..."),
    click.Option(["--before"], help="Sessions that were last active before this day: 2026-11-01, 90d, this-month."),
    click.Option(["--repo"], help="Sessions that worked in this repository: a path, or the end of one."),
    click.Option(["--dry-run"], is_flag=True, help="Only say what would be forgotten."),
    click.Option(["--yes"], is_flag=True, help="Do not ask."),
    click.Option(["--timezone"], help="An IANA zone for --before."),
    click.Option(["--json"], is_flag=True, help="Print what was forgotten as JSON."),
]


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """What was forgotten, or would be."""

    dry_run: bool
    sessions: tuple[Doomed, ...]


def run(
    sessions: tuple[str, ...],
    before: str | None,
    repo: str | None,
    dry_run: bool,
    yes: bool,
    timezone: str | None,
    json: bool,
) -> None:
    """Choose, ask, forget, say."""
    if bool(sessions) == bool(before or repo):
        raise UsageError(
            "name sessions, or choose them by --before and --repo", hint="`agent-trace list` shows the sessions"
        )
    workspace = open_workspace({"timezone": timezone})
    try:
        what = workspace.mended(lambda: _chosen(workspace, sessions, before, repo))
        if what.sessions and not dry_run:
            _ask(what, yes=yes)
            workspace.mended(lambda: _forget(workspace, what))
        done = Forgotten(dry_run=dry_run, sessions=what.sessions)
        say(done, lambda: blocks(done, workspace), json=json)
    finally:
        workspace.close()


def _chosen(workspace: Workspace, sessions: tuple[str, ...], day: str | None, repo: str | None) -> Plan:
    with progress_bar("reading logs") as told:
        workspace.sync(told)
    if workspace.synced is None:
        raise UnreachableError("another agent-trace is still indexing", hint="try again when it is done")
    if sessions:
        rows = {row.id: row for row in (choose(workspace, text) for text in sessions)}
        return plan(workspace, list(rows.values()))
    facts = workspace.facts
    moment = facts.now if day is None else since(day, facts.now, facts.zone, facts.start_of_week)
    if repo is not None:
        return plan(workspace, in_repository(workspace, repo, None if day is None else moment))
    return plan(workspace, before(workspace, moment))


def _ask(what: Plan, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to be asked", hint="add --yes, or --dry-run to see what would go")
    number = len(what.sessions)
    for one in what.sessions[:SHOWN]:
        click.echo(f"  {one.id}  {one.title or ''}"[:100], err=True)
    click.confirm(f"Forget {_sessions(number)} for good?", abort=True, err=True)


def _forget(workspace: Workspace, what: Plan) -> None:
    forget(workspace, what)
    workspace.sync()
    workspace.sync_text()


def blocks(done: Forgotten, workspace: Workspace) -> Iterator[AnyBlock]:
    """What was forgotten, as people read it."""
    if not done.sessions:
        yield Prose(text="no session is meant by this: nothing was forgotten")
        return
    title = f"{_sessions(len(done.sessions))} {'would be forgotten' if done.dry_run else 'forgotten'}"
    yield Table(columns=_COLUMNS, rows=tuple(_row(one, workspace) for one in done.sessions), title=title)
    logs = [path for one in done.sessions for path in one.logs]
    if logs:
        one_log = "its log is still where the agent left it; agent-trace does not read it again:"
        all_logs = f"{count(len(logs))} logs are still where the agent left them; agent-trace does not read them again:"
        yield Note(text=one_log if len(logs) == 1 else all_logs, hint="delete them there if they must go too")
        more = [f"… and {count(len(logs) - SHOWN)} more: --json lists them all"] if len(logs) > SHOWN else []
        yield Code(text="\n".join([*logs[:SHOWN], *more]))
    meant = {one.id for one in done.sessions}
    copies = sorted({key for one in done.sessions for key in one.copies} - meant)
    if copies:
        yield Note(text="forks hold a copy of what was forgotten, as their own beginning: " + ", ".join(copies))


_COLUMNS = (
    Column(title="session"),
    Column(title="last active", weight=2),
    Column(title="title", stretch=True),
    Column(title="sub-agents", align="right", weight=4),
    Column(title="archived", align="right", weight=3),
)


def _row(one: Doomed, workspace: Workspace) -> tuple[Cell, ...]:
    when = "?" if one.ended is None else f"{one.ended.astimezone(workspace.facts.zone):%Y-%m-%d %H:%M}"
    subagents = count(one.subagents) if one.subagents else ""
    return (cell(one.id), cell(when), cell(one.title or "(no title)"), cell(subagents), cell(size(one.archived_bytes)))


def _sessions(number: int) -> str:
    return "1 session" if number == 1 else f"{count(number)} sessions"
