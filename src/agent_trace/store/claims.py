"""What of sessions was found to be spent for nothing: counts, and the claimed tokens by billing class and time of their calls.

No dollars stand here: a price is looked up when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.model.usage import BillingClass, Usage
from agent_trace.store.choice import milliseconds
from agent_trace.store.database import Database, numbers
from agent_trace.store.schema import OUTCOME_VERSION

_LISTED = "(SELECT value FROM json_each(?))"
Row = tuple[Any, ...]
"""at (UTC milliseconds or None), model, speed, geo, tier, band, input, output, cache_read, cache_write_5m, cache_write_1h, rule."""


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in one session by itself."""

    retries: int
    findings: int
    prices: int | None = None
    """The mark of the price book that had a say in the claims; None: none had."""
    claimed: tuple[Row, ...] = ()
    told: tuple[tuple[str, str, int, int], ...] = ()
    """rule, advice, findings, milliseconds claimed."""


def write(db: Database, session: int, spent: Spent | None) -> None:
    """Store it inside the caller's transaction, in place of what stood there."""
    figures = (None, None, None) if spent is None else (spent.retries, spent.findings, spent.prices)
    db.execute("UPDATE outcome SET retries = ?, findings = ?, prices = ? WHERE session = ?", (*figures, session))
    take_out(db, [session])
    db.executemany(
        "INSERT INTO waste VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(session, n, *row) for n, row in enumerate(() if spent is None else spent.claimed)],
    )
    told = () if spent is None else spent.told
    db.executemany("INSERT OR IGNORE INTO word (text) VALUES (?)", [(fix,) for _, fix, *_ in told])
    db.executemany(
        "INSERT INTO found VALUES (?, ?, (SELECT id FROM word WHERE text = ?), ?, ?)", [(session, *row) for row in told]
    )


def by_rule(db: Database, sessions: Iterable[int]) -> dict[int, dict[str, int]]:
    """Session → rule → how many findings; those of which they are not known are left out."""
    wanted = numbers(sessions)
    known = f"SELECT session FROM outcome WHERE version = {OUTCOME_VERSION} AND findings IS NOT NULL AND session IN {_LISTED}"
    found: dict[int, dict[str, int]] = {session: {} for (session,) in db.execute(known, (wanted,))}
    rows = db.execute(
        f"SELECT session, rule, sum(findings) FROM found WHERE session IN {_LISTED} GROUP BY session, rule", (wanted,)
    )
    for session, rule, findings in rows:
        if session in found:
            found[session][rule] = findings
    return found


def take_out(db: Database, sessions: Sequence[int]) -> None:
    """Drop the claims of these sessions."""
    for table in ("waste", "found"):
        db.execute(f"DELETE FROM {table} WHERE session IN {_LISTED}", (numbers(sessions),))


def counted(db: Database, sessions: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Session → retries and findings; those of which they are not known are left out."""
    rows = db.execute(
        f"SELECT session, retries, findings FROM outcome WHERE version = {OUTCOME_VERSION} AND findings IS NOT NULL "
        f"AND session IN {_LISTED}",
        (numbers(sessions),),
    )
    return {session: (retries, findings) for session, retries, findings in rows}


_CLAIMED = f"""
SELECT session, model, speed, geo, tier, band, ifnull(at, 0) / 86400000, CASE WHEN at >= 0 THEN at / 3600000 % 24 END,
    sum(input), sum(output), sum(cache_read), sum(cache_write_5m), sum(cache_write_1h)
FROM waste WHERE session IN {_LISTED} AND ifnull(at, -1) >= ? AND ifnull(at, -1) < ? AND instr(lower(model), lower(?))
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""


def claimed(db: Database, sessions: Iterable[int], selection: Selection = Selection()) -> list[LedgerRow]:
    """Claims of the selected calls of these sessions, to be priced; each under its session's row id as a text."""
    bounds = (milliseconds(selection.since, -1), milliseconds(selection.until, 2**62), selection.model or "")
    return [
        LedgerRow(
            key=(str(session),),
            cls=BillingClass(model=model, speed=speed, geo=geo, tier=tier, band=band),
            day=day,
            hour=hour,
            entries=1,
            usage=Usage(
                **dict(zip(("input", "output", "cache_read", "cache_write_5m", "cache_write_1h"), kinds, strict=True))
            ),
        )
        for session, model, speed, geo, tier, band, day, hour, *kinds in db.execute(
            _CLAIMED, (numbers(sessions), *bounds)
        )
    ]
