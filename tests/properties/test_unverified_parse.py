"""Readers of agents that were never seen running: they read whatever there is, and the same lines give the same events."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_trace.agents._untyped import objects
from agent_trace.model.events import AnyEvent, Event, Unknown
from tests.agents.unverified import NAMES, heard, logs, member, numbered

POOL: dict[str, list[bytes]] = {
    name: [line for one in logs() if one.agent == name for line in one.lines] for name in NAMES
}
STREAM = {
    name: [line for one in logs() if one.agent == name and not one.is_made for line in one.lines] for name in NAMES
}
PATHS = {
    "aider": ("/w/.aider.chat.history.md", "x.jsonl"),
    "amp": ("/h/amp/threads/T-1.json", "x.jsonl"),
    "cline": ("/h/tasks/1730000000000/api_conversation_history.json", "/h/tasks/a/api_conversation_history.json"),
    "cursor": ("/h/state.vscdb#c1", "/h/agent-transcripts/c1.jsonl", "/h/agent-transcripts/c1/subagents/s1.jsonl"),
    "goose": ("/h/sessions.db#s1", "/h/sessions/s1.jsonl"),
    "kodo": ("/h/.kodo/sessions/k.jsonl",),
    "windsurf": ("w",),
}
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**30, 10**400, 10**15, float("inf"), "", "x",
    "{}", "[1]", '{"a":1}', [], {}, ["x"], [{}], {"type": "text"}, "\ud800",
)  # fmt: skip
EACH = pytest.mark.parametrize("name", NAMES)
FEW = settings(max_examples=40)


def pool(name: str) -> list[bytes]:
    """Lines of an agent's corpus; of one that has none, any line."""
    return POOL[name] or [b"{}"]


@st.composite
def changed(draw: st.DrawFn, name: str) -> bytes:
    """A line of the corpus with one value replaced, or with bytes cut, put in or written twice."""
    line = draw(st.sampled_from(pool(name)))
    match draw(st.sampled_from(("value", "value", "value", "bytes", "cut", "twice"))):
        case "cut":
            return line[: draw(st.integers(0, len(line)))]
        case "twice":
            return line + draw(st.sampled_from(pool(name)))
        case "bytes":
            at = draw(st.integers(0, max(len(line) - 1, 0)))
            return (line[:at] + draw(st.binary(max_size=3)) + line[at + 1 :]).replace(b"\n", b" ")
    return _with_another_value(draw, line)


def _with_another_value(draw: st.DrawFn, line: bytes) -> bytes:
    try:
        whole = json.loads(line)
    except ValueError:
        return line
    record: Any = _changed_within(draw, whole)
    return json.dumps(record).encode()


def _changed_within(draw: st.DrawFn, value: Any) -> Any:
    """One value of a document replaced: of JSON in a text, or left out."""
    if isinstance(value, str) and value[:1] in ("{", "[") and draw(st.booleans()):
        try:
            return json.dumps(_changed_within(draw, json.loads(value)))
        except ValueError:
            return value
    if not isinstance(value, dict | list) or not value or draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(ODD))
    keys: Any = sorted(value) if isinstance(value, dict) else range(len(value))
    key = draw(st.sampled_from(list(keys)))
    if draw(st.integers(0, 5)) == 0:
        del value[key]
    else:
        value[key] = _changed_within(draw, value[key])
    return value


def rows_of(name: str) -> st.SearchStrategy[list[bytes]]:
    """Some lines of an agent's, changed or not."""
    return st.lists(st.one_of(st.sampled_from(pool(name)), changed(name), changed(name)), max_size=10)


def assert_can_be_written(found: list[Event]) -> None:
    assert msgspec.json.decode(msgspec.json.encode(found), type=list[AnyEvent]) == found


@EACH
@FEW
@given(data=st.data())
def test_any_bytes_are_read(name: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.binary(max_size=200), max_size=5))
    assert_can_be_written(heard(name, rows, data.draw(st.sampled_from(PATHS[name]))))


@EACH
@settings(max_examples=150)
@given(data=st.data())
def test_changed_logs_are_read(name: str, data: st.DataObject) -> None:
    rows, path = data.draw(rows_of(name)), data.draw(st.sampled_from(PATHS[name]))
    found = heard(name, rows, path)
    assert_can_be_written(found)
    counts = Counter((one.session, one.id) for one in found)
    assert [name for name, count in counts.items() if count > 1] == []


@EACH
@FEW
@given(data=st.data())
def test_rows_that_come_again_change_nothing(name: str, data: st.DataObject) -> None:
    rows, path = data.draw(rows_of(name)), PATHS[name][0]
    made = [row for row in rows if row.startswith(b"{") and all("table" in one for one in objects(row)[0])]
    found, again = heard(name, made, path), heard(name, [*made, *made], path)
    assert _told(again) == _told(found)


def _told(events: list[Event]) -> list[str]:
    return [event.id for event in events if not isinstance(event, Unknown)]


@pytest.mark.parametrize("name", [name for name in NAMES if STREAM[name]])
@FEW
@given(data=st.data())
def test_any_two_pieces_give_the_same_events(name: str, data: st.DataObject) -> None:
    """Of logs that grow."""
    rows = data.draw(st.lists(st.sampled_from(STREAM[name]), max_size=10))
    cut, path, reader = data.draw(st.integers(0, 10)), PATHS[name][-1], member(name)
    state = reader.reader_state(None)
    first = list(reader.parse(path, numbered(rows)[:cut], state))
    stored = reader.reader_state(msgspec.msgpack.encode(state))
    assert first + list(reader.parse(path, numbered(rows)[cut:], stored)) == heard(name, rows, path)


@EACH
@FEW
@given(data=st.data())
def test_a_head_of_any_bytes_is_told_apart(name: str, data: st.DataObject) -> None:
    head = data.draw(st.one_of(st.binary(max_size=200), changed(name)))
    path = data.draw(st.sampled_from(PATHS[name]))
    if name != "windsurf":
        assert member(name).module.__name__.endswith(name)
        assert member(name).recognises(path, head) in (True, False)
