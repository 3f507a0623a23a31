"""Sessions that lie in a database or in files that are rewritten as a whole are read like any others."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import zstandard

from agent_trace.app import workspace as rooms
from agent_trace.app.imports import recognised
from agent_trace.app.sessions import read_session
from agent_trace.app.workspace import Workspace
from agent_trace.config import load_config
from agent_trace.model.events import Titled, UserPrompt
from agent_trace.model.summary import Summary
from agent_trace.reports import doctor
from agent_trace.reports import list as list_report
from agent_trace.store.sessions import by_key
from agent_trace.sync import databases
from agent_trace.sync.members import Member
from tests.reports.small import NOW, ask, opened
from tests.sync import magpie

T = 1_795_000_000_000


@pytest.fixture(autouse=True)
def magpies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "members", lambda: {"magpie": Member(magpie)})


class Nest:
    """A database as its agent keeps it: in WAL mode, written to while we read."""

    def __init__(self, path: Path, mode: str = "wal") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.db = sqlite3.connect(path, isolation_level=None, timeout=0)
        self.db.execute(f"PRAGMA journal_mode={mode}")
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS message (id TEXT PRIMARY KEY, session TEXT, updated INTEGER, text BLOB, answer TEXT, "
            "output INTEGER, call TEXT, exit INTEGER DEFAULT 0, child TEXT, total INTEGER)"
        )

    def put(self, name: str, session: str, updated: int, **columns: Any) -> None:
        row = {"id": name, "session": session, "updated": T + updated, **columns}
        marks = ", ".join("?" * len(row))
        self.db.execute(f"INSERT OR REPLACE INTO message ({', '.join(row)}) VALUES ({marks})", list(row.values()))

    def close(self) -> None:
        self.db.close()


@pytest.fixture
def nest(home: Path) -> Iterator[Nest]:
    found = Nest(home / ".magpie" / "nest.db")
    found.put("a1", "s1", 1000, text=b"look for something that glitters")
    found.put("a2", "s1", 2000, output=10, exit=1)
    found.put("b1", "s2", 3000, text="another")
    found.put("b2", "s2", 4000, output=7)
    yield found
    found.close()


def listed(home: Path, **config: Any) -> dict[str, Summary]:
    """What `list` says, after the logs were archived and their text was indexed."""
    workspace = opened(home, **config)
    workspace.sync_text()
    result = ask(workspace, list_report)
    found = {one.id: one for one in result.sessions}
    problems = workspace.synced.problems if workspace.synced else []
    workspace.close()
    assert problems == []
    return found


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def outputs(found: dict[str, Summary]) -> dict[str, int | None]:
    return {name: one.total.usage.output for name, one in found.items()}


def test_a_database_holds_sessions(home: Path, nest: Nest) -> None:
    found = listed(home)
    one = found["s1"]
    assert outputs(found) == {"s1": 10, "s2": 7}
    assert (one.prompts, one.total.calls, one.total.tool_calls, one.total.errors, one.failed_steps) == (1, 1, 1, 0, 1)
    assert one.title == "look for something that glitters"
    assert one.total.cost_usd == Decimal("0.00525")


def test_rows_that_change_are_read_anew_and_their_versions_kept(home: Path, nest: Nest) -> None:
    listed(home)
    nest.put("a2", "s1", 2000, output=500)
    nest.put("a3", "s1", 5000, text="and then")
    found = listed(home)
    assert outputs(found) == {"s1": 500, "s2": 7}
    assert (found["s1"].prompts, found["s1"].total.calls, found["s1"].source_changed) == (2, 1, False)
    workspace = opened(home)
    events = read_session(workspace, by_key(workspace.db, "s1")[0]).events
    held = workspace.raw.archived(workspace_source(workspace, "#s1"))
    workspace.close()
    assert [event.text for event in events if isinstance(event, UserPrompt)] == [
        "look for something that glitters",
        "and then",
    ]
    assert held is not None
    assert [json.loads(line)["output"] for line in held.splitlines() if b'"a2"' in line] == [10, 500]


def workspace_source(workspace: Workspace, ending: str) -> Any:
    from agent_trace.store.sources import all_sources

    return next(one for one in all_sources(workspace.db) if one.path.endswith(ending))


def test_a_session_that_its_agent_deletes_stays(home: Path, nest: Nest) -> None:
    before = listed(home)
    nest.db.execute("DELETE FROM message WHERE session = 's1'")
    after = listed(home)
    assert outputs(after) == outputs(before)
    assert [after[name].source_changed for name in ("s1", "s2")] == [True, False]
    workspace = opened(home)
    events = read_session(workspace, by_key(workspace.db, "s1")[0]).events
    workspace.close()
    assert [event.text for event in events if isinstance(event, UserPrompt)] == ["look for something that glitters"]


@pytest.mark.parametrize("archive", ["on", "only-index", "off"])
def test_a_row_that_vanishes_still_counts(home: Path, nest: Nest, archive: str) -> None:
    listed(home, archive=archive)
    nest.db.execute("DELETE FROM message WHERE id = 'a2'")
    nest.put("a4", "s1", 6000, output=3)
    found = listed(home, archive=archive)
    assert (found["s1"].total.calls, found["s1"].total.usage.output) == (2, 13)


def test_nothing_is_left_beside_a_database_and_nobody_is_held_up(home: Path, nest: Nest) -> None:
    nest.db.execute("BEGIN IMMEDIATE")
    nest.put("c1", "s3", 9000, text="not yet committed")
    assert sorted(listed(home)) == ["s1", "s2"]
    nest.db.execute("COMMIT")
    assert sorted(listed(home)) == ["s1", "s2", "s3"]
    nest.close()
    assert names_in(home / ".magpie") == ["nest.db"]
    (home / ".agent-trace" / "data.db").unlink()
    assert sorted(listed(home)) == ["s1", "s2", "s3"]
    assert names_in(home / ".magpie") == ["nest.db"]


def test_a_database_that_is_none_is_named_and_hides_nothing(home: Path, nest: Nest) -> None:
    listed(home)
    nest.close()
    whole = nest.path.read_bytes()
    nest.path.write_bytes(b"SQLite format 3\x00" + b"broken" * 100)
    workspace = opened(home)
    assert workspace.synced is not None
    assert ["nest.db" in one.path for one in workspace.synced.problems] == [True]
    assert [one.source_changed for one in ask(workspace, list_report).sessions] == [False, False]
    workspace.close()
    nest.path.write_bytes(whole)
    assert outputs(listed(home)) == {"s1": 10, "s2": 7}


def test_a_database_that_nobody_wrote_to_is_not_opened(home: Path, nest: Nest, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_files: list[str] = []
    genuine = databases.sessions_in

    def watched(database: Any, agent: str, path: str) -> Any:
        opened_files.append(path)
        return genuine(database, agent, path)

    monkeypatch.setattr(databases, "sessions_in", watched)
    before = listed(home)
    assert outputs(listed(home)) == outputs(before)
    assert len(opened_files) == 1
    nest.put("a2", "s1", 2500, output=11)
    assert outputs(listed(home)) == {"s1": 11, "s2": 7}
    nest.db.execute("DELETE FROM message WHERE session = 's2'")
    assert listed(home)["s2"].source_changed
    listed(home)
    assert len(opened_files) == 3


def test_a_folder_that_cannot_be_written_to(home: Path, nest: Nest) -> None:
    nest.db.execute("PRAGMA wal_checkpoint")
    nest.put("c1", "s3", 9000, text="only in the write-ahead log")
    copy = home / "copy"
    copy.mkdir()
    for part in ("", "-wal"):
        (copy / f"nest.db{part}").write_bytes(Path(f"{nest.path}{part}").read_bytes())
    nest.close()
    copy.rename(home / ".magpie" / "read-only")
    from agent_trace.sync.databases import _copied

    connection = _copied(str(home / ".magpie" / "read-only" / "nest.db"))
    assert connection.execute("SELECT text FROM message WHERE session = 's3'").fetchall() == [
        ("only in the write-ahead log",)
    ]
    connection.close()


# ---------------------------------------------------------------- files that are rewritten as a whole


def write(path: Path, *rows: dict[str, Any], pretty: bool = True) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    (row,) = rows
    path.write_text(json.dumps(row, indent=2 if pretty else None), encoding="utf-8")


@pytest.fixture
def tree(home: Path) -> Path:
    """A session, its messages by its id, their parts by theirs."""
    top = home / ".magpie"
    write(top / "nests" / "p" / "s7.json", {"magpie": "glitter", "updated": T})
    write(top / "eggs" / "s7" / "m1.json", {"id": "m1", "text": "bring a spoon", "updated": T + 1000})
    write(top / "eggs" / "s7" / "m2.json", {"id": "m2", "output": 20, "updated": T + 2000})
    write(top / "eggs" / "other" / "m9.json", {"id": "m9", "output": 9000, "updated": T + 2000})
    write(top / "chicks" / "m2" / "c1.json", {"id": "m2.c1", "answer": "a spoon", "updated": T + 3000})
    return top


def test_a_session_lies_in_several_files(home: Path, tree: Path) -> None:
    found = listed(home)
    assert outputs(found) == {"s7": 20}
    assert (found["s7"].title, found["s7"].prompts, found["s7"].cwd) == ("glitter", 1, "/home/you/nest")
    workspace = opened(home)
    events = read_session(workspace, by_key(workspace.db, "s7")[0]).events
    workspace.close()
    assert [type(event).__name__ for event in events if not isinstance(event, Titled)] == [
        "SessionStarted", "UserPrompt", "LlmResponse", "ToolCall", "ToolResult", "AssistantText",
    ]  # fmt: skip


def test_one_of_the_files_changes(home: Path, tree: Path) -> None:
    listed(home)
    write(tree / "eggs" / "s7" / "m3.json", {"id": "m3", "output": 300, "updated": T + 9000})
    write(tree / "eggs" / "s7" / "m2.json", {"id": "m2", "output": 25, "updated": T + 2000})
    found = listed(home)
    assert (found["s7"].total.calls, found["s7"].total.usage.output, found["s7"].source_changed) == (2, 325, False)
    (tree / "eggs" / "s7" / "m3.json").unlink()
    assert outputs(listed(home)) == {"s7": 325}


def test_a_file_that_is_cut_is_counted_and_comes_back(home: Path, tree: Path) -> None:
    path = tree / "eggs" / "s7" / "m2.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:-4])
    found = listed(home)
    assert (found["s7"].total.calls, found["s7"].unread_lines) == (0, 1)
    path.write_bytes(whole)
    assert outputs(listed(home)) == {"s7": 20}


def test_a_compressed_log_is_that_of_the_plain_one(home: Path) -> None:
    plain = home / ".magpie" / "lines" / "s5.jsonl"
    plain.parent.mkdir(parents=True)
    lines = [
        {"magpie": "shine", "updated": T},
        {"id": "1", "text": "go", "updated": T},
        {"id": "2", "output": 5, "updated": T},
    ]
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    plain.write_bytes(data)
    before = listed(home)
    packed = zstandard.ZstdCompressor().compress(data[:90]) + zstandard.ZstdCompressor().compress(data[90:])
    plain.with_name("s5.jsonl.zst").write_bytes(packed)
    assert outputs(listed(home)) == outputs(before) == {"s5": 5}
    plain.unlink()
    assert outputs(listed(home)) == {"s5": 5}
    plain.with_name("s6.jsonl.zst").write_bytes(packed[:4] + b"no such frame" * 9)
    workspace = opened(home)
    assert workspace.synced is not None
    assert ["decompressed" in one.reason for one in workspace.synced.problems] == [True]
    workspace.close()


def test_what_a_database_tells_comes_behind_the_log(home: Path, tree: Path) -> None:
    nest = Nest(home / ".magpie" / "nest.db")
    nest.put("x1", "s7", 1, text="from the database")
    listed(home)
    nest.close()
    workspace = opened(home)
    events = read_session(workspace, by_key(workspace.db, "s7")[0]).events
    workspace.close()
    assert [event.text for event in events if isinstance(event, UserPrompt)] == ["bring a spoon", "from the database"]


def test_a_row_that_only_repeats_what_a_file_tells_is_no_log_without_session(home: Path, tree: Path) -> None:
    nest = Nest(home / ".magpie" / "nest.db")
    nest.put("x1", "s7", 1000)
    nest.put("x2", "nobody", 1000)
    nest.close()
    workspace = opened(home)
    found = ask(workspace, doctor).machine.without_session
    workspace.close()
    assert [path.rpartition("/")[2] for path in found] == ["nest.db#nobody"]


# ---------------------------------------------------------------- families


def test_a_sub_agent_with_an_id_of_its_own(home: Path) -> None:
    nests = home / ".magpie" / "nests" / "p"
    write(nests / "kid.json", {"magpie": "kid", "starter": "root", "output": 2, "updated": T + 5})
    assert [(one.parent, one.total.usage.output) for one in listed(home).values()] == [(None, 2)]
    write(nests / "grandkid.json", {"magpie": "grandkid", "starter": "kid", "output": 4, "updated": T + 6})
    write(nests / "root.json", {"magpie": "root", "output": 1, "child": "kid", "updated": T + 1})
    found = listed(home)
    assert {name: one.parent for name, one in found.items()} == {"root": None, "kid": "root", "grandkid": "kid"}
    root = found["root"]
    assert (root.own.usage.output, root.subagents.usage.output, root.total.usage.output) == (1, 6, 7)


def test_starters_in_a_circle_are_roots_of_nobody(home: Path) -> None:
    nests = home / ".magpie" / "nests" / "p"
    write(nests / "hen.json", {"magpie": "hen", "starter": "egg", "output": 2, "updated": T + 5})
    write(nests / "egg.json", {"magpie": "egg", "starter": "hen", "output": 4, "updated": T + 6})
    found = listed(home)
    assert sum(one.total.usage.output or 0 for one in found.values()) == 6


def test_an_account_without_dollars(home: Path) -> None:
    write(
        home / ".magpie" / "nests" / "p" / "s8.json",
        {"magpie": "sum", "text": "x", "output": 2, "total": 50, "updated": T},
    )
    (one,) = listed(home).values()
    assert one.unlogged is not None
    assert (one.own.usage.output, one.unlogged.usage.output, one.total.usage.output) == (2, 48, 50)


# ---------------------------------------------------------------- by path


def test_import_knows_documents_and_databases(home: Path, nest: Nest) -> None:
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    nest.close()
    nest.path.rename(elsewhere / "export.db")
    write(elsewhere / "export.json", {"magpie": "export", "updated": T}, pretty=False)
    write(elsewhere / "stranger.json", {"crow": "none"})
    sqlite3.connect(elsewhere / "other.db").execute("CREATE TABLE t (x)").connection.close()
    found = recognised(str(elsewhere), {"magpie": Member(magpie)})
    assert sorted(one.path.rpartition("/")[2] for one in found.logs) == ["export.db#s1", "export.db#s2", "export.json"]
    assert {one.path.rpartition("/")[2]: one.reason for one in found.strangers} == {
        "stranger.json": "JSON, but no record of an agent that is known",
        "other.db": "a database, but of no agent that is known",
    }


def test_the_index_is_made_again_from_the_archive(home: Path, nest: Nest, tree: Path) -> None:
    before = listed(home)
    nest.close()
    nest.path.unlink()
    (home / ".agent-trace" / "data.db").unlink()
    config = load_config({"HOME": str(home)})
    workspace = Workspace(config, environment={"HOME": str(home)}, now=NOW)
    workspace.sync()
    result = ask(workspace, list_report)
    workspace.close()
    assert outputs({one.id: one for one in result.sessions}) == outputs(before)
