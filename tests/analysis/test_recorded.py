"""Recorded runs of real agents: commits, their fates, lines, prompts and pull requests are those that git and the forge hold."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agent_trace.analysis.commits import Commit
from agent_trace.analysis.outcome import Outcome
from agent_trace.model.events import SessionStarted
from tests.analysis.recorded import Truth, name_of, outcomes, runs, sessions, truth

FATES = {
    "stands": "stands",
    "rebased": "rebased",
    "reset": "reset_away",
    "left": "reset_away",
    "amended": "amended",
    "folded": "squashed",
}
"""What git's reflog tells of a commit → what the session's own commands tell."""
HOW = {"cherry-pick": "cherry_pick"}
TOLD = runs("repositories")
OLDER = runs("commits")


@cache
def read(run: Path) -> dict[str, Outcome]:
    return outcomes(run)


def made(run: Path) -> list[Truth]:
    """What the agents' commands made; what a rebase made of it is the same commit."""
    rows = [one for held in truth(run)["repositories"].values() for one in held["commits"]]
    return [one for one in rows if one["kind"] != "rebase"]


def found(run: Path) -> list[tuple[str, Commit]]:
    return [(name, one) for name, told in read(run).items() for one in told.commits]


def named(run: Path) -> list[tuple[Truth, str, Commit]]:
    """Pairs of a commit of git and what was read of it, by sha, else by subject."""
    rows, pairs = made(run), []
    for name, one in found(run):
        fitting = [row for row in rows if one.sha is not None and row["sha"].startswith(one.sha)]
        alike = (one.subject, _plain(one.fate))
        fitting = fitting or [row for row in rows if one.sha is None and (row["subject"], FATES[row["fate"]]) == alike]
        pairs += [(row, name, one) for row in fitting[:1]]
    return pairs


@pytest.mark.parametrize("run", TOLD, ids=name_of)
def test_commits_and_fates_are_those_of_git(run: Path) -> None:
    expected = Counter((row["subject"], FATES[row["fate"]]) for row in made(run))
    assert Counter((one.subject, _plain(one.fate)) for _, one in found(run)) == expected
    assert len(named(run)) == len(made(run))


def _plain(fate: str) -> str:
    return "stands" if fate == "reverted" else fate


@pytest.mark.parametrize("run", TOLD, ids=name_of)
def test_each_is_told_as_git_tells_it(run: Path) -> None:
    for row, name, one in named(run):
        assert one.how == HOW.get(row["kind"], row["kind"])
        assert name == row.get("session", name) or started_by_another(run, name)
        if one.branch is not None:
            assert one.branch == row.get("branch", one.branch)
        if one.files is not None and len(row["parents"]) < 2:
            assert (one.files, one.lines_added, one.lines_removed) == (len(row["files"]), row["added"], row["removed"])


def started_by_another(run: Path, name: str) -> bool:
    """A sub-agent: git's truth names the session that started it."""
    starts = [event for event in sessions(run)[name].events if isinstance(event, SessionStarted)]
    return "/" in name or any(event.starter is not None for event in starts)


@pytest.mark.parametrize("run", TOLD, ids=name_of)
def test_each_belongs_to_the_prompt_that_led_to_it(run: Path) -> None:
    steps: dict[Any, Truth] = {step["number"]: step for step in truth(run)["steps"]}
    prompts = {event.id: event for session in sessions(run).values() for event in session.prompts}
    for row, name, one in named(run):
        if name == steps[row["step"]]["session"]:
            assert one.prompt is not None
            assert prompts[one.prompt].text.strip().strip('"') == steps[row["step"]]["prompt"]


@pytest.mark.parametrize("run", [run for run in TOLD if truth(run).get("forge")], ids=name_of)
def test_pull_requests_are_those_of_the_forge(run: Path) -> None:
    forge = {one["url"]: one for one in truth(run)["forge"]["requests"]}
    own = {
        url: "draft" if one["draft"] and one["state"] == "open" else one["state"]
        for url, one in forge.items()
        if one["own"]
    }
    known = [one for told in read(run).values() for one in told.pull_requests]
    assert {one.url: one.state for one in known if one.changed_here} == own
    assert {one.url for one in known if one.created_here} == set(own)
    assert {one.url for one in known if one.merged_here} == {url for url, state in own.items() if state == "merged"}
    assert {one.title for one in known if one.created_here} == {forge[url]["title"] for url in own}


@pytest.mark.parametrize("run", OLDER, ids=name_of)
def test_older_runs_hold_the_commits_of_git(run: Path) -> None:
    expected = Counter(row["subject"] for row in truth(run)["commits"] if row["reachable"])
    standing = [one for told in read(run).values() for one in told.standing]
    assert Counter(one.subject for one in standing) == expected
    shas = [row["sha"] for row in truth(run)["commits"]]
    assert all(any(sha.startswith(one.sha) for sha in shas) for one in standing if one.sha is not None)
