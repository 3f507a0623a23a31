"""Look for waste in a session, or in all that were selected with --all, and say no where there is too much.

Exit code 1 with --strict where anything is found, and with --config where a finding reaches one of the file's thresholds
(`[fail] usd = 0.5`, `tokens`, `seconds`); else 0. Rules that only inform never fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from agent_trace.app.asked import selection
from agent_trace.app.linting import Line, Linted, lint, settings
from agent_trace.app.scopes import Request
from agent_trace.cli.options import selection_parameters
from agent_trace.cli.output import progress_bar
from agent_trace.cli.running import open_workspace
from agent_trace.cli.saying import say
from agent_trace.errors import GateError
from agent_trace.render.blocks import AnyBlock, Cell, Column, Note, Table, cell
from agent_trace.render.numbers import dollars, duration
from agent_trace.reports._judged import Found
from agent_trace.reports._words import many, short_ids

arguments = [
    click.Argument(["session"], required=False, default="latest"),
    click.Option(["--all"], is_flag=True, help="All sessions that the flags below select, not one."),
    click.Option(["--strict"], is_flag=True, help="Fail where anything is found."),
    click.Option(["--config"], type=click.Path(dir_okay=False), help="A TOML file with rules, options and thresholds."),
    click.Option(["--format", "form"], type=click.Choice(["text", "json"]), default="text", help="How to print."),
    click.Option(["--json"], is_flag=True, help="Short for --format json."),
    click.Option(["--no-sync"], is_flag=True, help="Answer from the index as it is."),
    click.Option(["--limit"], type=click.IntRange(min=0), default=0, help="How many sessions; 0: all."),
    *selection_parameters(),
]


def run(**values: Any) -> int:
    """Look, print, and leave with 1 where a finding fails."""
    given = settings(values["config"])
    workspace = open_workspace({})
    try:
        if not values["no_sync"]:
            with progress_bar("reading logs") as told:
                workspace.sync(told)
        request = Request(session=values["session"], selection=selection(values, workspace), limit=values["limit"])
        with progress_bar("looking for waste") as request.told:
            done = workspace.mended(
                lambda: lint(workspace, request, given, every=values["all"], strict=values["strict"])
            )
    finally:
        workspace.close()
    say(done, lambda: blocks(done), json=values["json"] or values["form"] == "json")
    return 0 if done.passed else GateError.exit_code


_COLUMNS = (
    Column(title="session"),
    Column(title="rule"),
    Column(title="wasted", align="right"),
    Column(title="what", stretch=True),
    Column(title="gate"),
)


def blocks(done: Linted) -> Iterator[AnyBlock]:
    """The findings as a table, and what the gate says."""
    ids = short_ids(line.root for line in done.findings)
    if done.findings:
        yield Table(columns=_COLUMNS, rows=tuple(_cells(line, ids) for line in done.findings))
    looked = f"{many(len(done.findings), 'finding')} in {many(done.sessions, 'session')}"
    fails = sum(line.fails for line in done.findings)
    yield Note(text=f"{looked}, {fails} too many" if fails else looked, tone="bad" if fails else "good")
    if done.unread:
        yield Note(text=f"the logs of {many(len(done.unread), 'session')} are gone: they were not looked at")


def _cells(line: Line, ids: dict[str, str]) -> tuple[Cell, ...]:
    found = line.finding
    what = f"{found.summary}: {found.label}" if found.label else found.summary
    child = f"/{found.session.rpartition('/')[2][:13]}" if found.session != line.root else ""
    return (
        cell(f"{ids[line.root]}{child}#{found.events[0]}"),
        cell(found.rule),
        cell(_wasted(found)),
        cell(what),
        cell("fails" if line.fails else "passes", "bad" if line.fails else "plain"),
    )


def _wasted(found: Found) -> str:
    """Dollars before time; `?` where tokens were spent whose price nobody knows."""
    if found.usd is not None:
        return dollars(found.usd)
    if found.tokens:
        return "?"
    return duration(found.seconds) if found.seconds else "-"
