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
EDGES = b" \t\r\n>+|*\"',\\-"
BODY = re.compile(rb"[A-Za-z0-9+/=]{0,8192}|[A-Z][A-Za-z-]{2,20}: [^\r\n]*")
"""What a line within a key is without its edges: a part of it, a header, nothing."""


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
    first, held, size, key = 1, list[bytes](), 0, 0
    for number, line in enumerate(lines, 1):
        is_record = records.opens(line)
        if held and (is_record or (size >= together and _begins(line))):
            yield Piece(first, b"".join(held))
            held, size = [], 0
        first = first if held else number
        held.append(line)
        size += len(line)
        key = 0 if is_record else _open_key(line, key)
        if not key and (is_record or size >= together):
            yield Piece(first, b"".join(held))
            held, size = [], 0
    if held:
        yield Piece(first, b"".join(held))


def _begins(line: bytes) -> bool:
    return (b"PRIVATE KEY" in line or b"Private-L" in line) and blocks.BEGIN.search(line) is not None


def _open_key(line: bytes, key: int) -> int:
    """Bytes of a private key that may go on in the next line, `key` of them before this one; 0: none does."""
    if _begins(line):
        line, key = line[max(met.end() for met in blocks.BEGIN.finditer(line)) :], 1
    if not key or ENDED.search(line) or not BODY.fullmatch(line.strip(EDGES)):
        return 0
    return key + len(line) if key + len(line) <= blocks.REACH else 0


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
    line, at = piece.line, 0
    for one, where in zip(found, paths, strict=True):
        line, at = line + text.count("\n", at, one.start), one.start
        yield Spot(line=line, where=where, kind=one.kind, level=one.level)
