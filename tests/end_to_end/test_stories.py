"""Recorded stories of what sessions produced: the truth is git's own, and the logs hold what leads to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.truth import Home
from tests.stories import CORPUS, RUNS, clone, git, truth, unpack

AGENTS = ("claude", "codex", "gemini", "opencode", "pi")
STORIES = ("branches", "commits", "decoys", "edits", "places", "requests")
QUIET = {
    "docs: quiet note",
    "docs: third note",
    "feat: seven",
    "feat: pr",
    "Merge branch 'feature/real'",
    "Merge branch 'main' of ../origin",
}
"""Commits that git was asked to say nothing of, and merges, of which it does not name what it made."""


def commits(told: dict[str, Any]) -> list[dict[str, Any]]:
    """All of a run."""
    return [one for repository in told["repositories"].values() for one in repository["commits"]]


def test_every_agent_tells_every_story() -> None:
    assert [(run.split("/")[0], run.split("/")[2]) for run in RUNS] == [(a, s) for a in AGENTS for s in STORIES]


@pytest.mark.parametrize("run", RUNS)
def test_every_commit_is_as_git_tells_it(run: str, tmp_path: Path) -> None:
    for name, told in truth(run)["repositories"].items():
        repository = clone(run, name, tmp_path)
        standing = set(git(repository, "rev-list", "--branches").split())
        for one in told["commits"]:
            words = ("show", "-m", "--first-parent", "--numstat", "--format=%P%n%s", one["sha"])
            parents, subject, *rows = [line for line in git(repository, *words).splitlines() if line]
            lines = [[int(number) for number in row.split("\t")[:2]] for row in rows]
            assert (parents.split(), subject) == (one["parents"], one["subject"])
            assert [sum(column) for column in zip(*lines, strict=True)] in ([], [one["added"], one["removed"]])
            assert (one["sha"] in standing) == (one["fate"] == "stands") == bool(one["branches"])


@pytest.mark.parametrize("run", RUNS)
def test_whatever_took_the_place_of_a_commit_is_known(run: str) -> None:
    told = commits(truth(run))
    names = {one["sha"] for one in told}
    gone = [one for one in told if one["fate"] in {"amended", "rebased", "folded"}]
    assert {one["into"] for one in gone} <= names
    assert {one["replaces"] for one in told if one["kind"] == "amend"} <= names
    assert {one["reverts"] for one in told if one["kind"] == "revert"} <= names


@pytest.mark.parametrize("run", RUNS)
def test_every_commit_was_made_by_a_command_of_a_prompt(run: str) -> None:
    told = truth(run)
    steps = {step["number"]: step["session"] for step in told["steps"]}
    made = {sha: call for call in told["calls"] for sha in call.get("commits", ())}
    assert made.keys() == {one["sha"] for one in commits(told)}
    assert all(steps[one["step"]] == one["session"] for one in commits(told))
    assert all(made[one["sha"]]["step"] == one["step"] for one in commits(told))


@pytest.mark.parametrize("run", RUNS)
def test_every_shell_told_how_it_ended(run: str) -> None:
    shells = [call for call in truth(run)["calls"] if "command" in call]
    assert [call["command"] for call in shells if call["code"] is None] == []
    assert all(call["failed"] == (call["code"] != 0) for call in shells)


@pytest.fixture(params=RUNS)
def recorded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Home]]:
    unpack(request.param, tmp_path / "home")
    home = Home(tmp_path / "home", tmp_path / "keep", truth=CORPUS / request.param / "truth.json")
    yield request.param, home
    home.close()


def test_the_logs_hold_every_session_and_call(recorded: tuple[str, Home]) -> None:
    _, home = recorded
    listed = home.ask("list")
    roots = {one["id"] for one in listed["sessions"] if one["parent"] is None}
    assert roots == {step["session"] for step in home.truth["steps"]}
    assert sum(one["prompts"] for one in listed["sessions"]) == len(home.truth["steps"])
    sums = listed["totals"]
    assert sums["own"]["tool_calls"] + sums["subagents"]["tool_calls"] == len(home.truth["calls"])
    assert home.ask("doctor")["machine"]["unread"] == []


@pytest.mark.parametrize("run", RUNS)
def test_the_logs_show_every_commit_that_git_spoke_of(run: str, tmp_path: Path) -> None:
    unpack(run, tmp_path)
    logs = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    told = [one for one in commits(truth(run)) if one["kind"] != "rebase"]
    assert {one["subject"] for one in told if one["sha"][:7].encode() not in logs} <= QUIET
