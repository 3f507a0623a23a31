"""The full reader of Codex's rollouts: it reads whatever there is, and the same bytes give the same events."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_trace.agents.codex.parse import parse
from agent_trace.agents.codex.parse_state import ParseState
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
from agent_trace.model.session import Session, by_session
from tests.agents.codex.logs import LOGS, PATH, content, heard, lines
from tests.agents.codex.shapes import SHAPES

SHORT = 4000
POOL = [line for name in LOGS for _, line in lines(content(name)) if len(line) < SHORT] + SHAPES
"""Genuine lines, and one of every kind that versions before and after wrote, short enough to be changed many times."""
PATHS = (PATH, PATH + ".zst", "full.jsonl", "state_5.sqlite#x")
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
    {"type": "text"},
    "\ud800",
)
TEXTS = (UserPrompt, AssistantText, Thinking, Attachment)

few = settings(max_examples=60)

genuine = st.lists(st.sampled_from(POOL), max_size=12)


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A genuine line with one value replaced, left out or cut."""
    line = draw(st.sampled_from(POOL))
    way = draw(st.sampled_from(("value", "bytes", "cut", "twice")))
    if way == "cut":
        return line[: draw(st.integers(0, len(line)))]
    if way == "twice":
        return line + draw(st.sampled_from(POOL))
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


logs = st.lists(st.one_of(st.sampled_from(POOL), changed()), max_size=10)


def read(rows: Sequence[bytes], path: str = PATH, state: ParseState | None = None, **how: Any) -> list[Event]:
    """The events of some lines, newlines or not."""
    return list(parse(path, [(number * 10_000, row) for number, row in enumerate(rows)], state, **how))


@few
@given(rows=st.lists(st.binary(max_size=200), max_size=5), path=st.sampled_from(PATHS))
def test_any_bytes_are_read(rows: list[bytes], path: str) -> None:
    found = read(rows, path)
    assert msgspec.json.decode(msgspec.json.encode(found), type=list[AnyEvent]) == found


@few
@given(rows=logs, path=st.sampled_from(PATHS))
def test_changed_logs_are_read(rows: list[bytes], path: str) -> None:
    found = read(rows, path)
    assert msgspec.json.decode(msgspec.json.encode(found), type=list[AnyEvent]) == found


@few
@given(rows=logs, cut=st.integers(0, 10))
def test_any_two_pieces_give_the_same_events(rows: list[bytes], cut: int) -> None:
    state = ParseState()
    first = read(rows[:cut], state=state)
    stored = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=ParseState)
    rest = [(number * 10_000, row) for number, row in enumerate(rows)][cut:]
    assert first + list(parse(PATH, rest, stored)) == read(rows)


@few
@given(rows=logs, clip=st.integers(0, 50))
def test_a_clip_only_shortens(rows: list[bytes], clip: int) -> None:
    whole, short = read(rows, clip=None), read(rows, clip=clip)
    assert [(one.id, type(one), one.at, one.parent) for one in whole] == [
        (one.id, type(one), one.at, one.parent) for one in short
    ]
    for one, other in zip(whole, short, strict=True):
        if isinstance(one, TEXTS) and isinstance(other, TEXTS):
            assert (other.text, other.size) == (one.text[:clip], one.size)
        if isinstance(one, ToolResult) and isinstance(other, ToolResult):
            assert (other.output, other.patch, other.size) == (one.output[:clip], one.patch[:clip], one.size)
        if isinstance(one, ToolCall) and isinstance(other, ToolCall):
            assert (other.input, other.title, other.paths) == (one.input[:clip], one.title[:clip], one.paths)


@few
@given(rows=genuine)
def test_ids_are_unique_within_a_session(rows: list[bytes]) -> None:
    counts = Counter((one.session, one.id) for one in read(rows + rows))
    assert [name for name, count in counts.items() if count > 1] == []


@few
@given(rows=logs)
def test_numbers_never_change_when_a_log_grows(rows: list[bytes]) -> None:
    grown = by_session(read(rows), "codex")
    for name, part in by_session(read(rows[: len(rows) // 2]), "codex").items():
        assert ids(part) == ids(grown[name])[: len(part.numbered)]


def ids(session: Session) -> list[str]:
    """The ids of a session's events in the order of their numbers."""
    return [one.event.id for one in session.numbered]


@pytest.mark.full
@pytest.mark.parametrize("name", [name for name in LOGS if len(content(name)) < 60_000])
def test_every_cut_of_a_genuine_log_gives_the_same_events(name: str) -> None:
    whole, rows = heard(content(name), name), list(lines(content(name)))
    for cut in range(len(rows) + 1):
        state = ParseState()
        first = list(parse(name, rows[:cut], state))
        stored = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=ParseState)
        assert first + list(parse(name, rows[cut:], stored)) == whole
