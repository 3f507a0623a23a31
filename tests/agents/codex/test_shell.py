"""Rollouts through the whole shell: found wherever Codex keeps them, read while they grow, each call counted once."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from agent_trace.model.summary import Summary
from agent_trace.reports import list as list_report
from tests.agents.codex.logs import CORPUS, LOGS, RUNS, THREAD, content
from tests.agents.codex.test_corpus import truth_of
from tests.reports.small import ask, opened

FIX = "0.169.0/fix"
ROLLOUT = next(name for name in LOGS if name.startswith(FIX) and name.endswith(f"{THREAD}.jsonl"))


def placed(home: Path, name: str) -> Path:
    """Where a log of the corpus lies in a home."""
    inner = name.partition("/home/")[2] or f".codex/sessions/2026/11/21/rollout-{Path(name).name}"
    return home / inner


def plant(home: Path, *names: str, share: float = 1) -> None:
    """Logs as far as they were written."""
    for name in names:
        place, whole = placed(home, name), content(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(whole[: int(len(whole) * share)])


def logs_of(run: str) -> list[str]:
    return [name for name in LOGS if name.startswith(f"{run}/")]


def listed(home: Path) -> dict[str, Summary]:
    """What `list` says, after everything was archived and indexed."""
    workspace = opened(home)
    workspace.sync_text()
    found = {one.id: one for one in ask(workspace, list_report).sessions}
    assert workspace.synced is None or workspace.synced.problems == []
    workspace.close()
    return found


def told(found: dict[str, Summary]) -> dict[str, dict[str, int | None]]:
    """Calls and tokens of each session alone."""
    return {
        name: {
            "calls": one.own.calls,
            "input": one.own.usage.input,
            "cache_read": one.own.usage.cache_read,
            "output": one.own.usage.output,
            "reasoning": one.own.usage.reasoning,
        }
        for name, one in found.items()
        if one.own.calls
    }


@pytest.mark.parametrize("run", RUNS)
def test_sessions_add_up_to_what_happened(run: str, home: Path) -> None:
    plant(home, *logs_of(run))
    found, truth = listed(home), truth_of(run)
    assert told(found) == truth["sessions"]
    assert sum(one.own.tool_calls or 0 for one in found.values()) == len(truth["tools"])
    assert {one.unread_lines for one in found.values()} == {0}


@pytest.mark.parametrize("share", [0.3, 0.55, 0.9])
@pytest.mark.parametrize("run", RUNS)
def test_a_run_that_is_read_while_it_grows_adds_up_to_the_same(run: str, share: float, home: Path) -> None:
    plant(home, *logs_of(run))
    whole = listed(home)
    shutil.rmtree(home / ".agent-trace")
    plant(home, *logs_of(run), share=share)
    listed(home)
    plant(home, *logs_of(run))
    assert listed(home) == whole


def test_bare_items_have_a_tool_and_nobody_knows_how_many_calls(home: Path) -> None:
    plant(home, "edges/bare.jsonl")
    (found,) = listed(home).values()
    assert (found.own.calls, found.own.tool_calls, found.own.unpriced_calls, found.prompts) == (None, 1, 0, 1)


def test_what_was_copied_into_a_fork_is_its_parents(home: Path) -> None:
    plant(home, "edges/parent.jsonl", "edges/fork.jsonl")
    parent, fork = sorted(listed(home).values(), key=lambda one: one.id)
    assert [(one.own.calls, one.own.tool_calls, one.prompts) for one in (parent, fork)] == [(3, 1, 2), (1, 0, 1)]
    assert (parent.own.usage.output, fork.own.usage.output) == (92, 3)


def test_a_packed_rollout_beside_the_plain_one_adds_nothing(home: Path) -> None:
    plant(home, *logs_of(FIX))
    place = placed(home, ROLLOUT)
    before = told(listed(home))
    place.with_suffix(".jsonl.zst").write_bytes(zstandard.compress(place.read_bytes()))
    assert told(listed(home)) == before
    place.unlink()
    assert told(listed(home)) == before
    shutil.rmtree(home / ".agent-trace")
    assert told(listed(home)) == before


def test_a_rollout_that_is_archived_counts_once(home: Path) -> None:
    plant(home, *logs_of(FIX))
    before, place = told(listed(home)), placed(home, ROLLOUT)
    archive = home / ".codex" / "archived_sessions" / place.name
    archive.parent.mkdir()
    place.rename(archive)
    assert told(listed(home)) == before


def name(state: Path, words: str) -> None:
    """Give the thread of the run a name, as a person does."""
    with closing(sqlite3.connect(state)) as database:
        values = {"name": words, "id": THREAD}
        database.execute("UPDATE threads SET name = :name, updated_at = updated_at + 9 WHERE id = :id", values)
        database.commit()


def test_the_database_adds_names_and_nothing_else(home: Path) -> None:
    plant(home, *logs_of(FIX))
    before, state = listed(home), home / ".codex" / "state_5.sqlite"
    shutil.copy(CORPUS / FIX / "home/.codex/state_5.sqlite", state)
    assert told(listed(home)) == told(before)
    with closing(sqlite3.connect(state)) as database:
        database.execute(
            "UPDATE threads SET name = 'the big repair', updated_at = updated_at + 9 WHERE id = ?", (THREAD,)
        )
        database.commit()
    after = listed(home)
    assert (after[THREAD].title, set(after), told(after)) == ("the big repair", set(before), told(before))


def test_threads_that_only_the_database_knows_are_no_sessions(home: Path) -> None:
    state = home / ".codex" / "state_5.sqlite"
    state.parent.mkdir()
    shutil.copy(CORPUS / FIX / "home/.codex/state_5.sqlite", state)
    name(state, "the big repair")
    assert listed(home) == {}
