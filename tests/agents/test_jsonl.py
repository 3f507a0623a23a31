"""Lines that are not quite JSON lines."""

from __future__ import annotations

import pytest

from agent_trace.agents._jsonl import clean, is_torn, records, trim


@pytest.mark.parametrize(
    ("line", "found", "reason"),
    [
        (b'{"a":1}', [{"a": 1}], ""),
        (b'{"a":1}{"b":2}', [{"a": 1}, {"b": 2}], ""),
        (b'{"a":1} \t {"b":2}\r', [{"a": 1}, {"b": 2}], ""),
        (b'\xef\xbb\xbf{"a":1}\x00', [{"a": 1}], ""),
        (b'{"a":"\xff"}', [{"a": "\ufffd"}], ""),
        (b'{"a":1} 42', [{"a": 1}], "not an object"),
        (b'"text" {"a":1}', [{"a": 1}], "not an object"),
        (b'{"a":1} {"b"', [{"a": 1}], "not JSON"),
        (b"plain words", [], "not JSON"),
        (b"", [], ""),
        (b" \x00 ", [], ""),
        (b"[" * 100_000, [], "not JSON"),
    ],
)
def test_records_of_a_line(line: bytes, found: list[dict[str, object]], reason: str) -> None:
    assert records(line) == (found, reason)


@pytest.mark.parametrize(
    ("line", "torn"), [(b'{"a":1}', False), (b'{"a":', True), (b"", True), (b"42", True), (b'{"a":1}{', True)]
)
def test_a_line_that_is_still_being_written(line: bytes, torn: bool) -> None:
    assert is_torn(line) is torn


@pytest.mark.parametrize(
    ("text", "cleaned"), [("plain", "plain"), ("grün 🚀", "grün 🚀"), ("a\ud83db", "a?b"), ("", "")]
)
def test_clean_text_can_be_written(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned
    assert clean(text).encode().decode() == cleaned


def test_the_edges_of_a_line_are_no_content() -> None:
    assert trim(b"\xef\xbb\xbf \x00{}\r\n") == b"{}"
