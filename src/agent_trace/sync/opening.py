"""Opening a log: a file of lines as it lies there, or one made of a database's rows or of several files."""

from __future__ import annotations

import io
import os
import sqlite3
from collections.abc import Iterable
from typing import BinaryIO

from agent_trace.model.agent import Database
from agent_trace.sync.bundles import bundle_of, found_bundle, lines_of
from agent_trace.sync.databases import MARK, database_of, rows_of, sessions_in
from agent_trace.sync.found import Found
from agent_trace.sync.members import Member


def open_log(member: Member, path: str) -> BinaryIO:
    """A log as a file of lines. Raises OSError; FileNotFoundError where there is nothing of it any more."""
    database = database_of(member.agent, path)
    if database is not None:
        return _rows(database, path)
    bundle = bundle_of(member.agent, path)
    return open(path, "rb") if bundle is None else _file(lines_of(bundle, path, member.lines))


def _rows(database: Database, path: str) -> BinaryIO:
    try:
        rows = list(rows_of(database, path))
    except sqlite3.Error as error:
        raise OSError(5, f"its database cannot be read: {error}", path) from error
    if not rows:
        raise FileNotFoundError(2, "the session is no longer in its database", path)
    return _file(rows)


def _file(rows: Iterable[bytes]) -> BinaryIO:
    return io.BytesIO(b"".join(_one_line(row) + b"\n" for row in rows if row.strip()))


def _one_line(row: bytes) -> bytes:
    return row.replace(b"\r", b" ").replace(b"\n", b" ") if b"\n" in row or b"\r" in row else row


def length(file: BinaryIO) -> int:
    """Bytes of an opened log."""
    return file.getbuffer().nbytes if isinstance(file, io.BytesIO) else os.fstat(file.fileno()).st_size


def look_up(member: Member, path: str) -> Found:
    """A log as the directory shows it now. Raises OSError."""
    database = database_of(member.agent, path)
    if database is not None:
        return _session(database, member.agent.name, path)
    bundle = bundle_of(member.agent, path)
    if bundle is not None:
        return found_bundle(bundle, member.agent.name, path)
    status = os.stat(path)
    return Found(path, member.agent.name, status.st_size, status.st_mtime_ns, status.st_ino)


def _session(database: Database, agent: str, path: str) -> Found:
    try:
        found = {one.path: one for one in sessions_in(database, agent, path.rpartition(MARK)[0])}
    except sqlite3.Error as error:
        raise OSError(5, f"its database cannot be read: {error}", path) from error
    if path not in found:
        raise FileNotFoundError(2, "the session is no longer in its database", path)
    return found[path]
