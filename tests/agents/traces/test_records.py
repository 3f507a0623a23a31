"""Lines as they are found: cut, doubled, rewritten, of two records or none; and the folder as one log."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from agent_trace.agents.traces.layout import place
from agent_trace.agents.traces.lines import lines
from agent_trace.agents.traces.parse import parse
from agent_trace.agents.traces.recognition import recognises
from agent_trace.model.events import Unknown, UserPrompt
from agent_trace.model.scan import digest
from tests.agents.traces.folders import CORPUS, FOLDERS, content, folder, heard, kinds, line, told

PROMPT = line("user_prompt", "p1", prompt="first")
OTHER = line("user_prompt", "p2", prompt="second")


def texts(*records: Any, **more: Any) -> list[str]:
    return [event.text for event in told(*records, **more) if isinstance(event, UserPrompt)]


# ---------------------------------------------------------------- lines


def test_a_bad_line_between_good_ones() -> None:
    found = told(PROMPT, b"{not json", OTHER)
    assert kinds(found) == ["user_prompt", "unknown", "user_prompt"]
    assert isinstance(found[1], Unknown)
    assert (found[1].reason, found[1].raw) == ("not JSON", "{not json")


def test_a_last_line_that_is_being_written_waits() -> None:
    files = folder(PROMPT)
    path = "/r/.agent-traces/s1/events.ndjson"
    files[path] += json.dumps(OTHER).encode()[:-9]
    assert [event.text for event in heard(files) if isinstance(event, UserPrompt)] == ["first"]
    files[path] = files[path][: files[path].index(b"\n") + 1] + json.dumps(OTHER).encode()
    assert [event.text for event in heard(files) if isinstance(event, UserPrompt)] == ["first", "second"]


def test_two_records_on_one_line() -> None:
    both = json.dumps(PROMPT).encode() + json.dumps(OTHER).encode()
    assert texts(both) == ["first", "second"]


@pytest.mark.parametrize(
    ("data", "reasons"),
    [
        (b"[1]", ["not an object"]),
        (b'"text"', ["not an object"]),
        (b'{"a": "\xff"} x', ["no event type", "not JSON"]),
        (b"[" * 100_000, ["not JSON"]),
        (b'{"event_type": "user_prompt", "data": [1]}', ["data is no object"]),
        (b'{"event_type": "user_prompt", "data": null}', ["data is no object"]),
    ],
)
def test_what_cannot_be_read(data: bytes, reasons: list[str]) -> None:
    found = told(data)
    assert [event.reason for event in found if isinstance(event, Unknown)] == reasons
    assert len({event.id for event in found}) == len(found)


def test_white_space_marks_and_empty_lines() -> None:
    assert texts(b"\xef\xbb\xbf" + json.dumps(PROMPT).encode() + b"\r", b"", b"  ", OTHER) == ["first", "second"]


def test_invalid_utf8_inside_a_text() -> None:
    bad = json.dumps(line("user_prompt", "p", prompt="a?b")).encode().replace(b"?", b"\xff")
    assert texts(bad) == ["a�b"]


def test_a_lone_surrogate_becomes_a_character() -> None:
    assert texts(b'{"event_type":"user_prompt","event_id":"p","data":{"prompt":"a\\ud800b"}}') == ["a?b"]


def test_a_line_of_two_megabytes() -> None:
    (found,) = told(line("user_prompt", "p", prompt="x" * 2_000_000))
    assert isinstance(found, UserPrompt)
    assert (len(found.text), found.size) == (2048, 2_000_000)


def test_equal_lines_without_an_id_are_two() -> None:
    bare = {"event_type": "user_prompt", "timestamp": 1_795_000_000, "data": {"prompt": "x"}}
    found = told(bare, bare)
    assert (len(found), len({event.id for event in found})) == (2, 2)
    assert [event.id for event in found] == [event.id for event in told(bare, bare)]


def test_another_record_with_the_same_id_stays() -> None:
    found = told(PROMPT, {**OTHER, "event_id": "p1", "timestamp": 1_795_000_009})
    assert [event.id for event in found] == ["p1", "p1#2"]


def test_a_line_that_was_written_again_counts_once() -> None:
    tagged = {**PROMPT, "prev_hash": "ff", "tenant_id": "t"}
    assert texts(PROMPT, OTHER, tagged) == ["first", "second"]
    assert texts(PROMPT, OTHER, {**PROMPT, "data": {"prompt": "[REDACTED]"}}) == ["[REDACTED]", "second"]


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        (1_795_000_000.1234, 1_795_000_000_123),
        ("1795000000.5", 1_795_000_000_500),
        ("2026-11-18T12:00:00Z", 1_795_003_200_000),
        (0, None),
        (None, None),
        (True, None),
        ("soon", None),
        (1e30, None),
        (float("nan"), None),
    ],
)
def test_timestamps(timestamp: Any, at: int | None) -> None:
    (found,) = told({**PROMPT, "timestamp": timestamp})
    assert found.at == at


# ---------------------------------------------------------------- meta.json


@pytest.mark.parametrize("meta", [b"", b"[1]", b"{cut", b"\xff"])
def test_a_meta_that_is_none_hides_no_event(meta: bytes) -> None:
    found = heard(folder(PROMPT, meta=meta))
    assert [event.text for event in found if isinstance(event, UserPrompt)] == ["first"]
    assert [event.reason for event in found if isinstance(event, Unknown)] == ["meta.json is no JSON object"]
    assert {event.session for event in found} == {"s1"}


def test_the_newest_meta_counts() -> None:
    rows = list(
        enumerate([b'{"meta":{"session_id":"old"}}', b'{"meta":{"session_id":"new"}}', json.dumps(PROMPT).encode()])
    )
    found = list(parse("/r/new/meta.json", rows))
    assert {event.session for event in found} == {"new"}


def test_a_folder_without_meta_has_its_own_name() -> None:
    found = list(parse("/r/.agent-traces/abc/meta.json", [(0, json.dumps(PROMPT).encode())]))
    assert [(event.session, event.id) for event in found] == [("abc", "p1")]


# ---------------------------------------------------------------- the shell's questions


def test_lines_are_one_for_each_record() -> None:
    made = list(lines(content("0.103.0/decorator/770df5b1c9634a20")))
    decoded = [msgspec.json.decode(one) for one in made if one]
    assert [next(iter(one)) for one in decoded] == ["meta", *["event_type"] * 10, *["annotation_id"] * 2]
    assert all(b"\n" not in one for one in made)


@pytest.mark.parametrize("name", FOLDERS)
def test_genuine_folders_are_recognised(name: str) -> None:
    assert recognises(f"x/{name}/meta.json", (CORPUS / name / "meta.json").read_bytes())


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("a/other.json", b'{"session_id": "x", "attribution": {}}'),
        ("a/meta.json", b'{"session_id": "x"}'),
        ("a/meta.json", b'{"attribution": {}}'),
        ("a/meta.json", b'{"session_id": "x", "attribution": {}, "ours": 1}'),
        ("a/meta.json", b"[]"),
        ("a/meta.json", b"{"),
        ("a/meta.json", b"[" * 100_000),
    ],
)
def test_other_files_are_not(path: str, head: bytes) -> None:
    assert not recognises(path, head)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/r/.agent-traces/abc/meta.json", ("abc", None, None)),
        ("C:\\r\\abc--agent-a1\\meta.json", ("abc/agent-a1", "abc", "a1")),
        ("/r/--agent-a1/meta.json", ("--agent-a1", None, None)),
    ],
)
def test_the_session_that_a_path_names(path: str, named: tuple[str, str | None, str | None]) -> None:
    found = place(path)
    assert (found.session, found.root, found.agent_id) == named


# ---------------------------------------------------------------- as the reader is asked


def test_texts_are_cut_and_copies_marked() -> None:
    (found,) = heard(folder(PROMPT, meta={}), clip=3, inherited=frozenset({digest(b"p1")}), source=4)
    assert isinstance(found, UserPrompt)
    assert (found.text, found.size, found.inherited, found.origin and found.origin.source) == ("fir", 5, True, 4)
