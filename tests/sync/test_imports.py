"""Importing logs by path: recognised by what is in them, remembered, read with all others."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app import imports
from tests.sync.program import run
from tests.sync.stories import chat, family, put, town
from tests.sync.tables import SUMS, differences, dump, synced, workspace


def imported(home: Path, *paths: Path) -> Any:
    return json.loads(run(home, "import", *map(str, paths), "--json")[0])


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with what a backup may hold: logs, a file beside one, other files, files that only look like logs."""
    root, child = family(1)
    story = chat(2)
    put(tmp_path / "backup" / story.path, story.data)
    put(tmp_path / "backup" / root.path, root.data)
    put(tmp_path / "backup" / child.path, child.data)
    put((tmp_path / "backup" / child.path).with_suffix(".meta.json"), b'{"toolUseId": "toolu_1"}')
    put(tmp_path / "backup" / "settings.json", b'{"theme": "dark"}')
    put(tmp_path / "backup" / "notes.jsonl", b"milk\neggs\n")
    put(tmp_path / "backup" / "nothing.jsonl", b"")
    put(tmp_path / "backup" / "picture.png", b"\x89PNG")
    return tmp_path / "backup"


def test_a_folder(home: Path, elsewhere: Path) -> None:
    done = imported(home, elsewhere)
    root, child = family(1)
    assert {Path(log["path"]).name: log["sessions"] for log in done["logs"]} == {
        f"{chat(2).session}.jsonl": [chat(2).session],
        f"{root.session}.jsonl": [root.session],
        f"agent-{child.agent}.jsonl": [f"{root.session}/agent-{child.agent}"],
    }
    assert {log["agent"] for log in done["logs"]} == {"claude"}
    assert {Path(one["path"]).name: one["reason"] for one in done["not_recognised"]} == {
        "settings.json": "JSON, but no record of an agent that is known",
        "notes.jsonl": "not lines of JSON",
        "nothing.jsonl": "empty",
    }


def test_a_person_reads_it(home: Path, elsewhere: Path) -> None:
    put(elsewhere / "odd.jsonl", chat(4, 1).data + b"no JSON\n")
    out, _ = run(home, "import", str(elsewhere))
    assert "claude     4" in out
    assert "1 line could not be understood" in out
    assert "notes.jsonl    not lines of JSON" in out


def test_it_is_found_again_in_every_sync(home: Path, elsewhere: Path) -> None:
    imported(home, elsewhere)
    story = chat(2, 5)
    put(elsewhere / story.path, story.data)
    put(elsewhere / chat(3).path, chat(3).data)
    after = dump(synced(home), only=SUMS)
    assert {row[1]: row[14] for row in after["session"] if "/" not in row[1]} == {
        story.session: 5, chat(3).session: 3, family(1).__next__().session: 2,
    }  # fmt: skip


def test_the_answer_is_the_same_as_at_home(home: Path, tmp_path: Path) -> None:
    town(home)
    at_home = dump(synced(home), root=home / ".claude")
    shutil.copytree(home / ".claude", tmp_path / "backup")
    shutil.rmtree(home / ".claude")
    shutil.rmtree(home / ".agent-trace")
    imported(home, tmp_path / "backup")
    away = dump(home / ".agent-trace" / "data.db", root=tmp_path / "backup")
    assert differences(at_home, away) == []


def test_importing_what_is_at_home_counts_once(home: Path) -> None:
    town(home)
    before = dump(synced(home))
    imported(home, home / ".claude")
    assert differences(before, dump(home / ".agent-trace" / "data.db")) == []


def test_a_path_is_remembered_once(home: Path, elsewhere: Path) -> None:
    for _ in range(2):
        imported(home, elsewhere, elsewhere / "projects")
    path = home / ".agent-trace" / "imported"
    assert path.read_text().splitlines() == [str(elsewhere), str(elsewhere / "projects")]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_relative_path(home: Path, elsewhere: Path) -> None:
    imported(home, Path(os.path.relpath(elsewhere, home)))
    assert (home / ".agent-trace" / "imported").read_text() == f"{elsewhere}\n"


def test_known_files_are_not_opened_again(home: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(home, elsewhere)
    looked: list[str] = []

    def look(path: str, members: object) -> tuple[str, str]:
        looked.append(Path(path).name)
        return "", "no"

    monkeypatch.setattr(imports, "_agent", look)
    synced(home)
    synced(home)
    assert looked == []
    put(elsewhere / "notes.jsonl", b"milk\neggs\nbread\n")
    synced(home)
    assert looked == ["notes.jsonl"]


def test_a_deleted_import_stays_in_the_index(home: Path, elsewhere: Path) -> None:
    imported(home, elsewhere)
    before = dump(home / ".agent-trace" / "data.db", only=["call", "doc"])
    shutil.rmtree(elsewhere)
    assert differences(before, dump(synced(home), only=["call", "doc"])) == []


@pytest.mark.parametrize(
    ("names", "code", "words"),
    [
        (["nowhere"], 3, "there is no file nowhere"),
        (["backup/notes.jsonl"], 4, "not lines of JSON"),
        (["backup/picture.png"], 4, "not lines of JSON"),
        ([], 2, "name files or folders to import"),
        (["backup", "--discover"], 2, "name files or folders to import"),
    ],
)
def test_what_it_refuses(home: Path, elsewhere: Path, names: list[str], code: int, words: str) -> None:
    elsewhere.rename(home / "backup")
    assert words in run(home, "import", *names, code=code)[1]
    assert not (home / ".agent-trace" / "imported").exists()


def test_a_log_that_begins_with_a_long_line(home: Path, elsewhere: Path) -> None:
    """A picture in the first prompt."""
    story = chat(60, 1)
    story.rows[0]["message"]["content"] = "x" * 700_000
    path = put(elsewhere / "long.jsonl", story.data)
    assert [log["sessions"] for log in imported(home, path)["logs"]] == [["long"]]


def test_strange_files_do_no_harm(home: Path, elsewhere: Path) -> None:
    os.mkfifo(elsewhere / "pipe.jsonl")
    (elsewhere / "link.jsonl").symlink_to(elsewhere / "nowhere")
    put(elsewhere / os.fsdecode(b"caf\xe9.jsonl"), chat(9).data)
    done = imported(home, elsewhere)
    assert [one["reason"] for one in done["not_recognised"]].count("its name is no UTF-8") == 1
    assert len(done["logs"]) == 3


def test_what_was_forgotten_stays_away(home: Path, elsewhere: Path) -> None:
    imported(home, elsewhere)
    run(home, "forget", chat(2).session, "--yes")
    done = imported(home, elsewhere / chat(2).path)
    assert [log["sessions"] for log in done["logs"]] == [[]]


def test_one_log_that_is_forgotten_is_no_longer_remembered(home: Path, elsewhere: Path) -> None:
    imported(home, elsewhere / chat(2).path, elsewhere / "projects")
    run(home, "forget", chat(2).session, "--yes")
    assert (home / ".agent-trace" / "imported").read_text() == f"{elsewhere / 'projects'}\n"


# ---------------------------------------------------------------- --discover


def test_discovery(home: Path) -> None:
    town(home, 2)
    before = json.loads(run(home, "import", "--discover", "--json")[0])
    synced(home)
    chat(1, 4).write(home)
    after = json.loads(run(home, "import", "--discover", "--json")[0])
    assert (len(before["logs"]), before["indexed"]) == (5, 0)
    assert [one["session"] for one in after["logs"] if not one["indexed"]] == [chat(1).session]


def test_discovery_in_another_home(home: Path, elsewhere: Path) -> None:
    out, _ = run(home, "import", "--discover", "--home", str(elsewhere))
    assert "3 logs, 0 indexed" in out
    assert "`agent-trace sync` indexes" in out


def test_discovery_of_nothing(home: Path) -> None:
    assert "no log was found" in run(home, "import", "--discover")[0]


def test_discovery_does_not_read(home: Path) -> None:
    town(home, 2)
    run(home, "import", "--discover")
    opened = workspace(home)
    assert opened.db.execute("SELECT count(*) FROM source").fetchone() == (0,)
    opened.close()
