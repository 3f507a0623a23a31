"""Readers of JSONL logs without a fast pass: they read whatever there is, and the same bytes give the same events."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_trace.model.events import (
    AnyEvent,
    AssistantText,
    Attachment,
    Event,
    Thinking,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from agent_trace.model.scan import digest
from agent_trace.model.session import Session, by_session
from tests.agents.told import content, heard, logs, rows

AGENTS = ("copilot", "pi")
SHORT = 4000
POOL = {
    agent: [line for name in logs(agent) for _, line in rows(content(agent, name)) if len(line) < SHORT]
    for agent in AGENTS
}
"""Genuine lines and hand-made ones, short enough to be changed many times."""
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**30, float("inf"), float("nan")),
    *("", "x", [], {}, ["x"], [{}], {"type": "text"}, "\ud800"),
)
TEXTS = (UserPrompt, AssistantText, Thinking, Attachment)

every_agent = pytest.mark.parametrize("agent", AGENTS)
often = settings(max_examples=60)


@st.composite
def changed(draw: st.DrawFn, agent: str) -> bytes:
    """A genuine line with one value replaced, left out or cut."""
    line = draw(st.sampled_from(POOL[agent]))
    way = draw(st.sampled_from(("value", "value", "bytes", "cut", "twice")))
    if way == "cut":
        return line[: draw(st.integers(0, len(line)))]
    if way == "twice":
        return line + draw(st.sampled_from(POOL[agent]))
    if way == "bytes":
        at = draw(st.integers(0, len(line) - 1))
        return (line[:at] + draw(st.binary(max_size=3)) + line[at + 1 :]).replace(b"\n", b" ")
    return _with_another_value(draw, line)


def _with_another_value(draw: st.DrawFn, line: bytes) -> bytes:
    place = record = json.loads(line)
    while isinstance(place, dict | list) and place:
        key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or draw(st.booleans()):
            place[key] = draw(st.sampled_from(ODD))
            break
        place = place[key]
    return json.dumps(record).encode()


def some_log(data: st.DataObject, agent: str) -> list[bytes]:
    """Lines of all kinds."""
    line = st.one_of(st.sampled_from(POOL[agent]), changed(agent), st.binary(max_size=100))
    return data.draw(st.lists(line, max_size=12))


def read(agent: str, lines: Sequence[bytes], state: Any = None, first: int = 0, **how: Any) -> list[Event]:
    """The events of some lines, newlines or not."""
    reader = importlib.import_module(f"agent_trace.agents.{agent}.parse")
    numbered = [(number * 10_000, line) for number, line in enumerate(lines, first)]
    return list(reader.parse("folder/log.jsonl", numbered, state, **how))


def written(events: list[Event]) -> bytes:
    """Events as they are kept."""
    return msgspec.json.encode(events)


@every_agent
@given(data=st.data())
@often
def test_changed_logs_are_read(agent: str, data: st.DataObject) -> None:
    found = read(agent, some_log(data, agent))
    assert msgspec.json.decode(written(found), type=list[AnyEvent]) == found


@every_agent
@given(data=st.data())
@often
def test_any_two_pieces_give_the_same_events(agent: str, data: st.DataObject) -> None:
    lines, cut = some_log(data, agent), data.draw(st.integers(0, 12))
    kind = importlib.import_module(f"agent_trace.agents.{agent}.parse").ParseState
    state = kind()
    first = read(agent, lines[:cut], state)
    stored = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=kind)
    assert first + read(agent, lines[cut:], stored, len(lines[:cut])) == read(agent, lines)


@every_agent
@given(data=st.data())
@often
def test_a_clip_only_shortens(agent: str, data: st.DataObject) -> None:
    lines, clip = some_log(data, agent), data.draw(st.integers(0, 50))
    whole, short = read(agent, lines, clip=None), read(agent, lines, clip=clip)
    assert [_fixed(one) for one in whole] == [_fixed(one) for one in short]
    for one, other in zip(whole, short, strict=True):
        if isinstance(one, TEXTS) and isinstance(other, TEXTS):
            assert (other.text, other.size) == (one.text[:clip], one.size)
        if isinstance(one, ToolResult) and isinstance(other, ToolResult):
            assert (other.output, other.patch, other.size) == (one.output[:clip], one.patch[:clip], one.size)
        if isinstance(one, ToolCall) and isinstance(other, ToolCall):
            assert (other.input, other.title, other.paths) == (one.input[:clip], one.title[:clip], one.paths)


def _fixed(event: Event) -> tuple[object, ...]:
    return event.id, type(event), event.session, event.at, event.parent, event.twin


@every_agent
@given(data=st.data())
@often
def test_ids_are_unique_within_a_session(agent: str, data: st.DataObject) -> None:
    lines = some_log(data, agent)
    counts = Counter((one.session, one.id) for one in read(agent, lines + lines))
    assert [name for name, times in counts.items() if times > 1] == []


@every_agent
@given(data=st.data())
@often
def test_numbers_never_change_when_a_log_grows(agent: str, data: st.DataObject) -> None:
    lines = some_log(data, agent)
    grown = by_session(read(agent, lines), agent)
    for name, part in by_session(read(agent, lines[: len(lines) // 2]), agent).items():
        assert _ids(part) == _ids(grown[name])[: len(part.numbered)]


def _ids(session: Session) -> list[str]:
    return [one.event.id for one in session.numbered]


@every_agent
@given(data=st.data())
@often
def test_what_another_log_owns_is_marked_and_otherwise_the_same(agent: str, data: st.DataObject) -> None:
    lines = some_log(data, agent)
    plain = read(agent, lines)
    names = {digest((one.twin or one.id).encode()) for one in plain[::2]}
    marked = read(agent, lines, inherited=frozenset(names))
    assert [digest((one.twin or one.id).encode()) in names for one in plain] == [one.inherited for one in marked]
    assert [msgspec.structs.replace(one, inherited=False) for one in marked] == plain


@every_agent
@given(data=st.data())
@often
def test_a_log_is_recognised_or_not_whatever_it_holds(agent: str, data: st.DataObject) -> None:
    reader = importlib.import_module(f"agent_trace.agents.{agent}.recognition")
    assert reader.recognises("log.jsonl", b"\n".join(some_log(data, agent))) in (True, False)


@pytest.mark.full
@every_agent
@given(data=st.data())
@settings(max_examples=600)
def test_many_changed_logs_are_read(agent: str, data: st.DataObject) -> None:
    found = heard(agent, b"\n".join(some_log(data, agent)))
    assert msgspec.json.decode(written(found), type=list[AnyEvent]) == found
