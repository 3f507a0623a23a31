"""`agent-trace`: finds the command that is meant, loads it alone, turns errors into exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import click

from agent_trace import __version__, registry
from agent_trace.cli.forms import canonical
from agent_trace.errors import AgentTraceError

OVERVIEW = "overview"
"""What bare `agent-trace` runs."""


def command_names() -> dict[str, tuple[str, str]]:
    """Every command as people type it → the room and the member behind it.

    A last underscore only keeps a file's name from being a keyword: `import_` is `import`.
    """
    return {
        name.rstrip("_").replace("_", "-"): (room, name)
        for room in ("reports", "cli.commands")
        for name in registry.names(room)
    }


class Program(click.Group):
    """The group of all commands; a command's module is imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(command_names())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = command_names().get(cmd_name)
        if found is None:
            return None
        room, name = found
        module = registry.load(room, name)
        return report_command(cmd_name, module) if room == "reports" else module_command(cmd_name, module)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = _near(args[0], command_names()) if args else ""
            raise click.UsageError(error.message + (f" Did you mean {near!r}?" if near else ""), ctx) from None


def _near(word: str, names: Sequence[str] | dict[str, Any]) -> str:
    import difflib

    return next(iter(difflib.get_close_matches(word, list(names), 1)), "")


def report_command(name: str, report: ModuleType) -> click.Command:
    """The command that prints a report."""
    from agent_trace.cli.running import report_parameters, run_report_command

    def run(**values: Any) -> None:
        run_report_command(report, values)

    return click.Command(name, callback=run, params=report_parameters(report), help=_help(report))


def module_command(name: str, module: ModuleType) -> click.Command:
    """A command from its file: `arguments` are click parameters, `run` takes them."""
    made: click.Command = click.Command(
        name,
        callback=module.run,
        params=list(module.arguments),
        help=_help(module),
        hidden=getattr(module, "HIDDEN", False),
    )
    return made


def _help(module: ModuleType) -> str:
    """A docstring as help: its paragraphs, the first line as the short form."""
    return (module.__doc__ or "").strip()


@click.command(cls=Program, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="agent-trace")
@click.option("--serve", is_flag=True, help="Without a command: serve the dashboard after the overview, anywhere.")
@click.pass_context
def program(ctx: click.Context, serve: bool) -> None:
    """The flight recorder for AI coding agents: what they did, what it cost, and why.

    Without a command it indexes every agent session found on this machine and shows an overview. On a terminal of a
    machine with a screen it then serves the dashboard and opens it.
    """
    if ctx.invoked_subcommand is None:
        overview = program.get_command(ctx, OVERVIEW)
        if overview is not None:
            ctx.invoke(overview, serve=serve or _has_screen())


def _has_screen() -> bool:
    """Whether the dashboard can be shown: asked only where nothing else is."""
    if not sys.stdout.isatty():
        return False
    from agent_trace.cli.commands.serve import has_screen

    return has_screen()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = program.main(canonical(given), prog_name="agent-trace", standalone_mode=False)
    except click.exceptions.Abort:
        code = 130
    except click.ClickException as error:
        _explain(error, given)
        code = error.exit_code
    except AgentTraceError as error:
        click.echo(f"agent-trace: {error}", err=True)
        if error.hint:
            click.echo(f"  {error.hint}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        _drop_output()
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def _explain(error: click.ClickException, given: Sequence[str]) -> None:
    """What was wrong; for a form of an earlier tool, what to do instead."""
    from agent_trace.cli.refused import refusal

    said = refusal(given) if isinstance(error, click.UsageError) else None
    if said is None:
        error.show()
    else:
        what = error.format_message().partition(" Did you mean ")[0]
        click.echo(f"agent-trace: {what}\n  {said}", err=True)


def _drop_output() -> None:
    """The reader of a pipe went away: nothing more is written, nothing is said."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
