"""A full disk, a home that cannot be written: the answer comes from memory, whole, and it is said."""

from __future__ import annotations

import json
import resource
import sqlite3
from pathlib import Path

import pytest

from tests.sync.program import largest_file, run
from tests.sync.stories import chat, family, town
from tests.sync.tables import differences, dump, synced, workspace

NOW = "2026-11-21T00:00:00Z"


@pytest.fixture
def filled(home: Path) -> Path:
    town(home)
    for number in range(300, 310):
        for story in family(number, 12):
            story.write(home)
    return home


def totals(out: str) -> object:
    return json.loads(out)["totals"]


def test_the_limit_limits(tmp_path: Path) -> None:
    """What the other tests of this page rest on."""
    assert largest_file(100) is not None
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY


@pytest.mark.parametrize("size", [0, 4096, 100_000, 200_000])
def test_a_disk_that_is_full_from_the_start(filled: Path, tmp_path: Path, size: int) -> None:
    expected = run(filled, "list", "--json", AGENT_TRACE_NOW=NOW, AGENT_TRACE_HOME=str(tmp_path / "free"))[0]
    for command in (["list", "--json"], ["list", "--json"]):
        out, said = run(filled, *command, limit=largest_file(size), AGENT_TRACE_NOW=NOW)
        assert totals(out) == totals(expected)
        assert "answering from memory, nothing is kept" in said


@pytest.mark.parametrize("size", [0, 100_000, 300_000, 700_000])
def test_room_again(filled: Path, tmp_path: Path, size: int) -> None:
    """Whatever a starved sync left behind, the next one finishes."""
    expected = dump(synced(filled, "clean"))
    run(filled, "sync", limit=largest_file(size))
    run(filled, "sync")
    assert differences(expected, dump(filled / ".agent-trace" / "data.db")) == []
    run(filled, "archive", "verify")


@pytest.mark.parametrize(
    ("new", "word"),
    [(40, "what sessions produced cannot be written down"), (120, "answering from memory, nothing is kept")],
)
def test_a_disk_that_fills_up_later(filled: Path, new: int, word: str) -> None:
    """The index is there and whole; what is new does not fit any more, or what is made of it does not."""
    index = synced(filled)
    for number in range(400, 400 + new):
        chat(number, 20).write(filled)
    out, said = run(filled, "list", "--json", limit=largest_file(index.stat().st_size + 8192), AGENT_TRACE_NOW=NOW)
    assert word in said
    assert totals(out) == totals(run(filled, "list", "--json", AGENT_TRACE_NOW=NOW)[0])


def test_a_database_that_may_not_grow(home: Path) -> None:
    """SQLite's own word for a full disk, in the first tier and in the second."""
    town(home)
    said: list[str] = []
    opened = workspace(home, said=said)
    opened.db.execute("PRAGMA max_page_count = 30")
    assert opened.sync().read == 13
    assert opened.db.in_memory
    opened.close()
    opened = workspace(home, said=said)
    opened.sync()
    (pages,) = opened.db.execute("PRAGMA page_count").fetchone()
    opened.db.execute(f"PRAGMA max_page_count = {pages + 2}")
    opened.sync_text()
    opened.close()
    assert [text.partition(" (")[0] for text in said] == [
        "the index cannot be written",
        "the text cannot be indexed to its end",
    ]
    assert differences(dump(synced(home, "clean")), dump(synced(home))) == []


@pytest.mark.parametrize("command", ["list", "cost", "sync", "search lantern"])
def test_a_home_that_cannot_be_made(filled: Path, command: str) -> None:
    """Below a plain file there is no folder, for nobody."""
    (filled / "file").write_text("no folder")
    _, said = run(filled, *command.split(), AGENT_TRACE_HOME=str(filled / "file" / "home"))
    assert "cannot be written" in said
    assert "answering from memory, nothing is kept" in said
    assert (filled / "file").read_text() == "no folder"


def test_a_home_that_cannot_be_made_gives_the_same_answer(filled: Path) -> None:
    (filled / "file").write_text("no folder")
    nowhere = str(filled / "file" / "home")
    out, _ = run(filled, "list", "--json", AGENT_TRACE_NOW=NOW, AGENT_TRACE_HOME=nowhere)
    assert totals(out) == totals(run(filled, "list", "--json", AGENT_TRACE_NOW=NOW)[0])


def test_a_database_that_cannot_be_made(filled: Path) -> None:
    _, said = run(filled, "list", SQLITE_DB_PATH=str(filled))
    assert "answering from memory, nothing is kept" in said


def test_an_archive_that_cannot_be_written(home: Path) -> None:
    """Text is indexed all the same; what is wrong is said, and a later sync makes up for it."""
    town(home)
    (home / ".agent-trace").mkdir()
    (home / ".agent-trace" / "archive").write_text("no folder")
    opened = workspace(home)
    opened.sync()
    problems = opened.sync_text().problems
    opened.close()
    texts = dump(home / ".agent-trace" / "data.db", only=["doc"])
    assert len(problems) == 13
    assert differences(dump(synced(home, "clean"), only=["doc"]), texts) == []
    (home / ".agent-trace" / "archive").unlink()
    assert differences(dump(synced(home, "clean")), dump(synced(home))) == []


def test_a_busy_index_is_waited_for(home: Path) -> None:
    town(home, 2)
    said: list[str] = []
    opened = workspace(home, said=said)
    opened.db.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(opened.config.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert opened.sync().read == 0
    other.execute("ROLLBACK")
    other.close()
    assert opened.sync().read == 5
    opened.close()
    assert [text.partition(" (")[0] for text in said] == ["another process keeps the index busy"]


@pytest.mark.parametrize("name", ["sync.lock", "text.lock"])
def test_a_lock_that_cannot_be_opened(filled: Path, name: str) -> None:
    """The index may lie elsewhere and be writable; without locks nobody writes to it."""
    (filled / ".agent-trace" / name).mkdir(parents=True)
    database = str(filled / "index.db")
    _, said = run(filled, "list", SQLITE_DB_PATH=database)
    assert ("answering from memory, nothing is kept" in said) is (name == "sync.lock")
    _, said = run(filled, "sync", code=0 if name == "sync.lock" else 5, SQLITE_DB_PATH=database)
    assert name == "sync.lock" or "text.lock" in said
