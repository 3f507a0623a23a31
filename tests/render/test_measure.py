"""Display widths, cutting and wrapping."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_trace.render.characters import harmless, one_line
from agent_trace.render.measure import cut, display_width, pad, wrap
from tests.render import hostile


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("日本", 4),
        ("e\u0301", 1),
        ("\u0301", 0),
        ("ｱ", 1),
        ("\uff21", 2),
        ("각", 2),
        ("\u1100\u1161", 2),
        ("🙂", 2),
        ("👩\u200d💻", 2),
        ("क्\u200dष", 2),
        ("❤\ufe0f", 2),
        ("1\ufe0f\u20e3", 2),
        (" \ufe0f", 1),
        ("🇩🇪", 2),
        ("\u200b", 0),
        ("a\u00adb", 3),
        ("≥", 1),
    ],
)
def test_display_width(text: str, width: int) -> None:
    assert display_width(text) == width


@given(hostile.texts, st.integers(0, 30), st.sampled_from(("…", "...")))
def test_cut_fits(text: str, width: int, ellipsis: str) -> None:
    line = one_line(text)
    short = cut(line, width, ellipsis)
    assert display_width(short) <= width
    assert short == line or short.endswith(ellipsis[:width])


@given(hostile.texts, st.integers(4, 30))
def test_wrap_fits_and_loses_only_blanks(text: str, width: int) -> None:
    line = one_line(text)
    pieces = list(wrap(line, width))
    assert all(display_width(piece) <= width for piece in pieces)
    assert "".join(pieces).replace(" ", "") == line.replace(" ", "")


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("", [""]),
        ("one two three", ["one two", "three"]),
        ("abcdefghijkl", ["abcdefghij", "kl"]),
        ("  one two three", ["  one two", "  three"]),
        ("- one two three", ["- one two", "  three"]),
        ("         one", ["         o", "   ne"]),
        ("abcdefghij ", ["abcdefghij"]),
        ("日本語日本語", ["日本語日本", "語"]),
    ],
)
def test_wrap(line: str, pieces: list[str]) -> None:
    assert list(wrap(line, 10)) == pieces


def test_marks_without_end_are_cut_too() -> None:
    assert len(cut("e" + "\u0301" * 10_000, 10)) < 60


def test_pad() -> None:
    assert pad("日", 4) == "日  "
    assert pad("日", 4, right=True) == "  日"
    assert pad("long", 2) == "long"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\nb\tc", "a\nb\tc"),
        ("\x1b[1;31mred\x1b[0m\x1b[K", "red"),
        ("\x1b[2J", "␛[2J"),
        ("\x1b]0;x\x07", "␛]0;x␇"),
        ("\x1b\x1b[0m[2J", "␛[2J"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a␍b"),
        ("\x00\x7f", "␀␡"),
        ("\x9b31m", "\\x9b31m"),
        ("\ud800", "\ufffd"),
        ("a\u2028b", "a\nb"),
        ("\u202eevil\u2069", "\\u202eevil\\u2069"),
        ("\u200fa\u061c", "a"),
        ("\U000e0041", "\\U000e0041"),
        ("👩\u200d💻\u00a0é", "👩\u200d💻\u00a0é"),
    ],
)
def test_harmless(text: str, shown: str) -> None:
    assert harmless(text) == shown


@given(hostile.texts)
def test_harmless_text_is_safe_and_stays_as_it_is(text: str) -> None:
    assert not hostile.dangerous(harmless(text), allowed="\n\t")
    assert harmless(harmless(text)) == harmless(text)
