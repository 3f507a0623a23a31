"""A terminal for the tests of commands."""

from __future__ import annotations

import pytest

from agent_trace.app import choosing, fates
from tests.commands.terminal import Terminal


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Runs the program and reads what it wrote."""
    return Terminal(capsys, monkeypatch)


@pytest.fixture(autouse=True)
def _no_repository_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recorded sessions worked in /home/dev: whatever lies there on this machine is not what they saw."""

    def found(path: str) -> str | None:
        return None if path.startswith("/home/dev") else choosing.git_root(path)

    monkeypatch.setattr(fates, "git_root", found)
