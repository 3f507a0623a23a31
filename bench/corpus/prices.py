"""Dated list prices as data, independent of the price book they check, and one function that prices one call.

    price("claude-opus-4-6", "2026-02-20", {"input": 10_000, "output": 10_000}, speed="fast") -> Decimal("1.8")

Usage is disjoint: input (uncached), cache_write_5m, cache_write_1h, cache_read, output (with reasoning), web_searches.
A model or a date without a price gives None, never 0. Dates are UTC days, inclusive at both ends.
Standard library only.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal

MILLION = Decimal(1_000_000)
WEB_SEARCH = Decimal("0.01")
KINDS = ("input", "cache_write_5m", "cache_write_1h", "cache_read", "output")

# pattern | from | until | input | 5m write | 1h write | read | output   ("-": the kind does not exist, billed as input)
RATES = """
claude-(fable|mythos)-5-2        2026-11-09 -          8    10    16   0.20  40
claude-haiku-5-5                 2026-10-07 -          0.10 0.125 0.20 0.01  0.50
claude-sonnet-5-5                2026-09-28 -          2    2.50  4    0.10  10
claude-opus-5-5                  2026-09-22 -          4    5     8    0.20  20
claude-(fable|mythos)-5-1        2026-09-01 -          10   12.50 20   0.25  50
claude-(fable|mythos)-5          2026-06-09 -          10   12.50 20   1     50
claude-sonnet-5                  2026-06-30 -          2    2.50  4    0.20  10
claude-opus-(5|4-[5-8])          2025-11-24 -          5    6.25  10   0.50  25
claude-sonnet-4-[56]             2025-09-29 -          3    3.75  6    0.30  15
claude-haiku-4-5                 2025-10-15 -          1    1.25  2    0.10  5
claude-opus-4(-0|-1)?            2025-05-22 -          15   18.75 30   1.50  75
claude-sonnet-4(-0)?             2025-05-22 -          3    3.75  6    0.30  15
claude-3(-[57])?-sonnet          2024-02-29 -          3    3.75  6    0.30  15
claude-3-5-haiku                 2024-12-03 -          0.80 1     1.60 0.08  4
claude-3-opus                    2024-02-29 -          15   18.75 30   1.50  75
claude-3-haiku                   2024-03-07 -          0.25 0.30  0.50 0.03  1.25
gpt-6\\.1-sol                    2026-09-29 -          2    2.50  -    0.10  10
gpt-6-sol                        2026-09-22 -          2    2.50  -    0.20  10
gpt-6-luna                       2026-09-22 -          0.10 0.125 -    0.01  0.50
gpt-6-astra                      2026-09-03 -          10   12.50 -    1     50
gpt-5\\.6(-sol)?                 2026-08-21 -          4    5     -    0.40  20
gpt-5\\.6(-sol)?                 2026-07-09 2026-08-20 5    6.25  -    0.50  30
gpt-5\\.6-terra                  2026-07-30 -          2    2.50  -    0.20  12
gpt-5\\.6-terra                  2026-07-09 2026-07-29 2.50 3.125 -    0.25  15
gpt-5\\.6-luna                   2026-07-30 -          0.20 0.25  -    0.02  1.20
gpt-5\\.6-luna                   2026-07-09 2026-07-29 1    1.25  -    0.10  6
gpt-5\\.5(-codex)?               2026-04-23 -          5    -     -    0.50  30
gpt-5\\.4                        2026-03-05 -          2.50 -     -    0.25  15
gpt-5\\.4-mini                   2026-03-17 -          0.75 -     -    0.075 4.50
gpt-5\\.[23](-codex)?            2025-12-11 -          1.75 -     -    0.175 14
gpt-5(\\.1)?(-codex(-max)?)?     2025-08-07 -          1.25 -     -    0.125 10
gpt-5(\\.1-codex)?-mini          2025-08-07 -          0.25 -     -    0.025 2
gpt-5-codex-mini                 2025-08-07 -          0.25 -     -    0.025 2
gpt-5-nano                       2025-08-07 -          0.05 -     -    0.005 0.40
gpt-4\\.1                        2025-04-14 -          2    -     -    0.50  8
o4-mini                          2025-04-16 -          1.10 -     -    0.275 4.40
codex-mini-latest                2025-05-16 -          1.50 -     -    0.375 6
gemini-3\\.[678]-flash(-preview)? 2026-01-01 2026-12-31 0.75 -     -    0.075 3.75
gemini-3\\.1-pro-preview         2026-02-01 -          2    -     -    0.20  12
gemini-3-pro-preview             2025-11-18 -          2    -     -    0.20  12
gemini-3-flash-preview           2025-12-17 -          0.50 -     -    0.05  3
gemini-2\\.5-pro                 2025-03-25 -          1.25 -     -    0.125 10
gemini-2\\.5-flash               2025-06-17 -          0.30 -     -    0.03  2.50
gemini-2\\.5-flash-lite          2025-07-22 -          0.10 -     -    0.01  0.40
"""
# pattern | from | until | prompt above | factor on input side | factor on output    (whole request)
LONG = """
claude-sonnet-4(-0)?             2025-08-12 2026-04-30 200000 2 1.5
claude-sonnet-4-5                2025-09-29 2026-04-30 200000 2 1.5
claude-(opus|sonnet)-4-6         2026-02-05 2026-03-12 200000 2 1.5
claude-haiku-5-5                 2026-10-07 -          100000 5 5
gpt-5\\.(4|5(-codex)?|6(-sol|-terra|-luna)?) 2026-03-05 - 272000 2 1.5
gpt-6(\\.1)?-(sol|luna|astra|terra)          2026-09-03 - 272000 2 1.5
gemini-(2\\.5|3|3\\.1)-pro(-preview)?        2025-03-25 - 200000 2 1.5
"""
# pattern | from | until | factor      (speed served "fast"; priority/fast service tier)
FAST = """
claude-opus-4-6                  2026-02-07 2026-02-16 3
claude-opus-4-6                  2026-02-17 2026-06-28 6
claude-opus-4-7                  2026-05-12 2026-07-24 6
claude-opus-4-8                  2026-05-28 2026-11-30 2
claude-opus-5(-5)?               2026-07-24 -          2
claude-(fable|mythos)-5-2        2026-11-09 -          2
gpt-5\\.5(-codex)?               2026-04-23 -          2.5
gpt-5-mini                       2025-08-07 -          1.8
gpt-(5|5\\.[1-46]|6|6\\.1)(-codex(-max)?|-sol|-terra|-luna|-astra|-mini)? 2025-08-07 - 2
"""
# Bedrock ids with a region (us., eu., …): a tenth more than the global endpoint, for Sonnet 4.5 and everything later
REGIONAL = re.compile(r"(us|eu|apac|jp|au)\.anthropic\.")
BEFORE_45 = re.compile(r"claude-(3.*|(opus|sonnet)-4(-[01])?)$")
GEO_FROM_46 = re.compile(r"claude-(opus-4-[6-8]|sonnet-4-6|(opus|sonnet|haiku|fable|mythos)-5(-\d)?)$")


def _rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


RATE_ROWS, LONG_ROWS, FAST_ROWS = _rows(RATES), _rows(LONG), _rows(FAST)


def model_id(name: str) -> str:
    """claude-opus-4-5-20251101, anthropic/claude-opus-4.5, claude-opus-5[1m] -> the id the tables use."""
    name = name.strip().lower().rsplit("/", 1)[-1].removesuffix("[1m]")
    name = re.sub(r"^((us|eu|apac|jp|au|global)\.)?anthropic\.", "", name)
    name = re.sub(r"(-v\d+:\d+|:\w+)$", "", name)
    name = re.sub(r"[-@](20\d{6}|20\d\d-\d\d-\d\d|latest)$", "", name)
    if name.startswith("claude-"):
        name = name.replace(".", "-")
        name = re.sub(r"^claude-(4(?:-\d)?)-(opus|sonnet|haiku)$", r"claude-\2-\1", name)
    return name


def _find(rows: list[list[str]], name: str, day: str) -> list[str] | None:
    for row in rows:
        until = "9999" if row[2] == "-" else row[2]
        if re.fullmatch(row[0], name) and row[1] <= day <= until:
            return row
    return None


def price(
    model: str,
    at: str | dt.datetime | dt.date,
    usage: Mapping[str, int],
    *,
    speed: str | None = None,
    geo: str | None = None,
    tier: str | None = None,
) -> Decimal | None:
    """Dollars of one call, or None when the model has no known price on that day."""
    day = str(at)[:10]
    name = model_id(model)
    row = _find(RATE_ROWS, name, day)
    if row is None:
        row = _first_before_launch(name, day)
        if row is None:
            return None
        day = row[1]
    rates = [Decimal(row[3]) if cell == "-" else Decimal(cell) for cell in row[3:8]]
    side_in = side_out = Decimal(1)
    prompt = sum(usage.get(kind, 0) for kind in KINDS[:4])
    long = _find(LONG_ROWS, name, day)
    if long and prompt <= int(long[3]):
        long = None
    if long:
        side_in, side_out = Decimal(long[4]), Decimal(long[5])
    fast = _find(FAST_ROWS, name, day)
    if fast and _served_fast(name, speed, tier) and not (long and name.startswith("gpt")):
        side_in *= Decimal(fast[3])
        side_out *= Decimal(fast[3])
    if geo == "us" and GEO_FROM_46.match(name):
        side_in, side_out = side_in * Decimal("1.1"), side_out * Decimal("1.1")
    if REGIONAL.search(model.lower()) and not BEFORE_45.match(name):
        side_in, side_out = side_in * Decimal("1.1"), side_out * Decimal("1.1")
    if tier in ("batch", "flex"):
        side_in, side_out = side_in / 2, side_out / 2
    total = (
        sum(
            usage.get(kind, 0) * rate * (side_out if kind == "output" else side_in)
            for kind, rate in zip(KINDS, rates, strict=True)
        )
        / MILLION
    )
    return (total + WEB_SEARCH * usage.get("web_searches", 0)).normalize() + 0


def _served_fast(name: str, speed: str | None, tier: str | None) -> bool:
    """Anthropic says it by the speed served, the others by the service tier."""
    asked = speed == "fast" or tier in ("fast", "priority")
    return asked and name.startswith("claude") == (speed == "fast")


def _first_before_launch(name: str, day: str) -> list[str] | None:
    """A clock that is wrong by some days must not make a call free: the oldest row counts before its date."""
    rows = [row for row in RATE_ROWS if re.fullmatch(row[0], name)]
    return rows[-1] if rows and day < rows[-1][1] else None


def plain(amount: Decimal) -> str:
    """Decimal string without exponent and trailing zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
