"""What a known shape is: a literal beginning and a bounded rest, so that looking at it costs the same everywhere."""

from __future__ import annotations

import re
from typing import NamedTuple

from agent_trace.privacy.rules import Level

REACH = 32 << 10
"""Bytes behind its beginning that one shape may look at."""
NEAR = 400
"""The same for shapes with their literal in the middle."""

FREE = rb"(?:(?<![A-Za-z0-9])|(?<=[^\\]\\[nrtbf])|(?<=%[0-9A-Fa-f]{2})|(?<=[0-9;]m)|(?<=u00[0-9a-fA-F]{2}))"
"""Nothing stands before a token: no letter or digit but those of an escape, of `%3D` and of a terminal's colour."""
ALONE = rb"(?:(?<![A-Za-z0-9_.-])|(?<=[^\\]\\[nrtbf])|(?<=%[0-9A-Fa-f]{2})|(?<=[0-9;]m)|(?<=u00[0-9a-fA-F]{2}))"
"""The same for beginnings that are short: no `_`, `-` or dot either."""


SAMPLE = re.compile(rb"[a-z]{2,}(?:[-_][a-z]{2,})+[-_.]*|[-_.A-Z]*[Xx.*]{8,}[-_.A-Za-z]{0,8}")
"""What manuals write in the place of a key: `your-key-here`, `xxxxxxxx`."""
LONGEST_SAMPLE = 128


def is_sample(rest: bytes) -> bool:
    """Whether what follows a key's beginning only stands for a key."""
    return len(set(rest)) <= 3 or (len(rest) <= LONGEST_SAMPLE and SAMPLE.fullmatch(rest) is not None)


class Shape(NamedTuple):
    """How one kind of secret looks."""

    kind: str
    level: Level
    prefix: bytes
    """The literal that leads to it."""
    lead: bytes
    """For google-re2: the literal and as much of what follows as tells it from ordinary text."""
    pattern: re.Pattern[bytes]
    back: int
    """How many bytes before the literal it may begin."""
    least: int = 0
    """How many it does at least."""

    def span(self, text: bytes, at: int) -> tuple[int, int] | None:
        """Where it begins and ends, or its group does, its literal being at `at`."""
        met = self._around(text, at) if self.back else self.pattern.match(text, at, at + REACH)
        if met is None or is_sample(met[0] if self.back else met[0][len(self.prefix) :]):
            return None
        return met.span(met.lastgroup or 0)

    def _around(self, text: bytes, at: int) -> re.Match[bytes] | None:
        for start in range(max(0, at - self.back), at - self.least + 1):
            met = self.pattern.match(text, start, at + NEAR)
            if met and met.end() > at:
                return met
        return None


def shape(kind: str, prefix: str, rest: str, *, lead: str = "", level: Level = "MAXIMUM", alone: bool = False) -> Shape:
    """A shape that begins with a literal; `lead` is the part of the rest that its scan looks at."""
    start = re.escape(prefix).encode()
    front = (lead or "[A-Za-z0-9_-]{8}").encode()
    pattern = re.compile((ALONE if alone else FREE) + start + rest.encode())
    return Shape(kind, level, prefix.encode(), start + front, pattern, 0)


def inner(
    kind: str, literal: str, whole: str, *, back: int, least: int = 0, lead: str = "", level: Level = "MAXIMUM"
) -> Shape:
    """A shape with a literal in its middle."""
    middle = re.escape(literal).encode()
    return Shape(
        kind, level, literal.encode(), middle + lead.encode(), re.compile(FREE + whole.encode()), back, least or back
    )
