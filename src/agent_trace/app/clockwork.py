"""When an answer that was given before is still right: a mark of the index, of the person's notes and of the settings."""

from __future__ import annotations

import os
import sqlite3
import threading

from agent_trace.config import Config


class IndexMark:
    """Tells whether anything was written since; asks the file itself, so that other processes count too.

    One connection that never writes; any thread may ask. Close it when done.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        self._opened = 0

    def read(self) -> tuple[int, ...]:
        """Differs from every earlier one if something was written in between."""
        with self._lock:
            return (*self._index(), *(part for path in self._beside for part in _stamp(path)))

    @property
    def _beside(self) -> tuple[str, ...]:
        """Files that have a say in answers."""
        names = ("config.toml", "prices.json")
        return (self.config.annotations, *(os.path.join(self.config.home, name) for name in names))

    def _index(self) -> tuple[int, int]:
        inode = _stamp(self.config.database)[2]
        if self._connection is None or inode != self._inode:
            self._drop()
            if not inode:
                return 0, 0
            address = f"file:{_quoted(self.config.database)}?mode=ro"
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
            self._inode, self._opened = inode, self._opened + 1
        try:
            (count,) = self._connection.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            self._drop()
            return self._opened, -1
        return self._opened, int(count)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def close(self) -> None:
        with self._lock:
            self._drop()


def _stamp(path: str) -> tuple[int, int, int]:
    """Size, time and inode of a file; zeros where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return 0, 0, 0
    return found.st_size, found.st_mtime_ns, found.st_ino


def _quoted(path: str) -> str:
    """A path within an address."""
    from urllib.parse import quote

    return quote(os.path.abspath(path))
