"""When people asked for something."""

from __future__ import annotations

from collections.abc import Iterable

from agent_trace.store.database import Database, numbers
from agent_trace.store.settle import QUARTER_MS


def prompts(db: Database, roots: Iterable[int], since: int, until: int) -> dict[int, int]:
    """UTC quarter-hour (-1: unknown) → prompts of these roots (row ids) in a time, in UTC milliseconds."""
    rows = db.execute(
        f"SELECT CASE WHEN at < 0 THEN -1 ELSE at / {QUARTER_MS} END, count(*) FROM prompt WHERE at >= ? AND at < ? "
        "AND session IN (SELECT value FROM json_each(?)) GROUP BY 1",
        (since, until, numbers(roots)),
    )
    return {int(quarter): int(count) for quarter, count in rows}
