"""Agents that were never seen running: what their logs tell is written down, and nothing they hold breaks a reader."""

from __future__ import annotations

import os
from collections import Counter

import msgspec
import pytest

from agent_trace.model.events import AnyEvent, LlmResponse, ToolCall, Unknown
from agent_trace.sync.members import members
from tests.agents.drawing import drawn
from tests.agents.unverified import CORPUS, NAMES, Log, heard, logs, member, numbered, only, told


def _name(one: Log) -> str:
    return f"{one.agent}:{one.path}"


EACH = pytest.mark.parametrize("one", logs(), ids=_name)
MADE = pytest.mark.parametrize("one", [one for one in logs() if one.is_made], ids=_name)
FILES = pytest.mark.parametrize(
    "one", [one for one in logs() if one.head and one.path != "sessions/strangers.jsonl"], ids=_name
)
"""All but the one that is made of look-alikes."""
GROWING = pytest.mark.parametrize("one", [one for one in logs() if not one.is_made], ids=_name)


@EACH
def test_events_are_those_written_down(one: Log) -> None:
    found = drawn(told(one), one.agent).encode()
    if os.environ.get("GOLDEN") == "1":
        one.golden.write_bytes(found)
    assert found == one.golden.read_bytes()


def test_no_golden_file_is_left_over() -> None:
    folders = [CORPUS / name / "unverified" for name in NAMES]
    assert {path for folder in folders for path in folder.rglob("*.events.txt")} == {one.golden for one in logs()}


@FILES
def test_no_other_agent_takes_it_for_its_own(one: Log) -> None:
    path = f"/home/dev/.{one.agent}/{one.path}"
    assert [name for name, found in members().items() if found.recognises(path, one.head)] == [one.agent]


@EACH
def test_names_are_used_once_in_a_session(one: Log) -> None:
    counts = Counter((event.session, event.id) for event in told(one))
    assert [name for name, count in counts.items() if count > 1] == []


@EACH
def test_parents_are_events_of_the_log(one: Log) -> None:
    events = told(one)
    assert {event.parent for event in events if event.parent is not None} <= {event.id for event in events}


@EACH
def test_every_event_can_be_written_down(one: Log) -> None:
    events = told(one)
    assert msgspec.json.decode(msgspec.json.encode(events), type=list[AnyEvent]) == events


@EACH
def test_tools_belong_to_calls_that_the_log_tells(one: Log) -> None:
    events = told(one)
    keys = {call.call for call in only(events, LlmResponse)}
    assert {tool.response for tool in only(events, ToolCall)} - keys <= {None}


@MADE
def test_reading_twice_the_same_changes_nothing_in_a_made_log(one: Log) -> None:
    again = heard(one.agent, [*one.lines, *one.lines], one.path)
    broken = [event.id for event in again if isinstance(event, Unknown)]
    assert [event.id for event in again if event.id not in broken] == [
        event.id for event in told(one) if not isinstance(event, Unknown)
    ]


@EACH
def test_lines_around_a_bad_one_are_read(one: Log) -> None:
    noise = [b"\xff\xfe", b"{", b'"text"', b"[1]", b"42", b"", b"\x00", b"\xef\xbb\xbf"]
    mixed = [line for each in one.lines for line in (*noise, each + b"\r")]
    found = heard(one.agent, mixed, one.path)
    assert [event.id for event in found if not isinstance(event, Unknown)] == [
        event.id for event in told(one) if not isinstance(event, Unknown)
    ]


@EACH
def test_a_clip_only_shortens(one: Log) -> None:
    short, whole = told(one, clip=3), told(one, clip=None)
    assert [(event.id, event.at, event.parent) for event in short] == [
        (event.id, event.at, event.parent) for event in whole
    ]


@GROWING
def test_the_state_between_two_pieces_is_all_a_reader_needs(one: Log) -> None:
    whole = told(one)
    for cut in range(len(one.lines) + 1):
        state = member(one.agent).reader_state(None)
        rows = numbered(one.lines)
        first = list(member(one.agent).parse(one.path, rows[:cut], state))
        stored = member(one.agent).reader_state(msgspec.msgpack.encode(state))
        assert first + list(member(one.agent).parse(one.path, rows[cut:], stored)) == whole


@pytest.mark.parametrize("name", NAMES)
def test_an_agent_says_that_it_is_unverified(name: str) -> None:
    module = member(name).module
    assert member(name).agent.verified == ""
    assert "Unverified" in (module.__doc__ or "")
    assert member(name).agent.gaps


@pytest.mark.parametrize("name", NAMES)
def test_what_is_nested_beyond_reason_is_no_json(name: str) -> None:
    line = b'{"table":"message","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert [type(event) for event in heard(name, [line], "x.jsonl")] == [Unknown]


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_log_has_no_calls(name: str) -> None:
    assert only(heard(name, [], "x.jsonl"), LlmResponse) == []


@pytest.mark.parametrize("name", NAMES)
def test_colours_differ(name: str) -> None:
    assert [other for other in NAMES if member(other).agent.colour == member(name).agent.colour] == [name]
