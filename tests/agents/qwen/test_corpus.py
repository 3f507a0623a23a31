"""Recorded runs of Qwen Code: their events are written down, and they add up to what really happened."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from agent_trace.agents.qwen.parse import ParseState, parse
from agent_trace.model.events import Compacted, Event, SessionStarted
from agent_trace.model.session import by_session
from tests.agents.genai.drawn import drawn
from tests.agents.genai.logs import CORPUS, assert_agrees, content, lines, logs_of, read_in_pieces, runs_of

LOGS = logs_of("qwen")
MAIN = "ac9bf879-28c0-474d-9611-4f21531d260b"
AGENT = "general-purpose-xka2y4"


def heard(name: str) -> list[Event]:
    """The events of a log."""
    return list(parse(name, lines(content(name))))


def golden_of(name: str) -> Path:
    """Where the events of a log are written down: beside its HOME."""
    run, _, _ = name.partition("/home/")
    return CORPUS / run / f"{Path(name).stem}.events.txt"


@pytest.mark.parametrize("name", LOGS)
def test_events_are_those_written_down(name: str) -> None:
    found = drawn(heard(name), "qwen").encode()
    if os.environ.get("GOLDEN") == "1":
        golden_of(name).write_bytes(found)
    assert found == golden_of(name).read_bytes()


@pytest.mark.parametrize("run", runs_of("qwen"))
def test_a_run_holds_what_really_happened(run: str) -> None:
    assert_agrees(run, [event for name in LOGS if name.startswith(f"{run}/") for event in heard(name)], "qwen")


@pytest.mark.parametrize("name", LOGS)
def test_ids_are_unique_within_a_session(name: str) -> None:
    counts = Counter((event.session, event.id) for event in heard(name))
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", LOGS)
def test_any_cut_gives_the_same_events(name: str) -> None:
    rows, whole = lines(content(name)), heard(name)
    for cut in range(len(rows)):
        assert read_in_pieces(parse, ParseState, name, rows, [cut]) == whole


def log_of(stem: str) -> str:
    """A log by the beginning of its name."""
    return next(name for name in LOGS if Path(name).name.startswith(stem))


def test_a_sub_agent_has_a_session_made_of_telemetry() -> None:
    found = by_session(heard(log_of(MAIN)), "qwen")
    assert list(found) == [MAIN, f"{MAIN}/agent-{AGENT}"]
    child = found[f"{MAIN}/agent-{AGENT}"]
    assert found[MAIN].children == (AGENT,)
    assert [type(event).__name__ for event in child.events[:4]] == [
        "SessionStarted",
        "UserPrompt",
        "LlmResponse",
        "AssistantText",
    ]
    assert child.prompts == ()
    assert (child.call_count, [step.call.tool for step in child.steps]) == (3, ["run_shell_command", "read_file"])
    assert [step.run_ms for step in child.steps] == [87, 46]


def test_what_failed_is_told_by_marks_and_by_texts() -> None:
    session = by_session(heard(log_of(MAIN)), "qwen")[MAIN]
    assert [step.call.tool for step in session.steps if step.failed] == ["read_file", "edit", "mcp__demo__always_fails"]
    wrong = [step.result.exit_code for step in session.steps if step.result and step.result.went_wrong]
    assert wrong == [1, 3]
    assert session.steps[0].run_ms == 1786


def test_the_branch_is_told_when_it_changes() -> None:
    started = [event for event in heard(log_of(MAIN)) if isinstance(event, SessionStarted) and event.session == MAIN]
    assert [(event.id, event.branch) for event in started] == [
        (f"{MAIN}.start", "main"),
        (f"{MAIN}.start~2", "feature/mul"),
    ]


def test_a_compaction_and_its_call_are_told() -> None:
    found = heard(log_of("6962b666"))
    (compacted,) = (event for event in found if isinstance(event, Compacted))
    assert (compacted.before, compacted.after) == (197044, 189644)
    session = by_session(found, "qwen")["6962b666-0316-4b5c-9174-d9978d84c020"]
    asked = {step.call.response for step in session.steps}
    silent = [call.usage.output for call in session.calls if call.call not in asked]
    assert silent == [30, 8, 8]
