"""One session's cost, retries, failed steps, branch, files and waste are one in the JSON of every report that tells them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from agent_trace.app.linting import Settings, lint
from agent_trace.app.scopes import Request
from agent_trace.app.workspace import Workspace
from agent_trace.app.written import encode
from agent_trace.reports import (
    analyze,
    compare,
    diff,
    diff_outcome,
    explain,
    findings,
    postmortem,
    replay_document,
    session_cost,
    show,
    standup,
    stats,
    timeline,
    token_budget,
    tree,
)
from agent_trace.reports import list as list_report
from tests import stories
from tests.reports.recorded import asked, sessions
from tests.reports.small import ask
from tests.reports.understood import BARE, BROKEN, HOMES, home_of

ALONE: dict[str, ModuleType] = {
    "explain": explain, "timeline": timeline, "token-budget": token_budget, "tree": tree, "stats": stats,
    "standup": standup, "postmortem": postmortem, "findings": findings,
}  # fmt: skip
"""Reports that carry the session's row."""
ROW = (
    "branch",
    "failed_steps",
    "retries",
    "waste_usd",
    "findings",
    "lines_added",
    "lines_removed",
    "total",
    "own",
    "subagents",
)
Told = Iterator[tuple[str, str, object]]
"""The figure, who tells it, and what."""


def told(result: Any) -> Any:
    """What a program reads of a result."""
    return json.loads(encode(result))


def money(figures: Sequence[str | None]) -> Decimal:
    return sum((Decimal(figure) for figure in figures if figure is not None), Decimal(0)).normalize()


@pytest.mark.parametrize("run", [*HOMES, *BARE, *stories.RUNS, BROKEN])
def test_every_report_tells_the_same(run: str, home: Path) -> None:
    with home_of(run, home) as workspace:
        listed = {one["id"]: one for one in told(ask(workspace, list_report))["sessions"]}
        for key in sessions(workspace):
            seen: dict[str, dict[str, object]] = {}
            for figure, who, value in everything(workspace, key, listed.get(key)):
                seen.setdefault(figure, {})[who] = value
            for figure, values in seen.items():
                assert len({repr(value) for value in values.values()}) == 1, (key, figure, values)
            assert len(seen["cost"]) >= 12


def everything(workspace: Workspace, key: str, row: Any) -> Told:
    shown = told(asked(workspace, show, key))
    rows = {"show": shown} if row is None else {"show": shown, "list": row}
    for name, report in ALONE.items():
        rows[name] = told(asked(workspace, report, key))["session"]
    for who, one in rows.items():
        yield from ((figure, who, one[figure]) for figure in ROW)
        yield "cost", who, money([one["total"]["cost_usd"]])
    yield from of_the_replay(workspace, key)
    yield from of_the_session(workspace, key)
    yield from of_the_gate(workspace, key)
    yield from of_two(workspace, key)
    yield "waste beyond the cost", "show", False
    yield "waste beyond the cost", "all", money([shown["waste_usd"]]) > money([shown["total"]["cost_usd"]])


def of_the_replay(workspace: Workspace, key: str) -> Told:
    """Its head, and what its events add up to."""
    document = told(asked(workspace, replay_document, key))
    head, own = document["head"], [one for one in document["events"] if not one.get("inherited")]
    yield from ((figure, "replay", head["session"][figure]) for figure in ROW)
    if head["outcome"] is not None:
        yield "branch", "replay's outcome", head["outcome"]["branch"]
    results = [one for one in own if one["kind"] == "tool_result"]
    yield "failed_steps", "replay's events", sum(one.get("went_wrong", False) for one in results)
    yield "errors", "replay's events", sum(one.get("failed", False) for one in results)
    yield "errors", "replay's row", head["session"]["own"]["errors"] or 0


def of_the_session(workspace: Workspace, key: str) -> Told:
    """What reports work out themselves."""
    one, day, after = (told(asked(workspace, report, key)) for report in (explain, standup, postmortem))
    cut, found = told(asked(workspace, session_cost, key, by="phase")), told(asked(workspace, findings, key))
    plain = told(asked(workspace, session_cost, key))
    for who, result in (("explain", one), ("standup", day), ("postmortem", after)):
        yield "retries", f"{who} itself", result["retries"]
    yield "retries", "session-cost", sum(phase["retries"] for phase in cut["phases"])
    yield "failed_steps", "standup itself", day["failed_steps"]
    yield "failed_steps", "stats itself", told(asked(workspace, stats, key))["counts"]["failed_steps"]
    yield "failed phases", "explain", one["failed_phases"]
    yield "failed phases", "postmortem", after["failed_phases"]
    yield "failed phases", "session-cost", sum(phase["failed"] for phase in cut["phases"])
    yield "failed phases", "standup", sum(task["failed"] for task in day["tasks"])
    yield "cost", "session-cost", money([line["cost_usd"] for line in plain["lines"]])
    yield "cost", "session-cost by phase", money([cut["total"]["cost_usd"]])
    own = [phase["cost_usd"] for phase in cut["phases"]]
    yield "own cost", "session-cost by phase", money(own)
    yield "own cost", "explain", money([phase["cost_usd"] for phase in one["phases"]])
    yield "own cost", "standup", money([day["session"]["own"]["cost_usd"]])
    yield "own waste", "explain", money([one["waste_usd"]])
    yield "own waste", "findings", money([found["waste_usd"]])
    yield "own waste", "session-cost", money([cut["waste_usd"]])
    yield "own waste", "its phases", money([phase["waste_usd"] for phase in cut["phases"]])
    yield "waste", "session-cost", money([cut["waste_usd"], cut["below"]["usd"]])
    yield "waste", "findings", money([found["total_waste_usd"]])
    yield "waste", "its findings", money([each["usd"] for each in found["findings"]])
    yield "waste", "explain's row", money([one["session"]["waste_usd"]])
    yield "files", "explain", (one["files_read"], one["files_changed"])
    yield "files", "standup", (len(day["read"]), len(day["changed"]))
    yield "phase beyond its cost", "none", False
    for phase in cut["phases"]:
        yield "phase beyond its cost", "any", money([phase["waste_usd"]]) > money([phase["cost_usd"]])


def of_the_gate(workspace: Workspace, key: str) -> Told:
    """lint of one session, and analyze, which looks at roots alone."""
    gate = told(lint(workspace, Request(session=key), Settings(), every=False, strict=True))
    yield "waste", "lint", money([line["finding"]["usd"] for line in gate["findings"]])
    yield "findings", "lint", len(gate["findings"])
    for row in told(ask(workspace, analyze))["sessions"]:
        if row["session"]["id"] == key:
            yield "waste", "analyze", money([row["waste_usd"]])
            yield "findings", "analyze", len(row["findings"])
            yield "cost", "analyze", money([row["session"]["total"]["cost_usd"]])


def of_two(workspace: Workspace, key: str) -> Told:
    """A session beside itself."""
    beside, both = told(asked(workspace, compare, key, key)), told(asked(workspace, diff, key, key))
    came = told(asked(workspace, diff_outcome, key, key))
    yield "verdict", "compare", (beside["verdict"]["verdict"], beside["diverged_at"])
    yield "verdict", "expected", ("alike", None)
    yield "same", "diff", (both["identical"], both["diverged_at"], came["outcome"])
    yield "same", "expected", (True, None, "unchanged")
    one = beside["a_figures"]
    yield "context resets", "compare", one["context_resets"]
    yield "context resets", "token-budget", len(told(asked(workspace, token_budget, key))["compactions"])
    yield "both sides", "compare", one
    yield "both sides", "the other", beside["b_figures"]
    for figure in ("failed_steps", "retries", "lines_added", "lines_removed"):
        yield figure, "compare", one[figure]
    yield "failed phases", "compare", one["failed_phases"]
    yield "files", "compare", (one["files_read"], one["files_changed"])
    if not one["unpriced_calls"]:
        yield "cost", "compare", money([one["cost_usd"]])
    yield "waste", "compare", money([one["waste_usd"]])
