"""One line for Claude Code's status line: model, cost of the session and of today, the open window, context, lines.

Claude Code starts it after every message and writes a JSON object to its standard input. In ~/.claude/settings.json:

\b
{"statusLine": {"type": "command", "command": "agent-trace statusline"}}

The session's cost is agent-trace's own, sub-agents and unlogged calls included; Claude's own figure, marked
`(recorded)`, stands where ours is not known yet or with `--cost recorded`. `5h` is the open five-hour window in which
subscriptions are limited. The context turns to `(high)` and `(nearly full)` at the two thresholds. Colours are used
unless NO_COLOR is set.

Logs that grew are read first. It never takes long and never fails: where the index cannot be brought up to date in
two seconds, or not at all, a shorter line says what Claude Code itself told, and the exit code is 0.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from agent_trace.cli.commands._statusline import Glance, Told, Window, drawn, understood
from agent_trace.errors import AgentTraceError, AmbiguousSessionError, NotFoundError
from agent_trace.render.screen import Screen

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace
    from agent_trace.model.ledger import LedgerRow
    from agent_trace.model.usage import Amounts
    from agent_trace.reports._scopes import UsageScope

DEADLINE_S = 2.0
RECENT = timedelta(days=3)
"""How far back the start of the open window is looked for first."""
WIDEST = 240

arguments = [
    click.Option(
        ["--warn-at"],
        type=click.IntRange(0, 100),
        default=70,
        show_default=True,
        help="Percent of context that is high.",
    ),
    click.Option(
        ["--alert-at"], type=click.IntRange(0, 100), default=90, show_default=True, help="Percent that is nearly full."
    ),
    click.Option(
        ["--cost"],
        type=click.Choice(["priced", "recorded", "best"]),
        help="Dollars by the price book, as the agents recorded them, or recorded where no price is known.",
    ),
    click.Option(["--timezone"], help="An IANA zone: where a day begins."),
]


def run(warn_at: int, alert_at: int, **values: Any) -> None:
    """Print the line, whatever happens."""
    line = Line(warn_at, alert_at)
    watch = threading.Timer(DEADLINE_S, line.give_up)
    watch.daemon = True
    watch.start()
    try:
        line.told = understood(standard_input())
        line.glance = glance(line.told, values, line.hear)
    except AgentTraceError as error:
        line.hear(str(error))
    except Exception:  # a line that fails is shown to nobody, and its traceback neither
        line.hear("no index, see agent-trace doctor")
    with line.printing:
        line.printed = True
        watch.cancel()
        click.echo(line.text(), color=True)


class Line:
    """The line as far as it is known: the watch prints it from another thread when time is up."""

    def __init__(self, warn_at: int, alert_at: int) -> None:
        self.told, self.glance = Told(), Glance()
        self.note = ""
        self.warn_at, self.alert_at = warn_at, alert_at
        self.printing = threading.Lock()
        self.printed = False

    def hear(self, text: str) -> None:
        """Remember what the program has to say, in its first words."""
        self.note = self.note or text.partition(": ")[0].partition(" (")[0]

    def text(self) -> str:
        """The line as it stands."""
        return drawn(self.told, self.glance, self.note, self.warn_at, self.alert_at, _screen())

    def give_up(self) -> None:
        """The index stays as it was committed last: it bears being killed at any moment."""
        with self.printing:
            if self.printed:
                return
            self.hear("still indexing, see agent-trace sync")
            try:
                os.write(1, (self.text() + "\n").encode())
            finally:
                os._exit(0)


def _screen() -> Screen:
    """Claude Code reads a pipe and shows colours."""
    from agent_trace.cli.output import speaks_unicode

    color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Screen(width=WIDEST, color=color, unicode=speaks_unicode())


def standard_input() -> bytes:
    """All that was piped in; nothing where a person sits."""
    return b"" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.buffer.read()


# ---------------------------------------------------------------- what the index knows


def group(_options: object) -> tuple[str, ...]:
    """How the ledger is asked: by agent and quarter-hour."""
    return ("side", "agent", "quarter")


def glance(heard: Told, values: dict[str, Any], say: Callable[[str], None]) -> Glance:
    """Bring the index up to date, unless another process is at it, and look up the figures."""
    from agent_trace.app.workspace import Workspace
    from agent_trace.config import load_config

    workspace = Workspace(load_config(timezone=values.get("timezone"), cost=values.get("cost")), say=say)
    try:
        if workspace.db.in_memory:
            return Glance()  # nothing could be kept, and all logs would be read for every line
        workspace.sync(wait_s=0.0)
        return _looked_up(workspace, heard)
    finally:
        workspace.close()


def _looked_up(workspace: Workspace, heard: Told) -> Glance:
    from agent_trace.app.choosing import choose
    from agent_trace.app.summaries import summaries

    facts = workspace.facts
    known = None
    if heard.session:
        try:
            row = choose(workspace, heard.session)
            known = summaries(workspace, [row])[0][0] if row.key == heard.session else None
        except (NotFoundError, AmbiguousSessionError):
            known = None
    recent = _recent(workspace)
    return Glance(
        session=known.total if known else None,
        lines=(known.lines_added or 0, known.lines_removed or 0) if known else None,
        today=_today(workspace, recent),
        window=_window(workspace, recent, (known.agent,) if known else showing(workspace)),
        window_size=workspace.book.window(heard.model, facts.now) if heard.model else None,
        now=facts.now,
        recorded=facts.cost == "recorded",
    )


def _midnight(workspace: Workspace) -> datetime:
    from agent_trace.app.moments import since

    facts = workspace.facts
    return since("today", facts.now, facts.zone, facts.start_of_week)


def _asked(workspace: Workspace, selection: Any) -> tuple[LedgerRow, ...]:
    from agent_trace.app.scopes import Request, usage_scope

    scope: UsageScope = usage_scope(workspace, sys.modules[__name__], None, Request(selection=selection))
    return scope.rows


def _recent(workspace: Workspace) -> tuple[LedgerRow, ...]:
    from agent_trace.model.selection import Selection

    return _asked(workspace, Selection(since=min(_midnight(workspace), workspace.now - RECENT)))


def _today(workspace: Workspace, rows: Sequence[LedgerRow]) -> Amounts:
    from agent_trace.analysis.calendar import EPOCH, QUARTER
    from agent_trace.pricing.amounts import amounts

    first = (_midnight(workspace) - EPOCH) // QUARTER
    return amounts([row for row in rows if int(row.key[2]) >= first], workspace.book, workspace.facts.cost)


def showing(workspace: Workspace) -> tuple[str, ...]:
    """Who may have started this, while its session is not indexed: the agents that show such a line."""
    return tuple(name for name, member in workspace.members.items() if member.agent.statusline)


def _window(workspace: Workspace, recent: Sequence[LedgerRow], agents: Sequence[str]) -> Window | None:
    """The five-hour window of one of these agents that the present lies in, as `cost --by window` has it."""
    found = (_window_of(workspace, recent, agent) for agent in agents)
    return next((window for window in found if window is not None), None)


def _window_of(workspace: Workspace, recent: Sequence[LedgerRow], agent: str) -> Window | None:
    from agent_trace.analysis.windows import LENGTH, windows
    from agent_trace.model.selection import Selection
    from agent_trace.pricing.amounts import amounts

    rows = [row for row in recent if row.key[1] == agent and not row.unlogged]
    quarters = chained(int(row.key[2]) for row in rows)
    if quarters is None:
        rows = [
            row for row in _asked(workspace, Selection(agents=(agent,))) if not row.unlogged and int(row.key[2]) >= 0
        ]
        quarters = sorted({int(row.key[2]) for row in rows})
    starts = windows(quarters)
    start = starts[quarters[-1]] if quarters else None
    if start is None or not start <= workspace.now < start + LENGTH:
        return None
    inside = [row for row in rows if starts.get(int(row.key[2])) == start]
    return Window(end=start + LENGTH, amounts=amounts(inside, workspace.book, workspace.facts.cost))


def chained(quarters: Iterable[int]) -> list[int] | None:
    """The quarter-hours from the last one that surely began a window: five hours after the one before it, or more.

    None where there is no such pause, and only the whole history tells; an empty list where nothing was heard.
    """
    known = sorted(set(quarters))
    for place in range(len(known) - 1, 0, -1):
        if known[place] - known[place - 1] >= PAUSE:
            return known[place:]
    return None if known else []


PAUSE = 20
"""Five hours in quarter-hours: no window reaches over it."""
