"""The last branch of a session: as its log tells it, else where the session's own commands led."""

from __future__ import annotations

from collections.abc import Iterable

from agent_trace.store.database import Database, numbers

BRANCH = "ifnull((SELECT branch FROM outcome WHERE outcome.session = s.id), s.branch)"
"""That of a session `s`."""
_LED = """
CASE WHEN (SELECT count(*) FROM session WHERE id = outcome.session AND (branch IS NULL OR NOT EXISTS (
    SELECT 1 FROM call JOIN word ON word.id = call.branch WHERE call.session = session.id AND text <> session.branch))) THEN ? END
"""
"""A log does not know of it if it tells no branch or, from its beginning to its end, one and the same."""


def write(db: Database, session: int, branch: str | None) -> None:
    """Store where a session's commands led, if its log does not know better."""
    db.execute(f"UPDATE outcome SET branch = {_LED} WHERE session = ?", (branch, session))


def led(db: Database, ids: Iterable[int]) -> dict[int, str]:
    """The branch of each of these sessions whose commands led to one that its log does not tell of."""
    rows = db.execute(
        "SELECT session, branch FROM outcome WHERE branch IS NOT NULL AND session IN (SELECT value FROM json_each(?))",
        (numbers(ids),),
    )
    return dict(rows.fetchall())
