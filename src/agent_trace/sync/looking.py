"""Looking what is new: which logs there are, which of them changed, which are gone. Nothing is read but directories.

It is apart from the reading because most starts find nothing new, and a start must not load what it does not need.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from agent_trace.store.database import Database
from agent_trace.store.sources import Stat, stats
from agent_trace.sync.databases import MARK
from agent_trace.sync.discovery import logs
from agent_trace.sync.found import Found
from agent_trace.sync.homes import homes
from agent_trace.sync.members import Member
from agent_trace.sync.opening import look_up
from agent_trace.sync.progress import FirstReport, Problem

MARKS = "databases"
"""Under this name the index remembers what each database looked like when all of it had been read."""

IsForgotten = Callable[[str, str], bool]
"""(agent, id of a root session or path of a log) → whether the person had it forgotten."""


class Task(msgspec.Struct, kw_only=True):
    """A log that has something new."""

    member: Member
    found: Found
    stat: Stat | None


class Looked(msgspec.Struct, kw_only=True):
    """What there is to do."""

    tasks: list[Task]
    """Logs with something new, oldest first."""
    lost: list[int]
    """Logs that are no longer there."""
    unlisted: list[Stat]
    """Logs that must be read anew and are no longer there: from the archive."""
    report: FirstReport
    marks: dict[str, str] = msgspec.field(default_factory=dict)
    """Database → what changes when it does."""

    @property
    def is_nothing(self) -> bool:
        """True where the index is up to date."""
        return not (self.tasks or self.lost or self.unlisted)


def look(
    db: Database,
    members: Mapping[str, Member],
    environment: Mapping[str, str],
    extra: Sequence[Found] = (),
    *,
    is_forgotten: IsForgotten | None = None,
) -> Looked:
    """Compare every home of every agent, and the logs that were imported, with what is known."""
    begun = time.perf_counter()
    looked = Looked(tasks=[], lost=[], unlisted=[], report=FirstReport())
    before = _marks(db)
    for member in members.values():
        _look(db, member, environment, extra, looked, is_forgotten, before)
    looked.tasks.sort(key=lambda task: (task.found.mtime, task.found.path))
    looked.report.seconds = time.perf_counter() - begun
    return looked


def _look(
    db: Database,
    member: Member,
    environment: Mapping[str, str],
    extra: Sequence[Found],
    looked: Looked,
    is_forgotten: IsForgotten | None,
    before: Mapping[str, str],
) -> None:
    name, report = member.agent.name, looked.report
    roots = homes(member.agent, environment)
    report.homes[name] = roots
    known = stats(db, name)
    unread: list[Problem] = []
    here = logs(
        member.agent,
        roots,
        lambda path, reason: unread.append(Problem(path, reason)),
        lambda file: _as_it_was(file, known, before, looked),
    )
    report.problems += unread
    present = {found.path: found for found in (*here, *(one for one in extra if one.agent == name))}
    report.files += len(present)
    missing = [one for path, one in known.items() if path not in present]
    present.update((found.path, found) for found in _again(member, missing, looked))
    busy = tuple(problem.path + MARK for problem in unread)
    for one in missing:
        if not (one.path in present or one.gone or one.again or os.path.exists(one.path) or one.path.startswith(busy)):
            looked.lost.append(one.id)
    for path, found in present.items():
        stat = known.get(path)
        if _differs(found, stat) and not (is_forgotten is not None and _is_forgotten(member, path, is_forgotten)):
            looked.tasks.append(Task(member=member, found=found, stat=stat))


def _marks(db: Database) -> dict[str, str]:
    text = db.meta(MARKS)
    held = {} if text is None else msgspec.json.decode(text, type=dict[str, str])
    return {db.paths.real(path): mark for path, mark in held.items()}


def _as_it_was(file: Found, known: Mapping[str, Stat], before: Mapping[str, str], looked: Looked) -> list[Found] | None:
    """The sessions of a database that nobody has written to since it was looked at; None where it must be opened."""
    mark = looked.marks[file.path] = _mark(file)
    if before.get(file.path) != mark:
        return None
    start = file.path + MARK
    return [
        Found(one.path, file.agent, one.size, one.mtime, one.inode)
        for path, one in known.items()
        if path.startswith(start) and not one.gone
    ]


def _mark(file: Found) -> str:
    """What changes when somebody writes to a database: it, or its write-ahead log."""
    try:
        log = os.stat(file.path + "-wal")
    except OSError:
        return f"{file.size} {file.mtime} {file.inode}"
    return f"{file.size} {file.mtime} {file.inode} {log.st_size} {log.st_mtime_ns}"


def remember_databases(db: Database, looked: Looked) -> None:
    """To be called when all that was found is read: databases that stay as they are need not be opened again."""
    troubled = tuple(problem.path for problem in looked.report.problems)
    marks = {path: mark for path, mark in looked.marks.items() if not any(one.startswith(path) for one in troubled)}
    if marks != _marks(db):
        with db.transaction():
            told = {db.paths.stored(path): mark for path, mark in marks.items()}
            db.remember(MARKS, msgspec.json.encode(told).decode())


def _is_forgotten(member: Member, path: str, is_forgotten: IsForgotten) -> bool:
    key = member.place(path).session
    return any(is_forgotten(member.agent.name, name) for name in (key, key.partition("/")[0], path))


def _again(member: Member, missing: Iterable[Stat], looked: Looked) -> Iterator[Found]:
    """Logs that must be read anew and lie in no home that is looked at now: where they are, else in the archive."""
    for one in missing:
        if not one.again:
            continue
        try:
            yield look_up(member, one.path)
        except OSError:
            looked.unlisted.append(one)


def _differs(found: Found, stat: Stat | None) -> bool:
    if stat is None or stat.gone or stat.again:
        return True
    return found.size != stat.size or found.mtime != stat.mtime or found.inode != stat.inode
