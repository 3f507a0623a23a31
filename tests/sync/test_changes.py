"""When sources change: what was read stays, whatever becomes of the log."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.sessions import lines_of, read_session
from agent_trace.store.sessions import by_key
from tests.sync.stories import Story, chat, family, put, town
from tests.sync.tables import SUMS, Dump, differences, dump, synced, workspace

ON: dict[str, Any] = {"AGENT_TRACE_ARCHIVE": "on"}
INDEX: dict[str, Any] = {"AGENT_TRACE_ARCHIVE": "only-index"}
OFF: dict[str, Any] = {"AGENT_TRACE_ARCHIVE": "off"}
EVERY = pytest.mark.parametrize("mode", [ON, INDEX, OFF], ids=["on", "only-index", "off"])


def sums(path: Path) -> Dump:
    """What counts: all but marks of change, and where the home lies."""
    found = dump(path, root=path.parent.parent, only=SUMS)
    found["session"] = [(*row[:22], *row[23:]) for row in found["session"]]
    return found


def column(found: Dump, table: str, number: int) -> set[object]:
    return {row[number] for row in found[table]}


def without(found: Dump, key: str) -> Dump:
    return {table: [row for row in rows if key not in repr(row)] for table, rows in found.items()}


def clean(home: Path, stories: list[Story]) -> Dump:
    """The sums of a home that never held anything but these."""
    for story in stories:
        story.write(home / "clean")
    return sums(synced(home / "clean"))


# ---------------------------------------------------------------- growing


@EVERY
def test_a_grown_log_says_what_one_reading_says(home: Path, mode: dict[str, Any]) -> None:
    story = chat(1, 6)
    put(home / ".claude" / story.path, b"".join(story.lines[:20]))
    synced(home, **mode)
    story.write(home)
    path = synced(home, **mode)
    assert differences(sums(path), clean(home, [story])) == []


def test_only_the_tail_of_a_grown_log_is_read(home: Path) -> None:
    story = chat(1, 30)
    put(home / ".claude" / story.path, b"".join(story.lines[:-3]))
    synced(home)
    story.write(home)
    opened = workspace(home)
    first, second = opened.sync(), opened.sync_text()
    opened.close()
    assert first.bytes == second.bytes == len(b"".join(story.lines[-3:]))


# ---------------------------------------------------------------- shrinking, replacing, rewriting, deleting


def shorten(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: len(lines) // 2]))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def drop_the_head(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[len(lines) // 2 :]))


def drop_the_middle(path: Path) -> None:
    """The first and the last lines stand: only the size tells."""
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:4], *lines[-4:]]))


def delete(path: Path) -> None:
    path.unlink()


LOSSES = pytest.mark.parametrize("lose", [shorten, empty, drop_the_head, drop_the_middle, delete])


@EVERY
@LOSSES
def test_what_was_read_stays(home: Path, mode: dict[str, Any], lose: Callable[[Path], None]) -> None:
    story = chat(1, 6)
    path = story.write(home)
    before = sums(synced(home, **mode))
    lose(path)
    assert differences(before, sums(synced(home, **mode))) == []
    assert differences(before, sums(synced(home, **mode))) == []


@LOSSES
def test_it_is_marked(home: Path, lose: Callable[[Path], None]) -> None:
    story = chat(1, 6)
    path = story.write(home)
    chat(2).write(home)
    synced(home)
    lose(path)
    after = dump(synced(home), only=["session"])
    assert {row[1]: row[22] for row in after["session"]} == {story.session: 1, chat(2).session: 0}


@EVERY
@LOSSES
def test_what_comes_later_is_added(home: Path, mode: dict[str, Any], lose: Callable[[Path], None]) -> None:
    story = chat(1, 6)
    path = story.write(home)
    synced(home, **mode)
    lose(path)
    synced(home, **mode)
    known = len(story.lines)
    story.prompt("one more thing").say("here it is").edit("/home/you/shop/more.py", 3)
    with path.open("ab") as file:
        file.write(b"".join(story.lines[known:]))
    after = sums(synced(home, **mode))
    expected = clean(home, [story])
    for table in ("call", "tool", "prompt", "usage"):
        assert differences({table: expected[table]}, {table: after[table]}) == []


@pytest.mark.parametrize(
    ("mode", "lose"),
    [(ON, shorten), (ON, empty), (ON, drop_the_head), (ON, drop_the_middle), (ON, delete), (INDEX, delete)],
)
def test_full_text_stays(home: Path, mode: dict[str, Any], lose: Callable[[Path], None]) -> None:
    """Without a copy only that of a deleted log: the text of lines that were taken out of a log goes with them."""
    story = chat(1, 6)
    path = story.write(home)
    before = dump(synced(home, **mode), only=["doc"])
    lose(path)
    assert differences(before, dump(synced(home, **mode), only=["doc"])) == []


@LOSSES
def test_the_session_stays_readable(home: Path, lose: Callable[[Path], None]) -> None:
    story = chat(1, 6)
    path = story.write(home)
    synced(home)
    opened = workspace(home)
    row = by_key(opened.db, story.session)[0]
    before = read_session(opened, row).events
    opened.close()
    lose(path)
    synced(home)
    opened = workspace(home)
    row = by_key(opened.db, story.session)[0]
    after, lines = read_session(opened, row).events, lines_of(opened, row)
    opened.close()
    assert [line + b"\n" for line in lines] == story.lines
    assert after == before


@EVERY
def test_other_content_under_the_same_name(home: Path, mode: dict[str, Any]) -> None:
    """Both what stood there and what stands there counts."""
    first, second = chat(1, 4), chat(2, 3)
    path = first.write(home)
    synced(home, **mode)
    path.write_bytes(second.data.replace(second.session.encode(), first.session.encode()))
    after = dump(synced(home, **mode))
    both = clean(home, [first, second])
    assert column(after, "call", 0) == column(both, "call", 0)
    assert column(after, "tool", 1) == column(both, "tool", 1)
    assert column(after, "prompt", 0) == column(both, "prompt", 0)
    assert (len(after["session"]), column(after, "session", 22)) == (1, {1})
    if mode is ON:
        assert after["session"][0][15] == sum(row[15] for row in both["session"])


def test_a_middle_rewritten_in_place(home: Path) -> None:
    """Same size, same head, same end: only the time of the file tells."""
    story = chat(1, 6)
    path = story.write(home)
    before = sums(synced(home))
    lines = story.lines
    taken = lines[10]
    lines[10] = b" " * (len(taken) - 1) + b"\n"
    path.write_bytes(b"".join(lines))
    os.utime(path, ns=(7, 7))
    after = synced(home)
    assert differences(before, sums(after)) == []
    assert [row[22] for row in dump(after, only=["session"])["session"]] == [1]
    opened = workspace(home)
    assert taken.rstrip(b"\n") in lines_of(opened, by_key(opened.db, story.session)[0])
    opened.close()


def test_a_torn_tail_survives_a_rewriting(home: Path) -> None:
    """A line that is being written when the log is cut counts once it is whole, and not before."""
    story = chat(1, 6)
    path = story.write(home)
    synced(home)
    more = chat(1, 7)
    line = more.lines[len(story.lines)]
    path.write_bytes(b"".join(story.lines[3:]) + line[:50])
    torn = dump(synced(home), only=["unread", "prompt"])
    path.write_bytes(b"".join(story.lines[3:]) + line)
    whole = dump(synced(home), only=["unread", "prompt"])
    assert (torn["unread"], whole["unread"]) == ([], [])
    assert len(whole["prompt"]) == len(torn["prompt"]) + 1


def test_a_log_that_comes_back_is_as_before(home: Path, tmp_path: Path) -> None:
    """A disk that was not there for a while changes nothing."""
    paths = town(home)
    before = dump(synced(home))
    shutil.move(home / ".claude", tmp_path / "away")
    gone = dump(synced(home), only=["source", "session"])
    assert column(gone, "source", 3) == {1}
    assert column(gone, "session", 22) == {1}
    shutil.move(tmp_path / "away", home / ".claude")
    assert paths[0].exists()
    assert differences(before, dump(synced(home))) == []


def test_a_log_deleted_before_it_was_archived(home: Path) -> None:
    """Sums stay; nothing is due that can never be done."""
    path = chat(1).write(home)
    before = sums(synced(home, text=False))
    path.unlink()
    opened = workspace(home)
    opened.sync()
    report = opened.sync_text()
    due = opened.due
    opened.close()
    assert (report.problems, due) == ([], 0)
    assert differences(before, sums(synced(home))) == []


def test_a_log_cut_before_it_was_archived(home: Path) -> None:
    story = chat(1, 6)
    path = put(home / ".claude" / story.path, b"".join(story.lines[:15]))
    synced(home)
    story.write(home)
    before = sums(synced(home, text=False))
    path.write_bytes(b"".join(story.lines[:8]))
    assert differences(before, sums(synced(home))) == []
    os.utime(path, ns=(5, 5))
    assert differences(before, sums(synced(home))) == []


def test_archiving_can_begin_later(home: Path) -> None:
    path = chat(1).write(home)
    synced(home, **INDEX)
    assert not (home / ".agent-trace" / "archive").exists()
    opened = workspace(home)
    due = opened.due
    opened.close()
    before = dump(synced(home, **ON), only=["doc"])
    path.unlink()
    synced(home, **ON)
    opened = workspace(home)
    row = by_key(opened.db, chat(1).session)[0]
    assert due > 0
    assert [line + b"\n" for line in lines_of(opened, row)] == chat(1).lines
    opened.close()
    assert differences(before, dump(synced(home, **ON), only=["doc"])) == []


def test_archived_sessions_stay_readable_when_archiving_ends(home: Path) -> None:
    path = chat(1).write(home)
    synced(home, **ON)
    path.unlink()
    synced(home, **INDEX)
    opened = workspace(home, **INDEX)
    row = by_key(opened.db, chat(1).session)[0]
    assert [line + b"\n" for line in lines_of(opened, row)] == chat(1).lines
    opened.close()


def test_nothing_of_deleted_sessions_with_archive_off(home: Path) -> None:
    root, child = family(3)
    for story in (root, child):
        story.write(home)
    synced(home, **OFF)
    (home / ".claude" / child.path).unlink()
    after = dump(synced(home, **OFF))
    assert column(after, "doc", 1) == {root.session}
    assert len(after["session"]) == 2
