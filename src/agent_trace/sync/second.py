"""The second tier: every log archived and its text searchable. It runs to its end in `sync` and `search`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

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
from agent_trace.store.database import Database
from agent_trace.store.sources import SourceRow, all_sources
from agent_trace.store.texts import Texts
from agent_trace.sync.first import Problem, Progress, Told
from agent_trace.sync.members import Member
from agent_trace.sync.rawlog import RawLogs
from agent_trace.sync.reading import pieces

COMMIT_BYTES = 32 * 1024 * 1024
CLIP = 2048
"""Characters of one text that are searchable: its beginning."""


class SecondReport(msgspec.Struct, kw_only=True):
    """What the second tier did."""

    sources: int = 0
    bytes: int = 0
    archived: int = 0
    events: int = 0
    problems: list[Problem] = msgspec.field(default_factory=list)


class SecondTier:
    """Archives and indexes what the first tier has read."""

    def __init__(
        self, db: Database, members: Mapping[str, Member], raw: RawLogs, *, archive: str, told: Told = lambda _: None
    ) -> None:
        self.db, self.members, self.raw, self.told = db, members, raw, told
        self.keeps_text = archive != "off"
        self.texts = Texts(db)
        self.report = SecondReport()
        self.progress = Progress()

    def run(self) -> SecondReport:
        """Work through every log that is behind."""
        todo = [source for source in all_sources(self.db) if self._is_behind(source)]
        self.progress.total = sum(max(0, source.offset - source.indexed) for source in todo)
        if not self.keeps_text:
            self._drop_gone()
        batch: list[SourceRow] = []
        size = 0
        for source in todo:
            batch.append(source)
            size += source.offset - source.indexed
            if size >= COMMIT_BYTES:
                self._commit(batch)
                batch, size = [], 0
        self._commit(batch)
        return self.report

    def _is_behind(self, source: SourceRow) -> bool:
        if source.agent not in self.members:
            return False
        archives = self.raw.archive is not None and not source.gone and source.kept < source.offset
        return archives or (source.indexed < source.offset and (not source.gone or bool(source.archive_size)))

    def _commit(self, batch: Sequence[SourceRow]) -> None:
        if not batch:
            return
        with self.db.transaction():
            for source in batch:
                try:
                    self._source(source)
                except OSError as error:
                    self.report.problems.append(Problem(source.path, error.strerror or str(error)))

    def _source(self, source: SourceRow) -> None:
        live = self.raw.is_live(source)
        if self.raw.archive is not None and not source.gone and source.kept < source.offset:
            self._archive(source, live=live)
        if source.indexed < self._end(source) and (live or source.archive_size):
            self._index(source)
        self.report.sources += 1

    def _end(self, source: SourceRow) -> int:
        """How long the canonical log is."""
        if not source.generation:
            return source.offset
        row = self.db.execute("SELECT archive_size FROM source WHERE id = ?", (source.id,)).fetchone()
        return int(row[0]) + source.offset

    # ---- archive

    def _archive(self, source: SourceRow, *, live: bool) -> None:
        archive = self.raw.archive
        assert archive is not None
        if source.generation:
            self._archive_rewritten(source)
            return
        if not live:
            return
        size, stream = source.archive_size, source.kept
        with open(source.path, "rb") as file:
            for offset, data, _ in pieces(file, source.kept, source.offset):
                size = archive.append(source.agent, source.path, size, offset, data)
                stream = offset + len(data)
        self._kept(source, size, stream)

    def _archive_rewritten(self, source: SourceRow) -> None:
        """A log that lost rows: what the archive lacks of its present content goes behind what it has."""
        archive = self.raw.archive
        assert archive is not None
        held = set(self.raw.archived_lines(source) or ())
        with open(source.path, "rb") as file:
            lines = [line for _, data, _ in pieces(file, 0, source.offset) for line in data.split(b"\n")]
        fresh = b"".join(line + b"\n" for line in lines if line and line not in held)
        frames = archive.frames(source.agent, source.path, source.archive_size)
        end = frames[-1].header.offset + frames[-1].header.raw if frames else 0
        size = source.archive_size
        if fresh:
            size = archive.append(source.agent, source.path, size, end, fresh, source.generation)
        self._kept(source, size, source.offset)

    def _kept(self, source: SourceRow, size: int, kept: int) -> None:
        self.db.execute("UPDATE source SET archive_size = ?, kept = ? WHERE id = ?", (size, kept, source.id))
        self.report.archived += size - source.archive_size
        source.archive_size, source.kept = size, kept

    # ---- full text

    def _index(self, source: SourceRow) -> None:
        member = self.members[source.agent]
        state = member.reader_state(source.reader if source.indexed else None)
        number = source.events if source.indexed else 0
        keys = frozenset(msgspec.msgpack.decode(source.inherited, type=list[int])) if source.inherited else frozenset()
        end = source.indexed

        def counted() -> Any:
            nonlocal end
            for offset, line in self.raw.lines(source, source.indexed):
                end = offset + len(line)
                self.progress.done += len(line) + 1
                self.told(self.progress)
                yield offset, line

        tools: dict[str, str] = {}
        for event in member.parse(source.path, counted(), state, clip=CLIP, inherited=keys):
            if isinstance(event, LlmResponse) and event.continues:
                continue
            number += 1
            if not event.inherited:
                self._add(source, event, number, tools)
        self.texts.flush()
        self.report.events += number - source.events
        reader = msgspec.msgpack.encode(state) if state is not None else None
        reached = max(end, source.offset) if not source.generation else end
        self.db.execute(
            "UPDATE source SET indexed = ?, events = ?, reader = ? WHERE id = ?", (reached, number, reader, source.id)
        )
        self.report.bytes += reached - source.indexed

    def _add(self, source: SourceRow, event: Event, number: int, tools: dict[str, str]) -> None:
        body, tool, path, failed = searchable(event, tools)
        if body:
            self.texts.add(source, event, number, body, kind_of(event), tool, path, failed=failed)

    def _drop_gone(self) -> None:
        """`archive = off` keeps no text of logs that their agent deleted."""
        with self.db.transaction():
            self.db.execute("DELETE FROM doc WHERE source IN (SELECT id FROM source WHERE gone)")


def searchable(event: Event, tools: dict[str, str]) -> tuple[str, str, str | None, bool]:
    """What of an event can be searched: its text, its tool, its path, whether it failed."""
    match event:
        case UserPrompt() | AssistantText() | Thinking() | Command():
            return event.text, "", None, False
        case ToolCall():
            tools[event.call] = event.tool
            return f"{event.title}\n{event.input}" if event.title else event.input, event.tool, _first(event.paths), False
        case ToolResult():
            return event.output, event.tool or tools.get(event.call, ""), None, event.failed
        case Compacted():
            return event.summary, "", None, False
        case ErrorRaised():
            return event.text, "", None, True
    return "", "", None, False


def _first(paths: Sequence[str]) -> str | None:
    return os.fspath(paths[0]) if paths else None
