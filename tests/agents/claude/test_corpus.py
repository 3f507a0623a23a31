"""Every log of the corpus: its events are written down, they add up to what the fast pass counts, and to the truth."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from agent_trace.model.usage import Usage
from tests.agents.claude.fold import by_parse, by_scan
from tests.agents.claude.golden import drawn, golden_of
from tests.agents.claude.logs import CORPUS, LOGS, RUNS, content, heard, sessions
from tests.agents.claude.truth import Truth, truth_of, wire


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
def test_both_readers_find_the_same(name: str) -> None:
    data = content(name)
    assert by_parse(name, data) == by_scan(name, data)


@pytest.mark.parametrize("name", LOGS)
def test_ids_are_unique_within_a_session(name: str) -> None:
    counts = Counter((event.session, event.id) for event in heard(content(name), name))
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", LOGS)
def test_parents_are_events_of_the_log(name: str) -> None:
    events = heard(content(name), name)
    known = {event.id for event in events}
    assert {event.parent for event in events if event.parent is not None} <= known


@pytest.mark.parametrize("run", RUNS)
def test_a_recorded_run_holds_what_really_happened(run: str) -> None:
    found = [session for name in LOGS if name.startswith(f"{run}/") for session in sessions(name).values()]
    calls = {call.call: call for session in found for call in session.own_calls}
    steps = {step.call.call: step for session in found for step in session.steps}
    told = Truth(
        calls=len(calls),
        usage=wire(sum((call.usage for call in calls.values()), Usage())),
        models={model for session in found for model in session.models},
        tools={name: step.call.tool for name, step in steps.items()},
        errors={name for name, step in steps.items() if step.failed},
        lines_added=sum(step.result.lines_added for step in steps.values() if step.result),
        lines_removed=sum(step.result.lines_removed for step in steps.values() if step.result),
    )
    assert told == truth_of(run)
