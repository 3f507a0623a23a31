"""The archive by itself: append-only, cut back to what counts, shared by several indexes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from agent_trace.errors import CorruptArchiveError
from agent_trace.store import archive as store
from agent_trace.store.archive import Archive
from tests.sync.stories import chat, put, town
from tests.sync.tables import differences, dump, synced

PIECES = some.lists(some.binary(max_size=400), max_size=12)


@given(PIECES, some.integers(0, 5000), some.integers(0, 5000))
def test_what_goes_in_comes_out(pieces: list[bytes], start: int, end: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive, size, stream = Archive(folder), 0, 0
        for piece in pieces:
            size = archive.append("claude", "/log", size, stream, piece)
            stream += len(piece)
        data = b"".join(pieces)
        assert archive.read("claude", "/log") == data
        assert archive.read("claude", "/log", start, end) == data[start:end]
        tail = [piece for _, piece, _ in archive.stream("claude", "/log", start, size)] if data else []
        assert b"".join(tail) == data[start:]


@given(PIECES, some.binary(max_size=60))
def test_what_a_killed_process_left_is_cut_off(pieces: list[bytes], rest: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive, size, stream = Archive(folder), 0, 0
        for piece in pieces:
            path = Path(archive.file("claude", "/log"))
            if size:
                put(path, path.read_bytes() + rest)
            size = archive.append("claude", "/log", size, stream, piece)
            stream += len(piece)
        assert archive.read("claude", "/log") == b"".join(pieces)


def test_frames_hold_whole_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "FRAME", 1000)
    archive = Archive(str(tmp_path))
    lines = [b"x" * size + b"\n" for size in (400, 400, 400, 5000, 10, 990, 3)] + [b"no end"]
    archive.append("claude", "/log", 0, 0, b"".join(lines))
    frames = archive.frames("claude", "/log")
    assert [frame.header.raw for frame in frames] == [802, 401, 5001, 11, 995, 6]
    ends = [archive.read("claude", "/log", 0, frame.header.offset)[-1:] for frame in frames[1:]]
    assert set(ends) == {b"\n"}
    assert archive.read("claude", "/log") == b"".join(lines)


def test_frames_that_are_there_already_are_kept(tmp_path: Path) -> None:
    """A process was killed between writing them and saying so: the next one writes the same bytes once."""
    archive = Archive(str(tmp_path))
    one = archive.append("claude", "/log", 0, 0, b"one\n")
    two = archive.append("claude", "/log", one, 4, b"two\n")
    path = Path(archive.file("claude", "/log"))
    before = path.read_bytes()
    assert archive.append("claude", "/log", one, 4, b"two\n") == two
    assert path.read_bytes() == before
    archive.append("claude", "/log", one, 4, b"two\nthree\n")
    assert archive.read("claude", "/log") == b"one\ntwo\nthree\n"
    archive.append("claude", "/log", one, 4, b"2\n")
    assert archive.read("claude", "/log") == b"one\n2\n"


def test_a_copy_that_is_missing_is_said_to_be(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    size = archive.append("claude", "/log", 0, 0, b"one\n")
    Path(archive.file("claude", "/log")).unlink()
    with pytest.raises(CorruptArchiveError, match="missing or cut"):
        list(archive.stream("claude", "/log", 0, size))
    assert archive.remove("claude", "/log") is False


def test_two_indexes_over_one_archive(home: Path, tmp_path: Path) -> None:
    """SQLITE_DB_PATH names another index, the home and its archive are the same: neither spoils the other's copies."""
    paths = town(home)
    indexes = (str(home / ".agent-trace" / "data.db"), str(tmp_path / "other.db"))
    story = chat(70, 1)
    for turns in range(2, 8):
        story = chat(70, turns)
        paths.append(story.write(home))
        synced(home, SQLITE_DB_PATH=indexes[turns % 2])
    dumps = [dump(synced(home, SQLITE_DB_PATH=index)) for index in indexes]
    for path in set(paths):
        path.unlink()
    first, second = (dump(synced(home, SQLITE_DB_PATH=index)) for index in indexes)
    assert differences({"doc": dumps[0]["doc"]}, {"doc": first["doc"]}) == []
    for table in ("call", "tool", "prompt", "usage"):
        assert differences({table: first[table]}, {table: second[table]}) == []
    archive = Archive(str(home / ".agent-trace" / "archive"))
    assert archive.read("claude", str(home / ".claude" / story.path)) == story.data
