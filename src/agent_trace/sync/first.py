"""The first tier: one fast pass over what is new, and all that a Summary and the ledger hold is right."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from agent_trace.store.database import Database
from agent_trace.store.ingest import Heard, Ingest, Mode
from agent_trace.store.settle import settle
from agent_trace.store.sources import Stat, add_source, mark_gone, sessions_of, sources, stats
from agent_trace.sync.discovery import Found, homes, logs
from agent_trace.sync.families import beside, settle_records
from agent_trace.sync.forks import resolve
from agent_trace.sync.members import Member, Scanner
from agent_trace.sync.rawlog import RawLogs
from agent_trace.sync.reading import compare, edge, pieces

BATCH_BYTES = 64 * 1024 * 1024
BATCH_FILES = 400


class Problem(msgspec.Struct, frozen=True):
    """A log that could not be read, and why."""

    path: str
    reason: str


class Progress(msgspec.Struct, kw_only=True):
    """How far a pass has come."""

    done: int = 0
    """Bytes."""
    total: int = 0
    files: int = 0


Told = Callable[[Progress], None]


class FirstReport(msgspec.Struct, kw_only=True):
    """What the first tier did."""

    files: int = 0
    read: int = 0
    """Files that had something new."""
    bytes: int = 0
    gone: int = 0
    problems: list[Problem] = msgspec.field(default_factory=list)
    homes: dict[str, list[str]] = msgspec.field(default_factory=dict)
    seconds: float = 0.0


class Reading(msgspec.Struct, kw_only=True):
    """One log as just read, before it is written."""

    found: Found
    scanner: Any
    mode: Mode
    changed: bool
    edge: bytes
    start: int


class FirstTier:
    """Brings the index up to date with the logs."""

    def __init__(self, db: Database, members: Mapping[str, Member], raw: RawLogs, told: Told = lambda _: None) -> None:
        self.db, self.members, self.raw, self.told = db, members, raw, told
        self.ingest = Ingest(db)
        self.report = FirstReport()
        self.progress = Progress()

    def run(self, environment: Mapping[str, str], extra: Sequence[Found] = (), *, only: Iterable[str] | None = None) -> FirstReport:
        """Look at every home of every agent; read what is new."""
        begun = time.perf_counter()
        todo: list[tuple[Member, Found, Stat | None]] = []
        for member in self.members.values():
            todo += self._changed(member, environment, extra)
        self.progress.total = sum(max(0, found.size - (stat.size if stat else 0)) for _, found, stat in todo)
        for batch in _batches(todo):
            self._batch(batch)
        self.report.seconds = time.perf_counter() - begun
        return self.report

    def _changed(
        self, member: Member, environment: Mapping[str, str], extra: Sequence[Found]
    ) -> list[tuple[Member, Found, Stat | None]]:
        name = member.agent.name
        roots = homes(member.agent, environment)
        self.report.homes[name] = roots
        known = stats(self.db, name)
        present = {found.path: found for found in (*logs(member.agent, roots), *(one for one in extra if one.agent == name))}
        self.report.files += len(present)
        self._lost(known, present, roots)
        changed = [(member, found, known.get(path)) for path, found in present.items() if _differs(found, known.get(path))]
        return sorted(changed, key=lambda one: (one[1].mtime, one[1].path))

    def _lost(self, known: Mapping[str, Stat], present: Mapping[str, Found], roots: Sequence[str]) -> None:
        lost = [one for path, one in known.items() if path not in present and not one.gone and not os.path.exists(path)]
        if not lost:
            return
        with self.db.transaction():
            mark_gone(self.db, [one.id for one in lost])
            settle(self.db, sessions_of(self.db, [one.id for one in lost]))
        self.report.gone += len(lost)

    # ---- a batch

    def _batch(self, batch: Sequence[tuple[Member, Found, Stat | None]]) -> None:
        known = sources(self.db, [stat.id for _, _, stat in batch if stat])
        readings: list[tuple[Member, Reading, int | None]] = []
        for member, found, stat in batch:
            try:
                reading = self._read(member, found, known[stat.id] if stat else None)
            except OSError as error:
                self.report.problems.append(Problem(found.path, error.strerror or str(error)))
                continue
            if reading is not None:
                readings.append((member, reading, stat.id if stat else None))
        if readings:
            with self.db.transaction():
                self._write(readings)

    def _read(self, member: Member, found: Found, known: Any) -> Reading | None:
        with open(found.path, "rb") as file:
            status = os.fstat(file.fileno())
            found = Found(found.path, found.agent, status.st_size, status.st_mtime_ns, status.st_ino)
            how = compare(known, file)
            start = known.offset if known is not None and how == "tail" else 0
            if how == "rewritten":
                return self._reread(member, found, known, file)
            scanner = member.scanner(found.path, known.state if known is not None and start else None)
            self._feed(scanner, pieces(file, start, found.size))
            scan, _ = scanner.finish()
            if scan.again:
                scanner = member.scanner(found.path, None)
                self._feed(scanner, pieces(file, 0, found.size, max(found.size, 1)))
                return self._reading(found, scanner, "replace", file, 0)
            return self._reading(found, scanner, "append" if start else "replace", file, start)

    def _reading(self, found: Found, scanner: Scanner, mode: Mode, file: Any, start: int, *, changed: bool = False) -> Reading:
        return Reading(
            found=found, scanner=scanner, mode=mode, changed=changed, edge=edge(file, scanner.scan.offset), start=start
        )

    def _reread(self, member: Member, found: Found, known: Any, file: Any) -> Reading:
        """A log that was cut, replaced or rewritten: what the archive holds of it comes first and stays."""
        scanner = member.scanner(found.path, None)
        kept = self.raw.archived_lines(known)
        if kept is None:
            self._feed(scanner, pieces(file, 0, found.size, max(found.size, 1)))
            shrunk = found.size < known.offset or edge(file, min(known.offset, found.size)) != known.edge
            return self._reading(found, scanner, "widen", file, 0, changed=shrunk)
        now = {line for _, data, _ in pieces(file, 0, found.size) for line in data.split(b"\n")}
        vanished = any(line not in now for line in kept)
        seen = set(kept)
        fresh = [line for _, data, _ in pieces(file, 0, found.size) for line in data.split(b"\n") if line and line not in seen]
        scanner.feed(b"".join(line + b"\n" for line in (*kept, *fresh)), 0)
        scanner.scan.offset = found.size
        return self._reading(found, scanner, "replace", file, 0, changed=vanished)

    def _feed(self, scanner: Scanner, stream: Iterator[tuple[int, bytes, bool]]) -> None:
        for offset, data, last in stream:
            scanner.feed(data, offset, final=last)
            self.progress.done += len(data)
            self.told(self.progress)
        self.progress.files += 1

    def _write(self, readings: Sequence[tuple[Member, Reading, int | None]]) -> None:
        heard = []
        for member, reading, source in readings:
            number = source or add_source(self.db, member.agent.name, reading.found.path, reading.found.mtime)
            scan, state = reading.scanner.finish()
            heard.append(Heard(source=number, agent=member.agent.name, scan=scan, mode=reading.mode))
            self._remember(number, reading, scan, state)
            self.report.read += 1
            self.report.bytes += reading.found.size - reading.start
        written = self.ingest.write(heard)
        touched = written.sessions
        touched |= beside(self.db, self.members, self.ingest, heard)
        whole = {one.source: one.scan for one in heard if one.mode == "replace"}
        touched |= resolve(self.db, self.members, self.ingest, self.raw, {one.source for one in heard}, whole)
        settle(self.db, touched)
        settle_records(self.db, self.ingest, touched)

    def _remember(self, source: int, reading: Reading, scan: Any, state: Any) -> None:
        found = reading.found
        self.db.execute(
            "UPDATE source SET size = ?, mtime = ?, inode = ?, offset = ?, edge = ?, state = ?, gone = 0, torn = ?, "
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
        if reading.mode != "append":
            self.raw.rewritten(source, union=reading.mode == "replace" and reading.changed)


def _differs(found: Found, stat: Stat | None) -> bool:
    return stat is None or bool(stat.gone) or (found.size, found.mtime, found.inode) != (stat.size, stat.mtime, stat.inode)


def _batches(todo: Sequence[tuple[Member, Found, Stat | None]]) -> Iterator[list[tuple[Member, Found, Stat | None]]]:
    batch: list[tuple[Member, Found, Stat | None]] = []
    size = 0
    for one in todo:
        batch.append(one)
        size += one[1].size - (one[2].size if one[2] else 0)
        if size >= BATCH_BYTES or len(batch) >= BATCH_FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
