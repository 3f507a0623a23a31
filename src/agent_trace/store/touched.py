"""What sessions did to files: a row for each file of a session, written with its digest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from agent_trace.store.database import Database, numbers
from agent_trace.store.steps import FRESH, within

_LISTED = "(SELECT value FROM json_each(?))"


class Touched(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What was done to one file, by one session or by many."""

    path: str
    reads: int
    writes: int
    lines_added: int
    lines_removed: int
    last: int | None
    """UTC milliseconds."""
    sessions: int = 1
    """Root sessions that did it, or whose sub-agents did."""


# ---- writing


def write(db: Database, session: int, touched: Iterable[Touched]) -> None:
    """Store it inside the caller's transaction, in place of what stood there."""
    take_out(db, [session])
    files = list(touched)
    db.executemany("INSERT OR IGNORE INTO path (text) VALUES (?)", [(one.path,) for one in files])
    db.executemany(
        "INSERT INTO file VALUES ((SELECT id FROM path WHERE text = ?), ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "reads = reads + excluded.reads, writes = writes + excluded.writes, lines_added = lines_added + excluded.lines_added, "
        "lines_removed = lines_removed + excluded.lines_removed, last = max(ifnull(last, excluded.last), ifnull(excluded.last, last))",
        [
            (one.path, session, one.reads, one.writes, one.lines_added, one.lines_removed, one.last)
            for one in files
        ],
    )  # fmt: skip
    _paths_change(db, [session])


def take_out(db: Database, sessions: Iterable[int]) -> None:
    """Drop what these sessions did to files."""
    gone = list(sessions)
    _paths_change(db, gone)
    db.execute(f"DELETE FROM file WHERE session IN {_LISTED}", (numbers(gone),))


def _paths_change(db: Database, sessions: Iterable[int]) -> None:
    """The files of these sessions are to be summed anew; until then nothing is said of them together."""
    theirs, listed = f"SELECT path FROM file WHERE session IN {_LISTED}", (numbers(sessions),)
    db.execute(f"INSERT OR IGNORE INTO file_due {theirs}", listed)
    db.execute(f"DELETE FROM file_sum WHERE path IN ({theirs})", listed)


def sum_files(db: Database) -> None:
    """Sum the files that changed, inside the caller's transaction."""
    db.execute("INSERT OR REPLACE INTO file_sum " + _GROUPED % "path IN (SELECT path FROM file_due)")
    db.execute("DELETE FROM file_due")


def is_due(db: Database) -> bool:
    """Whether some files are to be summed."""
    return db.execute("SELECT 1 FROM file_due LIMIT 1").fetchone() is not None


def mask(db: Database, session: int, text: Callable[[str], str]) -> None:
    """The paths of a session's files as they may be stored, inside the caller's transaction; unused ones are dropped elsewhere."""
    files = [_one(*row) for row in db.execute(f"{_FILES} WHERE file.session = ?", (session,))]
    write(db, session, [msgspec.structs.replace(one, path=text(one.path)) for one in files])


# ---- reading

_FILES = (
    "SELECT path.text, file.reads, file.writes, file.lines_added, file.lines_removed, file.last, 1 "
    "FROM file JOIN path ON path.id = file.path"
)


def _one(path: str, reads: int, writes: int, added: int, removed: int, last: int | None, sessions: int) -> Touched:
    return Touched(
        path=path, reads=reads, writes=writes, lines_added=added, lines_removed=removed, last=last, sessions=sessions
    )


_ORDERS = {
    "sessions": "sessions DESC, writes DESC, reads DESC",
    "writes": "writes DESC, reads DESC",
    "reads": "reads DESC, writes DESC",
    "lines": "added + removed DESC, writes DESC",
    "recent": "last DESC",
    "path": "",
}
_GROUPED = """
SELECT file.path AS path, sum(reads) AS reads, sum(writes) AS writes, sum(lines_added) AS added, sum(lines_removed) AS removed,
    max(last) AS last, count(*) AS sessions FROM file WHERE %s GROUP BY file.path
"""


class Sums(msgspec.Struct, frozen=True):
    """Over all files of a selection."""

    count: int
    """Files."""
    reads: int
    writes: int
    lines_added: int
    lines_removed: int


def touched(
    db: Database, ids: Sequence[int] | None, *, file: str = "", order: str = "sessions", limit: int | None = None
) -> tuple[list[Touched], Sums]:
    """The files of these sessions, or of all, in an order, as many as a limit takes, and the sums over all; `file`: its path or its end."""
    source, values = _summed(db, ids, file)
    name = "(SELECT text FROM path WHERE id = one.path)"
    keys = ", ".join(key for key in (_ORDERS[order], name) if key)
    over = ", ".join(
        f"{sum_} OVER ()" for sum_ in ("count(*)", "sum(reads)", "sum(writes)", "sum(added)", "sum(removed)")
    )
    rows = db.execute(
        f"SELECT {name}, reads, writes, added, removed, last, sessions, {over} FROM ({source}) AS one ORDER BY {keys} LIMIT :limit",
        {**values, "limit": limit or -1},
    ).fetchall()
    return [_one(*row[:7]) for row in rows], Sums(*rows[0][7:]) if rows else Sums(0, 0, 0, 0, 0)


def _summed(db: Database, ids: Sequence[int] | None, file: str) -> tuple[str, dict[str, Any]]:
    """A query for the sums of each file, from those that are there already where these tell it."""
    if ids is None and not file and not _is_stale(db):
        ready = (
            "SELECT path, reads, writes, lines_added AS added, lines_removed AS removed, last, sessions FROM file_sum"
        )
        return f"{ready} UNION ALL {_GROUPED % 'path IN (SELECT path FROM file_due)'}", {}
    where, values = _of_files(db, ids, file)
    return _GROUPED % where, values


_OLD = f"SELECT session FROM outcome WHERE NOT ({FRESH})"


def _is_stale(db: Database) -> bool:
    """Whether something is stored of an older reading, which counts nowhere."""
    return db.execute(f"SELECT 1 FROM file WHERE session IN ({_OLD}) LIMIT 1").fetchone() is not None


def _of_files(db: Database, ids: Sequence[int] | None, file: str) -> tuple[str, dict[str, Any]]:
    """The condition under which a row of `file` is of these sessions and of this file, and its values."""
    where, values = within("session", ids)
    parts = [where]
    if _is_stale(db):
        parts.append(f"session NOT IN ({_OLD})")
    if file:
        parts.append(
            "path IN (SELECT id FROM path WHERE text = :file OR substr(text, -length(:file) - 1) = '/' || :file)"
        )
        values["file"] = file
    return " AND ".join(parts), values


class TouchedBy(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one session did to one file."""

    session: int
    """Row id."""
    path: str
    reads: int
    writes: int
    lines_added: int
    lines_removed: int
    last: int | None


def touched_by(db: Database, ids: Sequence[int] | None, file: str, limit: int | None = None) -> list[TouchedBy]:
    """The sessions that touched a file, by its path or its end; the last one first."""
    where, values = _of_files(db, ids, file)
    rows = db.execute(
        "SELECT session, (SELECT text FROM path WHERE id = file.path) AS name, reads, writes, lines_added, lines_removed, last "
        f"FROM file WHERE {where} ORDER BY last DESC, session, name LIMIT :limit",
        {**values, "limit": limit or -1},
    )
    return [
        TouchedBy(
            session=session, path=path, reads=reads, writes=writes, lines_added=added, lines_removed=removed, last=last
        )
        for session, path, reads, writes, added, removed, last in rows
    ]


def top_files(db: Database, ids: Sequence[int] | None, limit: int) -> list[tuple[str, Touched]]:
    """(project, file) of the files that most sessions of each project touched, `limit` of each."""
    where, values = _of_files(db, ids, "")
    rows = db.execute(
        "SELECT project, (SELECT text FROM path WHERE id = path) AS name, reads, writes, added, removed, last, sessions FROM ("
        "SELECT *, row_number() OVER (PARTITION BY project ORDER BY sessions DESC, writes DESC, reads DESC, path) AS place FROM ("
        "SELECT (SELECT ifnull(r.repo, ifnull(r.cwd, '')) FROM session AS s JOIN session AS r ON r.id = s.root "
        "WHERE s.id = file.session) AS project, file.path AS path, sum(reads) AS reads, sum(writes) AS writes, "
        "sum(lines_added) AS added, sum(lines_removed) AS removed, max(last) AS last, count(*) AS sessions "
        f"FROM file WHERE {where} GROUP BY project, file.path)) WHERE place <= :most ORDER BY project, place",
        {**values, "most": limit},
    )
    return [
        (
            project,
            Touched(
                path=path, reads=reads, writes=writes, lines_added=added, lines_removed=removed, last=last,
                sessions=sessions,
            ),
        )
        for project, path, reads, writes, added, removed, last, sessions in rows
    ]  # fmt: skip
