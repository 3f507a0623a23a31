"""Figures as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_trace.render.measure import display_width
from agent_trace.render.numbers import clip, count, dollars, duration, percent, since, tokens


@pytest.mark.parametrize(
    ("usd", "shown"),
    [
        ("0", "$0.00"),
        ("0.00", "$0.00"),
        ("1.2", "$1.20"),
        ("1.225", "$1.22"),
        ("1.235", "$1.24"),
        ("1234567.891", "$1,234,567.89"),
        ("0.01", "$0.01"),
        ("0.0149", "$0.01"),
        ("0.00999", "$0.01"),
        ("0.0042", "$0.0042"),
        ("0.00425", "$0.0042"),
        ("0.004", "$0.004"),
        ("0.0000012", "$0.0000012"),
        ("0.0000001", "<$0.000001"),
        ("-3.5", "-$3.50"),
        ("1e30", "$1.0e+30"),
        ("NaN", "?"),
        ("Infinity", "?"),
    ],
)
def test_dollars(usd: str, shown: str) -> None:
    assert dollars(Decimal(usd)) == shown


def test_dollars_that_are_not_known() -> None:
    assert dollars(None, calls=0) == "-"
    assert dollars(None, calls=3) == "?"
    assert dollars(None, calls=None) == "?"
    assert dollars(Decimal("1.23"), calls=9, unpriced=2) == "≥$1.23"
    assert dollars(Decimal("1.23"), calls=0) == "$1.23", "what no log shows has an amount and no calls"


@given(st.decimals("0.01", "1e15", places=6))
def test_dollars_are_right_to_the_cent(usd: Decimal) -> None:
    assert abs(Decimal(dollars(usd).lstrip("$").replace(",", "")) - usd) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (None, "?"),
        (0, "0"),
        (1234, "1,234"),
        (99_999, "99,999"),
        (100_000, "100.0k"),
        (123_449, "123.4k"),
        (999_949, "999.9k"),
        (999_950, "1.0M"),
        (12_301_877, "12.3M"),
        (1_234_567_890, "1.2B"),
        (1_234_567_890_123, "1,234.6B"),
        (-123_449, "-123.4k"),
    ],
)
def test_tokens(number: int | None, shown: str) -> None:
    assert tokens(number) == shown


def test_count() -> None:
    assert count(None) == "?"
    assert count(1_234_567) == "1,234,567"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "?"),
        (float("nan"), "?"),
        (float("inf"), "?"),
        (0, "0s"),
        (0.0001, "<1ms"),
        (0.12, "120ms"),
        (0.9996, "1s"),
        (4.54, "4.5s"),
        (5, "5s"),
        (9.96, "10s"),
        (45.2, "45s"),
        (59.7, "1m 00s"),
        (125, "2m 05s"),
        (3599.8, "1h 00m"),
        (4379, "1h 12m"),
        (273_600, "3d 4h"),
        (-45, "-45s"),
    ],
)
def test_duration(seconds: float | None, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (None, 1, "?"),
        (1, None, "?"),
        (0, 0, "-"),
        (0, 7, "0%"),
        (1, 10_000, "<0.1%"),
        (42, 1000, "4.2%"),
        (5, 100, "5%"),
        (996, 10_000, "10%"),
        (Decimal(1), 8, "12%"),
        (999, 1000, ">99%"),
        (7, 7, "100%"),
        (15, 1, "1,500%"),
        (-1, 4, "-25%"),
        (float("inf"), 4, "?"),
    ],
)
def test_percent(part: float | None, whole: float | None, shown: str) -> None:
    assert percent(part, whole) == shown


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("short", 10, "short"),
        ("  a \n\t b  ", 10, "a b"),
        ("one two three", 9, "one two…"),
        ("日本語日本語", 5, "日本…"),
        ("x" * 5_000_000, 3, "xx…"),
        (" " * 1000 + "x", 3, "x"),
        ("abc", 0, ""),
    ],
)
def test_clip(text: str, limit: int, shown: str) -> None:
    assert clip(text, limit) == shown


@given(st.text(), st.integers(0, 40))
def test_clip_fits_on_one_line(text: str, limit: int) -> None:
    assert display_width(clip(text, limit)) <= limit
    assert "\n" not in clip(text, limit)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "?"),
        (float("nan"), "?"),
        (3, "just now"),
        (-3, "just now"),
        (300, "5m ago"),
        (7300, "2h ago"),
        (3 * 86_400, "3d ago"),
        (15 * 86_400, "2w ago"),
        (70 * 86_400, "2mo ago"),
        (800 * 86_400, "2y ago"),
        (-7300, "in 2h"),
    ],
)
def test_since(seconds: float | None, shown: str) -> None:
    assert since(seconds) == shown
