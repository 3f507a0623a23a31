"""Recorded runs of agents without a fast pass through the whole shell: found, listed, read while they grow, once."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from agent_trace.model.summary import Summary
from agent_trace.reports import list as list_report
from tests.agents.told import CORPUS, logs, truth
from tests.reports.small import ask, opened

HOMES = {"copilot": ".copilot/session-state", "pi": ".pi/agent/sessions/--home-dev-demo--"}
RUNS = sorted(
    (agent, path.parent.relative_to(CORPUS / agent).as_posix())
    for agent in HOMES
    for path in (CORPUS / agent).rglob("truth.json")
)


def plant(home: Path, agent: str, run: str, share: float = 1) -> None:
    """A run's logs where the agent keeps them, as far as they were written."""
    for name in logs(agent):
        if name.startswith(f"{run}/"):
            place = home / HOMES[agent] / name.removeprefix(f"{run}/")
            place.parent.mkdir(parents=True, exist_ok=True)
            whole = (CORPUS / agent / name).read_bytes()
            place.write_bytes(whole[: int(len(whole) * share)])


def listed(home: Path) -> list[Summary]:
    """What `list` says, after everything was archived and indexed."""
    workspace = opened(home)
    workspace.sync_text()
    found = list(ask(workspace, list_report).sessions)
    assert workspace.synced is None or workspace.synced.problems == []
    workspace.close()
    return found


def told(found: list[Summary]) -> dict[str, object]:
    """Sums over the sessions of a run, sub-agents' own ones among them."""
    amounts = [one.own for one in found]
    usage = {
        kind: sum(getattr(one.usage, kind) or 0 for one in amounts)
        for kind in ("input", "output", "cache_read", "cache_write_5m")
    }
    return {
        "calls": sum(one.calls or 0 for one in amounts),
        "tools": sum(one.tool_calls or 0 for one in amounts),
        "errors": sum(one.errors or 0 for one in amounts),
        "lines": [sum(one.lines_added or 0 for one in found), sum(one.lines_removed or 0 for one in found)],
        **usage,
    }


def expected(agent: str, run: str) -> dict[str, object]:
    """The same of what really happened."""
    sessions, lines = truth(agent, run)["sessions"].values(), truth(agent, run)["lines"]
    return {
        "calls": sum(one["calls"] for one in sessions),
        "tools": sum(len(one["tools"]) for one in sessions),
        "errors": sum(len(one["errors"]) for one in sessions),
        "lines": lines,
        **{kind: sum(one["usage"][kind] for one in sessions) for kind in next(iter(sessions))["usage"]},
    }


@pytest.mark.parametrize(("agent", "run"), RUNS)
def test_sessions_add_up_to_what_happened(agent: str, run: str, home: Path) -> None:
    plant(home, agent, run)
    found = listed(home)
    assert told(found) == expected(agent, run)
    assert {one.id for one in found if one.parent is None} == set(truth(agent, run)["sessions"])
    assert {one.unread_lines for one in found} == {0}


@pytest.mark.parametrize("share", [0.3, 0.55, 0.9])
@pytest.mark.parametrize(("agent", "run"), RUNS)
def test_a_run_that_is_read_while_it_grows_adds_up_to_the_same(agent: str, run: str, share: float, home: Path) -> None:
    plant(home, agent, run)
    whole = listed(home)
    shutil.rmtree(home / ".agent-trace")
    plant(home, agent, run, share)
    listed(home)
    plant(home, agent, run)
    assert listed(home) == whole


def test_a_fork_of_pi_owns_what_came_after_it(home: Path) -> None:
    plant(home, "pi", "0.73.1/fix")
    original, fork = sorted(listed(home), key=lambda one: one.id)
    assert (original.own.calls, fork.own.calls) == (
        *(one["calls"] for _, one in sorted(truth("pi", "0.73.1/fix")["sessions"].items())),
    )
    assert fork.prompts == 1


def test_an_account_that_holds_no_more_than_the_calls_leaves_nothing_unlogged(home: Path) -> None:
    plant(home, "copilot", "1.0.102/fix")
    found = listed(home)
    assert [one.unlogged for one in found] == [None] * len(found)
    assert any(one.unlogged_recorded for one in found)


def test_early_copilot_leaves_the_rest_to_its_account(home: Path) -> None:
    place = home / HOMES["copilot"] / "4b825dc6-0000-4000-8000-000000000001" / "events.jsonl"
    place.parent.mkdir(parents=True)
    shutil.copy(CORPUS / "copilot" / "edges" / "early.jsonl", place)
    (root,) = [one for one in listed(home) if one.parent is None]
    assert root.unlogged is not None
    assert (root.unlogged.usage.input, root.unlogged.usage.cache_read) == (1000, 1700)
    assert root.credits is None


def test_credits_are_those_of_the_account(home: Path) -> None:
    place = home / HOMES["copilot"] / "4b825dc6-0000-4000-8000-000000000002" / "events.jsonl"
    place.parent.mkdir(parents=True)
    shutil.copy(CORPUS / "copilot" / "edges" / "credits.jsonl", place)
    assert [one.credits for one in listed(home)] == [Decimal("2.75")]
    place.touch()
    assert [one.credits for one in listed(home)] == [Decimal("2.75")]


def test_a_session_of_pi_that_was_opened_again_counts_once(home: Path) -> None:
    place = home / HOMES["pi"] / "2025-11-20T23-33-50-805Z_0b7a1c52-5d0e-4b0e-9c39-0a4f2c1d7e11.jsonl"
    place.parent.mkdir(parents=True)
    old, both = ((CORPUS / "pi" / "edges" / f"{name}.jsonl").read_bytes() for name in ("v1", "v1-opened-again"))
    place.write_bytes(old)
    before = listed(home)
    assert both.startswith(old)
    place.write_bytes(both[len(old) :])
    after = listed(home)
    assert [(one.own, one.prompts) for one in after] == [(before[0].own, (before[0].prompts or 0) + 1)]
