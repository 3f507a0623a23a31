"""Plays a session in the terminal with the pauses it had, and follows it while it still runs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from types import ModuleType
from typing import Any

import click
import msgspec

from agent_trace.app.scopes import Request, run_report
from agent_trace.app.workspace import Workspace
from agent_trace.cli.output import Output, screen_width, speaks_unicode, wants_color
from agent_trace.errors import UsageError
from agent_trace.render.blocks import AnyBlock, Entry, Timeline
from agent_trace.render.text import render_text

LONGEST_S = 3.0
"""No pause is longer."""
POLL_S = 0.5
"""How long is waited before the log is looked at again."""
LATER = Entry(number="999", when="+00.00s", mark="·", label="llm_response")
"""Room for what is still to come."""


def play(workspace: Workspace, report: ModuleType, options: Any, request: Request, output: Output) -> None:
    """Print what happened at the pace it had; where the session still runs, go on until it ends or is interrupted."""
    if not output.is_text or output.path is not None:
        raise UsageError("--live prints to the terminal", hint="leave out --format, --json and -o")
    played = report.live(run_report(workspace, report, options, request), options, workspace.facts)
    entries = [moment.entry for moment in played.moments]
    stage = Stage(widest([*entries, LATER] if played.goes_on else entries), options.speed)
    stage.show(played.head)
    click.echo()
    stage.play(played.moments)
    request = msgspec.structs.replace(request, session=played.session)
    if played.goes_on:
        click.echo("the session still runs: Ctrl-C ends the replay", err=True)
    while played.goes_on:
        time.sleep(POLL_S)
        if workspace.sync().read:
            played = report.live(run_report(workspace, report, options, request), options, workspace.facts)
            stage.play(played.moments, pauses=False)


class Stage:
    """The terminal, and what was shown on it."""

    def __init__(self, ruler: Entry, speed: Decimal) -> None:
        self.ruler, self.speed = ruler, float(speed)
        self.shown: set[str] = set()
        self.now: float | None = None

    def play(self, moments: Iterable[Any], *, pauses: bool = True) -> None:
        """Show the moments that were not shown before, each after the pause that was before it."""
        for moment in moments:
            if moment.id in self.shown:
                continue
            if pauses:
                time.sleep(self.pause(moment.at_s))
            self.shown.add(moment.id)
            self.now = moment.at_s if moment.at_s is not None else self.now
            lines = self.lines([Timeline(entries=(self.ruler, moment.entry))])
            next(lines)
            for line in lines:
                click.echo(line)

    def pause(self, at_s: float | None) -> float:
        """Seconds to wait before a moment."""
        if at_s is None or self.now is None:
            return 0.0
        return min(max(at_s - self.now, 0.0) / self.speed, LONGEST_S)

    def show(self, blocks: Iterable[AnyBlock]) -> None:
        for line in self.lines(blocks):
            click.echo(line)

    def lines(self, blocks: Iterable[AnyBlock]) -> Iterator[str]:
        return render_text(blocks, width=screen_width(), color=wants_color(), unicode=speaks_unicode())


def widest(entries: Sequence[Entry]) -> Entry:
    """An entry that none of these is wider than: drawn before each of them, it keeps their columns in line."""

    def longest(texts: Iterable[str]) -> str:
        return max(texts, key=len, default="")

    return Entry(
        number=longest(one.number for one in entries),
        when=longest(one.when for one in entries),
        mark=longest(one.mark for one in entries),
        label=longest(one.label for one in entries),
    )
