"""Whole outputs of tools, files, waste, heatmap and forecast, and what their figures must agree with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from agent_trace.app.scopes import Request, run_report
from agent_trace.app.workspace import Workspace
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.model.summary import Summary, Totals
from agent_trace.model.usage import BillingClass, Usage
from agent_trace.reports import cost, files, forecast, heatmap, outcomes, projects, show, stats, tools, waste
from agent_trace.reports import list as list_report
from agent_trace.reports._scopes import (
    FilesScope,
    FileUse,
    Known,
    RuleFound,
    ToolsScope,
    ToolUse,
    UsageScope,
    WasteScope,
)
from tests.reports.recorded import drawn
from tests.reports.small import Call, ask, assert_golden, copy_run, forms, opened, write_log
from tests.stories import unpack

LATER = datetime(2026, 11, 23, 15, tzinfo=timezone.utc)
STORIES = ("codex/0.169.0/requests", "gemini/0.61.0/edits", "opencode/1.18.33/places")
MANY: dict[str, tuple[ModuleType, dict[str, Any]]] = {
    "tools/all": (tools, {}),
    "tools/kinds": (tools, {"by": "kind", "sort": "time"}),
    "tools/agents": (tools, {"by": "agent", "sort": "failed"}),
    "files/all": (files, {}),
    "files/one": (files, {"file": "src/calc.py", "sort": "recent"}),
    "waste/rules": (waste, {}),
    "waste/projects": (waste, {"by": "project"}),
    "waste/sessions": (waste, {"by": "session"}),
    "heatmap/cost": (heatmap, {}),
    "heatmap/calls": (heatmap, {"show": "calls"}),
    "heatmap/sessions": (heatmap, {"show": "sessions"}),
    "forecast/days": (forecast, {}),
    "projects/files": (projects, {"files": 2}),
}


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    copy_run("2.1.329/fix", home)
    for story in STORIES:
        unpack(story, home)
    found = opened(home, now=LATER)
    yield found
    found.close()


def roots(workspace: Workspace, selection: Selection = Selection()) -> list[Summary]:
    return [one for one in ask(workspace, list_report, selection).sessions if one.parent is None]


def around(workspace: Workspace) -> list[Selection]:
    """Selections that cut sessions, quarter-hours, models, agents and projects."""
    times = [row[0] for row in workspace.db.execute("SELECT at FROM call WHERE at >= 0 ORDER BY at")]
    early, middle, late = (
        datetime.fromtimestamp(times[place] / 1000, timezone.utc) for place in (4, len(times) // 2, -4)
    )
    return [
        Selection(),
        Selection(since=middle),
        Selection(until=middle),
        Selection(since=early, until=late),
        Selection(since=middle, until=middle + timedelta(seconds=20)),
        Selection(since=middle - timedelta(minutes=40), until=middle + timedelta(hours=30)),
        Selection(model="haiku"),
        Selection(agents=("claude", "codex"), since=early),
        Selection(repo="demo"),
        Selection(repo="nowhere"),
    ]


def test_whole_outputs(workspace: Workspace) -> None:
    for name, (report, options) in MANY.items():
        result = ask(workspace, report, **options)
        for ending, text in forms(report, result, report.Options(**options), workspace):
            assert_golden(f"{name}.{ending}", text)


def test_tools_add_up_to_the_calls_of_the_list(workspace: Workspace) -> None:
    for selection in around(workspace):
        found = ask(workspace, tools, selection)
        total = ask(workspace, list_report, selection).totals.total
        assert (found.calls, found.failed) == (total.tool_calls or 0, total.errors or 0), selection
        by_tool: Counter[str] = Counter()
        for row in found.rows:
            by_tool[row.key] += row.calls
        rows = ask(workspace, cost, selection, by="tool").rows
        assert by_tool == Counter({row.key: row.tool_calls for row in rows if row.tool_calls}), selection


def test_every_way_to_show_tools_has_the_same_sums(workspace: Workspace) -> None:
    for by, sort in product(("tool", "kind", "agent"), ("calls", "failed", "time", "slowest", "name")):
        assert_sums(ask(workspace, tools, by=by, sort=sort))


def assert_sums(found: tools.Result) -> None:
    assert sum(row.calls for row in found.rows) == found.calls > 0
    assert sum(row.run.n for row in found.rows) == found.run.n > 0
    assert max(row.run.max_s or 0 for row in found.rows) == found.run.max_s


def test_run_times_are_those_of_stats(workspace: Workspace) -> None:
    single: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for root in roots(workspace):
        told = run_report(workspace, stats, stats.Options(include_subagents=True), Request(session=root.id))
        for one in told.tools:
            single[one.tool] += one.run.n
            seconds[one.tool] += round((one.run.total_s or 0) * 1000)
    rows = ask(workspace, tools).rows
    assert Counter({row.key: row.run.n for row in rows}) == single
    assert {row.key: round((row.run.total_s or 0) * 1000) for row in rows} == dict(seconds)


def test_files_are_those_of_show(workspace: Workspace) -> None:
    uses: dict[str, list[int]] = {}
    listed = roots(workspace)
    for row in workspace.db.execute("SELECT key FROM session WHERE content").fetchall():
        for one in run_report(workspace, show, show.Options(), Request(session=row[0])).files:
            figures = uses.setdefault(one.path, [0, 0, 0, 0, 0])
            for place, number in enumerate((one.reads, one.writes, one.lines_added, one.lines_removed, 1)):
                figures[place] += number
    found = ask(workspace, files)
    told = {one.path: [one.reads, one.writes, one.lines_added, one.lines_removed, one.sessions] for one in found.files}
    assert told == uses != {}
    assert (found.count, found.sessions, found.known) == (len(uses), len(listed), len(listed))
    assert [found.reads, found.writes, found.lines_added, found.lines_removed] == [
        sum(one[place] for one in uses.values()) for place in range(4)
    ]


def test_a_limit_shortens_the_files_and_not_their_sums(workspace: Workspace) -> None:
    for sort in ("sessions", "writes", "reads", "lines", "recent", "path"):
        assert_shortened(sort, workspace)


def assert_shortened(sort: str, workspace: Workspace) -> None:
    def asked(limit: int | None, selection: Selection = Selection()) -> Any:
        options = msgspec.convert({"sort": sort}, files.Options)
        return run_report(workspace, files, options, Request(limit=limit, selection=selection))

    whole, short = asked(0), asked(2)
    assert short.files == whole.files[:2]
    assert (short.count, short.reads, short.writes) == (whole.count, whole.reads, whole.writes)
    part = asked(0, Selection(agents=("gemini",)))
    assert 0 < part.count < whole.count
    assert "shown: `--limit 0`" in "\n".join(drawn(files, short, workspace, width=120))


def test_who_touched_a_file(workspace: Workspace) -> None:
    found = ask(workspace, files, file="src/calc.py")
    assert found.touched_by
    assert sum(one.reads for one in found.touched_by) == found.reads
    assert sum(one.sessions for one in found.files) == len(found.touched_by)
    assert ask(workspace, files, file="alc.py").files == ()
    assert {one.path for one in ask(workspace, files, file=found.files[0].path).files} == {found.files[0].path}


def test_waste_is_that_of_the_list(workspace: Workspace) -> None:
    for selection, by in product(around(workspace), ("rule", "project", "session")):
        found = ask(workspace, waste, selection, by=by)
        listed = roots(workspace, selection)
        assert found.waste_usd == sum((one.waste_usd or Decimal(0) for one in listed), Decimal(0)), selection
        assert found.findings == sum(one.findings or 0 for one in listed), selection
        assert sum(row.findings for row in found.rows) == found.findings
        assert sum(part.findings for row in found.rows for part in row.parts) == found.findings
        assert (found.sessions, found.known) == (len(listed), len(listed))
        for row in found.rows:
            assert row.fixes
            assert 0 < len(row.newest) <= row.sessions


def test_the_hours_add_up_to_the_cost(workspace: Workspace) -> None:
    for selection in around(workspace):
        found, spent = ask(workspace, heatmap, selection), ask(workspace, cost, selection)
        totals: Totals = spent.totals
        logged = totals.own + totals.subagents
        assert sum(one.calls for one in found.cells) + found.untimed_calls == (logged.calls or 0), selection
        assert sum((one.cost_usd or Decimal(0) for one in found.cells), Decimal(0)) == (logged.cost_usd or 0), selection
        beyond = sum((one.unlogged_usd or Decimal(0) for one in found.cells), Decimal(0))
        assert beyond == (totals.unlogged.cost_usd if totals.unlogged else 0), selection
        assert all(one.sessions for one in found.cells if one.calls)


def test_the_forecast_is_of_this_month_whatever_is_selected(workspace: Workspace) -> None:
    month = Selection(
        since=datetime(2026, 11, 1, tzinfo=timezone.utc), until=datetime(2026, 12, 1, tzinfo=timezone.utc)
    )
    found = ask(workspace, forecast)
    assert found == ask(workspace, forecast, Selection(since=LATER))
    assert found.spent_usd == ask(workspace, cost, month).totals.total.cost_usd
    assert found.days[-1].sum_usd == found.spent_usd == sum(one.cost_usd or 0 for one in found.days)


def test_projects_agree_with_outcomes_and_list(workspace: Workspace) -> None:
    for selection in around(workspace):
        rows = {row.project: row for row in ask(workspace, projects, selection).projects}
        made = {row.key: row for row in ask(workspace, outcomes, selection, by="project").rows}
        for name, row in rows.items():
            other = made[name]
            assert (row.known, row.asked, row.productive, row.commits) == (
                other.known, other.asked, other.productive, other.commits,
            ), (selection, name)  # fmt: skip
        listed = [one for one in roots(workspace, selection) if (one.repo or one.cwd or "") in rows]
        assert sum(row.findings or 0 for row in rows.values()) == sum(one.findings or 0 for one in listed)
        wasted = sum((row.waste_usd or Decimal(0) for row in rows.values()), Decimal(0))
        assert wasted == sum((one.waste_usd or Decimal(0) for one in listed), Decimal(0)), selection


def test_a_limit_shortens_every_list(workspace: Workspace) -> None:
    for report in (tools, waste, projects, cost):
        found = run_report(workspace, report, report.Options(), Request(limit=1))
        assert len(found.projects if report is projects else found.rows) == 1


# ---------------------------------------------------------------- made up


def test_calls_without_a_time_and_models_without_a_price(home: Path) -> None:
    write_log(home, "aaaaaaaa-0000-4000-8000-000000000001", "/w", [Call("2026-11-20T09:00:00", "acme-ultra-9")])
    workspace = opened(home)
    workspace.db.execute("UPDATE usage SET quarter = -1")
    found = ask(workspace, heatmap)
    assert (found.cells, found.untimed_calls, found.unpriced) == ((), 1, ("acme-ultra-9",))
    assert "1 call without a time: in no hour" in drawn(heatmap, found, workspace)
    workspace.close()


def test_a_forecast_without_a_price_is_unknown(home: Path) -> None:
    calls = [Call(f"2026-11-{day}T09:00:00", "acme-ultra-9") for day in range(15, 22)]
    write_log(home, "aaaaaaaa-0000-4000-8000-000000000001", "/w", calls)
    workspace = opened(home)
    found = ask(workspace, forecast)
    assert (found.spent_usd, found.projected_usd, found.unpriced) == (None, None, ("acme-ultra-9",))
    assert any("no price is known for acme-ultra-9" in line for line in drawn(forecast, found, workspace))
    workspace.close()


def test_a_forecast_of_three_days_and_the_month_before(home: Path) -> None:
    days = ("2026-10-31", "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21")
    write_log(home, "aaaaaaaa-0000-4000-8000-000000000001", "/w", [Call(f"{day}T09:00:00") for day in days])
    workspace = opened(home)
    found = ask(workspace, forecast)
    assert found.pace_usd == round(3 * found.before_usd / 7, 6)
    assert found.spent_usd == 4 * found.before_usd
    assert found.today_usd == found.before_usd
    workspace.close()


def test_what_is_not_known_is_said(workspace: Workspace) -> None:
    one = ToolUse(agent="claude", tool="Bash", kind="shell", calls=2, failed=0)
    found = tools.compute(ToolsScope(tools=(one,), known=Known(sessions=3, known=1)), tools.Options(), workspace.facts)
    lines = "\n".join(drawn(tools, found, workspace))
    assert "what 2 sessions did is not known" in lines
    assert "of 2 of 2 calls the log tells no run time" in lines
    assert (found.run.n, found.run.p50_s) == (0, None)


def test_what_was_found_without_a_price_or_a_claim(workspace: Workspace) -> None:
    spent = LedgerRow(
        key=("POLLING", ""), cls=BillingClass(model="acme-ultra-9"), day=20_000, entries=1, usage=Usage(output=9)
    )
    risk = RuleFound(key=("WIDE", "/w"), fix="Commit in parts.", findings=1, ms=0, sessions=1)
    costly = RuleFound(key=("POLLING", ""), fix="Do not poll.", findings=2, ms=1500, sessions=2)
    scope = WasteScope(
        found=(risk, costly), claimed=(spent,), newest={}, sessions={"POLLING": 2, "WIDE": 1},
        known=Known(sessions=5, known=3), unpriced=("acme-ultra-9",), book=workspace.book,
    )  # fmt: skip
    found = waste.compute(scope, waste.Options(), workspace.facts)
    assert [(row.key, row.waste_usd, row.tokens, row.waste_s) for row in found.rows] == [
        ("POLLING", None, 9, 1.5),
        ("WIDE", Decimal(0), 0, 0.0),
    ]
    lines = "\n".join(drawn(waste, found, workspace))
    assert "what was found in 2 sessions is not known" in lines
    assert "no price is known for acme-ultra-9" in lines


def test_a_file_that_was_used_at_no_known_time(workspace: Workspace) -> None:
    one = FileUse(path="/a", reads=1, writes=0, lines_added=0, lines_removed=0, last=None, sessions=1)
    scope = FilesScope(
        files=(one,), sessions=(), count=1, reads=1, writes=0, lines_added=0, lines_removed=0, known=Known()
    )
    found = files.compute(scope, files.Options(), workspace.facts)
    assert drawn(files, found, workspace)[3].endswith("?")


def test_a_project_of_which_only_calls_are_known(workspace: Workspace) -> None:
    row = LedgerRow(key=("own", "/w", "claude"), cls=BillingClass(model="m"), day=20_000, calls=1, entries=1)
    scope = UsageScope(rows=(row,), totals=Totals(), unpriced=(), book=workspace.book)
    (found,) = projects.compute(scope, projects.Options(), workspace.facts).projects
    assert (found.known, found.findings, found.waste_usd, found.last_active) == (0, None, None, None)
