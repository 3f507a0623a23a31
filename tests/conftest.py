"""What holds for every test: a home of its own, a fixed terminal and clock zone, and no way out but loopback."""

from __future__ import annotations

import gc
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.dealing import Hand, dealt

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

FOREIGN = (
    "AGENT_TRACE_",
    "AIDER_",
    "AMP_",
    "APPDATA",
    "CLAUDE",
    "CLICOLOR",
    "CLINE_",
    "CODEX_",
    "COLORTERM",
    "COPILOT_",
    "COVERAGE_RCFILE",
    "CURSOR_",
    "FORCE_COLOR",
    "GEMINI_",
    "GOOSE_",
    "KODO_",
    "LOCALAPPDATA",
    "NO_COLOR",
    "OPENCODE",
    "PI_",
    "PWD",
    "QWEN_",
    "SQLITE_DB_PATH",
    "WINDSURF_",
    "XDG_",
)
"""How the variables begin that change where agent-trace or an agent looks, or how output is drawn."""

TESTS = Path(__file__).parent
SAME = frozenset({"house", "properties"})
"""Folders of tests that say the same on every interpreter: they read sources, or make up inputs."""
DIFFERENT = frozenset({"test_isolation.py", "test_startup.py"})
"""Tests in them that do not."""

LOOPBACK = ("127.", "::1", "localhost")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How interpreters share the cases of a test among them."""
    parser.addoption(
        "--hand", type=Hand.read, metavar="K/N", help="of functions of many cases only every Nth, from K on"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What says the same on every interpreter belongs to the whole run alone; then the cases are dealt out."""
    for item in items:
        if item.path.relative_to(TESTS).parts[0] in SAME and item.path.name not in DIFFERENT:
            item.add_marker(pytest.mark.full)
    hand = config.getoption("--hand")
    if hand is None:
        return
    kept = dealt([item.nodeid for item in items], hand)
    config.hook.pytest_deselected(items=[item for item, held in zip(items, kept, strict=True) if not held])
    items[:] = [item for item, held in zip(items, kept, strict=True) if held]


def pytest_collection_finish() -> None:
    """Modules and tests, a million objects, stay to the end: nobody looks for garbage among them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty HOME for this test alone, with nothing in the environment that leads out of it."""
    for name in os.environ:
        if name.startswith(FOREIGN):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    with tempfile.TemporaryDirectory(prefix="home-", ignore_cleanup_errors=True) as directory:
        monkeypatch.setenv("HOME", directory)
        monkeypatch.setenv("USERPROFILE", directory)
        yield Path(directory)


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that connects to another machine; what it would have caught as an error cannot hide that."""

    def guarded(connect: Callable[..., object]) -> Callable[..., object]:
        def only_loopback(self: socket.socket, address: object) -> object:
            inet = self.family in {socket.AF_INET, socket.AF_INET6}
            if inet and isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
                pytest.fail(f"a test connected to {address[0]}")
            return connect(self, address)

        return only_loopback

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
