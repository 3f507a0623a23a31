"""The file of what the person gave: appended to by many, torn by crashes, written anew when something is taken back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app import annotations as noting
from agent_trace.app.annotations import annotate
from agent_trace.app.choosing import choose
from agent_trace.errors import UnreachableError, UnreadableError
from agent_trace.model.annotations import Annotation, Hidden, Renamed, Starred, gathered
from agent_trace.model.selection import Name
from agent_trace.store.annotations import AnnotationFile, encoded
from agent_trace.sync.lock import lock
from tests.sync.program import finish, run, start
from tests.sync.stories import chat
from tests.sync.tables import workspace

NAME = Name("claude", "s1")


def note(number: int, text: str = "a note") -> Annotation:
    return Annotation(annotation_id=f"{number:012}", agent=NAME.agent, session_id=NAME.key, note=text)


@pytest.fixture
def file(tmp_path: Path) -> AnnotationFile:
    return AnnotationFile(str(tmp_path / "annotations.jsonl"))


def texts(file: AnnotationFile) -> list[str]:
    return [one.note for one in file.known.rows if isinstance(one, Annotation)]


def put(file: AnnotationFile, *facts: Annotation) -> None:
    file.change(lambda lines: [*(line.data for line in lines), *map(encoded, facts)])


def test_what_is_added_is_there(file: AnnotationFile) -> None:
    assert file.known.rows == ()
    put(file, note(1, "one"))
    put(file, note(2, "two\nlines"), note(3, "three"))
    assert texts(file) == texts(AnnotationFile(file.path)) == ["one", "two\nlines", "three"]
    assert Path(file.path).stat().st_mode & 0o777 == 0o600
    assert len(Path(file.path).read_bytes().splitlines()) == 3


def test_nothing_new_writes_nothing(file: AnnotationFile) -> None:
    put(file, note(1))
    before = Path(file.path).stat()
    assert file.change(lambda lines: [line.data for line in lines]) is False
    assert Path(file.path).stat() == before


@pytest.mark.parametrize("torn", [b'{"type":"annotation","annotation_id":"9","ag', b"{", b"\x00\x00\x00", b"\xff\xfe{"])
def test_a_torn_line_is_harmless(file: AnnotationFile, torn: bytes) -> None:
    put(file, note(1, "one"))
    with Path(file.path).open("ab") as opened:
        opened.write(torn)
    assert texts(file) == ["one"]
    put(file, note(2, "two"))
    assert texts(file) == ["one", "two"]
    assert torn in Path(file.path).read_bytes()


STRANGE = (
    b'{"type":"reaction","annotation_id":"1","agent":"claude","session_id":"s1","smile":true}',
    b'{"annotation_id":"a","session_id":"s1","event_id":"e","note":"of another tool"}',
    b'{"type":"annotation","annotation_id":"2","agent":"claude","session_id":"s1","note":7}',
    b'{"type":"annotation","annotation_id":"3","agent":"claude","session_id":"s1","created_at":-1}',
    b'{"type":"annotation","annotation_id":"4","agent":"claude","session_id":"s1","created_at":1e999}',
    b"[1, 2",
    b"[" * 100_000,
)


def test_rows_that_are_not_understood_stay_as_they_are(file: AnnotationFile) -> None:
    Path(file.path).write_bytes(b"\n".join([*STRANGE, b"", encoded(note(5, "mine"))]))
    assert texts(file) == ["mine"]
    file.change(lambda lines: [line.data for line in lines if line.given is None])
    assert Path(file.path).read_bytes() == b"".join(line + b"\n" for line in STRANGE)


def test_what_is_taken_back_is_in_no_byte_of_the_old_file(file: AnnotationFile) -> None:
    put(file, note(1, "xylophonist"), note(2, "other"))
    with Path(file.path).open("rb") as old:
        file.change(lambda lines: [line.data for line in lines][1:])
        rest = old.read()
    assert set(rest) == {0}
    assert texts(file) == ["other"]
    assert Path(file.path).stat().st_mode & 0o777 == 0o600
    assert [one.name for one in Path(file.path).parent.iterdir()] == ["annotations.jsonl"]


def test_a_reader_that_meets_the_overwriting_reads_again(file: AnnotationFile) -> None:
    put(file, note(1, "one"))
    Path(file.path).write_bytes(b"\0" * 10)
    assert file.lines()[0].given is None
    assert file.known.rows == ()


def test_killed_while_it_is_written_anew(file: AnnotationFile, monkeypatch: pytest.MonkeyPatch) -> None:
    put(file, note(1, "one"), note(2, "two"))
    before = Path(file.path).read_bytes()
    child = os.fork()
    if not child:
        monkeypatch.setattr(os, "replace", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        file.change(lambda lines: [line.data for line in lines][1:])
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert Path(file.path).read_bytes() == before
    assert Path(file.path + ".new").exists()
    file.change(lambda lines: [line.data for line in lines][:1])
    assert (texts(file), Path(file.path + ".new").exists()) == (["one"], False)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "annotations.jsonl"
    link.symlink_to(tmp_path / "elsewhere" / "mine.jsonl")
    file = AnnotationFile(str(link))
    put(file, note(1), note(2, "two"))
    file.change(lambda lines: [line.data for line in lines][1:])
    assert link.is_symlink()
    assert texts(AnnotationFile(str(link))) == ["two"]


def test_what_cannot_be_read_or_written_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "annotations.jsonl"
    folder.mkdir()
    with pytest.raises(UnreadableError, match="cannot be read"):
        AnnotationFile(str(folder)).lines()
    nowhere = AnnotationFile(str(tmp_path / "no" / "annotations.jsonl"))
    with pytest.raises(UnreachableError, match="cannot be written"):
        put(nowhere, note(1))


def test_facts_by_session() -> None:
    head: dict[str, Any] = {"annotation_id": "1", "agent": NAME.agent, "session_id": NAME.key}
    found = gathered(
        (
            Renamed(**head, title="first"),
            Annotation(**head, label="pass"),
            Annotation(**head, label="of an event", event_id="e"),
            Annotation(**head, label="pass", note="twice"),
            Renamed(**head, title="last"),
            Starred(**head),
            Hidden(**head),
        )
    )
    assert (found.titles, found.labels) == ({NAME: "last"}, {NAME: ("pass",)})
    assert (list(found.starred), list(found.hidden), len(found.notes[NAME])) == ([NAME], [NAME], 3)


# ---------------------------------------------------------------- several processes


def test_processes_that_write_at_once_lose_nothing(home: Path) -> None:
    story = chat(1)
    story.write(home)
    run(home, "sync")
    words: list[tuple[str, ...]] = [("label", story.session, f"word{number}") for number in range(4)]
    words += [("annotate", story.session, str(number), "--note", "x" * 5000 + str(number)) for number in range(1, 5)]
    words += [("star", story.session), ("rename", story.session, "mine")]
    for process in [start(home, *one, "--no-sync") for one in words]:
        finish(process)
    out, _ = run(home, "annotations", story.session, "--json")
    notes = json.loads(out)["annotations"]
    assert sorted(one["label"] for one in notes if one["label"]) == [f"word{number}" for number in range(4)]
    assert sorted(one["note"][-1] for one in notes if one["note"]) == list("1234")
    summary = json.loads(out)["session"]
    assert (summary["starred"], summary["title"], len(summary["labels"])) == (True, "mine", 4)


def test_killed_at_any_moment_the_file_stays_good(home: Path) -> None:
    story = chat(1)
    story.write(home)
    run(home, "sync")
    run(home, "annotate", story.session, "1", "--note", "the first")
    for number in range(6):
        process = start(home, "rename", story.session, f"title {number}", "--no-sync")
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.06 * (number + 1))
        process.kill()
        process.communicate()
    run(home, "annotate", story.session, "2", "--note", "the last")
    notes = json.loads(run(home, "annotations", story.session, "--json")[0])["annotations"]
    assert [one["note"] for one in notes] == ["the first", "the last"]


def test_another_process_that_keeps_the_lock(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chat(1).write(home)
    opened = workspace(home)
    opened.sync()
    monkeypatch.setattr(noting, "LOCK_WAIT_S", 0.0)
    row = choose(opened)
    with lock(opened.config.annotations_lock_file, wait_s=0), pytest.raises(UnreachableError, match="another"):
        annotate(opened, row, note="x")
    opened.close()
