"""What the price book was used for: the calls that were billed by it, and what the agents wrote down themselves."""

from __future__ import annotations

from typing import Any

from agent_trace.app import ledgers
from agent_trace.app.workspace import Workspace
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.model.usage import BillingClass, Usage
from agent_trace.reports._book_scope import BookScope, Record
from agent_trace.store.choice import choice, milliseconds
from agent_trace.store.ledger import PICO
from agent_trace.store.schema import MEASURES
from agent_trace.store.sessions import roots


def billed(workspace: Workspace, selection: Selection) -> BookScope:
    """The price book, the selected calls, and the costs that the agents recorded of them."""
    return BookScope(
        book=workspace.book,
        rows=tuple(ledgers.used(workspace, selection, ("session", "model"), by_price=False)),
        recorded=lambda: _recorded(workspace, selection),
        records=lambda: _records(workspace, selection),
    )


_RECORDED = """
SELECT s.key, c.model, c.speed, c.geo, c.tier, c.band, CASE WHEN at < 0 THEN 0 ELSE at / 86400000 END,
    CASE WHEN at < 0 THEN NULL ELSE at / 3600000 % 24 END, sum(counts), count(*), sum(input), sum(output),
    sum(cache_read), sum(cache_write_5m), sum(cache_write_1h), sum(reasoning), sum(web_searches), sum(call.recorded)
FROM call JOIN session AS s ON s.id = call.session JOIN class AS c ON c.id = call.class
WHERE call.recorded IS NOT NULL AND at >= :since AND at < :until AND instr(lower(c.model), lower(:model))
"""


def _recorded(workspace: Workspace, selection: Selection) -> tuple[LedgerRow, ...]:
    """The selected calls for which the agent wrote down a cost: the ledger mixes them with those that have none."""
    chosen, values = choice(selection)
    values.update(
        since=milliseconds(selection.since, -1), until=milliseconds(selection.until, 2**62), model=selection.model or ""
    )
    families = f"AND s.root IN ({chosen})" if chosen else ""
    statement = f"{_RECORDED} {families} GROUP BY s.key, call.class, 7, 8 ORDER BY s.key, c.model, 7, 8"
    return tuple(_recorded_row(*row) for row in workspace.db.execute(statement, values))


def _recorded_row(
    session: str, model: str, speed: str, geo: str, tier: str, band: int, day: int, hour: int | None, calls: int,
    entries: int, *figures: Any,
) -> LedgerRow:  # fmt: skip
    *usage, recorded = figures
    return LedgerRow(
        key=(session, model),
        cls=BillingClass(model=model, speed=speed, geo=geo, tier=tier, band=band),
        day=day,
        hour=hour,
        calls=calls,
        entries=entries,
        usage=Usage(**dict(zip(MEASURES, usage, strict=True))),
        recorded=recorded * PICO,
    )


def _records(workspace: Workspace, selection: Selection) -> tuple[Any, ...]:
    """The selected roots with a cost record of their own, and everything their families used."""
    known = {row.key: row for row in roots(workspace.db, selection) if row.recorded is not None}
    used: dict[str, list[LedgerRow]] = {key: [] for key in known}
    for row in ledgers.used(
        workspace, Selection(), ("root", "model"), roots=[one.id for one in known.values()], by_price=False
    ):
        used[row.key[0]].append(row)
    return tuple(
        Record(session=key, agent=one.agent, title=one.title, usd=(one.recorded or 0) * PICO, rows=tuple(used[key]))
        for key, one in known.items()
    )
