"""The first tier: one fast pass over what is new, and all that a Summary and the ledger hold is right."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import msgspec

from agent_trace.errors import AgentTraceError
from agent_trace.model.scan import Scan
from agent_trace.store.database import Database
from agent_trace.store.ingest import Heard, Ingest, Mode
from agent_trace.store.removal import empty_sources
from agent_trace.store.settle import settle
from agent_trace.store.sources import (
    SourceRow,
    Stat,
    add_source,
    inherited_keys,
    mark_gone,
    rows_in,
    sessions_of,
    sources,
)
from agent_trace.sync.families import beside, settle_records
from agent_trace.sync.forks import resolve
from agent_trace.sync.found import Found
from agent_trace.sync.keeping import masked
from agent_trace.sync.looking import IsForgotten, Looked, Task
from agent_trace.sync.members import Member, Scanner, is_made
from agent_trace.sync.merging import merge
from agent_trace.sync.opening import length, open_log
from agent_trace.sync.progress import FirstReport, Problem, Progress, Told
from agent_trace.sync.rawlog import RawLogs
from agent_trace.sync.reading import Pieces, compare, edge, fresh, has_lost, pieces

if TYPE_CHECKING:
    from agent_trace.privacy.masking import Masker

Change = Literal[0, 1, 2]
"""1: the log lacks something that was read before; 2: and some of that is in no archive either."""
BATCH_BYTES = 64 * 1024 * 1024
BATCH_FILES = 400


class Reading(msgspec.Struct, kw_only=True):
    """One log as just read, before it is written."""

    member: Member
    found: Found
    known: SourceRow | None
    """What the store held of it when it was read."""
    scanner: Any
    mode: Mode
    edge: bytes | None
    start: int = 0
    changed: Change = 0
    union: bool = False
    """It lacks something that is archived: the archive becomes the log."""


class Log(msgspec.Struct, kw_only=True):
    """A log that is to be read."""

    member: Member
    found: Found
    known: SourceRow | None
    masker: Any = None
    """Masker, or None where nobody masks it."""


class FirstTier:
    """Brings the index up to date with the logs."""

    def __init__(
        self,
        db: Database,
        members: Mapping[str, Member],
        raw: RawLogs,
        told: Told = lambda _: None,
        *,
        is_forgotten: IsForgotten | None = None,
    ) -> None:
        self.db, self.members, self.raw, self.told = db, members, raw, told
        self.is_forgotten = is_forgotten
        self.ingest = Ingest(db)
        self.report = FirstReport()
        self.progress = Progress()

    def run(self, looked: Looked) -> FirstReport:
        """Read what is new, and mark what is gone."""
        begun = time.perf_counter()
        self.report = looked.report
        for one in looked.unlisted:
            self._read_archived(one)
        self._lost(looked.lost)
        self.progress.total = sum(
            max(0, task.found.size - (task.stat.size if task.stat else 0)) for task in looked.tasks
        )
        for batch in _batches(looked.tasks):
            self._batch(batch)
        self.report.seconds += time.perf_counter() - begun
        return self.report

    def _lost(self, lost: Sequence[int]) -> None:
        if not lost:
            return
        with self.db.transaction():
            mark_gone(self.db, lost)
            settle(self.db, sessions_of(self.db, lost), read=False)
        self.report.gone += len(lost)

    # ---- a batch

    def _batch(self, batch: Sequence[Task]) -> None:
        known = sources(self.db, [task.stat.id for task in batch if task.stat])
        readings = []
        for task in batch:
            reading = self._try(task.member, task.found, known[task.stat.id] if task.stat else None)
            if reading is not None:
                readings.append(reading)
        if readings:
            with self.db.transaction():
                self.write(self._undisturbed(readings))

    def _try(self, member: Member, found: Found, known: SourceRow | None) -> Reading | None:
        """A log as read; None where it cannot be, or must not."""
        try:
            reading = self._read_masked(Log(member=member, found=found, known=known))
        except OSError as error:
            self.report.problems.append(Problem(found.path, error.strerror or str(error)))
            return None
        except (sqlite3.Error, MemoryError):
            raise
        except AgentTraceError as error:
            self.report.problems.append(Problem(found.path, str(error)))
            return None
        except Exception as error:  # a fault of one agent's reader must not hide the logs of all others
            self.report.problems.append(Problem(found.path, f"its reader failed: {error!r}"))
            return None
        if self.is_forgotten is not None and self._holds_forgotten(reading):
            return None
        return reading

    def _holds_forgotten(self, reading: Reading) -> bool:
        """Only the content of some logs of sub-agents tells whose they are."""
        keys = reading.scanner.scan.parts
        names = {*keys, *(key.partition("/")[0] for key in keys)}
        agent = reading.member.agent
        agents = tuple(self.members) if agent.secondhand else (agent.name,)
        return self.is_forgotten is not None and any(self.is_forgotten(one, name) for one in agents for name in names)

    def _undisturbed(self, readings: Iterable[Reading]) -> list[Reading]:
        """Readings that rest on the archive are made again where the second tier has since written to it."""
        now = sources(self.db, [one.known.id for one in readings if one.known is not None and one.mode != "append"])
        found: list[Reading | None] = []
        for one in readings:
            current = now.get(one.known.id) if one.known is not None else None
            if one.known is None or current is None or current.archive_size == one.known.archive_size:
                found.append(one)
            else:
                found.append(self._try(one.member, one.found, current))
        return [one for one in found if one is not None]

    def _read_masked(self, log: Log) -> Reading:
        """A log as its masker lets it be read: who that is may only be known when its sessions and their folders are."""
        log.masker = self._masker(log)
        reading = self._read(log)
        masker = self._masker(log, reading.scanner.scan)
        if masker is log.masker:
            return reading
        log.masker = masker
        with open_log(log.member, log.found.path) as file:
            return self._anew(log, file)

    def _masker(self, log: Log, scan: Scan | None = None) -> Masker | None:
        if scan is None and log.known is not None:
            return self.raw.masker(log.known)
        parts = {} if scan is None else scan.parts
        starters = {part.starter for part in parts.values() if part.starter}
        keys = {log.member.place(log.found.path).session, *parts, *starters, *self._roots(log, starters)}
        keys |= {key.partition("/")[0] for key in keys}
        names = [(log.found.agent, name) for name in (log.found.path, *sorted(keys))]
        folders = {part.cwd for part in parts.values() if part.cwd}
        if log.known is not None:
            folders |= self.raw.folders(log.known)
        return self.raw.keeping.masker_of(names, sorted(folders))

    def _roots(self, log: Log, starters: Iterable[str]) -> set[str]:
        """The roots of sessions that started those of a log, as far as they are known."""
        listed = msgspec.json.encode(sorted(starters)).decode()
        statement = "SELECT root_key FROM session WHERE agent = ? AND key IN (SELECT value FROM json_each(?)) AND root_key <> key"
        return {row[0] for row in self.db.execute(statement, (log.found.agent, listed))} if starters else set()

    def _anew(self, log: Log, file: BinaryIO) -> Reading:
        """The whole log, whatever was read of it before."""
        if log.known is None or not (log.known.offset or log.known.archive_size):
            return self._whole(log, file, "replace")
        if compare(log.known, file) == "rewritten" or is_made(log.member.agent, log.found.path):
            return self._rewritten(log, log.known, file)
        return self._whole(log, file, "widen" if log.known.changed == 2 else "replace")

    def _read(self, log: Log) -> Reading:
        member, known, found = log.member, log.known, log.found
        with open_log(member, found.path) as file:
            if is_made(member.agent, found.path):
                return self._made(log, file)
            status = os.fstat(file.fileno())
            found = log.found = Found(found.path, found.agent, status.st_size, status.st_mtime_ns, status.st_ino)
            how = compare(known, file)
            if known is None or how == "new":
                return self._whole(log, file, "replace")
            if how == "rewritten":
                return self._rewritten(log, known, file)
            if not self.raw.keeping.raw:  # no state of the reader is kept that could go on from here
                return self._anew(log, file)
            scanner = member.scanner(found.path, known.state)
            scanner.scan.offset = known.offset
            for offset, data, last in self._counted(pieces(file, known.offset, found.size, log.masker)):
                scanner.feed(data, offset, final=last)
            self.progress.files += 1
            if scanner.scan.again:
                return self._whole(log, file, "widen" if known.changed == 2 else "replace")
            return Reading(
                member=member, found=found, known=known, scanner=scanner, mode="append", start=known.offset,
                edge=edge(file, scanner.scan.offset),
            )  # fmt: skip

    def _made(self, log: Log, file: BinaryIO) -> Reading:
        """A log that is always read as a whole. That a record of it was changed is no loss: its agent updates them."""
        known = log.known
        if known is None or not (known.offset or known.archive_size):
            return self._whole(log, file, "replace")
        return msgspec.structs.replace(self._rewritten(log, known, file), changed=0)

    def _whole(self, log: Log, file: BinaryIO, mode: Mode, *, changed: Change = 0) -> Reading:
        """All of the file as it is now."""
        member, found = log.member, log.found
        skip = _inherited(log.known, mode)
        scanner = self._scanned(member, found.path, lambda: pieces(file, 0, length(file), log.masker), skip)
        return Reading(
            member=member, found=found, known=log.known, scanner=scanner, mode=mode, changed=changed,
            edge=edge(file, scanner.scan.offset),
        )  # fmt: skip

    def _rewritten(self, log: Log, known: SourceRow, file: BinaryIO) -> Reading:
        """A log that was cut, replaced, rewritten or only touched: what the archive holds of it comes first and stays."""
        member, found = log.member, log.found
        size = length(file)
        shrunk = known.edge is not None and edge(file, min(known.offset, size)) != known.edge
        held = self._archived(known)
        same_size = found.size == known.size and found.mtime != known.mtime
        whole = (held is not None and known.kept >= known.offset) or bool(known.again and not shrunk and not same_size)
        mode: Mode = "replace" if whole and known.changed < 2 else "widen"
        if held is None:
            reading = self._whole(log, file, mode)
            lost = shrunk or rows_in(self.db, known.id) > sum(part.rows for part in reading.scanner.scan.parts.values())
            return msgspec.structs.replace(reading, changed=2 if lost else 0)
        file.seek(0)
        now = masked(file.read(size), log.masker)
        if not known.generation and now.startswith(held):
            return self._whole(log, file, mode, changed=2 if shrunk and not whole else 0)
        stream = held + fresh(held, now)
        scanner = self._scanned(member, found.path, lambda: iter([(0, stream, True)]), _inherited(known, mode))
        torn = scanner.scan.torn
        scanner.scan.offset = size - (torn.length if torn else 0)
        changed: Change = 2 if shrunk and not whole else 1 if has_lost(held, now) else 0
        return Reading(
            member=member, found=found, known=known, scanner=scanner, mode=mode, changed=changed, union=True,
            edge=edge(file, scanner.scan.offset),
        )  # fmt: skip

    def _archived(self, known: SourceRow) -> bytes | None:
        try:
            return self.raw.archived(known)
        except AgentTraceError as error:
            self.report.problems.append(Problem(known.path, str(error)))
            return None

    def _scanned(
        self, member: Member, path: str, stream: Callable[[], Pieces], skip: frozenset[int] = frozenset()
    ) -> Scanner:
        scanner = member.whole_scan(path, lambda: self._counted(stream()), skip=skip)
        self.progress.files += 1
        return scanner

    def _counted(self, stream: Pieces) -> Pieces:
        for offset, data, last in stream:
            yield offset, data, last
            self.progress.done += len(data)
            self.told(self.progress)

    def _read_archived(self, stat: Stat) -> None:
        """Read a log that is gone from its archived copy; where there is none, what was read of it stays as it is."""
        source = sources(self.db, [stat.id])[stat.id]
        try:
            reading = self._copy(source) if self.raw.is_readable(source) else None
        except AgentTraceError as error:
            self.report.problems.append(Problem(stat.path, str(error)))
            reading = None
        with self.db.transaction():
            if reading is not None and not self._holds_forgotten(reading):
                self.write([reading])
            mark_gone(self.db, [stat.id])
            settle(self.db, sessions_of(self.db, [stat.id]), read=False)

    def _copy(self, source: SourceRow) -> Reading:
        member = self.members[source.agent]
        scanner = self._scanned(self.raw.reader(source), source.path, lambda: self.raw.stream(source))
        found = Found(source.path, source.agent, source.size, source.mtime, source.inode)
        mode: Mode = "replace" if source.kept >= source.offset and source.changed < 2 else "widen"
        return Reading(member=member, found=found, known=source, scanner=scanner, mode=mode, edge=None)

    # ---- writing

    def write(self, readings: Sequence[Reading]) -> None:
        """Write readings inside the caller's transaction, and all that follows from them."""
        heard: list[Heard] = []
        for reading in readings:
            self.raw.keeping.narrow(reading.scanner.scan)
            number = add_source(self.db, reading.member.agent.name, reading.found.path, reading.found.mtime)
            heard.append(
                Heard(source=number, agent=reading.member.agent.name, scan=reading.scanner.scan, mode=reading.mode)
            )
            self._remember(number, reading)
            self.report.read += 1
            self.report.bytes += reading.found.size - reading.start
        empty_sources(
            self.db, [one.known.id for one in readings if one.known and one.known.again and one.mode == "replace"]
        )
        heard, merged = merge(self.db, self.members, self.ingest, heard)
        written = self.ingest.write(heard)
        returned = [reading.known.id for reading in readings if reading.known is not None and reading.known.gone]
        touched = written.sessions | merged | set(sessions_of(self.db, returned))
        touched |= beside(self.db, self.members, self.ingest, heard)
        whole = {one.source: one.scan for one in heard if one.mode == "replace"}
        touched |= resolve(self.db, self.members, self.ingest, self.raw, {one.source for one in heard}, whole)
        settle(self.db, touched)
        settle_records(self.db, self.ingest, touched)

    def _remember(self, source: int, reading: Reading) -> None:
        found = reading.found
        scan, state = reading.scanner.finish()
        state = state if self.raw.keeping.raw else None
        self.db.execute(
            "UPDATE source SET size = ?, mtime = ?, inode = ?, offset = ?, edge = ?, state = ?, gone = 0, again = 0, torn = ?, "
            "changed = max(changed, ?) WHERE id = ?",
            (
                found.size,
                found.mtime,
                found.inode,
                scan.offset,
                reading.edge,
                msgspec.msgpack.encode(state) if state is not None else None,
                scan.torn.length if scan.torn else 0,
                reading.changed,
                source,
            ),
        )
        known = reading.known
        made = is_made(reading.member.agent, found.path)
        if known is not None and reading.mode != "append" and (known.again or not known.generation or made):
            self.raw.again(source)
        if self.raw.keeping.tier == 2:  # the events of the whole log are archived anew
            self.db.execute("UPDATE source SET kept = 0 WHERE id = ? AND NOT gone", (source,))
        if reading.union:
            self.raw.union(source)


def _inherited(known: SourceRow | None, mode: Mode) -> frozenset[int]:
    """What is added to what was counted of a fork is its own alone."""
    return inherited_keys(known) if known is not None and mode == "widen" else frozenset()


def _batches(todo: Sequence[Task]) -> Iterator[list[Task]]:
    batch: list[Task] = []
    size = 0
    for task in todo:
        batch.append(task)
        size += task.found.size - (task.stat.size if task.stat else 0)
        if size >= BATCH_BYTES or len(batch) >= BATCH_FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
