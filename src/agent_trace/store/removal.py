"""Taking rows out of the index: of logs that are read anew, of sessions that must be forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from agent_trace.store import outcomes
from agent_trace.store.database import Database, numbers

_LISTED = "(SELECT value FROM json_each(?))"


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """A session with its sub-agents, and the logs they are in."""

    sessions: tuple[int, ...]
    sources: tuple[int, ...]
    others: tuple[int, ...]
    """Logs that stay and share rows or calls with these: they must be read anew."""
    copies: tuple[str, ...]
    """Ids of the root sessions that repeat rows of these."""
    shared: tuple[str, ...]
    """Ids of other sessions in the same logs: a part of a log cannot be forgotten."""


def families(db: Database, ids: Iterable[int]) -> dict[int, Family]:
    """The family below each of these sessions."""
    return {one: _family(db, one) for one in ids}


def _family(db: Database, session: int) -> Family:
    sessions = _column(db, _BELOW, (session, session, session, session))
    sources = _column(
        db,
        f"SELECT source FROM part WHERE session IN {_LISTED} UNION SELECT source FROM merged WHERE session IN {_LISTED} ORDER BY 1",
        (numbers(sessions), numbers(sessions)),
    )
    peers = _column(db, f"SELECT DISTINCT other FROM peer WHERE source IN {_LISTED}", (numbers(sources),))
    kin = _column(db, _KIN, (session,))
    listed, inside = (numbers(sources), numbers(sessions)), (numbers(set(peers) - set(sources)), numbers(sessions))
    return Family(
        sessions=tuple(sessions),
        sources=tuple(sources),
        others=tuple(sorted({*peers, *kin} - set(sources))),
        copies=tuple(_column(db, _KEYS, inside)),
        shared=tuple(_column(db, _KEYS, listed)),
    )


_BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT ? UNION SELECT session.id FROM session JOIN below ON session.parent = below.id WHERE session.id <> session.root
)
SELECT id FROM below UNION SELECT one.id FROM session AS one JOIN session AS root ON root.id = ?
WHERE root.key = root.root_key AND one.root_key = root.root_key AND one.agent = root.agent
UNION SELECT id FROM session WHERE root = ? AND ? = root
"""
_KIN = """
SELECT DISTINCT part.source FROM part JOIN session ON session.id = part.session
WHERE (session.agent, session.root_key) IN (SELECT agent, root_key FROM session WHERE id = ?)
"""
_KEYS = f"""
SELECT DISTINCT session.root_key FROM part JOIN session ON session.id = part.session
WHERE part.source IN {_LISTED} AND part.session NOT IN {_LISTED} AND session.content ORDER BY 1
"""


def _column(db: Database, statement: str, values: Sequence[object]) -> list[Any]:
    return [row[0] for row in db.execute(statement, values)]


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
    outcomes.remove(db, family.sessions)
    db.execute(f"DELETE FROM part WHERE source IN {_LISTED}", sources)
    db.execute(f"DELETE FROM peer WHERE source IN {_LISTED}", sources)
    db.execute(f"DELETE FROM peer WHERE other IN {_LISTED}", sources)
    db.execute(f"DELETE FROM merged WHERE source IN {_LISTED}", sources)
    db.execute(f"DELETE FROM source WHERE id IN {_LISTED}", sources)
    db.execute(f"DELETE FROM session WHERE id IN {_LISTED}", sessions)
    drop_words(db)


def drop_words(db: Database) -> None:
    """Names of branches, tools and files, and billing classes, that nothing refers to any more."""
    db.execute(
        "DELETE FROM word WHERE id NOT IN (SELECT branch FROM call UNION SELECT tool FROM call UNION SELECT name FROM tool "
        "UNION SELECT branch FROM usage UNION SELECT branch FROM unlogged UNION SELECT tool FROM doc UNION SELECT tool FROM step "
        "UNION SELECT tool FROM step_day UNION SELECT fix FROM found)"
    )
    db.execute("DELETE FROM path WHERE id NOT IN (SELECT path FROM file)")
    db.execute(
        "DELETE FROM class WHERE id NOT IN (SELECT class FROM call UNION SELECT class FROM usage UNION SELECT class FROM unlogged)"
    )
