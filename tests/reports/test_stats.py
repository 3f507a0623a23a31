"""Stats: whole outputs, and the same numbers as every other surface."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError
from agent_trace.model.usage import Amounts
from agent_trace.reports import list as list_report
from agent_trace.reports import show, stats
from agent_trace.reports._spread import Spread, nearest_rank, spread
from tests.reports.recorded import FIX, RUNS, SUB_AGENT, TERMINAL, asked, drawn, run, sessions, truth
from tests.reports.small import ask, assert_golden, forms

GOLDEN: dict[str, tuple[str, str, dict[str, Any]]] = {
    "own": ("2.1.329/fix", FIX, {}),
    "family": ("2.1.329/fix", FIX, {"include_subagents": True}),
    "screen": ("2.1.329/terminal", TERMINAL, {"include_subagents": True}),
    "older": ("2.1.197/fix", "0002b020-d7ba-49ca-8a12-3609b579424d", {}),
}


@pytest.fixture
def fix(home: Path) -> Iterator[Workspace]:
    with run("2.1.329/fix", home) as workspace:
        yield workspace


@pytest.mark.parametrize("name", GOLDEN)
def test_whole_outputs(name: str, home: Path) -> None:
    recorded, session, options = GOLDEN[name]
    with run(recorded, home) as workspace:
        result = asked(workspace, stats, session, **options)
        for ending, text in forms(stats, result, msgspec.convert(options, stats.Options), workspace):
            assert_golden(f"stats/{name}.{ending}", text)


# ---------------------------------------------------------------- one number


def figures(rows: Any) -> tuple[int, int, Decimal]:
    """Calls, tokens and dollars of rows with amounts."""
    found = [row for row in rows if row is not None]
    return (
        sum(row.calls or 0 for row in found),
        sum(row.usage.tokens for row in found),
        sum((row.cost_usd or Decimal(0) for row in found), Decimal(0)),
    )


def tools(rows: Any) -> tuple[int, int]:
    return sum(row.calls for row in rows), sum(row.errors for row in rows)


@pytest.mark.parametrize("name", RUNS)
def test_tables_add_up_to_what_every_surface_says(name: str, home: Path) -> None:
    with run(name, home) as workspace:
        listed = {one.id: one for one in ask(workspace, list_report).sessions}
        for key in sessions(workspace):
            one, family = asked(workspace, stats, key), asked(workspace, stats, key, include_subagents=True)
            own, below = one.session.own, one.session.subagents
            assert one.session == family.session == listed[key]
            assert all(
                getattr(asked(workspace, show, key), part) == getattr(one.session, part) for part in ("own", "total")
            )
            assert figures(one.by_model) == figures([own])
            assert figures(family.by_model) == figures([own, below])
            assert tools(one.tools) == (own.tool_calls, own.errors)
            assert tools(family.tools) == (own.tool_calls + below.tool_calls, own.errors + below.errors)
            assert sum(hour.calls for hour in one.hours) == own.calls
            assert sum(hour.tool_calls for hour in one.hours) == own.tool_calls


@pytest.mark.parametrize("name", RUNS)
def test_counts_are_those_of_the_wire(name: str, home: Path) -> None:
    real = truth(name)
    with run(name, home) as workspace:
        found = [asked(workspace, stats, key) for key in sessions(workspace)]
    calls: Counter[str] = Counter()
    for result in found:
        calls.update({row.tool: row.calls for row in result.tools})
    assert calls == Counter(call["name"] for call in real["tool_calls"])
    refused = sum(one["status"] != 200 for one in real["requests"])
    heard = sum(result.counts.api_errors + result.counts.api_retries for result in found)
    assert heard == (0 if name.startswith("2.1.197") else refused)  # that version logs none in a headless run
    compacted = sum(one["role"] == "compaction" and not one["aborted"] for one in real["requests"])
    assert sum(result.counts.compactions for result in found) == compacted
    lines = (sum(one.counts.lines_added for one in found), sum(one.counts.lines_removed for one in found))
    changed = real["edit_tool_lines"]
    assert lines == (changed.get("added", 0), changed.get("removed", 0))


def test_a_refusal_is_no_interruption(home: Path) -> None:
    with run("2.1.329/terminal", home) as workspace:
        counts = asked(workspace, stats, TERMINAL).counts
    assert (counts.refused, counts.interruptions, counts.failed_steps) == (1, 2, 0)


# ---------------------------------------------------------------- families


def test_sub_agents_are_counted_where_asked_for(fix: Workspace) -> None:
    alone, family = asked(fix, stats, FIX), asked(fix, stats, FIX, include_subagents=True)
    assert (alone.sessions, family.sessions) == (1, 2)
    assert (alone.counts.files_read, family.counts.files_read) == (1, 2)
    assert {step.event for step in family.longest} == {step.event for step in alone.longest}


def test_a_step_of_a_sub_agent_has_its_parents_number_in_front(home: Path) -> None:
    with run("2.1.329/terminal", home) as workspace:
        longest = asked(workspace, stats, TERMINAL, include_subagents=True).longest
    assert [(step.event, step.tool) for step in longest] == [("70", "Agent"), ("70/13", "Bash"), ("17", "Read")]
    assert longest[1].session == f"{TERMINAL}/agent-abf157b9e3f78121c"


def test_an_agents_step_runs_as_long_as_its_session(fix: Workspace) -> None:
    row = next(row for row in asked(fix, stats, FIX).tools if row.tool == "Agent")
    child = asked(fix, stats, SUB_AGENT).session
    assert row.run.max_s == child.duration_s


def test_a_sub_agent_whose_log_is_gone_is_named(fix: Workspace, home: Path) -> None:
    for path in (home / ".claude" / "projects").rglob("agent-*.jsonl"):
        path.unlink()
    result = asked(fix, stats, FIX, include_subagents=True)
    assert (result.sessions, result.unread) == (1, (SUB_AGENT,))
    assert drawn(stats, result, fix)[-1] == "warning: without 1 sub-agent: the log is gone and was not archived"


def test_a_log_that_is_gone_and_in_no_archive(fix: Workspace, home: Path) -> None:
    for path in (home / ".claude" / "projects").rglob("*.jsonl"):
        path.unlink()
    with pytest.raises(NotFoundError):
        asked(fix, stats, FIX)


# ---------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("known", "percent", "expected"),
    [([7], 50, 7), ([1, 2], 50, 1), ([1, 2, 3, 4, 5], 50, 3), ([1, 2, 3, 4, 5], 90, 5), (list(range(1, 11)), 90, 9)],
)
def test_nearest_rank(known: list[int], percent: int, expected: int) -> None:
    assert nearest_rank(known, percent) == expected


def test_percentiles_need_five() -> None:
    assert spread([]) == Spread()
    assert spread([400, 100, 300, 200]) == Spread(n=4, max_s=0.4, total_s=1.0)
    assert spread([5000, 1000, 3000, 2000, 4000]) == Spread(
        n=5, p50_s=3.0, p90_s=5.0, p95_s=5.0, max_s=5.0, total_s=15.0
    )


def test_waits_have_columns_of_their_own(fix: Workspace) -> None:
    result = asked(fix, stats, FIX)
    waited = msgspec.structs.replace(result.tools[0], wait=spread([1500]))
    table = drawn(stats, msgspec.structs.replace(result, tools=(waited,)), fix, width=140)
    assert any("wait n" in line and "wait total" in line for line in table)
    assert any("1.5s" in line for line in table)
    assert not any("wait" in line for line in drawn(stats, result, fix, width=140))


def test_hours_are_local_and_many_are_drawn_as_days(fix: Workspace) -> None:
    result = asked(fix, stats, FIX)
    assert [hour.key for hour in result.hours] == ["2026-11-21T05:00+00:00"]
    zone = timezone(timedelta(hours=-4))
    fix.__dict__["facts"] = msgspec.structs.replace(fix.facts, zone=zone)
    assert [hour.key for hour in asked(fix, stats, FIX).hours] == ["2026-11-21T01:00-04:00"]
    hours = tuple(
        stats.Hour(key=f"2026-11-{day:02}T{hour:02}:00+00:00", calls=1, tool_calls=2)
        for day in (1, 2)
        for hour in range(20)
    )
    chart = drawn(stats, msgspec.structs.replace(result, hours=hours), fix)[-3:]
    assert chart[0] == "Model calls and tool calls per day"
    assert [line.split("  ")[:2] for line in chart[1:]] == [
        ["2026-11-01", "20 calls, 40 tools"],
        ["2026-11-02", "20 calls, 40 tools"],
    ]


def test_what_has_no_time_is_in_no_hour(home: Path) -> None:
    folder = home / ".claude" / "projects" / "-p"
    folder.mkdir(parents=True)
    reply = {
        "id": "m",
        "model": "claude-opus-5",
        "content": [{"type": "text", "text": "Hi"}],
        "usage": {"output_tokens": 1},
    }
    (folder / "s.jsonl").write_text(
        json.dumps({"type": "assistant", "uuid": "a", "requestId": "r", "message": reply}) + "\n"
    )
    with run("2.1.197/compact", home) as workspace:
        result = asked(workspace, stats, "s")
    assert (result.session.own.calls, result.hours) == (1, ())


def test_a_session_without_anything(fix: Workspace) -> None:
    one = msgspec.structs.replace(asked(fix, stats, FIX).session, own=Amounts(calls=0), total=Amounts(calls=0))
    counts = stats.Counts(
        prompts=None, failed_steps=None, refused=0, api_errors=0, api_retries=0, interruptions=0, compactions=0,
        files_read=0, files_changed=0, lines_added=None, lines_removed=None,
    )  # fmt: skip
    empty = stats.Result(session=one, sessions=1, tools=(), by_model=(), counts=counts, longest=(), hours=())
    text = drawn(stats, empty, fix)
    assert "no tool was called" in text
    assert "no model was called" in text
    assert "prompts        ?" in text
