"""What a report over a whole fleet is made of: stored sums, stored findings and single calls; no log is read for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import msgspec

from agent_trace.app.ledgers import used
from agent_trace.app.outcomes import look_at
from agent_trace.app.summaries import summaries, totals
from agent_trace.app.workspace import Workspace
from agent_trace.model.selection import Name, Selection
from agent_trace.pricing.amounts import amounts, unpriced_models
from agent_trace.pricing.dearest import dearest
from agent_trace.reports._messages import Message
from agent_trace.reports._scopes import FleetScope
from agent_trace.store.claims import by_rule
from agent_trace.store.messages import messages, tools_of
from agent_trace.store.sessions import SessionRow, count_roots, family_ids, members, roots
from agent_trace.sync.progress import Told

if TYPE_CHECKING:
    from agent_trace.model.ledger import LedgerRow


def fleet(
    workspace: Workspace, selection: Selection, limit: int | None, top: int, hidden: frozenset[Name], told: Told | None
) -> FleetScope:
    """The selected roots, the newest first; missing digests are made first, `told` None: nothing is made.

    Hidden ones count in every sum, and their messages are not told.
    """
    chosen = roots(workspace.db, selection, limit=limit)
    family = family_ids(workspace.db, [row.id for row in chosen])
    if told is not None:
        look_at(workspace, family, told)
    shown = family_ids(workspace.db, [row.id for row in chosen if Name(row.agent, row.key) not in hidden])
    of_them = _narrowed(selection, chosen) if limit else selection
    done, _ = summaries(workspace, chosen, selection)
    sums = used(workspace, of_them, ("side",))
    return FleetScope(
        sessions=tuple(done),
        rules=_rules(workspace, chosen),
        messages=tuple(_dearest(workspace, shown, selection, top)),
        totals=totals(workspace, sums, of_them),
        unpriced=unpriced_models(sums, workspace.book),
        count=count_roots(workspace.db, selection),
    )


def _narrowed(selection: Selection, chosen: Sequence[SessionRow]) -> Selection:
    """The same selection of these roots alone, so that sums are those of what is shown."""
    names = tuple(Name(row.agent, row.key) for row in chosen)
    return msgspec.structs.replace(selection, among=(*(selection.among or ()), names))


def _rules(workspace: Workspace, chosen: Sequence[SessionRow]) -> Mapping[str, Mapping[str, int]]:
    """Root → rule → findings, sub-agents included; roots of which nothing is known are left out."""
    below = members(workspace.db, [row.id for row in chosen])
    families = {row.id: [row.id, *(one.id for one in below.get(row.id, ()))] for row in chosen}
    known = by_rule(workspace.db, [one for family in families.values() for one in family])
    return {
        row.key: dict(sum((Counter(known[one]) for one in families[row.id] if one in known), Counter()))
        for row in chosen
        if row.id in known
    }


def _dearest(workspace: Workspace, family: Sequence[int], selection: Selection, top: int) -> list[Message]:
    rows = dearest(messages(workspace.db, family, selection), workspace.book, top)
    tools = tools_of(workspace.db, [int(row.key[0]) for row in rows])
    return [_message(workspace, row, tools.get(int(row.key[0]), 0)) for row in rows]


def _message(workspace: Workspace, row: LedgerRow, tools: int) -> Message:
    found, at = amounts([row], workspace.book), int(row.key[2])
    return Message(
        session=row.key[1],
        at=datetime.fromtimestamp(at / 1000, timezone.utc) if at >= 0 else None,
        model=row.cls.model,
        usage=found.usage,
        cost_usd=found.cost_usd,
        cost_basis=found.cost_basis,
        tool_calls=tools,
    )
