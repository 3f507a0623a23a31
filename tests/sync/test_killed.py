"""`kill -9` at any moment, then a sync: the same as one clean run, and the archive verifies."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.sync.program import DEADLINE_S, run, start, unmeasured
from tests.sync.stories import chat, family, put, town
from tests.sync.tables import Dump, differences, dump, synced

SUICIDAL = """
import os, signal, sqlite3, sys
from agent_trace.store import archive
from agent_trace.cli.main import main

where, left = sys.argv.pop(1), [int(sys.argv.pop(1))]

def step(*_):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)

def connect(*arguments, connect=sqlite3.connect, **more):
    connection = connect(*arguments, **more)
    connection.set_progress_handler(step, 2000)
    return connection

def write(self, file, *rest, write=archive.Archive._write):
    write(self, file, *rest)
    file.flush()
    step()
    if not left[0]:
        file.truncate(file.tell() - 20)

if where == "database":
    sqlite3.connect = connect
else:
    archive.Archive._write = write
main()
"""
"""agent-trace that kills itself: after so many thousand steps of SQLite, or so many frames written to the archive."""


class Corpus(NamedTuple):
    """A home with some megabytes of logs, and what one clean run over it does."""

    home: Path
    expected: Dump
    seconds: float


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    home = tmp_path_factory.mktemp("corpus")
    town(home)
    for number in range(200, 225):
        for story in family(number, 25):
            story.write(home)
    begun = time.monotonic()
    run(home, "sync")
    seconds = time.monotonic() - begun
    expected = dump(home / ".agent-trace" / "data.db", root=home)
    shutil.rmtree(home / ".agent-trace")
    return Corpus(home, expected, seconds)


@pytest.fixture
def corpus(clean: Corpus, tmp_path: Path) -> Iterator[Path]:
    """A copy of it, with the times of its files."""
    shutil.copytree(clean.home, tmp_path / "home")
    yield tmp_path / "home"
    shutil.rmtree(tmp_path / "home")


def assert_whole(corpus: Path, expected: Dump) -> None:
    """The next sync finishes the work, and every archived frame is what was written."""
    run(corpus, "sync")
    assert differences(expected, dump(corpus / ".agent-trace" / "data.db", root=corpus)) == []
    run(corpus, "archive", "verify")


def shares(count: int) -> list[float]:
    """Moments of a run, as parts of it: the interpreter's start is the first tenth."""
    chance = random.Random(11)
    return sorted(round(chance.uniform(0.1, 1.0), 3) for _ in range(count))


def kill_after(corpus: Path, seconds: float) -> None:
    process = start(corpus, "sync")
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate(timeout=DEADLINE_S)


@pytest.mark.parametrize("share", shares(5))
def test_at_a_random_moment(clean: Corpus, corpus: Path, share: float) -> None:
    kill_after(corpus, share * clean.seconds)
    assert_whole(corpus, clean.expected)


@pytest.mark.full
@pytest.mark.parametrize("share", shares(30))
def test_at_thirty_random_moments(clean: Corpus, corpus: Path, share: float) -> None:
    kill_after(corpus, share * clean.seconds)
    kill_after(corpus, share / 2 * clean.seconds)
    assert_whole(corpus, clean.expected)


def kill_itself(corpus: Path, where: str, after: int) -> int:
    environment = {**unmeasured(), "HOME": str(corpus), "AGENT_TRACE_HOME": str(corpus / ".agent-trace")}
    command = [sys.executable, "-c", SUICIDAL, where, str(after), "sync"]
    return subprocess.run(command, env=environment, capture_output=True, timeout=DEADLINE_S, check=False).returncode


@pytest.mark.full
@pytest.mark.parametrize("after", [1, 40, 150, 300])
def test_inside_a_transaction(clean: Corpus, corpus: Path, after: int) -> None:
    assert kill_itself(corpus, "database", after) == -signal.SIGKILL
    assert_whole(corpus, clean.expected)


@pytest.mark.full
@pytest.mark.parametrize("after", [0, 1, 7, 60])
def test_inside_a_frame_of_the_archive(clean: Corpus, corpus: Path, after: int) -> None:
    assert kill_itself(corpus, "archive", after) == -signal.SIGKILL
    assert_whole(corpus, clean.expected)


@pytest.mark.full
@pytest.mark.parametrize("where", ["database", "archive"])
def test_again_and_again(clean: Corpus, corpus: Path, where: str) -> None:
    """Killed a little later each time, over one home, while its logs grow."""
    story = chat(999, 40)
    path = put(corpus / ".claude" / story.path, b"")
    for number, line in enumerate(story.lines[:20]):
        with path.open("ab") as file:
            file.write(line)
        kill_itself(corpus, where, number * 30)
    story.write(corpus)
    (corpus / "clean").mkdir()
    shutil.copytree(corpus / ".claude", corpus / "clean" / ".claude")
    expected = dump(synced(corpus / "clean"), root=corpus / "clean")
    run(corpus, "sync")
    after = dump(corpus / ".agent-trace" / "data.db", root=corpus)
    assert differences(expected, after) == []
    run(corpus, "archive", "verify")
