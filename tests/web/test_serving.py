"""A server as a person starts it: one a home, on ports that are free, gone when it is ended."""

from __future__ import annotations

import ctypes
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app import instance
from agent_trace.cli.commands import serve as serving
from agent_trace.config import load_config
from agent_trace.errors import UnreachableError
from agent_trace.web import peers, sockets
from tests.commands.terminal import Terminal

PROGRAM = (sys.executable, "-m", "agent_trace")


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(capsys, monkeypatch)


@contextmanager
def served(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, and its address."""
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--headless", "--port", "0", "--api-port", "0", *words], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        assert said.startswith("agent-trace serves http://127.0.0.1:"), said + process.stderr.read()
        yield process, said.split()[2]
    finally:
        process.terminate()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def asked(address: str, path: str, **headers: str) -> tuple[int, Any]:
    request = urllib.request.Request(
        address + path, headers={name.replace("_", "-"): one for name, one in headers.items()}
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_a_home_has_one_server_and_everybody_finds_it(recorded: Path, terminal: Terminal) -> None:
    with served() as (process, address):
        assert asked(address, "api/reports")[0] == 200
        assert asked(address, "api/reports", Host="evil.example")[0] == 403
        assert asked(address, "api/reports", Origin="http://evil.example")[0] == 403
        for words in (
            ("web", "--no-browser", "--port", "0"),
            ("--no-browser",),
            ("--port=0", "--no-browser"),
            ("--host", "127.0.0.1", "--no-browser"),
        ):
            again = terminal.run(*words)
            assert (again.code, again.out) == (0, address + "\n"), words
        known = json.loads(terminal.run("status", "--json").out)
        assert (known["pid"], known["address"] + "/") == (process.pid, address)
        assert address.rstrip("/") in terminal.run("status").out
        folder = recorded / ".agent-trace"
        assert {(folder / one).stat().st_mode & 0o777 for one in ("server.json", "token")} == {0o600}
        stopped = terminal.run("stop")
        assert (stopped.code, process.wait()) == (0, 0)
    assert not (folder / "server.json").exists()
    assert (terminal.run("status").code, terminal.run("stop").code) == (3, 3)


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="only root may ask as somebody else")
def test_another_user_of_this_machine_is_refused(recorded: Path) -> None:
    system = ctypes.CDLL(None)

    def get(address: str, token: str = "") -> int:
        """As nobody: whose a connection is, is who made its socket."""
        connection = http.client.HTTPConnection(address.removeprefix("http://").rstrip("/"))
        before = system.setfsuid(65534)
        try:
            connection.connect()
        finally:
            system.setfsuid(before)
        connection.request("GET", "/api/reports", headers={"Authorization": f"Bearer {token}"} if token else {})
        with connection.getresponse() as answer:
            said = answer.read().decode()
            assert answer.status == 200 or "another user (uid 65534)" in said
            found = answer.status
        connection.close()
        return found

    with served() as (_, address):
        token = (recorded / ".agent-trace" / "token").read_text().strip()
        assert (get(address), get(address, "wrong"), get(address, token)) == (403, 403, 200)


def test_a_killed_server_leaves_nothing_in_the_way(recorded: Path, terminal: Terminal) -> None:
    with served() as (process, _):
        process.kill()
        process.wait()
    assert (recorded / ".agent-trace" / "server.json").exists()
    assert terminal.run("status").code == 3
    with served() as (_, address):
        assert asked(address, "api/v2/status")[0] == 200


def test_a_server_in_the_background_is_left_and_found(recorded: Path, terminal: Terminal) -> None:
    started = terminal.run("serve", "--daemon", "--headless", "--port", "0", "--api-port", "0")
    try:
        assert started.code == 0, started.err
        assert asked(started.out.strip(), "api/v2/status")[0] == 200
    finally:
        assert terminal.run("stop").code == 0


def test_where_a_token_is_set_the_opened_address_carries_ours(
    recorded: Path, monkeypatch: pytest.MonkeyPatch, terminal: Terminal
) -> None:
    monkeypatch.setenv("TEAM_AUTH_TOKEN", "t3am")
    with served() as (_, opened):
        address, _, token = opened.partition("#token=")
        assert token == (recorded / ".agent-trace" / "token").read_text().strip()
        assert asked(address, "api/v2/status")[0] == 401
        assert asked(address, "api/v2/status", Authorization="Bearer t3am")[0] == 200
        assert asked(address, "api/v2/status", Authorization=f"Bearer {token}")[0] == 200
        assert terminal.run("serve", "--no-browser").out.strip() == opened


def test_a_port_that_is_taken_is_named_with_its_holder(home: Path, terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = terminal.run("serve", "--headless", "--port", str(port))
        assert refused.code == 5
        assert f"port {port} is taken by your process {os.getpid()} (" in refused.err
        assert f"agent-trace serve --port {port + 1}" in refused.err
        with pytest.raises(UnreachableError, match="is taken by your process"):
            sockets.bound("127.0.0.1", port, option="--api-port")


def test_a_daemon_that_cannot_start_says_why(home: Path, terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        refused = terminal.run("serve", "--daemon", "--headless", "--port", str(other.getsockname()[1]))
    assert refused.code == 5
    assert "is taken by" in refused.err


@pytest.mark.parametrize(
    ("uid", "words"), [(0, "another user (root, uid 0)"), (4_000_000, "another user (uid 4000000)")]
)
def test_a_port_of_another_user_names_him(uid: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 12_345)
    found = peers.listener_of
    monkeypatch.setattr(sockets, "listener_of", lambda port: (one := found(port)) and one._replace(uid=uid))
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert sockets.holder(other.getsockname()[1]) == words


def test_a_port_whose_holder_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "can_tell", lambda: False)
    assert sockets.holder(1) == "another program"


def test_an_answer_does_not_wait_for_an_acknowledgement() -> None:
    with sockets.bound("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP, "asyncio then sends at once"


def test_an_address_that_is_not_ours_cannot_be_listened_on() -> None:
    with pytest.raises(UnreachableError, match="cannot listen on 192"):
        sockets.bound("192.0.2.1", 0)


def test_a_token_that_others_could_read_is_replaced(home: Path) -> None:
    config = load_config()
    first = instance.token(config)
    assert instance.token(config) == first
    Path(config.token_file).chmod(0o644)
    second = instance.token(config)
    assert second != first
    assert Path(config.token_file).stat().st_mode & 0o777 == 0o600


def test_a_server_that_is_not_ours_to_end_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config()
    with instance.claimed(config) as held:
        assert held
        instance.announce(config, instance.Instance(pid=os.getpid(), address="http://127.0.0.1:1", port=1))
        monkeypatch.setattr(os, "kill", lambda *_: (_ for _ in ()).throw(PermissionError()))
        with pytest.raises(UnreachableError, match="is not yours to end"):
            instance.stop(config)
        monkeypatch.setattr(os, "kill", lambda *_: None)
        monkeypatch.setattr(instance, "STOP_S", 0.05)
        with pytest.raises(UnreachableError, match="does not end"):
            instance.stop(config)
        monkeypatch.setattr(os, "kill", lambda *_: (_ for _ in ()).throw(ProcessLookupError()))
        assert instance.stop(config) is None
        with instance.claimed(config) as twice:
            assert not twice


@pytest.mark.parametrize(
    ("terminal_", "display", "shown"), [(True, ":0", True), (True, "", False), (False, ":0", False)]
)
def test_a_browser_opens_where_somebody_sits(
    terminal_: bool, display: str, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal_)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert serving.has_screen() is shown


def test_bare_agent_trace_prints_and_serves_where_it_is_told_to(
    recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHBOARD_PORT", "0")
    monkeypatch.setenv("API_PORT", "0")
    process = subprocess.Popen([*PROGRAM, "--serve"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("agent-trace serves http://127.0.0.1:")
    finally:
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate()
    assert "Last sessions" in printed
    assert process.returncode == 0


def test_bare_agent_trace_ends_where_nobody_sits(recorded: Path, terminal: Terminal) -> None:
    ran = terminal.run()
    assert (ran.code, "Last sessions" in ran.out, "serves" in ran.err) == (0, True, False)
