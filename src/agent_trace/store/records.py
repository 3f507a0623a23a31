"""Agents' own cost records, and the calls they are held against."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from agent_trace.model.scan import CostRecord
from agent_trace.store.calls import CallRow
from agent_trace.store.database import Database
from agent_trace.store.ingest import Ingest

Kinds = tuple[int, ...]
"""Input, output, cache reads, five-minute writes, one-hour writes, searches."""


def records_of(db: Database, session: int) -> list[CostRecord]:
    """The cost records of a session, in the order of its log."""
    rows = db.execute("SELECT data FROM record WHERE session = ? ORDER BY source, n", (session,))
    return [msgspec.msgpack.decode(row[0], type=CostRecord) for row in rows]


def record_at_fork(db: Database, root: int) -> CostRecord | None:
    """The record that a fork's own goes on from: its source's last one before the fork."""
    row = db.execute("SELECT started FROM session WHERE id = ?", (root,)).fetchone()
    others = db.execute(
        "SELECT DISTINCT theirs.session FROM part AS mine JOIN source ON source.id = mine.source "
        "JOIN peer ON peer.source = mine.source JOIN part AS theirs ON theirs.source = peer.other "
        "JOIN session ON session.id = theirs.session AND session.root = session.id "
        "WHERE mine.session = ? AND source.inherited IS NOT NULL AND theirs.session <> mine.session",
        (root,),
    ).fetchall()
    before = [
        record
        for (other,) in others
        for record in records_of(db, other)
        if record.at is not None and row[0] is not None and record.at <= row[0]
    ]
    return max(before, key=lambda record: record.at or 0, default=None)


def family_calls(db: Database, root: int) -> list[tuple[int, str, Kinds]]:
    """(time, model, tokens by kind) of all calls of a root and its sub-agents."""
    rows = db.execute(
        "SELECT at, model, ifnull(input, 0), ifnull(output, 0), ifnull(cache_read, 0), ifnull(cache_write_5m, 0), "
        "ifnull(cache_write_1h, 0), ifnull(web_searches, 0) FROM call JOIN class ON class.id = call.class "
        "WHERE session IN (SELECT id FROM session WHERE root = ?)",
        (root,),
    )
    return [(row[0], row[1], tuple(row[2:])) for row in rows]


def clear_unlogged(db: Database, root: int) -> None:
    """A root without a cost record has nothing beyond its calls."""
    if db.execute("SELECT 1 FROM session WHERE id = ? AND has_record", (root,)).fetchone() is None:
        return
    db.execute("DELETE FROM unlogged WHERE session = ?", (root,))
    db.execute("DELETE FROM usage WHERE session = ? AND unlogged = 1", (root,))
    db.execute("UPDATE session SET recorded = NULL, has_record = 0 WHERE id = ?", (root,))


def write_unlogged(
    db: Database, ingest: Ingest, root: int, found: Sequence[tuple[int, str, Kinds]], recorded: int | None
) -> None:
    """Replace what is known beyond a root's calls, in the ledger too."""
    db.execute("DELETE FROM unlogged WHERE session = ?", (root,))
    db.execute("DELETE FROM usage WHERE session = ? AND unlogged = 1", (root,))
    branch = db.execute("SELECT ifnull(branch, '') FROM session WHERE id = ?", (root,)).fetchone()[0]
    for at, model, (fresh, output, read, five, hour, searches) in found:
        row = CallRow(
            0,
            0,
            root,
            0,
            None,
            at,
            at,
            model,
            "",
            "",
            "",
            0,
            0,
            0,
            fresh,
            output,
            read,
            five,
            hour,
            None,
            searches,
            None,
        )
        row.input = fresh
        cls = _class_without_band(ingest, row)
        values = (root, at, cls, ingest.word(branch), fresh, output, read, five, hour, searches)
        db.execute("INSERT INTO unlogged VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    db.execute(
        "INSERT INTO usage SELECT session, CASE WHEN at < 0 THEN -1 ELSE at / 900000 END, class, branch, 1, 0, count(*), 0, 0, "
        "sum(input), sum(output), sum(cache_read), sum(cache_write_5m), sum(cache_write_1h), NULL, sum(web_searches), NULL "
        "FROM unlogged WHERE session = ? GROUP BY 1, 2, 3, 4",
        (root,),
    )
    db.execute("UPDATE session SET recorded = ?, has_record = 1 WHERE id = ?", (recorded, root))


def _class_without_band(ingest: Ingest, row: CallRow) -> int:
    """A sum of requests has no prompt size: it is priced below every line."""
    bare = msgspec.structs.replace(row, input=0, cache_read=0, cache_write_5m=0, cache_write_1h=0)
    return ingest.billing_class(bare)
