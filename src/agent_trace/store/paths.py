"""How the paths of logs are written in the index: as they are, or, at tier 1, as names that only `sources.db` explains."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import sqlite3
from collections.abc import Iterable

_NAME = re.compile(r"~[0-9a-f]{32}#?\Z")
_KEY_BYTES = 32
_MARK = "#"


def make_file(path: str) -> None:
    """An empty file that only its owner can read, where there is none. Raises OSError where it cannot be written.

    A file that is there is not opened: closing any descriptor of it would drop the locks that this process has on it
    through its other connections, and another process would take the write-ahead log away beneath them.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path) from None


class Paths:
    """Paths as they are."""

    hides = False

    def stored(self, path: str) -> str:
        """What the index holds of a path."""
        return path

    def real(self, stored: str) -> str:
        """The path that the index means."""
        return stored

    def close(self) -> None:
        """Nothing is open."""


class HiddenPaths(Paths):
    """Keyed hashes in the index; the paths, and the key, in a file of their own."""

    hides = True

    def __init__(self, file: str) -> None:
        make_file(file)
        self.connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self.connection.execute("PRAGMA secure_delete = ON")
        self.connection.execute("CREATE TABLE IF NOT EXISTS path (name TEXT PRIMARY KEY, path BLOB NOT NULL)")
        self.connection.execute("CREATE TABLE IF NOT EXISTS key (key BLOB NOT NULL)")
        self.key = self._own_key()
        self.names: dict[str, str] = {}
        self._read()

    def _own_key(self) -> bytes:
        row = self.connection.execute("SELECT key FROM key").fetchone()
        if row is not None:
            return bytes(row[0])
        key = os.urandom(_KEY_BYTES)
        self.connection.execute("INSERT INTO key VALUES (?)", (key,))
        return key

    def _read(self) -> None:
        rows = self.connection.execute("SELECT name, path FROM path").fetchall()
        self.names = {name: os.fsdecode(bytes(path)) for name, path in rows}

    def stored(self, path: str) -> str:
        """A name for the path, which is written down before this returns. The place of a database's mark stays visible."""
        if _NAME.match(path):
            return path
        digest = hashlib.blake2b(os.fsencode(path), key=self.key, digest_size=16).hexdigest()
        name = f"~{digest}{_MARK if _MARK in path else ''}"
        if name not in self.names:
            self.connection.execute("INSERT OR IGNORE INTO path VALUES (?, ?)", (name, os.fsencode(path)))
            self.names[name] = path
        return name

    def real(self, stored: str) -> str:
        """The path; a name that nothing explains stays one, and no file has it."""
        if stored not in self.names and _NAME.match(stored):
            self._read()  # another process may have written it
        return self.names.get(stored, stored)

    def keep_only(self, names: Iterable[str]) -> None:
        """Drop what no row of the index refers to any more."""
        kept = set(names)
        dropped = [(name,) for name in self.names if name not in kept]
        self.connection.executemany("DELETE FROM path WHERE name = ?", dropped)
        self.connection.execute("VACUUM")
        self._read()

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
