"""Values of any type where texts, parts, counts and diffs are expected."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.agents._genai import records
from agent_trace.agents._genai.edits import UNCHANGED, Change, change, count_lines, counted
from agent_trace.agents._genai.parts import Answer, FunctionCall, answers, function_calls, media, parts, said, thoughts
from agent_trace.agents._genai.records import count, decode, wire
from agent_trace.agents._genai.spending import usage
from agent_trace.agents._genai.tools import headline, paths
from agent_trace.model.usage import Usage

# ---- lines


def test_an_odd_line_keeps_what_is_good() -> None:
    assert decode(b'{"a":1}') == ([{"a": 1}], "")
    assert decode(b'{"a":1}{"b":2}') == ([{"a": 1}, {"b": 2}], "")
    assert decode(b'{"a":1} oops') == ([{"a": 1}], "not JSON")
    assert decode(b'[{"a":1}]') == ([], "not an object")
    assert decode(b'{"a":"\\ud800"}') == ([{"a": "?"}], "")
    assert decode(b'{"a":"\xff"}') == ([{"a": "�"}], "")
    assert decode(b"\xef\xbb\xbf{}\r") == ([{}], "")


def test_a_line_of_any_depth_is_read_or_not() -> None:
    for depth in (*range(100, 1100, 3), 100_000):
        found, reason = decode(b'{"a":' + b'{"x":' * depth + b'"\\ud800"' + b"}" * depth + b"}")
        assert len(found) == (reason == "")
        assert all(isinstance(wire(one), str) for one in found)


def test_what_is_too_deep_to_write_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    assert wire(nested) == "(nested too deeply)"
    monkeypatch.setattr(records, "records", lambda _: ([{"x": nested}], ""))
    assert decode(b"odd") == ([], "nested too deeply")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (7, 7),
        (7.9, 7),
        (0, 0),
        (-1, None),
        (True, None),
        ("7", None),
        (None, None),
        (10**30, None),
        (float("nan"), None),
    ],
)
def test_counts(value: object, found: int | None) -> None:
    assert count(value) == found


# ---- parts


def test_a_content_has_many_shapes() -> None:
    assert parts("a") == [{"text": "a"}]
    assert parts({"text": "a"}) == [{"text": "a"}]
    assert parts(["a", {"text": "b"}, 7]) == [{"text": "a"}, {"text": "b"}]
    assert parts(7) == []
    assert said([{"text": "a"}, {"text": "t", "thought": True}, {"text": 7}, "b"]) == "a\nb"
    assert thoughts([{"text": "a"}, {"text": "t", "thought": True}]) == ["t"]
    assert list(media([{"inlineData": {"mimeType": "image/png"}}, {"fileData": {}}, {"fileData": 7}])) == [
        "image/png",
        "file",
    ]


def test_calls_and_answers() -> None:
    assert list(function_calls([{"functionCall": {"id": "1", "name": "x", "args": 7}}, {"functionCall": {}}])) == [
        FunctionCall("1", "x", {})
    ]


@pytest.mark.parametrize(
    ("response", "text", "failed"),
    [
        ({"output": "o"}, "o", False),
        ({"error": "e"}, "e", True),
        ({"output": {"a": 1}}, '{"a":1}', False),
        ({"content": []}, '{"content":[]}', False),
        ({}, "", False),
        ("text", "text", False),
        ([1], "[1]", False),
        (None, "", False),
    ],
)
def test_answers(response: object, text: str, failed: bool) -> None:
    content = {"functionResponse": {"id": "1", "name": "x", "response": response}}
    assert list(answers(content)) == [Answer("1", "x", text, failed)]


def test_what_people_read_of_arguments() -> None:
    assert headline({"command": " ", "file_path": "a"}) == "a"
    assert headline({"x": "y"}) == ""
    assert paths({"file_path": "a", "path": 7, "dir_path": ""}) == ("a",)
    assert wire({"a": float("inf")}) == '{"a":null}'


# ---- tokens


@pytest.mark.parametrize(
    ("figures", "spent"),
    [
        ({"prompt": 100, "output": 7, "cached": 60, "thoughts": 3, "total": 110}, (40, 10, 60, 3)),
        ({"prompt": 100, "output": 7, "cached": 60, "thoughts": 3, "total": 107}, (40, 7, 60, 3)),
        ({"prompt": 100, "output": 7, "thoughts": 3}, (100, 7, None, 3)),
        ({"prompt": 100, "output": 7, "thoughts": 3, "beside": True}, (100, 10, None, 3)),
        ({"prompt": 100, "output": 7, "tool": 20, "total": 127}, (120, 7, None, None)),
        ({"prompt": 100, "output": 7, "tool": 20, "total": 107}, (100, 7, None, None)),
        ({"prompt": 100, "output": 7, "cached": 200}, (0, 7, 200, None)),
        ({"prompt": 100, "output": None}, (100, None, None, None)),
        ({"prompt": None, "output": None, "thoughts": 5}, (None, 0, None, 0)),
        ({"prompt": 0, "output": 0, "cached": 0, "thoughts": 0, "total": 0}, (None, None, None, None)),
    ],
)
def test_kinds_of_tokens_are_disjoint(figures: dict[str, Any], spent: tuple[int | None, ...]) -> None:
    read, output, cached, reasoning = spent
    assert usage(**figures) == Usage(input=read, output=output, cache_read=cached, reasoning=reasoning)


# ---- edits

DIFF = (
    "Index: f\n===\n--- f\tCurrent\n+++ f\tProposed\n@@ -1,3 +1,3 @@\n a\n--- b\n+++ c\n\\ No newline at end of file\n"
)


def test_lines_are_counted_in_hunks_only() -> None:
    body = "@@ -1,3 +1,3 @@\n a\n--- b\n+++ c\n\\ No newline at end of file"
    assert counted(DIFF) == Change(1, 1, body)
    assert counted(body) == Change(1, 1, body)
    assert counted("--- a\n+++ b\n") == UNCHANGED


def test_what_a_result_tells_of_an_edit() -> None:
    shown = {"fileDiff": DIFF, "filePath": "/r/f"}
    assert change(shown, 9, "")[:2] == (1, 1)
    assert change(shown, 9, "").path == "/r/f"
    stated = {"model_added_lines": 5, "user_added_lines": 1, "model_removed_lines": 2}
    assert change({"fileDiff": DIFF, "truncatedForSession": True, "diffStat": stated}, 9, "") == Change(6, 2)
    assert change("text", 9, "Successfully created and wrote to new file: f.") == Change(9)
    assert change(None, 9, "Successfully overwrote file: f.") == UNCHANGED
    assert [count_lines(text) for text in ("", "a", "a\n", "a\nb")] == [0, 1, 1, 2]
