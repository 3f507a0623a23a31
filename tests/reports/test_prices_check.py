"""The prices-check report: recorded against priced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from agent_trace.app.workspace import Workspace
from agent_trace.model.selection import Selection
from agent_trace.reports import prices_check
from agent_trace.reports.prices_check import verdict
from tests.reports.small import Call, ask, assert_golden, copy_run, forms, opened, write_log

EXACT = 0.0175
"""Dollars of 1000 input and 500 output tokens of Opus 4.5."""
FIRST, SECOND, THIRD = (f"{letter * 8}-0000-4000-8000-00000000000{number}" for number, letter in enumerate("abc"))


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    write_log(home, FIRST, "/home/you/shop", [Call("2026-11-20T09:00:00", recorded=EXACT), Call("2026-11-20T09:01:00")])
    write_log(
        home,
        SECOND,
        "/home/you/shop",
        [
            Call("2026-11-20T10:00:00", recorded=0.10),
            Call("2026-11-20T10:01:00", "claude-haiku-4-5-20251001", recorded=0.0035),
        ],
    )
    write_log(home, THIRD, "/home/you/shop", [Call("2026-11-20T11:00:00", "acme-ultra-9", recorded=0.5)])
    found = opened(home)
    yield found
    found.close()


def test_whole_answers(workspace: Workspace) -> None:
    result = ask(workspace, prices_check)
    for ending, drawn in forms(prices_check, result, prices_check.Options(), workspace):
        assert_golden(f"prices_check/calls.{ending}", drawn)


def test_only_calls_with_a_recorded_cost_are_held_against_it(workspace: Workspace) -> None:
    opus = next(one for one in ask(workspace, prices_check).models if "opus" in one.model)
    assert (opus.calls, opus.sessions, opus.differing_sessions) == (2, 2, 1)
    assert (opus.recorded_usd, opus.cost_usd) == (Decimal("0.1175"), Decimal("0.035"))
    assert [(one.session, one.difference_usd) for one in opus.samples] == [(SECOND, Decimal("-0.0825"))]


def test_verdicts_by_model(workspace: Workspace) -> None:
    found = {one.model: one.verdict for one in ask(workspace, prices_check).models}
    assert found == {
        "claude-opus-4-5-20251101": "differs",
        "claude-haiku-4-5-20251001": "alike",
        "acme-ultra-9": "unpriced",
    }


@pytest.mark.parametrize(
    ("selection", "models"),
    [
        (Selection(model="haiku"), 1),
        (Selection(since=datetime(2026, 11, 20, 11, tzinfo=timezone.utc)), 1),
        (Selection(session=SECOND), 2),
        (Selection(cwd="/nowhere"), 0),
    ],
)
def test_a_selection_selects_the_calls(workspace: Workspace, selection: Selection, models: int) -> None:
    assert len(ask(workspace, prices_check, selection).models) == models


def test_how_the_costs_are_shown_changes_nothing(home: Path, workspace: Workspace) -> None:
    recorded = opened(home, cost="recorded")
    assert ask(recorded, prices_check) == ask(workspace, prices_check)
    recorded.close()


def test_recorded_runs_agree(home: Path) -> None:
    copy_run("2.1.329/fix", home)
    workspace = opened(home)
    result = ask(workspace, prices_check)
    assert (result.models, result.sessions, result.sessions_compared) == ((), (), 3)
    drawn = dict(forms(prices_check, result, prices_check.Options(), workspace))
    assert "0 of 3 differ\nall agree within a cent" in drawn["80.txt"]
    workspace.close()


def test_a_record_is_held_against_everything_its_session_used(home: Path) -> None:
    copy_run("2.1.329/fix", home)
    log = next((home / ".claude/projects/-home-dev-demo").glob("942bf1b1*.jsonl"))
    rows = log.read_text(encoding="utf-8").splitlines()
    place = max(number for number, row in enumerate(rows) if '"cost-state"' in row)
    record = json.loads(rows[place])
    record["totalCostUSD"] = record["totalCostUSD"] - 0.2
    rows[place] = json.dumps(record)
    log.write_text("\n".join(rows) + "\n", encoding="utf-8")
    workspace = opened(home)
    result = ask(workspace, prices_check)
    for ending, drawn in forms(prices_check, result, prices_check.Options(), workspace):
        assert_golden(f"prices_check/records.{ending}", drawn)
    workspace.close()


def test_nothing_was_recorded(home: Path) -> None:
    write_log(home, FIRST, "/home/you/shop", [Call("2026-11-20T09:00:00")])
    workspace = opened(home)
    drawn = dict(forms(prices_check, ask(workspace, prices_check), prices_check.Options(), workspace))
    assert drawn["80.txt"] == "no agent wrote down a cost in this selection: there is nothing to compare\n"
    workspace.close()


@pytest.mark.parametrize(
    ("recorded", "cost", "expected"),
    [
        ("1", "1.005", "alike"),
        ("1", "1.0101", "differs"),
        ("100", "100.5", "differs"),
        ("0.1", "0.1015", "differs"),
        ("0.00001", "0.0001", "alike"),
        ("0", "0.0002", "differs"),
        ("1", None, "unpriced"),
    ],
)
def test_verdict(recorded: str, cost: str | None, expected: str) -> None:
    assert verdict(Decimal(recorded), None if cost is None else Decimal(cost)) == expected
