"""Fields of records that may hold anything."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_trace.agents import _fields as fields
from agent_trace.agents._untyped import MOST, count, inner, objects, text

DEEP = '{"a":' * 100_000
ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)
NESTED: list[Any] = []
for _ in range(100_000):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("line", "found", "reason"),
    [
        (b'{"a":1}{"b":2}', [{"a": 1}, {"b": 2}], ""),
        (b'{"a":"\\ud83d"}', [{"a": "?"}], ""),
        (b'{"a":"\\ud83d\\ude80","b":"\\u00fc"}', [{"a": "🚀", "b": "ü"}], ""),
        (b'{"\\ud800":1}', [{"?": 1}], ""),
        (b'{"a":"\\u0041"', [], "not JSON"),
        (b'{"a":"\\u0041","n":' + b"9" * 4200 + b"}", [{"a": "A", "n": int("9" * 4200)}], ""),
    ],
)
def test_texts_of_a_line_can_be_written(line: bytes, found: list[Any], reason: str) -> None:
    assert objects(line) == (found, reason)


@pytest.mark.parametrize(
    ("value", "found"),
    [('{"a":1}', {"a": 1}), ("[1]", [1]), ("plain", None), ("", None), (DEEP, None), (7, 7), (None, None), ([1], [1])],
)
def test_json_in_a_text(value: object, found: object) -> None:
    assert fields.decoded(value) == found


@pytest.mark.parametrize(
    ("value", "written"),
    [("as it is", "as it is"), ({"a": "ü"}, '{"a": "ü"}'), (None, "null"), (ENDLESS, ""), (NESTED, "")],
    ids=range(5),
)
def test_a_value_as_json(value: object, written: str) -> None:
    assert fields.as_json(value) == written


def test_a_text_is_the_first_that_says_something() -> None:
    record = {"a": "", "b": 7, "c": "found", "d": "later"}
    assert text(record, "a", "b", "c", "d") == "found"
    assert text(record, "a", "missing") == ""


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (0, 0),
        (7, 7),
        (7.0, 7),
        (7.5, 7),
        (-1, None),
        (True, None),
        ("7", None),
        (None, None),
        (10**16, None),
        (float("nan"), None),
        (float("inf"), None),
        (1e300, None),
        (MOST, MOST),
    ],
)
def test_a_count(value: object, found: int | None) -> None:
    assert count({"n": value}, "missing", "n") == found


def test_a_count_of_0_may_be_one_that_is_not_known() -> None:
    assert (fields.known(0), fields.known(None), fields.known(3)) == (None, None, 3)


@pytest.mark.parametrize(
    ("value", "found"),
    [(0, 0), (-9, -9), (3221225786, 3221225786), (2**32, None), (True, None), (1.0, None), ("1", None)],
)
def test_an_exit_code(value: object, found: int | None) -> None:
    assert fields.exit_code({"code": value}, "exitCode", "code") == found


def test_a_flag_is_true_where_it_says_so() -> None:
    assert [fields.flag({"f": value}, "f") for value in (True, 1, "true", None)] == [True, False, False, False]


def test_parts_of_a_record_that_have_the_wrong_type_are_not_there() -> None:
    record = {"object": {"a": 1}, "list": [1, {"b": 2}], "text": "x"}
    assert [inner(record, name) for name in ("object", "list", "text")] == [{"a": 1}, {}, {}]
    assert [fields.items(record, name) for name in ("object", "list", "text")] == [[], [1, {"b": 2}], []]
    assert list(fields.listed(record["list"])) == [{"b": 2}]
    assert list(fields.listed("x")) == []


@pytest.mark.parametrize(
    ("content", "found", "words"),
    [
        ("bare", [{"type": "text", "text": "bare"}], "bare"),
        (
            ["bare", 7, {"type": "text", "text": "block"}],
            [{"type": "text", "text": "bare"}, {"type": "text", "text": "block"}],
            "bare\nblock",
        ),
        ([{"type": "image"}, {}], [{"type": "image"}, {}], "[image]\n[something]"),
        ({"a": 1}, [], '{"a": 1}'),
        (None, [], ""),
        (7, [], "7"),
    ],
)
def test_the_blocks_of_a_content(content: object, found: list[Any], words: str) -> None:
    assert fields.blocks(content) == found
    assert fields.shown(content) == words


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2026-01-20T10:00:00Z", 1768903200000),
        ("yesterday", None),
        (1768903200, 1768903200000),
        (1768903200.5, 1768903200500),
        (1768903200000, 1768903200000),
        (0, None),
        (-5, None),
        (True, None),
        (None, None),
        (float("nan"), None),
        (10**20, None),
        ([], None),
    ],
)
def test_a_moment(value: object, at: int | None) -> None:
    assert fields.moment(value) == at


@pytest.mark.parametrize(
    ("value", "usd"),
    [
        (0.05, "0.05"),
        (1e-7, "0.0000001"),
        ("0.10", "0.10"),
        (3, "3"),
        (0, None),
        (-1, None),
        (True, None),
        ("much", None),
        (float("nan"), None),
        (float("inf"), None),
        (10**9, None),
        (None, None),
    ],
)
def test_dollars(value: object, usd: str | None) -> None:
    assert fields.dollars(value) == usd


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("/home/dev/a b", "/home/dev/a b"),
        ("file:///home/dev/gr%C3%BCn", "/home/dev/grün"),
        ("file:///c%3A/w/a", "c:/w/a"),
        ("file:///C:/w/a%ZZ%FF", "C:/w/a%ZZ\ufffd"),
    ],
)
def test_the_path_of_a_uri(uri: str, path: str) -> None:
    assert fields.local_path(uri) == path


def test_what_is_read_is_what_was_written() -> None:
    record = {"a": ["ü", {"b": None}], "c": 1.5}
    assert objects(json.dumps(record).encode()) == ([record], "")
