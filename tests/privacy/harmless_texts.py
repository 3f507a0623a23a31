"""Harmless texts, read from harmless/*.txt: `#### name`, then the text.

Digests and ids in them are written as specifications, `§40h§`, and made when they are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.privacy.shapes import made

TITLE = re.compile(r"^#### (.+)\n", re.MULTILINE)
MADE = re.compile(r"§(\w+)§")


class Harmless(NamedTuple):
    """A text that must come out as it went in."""

    name: str
    text: str


def harmless_texts() -> list[Harmless]:
    """All of them."""
    directory = Path(__file__).with_name("harmless")
    return [one for path in sorted(directory.glob("*.txt")) for one in texts_of(path.read_text(encoding="utf-8"))]


def texts_of(source: str) -> Iterator[Harmless]:
    """The texts of one file."""
    _, *parts = TITLE.split(source)
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        yield Harmless(name, filled(name, text.rstrip("\n")))


def filled(name: str, text: str) -> str:
    """A text with its digests and ids."""
    pieces = MADE.split(text)
    return "".join(made(f"{name} {at}", piece) if at % 2 else piece for at, piece in enumerate(pieces))
