"""Trace folders: whatever lies there is read, and whatever event there is comes back from an export."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_trace.agents.traces.parse import parse
from agent_trace.model.events import AnyEvent, Attachment, Event, Origin
from agent_trace.model.portable import NOTE
from agent_trace.model.usage import BillingClass, Usage
from tests.agents.traces.folders import FOLDERS, content, folder, heard, rows
from tests.exports.sessions import back, of
from tests.properties.test_claude_parse import ODD

POOL = [line for name in FOLDERS for _, line in rows(content(name)) if len(line) < 4000]
PATH = "/r/.agent-traces/s1/meta.json"

words = st.text(st.characters(codec="utf-8"), max_size=12)
counts = st.one_of(st.none(), st.integers(0, 10**9))
amounts = st.decimals(-(10**9), 10**9, places=6).map(lambda one: format(one, "f"))


# ---------------------------------------------------------------- any bytes


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A genuine line with one value replaced, or cut, or doubled."""
    line = draw(st.sampled_from(POOL))
    way = draw(st.sampled_from(("value", "cut", "twice")))
    if way == "cut":
        return line[: draw(st.integers(0, len(line)))]
    if way == "twice":
        return line + draw(st.sampled_from(POOL))
    place = record = json.loads(line)
    while isinstance(place, dict | list) and place:
        key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or draw(st.booleans()):
            place[key] = deepcopy(draw(st.sampled_from(ODD)))
            break
        place = place[key]
    return json.dumps(record).encode()


def read(lines: list[bytes], **how: Any) -> list[Event]:
    return list(parse(PATH, [(number * 10_000, line) for number, line in enumerate(lines)], **how))


@given(lines=st.lists(st.binary(max_size=200), max_size=5))
def test_any_bytes_are_read(lines: list[bytes]) -> None:
    found = read(lines)
    assert msgspec.json.decode(msgspec.json.encode(found), type=list[AnyEvent]) == found


@given(lines=st.lists(st.one_of(st.sampled_from(POOL), changed()), max_size=8))
@settings(max_examples=150)
def test_changed_folders_are_read(lines: list[bytes]) -> None:
    found = read(lines)
    assert msgspec.json.decode(msgspec.json.encode(found), type=list[AnyEvent]) == found
    assert read(lines) == found


@given(lines=st.lists(st.sampled_from(POOL), max_size=8), clip=st.integers(0, 40))
def test_a_clip_only_shortens(lines: list[bytes], clip: int) -> None:
    whole, short = read(lines, clip=None), read(lines, clip=clip)
    assert [(one.id, type(one), one.at, one.parent) for one in whole] == [
        (one.id, type(one), one.at, one.parent) for one in short
    ]
    texts = [(getattr(one, "text", ""), getattr(other, "text", "")) for one, other in zip(whole, short, strict=True)]
    assert all(shown == text[:clip] for text, shown in texts)


@given(data=st.binary(max_size=300), meta=st.binary(max_size=100))
def test_any_files_are_read(data: bytes, meta: bytes) -> None:
    files = {**folder(meta=meta), "/r/.agent-traces/s1/events.ndjson": data}
    assert {event.session for event in heard(files)} <= {event.session for event in heard(files, clip=0)}


# ---------------------------------------------------------------- any event comes back


def _strategy(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _strategy(inner[0])
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in (Union, UnionType):
        return st.one_of(*(_strategy(one) for one in inner))
    if origin is tuple:
        return st.lists(_strategy(inner[0]), max_size=3).map(tuple)
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(_strategy(inner[0]), _strategy(inner[1]), max_size=2)
    return _PLAIN[hint]()


_PLAIN: Mapping[Any, Callable[[], st.SearchStrategy[Any]]] = {
    str: lambda: words,
    bool: st.booleans,
    int: lambda: st.integers(-(2**40), 2**40),
    NoneType: st.none,
    Usage: lambda: st.builds(Usage, **dict.fromkeys(Usage.__struct_fields__, counts)),
    BillingClass: lambda: st.builds(
        BillingClass, model=words, speed=words, geo=words, tier=words, band=st.integers(0, 9)
    ),
    Origin: st.none,
}


def events() -> st.SearchStrategy[Event]:
    """Events of every type, with any values."""
    return st.one_of(*map(_events, get_args(AnyEvent)))


def _events(kind: type[Event]) -> st.SearchStrategy[Event]:
    hints = get_type_hints(kind, include_extras=True)
    fields = {name: _strategy(hints[name]) for name in kind.__struct_fields__ if name not in ("origin", "session")}
    fields |= {name: st.one_of(st.none(), amounts) for name in ("recorded_usd", "usd", "credits") if name in fields}
    return st.builds(kind, session=st.just("s1"), **fields)


@given(told=st.lists(events(), max_size=6))
@settings(max_examples=300)
def test_any_events_come_back(told: list[Event]) -> None:
    kept = [one for one in told if not (isinstance(one, Attachment) and one.kind == NOTE)]
    session = of(*kept)
    assert back(session) == list(session.events)
