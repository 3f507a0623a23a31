"""When people asked for something."""

from __future__ import annotations

from collections.abc import Iterable

from agent_trace.store.database import Database, numbers
from agent_trace.store.settle import QUARTER_MS


def prompts(db: Database, roots: Iterable[int] | None, since: int, until: int) -> dict[int, int]:
    """UTC quarter-hour (-1: unknown) → prompts of these roots (row ids), or of all, in a time, in UTC milliseconds."""
    among = (
        "SELECT id FROM session WHERE content AND root = id" if roots is None else "SELECT value FROM json_each(:roots)"
    )
    rows = db.execute(
        f"SELECT CASE WHEN at < 0 THEN -1 ELSE at / {QUARTER_MS} END, count(*) FROM prompt WHERE at >= :since AND at < :until "
        f"AND session IN ({among}) GROUP BY 1",
        {"since": since, "until": until, "roots": None if roots is None else numbers(roots)},
    )
    return {int(quarter): int(count) for quarter, count in rows}
