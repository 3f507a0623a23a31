"""Tables of an older DATA_VERSION take the present form; every row comes along until its log has been read anew.

Nothing is dropped here: rows are copied column by column, as far as both forms have the column, and every log is marked
to be read again. Where a log can be read no more, what was read of it stays for good.
"""

from __future__ import annotations

from agent_trace.store import days
from agent_trace.store.database import Database, statements
from agent_trace.store.schema import DATA_VERSION, TABLES

_TEXT = "text"
"""The full-text table has no rows that could be copied: it stays as it is."""


def renew(db: Database) -> None:
    """Bring the tables into their present form, in one transaction."""
    with db.transaction():
        if stored_version(db) < DATA_VERSION:
            _renew(db)
    db.version = stored_version(db)


def stored_version(db: Database) -> int:
    """The DATA_VERSION of what is stored now: another process may have renewed it."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _renew(db: Database) -> None:
    days.drop(db)
    old = dict(db.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'index')").fetchall())
    for name in [name for name, kind in old.items() if kind == "index" and not name.startswith("sqlite_")]:
        db.execute(f"DROP INDEX {name}")
    ours = [name for name, kind in old.items() if kind == "table" and not name.startswith(("sqlite_", _TEXT))]
    for name in ours:
        db.execute(f"ALTER TABLE {name} RENAME TO old_{name}")
    for statement in statements(TABLES):
        if _TEXT not in old or f"TABLE {_TEXT} " not in statement:
            db.execute(statement)
    for name in ours:
        _copy(db, name)
        db.execute(f"DROP TABLE old_{name}")
    db.execute("UPDATE source SET again = 1")
    db.execute(f"PRAGMA user_version = {DATA_VERSION}")


def _copy(db: Database, name: str) -> None:
    """The rows of a table, in the columns that both forms have."""
    theirs = _columns(db, f"old_{name}")
    shared = ", ".join(column for column in _columns(db, name) if column in theirs)
    if shared:
        db.execute(f"INSERT OR IGNORE INTO {name} ({shared}) SELECT {shared} FROM old_{name}")


def _columns(db: Database, name: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
