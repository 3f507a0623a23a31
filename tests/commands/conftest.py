"""A terminal for the tests of commands."""

from __future__ import annotations

import os.path

import pytest

from agent_trace.app import choosing, fates
from tests.commands.terminal import Terminal


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Runs the program and reads what it wrote."""
    return Terminal(capsys, monkeypatch)


@pytest.fixture(autouse=True)
def _no_folder_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recorded sessions worked in /home/dev: whatever lies there on this machine is not what they saw."""
    is_folder = os.path.isdir

    def found(path: str) -> str | None:
        return None if path.startswith("/home/dev") else choosing.git_root(path)

    monkeypatch.setattr(fates, "git_root", found)
    monkeypatch.setattr("os.path.isdir", lambda path: not str(path).startswith("/home/dev") and is_folder(path))
