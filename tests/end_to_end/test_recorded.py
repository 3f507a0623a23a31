"""Recorded runs of the real agent: what every surface says equals what was counted on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.truth import Home, family, figures

CORPUS = Path(__file__).parents[1] / "corpus" / "claude"
RUNS = sorted(path.parent for path in CORPUS.glob("*/*/truth.json"))
UNLOGGED = ("compaction", "title", "side")
KINDS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")


@pytest.fixture(params=RUNS, ids=lambda path: f"{path.parent.name}-{path.name}")
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Home]]:
    home = Home(request.param / "home", tmp_path / "keep", truth=request.param / "truth.json")
    yield request.param, home
    home.close()


def wire(truth: dict[str, Any], *, logged: bool) -> tuple[int, dict[str, int]]:
    """Calls and tokens of the requests that the agent logs, or of those that only its cost record knows."""
    chosen = [
        one
        for one in truth["requests"]
        if one["status"] == 200 and not one["aborted"] and (one["role"] not in UNLOGGED) == logged
    ]
    if not logged:
        chosen = [one for one in chosen if one["role"] == "compaction"]
    return len(chosen), {kind: sum(one["usage"][kind] for one in chosen) for kind in KINDS}


def tokens(amounts: tuple[int, dict[str, int], Any, int]) -> dict[str, int]:
    return {kind: amounts[1][kind] for kind in KINDS}


def test_the_corpus_holds_runs_of_both_versions() -> None:
    assert {path.parent.name for path in RUNS} >= {"2.1.197", "2.1.329"}


def test_list_equals_the_wire(run: tuple[Path, Home]) -> None:
    _, home = run
    listed = home.ask("list")
    totals = listed["totals"]
    calls, spent = wire(home.truth, logged=True)
    assert family(totals)[0] == calls
    assert tokens(family(totals)) == spent
    tools = home.truth["tool_calls"]
    assert totals["own"]["tool_calls"] + totals["subagents"]["tool_calls"] == len(tools)
    assert totals["own"]["errors"] + totals["subagents"]["errors"] == sum(one["is_error"] is True for one in tools)
    models = {one["model"] for one in home.truth["requests"] if one["status"] == 200 and one["role"] not in UNLOGGED}
    assert {model for session in listed["sessions"] for model in session["models"]} == models


def test_unlogged_equals_the_compactions(run: tuple[Path, Home]) -> None:
    path, home = run
    unlogged = home.ask("list")["totals"]["unlogged"]
    calls, spent = wire(home.truth, logged=False)
    if path.parent.name == "2.1.197":
        assert unlogged is None
        return
    assert (unlogged is None) == (calls == 0)
    assert unlogged is None or tokens(figures(unlogged)) == spent


def test_sessions_are_those_of_the_run(run: tuple[Path, Home]) -> None:
    _, home = run
    listed = {one["id"]: one for one in home.ask("list")["sessions"]}
    roots = {name for name, one in listed.items() if one["parent"] is None}
    assert roots == set(home.truth["sessions"])
    for name, one in listed.items():
        if one["parent"] is not None:
            assert one["parent"] == name.partition("/")[0]
            assert one["prompts"] == 0
    agents = {one["agent"] for one in home.truth["requests"] if one.get("agent")}
    assert {name.partition("/agent-")[2] for name in listed if "/" in name} == agents


def test_sessions_split_the_calls_as_the_wire_does(run: tuple[Path, Home]) -> None:
    """Forks inherit calls; they do not own them."""
    _, home = run
    listed = {one["id"]: one for one in home.ask("list")["sessions"]}
    for name, session in home.truth["sessions"].items():
        expected = sum(count for role, count in session["by_role"].items() if role not in UNLOGGED)
        assert listed[name]["own"]["calls"] + listed[name]["subagents"]["calls"] == expected


def test_prompts_and_lines(run: tuple[Path, Home]) -> None:
    path, home = run
    listed = home.ask("list")["sessions"]
    lines = home.truth["edit_tool_lines"]
    assert sum(one["lines_added"] for one in listed) == lines.get("added", 0)
    assert sum(one["lines_removed"] for one in listed) == lines.get("removed", 0)
    if path.name != "terminal":
        asked = [step["prompt"] for step in home.truth["steps"] if not step["prompt"].startswith("/")]
        assert sum(one["prompts"] for one in listed) == len(asked)


def test_every_surface_says_the_same(run: tuple[Path, Home]) -> None:
    _, home = run
    listed = home.ask("list")
    for by in ("day", "model", "session", "branch", "tool", "window", "hour"):
        assert home.ask("cost", by=by)["totals"] == listed["totals"]
    for one in listed["sessions"]:
        shown = home.ask("show", session=one["id"])
        for name in ("own", "subagents", "unlogged", "total"):
            assert shown[name] == one[name]
            assert home.ask("stats", session=one["id"])["session"][name] == one[name]
            assert home.ask("session_cost", session=one["id"])[name] == one[name]
