"""Opening the index whatever state it is in: made where there is none, renewed where it is old, replaced where it is damaged."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime

from agent_trace.config import Config
from agent_trace.errors import CorruptStoreError, UnreachableError
from agent_trace.store.database import MEMORY, Database, open_database
from agent_trace.store.renewal import renew
from agent_trace.store.schema import DATA_VERSION
from agent_trace.sync.lock import lock

LOCK_WAIT_S = 120.0
REWRITTEN = 3
"""How often a log is read again that is written anew while it is asked about."""
SOON_S = 2.0
"""How long such a question waits for another process that reads just now."""
Note = Callable[[str], None]


def open_index(config: Config, now: datetime, note: Note) -> Database:
    """The index, or one in memory where the home cannot be written. Raises NewerStoreError, UnreadableError."""
    try:
        for folder in (config.home, os.path.dirname(config.database) or "."):
            os.makedirs(folder, mode=0o700, exist_ok=True)
        os.close(os.open(config.lock_file, os.O_CREAT | os.O_RDWR, 0o600))
        try:
            db = open_database(config.database)
        except CorruptStoreError as error:
            db = replaced(config, now, note, str(error))
        if db.is_outdated:
            _renew(db, config, note)
        return db
    except (OSError, UnreachableError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        note(f"the home {config.home} cannot be written ({reason}): answering from memory, nothing is kept")
        return open_database(MEMORY)


def _renew(db: Database, config: Config, note: Note) -> None:
    """Old tables get the present form; the next sync reads the logs again and takes back what it replaces."""
    with lock(config.lock_file, wait_s=LOCK_WAIT_S) as held:
        if not held:
            raise UnreachableError(f"another agent-trace keeps {db.path} busy")
        note(f"the index has data version {db.version}, this one writes {DATA_VERSION}: every log is read again")
        renew(db)


def replaced(config: Config, now: datetime, note: Note, why: str, inode: int | None = None) -> Database:
    """A new index in the place of a damaged one, which is set aside.

    Several processes may find the same damage: the one that has the lock first replaces the file, which `inode` names.
    """
    with lock(config.lock_file, wait_s=LOCK_WAIT_S):
        if not _is_replaced(config.database, inode):
            aside = _set_aside(config.database, now)
            note(f"{why}. It was moved to {aside} and is made again from the logs and the archive")
        return open_database(config.database)


def _is_replaced(path: str, inode: int | None) -> bool:
    """Another process was faster."""
    if inode is not None:
        return inode_of(path) != inode
    try:
        open_database(path).close()
    except CorruptStoreError:
        return False
    return True


def inode_of(path: str) -> int | None:
    """Which file stands under a path; None for none."""
    try:
        return os.stat(path).st_ino
    except OSError:
        return None


def _set_aside(database: str, now: datetime) -> str:
    aside = f"{database}.damaged-{now:%Y%m%dT%H%M%S}"
    for ending in ("", "-wal", "-shm"):
        if os.path.exists(database + ending):
            os.replace(database + ending, aside + ending)
    return aside


def damaged_copies(database: str) -> list[str]:
    """The files of indexes that were set aside."""
    folder, name = os.path.split(database)
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return []
    return [os.path.join(folder, one) for one in sorted(names) if one.startswith(f"{name}.damaged-")]
