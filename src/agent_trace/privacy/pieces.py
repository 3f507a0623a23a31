"""Text of any kind, piece by piece as it comes: what is masked in it, and where. Bytes that are no UTF-8 stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from agent_trace.privacy import blocks, records
from agent_trace.privacy.masking import Masker

ENDED = re.compile(rb"---- ?END [A-Z0-9 ]{0,40}PRIVATE KEY|Private-MAC:")
"""What a private key ends with, where its end was not cut off."""


class Piece(NamedTuple):
    """A line with its end, or several that belong together."""

    line: int
    """The number of its first line, counted from 1."""
    data: bytes


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where something would be masked: never the value."""

    line: int
    """Counted from 1."""
    where: str
    """The path in a JSON record; empty in plain text."""
    kind: str
    level: str


def pieces(lines: Iterable[bytes], together: int = 0) -> Iterator[Piece]:
    """Lines, each by itself; a private key that runs over several is one piece with them.

    `together`: bytes up to which lines of plain text are taken as one, for a secret may be told by what stands above it.
    """
    first, held, size = 1, list[bytes](), 0
    for number, line in enumerate(lines, 1):
        is_record = records.opens(line)
        if held and is_record and not goes_on(b"".join(held)):
            yield Piece(first, b"".join(held))
            held, size = [], 0
        first = first if held else number
        held.append(line)
        size += len(line)
        if (is_record or size >= together) and not goes_on(b"".join(held)):
            yield Piece(first, b"".join(held))
            held, size = [], 0
    if held:
        yield Piece(first, b"".join(held))


def goes_on(text: bytes) -> bool:
    """Whether a private key begins in a plain text and may go on in the next line."""
    if (b"PRIVATE KEY" not in text and b"Private-L" not in text) or records.opens(text):
        return False
    begun = max((met.end() for met in blocks.BEGIN.finditer(text)), default=0)
    if not begun or len(text) - begun > blocks.REACH or ENDED.search(text, begun):
        return False
    return blocks.block_end(text, begun) >= len(text.rstrip())


def may_begin_document(first: bytes) -> bool:
    """Whether the first line of a file begins a JSON value that goes on in the next."""
    return records.opens(first) and not _is_json(first)


def is_document(data: bytes) -> bool:
    """Whether a text is one JSON value."""
    return records.opens(data) and _is_json(data)


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def masked(masker: Masker, data: bytes) -> bytes:
    """A piece with full markers in the place of its secrets."""
    text = data.decode("utf-8", "surrogateescape")
    found = masker.text(text)
    return data if found == text else found.encode("utf-8", "surrogateescape")


def spots(masker: Masker, piece: Piece) -> Iterator[Spot]:
    """What would be masked in a piece."""
    text = piece.data.decode("utf-8", "surrogateescape")
    found = masker.find(text)
    places = masker.places(piece.data) if found else ()
    paths = [place.where for place in places] if len(places) == len(found) else [""] * len(found)
    for one, where in zip(found, paths, strict=True):
        line = piece.line + text.count("\n", 0, one.start)
        yield Spot(line=line, where=where, kind=one.kind, level=one.level)
