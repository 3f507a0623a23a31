"""An index of another DATA_VERSION: an older one is renewed and loses nothing, a newer one is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from agent_trace.app.sessions import lines_of
from agent_trace.errors import NewerStoreError, UnreadableError
from agent_trace.model.scan import CostRecord, Scan
from agent_trace.store.schema import DATA_VERSION
from agent_trace.store.sessions import by_key
from agent_trace.sync.figures import Figures, both, figures_of
from tests.sync.program import run
from tests.sync.stories import Story, chat, town
from tests.sync.tables import SUMS, differences, dump, synced, workspace
from tests.sync.test_clears import account

OLDER = """
ALTER TABLE source DROP COLUMN again;
ALTER TABLE session DROP COLUMN failed_steps;
ALTER TABLE session ADD COLUMN mood TEXT DEFAULT 'good';
DROP INDEX call_at;
CREATE INDEX call_tool ON call (tool);
CREATE TABLE obsolete (id INTEGER PRIMARY KEY, text TEXT);
INSERT INTO obsolete VALUES (1, 'something');
UPDATE call SET output = output * 2;
UPDATE session SET title = 'as the old version saw it';
"""
"""What an older version might have left: other columns, tables and indexes, other figures."""


def age(index: Path, version: int = DATA_VERSION - 1) -> None:
    db = sqlite3.connect(index)
    db.executescript(OLDER)
    db.execute(f"PRAGMA user_version = {version}")
    db.commit()
    db.close()


def test_an_older_index_is_made_again(home: Path) -> None:
    town(home)
    index = synced(home)
    before = dump(index)
    age(index)
    said: list[str] = []
    after = dump(synced(home, said=said))
    assert differences(before, after) == []
    assert "every log is read again" in said[0]
    again: list[str] = []
    assert differences(before, dump(synced(home, said=again))) == []
    assert again == []


def test_it_has_the_form_of_a_new_one(home: Path) -> None:
    town(home)
    index = synced(home)
    age(index)
    synced(home)
    assert form(index) == form(synced(home, "new"))


def form(index: Path) -> set[tuple[str, str]]:
    db = sqlite3.connect(index)
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'text_%'").fetchall()
    db.close()
    return {(name, sql.replace('"', "").replace("'", "")) for name, sql in rows}


@pytest.mark.parametrize("mode", ["on", "only-index"])
def test_gone_logs_keep_their_sums(home: Path, mode: str) -> None:
    """Archived ones are read again; of others stays what the old version had."""
    paths = town(home)
    index = synced(home, AGENT_TRACE_ARCHIVE=mode)
    for path in paths[:4]:
        path.unlink()
    synced(home, AGENT_TRACE_ARCHIVE=mode)
    before = dump(index)
    with closing(sqlite3.connect(index)) as db, db:
        db.execute(f"PRAGMA user_version = {DATA_VERSION - 1}")
    db.close()
    after = dump(synced(home, AGENT_TRACE_ARCHIVE=mode))
    assert differences(before, after) == []


def test_what_cannot_be_read_again_stays_as_it_was(home: Path) -> None:
    story = chat(1)
    path = story.write(home)
    index = synced(home, AGENT_TRACE_ARCHIVE="only-index")
    path.unlink()
    synced(home, AGENT_TRACE_ARCHIVE="only-index")
    age(index)
    old = dump(index, only=["call"])
    after = dump(synced(home, AGENT_TRACE_ARCHIVE="only-index"), only=["call", "doc"])
    assert differences(old, {"call": after["call"]}) == []
    assert len(after["doc"]) > 10


def test_lost_lines_stay_counted(home: Path) -> None:
    """A log that was cut and never archived: what was in it once is in the old index alone."""
    story = chat(1, 6)
    path = story.write(home)
    index = synced(home, AGENT_TRACE_ARCHIVE="only-index")
    path.write_bytes(b"".join(story.lines[30:]))
    synced(home, AGENT_TRACE_ARCHIVE="only-index")
    before = dump(index, only=SUMS)
    with closing(sqlite3.connect(index)) as db, db:
        db.execute(f"PRAGMA user_version = {DATA_VERSION - 1}")
    db.close()
    assert differences(before, dump(synced(home, AGENT_TRACE_ARCHIVE="only-index"), only=SUMS)) == []


def test_an_account_is_known_again_whose_clock_an_older_version_did_not_read(home: Path) -> None:
    """Of a log that was cut and never archived what was read before stays: the same record would count twice."""
    story = account(chat(1, 6).cost(1.5).prompt("more").say("yes").cost(2.5), 1_790_000_000_000, 1_790_000_900_000)
    path = story.write(home)
    index = synced(home, AGENT_TRACE_ARCHIVE="only-index")
    path.write_bytes(b"".join(story.lines[20:]))
    synced(home, AGENT_TRACE_ARCHIVE="only-index")
    before = dump(index, only=SUMS)
    with closing(sqlite3.connect(index)) as db, db:
        for source, n, data in db.execute("SELECT source, n, data FROM record").fetchall():
            held = msgspec.msgpack.decode(data)
            del held["began_ms"]
            values = (msgspec.msgpack.encode(held), source, n)
            db.execute("UPDATE record SET data = ?, began = NULL, ended = NULL WHERE source = ? AND n = ?", values)
        db.execute(f"PRAGMA user_version = {DATA_VERSION - 1}")
    db.close()
    assert differences(before, dump(synced(home, AGENT_TRACE_ARCHIVE="only-index"), only=SUMS)) == []
    with closing(sqlite3.connect(index)) as db:
        assert db.execute("SELECT max(began), max(ended) FROM record").fetchone() == (
            1_790_000_000_000,
            1_790_000_900_000,
        )


def test_an_archive_of_figures_knows_accounts_again_too() -> None:
    def read(began: int | None, *spent: str) -> Figures:
        scan = Scan()
        scan.records = [
            CostRecord(session="s", at=1, models={"m": [1] * 6}, usd=usd, began_ms=began, duration_ms=5)
            for usd in spent
        ]
        return figures_of(scan)

    found = both(read(None, "1", "2", "3"), read(7, "2", "3", "4")).records
    assert [(one.usd, one.began_ms) for one in found] == [("1", None), ("2", 7), ("3", 7), ("4", 7)]


def test_rewritten_logs_stay_whole(home: Path) -> None:
    story = chat(1, 6)
    path = story.write(home)
    index = synced(home)
    path.write_bytes(b"".join(story.lines[30:]) + b"".join(line for line in chat(2, 1).lines))
    synced(home)
    before = dump(index)
    age(index)
    assert differences(before, dump(synced(home))) == []
    opened = workspace(home)
    lines = lines_of(opened, by_key(opened.db, story.session)[0])
    opened.close()
    assert [line + b"\n" for line in lines] == [*story.lines, *chat(2, 1).lines]


def test_logs_of_homes_that_are_not_looked_at_are_read_again(home: Path, tmp_path: Path) -> None:
    story = Story(9).prompt("elsewhere").say("yes")
    (tmp_path / "other" / "projects" / "x").mkdir(parents=True)
    (tmp_path / "other" / "projects" / "x" / f"{story.session}.jsonl").write_bytes(story.data)
    index = synced(home, CLAUDE_CONFIG_DIR=str(tmp_path / "other"))
    before = dump(index)
    age(index)
    assert differences(before, dump(synced(home))) == []


def test_a_copy_that_is_damaged_does_not_cost_the_old_figures(home: Path) -> None:
    path = chat(1).write(home)
    index = synced(home)
    path.unlink()
    synced(home)
    before = dump(index, only=SUMS)
    archived = next((home / ".agent-trace" / "archive").rglob("*.zst"))
    data = bytearray(archived.read_bytes())
    data[-40] ^= 255
    archived.write_bytes(data)
    with closing(sqlite3.connect(index)) as db, db:
        db.execute(f"PRAGMA user_version = {DATA_VERSION - 1}")
    db.close()
    opened = workspace(home)
    problems = opened.sync().problems
    opened.close()
    assert ["checksum" in one.reason for one in problems] == [True]
    assert differences(before, dump(synced(home), only=SUMS)) == []


def test_an_answer_without_sync_comes_from_the_old_figures(home: Path) -> None:
    town(home, 2)
    age(synced(home))
    out, said = run(home, "list", "--no-sync", "--json")
    assert "as the old version saw it" in out
    assert "every log is read again" in said
    assert "as the old version saw it" not in run(home, "list", "--json")[0]


def test_a_newer_index_is_refused(home: Path) -> None:
    chat(1).write(home)
    index = synced(home)
    with closing(sqlite3.connect(index)) as db, db:
        db.execute(f"PRAGMA user_version = {DATA_VERSION + 1}")
    db.close()
    before = index.read_bytes()
    with pytest.raises(NewerStoreError, match="written by a later version"):
        workspace(home)
    for command in ("list", "sync", "cost"):
        assert "update agent-trace" in run(home, command, code=4)[1]
    assert index.read_bytes() == before


def test_a_database_of_another_program_is_refused(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as db, db:
        db.execute("CREATE TABLE recipes (id INTEGER PRIMARY KEY, name TEXT)")
    db.close()
    for version in (0, 1):
        with closing(sqlite3.connect(other)) as db, db:
            db.execute(f"PRAGMA user_version = {version}")
        db.close()
        with pytest.raises(UnreadableError, match="a database of another program"):
            workspace(home, SQLITE_DB_PATH=str(other))
    assert list(tmp_path.glob("other.db.damaged*")) == []
