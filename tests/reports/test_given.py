"""What a tool was given, read as far as it goes, and the words of it that a person can look for: as the viewer has them."""

from __future__ import annotations

import json
import re
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as hypothetically
from hypothesis import strategies

from agent_trace.reports._given import Given, briefly, given, said, unescaped
from agent_trace.reports._replay_sought import Words

CASES = json.loads((Path(__file__).parents[2] / "dashboard/tests/said.json").read_text())
WHOLE = json.dumps({"command": 'echo "a\\n"', "list": [1, {"b": None}], "on": True, "ü": "é\u0001"})
HALF = re.compile(r"[\ud800-\udfff]?(\\u[0-9a-f]{0,3})?$")
"""A character that was cut within its escape."""
VALUES = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers(-1000, 1000) | strategies.text(),
    lambda inner: strategies.lists(inner) | strategies.dictionaries(strategies.text(), inner),
)


def leaves(value: Any) -> list[str]:
    """Every name and every value that holds no other, in their order."""
    if isinstance(value, dict):
        return [text for name, one in value.items() for text in (name, *leaves(one))]
    if isinstance(value, list):
        return [text for one in value for text in leaves(one)]
    return [value if isinstance(value, str) else json.dumps(value)]


@pytest.mark.parametrize("case", CASES, ids=[one["why"] for one in CASES])
def test_what_a_row_shows_is_found_as_the_viewer_finds_it(case: dict[str, Any]) -> None:
    known = {name: value for name, value in case["event"].items() if name in Words.__struct_fields__}
    one = Words(number="1", **known)
    assert [text for text in case["has"] if not one.hold(text.lower())] == []
    assert [text for text in case["not"] if one.hold(text.lower())] == []


@hypothetically(VALUES, strategies.data())
def test_what_a_row_shows_is_never_passed_over(value: Any, data: strategies.DataObject) -> None:
    for text, depth in ((json.dumps({"a": value}), -1), (json.dumps([value], ensure_ascii=False), 0)):
        shown = [*said(json.loads(text), names=True, depth=depth), briefly(json.loads(text))]
        wanted = data.draw(strategies.sampled_from(shown)).lower()
        begin = data.draw(strategies.integers(0, len(wanted)))
        end = data.draw(strategies.integers(begin, len(wanted)))
        assert Words(number="1", kind="tool_call", text=text).hold(wanted[begin:end])


def test_it_reads_json_and_nothing_else() -> None:
    assert given(WHOLE) == Given(json.loads(WHOLE), cut=False)
    assert [given(text) for text in ("", "plain words", "{not json", "[1 2 x]", "[truly]")] == [None] * 5
    assert given("[" * 100_000) is None
    assert given('"\ud800"') == Given("\ud800", cut=False)


def test_of_a_text_that_was_cut_it_reads_what_is_left() -> None:
    for end in range(1, len(WHOLE)):
        found = given(WHOLE[:end])
        assert found is not None
        assert found.cut
        assert 'echo "a\\n"'.startswith(found.value.get("command", "")), WHOLE[:end]
    assert given('{"a":"line\nend') == Given({"a": "line\nend"}, cut=True)
    assert given('{"a" 1') == Given({}, cut=True)
    assert given('{"a":') == given('{"a": tru') == Given({}, cut=True)
    assert given("[1, 2") == Given([1, 2], cut=True)
    half = given("[1.")
    assert half is not None
    assert isnan(half.value[0])


@hypothetically(VALUES, strategies.data())
def test_what_was_cut_anywhere_is_the_beginning_of_what_it_was(value: Any, data: strategies.DataObject) -> None:
    text = json.dumps([value])
    assert given(text) == Given([value], cut=False)
    found = given(text[: data.draw(strategies.integers(1, len(text) - 1))])
    assert found is not None
    *before, last = leaves(found.value) or [""]
    whole = leaves([value])
    assert before == whole[: len(before)]
    assert not last or whole[len(before)].startswith(HALF.sub("", last))


def test_escapes_are_read_as_json_reads_them() -> None:
    for text in ('a"b\\c/\b\f\n\r\té😀', "plain", "\ud83d", "\\u0041", "\\\\n"):
        assert unescaped(json.dumps(text)[1:-1]) == text
    assert unescaped("\\/ \\q \\u12") == "/ \\q \\u12"


def test_it_is_told_in_a_line() -> None:
    assert briefly({"a": "x" * 100, "b": [1], "c": {}}) == f"a: {'x' * 80}  b: [1]  c: {{…}}"
    assert briefly("word " * 100, 8) == "word wor…"
    assert (briefly([1, 2]), briefly(None), briefly(1e30), briefly(2.0)) == ("2 entries", "null", "1e+30", "2")
