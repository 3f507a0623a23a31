"""Recorded runs of Gemini CLI: their events are written down, and they add up to what really happened."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from agent_trace.agents.gemini.parse import ParseState, parse
from agent_trace.model.events import Compacted, Event, SessionStarted, ToolResult, UserPrompt
from agent_trace.model.session import by_session
from tests.agents.genai.drawn import drawn
from tests.agents.genai.logs import CORPUS, assert_agrees, content, lines, logs_of, read_in_pieces, runs_of

LOGS = logs_of("gemini")
MAIN = "91511fab-f8de-483b-b3fe-052e1c5381ec"
AGENT = "1cb2f649-789d-4f68-a08c-0ce9400ddbc4"


def heard(name: str) -> list[Event]:
    """The events of a log."""
    return list(parse(name, lines(content(name))))


def golden_of(name: str) -> Path:
    """Where the events of a log are written down: beside its HOME."""
    run, _, _ = name.partition("/home/")
    return CORPUS / run / f"{Path(name).stem}.events.txt"


@pytest.mark.parametrize("name", LOGS)
def test_events_are_those_written_down(name: str) -> None:
    found = drawn(heard(name), "gemini").encode()
    if os.environ.get("GOLDEN") == "1":
        golden_of(name).write_bytes(found)
    assert found == golden_of(name).read_bytes()


@pytest.mark.parametrize("run", runs_of("gemini"))
def test_a_run_holds_what_really_happened(run: str) -> None:
    assert_agrees(run, [event for name in LOGS if name.startswith(f"{run}/") for event in heard(name)], "gemini")


@pytest.mark.parametrize("name", LOGS)
def test_ids_are_unique_within_a_session(name: str) -> None:
    counts = Counter((event.session, event.id) for event in heard(name))
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", LOGS)
def test_any_cut_gives_the_same_events(name: str) -> None:
    rows, whole = lines(content(name)), heard(name)
    for cut in range(len(rows)):
        assert read_in_pieces(parse, ParseState, name, rows, [cut]) == whole


def test_a_sub_agent_is_known_to_its_parent_and_knows_it() -> None:
    parent, child = (next(name for name in LOGS if stem in Path(name).name) for stem in ("91511fab", AGENT))
    started = [event for event in heard(child) if isinstance(event, SessionStarted)]
    assert [(event.session, event.starter, event.cwd) for event in started] == [(AGENT, MAIN, "/home/dev/demo")]
    tasks = [event for event in heard(child) if isinstance(event, UserPrompt)]
    assert [(event.by, event.text[:8]) for event in tasks] == [("parent", "ONLY-SUB")]
    results = [event for event in heard(parent) if isinstance(event, ToolResult) and event.child]
    assert [(event.tool, event.child) for event in results] == [("invoke_agent", AGENT)]


def test_what_failed_is_told_by_marks_and_by_texts() -> None:
    name = next(name for name in LOGS if "91511fab" in Path(name).name)
    session = by_session(heard(name), "gemini")[MAIN]
    marked = [step.call.tool for step in session.steps if step.failed]
    assert marked == ["read_file", "replace", "mcp_demo_always_fails"]
    wrong = [
        (step.call.tool, step.result.exit_code) for step in session.steps if step.result and step.result.went_wrong
    ]
    assert wrong == [("run_shell_command", 1), ("invoke_agent", None), ("run_shell_command", 3)]


def test_a_compaction_is_told_and_nothing_twice() -> None:
    name = next(name for name in LOGS if "/compact/" in name)
    found = heard(name)
    (compacted,) = (event for event in found if isinstance(event, Compacted))
    assert compacted.summary.startswith("<analysis>short</analysis><summary>All files were read twice")
    assert [event.text for event in found if isinstance(event, UserPrompt)] == [
        "Read everything twice",
        "And now commit it",
    ]
