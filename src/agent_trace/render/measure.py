"""How many cells of a terminal a string takes, and cutting, wrapping and padding by that measure.

The strings are harmless already (`characters.harmless`): no control character counts here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

JOINER = "\u200d"
EMOJI_FORM = "\ufe0f"


def display_width(text: str) -> int:
    """The cells that a line takes: wide characters two, marks that sit on others none."""
    return len(text) if text.isascii() else sum(_advances(text))


def reach(text: str, start: int, width: int) -> int:
    """The index behind the last character that fits in `width` cells when drawing begins at `start`."""
    if text.isascii():
        return min(start + width, len(text))
    used = 0
    for index, advance in enumerate(_advances(text[start : start + 4 * width + 8]), start):
        used += advance
        if used > width:
            return index
    return min(start + 4 * width + 8, len(text))


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """The line, shortened to `width` cells with an ellipsis where it is longer."""
    if reach(text, 0, width) == len(text):
        return text
    if width <= len(ellipsis):
        return ellipsis[: max(width, 0)]
    return text[: reach(text, 0, width - len(ellipsis))].rstrip() + ellipsis


def wrap(line: str, width: int) -> Iterator[str]:
    """The line in pieces of at most `width` cells, broken at blanks where there are any; nothing but them is lost.

    Further pieces hang under the line's own indent or bullet. `width` is at least 4.
    """
    hang = _hang(line, width)
    start, indent = 0, ""
    while (end := reach(line, start, width - len(indent))) < len(line):
        blank = line.rfind(" ", start, end + 1)
        if blank > start and line[start:blank].strip():
            end, following = blank, blank + 1
        else:
            end = following = max(end, start + 1)
        yield indent + line[start:end]
        start, indent = following, hang
    if start < len(line) or not start:
        yield indent + line[start:]


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text with blanks up to `width` cells, in front of it where it is aligned to the right."""
    blanks = " " * (width - display_width(text))
    return blanks + text if right else text + blanks


def _hang(line: str, width: int) -> str:
    text = line.lstrip(" ")
    bullet = 2 if text.startswith(("- ", "* ", "+ ")) else 0
    return " " * min(len(line) - len(text) + bullet, width // 3)


def _advances(text: str) -> Iterator[int]:
    """The cells that each character adds, seen from the one before it."""
    before, width, joined = "", 0, False
    for char in text:
        if char == JOINER:
            joined = width == 2
            yield 0
        elif char == EMOJI_FORM:
            yield 1 if width == 1 and _becomes_emoji(before) else 0
            width = 2
        else:
            advance = 0 if joined else _char_width(char)
            before, width, joined = char, advance or width, False
            yield advance


def _becomes_emoji(char: str) -> bool:
    return char in "0123456789#*" or char >= "\u00a9"


@lru_cache(maxsize=4096)
def _char_width(char: str) -> int:
    if char == "\u00ad":
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
