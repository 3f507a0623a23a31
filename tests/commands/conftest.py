"""A terminal for the tests of commands."""

from __future__ import annotations

import pytest

from tests.commands.terminal import Terminal


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Runs the program and reads what it wrote."""
    return Terminal(capsys, monkeypatch)
