"""What sessions did with tools: a row for each tool, model and quarter-hour of a session.

They are written with the digest of a session (`store.outcomes`), and hold only what adds up. Run times are histograms
as texts that SQLite can join (`model.histogram`). What it did to files is in `store.touched`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from agent_trace.model.selection import Selection
from agent_trace.store.database import Database, numbers
from agent_trace.store.schema import OUTCOME_VERSION
from agent_trace.store.sessions import selected

_LISTED = "(SELECT value FROM json_each(?))"
DAY = "CASE WHEN quarter < 0 THEN -1 ELSE quarter / 96 END"
"""The UTC day of a row; -1: not known."""
FRESH = f"outcome.version = {OUTCOME_VERSION} AND outcome.tool_calls IS NOT NULL"
"""Whether it is known what a session did."""


class Used(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Calls of one tool: of a session in one quarter-hour, or of many together."""

    agent: str = ""
    """Only where many are told of."""
    tool: str
    kind: str
    quarter: int = -1
    model: str = ""
    calls: int
    failed: int
    timed: int = 0
    """Of which it is known how long they ran."""
    total_ms: int = 0
    longest_ms: int | None = None
    runs: str = ""


class Known(msgspec.Struct, frozen=True):
    """How much of a selection can be told of."""

    sessions: int
    """Roots."""
    known: int
    """Of which it is known what they did."""


# ---- writing


def write(db: Database, session: int, used: Iterable[Used]) -> None:
    """Store it inside the caller's transaction, in place of what stood there."""
    take_out(db, [session])
    rows = list(used)
    calls = sum(one.calls for one in rows)
    db.execute("UPDATE outcome SET tool_calls = ? WHERE session = ?", (calls, session))
    db.executemany("INSERT OR IGNORE INTO word (text) VALUES (?)", [(one.tool,) for one in rows])
    db.executemany(
        "INSERT INTO step VALUES (?, ?, ?, (SELECT id FROM word WHERE text = ?), ?, ?, ?, ?, ?, ?, ?)",
        [
            (session, one.quarter, one.model, one.tool, one.kind, one.calls, one.failed, one.timed, one.total_ms,
             one.longest_ms, one.runs)
            for one in rows
        ],
    )  # fmt: skip
    _days_change(db, [session])


def take_out(db: Database, sessions: Iterable[int]) -> None:
    """Drop what these sessions did with tools."""
    gone = list(sessions)
    _days_change(db, gone)
    db.execute(f"DELETE FROM step WHERE session IN {_LISTED}", (numbers(gone),))


def _days_change(db: Database, sessions: Iterable[int]) -> None:
    """The days of these sessions are to be summed anew; until then nothing is said of them as a whole."""
    db.execute(
        f"INSERT OR IGNORE INTO step_due SELECT DISTINCT {DAY} FROM step WHERE session IN {_LISTED}",
        (numbers(sessions),),
    )
    db.execute("DELETE FROM step_day WHERE day IN (SELECT day FROM step_due)")


def lasted(db: Database, session: int) -> dict[str, int]:
    """Tool-use id → milliseconds that the sub-agent it started lasted, for those that a session started itself."""
    rows = db.execute(
        "SELECT child.tool_id, child.ended - child.started FROM session AS own JOIN session AS child ON child.parent = own.id "
        "WHERE own.id = ? AND child.tool_id IS NOT NULL AND child.ended >= child.started",
        (session,),
    )
    return dict(rows.fetchall())


# ---- reading


def known(db: Database, ids: Sequence[int] | None) -> Known:
    """Of how many of the roots among these sessions, or of all, it is known what they did."""
    where, values = within("s.id", ids)
    row = db.execute(
        f"SELECT count(*), count(outcome.session) FROM session AS s LEFT JOIN outcome ON outcome.session = s.id AND {FRESH} "
        f"WHERE s.content AND s.root = s.id AND {where}",
        values,
    ).fetchone()
    return Known(*row)


def within(column: str, ids: Sequence[int] | None) -> tuple[str, dict[str, Any]]:
    """The condition that a session is one of these, by its row id; None: any is."""
    return ("1", {}) if ids is None else (f"{column} IN (SELECT value FROM json_each(:ids))", {"ids": numbers(ids)})


def among(db: Database, selection: Selection) -> list[int] | None:
    """Row ids of the selected roots and their sub-agents; None: all are."""
    if selection.is_everything:
        return None
    where, values = selected(selection)
    rows = db.execute(
        f"SELECT id FROM session AS m WHERE content AND root IN (SELECT s.id FROM session AS s WHERE {where})", values
    )
    return [one for (one,) in rows]
