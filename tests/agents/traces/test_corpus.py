"""Every folder that agent-strace wrote: its events are written down, and they add up to what it counted itself."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agent_trace.agents.claude.parse import parse as parse_claude
from agent_trace.model.events import ToolResult, Unknown
from agent_trace.model.session import Session, by_session
from tests.agents.claude import logs
from tests.agents.traces.folders import CORPUS, FOLDERS, content, drawn, heard, sessions

HOOKED = [name for name in FOLDERS if "/hooks-" in name]
IMPORTED = [name for name in FOLDERS if "/import/" in name]


def golden_of(name: str) -> Path:
    return (CORPUS / name).with_name(f"{Path(name).name}.events.txt")


def meta_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CORPUS / name / "meta.json").read_bytes())
    return found


@pytest.mark.parametrize("name", FOLDERS)
def test_events_are_those_written_down(name: str) -> None:
    found = drawn(name).encode()
    if os.environ.get("GOLDEN") == "1":
        golden_of(name).write_bytes(found)
    assert found == golden_of(name).read_bytes()


@pytest.mark.parametrize("name", FOLDERS)
def test_ids_are_unique_within_a_session(name: str) -> None:
    counts = Counter((event.session, event.id) for event in heard(content(name)))
    assert [one for one, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", FOLDERS)
def test_parents_are_events_of_the_folder(name: str) -> None:
    events = heard(content(name))
    assert {event.parent for event in events if event.parent is not None} <= {event.id for event in events}


@pytest.mark.parametrize("name", FOLDERS)
def test_everything_is_understood(name: str) -> None:
    events = heard(content(name))
    results = [event for event in events if isinstance(event, ToolResult)]
    called = {call for session in by_session(events, "traces").values() for call in session.results}
    assert [event for event in events if isinstance(event, Unknown)] == []
    assert {result.call for result in results} <= called


@pytest.mark.parametrize("name", FOLDERS)
def test_tools_and_errors_are_those_that_agent_strace_counted(name: str) -> None:
    found, meta = sessions(name).values(), meta_of(name)
    assert sum(one.tool_calls for one in found) == max(meta.get("tool_calls", 0), _left_open(name))
    if name not in IMPORTED:
        failed = sum(len(one.errors) for one in found)
        raised = sum(type(event).__name__ == "ErrorRaised" for one in found for event in one.events)
        assert failed + raised == meta.get("errors", 0)


def _left_open(name: str) -> int:
    """A session of the decorator that never ended has no counts."""
    return 1 if meta_of(name).get("agent_name") == "still-running" else 0


@pytest.mark.parametrize("name", HOOKED)
def test_hooks_know_of_no_model_call(name: str) -> None:
    assert [one.call_count for one in sessions(name).values()] == [0] * len(sessions(name))


@pytest.mark.parametrize("name", IMPORTED)
def test_imported_usage_is_that_of_the_transcript(name: str) -> None:
    """agent-strace counts a call for each of its rows; the transcript is the truth."""
    (found,) = sessions(name).values()
    own = _transcript(found.id)
    assert (found.call_count, found.usage, found.models) == (own.call_count, own.usage, own.models)
    assert meta_of(name)["llm_requests"] > found.call_count
    assert [step.call.call for step in found.steps] == [step.call.call for step in own.steps]
    assert [one.text for one in found.prompts] == [one.text for one in own.prompts]
    lost = {result.tool for result in own.errors} - {result.tool for result in found.errors}
    assert lost <= {"mcp__demo__always_fails"}


def _transcript(session: str) -> Session:
    name = next(name for name in logs.LOGS if name.endswith(f"/{session}.jsonl") and "2.1.197" in name)
    found = by_session(parse_claude(name, logs.lines(logs.content(name))), "claude")
    return found[session]


def test_sub_agents_inside_a_session_are_sessions_of_their_own() -> None:
    claude = sessions("0.103.0/hooks-claude/942bf1b1-e31e-4f")
    codex = sessions("0.103.0/hooks-codex/01a1fc8f-fa7e-73")
    assert [list(found) for found in (claude, codex)] == [
        ["942bf1b1-e31e-4f", "942bf1b1-e31e-4f/agent-a8936251ceec1d63b"],
        ["01a1fc8f-fa7e-73", "01a1fc8f-fa7e-73/agent-01a1fc90-00c7-78c3-aeac-74a85826c4bb"],
    ]
    assert [next(iter(found.values())).children for found in (claude, codex)] == [
        ("a8936251ceec1d63b",),
        ("01a1fc90-00c7-78c3-aeac-74a85826c4bb",),
    ]
    assert [list(found.values())[1].tool_calls for found in (claude, codex)] == [2, 2]
