"""sync, archive verify and archive extract as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.archives import verify
from agent_trace.sync.progress import Progress
from tests.sync.program import run
from tests.sync.stories import chat, put, town
from tests.sync.tables import synced, workspace


def told(home: Path, *words: str, code: int = 0) -> Any:
    return json.loads(run(home, *words, "--json", code=code)[0])


# ---------------------------------------------------------------- sync


def test_sync_says_what_it_did(home: Path) -> None:
    paths = town(home)
    done = told(home, "sync")
    assert (done["files"], done["files_read"], done["sessions"]) == (13, 13, 13)
    assert done["bytes_read"] == sum(path.stat().st_size for path in paths)
    assert done["text_bytes"] == done["bytes_read"] - len('{"type":"user","uuid":"torn","mess')
    assert (done["unread_lines"], done["due_bytes"], done["kept"], done["problems"]) == (1, 0, True, [])
    assert done["archived_bytes"] == sum(path.stat().st_size for path in home.rglob("*.zst"))
    again = told(home, "sync")
    assert [again[name] for name in ("files", "files_read", "bytes_read", "events")] == [13, 0, 0, 0]


def test_the_first_tier_alone(home: Path) -> None:
    town(home)
    done = told(home, "sync", "--tier", "1")
    assert (done["files_read"], done["events"], done["archived_bytes"]) == (13, 0, 0)
    assert done["due_bytes"] > 100_000
    assert "are not yet searchable" in run(home, "sync", "--tier", "1")[0]


def test_sync_in_words(home: Path) -> None:
    paths = town(home)
    (paths[0].parent / "folder.jsonl").symlink_to("/dev/null")
    out, said = run(home, "sync")
    assert said == ""
    assert "logs      13  (13 with something new)" in out
    assert "not a regular file" in out
    assert "1 line could not be understood: `agent-trace doctor` names them" in out
    paths[0].unlink()
    assert "gone      1  (what was read of them stays)" in run(home, "sync")[0]


def test_sync_where_nothing_is(home: Path) -> None:
    assert told(home, "sync")["sessions"] == 0


def test_sync_without_a_home_says_that_nothing_is_kept(home: Path) -> None:
    town(home)
    out, _ = run(home, "sync", AGENT_TRACE_HOME="/dev/null/x")
    assert "nothing of this was kept" in out


# ---------------------------------------------------------------- archive verify


def spoil(home: Path, place: int = -30) -> Path:
    """Turn one bit of the largest archived copy."""
    path = max(home.rglob("*.zst"), key=lambda one: one.stat().st_size)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    return path


def test_a_sound_archive(home: Path) -> None:
    paths = town(home)
    run(home, "sync")
    done = told(home, "archive", "verify")
    assert (done["copies"], done["frames"], done["unknown"], done["damaged"]) == (13, 13, 0, [])
    assert done["raw_bytes"] == sum(path.stat().st_size for path in paths) - len('{"type":"user","uuid":"torn","mess')
    assert "verified  all" in run(home, "archive", "verify")[0]


@pytest.mark.parametrize("place", [-30, -3, 4, 0, 30], ids=["data", "checksum", "length", "magic", "header"])
def test_a_turned_bit_is_found(home: Path, place: int) -> None:
    town(home)
    run(home, "sync")
    path = spoil(home, place)
    done = told(home, "archive", "verify", code=4)
    assert [(one["file"], one["log_exists"]) for one in done["damaged"]] == [(str(path), True)]
    assert "all but 1" in run(home, "archive", "verify", code=4, COLUMNS="400")[0]


def test_the_sessions_that_are_damaged_are_named(home: Path) -> None:
    chat(1).write(home).with_name("x").touch()
    run(home, "sync")
    (home / ".claude" / chat(1).path).unlink()
    run(home, "sync")
    spoil(home)
    done = told(home, "archive", "verify", code=4)
    assert [(one["sessions"], one["log_exists"]) for one in done["damaged"]] == [([chat(1).session], False)]
    assert chat(1).session in run(home, "archive", "verify", code=4)[0]


def test_a_lost_copy_is_found(home: Path) -> None:
    chat(1).write(home)
    run(home, "sync")
    next(home.rglob("*.zst")).unlink()
    done = told(home, "archive", "verify", code=4)
    assert [one["damage"][0].partition(" ")[2] for one in done["damaged"]] == ["bytes were written, 0 can be read"]


def test_what_a_killed_process_left_is_no_damage(home: Path) -> None:
    chat(1).write(home)
    run(home, "sync")
    path = next(home.rglob("*.zst"))
    put(path, path.read_bytes() + b"half a frame")
    assert told(home, "archive", "verify")["damaged"] == []


def test_copies_that_the_index_does_not_know(home: Path) -> None:
    town(home)
    run(home, "sync")
    for path in (home / ".agent-trace").glob("data.db*"):
        path.unlink()
    done = told(home, "archive", "verify")
    assert (done["copies"], done["unknown"], done["damaged"]) == (13, 13, [])
    put(next(home.rglob("*.zst")), b"no frame at all, but long enough to be looked at")
    assert len(told(home, "archive", "verify", code=4)["damaged"]) == 1


def test_no_archive(home: Path) -> None:
    chat(1).write(home)
    run(home, "sync", AGENT_TRACE_ARCHIVE="only-index")
    assert "nothing is archived yet" in run(home, "archive", "verify")[0]


def test_verifying_shows_how_far_it_is(home: Path) -> None:
    town(home)
    synced(home)
    seen: list[tuple[int, int]] = []
    opened = workspace(home)
    verify(opened, lambda progress: seen.append((progress.done, progress.total)))
    opened.close()
    assert len(seen) == 13
    assert 0.8 < seen[-1][0] / seen[-1][1] <= 1
    assert isinstance(Progress().done, int)


# ---------------------------------------------------------------- archive extract


def test_a_log_as_it_was(home: Path) -> None:
    path = chat(1).write(home)
    run(home, "sync")
    path.unlink()
    assert run(home, "archive", "extract", chat(1).session[:8])[0].encode() == chat(1).data
    run(home, "archive", "extract", chat(1).session, "-o", str(home / "out.jsonl"))
    assert (home / "out.jsonl").read_bytes() == chat(1).data
    assert (home / "out.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_rewritten_log_whole(home: Path) -> None:
    path = chat(1).write(home)
    run(home, "sync")
    path.write_bytes(chat(1).data[4000:])
    run(home, "sync")
    out = run(home, "archive", "extract", "latest")[0].encode()
    assert out.startswith(chat(1).data)


def test_a_log_in_two_homes_once(home: Path) -> None:
    chat(1).write(home)
    put(home / "other" / chat(1).path, chat(1).data)
    two = f"{home}/other,{home}/.claude"
    run(home, "sync", CLAUDE_CONFIG_DIR=two)
    assert run(home, "archive", "extract", "latest", CLAUDE_CONFIG_DIR=two)[0].encode() == chat(1).data


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["extract", "nothing-like-it"], 3, "no session's id begins with"),
        (["extract", "latest"], 3, "is not archived"),
        (["extract"], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_extracted(home: Path, words: list[str], code: int, message: str) -> None:
    chat(1).write(home)
    run(home, "sync", "--tier", "1")
    assert message in run(home, "archive", *words, code=code)[1]


def test_a_damaged_copy_is_not_written(home: Path) -> None:
    chat(1).write(home)
    run(home, "sync")
    spoil(home)
    assert "does not match its checksum" in run(home, "archive", "extract", "latest", code=4)[1]


def test_a_file_that_exists_is_not_overwritten(home: Path) -> None:
    chat(1).write(home)
    run(home, "sync")
    (home / "out").write_text("mine")
    assert "File exists" in run(home, "archive", "extract", "latest", "-o", str(home / "out"), code=5)[1]
    assert (home / "out").read_text() == "mine"
