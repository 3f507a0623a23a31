"""Writes docs/cli.md from the code: every command, its arguments, options and help text, in one page.

python -m tools.cli_reference            writes the page
python -m tools.cli_reference --check    says whether it is fresh (exit code 1 when not)
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

PAGE = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
PROGRAM = "agent-trace"
INTRODUCTION = """# Command line reference

Generated from the code by `make docs`. `agent-trace COMMAND --help` says the same in the terminal."""


def reference(root: click.Command) -> str:
    """The whole page for a command tree: the same for the same code, whatever the terminal or the machine."""
    sections = [INTRODUCTION, *sections_of(root, click.Context(root, info_name=PROGRAM, terminal_width=100))]
    return "\n\n".join(sections).rstrip() + "\n"


def sections_of(command: click.Command, context: click.Context) -> Iterator[str]:
    """The section of a command, then those of its commands in alphabetical order; hidden ones are left out."""
    yield section(command, context)
    if not isinstance(command, click.Group):
        return
    for name in sorted(command.list_commands(context)):
        below = command.get_command(context, name)
        if below is not None and not below.hidden:
            yield from sections_of(below, click.Context(below, info_name=name, parent=context, terminal_width=100))


def section(command: click.Command, context: click.Context) -> str:
    """Heading, usage, help text and the table of options."""
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    parts = [f"## {context.command_path}", f"```\n{usage}\n```", prose(command.help or ""), options(command, context)]
    return "\n\n".join(part for part in parts if part)


def prose(text: str) -> str:
    """A help text as Markdown: paragraphs that click leaves as they are (they begin with a backspace) become code."""
    paragraphs = inspect.cleandoc(text.partition("\f")[0]).split("\n\n")
    return "\n\n".join(
        f"```\n{paragraph.removeprefix(chr(8)).strip(chr(10))}\n```" if paragraph.startswith("\b") else paragraph
        for paragraph in paragraphs
        if paragraph.strip()
    )


def options(command: click.Command, context: click.Context) -> str:
    """A table of the options as click describes them, --help aside; empty where there are none."""
    records = [
        parameter.get_help_record(context)
        for parameter in command.get_params(context)
        if isinstance(parameter, click.Option) and "--help" not in parameter.opts and not parameter.hidden
    ]
    rows = [f"| `{plain(flags)}` | {plain(help_text)} |" for flags, help_text in filter(None, records)]
    return "\n".join(["| option | meaning |", "|---|---|", *rows]) if rows else ""


def plain(text: str) -> str:
    """A text that breaks no table: on one line, its bars escaped."""
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Write the page, or compare it."""
    from agent_trace.cli.main import program

    page = reference(program)
    if sys.argv[1:] == ["--check"]:
        fresh = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page
        sys.exit(0 if fresh else "docs/cli.md is not fresh: run `make docs`")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
