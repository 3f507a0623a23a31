"""What conftest.py promises to every test."""

from __future__ import annotations

import gc
import os
import socket
import time
from pathlib import Path

import pytest


def test_home_is_an_empty_directory_of_this_test(home: Path) -> None:
    assert Path.home() == home
    assert list(home.iterdir()) == []


def test_terminal_and_zone_are_fixed() -> None:
    assert (os.environ["COLUMNS"], time.strftime("%Z"), "NO_COLOR" in os.environ) == ("80", "UTC", False)


def test_nothing_leads_to_the_homes_of_real_agents() -> None:
    assert [name for name in os.environ if name.startswith(("CLAUDE", "CODEX_", "XDG_", "AGENT_TRACE_"))] == []


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_a_connection_to_another_machine_fails_the_test(method: str) -> None:
    with socket.socket() as client, pytest.raises(pytest.fail.Exception, match=r"a test connected to 192\.0\.2\.1"):
        getattr(client, method)(("192.0.2.1", 9))


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_the_collector_leaves_what_pytest_collected_alone(request: pytest.FixtureRequest) -> None:
    """To look through all tests and their modules for garbage took a twentieth of the time."""
    assert gc.get_freeze_count() > len(request.session.items)
