"""What readers without a fast pass share: untyped values, diffs, and shelves that stay short."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from agent_trace.agents import _untyped
from agent_trace.agents._diffs import Change, count_lines, numbered, replaced, unified
from agent_trace.agents._telling import hashed, keep
from agent_trace.agents._untyped import count, encoded, inner, objects, several, text

# ---- values of types that nobody promised


@pytest.mark.parametrize("value", [None, 7, True, ["x"], {"x": 1}])
def test_what_is_no_string_is_an_empty_one(value: Any) -> None:
    assert text({"a": value}, "a") == text({}, "a") == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[(0, 0), (7, 7), (7.0, 7), (2**53, 2**53)],
        *[(one, None) for one in (True, -1, "7", None, float("nan"), float("inf"), 10**30)],
    ],
)
def test_a_count_is_a_number_that_somebody_could_have_counted(value: Any, expected: int | None) -> None:
    assert count({"a": value}, "a") == expected


@pytest.mark.parametrize("value", [None, 7, "x", ["x"]])
def test_what_is_no_object_is_an_empty_one(value: Any) -> None:
    assert inner({"a": value}, "a") == {}
    assert several({"a": value}, "a") == []


def test_a_list_is_read_without_what_is_no_object() -> None:
    assert several({"a": [{"b": 1}, 7, None, {"c": 2}]}, "a") == [{"b": 1}, {"c": 2}]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"a":1}', ([{"a": 1}], "")),
        (b'{"a":1}{"b":2}', ([{"a": 1}, {"b": 2}], "")),
        (b'{"a":1} 7', ([{"a": 1}], "not an object")),
        (b"7", ([], "not an object")),
        (b'{"a":', ([], "not JSON")),
        (b"", ([], "")),
        (b'{"a":NaN}', ([{"a": None}], "")),
        (rb'{"a":"\ud800"}', ([{"a": "?"}], "")),
    ],
)
def test_a_line_holds_objects(line: bytes, expected: tuple[list[Any], str]) -> None:
    found, reason = objects(line)
    assert [{name: None if value != value else value for name, value in one.items()} for one in found] == expected[0]
    assert reason == expected[1]


def test_a_line_is_read_or_too_deep_for_python() -> None:
    for depth in range(1, sys.getrecursionlimit() + 10):
        found, reason = objects(b'{"x":"\\ud800","y":' + b"[" * depth + b"]" * depth + b"}")
        assert (len(found), reason) in ((1, ""), (0, "not JSON"))


def nested() -> list[Any]:
    """A value that no Python can write."""
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    return value


def test_what_was_read_but_is_too_deep_to_be_written_is_no_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_untyped, "records", lambda _: ([{"x": nested()}], ""))
    assert objects(b"odd") == ([], "not JSON")
    assert encoded(nested()) == '"too deep"'


@pytest.mark.parametrize(("value", "expected"), [({"a": [1, "é"]}, '{"a":[1,"é"]}'), (None, "null")])
def test_a_value_is_written_compactly(value: Any, expected: str) -> None:
    assert encoded(value) == expected


def test_a_number_that_no_machine_word_holds_is_written_all_the_same() -> None:
    assert encoded({"a": 10**30, "b": "é"}) == '{"a":1000000000000000000000000000000,"b":"é"}'


# ---- diffs

TWO_FILES = """
diff --git a/home/dev/a.txt b/home/dev/a.txt
index 1..2 100644
--- a/home/dev/a.txt
+++ b/home/dev/a.txt\t2026-11-18
@@ -1,2 +1,2 @@
 same
--- old
+++ new

diff --git a/home/dev/b.txt b/home/dev/b.txt
create file mode 100644
--- a/dev/null
+++ b/home/dev/b.txt
@@ -1,0 +1,2 @@
+b
+
"""


def test_a_diff_of_several_files_is_taken_apart() -> None:
    found = unified(TWO_FILES)
    assert {path: (one.added, one.removed) for path, one in found.items()} == {
        "home/dev/a.txt": (1, 1),
        "home/dev/b.txt": (2, 0),
    }
    assert found["home/dev/a.txt"].patch == "@@ -1,2 +1,2 @@\n same\n--- old\n+++ new"


def test_a_diff_without_headers_has_no_path() -> None:
    assert unified("@@ -1 +1 @@\n-a\n+b\n") == {"": Change(1, 1, "@@ -1 +1 @@\n-a\n+b")}


@pytest.mark.parametrize("diff", ["", "no diff at all", "--- a\n+++ b", "diff --git a/x b/x\nrename from y"])
def test_what_has_no_hunk_changes_nothing(diff: str) -> None:
    assert unified(diff) == {}


def test_a_diff_with_numbers_gets_its_hunks_back() -> None:
    diff = " 1 one\n-2 two\n+2 zwei\n+3 drei\n 3 three\n   ...\n 40 forty\n-41 next\n 42"
    assert numbered(diff) == Change(
        2, 2, "@@ -1,3 +1,4 @@\n one\n-two\n+zwei\n+drei\n three\n@@ -40,3 +41,2 @@\n forty\n-next\n "
    )


def test_a_hunk_may_begin_with_a_new_line() -> None:
    assert numbered("+ 1 new\n  1 old\n     ...\n+51 more") == Change(
        2, 0, "@@ -1,1 +1,2 @@\n+new\n old\n@@ -50,0 +51,1 @@\n+more"
    )


@pytest.mark.parametrize("diff", ["", "...", " 1 same\n 2 too", "nothing\nof the kind"])
def test_a_diff_that_changes_nothing(diff: str) -> None:
    assert numbered(diff) == Change()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a\nb\nc", "a\nx\ny\nc", (2, 1)),
        ("a", "a\nb", (1, 0)),
        ("a\nb", "", (0, 2)),
        ("", "a\n", (1, 0)),
        ("a\na", "a\na\na", (1, 0)),
        ("same", "same", (0, 0)),
    ],
)
def test_a_replaced_text_changes_what_is_between_its_ends(old: str, new: str, expected: tuple[int, int]) -> None:
    change = replaced(old, new)
    assert (change.added, change.removed) == expected


@pytest.mark.parametrize(("words", "lines"), [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("\n\n", 2)])
def test_a_last_line_needs_no_newline_to_count(words: str, lines: int) -> None:
    assert count_lines(words) == lines


# ---- shelves


def test_a_shelf_keeps_the_newest() -> None:
    shelf: dict[str, int] = {}
    for number in range(100):
        keep(shelf, str(number), number, 8)
    assert list(shelf.values()) == list(range(88, 100))


def test_a_name_of_bytes_is_always_the_same() -> None:
    assert hashed(b"x") == hashed(b"x") != hashed(b"y")
    assert len(hashed(b"")) == 16
