"""Cases of tests dealt out to several interpreters: together they run every case, and the first of them every function."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

_WRITTEN = re.compile(r"(\d+)/(\d+)")


class Hand(NamedTuple):
    """Which cases an interpreter gets."""

    number: int
    """From 1."""
    of: int

    @classmethod
    def read(cls, text: str) -> Hand:
        """From `2/3`. Raises ValueError."""
        written = _WRITTEN.fullmatch(text)
        if written is None or not 1 <= int(written[1]) <= int(written[2]):
            raise ValueError(f"{text!r} is no hand like 2/3")
        return cls(int(written[1]), int(written[2]))

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def function_of(case: str) -> str:
    """A test without the case that its name ends with."""
    return case.partition("[")[0]


def dealt(cases: list[str], hand: Hand) -> list[bool]:
    """Which cases, by node id and in their order, are in a hand.

    Those of a function that has many are dealt out one by one. A function of few is in the first hand whole, and in one
    of the others, function by function.
    """
    total = Counter(map(function_of, cases))
    turn = {function: number for number, function in enumerate(total)}
    seen = Counter[str]()
    chosen = []
    for case in cases:
        function = function_of(case)
        few = total[function] <= hand.of
        chosen.append(has_few(turn[function], hand) if few else seen[function] % hand.of == hand.number - 1)
        seen[function] += 1
    return chosen


def has_few(turn: int, hand: Hand) -> bool:
    """Whether a hand has a function of few cases."""
    return hand.number == 1 or turn % (hand.of - 1) == hand.number - 2
