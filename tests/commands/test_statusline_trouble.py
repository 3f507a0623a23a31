"""`statusline` where something is wrong: a plain line, no traceback, exit code 0, and soon."""

from __future__ import annotations

import fcntl
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.status_input import SESSION, heard, now
from tests.commands.terminal import Terminal
from tests.reports.small import Call, write_log

HANGS_S = 120
"""After which a process is said to hang."""


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


def test_another_process_is_indexing(home: Path, terminal: Terminal) -> None:
    write_log(home, SESSION, "/home/you/shop", [Call(now(minutes=1))])
    terminal.run("list")
    with (home / ".agent-trace" / "sync.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ran = terminal.run("statusline", stdin=heard())
    assert ran.out.startswith("Opus 5 · session $0.02 · ")
    assert ran.out.endswith(" · another agent-trace is still indexing\n")


def test_a_damaged_index_is_made_anew_and_said(home: Path, terminal: Terminal) -> None:
    write_log(home, SESSION, "/home/you/shop", [Call(now(minutes=1))])
    terminal.run("list")
    database = home / ".agent-trace" / "data.db"
    database.write_bytes(b"nonsense" * 1000)
    ran = terminal.run("statusline", stdin=heard())
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith(f" · the index {database} is damaged\n")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (sqlite3.DatabaseError("database disk image is malformed"), "no index, see agent-trace doctor"),
        (RuntimeError("a mistake of ours"), "no index, see agent-trace doctor"),
        (MemoryError(), "no index, see agent-trace doctor"),
    ],
)
def test_what_nobody_expected(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("agent_trace.app.workspace.Workspace.sync", broken)
    ran = terminal.run("statusline", stdin=heard(cost={"total_cost_usd": 0.5}))
    assert (ran.code, ran.out, ran.err) == (0, f"Opus 5 · session $0.50 (recorded) · {said}\n", "")


def test_an_index_of_a_later_version(home: Path, terminal: Terminal) -> None:
    terminal.run("list")
    database = home / ".agent-trace" / "data.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA user_version = 9999")
    connection.close()
    assert (
        terminal.run("statusline", stdin=heard()).out
        == f"Opus 5 · the index {database} was written by a later version\n"
    )


def test_a_home_that_cannot_be_written(home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("AGENT_TRACE_HOME", str(home / "file"))
    ran = terminal.run("statusline", stdin=heard(cost={"total_cost_usd": 0.5}))
    assert ran.out == f"Opus 5 · session $0.50 (recorded) · the home {home / 'file'} cannot be written\n"


def test_a_configuration_that_makes_no_sense(home: Path, terminal: Terminal) -> None:
    (home / ".agent-trace").mkdir()
    (home / ".agent-trace" / "config.toml").write_text("nonsense = 1", encoding="utf-8")
    ran = terminal.run("statusline", stdin=heard())
    assert (ran.code, ran.out.startswith("Opus 5 · ")) == (0, True)


@pytest.fixture
def exclusive(home: Path, terminal: Terminal) -> Iterator[sqlite3.Connection]:
    """An index that another program has locked for itself alone."""
    terminal.run("list")
    connection = sqlite3.connect(home / ".agent-trace" / "data.db", isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("BEGIN EXCLUSIVE")
    yield connection
    connection.close()


@pytest.mark.full
@pytest.mark.usefixtures("exclusive")
def test_it_gives_up_in_time() -> None:
    data = heard(cost={"total_cost_usd": 0.5})
    done = subprocess.run(
        [sys.executable, "-m", "agent_trace", "statusline"],
        input=data,
        capture_output=True,
        check=False,
        timeout=HANGS_S,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == "Opus 5 · session $0.50 (recorded) · still indexing, see agent-trace sync\n"


@pytest.mark.full
def test_input_that_never_ends() -> None:
    command = [sys.executable, "-m", "agent_trace", "statusline"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        line = process.stdout.read()
        assert process.wait(HANGS_S) == 0
    assert line == b"agent-trace \xc2\xb7 still indexing, see agent-trace sync\n"
