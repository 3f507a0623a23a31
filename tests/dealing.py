"""Cases of tests dealt out to several interpreters: each runs every function, and together they run every case."""

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
    """Which cases, by node id and in their order, are in a hand; a function of few cases is in every one whole."""
    total = Counter(map(function_of, cases))
    seen = Counter[str]()
    chosen = []
    for case in cases:
        function = function_of(case)
        chosen.append(total[function] <= hand.of or seen[function] % hand.of == hand.number - 1)
        seen[function] += 1
    return chosen
