"""Taking rows out of the index: of logs that are read anew, of sessions that must be forgotten."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from agent_trace.store.database import Database
from agent_trace.store.ingest import numbers

_LISTED = "(SELECT value FROM json_each(?))"


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions that go together, and the logs they are in."""

    sessions: tuple[int, ...]
    sources: tuple[int, ...]
    others: tuple[int, ...] = ()
    """Logs that stay and share something with these: they must be read anew."""


def empty_sources(db: Database, ids: Iterable[int]) -> None:
    """Drop what was read of these logs, but for their parts: the sessions these name are worked out again."""
    listed = (numbers(ids),)
    db.execute(f"DELETE FROM tool WHERE call IN (SELECT key FROM call WHERE source IN {_LISTED})", listed)
    for table in ("call", "prompt", "link", "doc", "record", "unread"):
        db.execute(f"DELETE FROM {table} WHERE source IN {_LISTED}", listed)


def remove(db: Database, family: Family) -> None:
    """Drop sessions and the logs they are in from every table, and the words that only they used."""
    sources, sessions = (numbers(family.sources),), (numbers(family.sessions),)
    empty_sources(db, family.sources)
    db.execute(f"DELETE FROM tool WHERE call IN (SELECT key FROM call WHERE session IN {_LISTED})", sessions)
    for table in ("call", "prompt", "doc", "part", "record", "usage", "unlogged"):
        db.execute(f"DELETE FROM {table} WHERE session IN {_LISTED}", sessions)
    db.execute(f"DELETE FROM part WHERE source IN {_LISTED}", sources)
    db.execute(f"DELETE FROM peer WHERE source IN {_LISTED}", sources)
    db.execute(f"DELETE FROM peer WHERE other IN {_LISTED}", sources)
    db.execute(f"DELETE FROM source WHERE id IN {_LISTED}", sources)
    db.execute(f"DELETE FROM session WHERE id IN {_LISTED}", sessions)
    _drop_words(db)


def _drop_words(db: Database) -> None:
    """Names of branches and tools, and billing classes, that nothing refers to any more."""
    db.execute(
        "DELETE FROM word WHERE id NOT IN (SELECT branch FROM call UNION SELECT tool FROM call UNION SELECT name FROM tool "
        "UNION SELECT branch FROM usage UNION SELECT branch FROM unlogged UNION SELECT tool FROM doc)"
    )
    db.execute(
        "DELETE FROM class WHERE id NOT IN (SELECT class FROM call UNION SELECT class FROM usage UNION SELECT class FROM unlogged)"
    )
