"""Opening the index: one SQLite file in WAL mode that several processes share."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import msgspec

from agent_trace.errors import CorruptStoreError, NewerStoreError, UnreachableError, UnreadableError
from agent_trace.store.paths import Paths, make_file
from agent_trace.store.schema import DATA_VERSION, TABLES

MEMORY = ":memory:"
_BUSY_MS = 30_000
_DAMAGE = ("malformed", "not a database", "disk image", "corrupt")
_SHORTAGE = ("full", "readonly", "disk i/o error", "unable to open")


class Database:
    """A connection and the few things every query needs."""

    def __init__(self, connection: sqlite3.Connection, path: str, version: int) -> None:
        self.connection = connection
        self.path = path
        self.version = version
        """DATA_VERSION of what is stored: lower than ours until a rebuild is done."""
        self.paths = Paths()
        """How paths of logs are written in it."""
        self.titles: Callable[[], Mapping[tuple[str, str], str]] = dict
        """(agent, id) of sessions that the person named → the name: it lies beside the index, and wins."""
        self.time_key: Callable[[int], str] = str
        """What the function `time_key` of SQL gives for a UTC quarter-hour."""
        connection.create_function("time_key", 1, self._time_key)
        self.execute = connection.execute
        self.executemany = connection.executemany

    def _time_key(self, quarter: int) -> str:
        return self.time_key(quarter)

    @property
    def in_memory(self) -> bool:
        return self.path == MEMORY

    @property
    def is_outdated(self) -> bool:
        return self.version < DATA_VERSION

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; waits for another writer."""
        with self.connection:
            self.execute("BEGIN IMMEDIATE")
            yield

    def meta(self, key: str) -> str | None:
        row = self.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def remember(self, key: str, value: str) -> None:
        self.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def close(self) -> None:
        self.paths.close()
        self.connection.close()


def open_database(path: str) -> Database:
    """Open or make the index.

    Raises NewerStoreError for one that a later version wrote, UnreadableError for one of another program,
    CorruptStoreError for a damaged one, UnreachableError where it can be neither read nor made.
    """
    try:
        if path != MEMORY:
            make_file(path)
        connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_MS / 1000, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise UnreachableError(f"cannot open the index {path}: {getattr(error, 'strerror', None) or error}") from error
    try:
        return Database(connection, path, _checked(connection, path))
    except sqlite3.DatabaseError as error:
        connection.close()
        if is_damage(error):
            raise CorruptStoreError(f"the index {path} is damaged: {error}") from error
        raise UnreachableError(f"cannot open the index {path}: {error}") from error
    except UnreadableError:
        connection.close()
        raise


def _checked(connection: sqlite3.Connection, path: str) -> int:
    """The DATA_VERSION of what is stored, if it is ours and not too new."""
    _configure(connection)
    version = _prepare(connection)
    if version > DATA_VERSION:
        raise NewerStoreError(
            f"the index {path} was written by a later version (data {version}, this one knows {DATA_VERSION})",
            hint="update agent-trace, or name another home with AGENT_TRACE_HOME",
        )
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"meta", "source", "session", "call"} <= tables:
        raise UnreadableError(f"{path} is a database of another program", hint="name another file with SQLITE_DB_PATH")
    return version


def _configure(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -32000")


def _prepare(connection: sqlite3.Connection) -> int:
    """Make the tables in an empty file; the DATA_VERSION of what is stored."""
    version = _version(connection)
    if version or connection.execute("SELECT 1 FROM sqlite_master").fetchone() is not None:
        return version
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        version = _version(connection)
        if not version:
            for statement in statements(TABLES):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {DATA_VERSION}")
            version = DATA_VERSION
    return version


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def statements(script: str) -> Iterator[str]:
    """The statements of a script: sqlite3's executescript would commit between them."""
    lines = (line.partition("--")[0] for line in script.splitlines())
    for statement in "\n".join(lines).split(";"):
        if statement.strip():
            yield statement


def is_damage(error: sqlite3.Error) -> bool:
    """True where an error means that the file itself is broken."""
    return isinstance(error, sqlite3.DatabaseError) and any(word in str(error) for word in _DAMAGE)


def is_shortage(error: sqlite3.Error) -> bool:
    """True where an error means that the disk does not take what is to be written."""
    return isinstance(error, sqlite3.OperationalError) and any(word in str(error).lower() for word in _SHORTAGE)


def is_busy(error: sqlite3.Error) -> bool:
    """True where another process kept the file for too long."""
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


def numbers(values: Iterable[int]) -> str:
    """Integers as the JSON list that `json_each` reads."""
    return msgspec.json.encode(list(values)).decode()
