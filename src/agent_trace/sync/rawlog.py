"""The canonical log of a source: its live file while that only grows, else what the archive holds of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agent_trace.errors import NotFoundError
from agent_trace.store.database import Database
from agent_trace.store.sources import SourceRow
from agent_trace.sync.reading import edge, pieces

if TYPE_CHECKING:
    from agent_trace.store.archive import Archive


class RawLogs:
    """Opens logs and the archive behind them."""

    def __init__(self, db: Database, folder: str | None) -> None:
        self.db, self.folder = db, folder
        self._archive: Archive | None = None

    @property
    def archive(self) -> Archive | None:
        """The archive; None where nothing is archived. Loaded on first use: compression is a heavy import."""
        if self.folder is None:
            return None
        if self._archive is None:
            from agent_trace.store.archive import Archive

            self._archive = Archive(self.folder)
        return self._archive

    def archived_lines(self, known: Any) -> list[bytes] | None:
        """The lines that the archive holds of a log, in order; None where it holds none."""
        if self.archive is None or not known.archive_size:
            return None
        found: list[bytes] = []
        for _, data in self.archive.pieces(known.agent, known.path, known.archive_size):
            found += [line for line in data.split(b"\n") if line]
        return found

    def rewritten(self, source: int, *, union: bool) -> None:
        """The file does not continue what was read before: the archive and the full text must look at it again."""
        row = self.db.execute("SELECT archive_size, indexed FROM source WHERE id = ?", (source,)).fetchone()
        if row is None or (not row[0] and not row[1]):
            return
        if union:
            self.db.execute("UPDATE source SET generation = generation + 1, kept = 0 WHERE id = ?", (source,))
        else:
            self.db.execute("DELETE FROM doc WHERE source = ?", (source,))
            self.db.execute(
                "UPDATE source SET indexed = 0, events = 0, reader = NULL, kept = min(kept, offset) WHERE id = ?", (source,)
            )

    def is_live(self, source: SourceRow) -> bool:
        """True where the file on disk is the log: it only grew since it was first read."""
        if source.generation or not os.path.exists(source.path):
            return False
        try:
            with open(source.path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                return size >= source.offset and edge(file, source.offset) == source.edge
        except OSError:
            return False

    def stream(self, source: SourceRow, start: int = 0) -> Iterator[tuple[int, bytes, bool]]:
        """(offset, bytes, is it the last) of the log from `start` to what the first tier has read."""
        if self.is_live(source):
            with open(source.path, "rb") as file:
                yield from pieces(file, start, source.offset)
            return
        yield from self._archived(source, start)

    def _archived(self, source: SourceRow, start: int) -> Iterator[tuple[int, bytes, bool]]:
        if self.archive is None or not source.archive_size:
            raise NotFoundError(
                f"the log {source.path} is gone or was rewritten, and was not archived",
                hint="sums and titles are still there: `agent-trace list`; `archive = on` keeps logs from now on",
            )
        frames = self.archive.frames(source.agent, source.path, source.archive_size)
        for number, frame in enumerate(frames):
            header = frame.header
            if header.offset + header.raw <= start:
                continue
            data = self.archive.read(
                source.agent, source.path, max(start, header.offset), header.offset + header.raw, source.archive_size
            )
            yield max(start, header.offset), data, number == len(frames) - 1

    def lines(self, source: SourceRow, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """(offset, line without its newline) of the log."""
        for offset, data, _ in self.stream(source, start):
            position = offset
            for line in data.split(b"\n"):
                if line:
                    yield position, line
                position += len(line) + 1

    def record(self, source: SourceRow, offset: int, length: int) -> bytes:
        """The bytes of one record."""
        if self.is_live(source):
            with open(source.path, "rb") as file:
                file.seek(offset)
                return file.read(length)
        if self.archive is None:
            return b""
        return self.archive.read(source.agent, source.path, offset, offset + length, source.archive_size)
