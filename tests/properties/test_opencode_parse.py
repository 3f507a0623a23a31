"""The reader of OpenCode's rows: it reads whatever there is, and the same rows give the same events."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from agent_trace.agents.opencode.lines import lines
from agent_trace.agents.opencode.parse import parse
from agent_trace.agents.opencode.recognition import recognises
from agent_trace.model.events import AnyEvent, Event, Unknown
from agent_trace.model.scan import digest
from agent_trace.model.session import by_session
from agent_trace.model.usage import Usage
from tests.agents.opencode.stores import CORPUS, RUNS, logs, tree
from tests.agents.opencode.test_second import TALK, answer, row, used

SHORT = 3000
LATER = [
    *TALK,
    row("msg_4", "shell", 4, 400, shellID="sh_1", command="ls", output="a"),
    row("msg_5", "compaction", 5, 500, reason="auto", summary="So far", tokens={"input": 1, "output": 1}),
    row("msg_6", "model-switched", 6, 600, model={"id": "other"}),
    answer(used("edit", metadata={"files": [{"file": "a", "patch": "@@ -1 +1 @@"}]}), retry={"attempt": 1, "at": 5}),
]
"""Rows of version 2."""
POOL = [row for run in RUNS for rows in logs(run).values() for row in rows if len(row) < SHORT] + LATER * 10
"""Genuine rows, short enough to be changed many times."""
WHOLE = [rows for run in RUNS for rows in logs(run).values()]
FILES = [file for run in ("down", "patches") for files in tree(run).values() for file in files.items()]
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    1e300,
    float("inf"),
    "",
    "x",
    "session",
    "text",
    [],
    {},
    ["x"],
    [{}],
    "{}",
    "\ud800",
)

genuine = st.lists(st.sampled_from(POOL), max_size=12)


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A genuine row with one value replaced, left out or cut."""
    row = draw(st.sampled_from(POOL))
    way = draw(st.sampled_from(("value", "data", "bytes", "cut", "twice")))
    if way == "cut":
        return row[: draw(st.integers(0, len(row)))]
    if way == "twice":
        return row + draw(st.sampled_from(POOL))
    if way == "bytes":
        at = draw(st.integers(0, len(row) - 1))
        return row[:at] + draw(st.binary(max_size=3)) + row[at + 1 :]
    record = json.loads(row)
    if way == "data" and "data" in record:
        held = json.loads(record["data"])
        _replace(draw, held)
        return json.dumps(record | {"data": json.dumps(held)}).encode()
    _replace(draw, record)
    return json.dumps(record).encode()


def _replace(draw: st.DrawFn, place: Any) -> None:
    """Put something odd somewhere into an object."""
    while isinstance(place, dict | list) and place:
        key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or draw(st.booleans()):
            place[key] = draw(st.sampled_from(ODD))
            return
        place = place[key]


rows = st.lists(st.one_of(st.sampled_from(POOL), changed()), max_size=10)


def read(given_rows: list[bytes], **how: Any) -> list[Event]:
    """The events of some rows."""
    return list(parse("opencode.db#ses_x", [(number * 10_000, row) for number, row in enumerate(given_rows)], **how))


def is_sound(found: list[Event]) -> bool:
    """All of it can be written down and read back."""
    return msgspec.json.decode(msgspec.json.encode(found), type=list[AnyEvent]) == found


@given(given_rows=st.lists(st.binary(max_size=200), max_size=5))
def test_any_bytes_are_read(given_rows: list[bytes]) -> None:
    assert is_sound(read(given_rows))


@given(given_rows=rows)
def test_changed_rows_are_read(given_rows: list[bytes]) -> None:
    assert is_sound(read(given_rows))


@given(given_rows=genuine)
def test_rows_that_are_heard_again_change_nothing(given_rows: list[bytes]) -> None:
    once, twice = read(given_rows), read(given_rows + given_rows)
    known = {event.id for event in once}
    assert [bare(event) for event in twice if event.id in known] == [bare(event) for event in once]
    assert {type(event) for event in twice if event.id not in known} <= {Unknown}


def bare(event: Event) -> Event:
    """Without the place where it was heard."""
    return msgspec.structs.replace(event, origin=None)


@given(given_rows=st.permutations(WHOLE[0]).map(list))
def test_the_order_of_rows_does_not_matter(given_rows: list[bytes]) -> None:
    assert [bare(event) for event in read(given_rows)] == [bare(event) for event in read(list(WHOLE[0]))]


@given(given_rows=rows, clip=st.integers(0, 50))
def test_a_clip_only_shortens(given_rows: list[bytes], clip: int) -> None:
    whole, short = read(given_rows, clip=None), read(given_rows, clip=clip)
    assert [(one.id, type(one), one.at, one.parent, one.twin) for one in whole] == [
        (one.id, type(one), one.at, one.parent, one.twin) for one in short
    ]
    for one, other in zip(whole, short, strict=True):
        for name in ("text", "output", "input", "patch", "title", "summary", "raw"):
            assert getattr(other, name, "") == getattr(one, name, "")[:clip]
        assert getattr(other, "size", 0) == getattr(one, "size", 0)


@given(given_rows=rows)
def test_ids_and_calls_are_unique(given_rows: list[bytes]) -> None:
    found = read(given_rows)
    counts = Counter((event.session, event.id) for event in found)
    assert [name for name, count in counts.items() if count > 1] == []
    for session in by_session(found, "opencode").values():
        assert len({call.call for call in session.calls}) == session.call_count == len(session.calls)


@given(given_rows=rows)
def test_tokens_are_never_below_nothing(given_rows: list[bytes]) -> None:
    for session in by_session(read(given_rows), "opencode").values():
        for call in session.calls:
            assert (
                call.usage == Usage()
                or min(v for v in msgspec.structs.asdict(call.usage).values() if v is not None) >= 0
            )


@given(given_rows=rows, data=st.data())
def test_what_is_inherited_is_marked_and_otherwise_the_same(given_rows: list[bytes], data: st.DataObject) -> None:
    plain = read(given_rows)
    names = sorted({event.twin or event.id for event in plain})
    some = frozenset(data.draw(st.sets(st.sampled_from(names)))) if names else frozenset[str]()
    marked = read(given_rows, inherited=frozenset(digest(name.encode("utf-8", "replace")) for name in some))
    assert [one.inherited for one in marked] == [(one.twin or one.id) in some for one in plain]
    assert [msgspec.structs.replace(one, inherited=False) for one in marked] == plain


@given(contents=st.lists(st.binary(max_size=100), max_size=4), real=st.lists(st.sampled_from(FILES), max_size=4))
def test_any_files_become_lines(contents: list[bytes], real: list[tuple[str, bytes]]) -> None:
    files = dict(real) | {f"storage/part/x/{number}.json": content for number, content in enumerate(contents)}
    assert is_sound(read(list(lines(files))))


EXPORTS = [path.read_bytes() for path in sorted(CORPUS.rglob("export-*.json"))]


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """An export with some values replaced."""
    document = json.loads(draw(st.sampled_from(EXPORTS)))
    for _ in range(draw(st.integers(1, 4))):
        _replace(draw, document)
    return json.dumps(document).encode()


@given(held=documents())
def test_changed_exports_are_read(held: bytes) -> None:
    assert is_sound(read(list(lines({"x": held}))))
    assert recognises("x", held) in (True, False)
