"""Logs of agents without a fast pass: their events are written down, hold together, and add up to the truth."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from agent_trace.model.events import AnyEvent, Unknown
from agent_trace.model.scan import digest
from agent_trace.model.session import Session, by_session
from agent_trace.sync.members import members
from tests.agents.told import CORPUS, content, drawn, every_cut, golden_of, happened, heard, logs, truth

AGENTS = ("copilot", "pi")
LOGS = [(agent, name) for agent in AGENTS for name in logs(agent)]
RUNS = sorted(
    (path.relative_to(CORPUS).parts[0], path.parent.relative_to(CORPUS / path.relative_to(CORPUS).parts[0]).as_posix())
    for agent in AGENTS
    for path in (CORPUS / agent).rglob("truth.json")
)


@pytest.mark.parametrize(("agent", "name"), LOGS)
def test_events_are_those_written_down(agent: str, name: str) -> None:
    found = drawn(agent, name).encode()
    if os.environ.get("GOLDEN") == "1":
        golden_of(agent, name).write_bytes(found)
    assert found == golden_of(agent, name).read_bytes()


@pytest.mark.parametrize("agent", AGENTS)
def test_no_golden_file_is_left_over(agent: str) -> None:
    expected = {golden_of(agent, name) for name in logs(agent)}
    assert set((CORPUS / agent).rglob("*.events.txt")) == expected
    assert len(expected) == len(logs(agent))


@pytest.mark.parametrize(("agent", "name"), LOGS)
def test_ids_are_unique_within_a_session(agent: str, name: str) -> None:
    events = heard(agent, content(agent, name), name)
    assert [one for one, times in Counter((event.session, event.id) for event in events).items() if times > 1] == []


@pytest.mark.parametrize(("agent", "name"), LOGS)
def test_parents_are_events_of_the_log(agent: str, name: str) -> None:
    events = heard(agent, content(agent, name), name)
    assert {event.parent for event in events if event.parent is not None} <= {event.id for event in events}


@pytest.mark.parametrize(("agent", "name"), LOGS)
def test_every_line_is_understood(agent: str, name: str) -> None:
    events = heard(agent, content(agent, name), name)
    assert [event for event in events if isinstance(event, Unknown)] == []
    assert all(isinstance(event, AnyEvent) for event in events)


@pytest.mark.parametrize(("agent", "run"), RUNS)
def test_a_recorded_run_holds_what_really_happened(agent: str, run: str) -> None:
    found: list[Session] = []
    seen = set[int]()
    for name in logs(agent):
        if name.startswith(f"{run}/"):
            events = heard(agent, content(agent, name), name, inherited=frozenset(seen))
            found += by_session(events, agent).values()
            seen |= {digest((event.twin or event.id).encode()) for event in events}
    assert happened(found) == truth(agent, run)


@pytest.mark.full
@pytest.mark.parametrize(("agent", "name"), LOGS)
def test_every_cut_gives_the_same_events(agent: str, name: str) -> None:
    assert all(pieces == whole for pieces, whole in every_cut(agent, name))


@pytest.mark.parametrize(("agent", "name"), LOGS)
def test_no_other_agent_takes_it_for_its_own(agent: str, name: str) -> None:
    head = content(agent, name)[:65_536]
    assert [one for one, found in members().items() if found.recognises(name, head)] == [agent]
