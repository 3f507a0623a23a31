"""Which bytes of a log are new, and reading them in pieces that end with a line."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from typing import BinaryIO, Literal

import msgspec

PIECE = 16 * 1024 * 1024
_EDGE = 512

How = Literal["new", "tail", "rewritten"]


class Known(msgspec.Struct, gc=False):
    """A log as the store remembers it."""

    id: int
    path: str
    agent: str
    size: int
    mtime: int
    inode: int
    offset: int
    edge: bytes | None
    state: bytes | None
    gone: int
    changed: int
    torn: int
    kept: int
    generation: int
    archive_size: int


def edge(file: BinaryIO, offset: int) -> bytes:
    """A hash of the bytes before an offset, and of the head: what a log that only grew still has."""
    start = max(0, offset - _EDGE)
    file.seek(0)
    head = file.read(min(_EDGE, offset))
    file.seek(start)
    return hashlib.blake2b(head + b"|" + file.read(offset - start), digest_size=16).digest()


def compare(known: Known | None, file: BinaryIO) -> How:
    """How the file relates to what was read of it."""
    if known is None or (known.offset == 0 and known.generation == 0):
        return "new"
    status = os.fstat(file.fileno())
    if status.st_size < known.offset or edge(file, known.offset) != known.edge:
        return "rewritten"
    if status.st_size == known.offset and status.st_size == known.size and not known.gone:
        return "rewritten"
    return "tail"


def pieces(file: BinaryIO, start: int, end: int, piece: int = PIECE) -> Iterator[tuple[int, bytes, bool]]:
    """(offset, bytes, is it the last) from start to end; each but the last ends with a newline."""
    file.seek(start)
    position, held = start, b""
    while position < end:
        data = file.read(min(piece, end - position))
        if not data:
            break
        position += len(data)
        whole = held + data if held else data
        cut = len(whole) if position >= end else whole.rfind(b"\n") + 1
        if cut:
            yield position - len(whole), whole[:cut], position >= end
        held = whole[cut:]
    if held:
        yield position - len(held), held, True


def lines(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """(offset, line without its newline) from start to end."""
    for offset, data, _ in pieces(file, start, end):
        position = offset
        for line in data.split(b"\n"):
            if line:
                yield position, line
            position += len(line) + 1
