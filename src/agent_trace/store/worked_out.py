"""What was worked out of long sessions, as bytes that only reports read, each under a mark of all that it follows from.

Nothing here is truth: whatever is missing, or stands under another mark, is worked out again. It goes with the digest of
its session (`store/outcomes.py`), whether that is removed, made anew or may say less.
"""

from __future__ import annotations

from collections.abc import Iterable

from agent_trace.store.database import Database, numbers

LAST = "\U0010ffff"
"""Behind every name that goes on."""
_LISTED = "(SELECT value FROM json_each(?))"


def read(db: Database, session: int, name: str, mark: bytes) -> bytes | None:
    """What stands there under this mark; None: nothing."""
    row = db.execute("SELECT data FROM worked WHERE session = ? AND name = ? AND mark = ?", (session, name, mark))
    found = row.fetchone()
    return None if found is None else bytes(found[0])


def holds(db: Database, session: int, name: str, mark: bytes) -> bool:
    """Whether something stands there under this mark."""
    row = db.execute("SELECT 1 FROM worked WHERE session = ? AND name = ? AND mark = ?", (session, name, mark))
    return row.fetchone() is not None


def write(db: Database, session: int, name: str, mark: bytes, data: bytes) -> None:
    """Store it in place of what stood there, inside the caller's transaction; not for a session that is gone."""
    db.execute(
        "INSERT OR REPLACE INTO worked (session, name, mark, data) SELECT id, ?, ?, ? FROM session WHERE id = ?",
        (name, mark, data, session),
    )


def drop(db: Database, session: int, stem: str) -> None:
    """Nothing stays whose name begins so."""
    db.execute("DELETE FROM worked WHERE session = ? AND name >= ? AND name < ?", (session, stem, stem + LAST))


def unasked(db: Database, size: int, running_since: int) -> list[int]:
    """Sessions with so many bytes of logs, without an event since then (UTC milliseconds), of which nothing is kept."""
    rows = db.execute(
        "SELECT s.id FROM session AS s JOIN part AS p ON p.session = s.id JOIN source AS o ON o.id = p.source "
        "WHERE s.content AND s.ended < ? AND NOT EXISTS (SELECT 1 FROM worked AS w WHERE w.session = s.id) "
        "AND NOT EXISTS (SELECT 1 FROM merged AS m WHERE m.session = s.id) "
        "GROUP BY s.id HAVING sum(o.offset) >= ? ORDER BY s.ended DESC",
        (running_since, size),
    )
    return [session for (session,) in rows]


def remove(db: Database, sessions: Iterable[int]) -> None:
    """Nothing that was worked out of these sessions stays."""
    db.execute(f"DELETE FROM worked WHERE session IN {_LISTED}", (numbers(sessions),))


def turns(db: Database, sessions: Iterable[int]) -> list[tuple[int, int]]:
    """Session → how often its rows changed: what was worked out of it before is not what it would be now."""
    rows = db.execute(
        f"SELECT session, turn FROM outcome WHERE session IN {_LISTED} ORDER BY session", (numbers(sessions),)
    )
    return [(session, turn) for session, turn in rows]
