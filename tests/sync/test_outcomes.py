"""Stored outcomes: made once, stale when rows change, kept where nothing can be read, counted once over all sessions."""

from __future__ import annotations

import json
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from agent_trace.analysis.counting import Claim, counting
from agent_trace.app import digests
from agent_trace.app.outcomes import listening, look_at, look_at_quiet, of_family, produced
from agent_trace.app.workspace import Workspace
from agent_trace.config import load_config
from agent_trace.model.selection import Selection
from agent_trace.store import outcomes
from agent_trace.store.database import MEMORY, Database, open_database
from agent_trace.store.outcomes import Digest, Due, Made
from agent_trace.store.schema import OUTCOME_VERSION
from agent_trace.store.sessions import roots
from agent_trace.store.sources import all_sources
from agent_trace.sync import archived_events
from agent_trace.sync.figures import outcomes_in
from tests.sync.committing import SESSION, Log


def opened(home: Path, **variables: str) -> Workspace:
    environment = {"AGENT_TRACE_HOME": str(home / ".agent-trace"), "HOME": str(home), "TZ": "UTC", **variables}
    workspace = Workspace(load_config(environment), environment=environment)
    workspace.sync()
    return workspace


def commits(workspace: Workspace) -> dict[str, int]:
    """Session → its commits, as they are stored."""
    rows = {row.key: row.id for row in roots(workspace.db, Selection())}
    found = produced(workspace, rows.values())
    return {key: found[one].commits for key, one in rows.items() if one in found}


def test_a_log_that_grew_is_looked_at_again(home: Path) -> None:
    log = Log(home)
    log.committed("1111111")
    workspace = opened(home)
    assert commits(workspace) == {}
    assert look_at_quiet(workspace) == 1
    assert commits(workspace) == {log.key: 1}
    log.committed("2222222")
    workspace.sync()
    assert commits(workspace) == {}
    look_at_quiet(workspace)
    assert commits(workspace) == {log.key: 2}
    assert look_at_quiet(workspace) == 0
    workspace.close()


def test_a_running_session_waits_until_it_is_asked_for(home: Path) -> None:
    log = Log(home)
    log.committed("1111111")
    workspace = opened(home, AGENT_TRACE_NOW="2026-11-18T09:01:00Z")
    assert look_at_quiet(workspace) == 0
    look_at(workspace, [row.id for row in roots(workspace.db, Selection())])
    assert commits(workspace) == {log.key: 1}
    workspace.close()


def test_another_analysis_makes_them_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Log(home).committed("1111111")
    workspace = opened(home)
    assert [look_at_quiet(workspace), look_at_quiet(workspace)] == [1, 0]
    workspace.db.execute("UPDATE outcome SET version = version - 1")
    assert [look_at_quiet(workspace), look_at_quiet(workspace)] == [1, 0]
    workspace.close()


def test_without_log_and_archive_it_stays(home: Path) -> None:
    log = Log(home)
    log.committed("1111111")
    workspace = opened(home)
    look_at_quiet(workspace)
    log.path.unlink()
    workspace.sync()
    assert look_at_quiet(workspace) == 0
    workspace.db.execute("UPDATE outcome SET version = 0, turn = turn + 1")
    assert look_at_quiet(workspace) == 1
    assert commits(workspace) == {log.key: 1}
    workspace.close()


def test_what_was_never_looked_at_and_is_gone_is_not_known(home: Path) -> None:
    log = Log(home)
    log.committed("1111111")
    workspace = opened(home)
    log.path.unlink()
    workspace.sync()
    assert [look_at_quiet(workspace), look_at_quiet(workspace)] == [1, 0]
    assert commits(workspace) == {}
    workspace.close()


def test_a_session_that_only_looked_is_not_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Log(home)
    path = home / ".claude/projects/-home-you-shop" / f"{SESSION.format(1)}.jsonl"
    text = path.read_text()
    log = Log(home, 2)
    log.committed("1111111")
    monkeypatch.setattr(digests, "outcome", lambda session, child: failed())
    path.write_text(text.replace("please", "look") + reading())
    workspace = opened(home)
    assert look_at_quiet(workspace) == 2
    assert commits(workspace) == {SESSION.format(1): 0}
    workspace.close()


def failed() -> None:
    raise ValueError("a fault of the reader")


def reading() -> str:
    """A row in which a file is read."""
    asked = {"type": "tool_use", "id": "t9", "name": "Read", "input": {"file_path": "/home/you/shop/a"}}
    message = {"id": "m9", "role": "assistant", "model": "claude-opus-5", "content": [asked], "usage": {}}
    head = {"uuid": "9", "sessionId": SESSION.format(1), "timestamp": "2026-11-18T09:00:09.000Z", "type": "assistant"}
    return json.dumps({**head, "requestId": "r9", "message": message}) + "\n"


def test_what_another_process_changed_meanwhile_is_not_written(home: Path) -> None:
    Log(home).committed("1111111")
    workspace = opened(home)
    db = workspace.db
    (due,) = outcomes.due(db, running_since=2**62)
    outcomes.stale(db, f"[{due.session}]")
    with db.transaction():
        assert not outcomes.write(db, due, Digest(data=b""))
    outcomes.remove(db, [due.session])
    with db.transaction():
        assert not outcomes.write(db, due._replace(turn=0, key="another"), Digest(data=b""))
    assert db.execute("SELECT count(*) FROM outcome WHERE data IS NOT NULL").fetchone() == (0,)
    workspace.close()


def test_a_decision_of_another_process_comes_first(home: Path) -> None:
    log = Log(home)
    log.committed("1111111")
    workspace = opened(home)
    opened(home, AGENT_TRACE_TIER="1").close()
    assert look_at_quiet(workspace) == 0
    digests.make(workspace, outcomes.due(workspace.db))
    assert commits(workspace) == {}
    workspace.close()


def test_a_commit_counts_again_where_the_other_session_is_forgotten(home: Path) -> None:
    first, second = Log(home, 1), Log(home, 2)
    for log in (first, second):
        log.committed("1111111")
    workspace = opened(home)
    look_at_quiet(workspace)
    assert commits(workspace) == {first.key: 1, second.key: 0}
    gone = {row.key: row.id for row in roots(workspace.db, Selection())}[first.key]
    outcomes.remove(workspace.db, [gone])
    workspace.db.execute("UPDATE session SET content = 0 WHERE id = ?", (gone,))
    assert outcomes.is_open(workspace.db)
    look_at_quiet(workspace)
    assert commits(workspace) == {second.key: 1}
    workspace.close()


@pytest.mark.parametrize(("error", "raised"), [("database or disk is full", False), ("no such table", True)])
def test_an_index_that_takes_nothing(error: str, raised: bool, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Log(home).committed("1111111")
    said: list[str] = []
    workspace = opened(home)
    workspace.say = said.append

    def full(*_: object) -> None:
        raise sqlite3.OperationalError(error)

    monkeypatch.setattr(digests, "make", full)
    if raised:
        with pytest.raises(sqlite3.OperationalError):
            look_at_quiet(workspace)
    else:
        assert look_at_quiet(workspace) == 1
        assert said == [f"what sessions produced cannot be written down ({error})"]
    workspace.close()


def test_a_family_of_which_the_root_is_not_known() -> None:
    assert of_family([]) is None
    assert of_family([None]) is None


@pytest.mark.parametrize("there", [True, False])
def test_an_archive_of_an_older_analysis(there: bool, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the log is still there it is worked out anew, else what stands there is the best that is known."""
    log = Log(home)
    log.committed("1111111")
    with monkeypatch.context() as before:
        before.setattr(archived_events, "OUTCOME_VERSION", 0)
        workspace = opened(home, AGENT_TRACE_TIER="2")
        workspace.sync_text()
    if not there:
        log.path.unlink()
        workspace.sync()
    assert first_line(workspace)["outcome_version"] == 0
    look_at_quiet(workspace)
    assert commits(workspace) == {log.key: 1}
    assert first_line(workspace)["outcome_version"] == (OUTCOME_VERSION if there else 0)
    workspace.close()


def first_line(workspace: Workspace) -> dict[str, Any]:
    """The figures of the only archived log."""
    (source,) = all_sources(workspace.db)
    found: dict[str, Any] = json.loads(next(line for _, line in workspace.raw.lines(source)))
    return found


def test_an_archive_that_says_nothing_of_it(home: Path) -> None:
    Log(home).committed("1111111")
    workspace = opened(home, AGENT_TRACE_TIER="2", AGENT_TRACE_ARCHIVE="off")
    look_at_quiet(workspace)
    assert commits(workspace) == {}
    workspace.close()
    assert outcomes_in(b"{}") is None
    assert outcomes_in(b'{"type":"figures","outcomes":3}') is None
    assert outcomes_in(b'{"type":"figures"}', any_version=True) == {}


def test_what_a_log_lost_since_it_was_archived_stays(home: Path) -> None:
    log = Log(home)
    log.committed("1111111")
    log.committed("2222222")
    workspace = opened(home, AGENT_TRACE_TIER="2")
    look_at_quiet(workspace)
    rows = log.path.read_text().splitlines(keepends=True)
    log.path.write_text("".join([*rows[:1], *rows[3:]]))
    workspace.sync()
    look_at_quiet(workspace)
    assert commits(workspace) == {log.key: 2}
    workspace.close()


def test_many_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "BATCH", 2)
    for number in range(1, 6):
        Log(home, number).committed(f"{number}111111")
    workspace = opened(home)
    assert look_at_quiet(workspace) == 5
    assert set(commits(workspace).values()) == {1}
    assert len(outcomes.commits_of(workspace.db, range(9))) == 5
    workspace.close()


# ---- counted once, whatever comes in whatever order


@pytest.mark.parametrize("seed", range(12))
def test_counts_settled_bit_by_bit_are_those_of_all_at_once(seed: int) -> None:
    chance = random.Random(seed)
    db = open_database(MEMORY)
    held: dict[int, tuple[Made, ...]] = {}
    for number in range(1, 7):
        db.execute(
            "INSERT INTO session (id, agent, key, root_key, content) VALUES (?, 'a', ?, ?, 1)",
            (number, f"s{number}", ""),
        )
    for turn in range(30):
        session = chance.randrange(1, 7)
        if chance.random() < 0.3:
            outcomes.remove(db, [session])
            held.pop(session, None)
        else:
            held[session] = some_commits(chance)
            outcomes.stale(db, f"[{session}]")
            outcomes.write(db, due_of(db, session), Digest(data=b"", made=held[session]))
        if turn % 3 == 0:
            outcomes.settle_counts(db, lambda claims: counting(Claim(*one) for one in claims))
            assert stored(db) == at_once(held)
    db.close()


def due_of(db: Database, session: int) -> Due:
    turn = db.execute("SELECT turn FROM outcome WHERE session = ?", (session,)).fetchone()[0]
    return Due(session, "a", f"s{session}", turn)


def some_commits(chance: random.Random) -> tuple[Made, ...]:
    shas = [None, "1111a", "1111ab", "1111b", "2222c", "2222cd"]
    events = chance.sample("efghijkl", chance.randrange(4))
    return tuple(Made(event=one, number=1, at=chance.randrange(4), sha=chance.choice(shas)) for one in events)


def stored(db: Database) -> set[tuple[int, int]]:
    return set(db.execute("SELECT session, n FROM made WHERE counts").fetchall())


def at_once(held: dict[int, tuple[Made, ...]]) -> set[Any]:
    return counting(
        Claim(session, n, one.event, one.nth, one.at, one.sha, f"a s{session}")
        for session, rows in held.items()
        for n, one in enumerate(rows)
    )


# ---- heard while the text is indexed


def test_logs_are_read_once_for_text_and_outcome(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Log(home, 1), Log(home, 2)
    first.committed("1111111")
    first.ran("ls", "x" * 9000)
    second.ran("cat a", "nothing")
    workspace = opened(home)
    heard = listening(workspace)
    assert heard is not None
    with monkeypatch.context() as once:
        once.setattr(digests, "events_of", lambda *_, **__: pytest.fail("a log is read twice"))
        workspace.sync_text(listener=heard)
        assert heard.made == 2
        assert look_at_quiet(workspace) == 0
    assert commits(workspace) == {first.key: 1, second.key: 0}
    told = stored_text(workspace)
    workspace.close()
    plain = opened(home / "..", HOME=str(home), AGENT_TRACE_HOME=str(home / "plain"))
    plain.sync_text()
    look_at_quiet(plain)
    assert stored_text(plain) == told
    assert commits(plain) == {first.key: 1, second.key: 0}
    plain.close()


def stored_text(workspace: Workspace) -> list[Any]:
    workspace.db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, text, instance)")
    return workspace.db.execute("SELECT * FROM temp.words ORDER BY 1, 2, 3, 4").fetchall()


def test_a_fault_while_listening_leaves_the_text_whole(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(home)
    log.committed("1111111")
    workspace = opened(home)
    heard = listening(workspace)
    with monkeypatch.context() as broken:
        broken.setattr(digests, "outcome", lambda session, child: failed())
        assert workspace.sync_text(listener=heard).problems == []
    assert look_at_quiet(workspace) == 1
    assert commits(workspace) == {log.key: 1}
    assert listening(workspace) is None
    workspace.close()


def test_at_other_tiers_nobody_listens(home: Path) -> None:
    Log(home).committed("1111111")
    for tier in ("1", "2"):
        workspace = opened(home, AGENT_TRACE_TIER=tier)
        assert listening(workspace) is None
        workspace.close()
