"""Every log of the corpus: its events are written down, and those of recorded runs hold what really happened."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_trace.agents.codex import AGENT
from agent_trace.agents.codex.parse import parse
from agent_trace.model.events import LlmResponse, Titled, Unknown
from agent_trace.sync.databases import rows_of, sessions_in
from tests.agents.codex.golden import drawn, golden_of
from tests.agents.codex.logs import CORPUS, LOGS, RUNS, THREAD, content, heard, run_sessions

DATABASE = CORPUS / "0.169.0/fix/home/.codex/state_5.sqlite"
CHILD, FORK = "01a1fc90-00c7-78c3-aeac-74a85826c4bb", "01a1fc90-0d33-7441-980c-99ab3451908c"


@pytest.mark.parametrize("name", LOGS)
def test_events_are_those_written_down(name: str) -> None:
    found = drawn(name).encode()
    if os.environ.get("GOLDEN") == "1":
        golden_of(name).write_bytes(found)
    assert found == golden_of(name).read_bytes()


def test_no_golden_file_is_left_over() -> None:
    expected = {golden_of(name) for name in LOGS}
    assert set(CORPUS.rglob("*.events.txt")) == expected
    assert len(expected) == len(LOGS)


@pytest.mark.parametrize("name", LOGS)
def test_ids_are_unique_within_a_session(name: str) -> None:
    counts = Counter((event.session, event.id) for event in heard(content(name), name))
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", LOGS)
def test_parents_are_events_of_the_log(name: str) -> None:
    events = heard(content(name), name)
    known = {event.id for event in events}
    assert {event.parent for event in events if event.parent is not None} <= known


@pytest.mark.parametrize("name", [name for name in LOGS if not name.startswith("edges/")])
def test_everything_in_a_recorded_run_is_understood(name: str) -> None:
    assert [event for event in heard(content(name), name) if isinstance(event, Unknown)] == []


def truth_of(run: str) -> dict[str, Any]:
    """What really happened in a run, counted on the wire between agent and model."""
    found: dict[str, Any] = msgspec.json.decode((CORPUS / run / "truth.json").read_bytes())
    return found


@pytest.mark.parametrize("run", RUNS)
def test_calls_and_their_usage_are_those_of_the_wire(run: str) -> None:
    found = {
        name: {
            "calls": one.call_count,
            "input": one.usage.input,
            "cache_read": one.usage.cache_read,
            "output": one.usage.output,
            "reasoning": one.usage.reasoning,
        }
        for name, one in run_sessions(run).items()
        if one.call_count
    }
    assert found == truth_of(run)["sessions"]


@pytest.mark.parametrize("run", RUNS)
def test_responses_models_and_tools_are_those_of_the_wire(run: str) -> None:
    truth, found = truth_of(run), run_sessions(run).values()
    names = {event.twin for one in found for event in one.events if isinstance(event, LlmResponse)}
    assert names - {""} == set(truth["responses"])
    assert sorted({model for one in found for model in one.models}) == truth["models"]
    tools = {step.call.call: step.call.tool.rpartition("__")[2] for one in found for step in one.steps}
    assert tools == truth["tools"]
    assert all(step.result is not None for one in found for step in one.steps)


@pytest.mark.parametrize("run", RUNS)
def test_prompts_and_edited_lines_are_those_of_the_scenario(run: str) -> None:
    truth, found = truth_of(run), run_sessions(run)
    prompts = [{"session": name, "text": prompt.text} for name, one in found.items() for prompt in one.prompts]
    assert sorted(prompts, key=str) == sorted(truth["prompts"], key=str)
    results = [step.result for one in found.values() for step in one.steps if step.result is not None]
    added, removed = sum(one.lines_added for one in results), sum(one.lines_removed for one in results)
    assert {"added": added, "removed": removed} == truth["edit_tool_lines"]


def test_a_sub_agent_is_linked_with_the_step_that_started_it() -> None:
    found = run_sessions("0.169.0/fix")
    assert found[THREAD].children == (CHILD,)
    assert found[CHILD].prompts == ()


def test_failures_are_exit_codes_and_what_went_wrong_besides() -> None:
    found = run_sessions("0.169.0/fix")[THREAD]
    assert [result.exit_code for result in found.errors] == [1, 1, 3]
    wrong = [result for result in found.results.values() if result.went_wrong]
    assert [(result.tool, result.failed) for result in wrong] == [
        ("apply_patch", False),
        ("mcp__demo__always_fails", False),
    ]


# ---- the database


def test_the_database_lists_its_threads() -> None:
    found = sessions_in(AGENT.databases[0], "codex", str(DATABASE))
    assert {one.path.rpartition("#")[2] for one in found} == {THREAD, CHILD, FORK}
    assert all(one.size and one.mtime for one in found)


def test_a_thread_without_a_name_says_nothing_and_a_sub_agent_who_started_it() -> None:
    assert told_by_the_database(THREAD) == told_by_the_database(FORK) == []
    (started,) = told_by_the_database(CHILD)
    assert (started["starter"], started["agent_type"], started["session"]) == (THREAD, "explorer", CHILD)


def told_by_the_database(thread: str) -> list[dict[str, Any]]:
    """What the reader makes of a thread's rows."""
    path = f"{DATABASE}#{thread}"
    rows = [(number, line) for number, line in enumerate(rows_of(AGENT.databases[0], path))]
    found = list(parse(path, rows))
    assert not [one for one in found if isinstance(one, Titled)]
    return [msgspec.structs.asdict(one) for one in found]


@pytest.mark.parametrize(("columns", "size"), [("", len("a title")), (", name TEXT", len("a titlea name"))])
def test_threads_of_older_databases_have_no_names(columns: str, size: int, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "state_5.sqlite")) as database:
        database.execute(f"CREATE TABLE threads (id TEXT, title TEXT, updated_at INTEGER, source TEXT{columns})")
        database.execute(f"INSERT INTO threads (id, title, updated_at) VALUES ('{THREAD}', 'a title', 1795000000)")
        if columns:
            database.execute("UPDATE threads SET name = 'a name'")
        database.commit()
    (found,) = sessions_in(AGENT.databases[0], "codex", str(tmp_path / "state_5.sqlite"))
    assert (found.size, found.mtime) == (size, 1_795_000_000 * 10**9)
    (title,) = parse(found.path, enumerate(rows_of(AGENT.databases[0], found.path)))
    assert isinstance(title, Titled)
    assert title.title == ("a name" if columns else "a title")
