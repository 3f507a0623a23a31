"""A log that grows in any pieces says in the end what one reading of the whole says."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from agent_trace.model.scan import Scan
from agent_trace.sync.members import members
from agent_trace.sync.reading import pieces
from tests.sync.stories import Story, chat, cut, family, put
from tests.sync.tables import Dump, differences, dump, synced

EVERYTHING = ("session", "part", "call", "tool", "prompt", "record", "link", "unread", "usage", "unlogged", "doc")


def odd() -> Story:
    """A conversation with everything that makes reading hard."""
    story = chat(1, 2)
    story.title("ünïcode ✓ title").cost(0.5)
    story.prompt("back again")
    story.rows.append({"type": "summary", "summary": "about lanterns", "leafUuid": story.rows[3]["uuid"]})
    story.rows.append({"type": "summary", "summary": "another story", "leafUuid": "nowhere"})
    story.row("brand-new-kind", payload=1)
    story.say("🂡 done")
    story.row("user", isSidechain=True, parentUuid=None, message={"role": "user", "content": "look into it"})
    story.reply({"type": "text", "text": "I looked"})
    story.rows[-1]["isSidechain"] = True
    del story.row("user", message={"role": "user", "content": "a row without a name"})["uuid"]
    del story.reply({"type": "text", "text": "and its answer"}).rows[-1]["uuid"]
    story.prompt("last words").cost(0.75)
    return story


def odd_bytes() -> bytes:
    """Its log: two records on a line, a line that is no JSON, blank lines, spaces, invalid UTF-8, no final newline."""
    lines = odd().lines
    lines[4] = lines[4].rstrip(b"\n")
    lines[9] = json.dumps(json.loads(lines[9])).encode() + b"\r\n"
    lines.insert(7, b"not JSON at all\n")
    lines.insert(12, b"\n\n")
    lines.insert(15, b'{"type":"user","uuid":"bad-bytes","message":{"role":"user","content":"\xff\xfe caf\xe9"}}\n')
    lines.insert(18, b'[1, 2]\n"text"\n42\n')
    return b"".join(lines).rstrip(b"\n")


def grown(home: Path, path: Path, pieces: list[bytes], *, text: bool) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    for piece in pieces:
        with path.open("ab") as file:
            file.write(piece)
        synced(home, text=text)
    return synced(home)


def disagreements(pieces: list[bytes], *, text: bool) -> list[str]:
    """How the index of a log that grew piece by piece differs from that of one reading."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ".claude" / odd().path
        after = dump(grown(Path(folder), path, pieces, text=text), root=Path(folder), only=EVERYTHING)
        return differences(at_once(b"".join(pieces)), after)


@cache
def at_once(data: bytes) -> Dump:
    """What the index says after one reading of the whole: hundreds of examples cut the same log."""
    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder) / ".claude" / odd().path, data)
        return dump(synced(Path(folder)), root=Path(folder), only=EVERYTHING)


def test_the_odd_log_is_odd(home: Path) -> None:
    """What the other tests of this page rest on."""
    path = home / ".claude" / odd().path
    path.parent.mkdir(parents=True)
    path.write_bytes(odd_bytes())
    found = dump(synced(home), only=EVERYTHING)
    assert all(found[table] for table in EVERYTHING if table != "link")
    assert {row[3] for row in found["unread"]} == {"not JSON", "not an object", "unknown record type 'brand-new-kind'"}


@settings(max_examples=25)
@given(some.lists(some.integers(min_value=0, max_value=30_000), min_size=1, max_size=8), some.booleans())
def test_any_pieces(places: list[int], text: bool) -> None:
    assert disagreements(list(cut(odd_bytes(), places)), text=text) == []


@pytest.mark.full
@settings(max_examples=200)
@given(some.lists(some.integers(min_value=0, max_value=30_000), min_size=1, max_size=25), some.booleans())
def test_many_more_pieces(places: list[int], text: bool) -> None:
    assert disagreements(list(cut(odd_bytes(), places)), text=text) == []


@settings(max_examples=25)
@given(some.integers(min_value=1, max_value=30_000))
def test_the_size_of_a_piece_does_not_matter(size: int) -> None:
    """A log that is too long for the memory is read in several pieces."""
    member = members()["claude"]
    data = odd_bytes()
    whole = member.whole_scan(odd().path, lambda: iter([(0, data, True)])).scan
    parts = member.whole_scan(odd().path, lambda: pieces(BytesIO(data), 0, len(data), piece=size)).scan
    assert said(parts) == said(whole)


def said(scan: Scan) -> str:
    names = ("parts", "calls", "tools", "results", "prompts", "records", "unread", "torn", "links", "rows", "offset")
    return repr([getattr(scan, name) for name in names])


@settings(max_examples=4)
@given(some.integers(min_value=0, max_value=30_000))
def test_byte_by_byte_for_a_while(start: int) -> None:
    """Every cut within a stretch of bytes: inside words, numbers, characters, between records."""
    data = odd_bytes()
    start %= len(data) - 60
    assert (
        disagreements(
            [data[:start], *(data[at : at + 1] for at in range(start, start + 60)), data[start + 60 :]], text=False
        )
        == []
    )


def cuts(data: bytes) -> list[int]:
    """Every place around the end of a record and within a character, and every fifth of the others."""
    ends = {at + step for at, octet in enumerate(data) if octet == 10 for step in range(-8, 9)}
    halves = {at + step for at, octet in enumerate(data) if octet > 127 for step in (0, 1)}
    return sorted(at for at in ends | halves | set(range(0, len(data), 5)) if 0 < at < len(data))


@pytest.mark.full
def test_byte_by_byte(home: Path) -> None:
    data = odd_bytes()
    places = cuts(data)
    for first in range(0, len(places), 400):
        some_cuts = places[first : first + 400]
        parts = [data[one:other] for one, other in pairwise([0, *some_cuts, len(data)])]
        assert disagreements(parts, text=False) == []


@settings(max_examples=15)
@given(some.lists(some.tuples(some.integers(0, 1), some.integers(1, 9_000)), max_size=12))
def test_a_family_grows_in_any_order(steps: list[tuple[int, int]]) -> None:
    """A sub-agent's log may be ahead of the log of the session that started it, or behind."""
    stories = list(family(2))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        done = [0, 0]
        for which, size in steps:
            path = Path(one) / ".claude" / stories[which].path
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write(stories[which].data[done[which] : done[which] + size])
            done[which] += size
            synced(Path(one), text=which == 0)
        for story in stories:
            story.write(Path(one))
            story.write(Path(other))
        after = dump(synced(Path(one)), root=Path(one), only=EVERYTHING)
        assert differences(dump(synced(Path(other)), root=Path(other), only=EVERYTHING), after) == []
