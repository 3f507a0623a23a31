"""The raw records, compressed as they were read: what survives when an agent deletes its logs.

One file a log: pairs of a skippable frame, which says what follows (the log's identity, where in the stream it
belongs), and a zstd frame whose checksum is verified on every read. Files only grow; what a killed process wrote
beyond the size that the index knows is cut off before the next append. The archive can be read without the index.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import msgspec
import zstandard

from agent_trace.errors import CorruptArchiveError

FRAME = 4 * 1024 * 1024
"""Raw bytes of one frame at most, but for longer lines: one record can be read without the rest."""
_SKIPPABLE = 0x184D2A51
_HEAD = struct.Struct("<II")
_LEVEL = 1
_ENDING = ".zst"
_UNFINISHED = ".new"


class Header(msgspec.Struct, kw_only=True):
    """What one frame holds."""

    agent: str
    path: str
    """The log's path when it was read."""
    offset: int
    """Where its first byte lies in the stream of all frames."""
    raw: int
    """Bytes before compression."""
    packed: int
    """Bytes of the zstd frame."""
    generation: int = 0
    """1: the log was rewritten, and these are lines that the archive lacked."""
    form: int = 0
    """1: these are events, not the log's records."""


class Frame(msgspec.Struct, kw_only=True):
    header: Header
    at: int
    """Where the zstd frame begins in the file."""


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What one frame is to hold."""

    offset: int
    data: bytes
    generation: int = 0
    form: int = 0


def contents(lines: Iterable[bytes], form: int = 0) -> Iterator[Content]:
    """Lines as frames, each with as many as fit."""
    held: list[bytes] = []
    offset = size = 0
    for line in lines:
        if size and size + len(line) >= FRAME:
            yield Content(offset=offset, data=b"".join(held), form=form)
            offset, held, size = offset + size, [], 0
        held += (line, b"\n")
        size += len(line) + 1
    if held:
        yield Content(offset=offset, data=b"".join(held), form=form)


class Archive:
    """A folder of archived logs."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._compressor: zstandard.ZstdCompressor | None = None

    def file(self, agent: str, path: str) -> str:
        """Where a log is archived."""
        name = hashlib.blake2b(f"{agent}\0{path}".encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
        return os.path.join(self.folder, name[:2], name + _ENDING)

    # ---- writing

    def append(self, agent: str, path: str, size: int, stream: int, data: bytes, generation: int = 0) -> int:
        """Add bytes behind the first `size` bytes of the file, `stream` being their place; the file's new size.

        Frames that stand there already and hold just these bytes are kept: a killed process wrote them, or one that has
        another index over the same archive. Anything else behind `size` is cut off.
        """
        target = self.file(agent, path)
        for folder in (self.folder, os.path.dirname(target)):
            os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor = os.open(target, os.O_CREAT | os.O_RDWR, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            written, size = _written(target, size, stream, data)
            file.truncate(size)
            file.seek(size)
            data, stream = data[written:], stream + written
            for piece in _frames(data):
                self._write(file, agent, path, stream, piece, generation)
                stream += len(piece)
            return file.tell()

    def _write(
        self, file: BinaryIO, agent: str, path: str, stream: int, piece: bytes, generation: int, form: int = 0
    ) -> None:
        if self._compressor is None:
            self._compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        packed = self._compressor.compress(piece)
        header = msgspec.json.encode(
            Header(
                agent=agent,
                path=path,
                offset=stream,
                raw=len(piece),
                packed=len(packed),
                generation=generation,
                form=form,
            )
        )
        file.write(_HEAD.pack(_SKIPPABLE, len(header)) + header + packed)

    def write_anew(self, agent: str, path: str, frames: Iterable[Content]) -> int:
        """Put other content in the place of what is archived of a log; the file's size. Nothing of the old one stays."""
        target = self.file(agent, path)
        for folder in (self.folder, os.path.dirname(target)):
            os.makedirs(folder, mode=0o700, exist_ok=True)
        fresh = target + _UNFINISHED
        descriptor = os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for one in frames:
                self._write(file, agent, path, one.offset, one.data, one.generation, one.form)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        os.replace(fresh, target)
        return size

    def holds(self, agent: str, path: str, size: int) -> bool:
        """True where at least so many bytes are still there: a person may have deleted or cut the file."""
        try:
            return os.stat(self.file(agent, path)).st_size >= size
        except OSError:
            return False

    def remove(self, agent: str, path: str) -> bool:
        """Delete what is archived of a log; True where something was."""
        try:
            os.unlink(self.file(agent, path))
        except FileNotFoundError:
            return False
        return True

    # ---- reading

    def frames(self, agent: str, path: str, size: int | None = None) -> list[Frame]:
        """The frames of a log in order."""
        return list(frames_of(self.file(agent, path), size))

    def read(self, agent: str, path: str, start: int = 0, end: int | None = None, size: int | None = None) -> bytes:
        """The bytes of the stream from start to end. Raises CorruptArchiveError where they are not what was written."""
        chunks = []
        target = self.file(agent, path)
        for frame in frames_of(target, size):
            first, last = frame.header.offset, frame.header.offset + frame.header.raw
            if last <= start or (end is not None and first >= end):
                continue
            data = unpack(target, frame)
            chunks.append(data[max(0, start - first) : None if end is None else max(0, end - first)])
        return b"".join(chunks)

    def stream(self, agent: str, path: str, start: int, size: int) -> Iterator[tuple[int, bytes, bool]]:
        """(offset, bytes, is it the last) of each frame from `start` on, verified. Raises CorruptArchiveError."""
        target = self.file(agent, path)
        if not self.holds(agent, path, size):
            raise CorruptArchiveError(
                f"{target}: the archived copy of {path} is missing or cut", hint="run `agent-trace archive verify`"
            )
        frames = [frame for frame in frames_of(target, size) if frame.header.offset + frame.header.raw > start]
        for number, frame in enumerate(frames, 1):
            data = unpack(target, frame)
            skipped = max(0, start - frame.header.offset)
            yield frame.header.offset + skipped, data[skipped:], number == len(frames)

    def files(self) -> Iterator[str]:
        """Every archived log."""
        return self._named(_ENDING)

    def leftovers(self) -> Iterator[str]:
        """What a process that was killed did not put in its place."""
        return self._named(_UNFINISHED)

    def _named(self, ending: str) -> Iterator[str]:
        for folder, folders, names in os.walk(self.folder):
            folders.sort()
            for name in sorted(names):
                if name.endswith(ending):
                    yield os.path.join(folder, name)


def _written(path: str, size: int, stream: int, data: bytes) -> tuple[int, int]:
    """How many of these bytes stand behind `size` already, and where the file goes on behind them."""
    done = 0
    if os.stat(path).st_size <= size:
        return done, size
    for frame in frames_of(path):
        header = frame.header
        if frame.at < size or header.offset != stream + done:
            continue
        try:
            known = unpack(path, frame) == data[done : done + header.raw]
        except CorruptArchiveError:
            break
        if not known:
            break
        done, size = done + header.raw, frame.at + header.packed
    return done, size


def frames_of(path: str, size: int | None = None) -> Iterator[Frame]:
    """The frames of an archive file; a torn end is passed over."""
    if not os.path.exists(path):
        return
    with open(path, "rb") as file:
        limit = os.fstat(file.fileno()).st_size if size is None else size
        position = 0
        while position + _HEAD.size <= limit:
            magic, length = _HEAD.unpack(file.read(_HEAD.size))
            if magic != _SKIPPABLE or position + _HEAD.size + length > limit:
                return
            try:
                header = msgspec.json.decode(file.read(length), type=Header)
            except msgspec.DecodeError:
                return
            at = position + _HEAD.size + length
            position = at + header.packed
            if position > limit:
                return
            yield Frame(header=header, at=at)
            file.seek(position)


def unpack(path: str, frame: Frame) -> bytes:
    """The raw bytes of a frame; its checksum is verified."""
    with open(path, "rb") as file:
        file.seek(frame.at)
        packed = file.read(frame.header.packed)
    try:
        data = zstandard.ZstdDecompressor().decompress(packed, max_output_size=frame.header.raw)
    except zstandard.ZstdError as error:
        raise CorruptArchiveError(
            f"{path}: the frame at byte {frame.at} does not match its checksum ({error})",
            hint="run `agent-trace archive verify`; the session is read from its log where that still exists",
        ) from error
    if len(data) != frame.header.raw:
        raise CorruptArchiveError(f"{path}: the frame at byte {frame.at} has {len(data)} bytes, not {frame.header.raw}")
    return data


def _frames(data: bytes) -> Iterator[bytes]:
    """Pieces of at most FRAME bytes that end with a line."""
    start = 0
    while len(data) - start > FRAME:
        end = data.rfind(b"\n", start, start + FRAME) + 1
        if end <= start:
            end = data.find(b"\n", start + FRAME) + 1 or len(data)
        yield data[start:end]
        start = end
    if start < len(data):
        yield data[start:]
