"""A home with recorded sessions, indexed; an app over it, asked as a page of this machine asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from agent_trace.config import load_config
from agent_trace.web.app import create_app
from agent_trace.web.asking import Asking
from agent_trace.web.live import Live
from tests.web.lent import Lent

ADDRESS = "http://127.0.0.1:3100"
WRITE = {"X-Agent-Trace": "1", "Origin": ADDRESS}
"""What a write of our own pages brings."""


@pytest.fixture(scope="session")
def lent(tmp_path_factory: pytest.TempPathFactory) -> Lent:
    """The home of those tests that find recorded sessions in theirs."""
    return Lent(tmp_path_factory.mktemp("lent"))


@pytest.fixture
def home(home: Path, lent: Lent, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """HOME of this test: an empty one, or the one with the recorded sessions."""
    if "recorded" not in request.fixturenames:
        yield home
        return
    with lent.out() as found:
        monkeypatch.setenv("HOME", str(found))
        monkeypatch.setenv("USERPROFILE", str(found))
        yield found


@pytest.fixture
def recorded(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the demo's sessions; the clock stands still shortly after them."""
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-21T05:45:00Z")
    return home


@pytest.fixture
def asking(recorded: Path, lent: Lent) -> Iterator[Asking]:
    """The workspaces of a server over that home, indexed and worked out."""
    lent.read()
    found = Asking(load_config())
    yield found
    found.close()


@pytest.fixture
def live(asking: Asking) -> Live:
    """Who would keep up; it does not."""
    return Live(asking)


@pytest.fixture
def client(asking: Asking, live: Live) -> Iterator[TestClient]:
    """A page of this machine."""
    with TestClient(create_app(asking, live=live), base_url=ADDRESS) as found:
        yield found
