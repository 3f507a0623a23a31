"""docs/cli.md is what the code says, and holds every command; both checks can fail."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from agent_trace.cli.main import command_names, program
from tests.house.source import ROOT
from tools import cli_reference


def test_the_page_is_fresh() -> None:
    assert (ROOT / "docs/cli.md").read_text(encoding="utf-8") == cli_reference.reference(program)


@pytest.mark.parametrize("name", sorted(command_names()))
def test_every_report_and_command_has_a_section(name: str) -> None:
    command = program.get_command(click.Context(program), name)
    assert command is not None
    heading = f"## agent-trace {name}\n"
    assert (heading in (ROOT / "docs/cli.md").read_text(encoding="utf-8")) is not command.hidden


def small_program() -> click.Group:
    """A program of two commands, one of them hidden."""
    rates = click.Option(
        ["--by"], type=click.Choice(["day", "week"]), default="day", show_default=True, help="The key."
    )
    hidden = click.Command("secret", help="Not for people.", hidden=True)
    text = "What it cost.\n\n\b\none\ntwo\n\f\nNot shown."
    return click.Group("agent-trace", help="All.", commands=[click.Command("cost", help=text, params=[rates]), hidden])


def test_a_command_is_described_whole() -> None:
    page = cli_reference.reference(small_program())
    assert page.partition("## agent-trace cost\n")[2] == (
        "\n```\nagent-trace cost [OPTIONS]\n```\n\nWhat it cost.\n\n```\none\ntwo\n```\n\n"
        "| option | meaning |\n|---|---|\n| `--by [day\\|week]` | The key. [default: day] |\n"
    )
    assert "secret" not in page


def test_a_stale_page_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_reference, "PAGE", tmp_path / "docs/cli.md")
    monkeypatch.setattr("sys.argv", ["cli_reference"])
    cli_reference.main()
    monkeypatch.setattr("sys.argv", ["cli_reference", "--check"])
    with pytest.raises(SystemExit) as fresh:
        cli_reference.main()
    (tmp_path / "docs/cli.md").write_text("old")
    with pytest.raises(SystemExit) as stale:
        cli_reference.main()
    assert (fresh.value.code, stale.value.code) == (0, "docs/cli.md is not fresh: run `make docs`")
