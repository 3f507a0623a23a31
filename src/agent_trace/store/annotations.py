"""The file of what only the person gave: JSON lines beside the archive, which no rebuild of the index touches.

Whoever adds appends, under a lock, so that processes do not write into each other. What is taken back is taken out: the
file is written anew beside itself and put in its own place, and the bytes of the old one are overwritten. A line that was
torn by a crash, and one of a later version, is passed over and stays. Nothing of this is in the index.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

import msgspec

from agent_trace.errors import UnreachableError, UnreadableError
from agent_trace.model.annotations import Annotations, AnyGiven, gathered

_DECODER: msgspec.json.Decoder[AnyGiven] = msgspec.json.Decoder(AnyGiven)
_READS = 3
"""How often a file is read whose bytes are being overwritten just then."""
NOTHING = Annotations()


class Line(NamedTuple):
    """A line as it lies in the file."""

    offset: int
    data: bytes
    """Without the end of the line."""
    given: AnyGiven | None
    """None: torn, or of a later version."""


Edit = Callable[[Sequence[Line]], Iterable[bytes]]
"""The lines as they are → the lines as they shall be."""


class AnnotationFile:
    """The file as it is now: it is read again when it has changed."""

    def __init__(self, path: str) -> None:
        self.path = os.path.realpath(path)
        self._mark: tuple[int, ...] | None = None
        self._known = NOTHING

    @property
    def known(self) -> Annotations:
        """Everything that was given."""
        mark = _mark_of(self.path)
        if mark != self._mark:
            self._known = gathered(tuple(line.given for line in self.lines() if line.given is not None))
            self._mark = mark
        return self._known

    def lines(self) -> list[Line]:
        """All lines but empty ones; none where there is no file. Raises UnreadableError."""
        try:
            return _lines(_read(self.path))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise UnreadableError(f"{self.path} cannot be read: {error.strerror or error}") from error

    def change(self, edit: Edit) -> bool:
        """Let the file hold what `edit` makes of its lines; True where that is something else. Called under its lock.

        What is only added is appended, and on the disk before this returns. Raises UnreachableError, UnreadableError.
        """
        with suppress(FileNotFoundError):
            os.unlink(self._fresh)  # of a rewriting that was killed
        before = self.lines()
        old = [line.data for line in before]
        new = list(edit(before))
        if new == old:
            return False
        try:
            if new[: len(old)] == old:
                self._append(new[len(old) :])
            else:
                self._write_anew(new)
        except OSError as error:
            raise UnreachableError(f"{self.path} cannot be written: {error.strerror or error}") from error
        return True

    @property
    def _fresh(self) -> str:
        return self.path + ".new"

    def _append(self, lines: Iterable[bytes]) -> None:
        descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "rb+", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - 1, 0))
            torn = b"\n" if file.read(1) not in (b"", b"\n") else b""
            _write(file.fileno(), torn + _joined(lines))

    def _write_anew(self, lines: Iterable[bytes]) -> None:
        descriptor = os.open(self._fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        try:
            _write(descriptor, _joined(lines))
        finally:
            os.close(descriptor)
        if os.name == "nt":  # there, an open file cannot be replaced
            os.replace(self._fresh, self.path)
            return
        with open(self.path, "rb+", buffering=0) as old:
            os.replace(self._fresh, self.path)
            _write(old.fileno(), bytes(os.fstat(old.fileno()).st_size))


def encoded(given: AnyGiven) -> bytes:
    """A fact as its line."""
    return msgspec.json.encode(given)


def _joined(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _write(descriptor: int, data: bytes) -> None:
    """All of it, down to the disk."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)


def _mark_of(path: str) -> tuple[int, ...] | None:
    """What changes when the file does."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _read(path: str) -> bytes:
    """The bytes of the file; no JSON holds a NUL, so where there is one an old file was being overwritten."""
    data = b""
    for _ in range(_READS):
        with open(path, "rb") as file:
            data = file.read()
        if b"\0" not in data:
            break
    return data


def _lines(data: bytes) -> list[Line]:
    found: list[Line] = []
    offset = 0
    for line in data.split(b"\n"):
        if line.strip():
            found.append(Line(offset, line, _decoded(line)))
        offset += len(line) + 1
    return found


def _decoded(line: bytes) -> AnyGiven | None:
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
