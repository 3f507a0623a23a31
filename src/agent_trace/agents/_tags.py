"""Pieces of a text between tags such as `<task>…</task>`: found in one pass, however many tags are left open."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import NamedTuple

_OPENING = re.compile(r"<(\w{1,64})>")
LEFT_OPEN = 100
"""Names of tags that nothing closes: a text with so many is none that was put between tags."""


class Piece(NamedTuple):
    """What stands between a tag and the next one that closes it."""

    name: str
    content: str
    start: int
    end: int


def pieces(words: str, names: Container[str] | None = None) -> list[Piece]:
    """The outermost pieces in their order; `None`: whatever they are called."""
    found: list[Piece] = []
    left_open: set[str] = set()
    opening = _OPENING.search(words)
    while opening is not None and len(left_open) < LEFT_OPEN:
        name, at = opening.group(1), opening.end()
        if (names is None or name in names) and name not in left_open:
            end = words.find(f"</{name}>", at)
            if end < 0:
                left_open.add(name)
            else:
                found.append(Piece(name, words[at:end], opening.start(), at := end + len(name) + 3))
        opening = _OPENING.search(words, at)
    return found


def without(words: str, found: Iterable[Piece]) -> str:
    """A text without some of its pieces."""
    kept, at = [], 0
    for one in found:
        kept.append(words[at : one.start])
        at = one.end
    return "".join([*kept, words[at:]])
