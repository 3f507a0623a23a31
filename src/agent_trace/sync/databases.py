"""Sessions that lie in an SQLite file: each becomes a log of JSON lines, one for each of its rows.

The file belongs to a program that may be writing to it: it is read in short transactions, nothing is locked for long
and nothing is left beside it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

from agent_trace.model.agent import Agent, Database
from agent_trace.sync.found import Found
from agent_trace.sync.globs import tail

MARK = "#"
"""Between a database's path and a session's id."""
BUSY_S = 2.0
HEADER = b"SQLite format 3\x00"


def file_of(path: str) -> str:
    """The file that a log lies in: its own path, or that of its database."""
    return path.rpartition(MARK)[0] if MARK in path and not os.path.exists(path) else path


def database_of(agent: Agent, path: str) -> Database | None:
    """What describes the database that a session's path names; None where the path names a file."""
    if not agent.databases or MARK not in path:
        return None
    file = path.rpartition(MARK)[0].replace("\\", "/")
    return next((one for one in agent.databases if tail(one.file).search(file)), agent.databases[0])


def sessions_in(database: Database, agent: str, path: str) -> list[Found]:
    """Every session of a database, as its rows show them. Raises OSError, sqlite3.Error."""
    inode = os.stat(path).st_ino
    statements = (database.sessions,) if isinstance(database.sessions, str) else database.sessions
    found: dict[str, Found] = {}
    with reading(path) as connection:
        for _, cursor in _answers(connection, statements):
            for name, size, time in cursor:
                one = Found(f"{path}{MARK}{name}", agent, int(size or 0), int(time or 0) * 10**6, inode)
                found[one.path] = _both(found.get(one.path), one)
    return list(found.values())


def _both(held: Found | None, one: Found) -> Found:
    """A session that two versions of its agent wrote in tables of their own."""
    if held is None:
        return one
    return msgspec.structs.replace(one, size=held.size + one.size, mtime=max(held.mtime, one.mtime))


def _answers(
    connection: sqlite3.Connection, statements: Iterable[str], **values: str
) -> Iterator[tuple[int, sqlite3.Cursor]]:
    """What a file answers, with the statement's place. Raises sqlite3.Error where it has the tables of none."""
    missing: sqlite3.Error | None = None
    is_known = False
    for number, statement in enumerate(statements):
        try:
            cursor = connection.execute(statement, values)
        except sqlite3.OperationalError as error:
            if not str(error).startswith("no such table"):
                raise
            missing = missing or error
            continue
        is_known = True
        yield number, cursor
    if missing is not None and not is_known:
        raise missing


def rows_of(database: Database, path: str) -> Iterator[bytes]:
    """One session's rows as JSON lines. Raises OSError, sqlite3.Error."""
    file, _, session = path.rpartition(MARK)
    with reading(file) as connection:
        for number, cursor in _answers(connection, [statement for _, statement in database.rows], id=session):
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield _line({"table": database.rows[number][0], **dict(zip(names, row, strict=True))})


def _line(row: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode({name: _plain(value) for name, value in row.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) and not value.isascii() else value


@contextmanager
def reading(path: str) -> Iterator[sqlite3.Connection]:
    """A database opened to be read. Raises OSError, sqlite3.Error."""
    if not os.path.exists(path):
        raise FileNotFoundError(2, "there is no such database", path)
    connection = _connected(path)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        yield connection
    finally:
        connection.close()


def _connected(path: str) -> sqlite3.Connection:
    """Where there is no write-ahead log, nobody has the file open in that mode; opening it as usual would leave one."""
    quiet = _has_wal_mode(path) and not os.path.exists(path + "-wal")
    try:
        return _opened(path, "mode=ro&immutable=1" if quiet else "mode=ro")
    except sqlite3.OperationalError:
        return _copied(path)


def _opened(path: str, how: str) -> sqlite3.Connection:
    name = os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = sqlite3.connect(f"file:{name}?{how}", uri=True, timeout=BUSY_S)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _copied(path: str) -> sqlite3.Connection:
    """A copy in memory of a database that cannot be opened where it lies: its folder cannot be written to."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for part in ("", "-wal"):
            if os.path.exists(path + part):
                shutil.copyfile(path + part, os.path.join(folder, "copy" + part))
        source, copy = sqlite3.connect(os.path.join(folder, "copy")), sqlite3.connect(":memory:")
        try:
            source.backup(copy)
        except sqlite3.Error:
            copy.close()
            raise
        finally:
            source.close()
    return copy


def _has_wal_mode(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(20)[18:20] == b"\x02\x02"
