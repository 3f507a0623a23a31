"""Agents' tools, selections, and the wire names of events."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import get_args

import msgspec
import pytest

from agent_trace.model.agent import Agent, Home
from agent_trace.model.events import KINDS, AnyEvent, Event, Origin, UserPrompt, kind_of
from agent_trace.model.selection import Selection
from agent_trace.model.tools import ToolKind


@pytest.mark.parametrize(("name", "kind"), [("Bash", "shell"), ("mcp__a__b", "mcp"), ("Else", "other")])
def test_an_agent_knows_its_tools(name: str, kind: ToolKind) -> None:
    agent = Agent(name="a", title="A", homes=(Home(path="~"),), files=("*",), tools={"Bash": "shell"})
    assert agent.kind(name) == kind


def test_a_selection_of_everything_cuts_nothing() -> None:
    assert Selection().is_everything
    assert not Selection().cuts_calls
    assert not Selection(branch="main").is_everything
    assert not Selection(branch="main").cuts_calls


@pytest.mark.parametrize(
    "selection",
    [
        Selection(since=datetime(2026, 11, 18, tzinfo=timezone.utc)),
        Selection(until=datetime(2026, 11, 18, tzinfo=timezone.utc)),
        Selection(model="sonnet"),
    ],
)
def test_times_and_models_cut_calls(selection: Selection) -> None:
    assert selection.cuts_calls


def test_every_event_has_a_wire_name_of_its_own() -> None:
    assert len(set(KINDS)) == len(KINDS) == len(get_args(AnyEvent))
    assert all(issubclass(kind, Event) for kind in get_args(AnyEvent))
    assert kind_of(UserPrompt(id="u", session="s")) == "user_prompt"


def test_an_event_survives_being_written() -> None:
    event = UserPrompt(id="u", session="s", at=1, origin=Origin(offset=3, length=4), text="hi", size=2)
    assert msgspec.json.decode(msgspec.json.encode(event), type=AnyEvent) == event
