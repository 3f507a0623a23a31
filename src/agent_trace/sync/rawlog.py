"""The canonical log of a source: its live file while that only grows, else what the archive holds of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

from agent_trace.errors import NotFoundError, RewrittenError
from agent_trace.store.database import Database
from agent_trace.store.sources import SourceRow
from agent_trace.sync.keeping import ALL, Keeping, masked, nobody
from agent_trace.sync.members import Member
from agent_trace.sync.opening import length, open_log
from agent_trace.sync.reading import Pieces, aligned, edge, fresh, pieces

if TYPE_CHECKING:
    from agent_trace.privacy.masking import Masker
    from agent_trace.store.archive import Archive

_SESSIONS = """
SELECT key, root_key, cwd FROM part JOIN session ON session.id = part.session WHERE part.source = ?
"""


class RawLogs:
    """Opens logs and the archive behind them."""

    def __init__(
        self,
        db: Database,
        members: Mapping[str, Member],
        folder: str | None,
        *,
        keeps: bool = True,
        keeping: Keeping = ALL,
    ) -> None:
        self.db, self.members, self.folder, self.keeping = db, members, folder, keeping
        self.keeps = keeps and folder is not None and keeping.tier > 1
        """Logs are archived. Where they are not, what was archived before can still be read."""
        self._archive: Archive | None = None

    def masker(self, source: SourceRow) -> Masker | None:
        """Who masks a log that is known, before anybody reads it."""
        if self.keeping.masker_of is nobody:
            return None
        rows = self.db.execute(_SESSIONS, (source.id,)).fetchall()
        keys = {name for key, root, _ in rows for name in (key, root)}
        names = [(source.agent, name) for name in (source.path, *sorted(keys))]
        return self.keeping.masker_of(names, sorted(self.folders(source)))

    def folders(self, source: SourceRow) -> set[str]:
        """The folders that the sessions of a log worked in, as far as they are kept."""
        return {cwd for _, _, cwd in self.db.execute(_SESSIONS, (source.id,)) if cwd}

    def reader(self, source: SourceRow) -> Member:
        """Who reads the canonical log: the log's agent, or the reader of archived events."""
        member = self.members[source.agent]
        if not source.form:
            return member
        from agent_trace.sync.kept_events import EventsMember

        return EventsMember(member)

    @property
    def archive(self) -> Archive | None:
        """The archive; None where there must be none. Loaded on first use: compression is a heavy import."""
        if self.folder is None:
            return None
        if self._archive is None:
            from agent_trace.store.archive import Archive

            self._archive = Archive(self.folder)
        return self._archive

    def archived(self, source: SourceRow) -> bytes | None:
        """All records that the archive holds of a log, masked; None where it holds none. Raises CorruptArchiveError."""
        archive = self.archive if source.archive_size and not source.form else None
        if archive is None or not archive.holds(source.agent, source.path, source.archive_size):
            return None
        return masked(archive.read(source.agent, source.path, size=source.archive_size), self.masker(source))

    def again(self, source: int) -> None:
        """The log does not continue what was read before: its full text is made again."""
        self.db.execute("DELETE FROM doc WHERE source = ?", (source,))
        self.db.execute(
            "UPDATE source SET indexed = 0, events = 0, reader = NULL, kept = min(kept, offset) WHERE id = ?", (source,)
        )

    def union(self, source: int) -> None:
        """The file does not continue what is archived: the archive is the log, and the file's other lines go behind it."""
        self.db.execute("UPDATE source SET generation = 1, kept = 0 WHERE id = ?", (source,))

    def is_live(self, source: SourceRow) -> bool:
        """True where the file on disk is the log: it only grew since it was first read."""
        file = self._live(source)
        if file is None:
            return False
        file.close()
        return True

    def opened(self, source: SourceRow) -> BinaryIO | None:
        """The log where it lies, if it begins with what was read of it; None where it does not, or is gone."""
        try:
            file = open_log(self.members[source.agent], source.path)
        except (OSError, KeyError):
            return None
        if length(file) >= source.offset and edge(file, source.offset) == source.edge:
            return file
        file.close()
        return None

    def _live(self, source: SourceRow) -> BinaryIO | None:
        return None if source.generation or source.form else self.opened(source)

    def is_there(self, source: SourceRow) -> bool:
        """True where the file lies where it was, and begins with what was read of it."""
        file = self.opened(source)
        if file is not None:
            file.close()
        return file is not None

    def is_readable(self, source: SourceRow) -> bool:
        """True where the log or the archive has what was read, or at least its beginning."""
        return self.is_live(source) or (self.folder is not None and bool(source.archive_size))

    def is_lost(self, source: SourceRow) -> bool:
        """True where the file is gone and the archive has nothing of it."""
        return not self.is_readable(source) and not self._opens(source)

    def _opens(self, source: SourceRow) -> bool:
        """Whether the file is there, whatever it says now."""
        try:
            open_log(self.members[source.agent], source.path).close()
        except (OSError, KeyError):
            return False
        return True

    def stream(self, source: SourceRow, start: int = 0) -> Pieces:
        """The log from `start` to what the first tier has read. Raises NotFoundError, CorruptArchiveError."""
        file = self._live(source)
        if file is not None:
            with file:
                yield from pieces(file, start, source.offset, self.masker(source))
            return
        more = self._unarchived(source)
        if more is None:
            yield from self._archived(source, start)
        else:
            yield start, more[start:], True

    def records(self, source: SourceRow) -> Pieces:
        """The whole log as its agent's own reader takes it. Raises NotFoundError where only events of it are left."""
        if not source.form:
            yield from self.stream(source)
            return
        file = self.opened(source)
        if file is None:
            raise NotFoundError(f"the log {source.path} is gone, and only its events were kept")
        with file:
            yield from pieces(file, 0, source.offset, self.masker(source))

    def _unarchived(self, source: SourceRow) -> bytes | None:
        """The whole log where the archive is to take up lines of the file, and has not yet."""
        if not source.generation or source.form or source.kept >= source.offset or self.folder is None:
            return None
        file = self.opened(source)
        if file is None:
            return None
        with file:
            file.seek(0)
            now = masked(file.read(source.offset), self.masker(source))
        held = self.archived(source) or b""
        return held + fresh(held, now)

    def _archived(self, source: SourceRow, start: int) -> Pieces:
        if source.form and not source.archive_size:  # nothing happened in it
            return
        archive = self.archive if source.archive_size else None
        if archive is None:
            raise self._lost(source)
        masker = self.masker(source)
        stream = aligned(archive.stream(source.agent, source.path, start, source.archive_size))
        yield from ((offset, masked(data, masker), last) for offset, data, last in stream)

    def _lost(self, source: SourceRow) -> NotFoundError:
        """Why there is no log to read."""
        hint = "sums and titles are still there: `agent-trace list`; `archive = on` keeps logs from now on"
        if self._opens(source):
            return RewrittenError(f"the log {source.path} was rewritten, and was not archived", source.id, hint=hint)
        return NotFoundError(f"the log {source.path} is gone, and was not archived", hint=hint)

    def end(self, source: SourceRow) -> int:
        """How long the canonical log is: the place at which its next line will stand."""
        if not (source.generation or source.form) or self.archive is None:
            return source.offset
        frames = self.archive.frames(source.agent, source.path, source.archive_size)
        return frames[-1].header.offset + frames[-1].header.raw if frames else 0

    def lines(self, source: SourceRow, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """(offset, line without its newline) of the log."""
        return lines_of(self.stream(source, start))

    def record(self, source: SourceRow, offset: int, size: int) -> bytes:
        """The bytes of one record. Raises NotFoundError where neither the log nor the archive has it."""
        file = self._live(source)
        if file is not None:
            with file:
                file.seek(offset)
                return masked(file.read(size), self.masker(source))
        if self.archive is None:
            return b""
        data = self.archive.read(source.agent, source.path, offset, offset + size, source.archive_size)
        return masked(data, self.masker(source))


def lines_of(pieces: Pieces) -> Iterator[tuple[int, bytes]]:
    """(offset, line without its newline) of whole lines."""
    for offset, data, _ in pieces:
        position = offset
        for line in data.split(b"\n"):
            if line:
                yield position, line
            position += len(line) + 1
