"""What the recorded runs produced: every surface says what git and the played forge hold, wherever it is read from."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_trace import registry
from agent_trace.app.choosing import choose
from agent_trace.app.forgetting import forget, plan
from agent_trace.app.outcomes import look_at_quiet
from agent_trace.app.redacting import apply
from agent_trace.app.scopes import Request, run_report
from agent_trace.app.workspace import Workspace
from agent_trace.app.written import encode
from agent_trace.config import load_config
from agent_trace.model.selection import Selection
from agent_trace.store.outcomes import commits_named
from tests.stories import RUNS, truth, unpack

Told = dict[str, Any]


def opened(base: Path, **variables: str) -> Workspace:
    """A workspace over the home of a run, brought up to date."""
    environment = {"AGENT_TRACE_HOME": str(base / "keep"), "HOME": str(base / "home"), "TZ": "UTC", **variables}
    workspace = Workspace(load_config(environment), environment=environment)
    workspace.sync()
    return workspace


def asked(workspace: Workspace, name: str, session: str = "latest", **options: Any) -> Told:
    """A report's JSON, read back."""
    report = registry.load("reports", name)
    request = Request(session=session, selection=Selection())
    found: Told = json.loads(encode(run_report(workspace, report, msgspec.convert(options, report.Options), request)))
    return found


def standing(run: str) -> Counter[str]:
    """Session → commits that stand, by git."""
    held = [one for repository in truth(run)["repositories"].values() for one in repository["commits"]]
    return Counter(one["session"] for one in held if one["fate"] == "stands")


def requests(run: str) -> Counter[str]:
    """The run's own pull requests by what became of them, as the forge tells."""
    own = [one for one in truth(run)["forge"]["requests"] if one["own"]] if truth(run).get("forge") else []
    return Counter({"opened": len(own), "merged": sum(one["state"] == "merged" for one in own)})


def roots(told: Told) -> list[Told]:
    return [one for one in told["sessions"] if one["parent"] is None]


def produced(workspace: Workspace) -> list[Told]:
    """What `list` says that each session produced."""
    names = ("id", "parent", "commits", "prs", "productive", "lines_added", "lines_removed", "state")
    return [{name: one[name] for name in names} for one in asked(workspace, "list")["sessions"]]


@pytest.mark.parametrize("run", RUNS)
def test_every_surface_says_what_git_and_the_forge_hold(run: str, tmp_path: Path) -> None:
    unpack(run, tmp_path / "home")
    workspace = opened(tmp_path)
    told = asked(workspace, "list")
    assert {one["id"]: one["commits"] for one in roots(told) if one["commits"]} == standing(run)
    made, forge = told["produced"], requests(run)
    assert (made["prs_opened"], made["prs_merged"]) == (forge["opened"], forge["merged"])
    assert made["prs"] == made["prs_opened"]
    assert made["commits"] == sum(one["commits"] for one in roots(told)) == sum(standing(run).values())
    verdicts = [one["productive"] for one in roots(told) if one["productive"] is not None]
    assert (made["productive"], made["asked"], made["known"]) == (sum(verdicts), len(verdicts), made["sessions"])
    for one in told["sessions"]:
        assert_one(one, asked(workspace, "show", one["id"]), asked(workspace, "outcome", one["id"]))
    for by in ("agent", "model", "project"):
        assert_fleet(told, asked(workspace, "outcomes", by=by))
    workspace.close()


WRITTEN_OVER = {"codex": (2, -1), "opencode": (-3, -1), "pi": (2, -1)}
"""By how much the lines of `edits` miss those of the files: one is written over whole, and what it held stands in no record of that
edit (docs/numbers.md)."""


@pytest.mark.parametrize("run", RUNS)
def test_edited_lines_are_those_by_which_the_files_changed(run: str, tmp_path: Path) -> None:
    unpack(run, tmp_path / "home")
    workspace = opened(tmp_path)
    told = asked(workspace, "list")["sessions"]
    workspace.close()
    changed = [lines for call in truth(run)["calls"] if not call["failed"] for lines in call.get("edited", {}).values()]
    agent, _, story = run.split("/")
    missed = WRITTEN_OVER.get(agent, (0, 0)) if story == "edits" else (0, 0)
    assert sum(one["lines_added"] for one in told) == sum(added for added, _ in changed) + missed[0]
    assert sum(one["lines_removed"] for one in told) == sum(removed for _, removed in changed) + missed[1]


def assert_one(listed: Told, shown: Told, told: Told) -> None:
    """`show` and `outcome` say of a session what the list says."""
    names = listed.keys()
    assert {name: shown[name] for name in names} == {name: told["session"][name] for name in names} == listed
    one = shown["outcome"]
    assert one == told["outcome"]
    assert (one["standing"], one["updated"], one["productive"]) == (
        listed["commits"],
        listed["prs"],
        listed["productive"],
    )
    assert len([row for row in one["commits"] if row["stands"] and row["counts"]]) == one["standing"]
    assert one["cost_usd"] == listed["total"]["cost_usd"]
    assert one["why"] != ""


def assert_fleet(listed: Told, fleet: Told) -> None:
    """The rows of the fleet add up to the list."""
    assert fleet["produced"] == listed["produced"]
    rows = fleet["rows"]
    for name in ("commits", "prs_opened", "prs_merged"):
        assert sum(row[name] for row in rows) == listed["produced"][name]
    cost = sum((Decimal(row["cost_usd"]) for row in rows if row["cost_usd"]), Decimal(0))
    assert cost == Decimal(listed["totals"]["total"]["cost_usd"])
    for row in rows:
        each = None if not row["commits"] else Decimal(row["cost_usd"]) / row["commits"]
        assert row["cost_per_commit_usd"] == (None if each is None else str(each))


@pytest.mark.parametrize("run", RUNS)
def test_the_figures_outlive_logs_and_index(run: str, tmp_path: Path) -> None:
    unpack(run, tmp_path / "home")
    workspace = opened(tmp_path)
    expected = produced(workspace)
    details = {one["id"]: asked(workspace, "outcome", one["id"])["outcome"] for one in expected}
    workspace.sync_text()
    workspace.close()
    for tier in ("3", "2"):
        if tier == "2":  # a home that was never at another tier
            shutil.rmtree(tmp_path / "keep")
            unpack(run, tmp_path / "home")
            fresh = opened(tmp_path, AGENT_TRACE_TIER=tier)
            fresh.sync_text()
            fresh.close()
        shutil.rmtree(tmp_path / "home")
        for database in (tmp_path / "keep").glob("data.db*"):
            database.unlink()
        workspace = opened(tmp_path, AGENT_TRACE_TIER=tier)
        assert produced(workspace) == expected
        for name, whole in details.items():
            assert asked(workspace, "outcome", name)["outcome"] == (whole if tier == "3" else untitled(whole))
        workspace.close()


def untitled(outcome: Told) -> Told:
    """At tier 2 titles of pull requests are not kept: a program may have printed them."""
    return {**outcome, "pull_requests": [{**one, "title": None} for one in outcome["pull_requests"]]}


ONE_OF_EACH = [run for run in RUNS if run.endswith("/requests")]


@pytest.mark.parametrize("run", ONE_OF_EACH)
def test_a_sync_works_out_what_is_quiet(run: str, tmp_path: Path) -> None:
    unpack(run, tmp_path / "home")
    workspace = opened(tmp_path)
    sessions = workspace.db.execute("SELECT count(*) FROM session WHERE content").fetchone()[0]
    assert look_at_quiet(workspace) == sessions
    assert look_at_quiet(workspace) == 0
    before = rows(workspace)
    assert produced(workspace) == produced(workspace)
    assert rows(workspace) == before
    workspace.close()


def rows(workspace: Workspace) -> Mapping[str, list[Any]]:
    return {name: workspace.db.execute(f"SELECT * FROM {name}").fetchall() for name in ("outcome", "made", "pull")}


@pytest.mark.parametrize("run", ONE_OF_EACH)
def test_every_commit_is_found_by_its_sha(run: str, tmp_path: Path) -> None:
    unpack(run, tmp_path / "home")
    workspace = opened(tmp_path)
    look_at_quiet(workspace)
    for repository in truth(run)["repositories"].values():
        for one in repository["commits"]:
            for name in (one["sha"], one["sha"][:7], one["sha"][:4].upper()):
                found = {held.key for held in commits_named(workspace.db, name)}
                assert found <= {one["session"]}
    assert commits_named(workspace.db, "0000") == []
    workspace.close()


@pytest.mark.parametrize("run", ONE_OF_EACH)
def test_forgetting_leaves_nothing(run: str, tmp_path: Path) -> None:
    unpack(run, tmp_path / "home")
    workspace = opened(tmp_path)
    look_at_quiet(workspace)
    told = roots(asked(workspace, "list"))
    for one in told:
        forget(workspace, plan(workspace, [choose(workspace, one["id"])]))
    assert rows(workspace) == {"outcome": [], "made": [], "pull": []}
    workspace.close()
    assert b"feat: " not in b"".join(path.read_bytes() for path in (tmp_path / "keep").glob("data.db*"))


@pytest.mark.parametrize("run", ONE_OF_EACH)
def test_redacting_keeps_the_counts(run: str, tmp_path: Path) -> None:
    unpack(run, tmp_path / "home")
    rules = tmp_path / "keep/config/privacy.yml"
    rules.parent.mkdir(parents=True)
    rules.write_text("custom_patterns:\n  - pattern: 'feat: (?:draft|stays)'\n    name: subject\n")
    workspace = opened(tmp_path)
    look_at_quiet(workspace)
    workspace.sync_text()
    expected = produced(workspace)
    assert "feat: draft" in json.dumps([asked(workspace, "outcome", one["id"]) for one in expected])
    for one in expected:
        if one["parent"] is None:
            apply(workspace, choose(workspace, one["id"]))
    assert produced(workspace) == expected
    assert "feat: draft" not in json.dumps([asked(workspace, "outcome", one["id"]) for one in expected])
    workspace.close()
    assert b"feat: draft" not in b"".join(path.read_bytes() for path in (tmp_path / "keep").glob("data.db*"))


@pytest.mark.parametrize("run", ONE_OF_EACH[:1])
def test_at_tier_1_nothing_is_known(run: str, tmp_path: Path) -> None:
    unpack(run, tmp_path / "home")
    workspace = opened(tmp_path)
    look_at_quiet(workspace)
    workspace.close()
    workspace = opened(tmp_path, AGENT_TRACE_TIER="1")
    assert rows(workspace)["made"] == rows(workspace)["pull"] == []
    assert [one["commits"] for one in produced(workspace)] == [None] * len(produced(workspace))
    told = asked(workspace, "outcome", roots(asked(workspace, "list"))[0]["id"])
    assert (told["outcome"], told["missing"]) == (None, "withheld (tier 1)")
    assert asked(workspace, "list")["produced"]["known"] == 0
    workspace.close()
