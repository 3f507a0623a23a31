"""What was found in sessions, as it is stored: priced when it is read, gone with the session, the same from log and archive."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent_trace.analysis import bearing
from agent_trace.analysis.understanding import Understood, joined
from agent_trace.app.forgetting import forget, plan
from agent_trace.app.outcomes import look_at_quiet
from agent_trace.app.scopes import Request, run_report
from agent_trace.app.wasted import findings_of, waste_of
from agent_trace.app.workspace import Workspace
from agent_trace.config import load_config
from agent_trace.model.selection import Selection
from agent_trace.model.summary import Summary
from agent_trace.reports import list as list_report
from agent_trace.store import outcomes
from agent_trace.store.sessions import by_key
from agent_trace.sync.figures import understood_in
from tests.reports.recorded import FIX, TERMINAL, run
from tests.reports.small import NOW, ask, copy_run, opened

HALF = """
[[discounts]]
percent = 50
"""


def at(home: Path, config: str = "", **variables: str) -> Workspace:
    folder = home / ".agent-trace"
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(config)
    environment = {"AGENT_TRACE_HOME": str(folder), "HOME": str(home), "TZ": "UTC", **variables}
    workspace = Workspace(load_config(environment), environment=environment, now=NOW)
    workspace.sync()
    return workspace


def listed(workspace: Workspace) -> dict[str, Summary]:
    return {one.id: one for one in ask(workspace, list_report).sessions}


def figures(workspace: Workspace) -> dict[str, tuple[Any, ...]]:
    return {key: (one.retries, one.findings, one.waste_usd) for key, one in listed(workspace).items()}


def once(home: Path, config: str = "", **variables: str) -> dict[str, tuple[Any, ...]]:
    workspace = at(home, config, **variables)
    look_at_quiet(workspace)
    found = figures(workspace)
    workspace.close()
    return found


def test_prices_are_those_of_the_day_it_is_asked(home: Path) -> None:
    copy_run("2.1.329/fix", home)
    before = once(home)
    after = once(home, HALF)
    assert before[FIX][2] == Decimal("0.04335375")
    assert after[FIX] == (*before[FIX][:2], before[FIX][2] / 2)


def test_claims_that_other_prices_had_a_say_in_are_made_anew(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        look_at_quiet(workspace)
        mark, db = workspace.book.mark, workspace.db
        changed = {one.key for one in outcomes.due(db, prices=mark + 1)}
        assert FIX not in changed
        assert any(key.startswith(FIX) for key in changed)
        assert outcomes.due(db, prices=mark) == outcomes.due(db) == []
        (one, *_) = outcomes.due(db, prices=mark + 1)
        outcomes.keep(db, one)
        assert one not in outcomes.due(db, prices=mark + 1)


@pytest.mark.parametrize("tier", ["2", "3"])
def test_it_outlives_log_and_index(tier: str, home: Path) -> None:
    copy_run("2.1.329/fix", home)
    before = once(home)
    assert once(home, AGENT_TRACE_TIER=tier) == before
    workspace = at(home, AGENT_TRACE_TIER=tier)
    workspace.sync_text()
    workspace.close()
    shutil.rmtree(home / ".claude")
    assert once(home, AGENT_TRACE_TIER=tier) == before
    (home / ".agent-trace" / "data.db").unlink()
    assert once(home, AGENT_TRACE_TIER=tier) == before


def test_at_tier_1_nothing_is_known(home: Path) -> None:
    copy_run("2.1.329/fix", home)
    once(home)
    assert set(once(home, AGENT_TRACE_TIER="1").values()) == {(None, None, None)}
    workspace = at(home, AGENT_TRACE_TIER="1")
    assert workspace.db.execute("SELECT count(*) FROM waste").fetchone() == (0,)
    workspace.close()


def test_nothing_stays_of_a_forgotten_session(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        look_at_quiet(workspace)
        assert workspace.db.execute("SELECT count(*) FROM waste").fetchone() > (0,)
        forget(workspace, plan(workspace, by_key(workspace.db, FIX)))
        kept = workspace.db.execute("SELECT count(*) FROM waste WHERE session NOT IN (SELECT id FROM session)")
        assert kept.fetchone() == (0,)
        assert FIX not in listed(workspace)


@pytest.mark.parametrize("order", ["waste", "findings", "retries"])
def test_lists_are_sorted_by_it(order: str, home: Path) -> None:
    for name in ("2.1.329/fix", "2.1.329/terminal"):
        copy_run(name, home)
    workspace = opened(home)
    found = run_report(workspace, list_report, list_report.Options(), Request(order=order))
    keys = [one.id for one in found.sessions if one.parent is None]
    first, second = (FIX, TERMINAL) if order == "retries" else (TERMINAL, FIX)
    assert keys.index(first) < keys.index(second)
    workspace.close()


def test_a_selection_by_time_takes_the_claims_of_its_calls(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        whole = listed(workspace)[FIX]
        assert whole.started is not None
        none = ask(workspace, list_report, Selection(until=whole.started)).sessions
        assert all(not one.waste_usd for one in none)
        parts = ask(workspace, list_report, Selection(model="no such model")).sessions
        assert all((one.waste_usd or 0) <= (one.total.cost_usd or 0) for one in parts)


def test_of_a_large_log_only_the_outcome_is_worked_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bearing, "LARGE", 1000)
    copy_run("2.1.329/fix", home)
    for tier in ("3", "2"):
        workspace = at(home, AGENT_TRACE_TIER=tier)
        workspace.sync_text()
        look_at_quiet(workspace)
        one = listed(workspace)[FIX]
        assert (one.commits, one.retries, one.findings, one.waste_usd) == (2, None, None, None)
        assert look_at_quiet(workspace) == 0
        workspace.close()


def test_the_reading_that_saw_more_is_believed() -> None:
    long, short = Understood(events=9, retries=2), Understood(events=3)
    assert joined(long, short) == joined(short, long) == joined(None, long) == joined(long, None) == long
    assert joined(None, None) is None
    assert understood_in(b"{") == {}
    assert findings_of([]) is None
    assert findings_of([None]) is None


def test_nothing_is_known_of_a_family_whose_root_is_not_known(home: Path) -> None:
    workspace = opened(home)
    assert waste_of(workspace, [None]) is None
    workspace.close()
