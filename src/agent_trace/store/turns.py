"""Which sessions changed: how often each one's rows did, under which version what it produced was made, what became of its log."""

from __future__ import annotations

from collections.abc import Iterable

from agent_trace.model.selection import Name
from agent_trace.store.database import Database, numbers

Turn = tuple[int, int, int]


def turns(db: Database) -> dict[int, Turn]:
    """Row id of a session → what differs whenever anything that lists say of it does."""
    rows = db.execute(
        "SELECT outcome.session, turn, outcome.version, changed FROM outcome JOIN session ON session.id = outcome.session"
    )
    return {one: (turn, version, changed) for one, turn, version, changed in rows}


def roots_of(db: Database, sessions: Iterable[int]) -> list[str]:
    """The ids of the roots of these sessions (row ids), each once, sorted."""
    rows = db.execute(
        "SELECT DISTINCT root.key FROM session AS one JOIN session AS root ON root.id = one.root "
        "WHERE root.content AND one.id IN (SELECT value FROM json_each(?)) ORDER BY 1",
        (numbers(sessions),),
    )
    return [str(key) for (key,) in rows]


def roots_named(db: Database, names: Iterable[Name]) -> list[str]:
    """The ids of the roots of the sessions with these names."""
    found: set[int] = set()
    for one in names:
        row = db.execute("SELECT id FROM session WHERE agent = ? AND key = ?", (one.agent, one.key)).fetchone()
        found.update(row or ())
    return roots_of(db, found)


def turn_of(db: Database, session: int) -> int:
    """How often the rows of one session (a row id) changed."""
    row = db.execute("SELECT turn FROM outcome WHERE session = ?", (session,)).fetchone()
    return 0 if row is None else int(row[0])
