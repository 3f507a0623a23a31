"""Syncing again: what has not changed costs nothing and changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

from tests.sync.stories import chat, town
from tests.sync.tables import differences, dump, synced, workspace


def test_a_second_sync_changes_nothing(home: Path) -> None:
    town(home)
    before = dump(synced(home))
    assert len(before["session"]) > 12
    assert all(before[table] for table in before)
    assert differences(before, dump(synced(home))) == []


def test_a_second_sync_reads_nothing(home: Path) -> None:
    town(home)
    synced(home)
    again = workspace(home)
    first, second = again.sync(), again.sync_text()
    again.close()
    assert (first.read, first.bytes, first.problems) == (0, 0, [])
    assert (second.sources, second.bytes, second.archived) == (0, 0, 0)


def test_nothing_is_due_after_a_whole_sync(home: Path) -> None:
    town(home)
    opened = workspace(home)
    opened.sync()
    due = opened.due
    opened.sync_text()
    rest = opened.due
    opened.close()
    assert (due > 10_000, rest) == (True, 0)


def test_logs_are_never_written(home: Path) -> None:
    paths = town(home)
    before = [(path.stat().st_mtime_ns, path.read_bytes()) for path in paths]
    folders = {folder: sorted(names) for folder, _, names in os.walk(home / ".claude")}
    synced(home)
    assert [(path.stat().st_mtime_ns, path.read_bytes()) for path in paths] == before
    assert {folder: sorted(names) for folder, _, names in os.walk(home / ".claude")} == folders


def test_a_touched_log_says_the_same(home: Path) -> None:
    paths = town(home)
    before = dump(synced(home))
    for path in paths:
        os.utime(path, ns=(1, 1))
    assert differences(before, dump(synced(home))) == []


def test_files_are_private(home: Path) -> None:
    town(home)
    synced(home)
    data = home / ".agent-trace"
    modes = {path.stat().st_mode & 0o777 for path in data.rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in (data, *data.rglob("*")) if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})


def test_the_index_lies_where_it_should(home: Path, tmp_path: Path) -> None:
    chat(1).write(home)
    elsewhere = tmp_path / "deep" / "index.db"
    assert synced(home, SQLITE_DB_PATH=str(elsewhere)) == elsewhere
    assert elsewhere.stat().st_mode & 0o777 == 0o600
    assert not (home / ".agent-trace" / "data.db").exists()
