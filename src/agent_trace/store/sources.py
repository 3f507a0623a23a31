"""The logs that the index knows, and how far each was read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from agent_trace.model.scan import Part
from agent_trace.store.database import Database, numbers


class SourceRow(msgspec.Struct, gc=False):
    """A log as the index remembers it."""

    id: int
    path: str
    agent: str
    size: int
    mtime: int
    """Nanoseconds."""
    inode: int
    offset: int
    edge: bytes | None
    state: bytes | None
    born: int
    gone: int
    again: int
    """It is to be read anew, from wherever it is: what is stored of it stays until then."""
    changed: int
    """1: it lacks lines that were read before; 2: some of these are in no archive either."""
    torn: int
    kept: int
    generation: int
    archive_size: int
    form: int
    """1: the archive holds events, the log that reports read; 0: the log's own records."""
    indexed: int
    events: int
    reader: bytes | None
    inherited: bytes | None


_SELECT = (
    "SELECT id, path, agent, size, mtime, inode, offset, edge, state, born, gone, again, changed, torn, kept, generation, "
    "archive_size, form, indexed, events, reader, inherited FROM source "
)


class Stat(msgspec.Struct, gc=False):
    """What tells whether a log has changed."""

    id: int
    path: str
    size: int
    mtime: int
    inode: int
    gone: int
    again: int
    archive_size: int


def inherited_keys(source: SourceRow) -> frozenset[int]:
    """Keys of the rows of a log that another session made."""
    return frozenset(msgspec.msgpack.decode(source.inherited, type=list[int])) if source.inherited else frozenset()


NO_RECORDS = "generation = 0, changed = CASE WHEN changed THEN 2 ELSE 0 END"
"""No record of a log is archived any more: what it lost before is in no archive either, and what was counted stays."""


def stats(db: Database, agent: str) -> dict[str, Stat]:
    """What tells whether a log has changed, by path."""
    rows = db.execute(
        "SELECT id, path, size, mtime, inode, gone, again, archive_size FROM source WHERE agent = ?", (agent,)
    )
    known = [Stat(*row) for row in rows]
    for one in known if db.paths.hides else ():
        one.path = db.paths.real(one.path)
    return {one.path: one for one in known}


def sources(db: Database, ids: Iterable[int]) -> dict[int, SourceRow]:
    """Logs by their row ids."""
    rows = db.execute(_SELECT + "WHERE id IN (SELECT value FROM json_each(?))", (numbers(ids),))
    return {row[0]: _row(db, row) for row in rows}


def all_sources(db: Database) -> list[SourceRow]:
    """Every log, in the order they were found."""
    return [_row(db, row) for row in db.execute(_SELECT + "ORDER BY id")]


def _row(db: Database, row: Sequence[Any]) -> SourceRow:
    found = SourceRow(*row)
    found.path = db.paths.real(found.path)
    return found


def sources_of(db: Database, session: int) -> list[SourceRow]:
    """The logs of a session, in the order they were found; what a database tells beside a log comes behind it.

    Events are numbered in this order, and the row of a database may change at any time.
    """
    where = "WHERE id IN (SELECT source FROM part WHERE session = ?) ORDER BY instr(path, '#') > 0, id"
    rows = db.execute(_SELECT + where, (session,))
    return [_row(db, row) for row in rows]


def keys_of(db: Database, source: int) -> tuple[str, ...]:
    """The ids of the sessions in a log."""
    rows = db.execute(
        "SELECT key FROM part JOIN session ON session.id = part.session WHERE source = ? ORDER BY key", (source,)
    )
    return tuple(row[0] for row in rows)


def add_source(db: Database, agent: str, path: str, born: int) -> int:
    """The row id of a log, made where it is new."""
    path = db.paths.stored(path)
    row = db.execute("SELECT id FROM source WHERE path = ?", (path,)).fetchone()
    if row is not None:
        return int(row[0])
    statement = "INSERT INTO source (agent, path, size, mtime, inode, born) VALUES (?, ?, 0, 0, 0, ?)"
    return int(db.execute(statement, (agent, path, born)).lastrowid or 0)


def adopt_source(db: Database, agent: str, path: str, *, size: int, kept: int, generation: int, form: int) -> None:
    """Make a log known of which only the archived copy is known: it is to be read."""
    try:
        born = os.stat(path).st_mtime_ns
    except OSError:
        born = 0
    source = add_source(db, agent, path, born)
    db.execute(
        "UPDATE source SET archive_size = ?, kept = ?, generation = ?, form = ?, again = 1 "
        "WHERE id = ? AND NOT archive_size",
        (size, kept, generation, form, source),
    )


def sessions_of(db: Database, source_ids: Iterable[int]) -> list[int]:
    """Row ids of the sessions that these logs tell of."""
    rows = db.execute(
        "SELECT DISTINCT session FROM part WHERE source IN (SELECT value FROM json_each(?))", (numbers(source_ids),)
    )
    return [row[0] for row in rows]


def rows_in(db: Database, source: int) -> int:
    """How many rows a log had when it was read."""
    found = db.execute("SELECT data FROM part WHERE source = ?", (source,)).fetchall()
    return sum(msgspec.msgpack.decode(row[0], type=Part).rows for row in found)


def peers(db: Database, source_ids: Iterable[int]) -> dict[int, set[int]]:
    """The logs that share rows with these, directly or through others: each with its neighbours."""
    edges: dict[int, set[int]] = {}
    wave = set(source_ids)
    while wave:
        rows = db.execute(
            "SELECT source, other FROM peer WHERE source IN (SELECT value FROM json_each(?))", (numbers(wave),)
        ).fetchall()
        for source, other in rows:
            edges.setdefault(source, set()).add(other)
        wave = {other for _, other in rows} - edges.keys()
    return edges


def copies_of(db: Database, session: int) -> tuple[str, ...]:
    """The ids of the roots whose logs hold rows that a session made; of a session that is a copy itself none can be told."""
    own = sources_of(db, session)
    if any(inherited_keys(one) for one in own):
        return ()
    rows = db.execute(
        "SELECT DISTINCT session.key FROM peer JOIN source ON source.id = peer.other JOIN part ON part.source = source.id "
        "JOIN session ON session.id = part.session AND session.root = session.id "
        "WHERE peer.source IN (SELECT value FROM json_each(?)) AND source.inherited IS NOT NULL AND session.id <> ? "
        "ORDER BY session.started, session.key",
        (numbers([one.id for one in own]), session),
    )
    return tuple(row[0] for row in rows)


def mark_again(db: Database, ids: Iterable[int]) -> None:
    """What is stored of these logs stays until they have been read anew."""
    db.execute(
        "UPDATE source SET again = 1, inherited = NULL WHERE id IN (SELECT value FROM json_each(?))", (numbers(ids),)
    )


def mark_gone(db: Database, ids: Sequence[int]) -> None:
    """Their files are no more; what was read of them stays."""
    db.executemany("UPDATE source SET gone = 1, again = 0 WHERE id = ?", [(one,) for one in ids])


def due(db: Database, *, keeps: bool) -> int:
    """Bytes that the first tier has read and the second has not, as far as it can; `keeps`: it archives too."""
    row = db.execute(_DUE, (keeps,)).fetchone()
    return int(row[0])


_DUE = """
SELECT ifnull(sum(max(0, CASE WHEN form THEN 0 ELSE offset - indexed END,
    CASE WHEN ? AND NOT gone THEN offset - kept ELSE 0 END)), 0)
FROM source WHERE generation = 0 AND (NOT gone OR (archive_size AND kept >= offset))
"""


def bytes_of(db: Database, sessions: Iterable[int]) -> dict[int, int]:
    """Session → bytes of its logs, as far as they were read."""
    rows = db.execute(
        "SELECT part.session, sum(offset) FROM part JOIN source ON source.id = part.source "
        "WHERE part.session IN (SELECT value FROM json_each(?)) GROUP BY 1",
        (numbers(sessions),),
    )
    return dict(rows.fetchall())
