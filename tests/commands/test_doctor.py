"""`doctor` where there is nothing yet."""

from __future__ import annotations

from pathlib import Path

from tests.commands.terminal import Terminal


def test_a_machine_without_any_log_is_told_what_to_do(home: Path, terminal: Terminal) -> None:
    ran = terminal.run("doctor")
    assert ran.code == 0
    assert "no log of any agent was found" in ran.out
    assert "run an agent first, or `agent-trace import PATH`" in ran.out
    assert list(home.glob(".claude")) == []
