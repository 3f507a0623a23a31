"""The readers of Gemini CLI and Qwen Code: they read whatever there is, and the same bytes give the same events."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_trace.agents.gemini import parse as gemini
from agent_trace.agents.qwen import parse as qwen
from agent_trace.model.events import AnyEvent, Event, LlmResponse, ToolCall, ToolResult
from tests.agents.genai.logs import Parse, content, lines, logs_of, read_in_pieces

SHORT = 6000
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    float("inf"),
    "",
    "x",
    [],
    {},
    ["x"],
    [{}],
    {"text": "x"},
    "\ud800",
)


class Reader(NamedTuple):
    """An agent's reader and genuine lines of its logs, short enough to be changed many times."""

    parse: Parse
    state: type[msgspec.Struct]
    pool: list[bytes]
    paths: tuple[str, ...]


def pool(agent: str) -> list[bytes]:
    """The short lines of an agent's logs."""
    return [line for name in logs_of(agent) for _, line in lines(content(name)) if len(line) < SHORT]


READERS = {
    "gemini": Reader(
        gemini.parse,
        gemini.ParseState,
        pool("gemini"),
        ("tmp/d/chats/session-2026-11-21T05-25-91511fab.jsonl", "tmp/d/chats/parent/child.jsonl", "tmp/d/chats/a.json"),
    ),
    "qwen": Reader(qwen.parse, qwen.ParseState, pool("qwen"), ("projects/-d/chats/abc.jsonl",)),
}
both = pytest.mark.parametrize("agent", READERS)


@st.composite
def changed(draw: st.DrawFn, agent: str) -> bytes:
    """A genuine line with one value replaced, left out or cut."""
    line = draw(st.sampled_from(READERS[agent].pool))
    way = draw(st.sampled_from(("value", "bytes", "cut", "twice")))
    if way == "cut":
        return line[: draw(st.integers(0, len(line)))]
    if way == "twice":
        return line + draw(st.sampled_from(READERS[agent].pool))
    if way == "bytes":
        at = draw(st.integers(0, max(len(line) - 1, 0)))
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


def logs(agent: str) -> st.SearchStrategy[list[bytes]]:
    """Lines of logs, some of them damaged."""
    return st.lists(st.one_of(st.sampled_from(READERS[agent].pool), changed(agent)), max_size=10)


def read(agent: str, rows: Sequence[bytes], path: str, **how: Any) -> list[Event]:
    """The events of some lines."""
    return list(READERS[agent].parse(path, _placed(rows), **how))


def _placed(rows: Sequence[bytes]) -> list[tuple[int, bytes]]:
    return [(number * 100_000, row) for number, row in enumerate(rows)]


def assert_sound(events: list[Event]) -> None:
    """Events can be stored, their ids are unique, and calls of tools name calls to the model."""
    assert msgspec.json.decode(msgspec.json.encode(events), type=list[AnyEvent]) == events
    counts = Counter((event.session, event.id) for event in events)
    assert [name for name, count in counts.items() if count > 1] == []
    assert all(0 <= (used or 0) < 2**54 for event in events if isinstance(event, LlmResponse) for used in spent(event))


def spent(call: LlmResponse) -> tuple[int | None, ...]:
    """The counts of a call."""
    return call.usage.input, call.usage.output, call.usage.cache_read, call.usage.reasoning


@both
@settings(max_examples=60)
@given(data=st.data())
def test_any_bytes_are_read(agent: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.binary(max_size=200), max_size=5))
    assert_sound(read(agent, rows, data.draw(st.sampled_from(READERS[agent].paths))))


@both
@settings(max_examples=150)
@given(data=st.data())
def test_changed_logs_are_read(agent: str, data: st.DataObject) -> None:
    rows = data.draw(logs(agent))
    assert_sound(read(agent, rows, data.draw(st.sampled_from(READERS[agent].paths))))


@both
@settings(max_examples=100)
@given(data=st.data())
def test_any_pieces_give_the_same_events(agent: str, data: st.DataObject) -> None:
    rows, reader = data.draw(logs(agent)), READERS[agent]
    cuts = data.draw(st.sets(st.integers(0, len(rows)), max_size=3))
    pieces = read_in_pieces(reader.parse, reader.state, reader.paths[0], _placed(rows), cuts)
    assert pieces == read(agent, rows, reader.paths[0])


@both
@settings(max_examples=60)
@given(data=st.data())
def test_lines_read_twice_tell_no_call_twice(agent: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.sampled_from(READERS[agent].pool), max_size=12, unique=True))
    path = READERS[agent].paths[0]
    once, twice = read(agent, rows, path), read(agent, rows + rows, path)
    for kind in (LlmResponse, ToolCall, ToolResult):
        names = [{event.call for event in events if isinstance(event, kind)} for events in (once, twice)]
        assert names[0] <= names[1]
    assert {event.call for event in once if isinstance(event, LlmResponse)} == {
        event.call for event in twice if isinstance(event, LlmResponse)
    }


@both
@settings(max_examples=60)
@given(data=st.data())
def test_a_clip_only_shortens(agent: str, data: st.DataObject) -> None:
    rows, clip, path = data.draw(logs(agent)), data.draw(st.integers(0, 50)), READERS[agent].paths[0]
    whole, short = read(agent, rows, path, clip=None), read(agent, rows, path, clip=clip)
    assert [(one.id, type(one), one.at, one.parent) for one in whole] == [
        (one.id, type(one), one.at, one.parent) for one in short
    ]
    for one, other in zip(whole, short, strict=True):
        for name in ("text", "output", "input", "title", "summary", "raw"):
            if hasattr(one, name):
                assert getattr(other, name) == getattr(one, name)[:clip]
