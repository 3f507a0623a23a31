"""What was found in sessions, as lists say it: claims are stored in tokens and priced here, by the prices of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from agent_trace.app.workspace import Workspace
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.pricing.amounts import amounts
from agent_trace.store import claims


class Wasted(msgspec.Struct, kw_only=True, frozen=True):
    """What is known of a session by itself."""

    retries: int
    findings: int
    rows: tuple[LedgerRow, ...] = ()
    """The claimed tokens of the selected calls."""


def wasted(workspace: Workspace, sessions: Iterable[int], selection: Selection = Selection()) -> Mapping[int, Wasted]:
    """What is known of these sessions, by their row ids."""
    known = claims.counted(workspace.db, sessions)
    rows: dict[str, list[LedgerRow]] = {str(session): [] for session in known}
    for row in claims.claimed(workspace.db, known, selection):
        rows[row.key[0]].append(row)
    return {
        session: Wasted(retries=retries, findings=findings, rows=tuple(rows[str(session)]))
        for session, (retries, findings) in known.items()
    }


def findings_of(family: Sequence[Wasted | None]) -> int | None:
    """Of a session, the first of these, with all that it started; None where nothing is known of itself."""
    known = [one for one in family if one is not None]
    return sum(one.findings for one in known) if family and family[0] is not None else None


def waste_of(workspace: Workspace, family: Sequence[Wasted | None]) -> Decimal | None:
    """The same in dollars: nothing where nothing is claimed, None where what is claimed has no price."""
    if not family or family[0] is None:
        return None
    rows = [row for one in family if one is not None for row in one.rows]
    return amounts(rows, workspace.book).cost_usd if rows else Decimal(0)
