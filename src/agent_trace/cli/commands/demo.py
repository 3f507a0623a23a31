"""Run any command over a few recorded sessions that come with agent-trace: `demo`, `demo list`, `demo search tests`.

The sessions are genuine: Claude Code 2.1.197 and 2.1.329 made them against a scripted model, in a small repository
with failing tests. They lie in a home of their own, a temporary folder that is removed at the end or the one that
--home names; your sessions, your index and your configuration are neither read nor changed. The clock stands still at
the end of the recordings, so that `today` is the day on which they were made and every demo shows the same.

Without a command it shows the overview. Everything after the command's name belongs to that command.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from agent_trace import registry
from agent_trace.errors import UnreachableError, UsageError
from agent_trace.sync.homes import candidates

if TYPE_CHECKING:
    from click.parser import _OptionParser

    from agent_trace.model.agent import Agent

NOW = "2026-11-21T05:45:00Z"
"""A quarter of an hour after the last recorded event, and the same local day as all of them in every zone."""
MARK = "demo"
"""A file by which a home is known to be the demo's own."""


class Words(click.Argument):
    """A command with its own flags: what follows its name is left as it was typed."""

    def add_to_parser(self, parser: _OptionParser, ctx: click.Context) -> None:
        parser.allow_interspersed_args = False
        parser.ignore_unknown_options = True
        super().add_to_parser(parser, ctx)


arguments = [
    Words(["words"], nargs=-1, type=click.UNPROCESSED, metavar="[COMMAND]..."),
    click.Option(["--home"], type=click.Path(file_okay=False), help="Keep the demo's home in this folder."),
]


def run(words: Sequence[str], home: str | None) -> Any:
    """Lay out the home, turn the environment to it, run the command there."""
    from agent_trace.cli.forms import canonical
    from agent_trace.cli.main import OVERVIEW, program

    meant = list(words) if words and not words[0].startswith("-") else [OVERVIEW, *words]
    with _folder(home) as folder:
        plant(folder)
        with turned_to(folder):
            return program.main(canonical(meant), prog_name="agent-trace demo", standalone_mode=False)


@contextmanager
def _folder(home: str | None) -> Iterator[str]:
    if home is not None:
        yield os.path.abspath(home)
        return
    with TemporaryDirectory(prefix="agent-trace-demo-", ignore_cleanup_errors=True) as folder:
        yield folder


def recordings() -> dict[str, list[str]]:
    """The agents of which sessions are shipped, and the folders of their runs: what lies in one belongs into a home."""
    package = os.path.dirname(os.path.abspath(sys.modules["agent_trace"].__file__ or ""))
    folder = os.path.join(package, "demo")
    return {
        name: [os.path.join(folder, name, run) for run in sorted(os.listdir(os.path.join(folder, name)))]
        for name in sorted(os.listdir(folder))
    }


def plant(folder: str) -> None:
    """Put the recorded sessions where their agents keep them. UsageError for a folder with anything of another's."""
    mark = os.path.join(folder, ".agent-trace", MARK)
    try:
        if os.path.exists(mark):
            return
        if os.path.isdir(folder) and os.listdir(folder):
            raise UsageError(f"{folder} is not empty and no home of the demo", hint="name a new folder")
        for name, runs in recordings().items():
            home = _home_of(registry.load("agents", name).AGENT, folder)
            for number, recorded in enumerate(runs, start=1):
                _copy(recorded, home, number)
        os.makedirs(os.path.dirname(mark), mode=0o700)
        with open(mark, "w", encoding="utf-8") as file:
            file.write("made by `agent-trace demo`\n")
    except OSError as error:
        raise UnreachableError(f"the demo's home {folder} cannot be made: {error.strerror}") from error


def _copy(recorded: str, home: str, number: int) -> None:
    """One run as it was recorded; only the scripted model's ids get the run's number, because it counted anew in each.

    Two calls of one id are one call wherever they stand, so runs with the same ids would swallow each other.
    """
    for folder, _, names in os.walk(recorded):
        target = os.path.normpath(os.path.join(home, os.path.relpath(folder, recorded)))
        os.makedirs(target, mode=0o700, exist_ok=True)
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                data = file.read()
            with open(os.path.join(target, name), "wb") as file:
                file.write(data.replace(b"Demo00", b"Demo%02d" % number))


def _home_of(agent: Agent, folder: str) -> str:
    """Where the agent keeps its data on this system under that home."""
    return next(path for _, path in candidates(agent, {"HOME": folder, "USERPROFILE": folder}))


@contextmanager
def turned_to(folder: str) -> Iterator[None]:
    """The environment of the demo: its home, its clock, and nothing that leads elsewhere."""
    before = dict(os.environ)
    agents = [module.AGENT for module in registry.members("agents").values()]
    foreign = {"SQLITE_DB_PATH", "AGENT_TRACE_ARCHIVE"}
    foreign |= {home.variable for agent in agents for home in agent.homes} | {
        agent.session_variable for agent in agents
    }
    for name in foreign & set(os.environ):
        del os.environ[name]
    os.environ.update(
        HOME=folder, USERPROFILE=folder, AGENT_TRACE_HOME=os.path.join(folder, ".agent-trace"), AGENT_TRACE_NOW=NOW
    )
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
