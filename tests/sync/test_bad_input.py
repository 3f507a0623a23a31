"""One bad file never stops the rest, one bad row never spoils a sum."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.moving import Moving
from agent_trace.app.scopes import Request, run_report
from agent_trace.model.events import Event
from agent_trace.reports import list as sessions
from agent_trace.store.archive import Archive
from agent_trace.store.texts import Texts
from agent_trace.sync.members import Member
from tests.sync.stories import FOLDER, chat, put, town
from tests.sync.tables import SUMS, differences, dump, synced, workspace

GOOD = chat(1)


def logs(home: Path) -> Path:
    return home / ".claude" / "projects" / FOLDER


def keys(path: Path) -> set[str]:
    return {row[1] for row in dump(path, only=["session"])["session"] if row[5]}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n\n",
        b"\x00" * 5000,
        b"\xff\xfe" * 3000,
        b"[" * 100_000,
        b'{"type":"user","message":' * 3000,
        b'{"type":"user","uuid":"a","message":{"role":"user","content":"' + b"x" * 2_100_000 + b'"}}\n',
        b"\xef\xbb\xbf" + GOOD.lines[0],
    ],
    ids=["empty", "blank", "nul", "no-utf8", "nested", "open", "long", "bom"],
)
def test_a_strange_file_beside_a_good_one(home: Path, data: bytes) -> None:
    GOOD.write(home)
    put(logs(home) / "strange.jsonl", data)
    index = synced(home)
    assert GOOD.session in keys(index)
    opened = workspace(home)
    assert (opened.sync().problems, opened.sync_text().problems) == ([], [])
    opened.close()


@pytest.mark.parametrize("number", [2**45, 2**63, 2**80, -3], ids=["large", "63-bit", "80-bit", "negative"])
def test_absurd_numbers(home: Path, number: int) -> None:
    """They are no counts: unknown, and the sums of all others stand."""
    story = chat(1, 1)
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens")
    bad = chat(2, 2)
    for row in bad.rows:
        if row["type"] == "assistant":
            row["message"]["usage"] = dict.fromkeys(names, number)
            row["costUSD"] = 1e60
    bad.cost(1e99)
    bad.rows[-1]["totalDuration"] = 1e300
    bad.rows[-1]["modelUsage"]["claude-opus-4-5-20251101"]["inputTokens"] = number
    for one in (story, bad):
        one.write(home)
    opened = workspace(home)
    opened.sync()
    result = run_report(opened, sessions, sessions.Options(), Request())
    opened.close()
    usage = result.totals.total.usage
    assert (usage.input, usage.cache_write_5m, len(result.sessions)) == (28, 1200, 2)


def test_an_endless_cost(home: Path) -> None:
    story = chat(1).cost(1.0)
    data = story.data.replace(b'"totalCostUSD":1.0', b'"totalCostUSD":1e999')
    put(home / ".claude" / story.path, data)
    assert keys(synced(home)) == {story.session}


def test_a_line_that_nobody_can_read_is_told_of(home: Path) -> None:
    """Whoever looks at the session hears of it at once, not with the next line that can be read."""
    put(home / ".claude" / GOOD.path, GOOD.data)
    opened, moving = workspace(home), Moving()
    opened.sync()
    moving.look(opened)
    with (home / ".claude" / GOOD.path).open("ab") as log:
        log.write(b'{"type":"user","mess\xff half of it\n')
    opened.sync()
    told = moving.look(opened)
    result = run_report(opened, sessions, sessions.Options(), Request())
    opened.close()
    assert told == (GOOD.session,)
    assert [one.unread_lines for one in result.sessions] == [1]


def test_a_log_that_is_deleted_is_told_of(home: Path) -> None:
    put(home / ".claude" / GOOD.path, GOOD.data)
    opened, moving = workspace(home), Moving()
    opened.sync()
    moving.look(opened)
    (home / ".claude" / GOOD.path).unlink()
    opened.sync()
    told = moving.look(opened)
    result = run_report(opened, sessions, sessions.Options(), Request())
    opened.close()
    assert told == (GOOD.session,)
    assert [one.source_changed for one in result.sessions] == [True]


def test_a_folder_named_like_a_log(home: Path) -> None:
    GOOD.write(home)
    (logs(home) / "folder.jsonl").mkdir()
    put(logs(home) / "folder.jsonl" / "inner.jsonl", chat(2).data)
    assert keys(synced(home)) == {GOOD.session, "inner"}


def test_a_pipe_named_like_a_log(home: Path) -> None:
    GOOD.write(home)
    os.mkfifo(logs(home) / "pipe.jsonl")
    opened = workspace(home)
    problems = opened.sync().problems
    opened.close()
    assert [(one.path[-10:], one.reason) for one in problems] == [("pipe.jsonl", "not a regular file")]


def test_a_name_that_is_no_text(home: Path) -> None:
    GOOD.write(home)
    put(logs(home) / os.fsdecode(b"caf\xe9.jsonl"), chat(2).data)
    opened = workspace(home)
    problems = opened.sync().problems
    opened.close()
    assert [one.reason for one in problems] == ["its name is no UTF-8"]
    assert keys(home / ".agent-trace" / "data.db") == {GOOD.session}


def test_links_that_go_round(home: Path) -> None:
    GOOD.write(home)
    (logs(home) / "round").symlink_to(logs(home).parent, target_is_directory=True)
    (logs(home) / "nowhere.jsonl").symlink_to(home / "nowhere")
    assert keys(synced(home)) == {GOOD.session}


def test_one_session_in_two_homes_counts_once(home: Path) -> None:
    town(home)
    alone = dump(synced(home), only=SUMS)
    copy = subprocess.run(["cp", "-a", f"{home}/.claude", f"{home}/other"], check=False)
    both = dump(synced(home, CLAUDE_CONFIG_DIR=f"{home}/.claude,{home}/other"), only=SUMS)
    assert copy.returncode == 0
    for found in (alone, both):
        found["session"] = [(*row[:20], *row[21:]) for row in found["session"]]  # a bad line stands in both files
    for table in ("session", "tool", "prompt", "usage", "unlogged"):
        assert differences({table: alone[table]}, {table: both[table]}) == []


def test_a_damaged_copy_of_a_rewritten_log(home: Path) -> None:
    """The archive cannot help: what is in the file counts, the sums stay, and it is said."""
    path = GOOD.write(home)
    chat(2).write(home)
    before = dump(synced(home), only=["call", "tool", "prompt", "usage"])
    archived = Path(Archive(str(home / ".agent-trace" / "archive")).file("claude", str(path)))
    data = bytearray(archived.read_bytes())
    data[len(data) // 2] ^= 255
    archived.write_bytes(data)
    path.write_bytes(b"".join(GOOD.lines[5:]))
    opened = workspace(home)
    problems = opened.sync().problems
    opened.sync_text()
    opened.close()
    assert ["checksum" in one.reason for one in problems] == [True]
    assert differences(before, dump(synced(home), only=before)) == []


@pytest.mark.parametrize("grows", [True, False], ids=["grows", "rests"])
@pytest.mark.parametrize("what", ["deleted", "cut"])
def test_a_lost_copy_is_made_again(home: Path, what: str, grows: bool) -> None:
    path = GOOD.write(home)
    synced(home)
    archive = Archive(str(home / ".agent-trace" / "archive"))
    archived = Path(archive.file("claude", str(path)))
    if what == "deleted":
        archived.unlink()
    else:
        os.truncate(archived, 100)
    if grows:
        chat(1, 5).write(home)
    synced(home)
    assert archive.read("claude", str(path)) == path.read_bytes()


def test_a_file_beside_a_log_may_hold_anything(home: Path) -> None:
    root, child = chat(1), chat(1, 1, agent="abc")
    for story in (root, child):
        story.write(home)
    meta = (home / ".claude" / child.path).with_suffix(".meta.json")
    for data in (b"", b"[]", b'{"toolUseId": 5}', b"\xff", json.dumps({"toolUseId": "t" * 70_000}).encode()):
        meta.write_bytes(data)
        with (home / ".claude" / child.path).open("ab") as file:
            file.write(b"\n")
        assert keys(synced(home)) == {root.session, f"{root.session}/agent-abc"}


def test_rows_nested_deeper_than_python_goes(home: Path) -> None:
    deep = b'{"type":"user","uuid":"d","message":{"role":"user","content":' + b"[" * 50_000 + b"]" * 50_000 + b"}}\n"
    put(home / ".claude" / GOOD.path, GOOD.data + deep)
    index = synced(home)
    assert keys(index) == {GOOD.session}
    assert sys.getrecursionlimit() < 50_000


def test_what_one_log_added_is_taken_back_with_it(home: Path) -> None:
    """A reader that fails in the middle leaves nothing behind: no entries, no names that later logs would trip over."""
    bad, good = chat(1).use("Lantern", {"x": 1}, "ok"), chat(2).use("Harbour", {"x": 1}, "ok")
    for story in (bad, good):
        story.write(home)
    opened = workspace(home)
    opened.sync()
    opened.db.execute("DELETE FROM word")
    parse = Member.parse

    def fails_late(self: Member, path: str, *rest: Any, **more: Any) -> Iterator[Event]:
        yield from parse(self, path, *rest, **more)
        if bad.session in path:
            raise ValueError("the reader's fault")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Texts, "LIMIT", 3)
        patch.setattr(Member, "parse", fails_late)
        problems = opened.sync_text().problems
    opened.close()
    assert ["the reader's fault" in one.reason for one in problems] == [True]
    found = dump(home / ".agent-trace" / "data.db", only=["doc"])["doc"]
    assert {row[1] for row in found} == {good.session}
    assert {row[6] for row in found} == {"", "Bash", "Edit", "Harbour"}
