"""The projects report: whole answers, and what its figures must agree with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from agent_trace.app.workspace import Workspace
from agent_trace.model.selection import Selection
from agent_trace.reports import cost, projects
from tests.reports.small import Call, ask, assert_golden, copy_run, forms, opened, write_log


def lay_out(home: Path) -> None:
    """Two folders of one name, a third, a sub-agent, a model without a price, a session without any call."""
    write_log(home, "aaaaaaaa-0000-4000-8000-000000000001", "/home/you/shop/api", [Call("2026-11-21T09:00:00")])
    write_log(
        home,
        "aaaaaaaa-0000-4000-8000-000000000001",
        "/home/you/shop/api",
        [Call("2026-11-21T09:01:00", "claude-haiku-4-5-20251001")],
        agent="a1",
    )
    write_log(home, "bbbbbbbb-0000-4000-8000-000000000002", "/home/you/shop/api", [Call("2026-11-03T09:00:00")] * 1)
    write_log(
        home,
        "cccccccc-0000-4000-8000-000000000003",
        "/home/you/old/api",
        [Call("2025-12-31T23:50:00", output=9000), Call("2026-01-01T00:10:00", output=9000)],
    )
    write_log(home, "dddddddd-0000-4000-8000-000000000004", "/srv/x", [Call("2026-11-20T10:00:00", "acme-ultra-9")])
    write_log(home, "eeeeeeee-0000-4000-8000-000000000005", "/srv/quiet", [])


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    lay_out(home)
    found = opened(home)
    yield found
    found.close()


def test_whole_answers(workspace: Workspace) -> None:
    result = ask(workspace, projects)
    for ending, drawn in forms(projects, result, projects.Options(), workspace):
        assert_golden(f"projects/several.{ending}", drawn)


def test_a_recorded_run_with_unlogged_calls(home: Path) -> None:
    copy_run("2.1.329/fix", home)
    workspace = opened(home)
    result = ask(workspace, projects)
    for ending, drawn in forms(projects, result, projects.Options(), workspace):
        assert_golden(f"projects/recorded.{ending}", drawn)
    workspace.close()


def test_nothing_selected(workspace: Workspace) -> None:
    early = Selection(until=datetime(2020, 1, 1, tzinfo=timezone.utc))
    result = ask(workspace, projects, early)
    drawn = dict(forms(projects, result, projects.Options(), workspace))
    assert (result.projects, drawn["80.txt"].splitlines()[:2]) == ((), ["0 projects", "no calls in this selection"])


def test_the_figures_are_those_of_cost_by_project(workspace: Workspace) -> None:
    by_project = {row.key: cost.figures(row) for row in ask(workspace, cost, by="project").rows}
    for row in ask(workspace, projects).projects:
        same = by_project[row.project]
        assert (row.calls, row.usage, row.cost_usd, row.unpriced_calls) == (
            same.calls,
            same.usage,
            same.cost_usd,
            same.unpriced_calls,
        )


def test_shares_are_of_what_was_logged(workspace: Workspace) -> None:
    shares = [row.share for row in ask(workspace, projects).projects]
    assert shares[-1] is None
    assert sum(share for share in shares if share) == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("cost", "/home/you/old/api"),
        ("recent", "/home/you/shop/api"),
        ("sessions", "/home/you/shop/api"),
        ("name", "/home/you/old/api"),
    ],
)
def test_order(workspace: Workspace, sort: str, first: str) -> None:
    assert ask(workspace, projects, sort=sort).projects[0].project == first


def test_a_selection_selects_calls(workspace: Workspace) -> None:
    (row,) = ask(
        workspace, projects, Selection(since=datetime(2026, 1, 1, tzinfo=timezone.utc), project="old")
    ).projects
    assert (row.calls, row.sessions, row.last_active) == (1, 1, date(2026, 1, 1))


def test_calls_of_which_nobody_knows_the_day(home: Path) -> None:
    path = write_log(home, "ffffffff-0000-4000-8000-000000000006", "/srv/timeless", [Call("2026-11-20T10:00:00")])
    rows = [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("".join(json.dumps({**row, "timestamp": None}) + "\n" for row in rows), encoding="utf-8")
    workspace = opened(home)
    result = ask(workspace, projects)
    assert [row.last_active for row in result.projects] == [None]
    line = dict(forms(projects, result, projects.Options(), workspace))["80.txt"].splitlines()[3]
    assert " ? " in line
    workspace.close()


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["/a/x", "/b/x", "/c/y"], ["a/x", "b/x", "y"]),
        (["/x", "/a/x"], ["/x", "a/x"]),
        (["", "/"], ["(none)", "/"]),
        (["/one/x/", "/two/y"], ["x", "y"]),
        (["solo"], ["solo"]),
    ],
)
def test_short_names_tell_folders_apart(paths: list[str], names: list[str]) -> None:
    assert list(projects.short_names(paths).values()) == names
