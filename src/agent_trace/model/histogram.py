"""How long many things took, in sums that can be added up: a histogram whose percentiles are off by 1/32 at most.

Each doubling of a time is cut into sixteen equal parts; what is shorter than 32 ms is exact. As a text a histogram is
`12x3 40`: three times in part 12, one in part 40. Two such texts behind each other are both histograms together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

FINE = 4
"""Each doubling is cut into 2 ** FINE parts."""
Runs = Mapping[int, int]
"""Part → how many times lie in it."""


def part_of(milliseconds: int) -> int:
    """The part that a time lies in: the higher the longer."""
    if milliseconds < 1 << FINE:
        return max(milliseconds, 0)
    shift = milliseconds.bit_length() - 1 - FINE
    return (shift << FINE) + (milliseconds >> shift)


def middle_of(part: int) -> float:
    """The middle of a part in milliseconds: at most 1/32 away from all that lies in it."""
    if part < 2 << FINE:
        return float(part)
    shift = (part >> FINE) - 1
    return ((part - (shift << FINE)) << shift) + ((1 << shift) - 1) / 2


def merged(one: Runs, other: Runs) -> dict[int, int]:
    """Both histograms together."""
    found = dict(one)
    for part, runs in other.items():
        found[part] = found.get(part, 0) + runs
    return found


def written(runs: Runs) -> str:
    """A histogram as a text."""
    return " ".join(f"{part}x{count}" if count > 1 else str(part) for part, count in sorted(runs.items()))


def read(text: str) -> dict[int, int]:
    """The histogram that a text holds, or several behind each other."""
    found: dict[int, int] = {}
    for word, times in Counter(text.split()).items():
        part, _, count = word.partition("x")
        found[int(part)] = found.get(int(part), 0) + times * int(count or 1)
    return found


def percentile(runs: Runs, percent: int, longest: int | None = None) -> float | None:
    """Milliseconds by nearest rank, within 1/32 and never above the longest; None of nothing."""
    rank = max(-(-percent * sum(runs.values()) // 100), 1)
    for part in sorted(runs):
        rank -= runs[part]
        if rank <= 0:
            return middle_of(part) if longest is None else min(middle_of(part), longest)
    return None
