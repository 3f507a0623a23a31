"""What sessions did with tools and files, as it is stored: at each tier, without log and index, forgotten, redacted, summed by day."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from agent_trace.app.choosing import choose
from agent_trace.app.doings import files as files_of
from agent_trace.app.doings import tools as tools_of
from agent_trace.app.forgetting import forget, plan
from agent_trace.app.outcomes import look_at_all, look_at_quiet
from agent_trace.app.redacting import apply
from agent_trace.app.workspace import Workspace
from agent_trace.model.selection import Selection
from agent_trace.reports import files, tools, waste
from agent_trace.store import steps, tool_sums, touched
from agent_trace.store.outcomes import stale
from agent_trace.store.sessions import by_key
from agent_trace.sync.figures import worked_in
from tests.privacy.sinks import holding
from tests.reports.recorded import FIX, FORK, run
from tests.reports.small import ask, copy_run
from tests.sync.committing import Log
from tests.sync.tables import workspace as looked
from tests.sync.test_claims import at

SECRET = "AKIA" + "QYLPMN5HHHFPZAM2"
TABLES = ("step", "file", "found", "waste")


def told(workspace: Workspace) -> tuple[Any, ...]:
    return ask(workspace, tools), ask(workspace, files), ask(workspace, waste)


def once(home: Path, **variables: str) -> tuple[Any, ...]:
    workspace = at(home, **variables)
    workspace.sync_text()
    found = told(workspace)
    workspace.close()
    return found


def count(workspace: Workspace, table: str, where: str = "1") -> int:
    found: int = workspace.db.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0]
    return found


@pytest.mark.parametrize("tier", ["2", "3"])
def test_it_outlives_log_and_index(tier: str, home: Path) -> None:
    copy_run("2.1.329/fix", home)
    before = once(home)
    assert before[0].calls > 0
    assert before[1].count > 0
    assert once(home, AGENT_TRACE_TIER=tier) == before
    shutil.rmtree(home / ".claude")
    assert once(home, AGENT_TRACE_TIER=tier) == before
    (home / ".agent-trace" / "data.db").unlink()
    assert once(home, AGENT_TRACE_TIER=tier) == before


def test_at_tier_1_nothing_is_known(home: Path) -> None:
    copy_run("2.1.329/fix", home)
    once(home)
    workspace = at(home, AGENT_TRACE_TIER="1")
    called, touched, wasted = told(workspace)
    assert (called.calls, called.known, touched.count, touched.known, wasted.findings, wasted.known) == (0,) * 6
    assert called.sessions == touched.sessions == wasted.sessions > 0
    assert [count(workspace, table) for table in (*TABLES, "path", "step_day")] == [0] * 6
    workspace.close()


def test_nothing_stays_of_a_forgotten_session(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        look_at_quiet(workspace)
        ask(workspace, tools)
        assert all(count(workspace, table) for table in (*TABLES, "step_day"))
        forget(workspace, plan(workspace, by_key(workspace.db, FIX)))
        gone = "session NOT IN (SELECT id FROM session)"
        assert [count(workspace, table, gone) for table in TABLES] == [0] * 4
        assert count(workspace, "path", "id NOT IN (SELECT path FROM file)") == 0
        assert count(workspace, "step_day", "day IN (SELECT day FROM step_due)") == 0


# ---- redacted


def with_secret(home: Path) -> Log:
    log = Log(home)
    row = {"type": "tool_use", "id": "t1", "name": "Read", "input": {"file_path": f"/home/you/shop/{SECRET}.txt"}}
    message = {
        "id": "m1",
        "role": "assistant",
        "model": "claude-opus-5",
        "content": [row],
        "usage": {"input_tokens": 1},
    }
    log._row(type="assistant", requestId="r1", message=message)
    answer = {"type": "tool_result", "tool_use_id": "t1", "content": "1\tx"}
    log._row(type="user", message={"role": "user", "content": [answer]})
    return log


@pytest.mark.parametrize("gone", [False, True])
def test_a_secret_in_a_path_is_masked_for_good(gone: bool, home: Path) -> None:
    log = with_secret(home)
    workspace = looked(home, "keep")
    workspace.sync()
    look_at_all(workspace)
    assert holding(home / "keep", SECRET) != []
    if gone:
        log.path.unlink()
    apply(workspace, choose(workspace, log.key))
    (one,) = ask(workspace, files).files
    workspace.close()
    assert one.path.startswith("/home/you/shop/")
    assert one.reads == 1
    assert holding(home / "keep", SECRET) == []


# ---- summed by day


def sums(workspace: Workspace, selection: Selection = Selection()) -> Any:
    """The tools without days being summed for it."""
    with patch.object(tool_sums, "sum_days", lambda _db: None):
        return tools.compute(tools_of(workspace, selection, None), tools.Options(), workspace.facts)


def test_sums_of_days_change_no_answer(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        look_at_all(workspace)
        selections = [Selection(), Selection(agents=("claude",)), Selection(agents=("codex",))]
        assert tool_sums.is_due(workspace.db)
        before = [sums(workspace, one) for one in selections]
        assert [ask(workspace, tools, one) for one in selections] == before
        assert not tool_sums.is_due(workspace.db)
        assert [sums(workspace, one) for one in selections] == before
        assert (before[0].calls > 0, before[2].calls) == (True, 0)
        fork = by_key(workspace.db, FORK)[0].id
        stale(workspace.db, f"[{fork}]")
        calls = count(workspace, "tool JOIN call ON call.key = tool.call", f"call.session = {fork}")
        assert sums(workspace).calls == before[0].calls - calls
        assert ask(workspace, tools) == before[0]


def test_sums_of_files_change_no_answer(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        look_at_all(workspace)

        def stored() -> Any:
            return files_of(workspace, Selection(), None, files.Options(), 0)

        assert touched.is_due(workspace.db)
        before = stored()
        assert before.count == len(before.files) > 0
        ask(workspace, files)
        assert not touched.is_due(workspace.db)
        assert stored() == before
        root = by_key(workspace.db, FIX)[0].id
        stale(workspace.db, f"[{root}]")
        assert stored().reads < before.reads
        assert files_of(workspace, Selection(), lambda _: None, files.Options(), 0) == before
        assert files_of(workspace, Selection(agents=("codex",)), None, files.Options(), 0).count == 0


def test_many_days_are_read_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with run("2.1.329/fix", home) as workspace:
        look_at_all(workspace)
        before = sums(workspace)
        monkeypatch.setattr(tool_sums, "MANY", 0)
        assert sums(workspace) == before


def test_a_selection_may_lie_within_one_quarter_of_an_hour(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        look_at_all(workspace)
        (times,) = workspace.db.execute("SELECT min(at), max(at) FROM call WHERE at >= 0").fetchall()
        quarter = times[0] // 900_000
        found = 0
        for minute in range(15):
            since = datetime.fromtimestamp(quarter * 900 + minute * 60, timezone.utc)
            found += sums(workspace, Selection(since=since, until=since + timedelta(minutes=1))).calls
        whole = datetime.fromtimestamp(quarter * 900, timezone.utc)
        assert found == sums(workspace, Selection(since=whole, until=whole + timedelta(minutes=15))).calls > 0


def test_calls_without_a_time_have_a_day_of_their_own(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        look_at_all(workspace)
        before = sums(workspace).calls
        workspace.db.execute("UPDATE OR IGNORE step SET quarter = -1")
        workspace.db.execute("INSERT OR IGNORE INTO step_due VALUES (-1)")
        assert sums(workspace).calls == before
        assert ask(workspace, tools).calls == before
        assert sums(workspace).calls == before


def test_an_index_that_cannot_be_written_answers_all_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_db: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with run("2.1.329/fix", home) as workspace:
        look_at_all(workspace)
        said: list[str] = []
        monkeypatch.setattr(tool_sums, "sum_days", full)
        monkeypatch.setattr(workspace, "say", said.append)
        assert ask(workspace, tools).calls > 0
        assert ["disk is full" in one for one in said] == [True]


def test_of_a_damaged_line_nothing_is_told() -> None:
    assert worked_in(b'{"type":"figures","worked":3}') == {}
    assert worked_in(b'{"type":"figures"}') == {}


def test_a_file_that_was_renamed_by_masking_joins_another(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        look_at_all(workspace)
        root = by_key(workspace.db, FIX)[0].id
        before = ask(workspace, files)
        touched.mask(workspace.db, root, lambda _path: "/masked")
        after = ask(workspace, files)
        assert (after.reads, after.writes, after.lines_added) == (before.reads, before.writes, before.lines_added)
        assert steps.lasted(workspace.db, root) != {}
