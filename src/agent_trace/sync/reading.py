"""Which bytes of a log are new, and reading them in pieces that end with a line."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, Literal

from agent_trace.store.sources import SourceRow
from agent_trace.sync.keeping import masked

if TYPE_CHECKING:
    from agent_trace.privacy.masking import Masker

PIECE = 1024 * 1024
"""Bytes that are read at once: what the processor's cache holds is taken apart in half the time."""
TOGETHER = 16 * 1024 * 1024
"""Bytes that are archived at once."""
_EDGE = 512

How = Literal["new", "tail", "rewritten"]
Pieces = Iterator[tuple[int, bytes, bool]]
"""(offset, bytes, is it the last): each but the last ends with a newline."""


def edge(file: BinaryIO, offset: int) -> bytes:
    """A hash of the bytes before an offset, and of the head: what a log that only grew still has."""
    start = max(0, offset - _EDGE)
    file.seek(0)
    head = file.read(min(_EDGE, offset))
    file.seek(start)
    return hashlib.blake2b(head + b"|" + file.read(offset - start), digest_size=16).digest()


def compare(known: SourceRow | None, file: BinaryIO) -> How:
    """How the file relates to what was read of it."""
    if known is None or not (known.offset or known.archive_size or known.changed):
        return "new"
    status = os.fstat(file.fileno())
    if known.again or known.generation or status.st_size < known.offset or edge(file, known.offset) != known.edge:
        return "rewritten"
    if status.st_size == known.offset and status.st_size == known.size and not known.gone:
        return "rewritten"
    return "tail"


def fresh(held: bytes, now: bytes) -> bytes:
    """The lines of `now` that `held` lacks, as they go on behind it; a last line without its end stays without."""
    known = set(held.split(b"\n"))
    lines = now.split(b"\n")
    new = [line + b"\n" for line in lines[:-1] if line and line not in known]
    if lines[-1] and lines[-1] not in known:
        new.append(lines[-1])
    if new and held and not held.endswith(b"\n"):
        new.insert(0, b"\n")
    return b"".join(new)


def has_lost(held: bytes, now: bytes) -> bool:
    """True where `held` has lines that `now` lacks."""
    lines = set(now.split(b"\n"))
    return any(line not in lines for line in held.split(b"\n") if line)


def pieces(file: BinaryIO, start: int, end: int, masker: Masker | None = None, *, piece: int = PIECE) -> Pieces:
    """The bytes of a file from start to end, masked."""
    for offset, data, last in _pieces(file, start, end, piece):
        yield offset, masked(data, masker), last


def _pieces(file: BinaryIO, start: int, end: int, piece: int) -> Pieces:
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


def aligned(stream: Iterable[tuple[int, bytes, bool]]) -> Pieces:
    """The same bytes in pieces that end with a line."""
    held = b""
    for offset, data, last in stream:
        whole = held + data
        cut = len(whole) if last else whole.rfind(b"\n") + 1
        if cut:
            yield offset - len(held), whole[:cut], last
        held = whole[cut:]
