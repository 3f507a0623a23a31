"""Secondhand logs of sessions that have a log of their own: kept, and counted nowhere."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from agent_trace.store.database import Database
from agent_trace.store.removal import empty_sources
from agent_trace.store.sources import SourceRow, sessions_of, sources


def merge_source(db: Database, source: int, session: int) -> set[int]:
    """Let a log belong to a session and count no more; the sessions that it made until now."""
    touched = set(sessions_of(db, [source]))
    empty_sources(db, [source])
    db.execute("DELETE FROM part WHERE source = ?", (source,))
    db.execute("DELETE FROM peer WHERE source = ? OR other = ?", (source, source))
    db.execute("INSERT OR REPLACE INTO merged VALUES (?, ?)", (source, session))
    return touched


def merged_sources(db: Database, session: int) -> list[SourceRow]:
    """The secondhand logs of a session, in the order they were found."""
    ids = [row[0] for row in db.execute("SELECT source FROM merged WHERE session = ? ORDER BY source", (session,))]
    return list(sources(db, ids).values()) if ids else []


def is_merged(db: Database, source: int) -> bool:
    """Whether a log is a secondhand one of a session with a log of its own."""
    return db.execute("SELECT 1 FROM merged WHERE source = ?", (source,)).fetchone() is not None


def session_named(db: Database, name: str, prefix: int, but: Iterable[str]) -> int | None:
    """The session of an agent not in `but` that bears an id, or whose id, or own id as a sub-agent, begins with it."""
    excluded = msgspec.json.encode(sorted(but)).decode()
    found = db.execute(_EXACT, (name, excluded)).fetchone()
    if found is None and len(name) == prefix:
        found = db.execute(_BEGINNING, {"name": name, "length": prefix, "excluded": excluded}).fetchone()
    return None if found is None else int(found[0])


_EXACT = """
SELECT id FROM session WHERE key = ? AND content AND agent NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 1
"""
_BEGINNING = """
SELECT id FROM session WHERE :name IN (substr(key, 1, :length), substr(key, instr(key, '/agent-') + 7, :length)) AND content
    AND agent NOT IN (SELECT value FROM json_each(:excluded)) ORDER BY root_key <> key, id LIMIT 1
"""


def secondhand_sessions(db: Database, agents: Iterable[str]) -> dict[str, list[int]]:
    """Ids of the sessions that only secondhand logs tell of → these logs."""
    found: dict[str, list[int]] = {}
    rows = db.execute(
        "SELECT key, source FROM session JOIN part ON part.session = session.id "
        "WHERE content AND agent IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(sorted(agents)).decode(),),
    )
    for key, source in rows:
        found.setdefault(key, []).append(source)
    return found
