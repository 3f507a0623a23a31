"""Runs a report for the command line: flags → request, result → the form that was asked for."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click

from agent_trace.app.asked import FLEET, LIMITED, SORTS, agents, options, selection
from agent_trace.app.scopes import Request, run_report, scope_of
from agent_trace.app.workspace import Workspace
from agent_trace.cli.options import agent_names, option_parameters, output_parameters, selection_parameters
from agent_trace.cli.output import Output, progress_bar
from agent_trace.config import Config, load_config
from agent_trace.sync.collector import seldom

if TYPE_CHECKING:
    from agent_trace.app.leaving import Door
    from agent_trace.privacy.rules import Rule

LISTED = 30
"""Rows of a list on a terminal, unless --limit says otherwise."""


def report_parameters(report: ModuleType) -> list[click.Parameter]:
    """The positional argument, the report's own flags, the selection, the output."""
    argument = getattr(report, "ARGUMENT", "")
    found: list[click.Parameter] = []
    if report.SCOPE == "session":
        found.append(click.Argument(["session"], required=False, default="latest"))
        found += [click.Argument([argument], required=False, default=None)] if argument else []
    elif report.SCOPE == "pair":
        found.append(click.Argument(["session"], required=False, default="latest~1"))
        found.append(click.Argument(["other"], required=False, default="latest"))
    elif report.SCOPE == "hits":
        found.append(click.Argument(["text"], nargs=-1, required=True))
    elif argument:
        complete = agent_names if report.SCOPE == "agents" else None
        found.append(click.Argument([argument], required=False, default=None, shell_complete=complete))
    found += option_parameters(report.Options, without=argument)
    if report.SCOPE in FLEET:
        found += selection_parameters()
    if report.SCOPE in LIMITED:
        found.append(click.Option(["--limit"], type=click.IntRange(min=0), help="How many rows; 0: all."))
    if report.SCOPE == "summaries":
        found.append(
            click.Option(["--order"], type=click.Choice(["asc", "desc"]), help="desc: the newest or largest first.")
        )
        found.append(
            click.Option(
                ["--sort"],
                type=click.Choice(SORTS),
                default="date",
                show_default=True,
                help="Order of the sessions.",
            )
        )
    return [*found, *output_parameters()]


def run_report_command(report: ModuleType, values: dict[str, Any]) -> None:
    """Open, sync, compute, print."""
    _shift(report, values)
    output = Output.chosen(values)
    workspace = open_workspace(values)
    try:
        output.door = door_of(values, workspace.config, leaves=output.leaves)
        asked = options(report, values)
        agents(values, workspace)
        if output.form == "html" and hasattr(report, "is_whole") and report.is_whole(asked):
            write_page(workspace, asked, values, output)
            return
        try:
            result = _compute(workspace, report, asked, values, output)
        except sqlite3.DatabaseError as error:
            workspace.recover(error)
            result = _compute(workspace, report, asked, values, output)
        if result is None or isinstance(result, RawLines):
            write_raw(result)
            output.tell()
        else:
            output.write(report, result, asked, workspace.facts)
    finally:
        workspace.close()


def _compute(workspace: Workspace, report: ModuleType, options: Any, values: dict[str, Any], output: Output) -> Any:
    if not values["no_sync"] or workspace.db.in_memory:
        with progress_bar("reading logs") as told:
            workspace.sync(told)
        if report.SCOPE == "hits":
            with progress_bar("indexing text") as told:
                workspace.sync_text(told)
    if output.leaves:  # who a session tells of is known by now
        output.door = _leaving(workspace, values)
    request = _request(report, values, workspace, output)
    request.as_is = values["no_sync"] and not workspace.db.in_memory
    if getattr(options, "live", False):
        from agent_trace.cli.replaying import play

        play(workspace, report, options, request, output)
        return None
    lines = raw_lines(workspace, report, options, request)
    if lines is not None:
        return RawLines(lines)
    with progress_bar("working out what sessions produced") as request.told, seldom():
        return run_report(workspace, report, options, request)


def _leaving(workspace: Workspace, values: dict[str, Any]) -> Door | None:
    """What a page for others passes through: it tells as little of persons as a shared file does."""
    from agent_trace.app.sharing import persons_told

    names = (values[one] for one in ("session", "other") if values.get(one))
    more = () if values.get("redact") is False else persons_told(workspace, names)
    return door_of(values, workspace.config, leaves=True, more=more)


def write_page(workspace: Workspace, options: Any, values: dict[str, Any], output: Output) -> None:
    """A session as the file that `share` writes."""
    from agent_trace.app.leaving import Door
    from agent_trace.app.sharing import persons, shared_page

    if not values["no_sync"] or workspace.db.in_memory:
        with progress_bar("reading logs") as told:
            workspace.sync(told)
    more = () if values.get("redact") is False else persons(workspace, values["session"])
    output.door = door_of(values, workspace.config, leaves=True, shares=True, more=more)
    with progress_bar("reading the session") as told, seldom():
        door = output.door or Door(stored=workspace.config.tier)
        _, pieces = shared_page(workspace, values["session"], door, full=options.full, told=told)
    output.put_pieces(pieces)
    output.tell()


class RawLines:
    """Lines of a log as they are, instead of a report."""

    def __init__(self, lines: list[bytes]) -> None:
        self.lines = lines


def raw_lines(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> list[bytes] | None:
    """The original lines, where a report has them and they were asked for."""
    raw = getattr(report, "raw", None)
    if raw is None or not getattr(options, "raw", False):
        return None
    found: list[bytes] | None = raw(scope_of(workspace, report, options, request), options)
    return found


def write_raw(raw: RawLines | None) -> None:
    """Byte for byte, a line a record; nothing where it was played already."""
    sys.stdout.flush()
    for line in raw.lines if raw is not None else ():
        sys.stdout.buffer.write(line + b"\n")


def door_of(
    values: dict[str, Any], config: Config, *, leaves: bool, shares: bool = False, more: Sequence[Rule] = ()
) -> Door | None:
    """What the answer passes through by the flags; None: it stays here whole.

    `shares`: a conversation is handed over as such · `more`: rules for who gives it away.
    """
    asked = {
        "tier": values.get("tier") or (config.sharing_tier if shares else None),
        "redact": values.get("redact"),
        "mask": values.get("mask", False),
        "patterns": values.get("redact_pattern", ()),
    }
    if not leaves and not any(asked.values()):
        return None
    from agent_trace.app.leaving import door

    found = door(config, leaves=leaves, more=more, **asked)
    return None if found.is_open else found


def _shift(report: ModuleType, values: dict[str, Any]) -> None:
    """One word before what a report asks for is that, of the latest session: `why 41`."""
    argument = getattr(report, "ARGUMENT", "")
    if report.SCOPE == "session" and argument and values.get(argument) is None and values.get("session") != "latest":
        values[argument], values["session"] = values["session"], "latest"


def open_workspace(values: dict[str, Any]) -> Workspace:
    """The workspace with the flags that all commands share."""
    config = load_config(
        timezone=values.get("timezone"), start_of_week=values.get("start_of_week"), cost=values.get("cost")
    )
    return Workspace(config, say=lambda text: click.echo(f"agent-trace: {text}", err=True))


def _request(report: ModuleType, values: dict[str, Any], workspace: Workspace, output: Output) -> Request:
    request = Request(session=values.get("session") or "latest", order=values.get("sort") or "date", door=output.door)
    if report.SCOPE == "pair":
        request.other = values["other"]
    if report.SCOPE in FLEET:
        request.selection = selection(values, workspace)
        request.limit = values.get("limit")
    if report.SCOPE == "summaries":
        request.ascending = values.get("order") == "asc"
        request.limit = LISTED if request.limit is None and output.is_text else request.limit
    if report.SCOPE == "hits":
        request.query = " ".join(values["text"])
    return request
