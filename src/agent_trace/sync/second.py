"""The second tier: every log archived and its text searchable. It runs to its end in `sync` and `search`."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import BinaryIO, Protocol

import msgspec

from agent_trace.errors import AgentTraceError, UnreachableError
from agent_trace.model.events import (
    AssistantText,
    Command,
    Compacted,
    ErrorRaised,
    Event,
    LlmResponse,
    Thinking,
    ToolCall,
    ToolResult,
    UserPrompt,
    kind_of,
)
from agent_trace.store.archive import Archive
from agent_trace.store.database import Database
from agent_trace.store.merged import is_merged
from agent_trace.store.shredding import overwrite, remake_text, worn
from agent_trace.store.sources import NO_RECORDS, SourceRow, all_sources, inherited_keys, sources
from agent_trace.store.texts import Texts
from agent_trace.sync.archived_events import write_events
from agent_trace.sync.keeping import masked
from agent_trace.sync.members import Member
from agent_trace.sync.progress import Problem, Progress, Told
from agent_trace.sync.rawlog import RawLogs
from agent_trace.sync.reading import TOGETHER, fresh, pieces

COMMIT_BYTES = 32 * 1024 * 1024
WORN = 50_000
"""Entries of logs that were read anew: from so many on, the full text is made again without them."""
CLIP = 2048
"""Characters of one text that are searchable: its beginning."""
_SEARCHED = ("text", "title", "input", "output", "summary")


class SecondReport(msgspec.Struct, kw_only=True):
    """What the second tier did."""

    sources: int = 0
    bytes: int = 0
    """Of logs whose text was indexed."""
    archived: int = 0
    """Bytes written to the archive."""
    events: int = 0
    problems: list[Problem] = msgspec.field(default_factory=list)
    seconds: float = 0.0


class Listener(Protocol):
    """Hears the whole events of logs while their text is indexed, so that these are read once."""

    def wants(self, source: int) -> bool:
        """Whether a log's events are to be heard."""

    def hear(self, source: int, event: Event) -> None:
        """One of them, with all its texts."""

    def heard(self, source: int) -> None:
        """That was the last one."""

    def written(self) -> None:
        """What was heard to its end is in the index now; nothing else will be."""


class SecondTier:
    """Archives and indexes what the first tier has read."""

    def __init__(
        self,
        db: Database,
        members: Mapping[str, Member],
        raw: RawLogs,
        *,
        archive: str,
        told: Told = lambda _: None,
        listener: Listener | None = None,
    ) -> None:
        self.db, self.members, self.raw, self.told, self.listener = db, members, raw, told, listener
        self.drops_gone = archive == "off"
        self.texts = Texts(db)
        self.report = SecondReport()
        self.progress = Progress()

    def run(self, only: Collection[int] | None = None) -> SecondReport:
        """Work through every log that is behind, or through some."""
        if self.drops_gone:
            self._drop_gone()
        todo = [
            source for source in all_sources(self.db) if (only is None or source.id in only) and self._is_behind(source)
        ]
        todo.sort(key=lambda source: source.mtime)  # what a search looks at first is what was indexed last
        self.progress.total = sum(max(0, source.offset - source.indexed) for source in todo)
        batch: list[int] = []
        size = 0
        for source in todo:
            batch.append(source.id)
            size += max(source.offset - source.indexed, source.offset - source.kept)
            if size >= COMMIT_BYTES:
                self._commit(batch)
                batch, size = [], 0
        self._commit(batch)
        if self.report.sources and worn(self.db) > WORN:
            remake_text(self.db)
        return self.report

    def _is_behind(self, source: SourceRow) -> bool:
        return source.agent in self.members and (self._wants_archive(source) or self._wants_text(source))

    def _wants_archive(self, source: SourceRow) -> bool:
        if not self.raw.keeps or source.gone:
            return False
        return source.kept < source.offset or (bool(source.archive_size) and not self._has_copy(source))

    def _has_copy(self, source: SourceRow) -> bool:
        archive = self.raw.archive
        return archive is not None and archive.holds(source.agent, source.path, source.archive_size)

    def _wants_text(self, source: SourceRow) -> bool:
        if source.indexed >= self.raw.end(source):
            return False
        return self.raw.keeping.tier > 1 and (not source.gone or not self.drops_gone) and self.raw.is_readable(source)

    def _commit(self, batch: Sequence[int]) -> None:
        if not batch:
            return
        with self.db.transaction():
            for number in batch:
                self._whole_or_not(number, self._wants_archive, self._archive)
                self._whole_or_not(number, self._wants_text, self._index)
                self.report.sources += 1
        if self.listener is not None:
            self.listener.written()

    def _whole_or_not(self, number: int, wants: Callable[[SourceRow], bool], work: Callable[[SourceRow], None]) -> None:
        """One piece of work on one log: what it cannot finish is taken back, and the others go on.

        The log is looked up anew: the first tier may have changed its row, or the piece of work before this one.
        """
        source = sources(self.db, [number]).get(number)
        if source is None:
            return
        self.db.execute("SAVEPOINT log")
        try:
            if wants(source):
                work(source)
        except (sqlite3.Error, MemoryError):
            raise
        except Exception as error:  # a fault of one agent's reader must not hide the logs of all others
            self.db.execute("ROLLBACK TO log")
            self.texts.drop()
            self.report.problems.append(Problem(source.path, _reason(error)))
        self.db.execute("RELEASE log")

    # ---- archive

    def _archive(self, source: SourceRow) -> None:
        archive = self.raw.archive
        if archive is None:
            return
        if source.archive_size and not self._has_copy(source):
            self._lost_copy(source)
        file = self.raw.opened(source)
        if file is None:
            return
        with file:
            if not self.raw.keeping.raw:
                self._archive_events(source, archive, file)
            elif source.generation:
                self._archive_rewritten(source, archive, file)
            else:
                self._archive_grown(source, archive, file)

    def _archive_grown(self, source: SourceRow, archive: Archive, file: BinaryIO) -> None:
        size, stream = source.archive_size, source.kept
        for offset, data, _ in pieces(file, source.kept, source.offset, self.raw.masker(source), piece=TOGETHER):
            size = archive.append(source.agent, source.path, size, offset, data)
            stream = offset + len(data)
        self._kept(source, size, stream)

    def _lost_copy(self, source: SourceRow) -> None:
        """Somebody deleted or cut the archived copy: what the log still holds is archived anew."""
        self.report.problems.append(
            Problem(source.path, "its archived copy is missing or cut; it is made again from the log")
        )
        if source.generation:
            self.raw.again(source.id)
            source.indexed, source.events, source.reader = 0, 0, None
        self.db.execute(f"UPDATE source SET kept = 0, archive_size = 0, {NO_RECORDS} WHERE id = ?", (source.id,))
        source.generation = source.kept = source.archive_size = 0

    def _archive_rewritten(self, source: SourceRow, archive: Archive, file: BinaryIO) -> None:
        """A log that lost lines: what the archive lacks of its present content goes behind what it has."""
        held = self.raw.archived(source) or b""
        file.seek(0)
        more = fresh(held, masked(file.read(source.offset), self.raw.masker(source)))
        size = source.archive_size
        if more:
            size = archive.append(source.agent, source.path, size, len(held), more, source.generation)
        self._kept(source, size, source.offset)

    def _archive_events(self, source: SourceRow, archive: Archive, file: BinaryIO) -> None:
        """Below tier 3: the events of the whole log, and those that it had before and has no more."""
        masker = self.raw.masker(source)
        write_events(self.raw, source, archive, lambda: pieces(file, 0, source.offset, masker))
        self.raw.again(source.id)
        source.indexed, source.events, source.reader = 0, 0, None
        self._kept(source, source.archive_size, source.offset)

    def _kept(self, source: SourceRow, size: int, kept: int) -> None:
        self.db.execute("UPDATE source SET archive_size = ?, kept = ? WHERE id = ?", (size, kept, source.id))
        self.report.archived += max(0, size - source.archive_size)
        source.archive_size, source.kept = size, kept

    # ---- full text

    def _index(self, source: SourceRow) -> None:
        if not self.raw.keeping.raw and source.indexed:  # what the reader must remember was not kept
            self.raw.again(source.id)
            source.indexed, source.events = 0, 0
        member = self.raw.reader(source)
        state = member.reader_state(source.reader if source.indexed else None)
        number = source.events if source.indexed else 0
        keys = inherited_keys(source)
        tools: dict[str, str] = {}
        lines = () if is_merged(self.db, source.id) else self._lines(source)
        listener = self.listener if not source.indexed and self.raw.keeping.raw else None
        hears = listener is not None and listener.wants(source.id)
        events = member.parse(source.path, lines, state, clip=None if hears else CLIP, inherited=keys)
        for event in self._heard(source, events, listener) if listener is not None and hears else events:
            if isinstance(event, LlmResponse) and event.continues:
                continue
            number += 1
            if not event.inherited:
                self._add(source, self._narrowed(event), number, tools)
        self.texts.flush()
        end = self.raw.end(source)
        self.report.events += number - source.events
        self.report.bytes += max(0, end - source.indexed)
        reader = msgspec.msgpack.encode(state) if state is not None and self.raw.keeping.raw else None
        values = (end, number, reader, source.id)
        self.db.execute("UPDATE source SET indexed = ?, events = ?, reader = ? WHERE id = ?", values)

    def _heard(self, source: SourceRow, events: Iterator[Event], listener: Listener) -> Iterator[Event]:
        """The same events with as much of their texts as is searched."""
        for event in events:
            listener.hear(source.id, event)
            yield cut(event)
        listener.heard(source.id)

    def _narrowed(self, event: Event) -> Event:
        """What of an event may be searched."""
        if self.raw.keeping.raw:
            return event
        from agent_trace.privacy.tiers import tiered

        return tiered(event, self.raw.keeping.tier, leaving=False)

    def _lines(self, source: SourceRow) -> Iterator[tuple[int, bytes]]:
        for offset, line in self.raw.lines(source, source.indexed):
            self.progress.done += len(line) + 1
            self.told(self.progress)
            yield offset, line

    def _add(self, source: SourceRow, event: Event, number: int, tools: dict[str, str]) -> None:
        body, tool, path, failed = searchable(event, tools)
        if body:
            self.texts.add(source, event, number, body, kind_of(event), tool, path, failed=failed)

    def _drop_gone(self) -> None:
        """`archive = off` keeps no text of logs that their agent deleted."""
        if (
            self.db.execute("SELECT 1 FROM doc JOIN source ON source.id = doc.source WHERE gone LIMIT 1").fetchone()
            is None
        ):
            return
        with self.db.transaction():
            self.db.execute("DELETE FROM doc WHERE source IN (SELECT id FROM source WHERE gone)")
        remake_text(self.db)
        try:
            overwrite(self.db)
        except UnreachableError as error:
            self.report.problems.append(Problem(self.db.path, str(error)))


def _reason(error: Exception) -> str:
    if isinstance(error, OSError | AgentTraceError):
        return getattr(error, "strerror", None) or str(error)
    return f"its reader failed: {error!r}"


def cut(event: Event) -> Event:
    """An event with what of its texts is searchable."""
    changes = {name: text[:CLIP] for name in _SEARCHED if len(text := getattr(event, name, "")) > CLIP}
    return msgspec.structs.replace(event, **changes) if changes else event


def searchable(event: Event, tools: dict[str, str]) -> tuple[str, str, str | None, bool]:
    """What of an event can be searched: its text, its tool, its path, whether it failed."""
    match event:
        case UserPrompt() | AssistantText() | Thinking() | Command():
            return event.text, "", None, False
        case ToolCall():
            tools[event.call] = event.tool
            return (
                f"{event.title}\n{event.input}" if event.title else event.input,
                event.tool,
                _first(event.paths),
                False,
            )
        case ToolResult():
            return event.output, event.tool or tools.get(event.call, ""), None, event.failed
        case Compacted():
            return event.summary, "", None, False
        case ErrorRaised():
            return event.text, "", None, True
    return "", "", None, False


def _first(paths: Sequence[str]) -> str | None:
    return os.fspath(paths[0]) if paths else None
