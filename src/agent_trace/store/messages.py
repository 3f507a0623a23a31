"""Single model calls of many sessions, as rows of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.model.usage import BillingClass, Usage
from agent_trace.store.choice import milliseconds
from agent_trace.store.database import Database, numbers
from agent_trace.store.ledger import PICO

_CALLS = """
SELECT call.key, s.key, at, c.id, c.model, c.speed, c.geo, c.tier, c.band, counts, input, output, cache_read, cache_write_5m,
    cache_write_1h, reasoning, web_searches, call.recorded
FROM call JOIN session AS s ON s.id = call.session JOIN class AS c ON c.id = call.class
WHERE counts AND call.session IN (SELECT value FROM json_each(?)) AND at >= ? AND at < ? AND instr(lower(c.model), lower(?))
"""
DAY_MS, HOUR_MS = 86_400_000, 3_600_000


def messages(db: Database, sessions: Iterable[int], selection: Selection = Selection()) -> Iterator[LedgerRow]:
    """The selected calls of these sessions (row ids), in no order; keys: the call's, the session's id, UTC milliseconds."""
    bounds = (milliseconds(selection.since, -1), milliseconds(selection.until, 2**62), selection.model or "")
    classes: dict[int, BillingClass] = {}
    for (
        key, session, at, number, model, speed, geo, tier, band, counts, fresh, output, read, five, hour, reasoning,
        searches, recorded,
    ) in db.execute(_CALLS, (numbers(sessions), *bounds)):  # fmt: skip
        if number not in classes:
            classes[number] = BillingClass(model=model, speed=speed, geo=geo, tier=tier, band=band)
        yield LedgerRow(
            key=(str(key), session, str(at)),
            cls=classes[number],
            day=at // DAY_MS if at > 0 else 0,
            hour=at % DAY_MS // HOUR_MS if at >= 0 else None,
            calls=counts,
            entries=1,
            usage=Usage(
                input=fresh, output=output, cache_read=read, cache_write_5m=five, cache_write_1h=hour,
                reasoning=reasoning, web_searches=searches,
            ),
            recorded=None if recorded is None else recorded * PICO,
        )  # fmt: skip


def tools_of(db: Database, calls: Iterable[int]) -> dict[int, int]:
    """Call, by its key → how many tools it asked for."""
    rows = db.execute(
        "SELECT call, count(*) FROM tool WHERE call IN (SELECT value FROM json_each(?)) GROUP BY call",
        (numbers(calls),),
    )
    return dict(rows)
