"""A damaged index is set aside and made again from logs and archive, and it is said loudly."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sync.program import finish, run, start
from tests.sync.stories import town
from tests.sync.tables import SUMS, Dump, differences, dump, synced

PAGE = 4096


def rest(index: Path) -> None:
    """Everything in the one file, as after a quiet end."""
    db = sqlite3.connect(index)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def overwrite(index: Path, start: int, size: int, data: bytes = b"\xa5") -> None:
    with index.open("r+b") as file:
        file.seek(start)
        file.write(data * size)


def first_page(index: Path) -> None:
    overwrite(index, 0, PAGE)


def schema_page(index: Path) -> None:
    """The header stands, the schema behind it does not."""
    overwrite(index, 100, PAGE - 100)


def middle_pages(index: Path) -> None:
    overwrite(index, 4 * PAGE, index.stat().st_size - 4 * PAGE)


def half(index: Path) -> None:
    os.truncate(index, index.stat().st_size // 2)


def odd_size(index: Path) -> None:
    os.truncate(index, 5 * PAGE + 17)


def text(index: Path) -> None:
    index.write_bytes(b"This is no database, it is a letter.\n" * 100)


DAMAGES = [first_page, schema_page, middle_pages, half, odd_size, text]


def marks_apart(found: Dump) -> Dump:
    return {**found, "session": [(*row[:22], *row[23:]) for row in found["session"]]}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    "command", ["list", *(pytest.param(name, marks=pytest.mark.full) for name in ("cost", "sync"))]
)
def test_it_is_made_again(home: Path, damage: Callable[[Path], None], command: str) -> None:
    paths = town(home)
    index = synced(home)
    paths[0].unlink()
    paths[3].write_bytes(b"")
    synced(home)
    before = marks_apart(dump(index, only=SUMS))
    expected = run(home, "list", "--json", AGENT_TRACE_NOW="2026-11-21T00:00:00Z")[0]
    rest(index)
    damage(index)
    _, said = run(home, command)
    aside = [path for path in index.parent.iterdir() if ".damaged-" in path.name]
    assert len(aside) >= 1
    assert f"the index {index} is damaged" in said
    assert f"It was moved to {aside[0].as_posix().removesuffix('-wal').removesuffix('-shm')}" in said
    assert differences(before, marks_apart(dump(synced(home), only=SUMS))) == []
    assert run(home, "list", "--json", AGENT_TRACE_NOW="2026-11-21T00:00:00Z") == (expected, "")


def test_its_text_too(home: Path) -> None:
    paths = town(home)
    index = synced(home)
    paths[0].unlink()
    before = dump(synced(home), only=["doc"])
    rest(index)
    first_page(index)
    assert differences(before, dump(synced(home), only=["doc"])) == []


@pytest.mark.parametrize("fill", [b"\x00", b"\xa5"])
def test_a_log_of_changes_that_is_garbage(home: Path, fill: bytes) -> None:
    """What the write-ahead log held is lost with it; the next sync reads it again."""
    town(home)
    index = synced(home, text=False)
    before = dump(index, only=SUMS)
    writer = sqlite3.connect(index)
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("UPDATE source SET again = 1")
    writer.commit()
    wal = Path(f"{index}-wal")
    data = index.read_bytes()
    size = wal.stat().st_size
    writer.close()
    index.write_bytes(data)
    wal.write_bytes(fill * size)
    assert differences(before, dump(synced(home, text=False), only=SUMS)) == []


def test_several_find_it_at_once(home: Path) -> None:
    """One of them makes it again; none takes the other's new index for the damaged one."""
    town(home)
    index = synced(home)
    before = dump(index, only=SUMS)
    rest(index)
    middle_pages(index)
    for process in [start(home, command) for command in ("sync", "list", "sync", "cost")]:
        finish(process)
    assert len([path for path in index.parent.iterdir() if path.name.partition(".damaged-")[2][-3:].isdigit()]) == 1
    assert differences(before, dump(synced(home), only=SUMS)) == []


def test_an_empty_file_is_a_new_index(home: Path) -> None:
    town(home)
    index = synced(home)
    before = dump(index, only=SUMS)
    rest(index)
    index.write_bytes(b"")
    assert differences(before, dump(synced(home), only=SUMS)) == []


def test_an_archive_alone_is_enough(home: Path) -> None:
    """Everything else deleted: logs, index."""
    paths = town(home)
    index = synced(home)
    before = marks_apart(dump(index))
    for path in paths:
        path.unlink()
    for path in index.parent.glob("data.db*"):
        path.unlink()
    after = marks_apart(dump(synced(home)))
    for table in set(before) - {"source", "unread"}:
        assert differences({table: before[table]}, {table: after[table]}) == []
