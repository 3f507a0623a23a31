"""OpenCode's sessions through the whole shell: found, listed, read while it writes, imported, counted once."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from agent_trace.app.imports import recognised
from agent_trace.app.workspace import Workspace
from agent_trace.model.summary import Summary
from agent_trace.reports import list as list_report
from tests.agents.opencode.stores import CORPUS, RUNS, VERSION, database, logs, tree, truth
from tests.reports.small import ask, opened

WHERE = Path(".local/share/opencode")


def listed(home: Path) -> dict[str, Summary]:
    """What `list` says, after everything was archived and indexed."""
    workspace = opened(home)
    workspace.sync_text()
    problems = workspace.synced.problems if workspace.synced else []
    found = {one.id: one for one in ask(workspace, list_report).sessions}
    workspace.close()
    assert problems == []
    return found


def store(home: Path, run: str, name: str = "opencode.db") -> sqlite3.Connection:
    """The database of a run where OpenCode keeps it, in the mode that it keeps it in."""
    folder = home / WHERE
    folder.mkdir(parents=True, exist_ok=True)
    found = database(run, folder / name)
    found.execute("PRAGMA journal_mode = WAL")
    return found


def plant(home: Path, run: str) -> None:
    """The files that versions before 1.2 kept."""
    for files in tree(run).values():
        for path, content in files.items():
            file = home / WHERE / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def figures(found: dict[str, Summary]) -> dict[str, tuple[object, ...]]:
    """What every shape of the same sessions must agree on."""
    return {
        name: (one.parent, one.title, one.prompts, one.own.calls, one.own.usage, one.own.recorded_usd, one.own.tool_calls,
               one.own.errors, one.failed_steps, one.lines_added, one.lines_removed, one.unread_lines, one.started, one.ended)
        for name, one in found.items()
    }  # fmt: skip


@pytest.mark.parametrize("run", RUNS)
def test_sessions_add_up_to_what_happened(home: Path, run: str) -> None:
    store(home, run).close()
    told, found = truth(run), listed(home)
    assert set(found) == set(logs(run))
    assert (
        sum(one.own.calls or 0 for one in found.values()),
        sum(one.own.usage.output or 0 for one in found.values()),
        sum(one.own.tool_calls or 0 for one in found.values()),
        sum(one.own.errors or 0 for one in found.values()),
        sum(one.failed_steps or 0 for one in found.values()),
        sum(one.prompts or 0 for one in found.values()),
    ) == (
        told["calls"],
        told["usage"]["output"],
        told["tool_calls"],
        told["errors"],
        told["failed_steps"],
        len(told["prompts"]),
    )


@pytest.mark.parametrize("run", ["fix", "served"])
def test_every_shape_says_the_same_and_all_together_too(home: Path, run: str, tmp_path: Path) -> None:
    store(home, run).close()
    database_alone = figures(listed(home))
    plant(tmp_path / "old", run)
    assert figures(listed(tmp_path / "old")) == database_alone
    plant(home, run)
    assert figures(listed(home)) == database_alone


def test_a_fork_owns_only_what_it_added(home: Path) -> None:
    store(home, "served").close()
    found = listed(home)
    early, fork = found["ses_e01e35a74ffeOwjaRsQCw3Vy3i"], found["ses_e01e34bdfffeQZIIjbj4JXu6Xf"]
    assert [(one.prompts, one.own.calls) for one in (early, fork)] == [(1, 1), (1, 1)]


def test_databases_of_other_channels_are_read(home: Path) -> None:
    store(home, "patches", "opencode-beta.db").close()
    assert len(listed(home)) == 1


def test_reading_neither_waits_for_a_writer_nor_holds_it_up(home: Path) -> None:
    writer = store(home, "patches")
    (name,) = logs("patches")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE session SET title = 'Not yet written'")
    assert listed(home)[name].title == "Fix division by zero"
    writer.execute("UPDATE session SET title = 'Written', time_updated = time_updated + 1")
    writer.execute("COMMIT")
    assert listed(home)[name].title == "Written"
    assert sorted(path.name for path in (home / WHERE).iterdir()) == [
        "opencode.db",
        "opencode.db-shm",
        "opencode.db-wal",
    ]
    writer.close()


def test_a_running_session_is_followed(home: Path) -> None:
    writer = store(home, "changes")
    (name,) = logs("changes")
    before = listed(home)[name]
    last = writer.execute("SELECT id, data FROM message ORDER BY time_created DESC LIMIT 1").fetchone()
    usage = {"input": 5, "output": 7, "reasoning": 0, "cache": {"read": 0, "write": 0}}
    data = json.dumps(json.loads(last["data"]) | {"tokens": usage, "cost": 0.5, "finish": "tool-calls"})
    writer.execute("UPDATE message SET data = ?, time_updated = time_updated + 9999 WHERE id = ?", (data, last["id"]))
    after = listed(home)[name]
    assert (before.own.calls, after.own.calls) == (12, 12)
    assert (after.own.usage.output or 0) - (before.own.usage.output or 0) == 7
    part = writer.execute(
        "SELECT id, data FROM part WHERE message_id = ? AND data LIKE '%\"tool\"%'", last[:1]
    ).fetchone()
    state = json.loads(part["data"]) | {"state": {"status": "error", "error": "Tool execution aborted", "input": {}}}
    update = "UPDATE part SET data = ?, time_updated = time_updated + 99999 WHERE id = ?"
    writer.execute(update, (json.dumps(state), part["id"]))
    assert listed(home)[name].own.errors == (before.own.errors or 0) + 1
    writer.close()


def test_a_deleted_session_stays(home: Path) -> None:
    writer = store(home, "patches")
    before = listed(home)
    for table in ("part", "message", "session"):
        writer.execute(f"DELETE FROM {table}")
    after = listed(home)
    assert figures(after) == figures(before)
    assert [one.source_changed for one in after.values()] == [True]
    writer.close()


@pytest.mark.parametrize("name", ["session.json", "notes.txt", "no ending", "log.jsonl"])
def test_an_export_is_imported_under_any_name(home: Path, name: str, tmp_path: Path) -> None:
    source = next((CORPUS / VERSION).rglob("export-*.json"))
    (tmp_path / name).write_bytes(source.read_bytes())
    workspace = opened(home)
    found = imported(workspace, tmp_path / name)
    workspace.close()
    assert found == [("opencode", str(tmp_path / name))]


def imported(workspace: Workspace, path: Path) -> list[tuple[str, str]]:
    """What an import would take in."""
    return [(one.agent, one.path) for one in recognised(str(path), workspace.members).logs]
