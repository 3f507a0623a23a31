"""The figures at the earlier tools' addresses are those of list, show, cost and outcomes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from agent_trace.app.annotations import hide
from agent_trace.app.choosing import choose
from agent_trace.app.scopes import Request, run_report
from agent_trace.app.written import packed
from agent_trace.reports import cost, outcomes, show
from agent_trace.reports import list as list_report
from agent_trace.web.asking import Asking
from tests.web.earlier import FIX, PROJECT, asking_at, client, got, lay_out

RUNS = ("claude/2.1.329/fix", "qwen/0.15.10/fix", "codex/0.169.0/fix", "gemini/0.61.0/fix")


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """One home for all: nothing here writes."""
    home = tmp_path_factory.mktemp("summed")
    lay_out(home, RUNS)
    with asking_at(home) as found:
        yield found


def said(asking: Asking, report: ModuleType, session: str = "latest", **options: Any) -> Any:
    """What the command line prints as JSON."""
    result = asking.ask(lambda one: run_report(one, report, report.Options(**options), Request(session=session)))
    return json.loads(packed(result))


def listed_by(asking: Asking) -> dict[str, Any]:
    """The root sessions of list, by id."""
    return {one["id"]: one for one in said(asking, list_report)["sessions"] if one["parent"] is None}


def same(number: float | None, text: str | None) -> bool:
    """Whether an amount is the same, as a number and as an exact text."""
    return number == (None if text is None else float(Decimal(text)))


def tokens_of(usage: dict[str, int | None]) -> dict[str, int | None]:
    """A usage as a tracer has it."""
    writes = [one for one in (usage["cache_write_5m"], usage["cache_write_1h"]) if one is not None]
    return {
        "input_tokens": usage["input"],
        "output_tokens": usage["output"],
        "cache_creation_input_tokens": sum(writes) if writes else None,
        "cache_read_input_tokens": usage["cache_read"],
    }


def test_every_session_is_that_of_list(asking: Asking) -> None:
    listed = listed_by(asking)
    asked = client(asking, "api")
    rows = got(asked, "/v1/sessions")["sessions"]
    assert [one["sessionId"] for one in rows] == list(listed)
    for row in rows:
        one = listed[row["sessionId"]]
        assert same(row["totalCostUsd"], one["total"]["cost_usd"])
        assert row["toolCallCount"] == one["total"]["tool_calls"]
        assert [row["promptCount"], row["commitCount"]] == [one["prompts"], one["commits"]]
        assert [row["linesAdded"], row["linesRemoved"]] == [one["lines_added"], one["lines_removed"]]
        assert row["userId"] == "dev"


def test_a_session_in_full_is_that_of_show(asking: Asking) -> None:
    for row in got(client(asking), "/api/sessions")["sessions"]:
        one = said(asking, show, row["sessionId"])
        session = got(client(asking, "api"), f"/v1/sessions/{row['sessionId']}")["session"]
        metrics, usage = session["metrics"], one["total"]["usage"]
        assert same(metrics["totalCostUsd"], one["total"]["cost_usd"])
        assert metrics["apiCallCount"] == one["total"]["calls"]
        assert [metrics["totalInputTokens"], metrics["totalOutputTokens"]] == [usage["input"], usage["output"]]
        assert len(session["git"]["commits"]) == one["commits"]
        assert metrics["filesTouched"] == [file["path"] for file in one["files"]]
        own = sum(event.get("costUsd", 0) for event in session["timeline"])
        assert own == pytest.approx(float(one["own"]["cost_usd"] or 0))


def test_a_tracers_sessions_are_those_of_list(asking: Asking) -> None:
    listed = listed_by(asking)
    asked, seen = client(asking), set()
    for project in got(asked, "/api/projects")["projects"]:
        sessions = got(asked, f"/api/projects/{project['path_hash']}/sessions")
        assert sessions["total"] == project["session_count"] == len(sessions["sessions"])
        for row in sessions["sessions"]:
            one = listed[row["session_id"]]
            seen.add(one["id"])
            assert same(row["cost"], one["total"]["cost_usd"])
            assert row["tokens"] == tokens_of(one["total"]["usage"])
            assert [row["tool_calls"], row["errors"]] == [one["total"]["tool_calls"], one["total"]["errors"]]
            whole = got(asked, f"/api/sessions/{project['path_hash']}/{one['id']}")
            assert {**row, "skills_used": None} == {**whole, "skills_used": None}
    assert seen == listed.keys()


def test_a_sessions_tools_errors_and_costs_add_up(asking: Asking) -> None:
    listed = listed_by(asking)
    asked = client(asking)
    for project in got(asked, "/api/projects")["projects"]:
        for row in got(asked, f"/api/projects/{project['path_hash']}/sessions")["sessions"]:
            base = f"/api/sessions/{project['path_hash']}/{row['session_id']}"
            total = listed[row["session_id"]]["total"]
            tools = got(asked, f"{base}/tools")
            assert tools["total_calls"] == sum(one["count"] for one in tools["tools"]) == total["tool_calls"]
            errors = got(asked, f"{base}/errors")
            assert errors["total"] == total["errors"] == sum(one["error_count"] for one in tools["tools"])
            metrics = got(asked, f"{base}/metrics")
            parts = metrics["cost"]
            assert same(parts["total_cost"], total["cost_usd"])
            kinds = ("input_cost", "output_cost", "cache_creation_cost", "cache_read_cost")
            known = [parts[kind] for kind in kinds if parts[kind] is not None]
            assert (sum(known) if known else None) == pytest.approx(parts["total_cost"])
            subagents = got(asked, f"{base}/subagents")
            assert subagents["total_count"] == row["subagent_count"]


def test_a_project_is_the_sum_of_its_sessions(asking: Asking) -> None:
    asked = client(asking)
    for project in got(asked, "/api/projects")["projects"]:
        base = f"/api/projects/{project['path_hash']}"
        rows = got(asked, f"{base}/sessions")["sessions"]
        known = [row["cost"] for row in rows if row["cost"] is not None]
        assert project["total_cost"] == pytest.approx(sum(known))
        assert project["total_tokens"] == sum(sum(filter(None, row["tokens"].values())) for row in rows)
        metrics, tools = got(asked, f"{base}/metrics"), got(asked, f"{base}/tools")
        assert metrics["cost"]["total_cost"] == project["total_cost"]
        assert metrics["tokens"] == project["tokens"]
        assert tools["total_calls"] == metrics["tool_calls"] == sum(row["tool_calls"] for row in rows)
        days = got(asked, f"/api/metrics/daily/{project['path_hash']}?start_date=2026-01-01")["metrics"]
        assert sum(day["cost"] or 0 for day in days) == pytest.approx(project["total_cost"])
        assert sum(day["message_count"] for day in days) >= sum(row["message_count"] for row in rows)


def test_everything_is_the_total_of_list(asking: Asking) -> None:
    total = said(asking, list_report)["totals"]["total"]
    everything = got(client(asking), "/api/metrics/aggregate")
    assert same(everything["total_cost"], total["cost_usd"])
    assert everything["tokens"] == tokens_of(total["usage"])
    points = got(client(asking), "/api/analytics/cost/daily")["points"]
    assert sum(one["totalCostUsd"] or 0 for one in points) == pytest.approx(float(total["cost_usd"]))
    assert sum(one["toolCallCount"] for one in points) == total["tool_calls"]
    assert sum(one["promptCount"] for one in points) == sum(
        one["prompts"] for one in said(asking, list_report)["sessions"]
    )


def test_the_team_is_the_sums_of_outcomes_and_cost(asking: Asking) -> None:
    asked = client(asking)
    made = said(asking, outcomes)
    days = {row["key"]: row for row in said(asking, cost)["rows"]}
    span = "?from=2026-01-01&to=2026-12-31"
    overview = got(asked, "/api/team/overview" + span)
    assert overview["period"] == {"from": "2026-01-01", "to": "2026-12-31"}
    assert same(overview["totalCostUsd"], made["totals"]["total"]["cost_usd"])
    assert overview["totalCommits"] == made["produced"]["commits"] > 0
    assert overview["totalSessions"] == made["produced"]["sessions"]
    assert overview["costPerCommit"] == pytest.approx(overview["totalCostUsd"] / overview["totalCommits"])
    points = got(asked, "/api/team/cost/daily" + span)["points"]
    assert [one["date"] for one in points] == list(days)
    analytics = got(asked, "/api/team/analytics" + span)
    (member,) = analytics["memberAnalytics"]
    listed = listed_by(asking)
    began = Counter(int(one["started"][11:13]) for one in listed.values())
    assert member["hourlyActivity"] == [began[hour] for hour in range(24)]
    assert sum(member["dailyActivity"]) == sum(cell["count"] for cell in analytics["hourlyHeatmap"]) == len(listed)
    models = {row["key"]: row["cost_usd"] for row in said(asking, cost, by="model")["rows"]}
    assert {one["model"] for one in member["models"]} == models.keys()
    assert analytics["costTrend"][-1]["cumulativeCostUsd"] == pytest.approx(overview["totalCostUsd"])
    tools = {row["key"]: row["tool_calls"] for row in said(asking, cost, by="tool")["rows"] if row["tool_calls"]}
    assert {one["tool"]: one["callCount"] for one in member["tools"]} == tools


def test_days_cut_what_is_selected(asking: Asking) -> None:
    asked = client(asking, "api")
    assert got(asked, "/v1/sessions?to=2020-01-01")["sessions"] == []
    assert got(asked, "/v1/sessions?userId=somebody")["count"] == 0
    assert got(asked, "/v1/sessions?userId=dev&repo=nowhere")["count"] == 0
    assert got(asked, "/v1/team/members?from=2020-01-01&to=2020-01-31")["members"] == []
    overview = got(asked, "/v1/team/overview?from=2020-01-01&to=2020-01-31")
    assert [overview["memberCount"], overview["totalSessions"], overview["totalCostUsd"]] == [0, 0, None]
    assert got(asked, "/v1/team/budget")["budget"] is None


def test_hidden_sessions_are_in_sums_alone(home: Path) -> None:
    lay_out(home, RUNS[:1])
    with asking_at(home) as asking:
        asked = client(asking)
        before = got(asked, "/api/metrics/aggregate")
        asking.ask(lambda one: hide(one, choose(one, FIX)))
        assert FIX not in {row["sessionId"] for row in got(asked, "/api/sessions")["sessions"]}
        assert FIX not in {row["session_id"] for row in got(asked, f"/api/projects/{PROJECT}/sessions")["sessions"]}
        assert got(asked, "/api/metrics/aggregate") == before
