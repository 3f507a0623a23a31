"""Stored rows and priced sums → Summaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from agent_trace.analysis.state import state
from agent_trace.app.ledgers import used
from agent_trace.app.outcomes import Produced, of_family, produced
from agent_trace.app.wasted import Wasted, findings_of, waste_of, wasted
from agent_trace.app.workspace import Workspace
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Name, Selection
from agent_trace.model.summary import GOING, Summary, Totals
from agent_trace.model.usage import NOTHING, UNTOLD, Amounts
from agent_trace.pricing.amounts import amounts, amounts_by
from agent_trace.store.branches import led
from agent_trace.store.ledger import PICO, recorded
from agent_trace.store.sessions import SessionRow, count_untold, members, models

if TYPE_CHECKING:
    from agent_trace.model.annotations import Annotations

MICRO = Decimal(10) ** -6


class Figures(msgspec.Struct, frozen=True):
    """Priced sums by session id, logged and beyond the log."""

    logged: dict[str, Amounts]
    unlogged: dict[str, Amounts]


def figures(workspace: Workspace, selection: Selection, root_ids: Sequence[int] | None = None) -> Figures:
    """Sums of every session of the selection, or of some families."""
    rows = used(workspace, selection, ("session",), roots=root_ids)
    book, mode = workspace.book, workspace.facts.cost
    logged = [row for row in rows if not row.unlogged]
    billed = {row.key[0] for row in logged if row.entries}
    return Figures(
        {key[0]: _known(one, told=key[0] in billed) for key, one in amounts_by(logged, book, mode).items()},
        {key[0]: one for key, one in amounts_by([row for row in rows if row.unlogged], book, mode).items()},
    )


def _known(one: Amounts, *, told: bool) -> Amounts:
    """Where the log tells tools and no model call, how many calls there were is not known: hooks and proxies hear no more."""
    return one if told else msgspec.structs.replace(one, calls=None)


def totals(workspace: Workspace, rows: Iterable[LedgerRow], selection: Selection) -> Totals:
    """Sums over rows whose first key is the side: own or sub."""
    sides: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in rows:
        sides["unlogged" if row.unlogged else row.key[0]].append(row)
    book, mode = workspace.book, workspace.facts.cost
    untold = count_untold(workspace.db, selection, silent(workspace))
    sums = {
        side: _known(amounts(some, book, mode), told=any(row.entries for row in some)) for side, some in sides.items()
    }
    own = sums.get("own", UNTOLD if untold.calls else NOTHING)
    sub = sums.get("sub", NOTHING)
    beyond = sums.get("unlogged")
    total = own + sub + beyond if beyond else own + sub
    if not selection.cuts_calls:
        total = msgspec.structs.replace(total, recorded_usd=recorded(workspace.db, selection, total.recorded_usd))
    return Totals(own=own, subagents=sub, unlogged=beyond, total=total, unknown_usage=untold.usage)


def silent(workspace: Workspace) -> tuple[str, ...]:
    """Agents whose logs may tell nothing of their model calls: without one, how many there were is not known."""
    return tuple(name for name, member in workspace.members.items() if not member.agent.tells_calls)


def summaries(
    workspace: Workspace, roots: Sequence[SessionRow], selection: Selection = Selection()
) -> tuple[list[Summary], dict[str, list[Summary]]]:
    """The Summaries of roots, and of each one's sub-agents."""
    ids = [row.id for row in roots]
    children = members(workspace.db, ids)
    everyone = [*roots, *(child for family in children.values() for child in family)]
    sums = figures(workspace, selection, ids)
    whole = figures(workspace, Selection(), ids) if selection.cuts_calls else sums
    names = models(workspace.db, [row.id for row in everyone])
    made = produced(workspace, [row.id for row in everyone], selection)
    spent = wasted(workspace, [row.id for row in everyone], selection)
    given, where = workspace.given, led(workspace.db, [row.id for row in everyone])
    done: list[Summary] = []
    families: dict[str, list[Summary]] = {}
    for root in roots:
        family = children.get(root.id, [])
        builder = _Builder(workspace, sums, whole, names, [root, *family], made, spent, given, where)
        done.append(builder.summary(root))
        families[root.key] = [builder.summary(child) for child in family]
    return done, families


class _Builder:
    """Summaries of one family."""

    def __init__(
        self,
        workspace: Workspace,
        sums: Figures,
        whole: Figures,
        names: Mapping[int, tuple[str, ...]],
        family: list[SessionRow],
        made: Mapping[int, Produced],
        spent: Mapping[int, Wasted],
        given: Annotations | None,
        led: Mapping[int, str],
    ) -> None:
        self.workspace, self.sums, self.whole, self.names, self.family = workspace, sums, whole, names, family
        self.made, self.spent, self.given, self.led = made, spent, given, led
        self.silent = silent(workspace)
        self.below: dict[str, list[SessionRow]] = defaultdict(list)
        root = family[0]
        for row in family[1:]:
            self.below[row.parent or root.key].append(row)

    def summary(self, row: SessionRow) -> Summary:
        own = self._own(row)
        under = self._descendants(row)
        subagents = NOTHING
        for child in under:
            subagents = subagents + self._own(child)
        is_root = row.root == row.id
        beyond = self.sums.unlogged.get(row.key) if is_root else None
        total = own + subagents
        total = total + beyond if beyond else total
        if row.recorded is not None and is_root and not self._is_cut(row, under):
            total = msgspec.structs.replace(total, recorded_usd=row.recorded * PICO)
        now = round(self.workspace.now.timestamp() * 1000)
        since = self.workspace.members[row.agent].agent.records_from if row.agent in self.workspace.members else ()
        records = bool(row.has_record) or _writes_records(row.version, since)
        now_state = state(row.tail, row.ended, now, child=not is_root, records=records)
        made = of_family([self.made.get(one.id) for one in (row, *under)])
        spent = [self.spent.get(one.id) for one in (row, *under)]
        return Summary(
            id=row.key,
            agent=row.agent,
            parent=row.parent,
            title=row.title,
            cwd=row.cwd,
            repo=row.repo,
            branch=self.led.get(row.id, row.branch) or None,
            started=moment(row.started),
            ended=moment(row.ended),
            duration_s=None if row.started is None or row.ended is None else (row.ended - row.started) / 1000,
            active_s=None if row.active is None else row.active / 1000,
            models=self.names.get(row.id, ()),
            prompts=row.prompts,
            commits=None if made is None else made.commits,
            prs=None if made is None else len(made.pulls),
            lines_added=row.lines_added,
            lines_removed=row.lines_removed,
            failed_steps=row.failed_steps,
            retries=None if spent[0] is None else spent[0].retries,
            waste_usd=waste_of(self.workspace, spent),
            findings=findings_of(spent),
            state=now_state,
            productive=made.productive if made is not None and is_root and now_state not in GOING else None,
            unread_lines=row.unread,
            **self._given(row),
            credits=None if self._is_cut(row, under) else _credits([row, *under]),
            partial=self._is_cut(row, under),
            source_changed=bool(row.changed),
            own=own,
            subagents=subagents,
            unlogged=beyond,
            unlogged_recorded=bool(row.has_record),
            total=total,
        )

    def _given(self, row: SessionRow) -> dict[str, Any]:
        """What the person said of a session."""
        given, name = self.given, Name(row.agent, row.key)
        if given is None:
            return {}
        return {
            "labels": given.labels.get(name, ()),
            "starred": name in given.starred,
            "hidden": name in given.hidden,
        }

    def _own(self, row: SessionRow) -> Amounts:
        """A session's logged calls. Where there is none, and the agent does not tell them, nothing is known."""
        found = self.sums.logged.get(row.key)
        if found is not None:
            return found
        return UNTOLD if row.agent in self.silent and row.key not in self.whole.logged else NOTHING

    def _descendants(self, row: SessionRow) -> list[SessionRow]:
        if row.root == row.id:
            return self.family[1:]
        found, wave = [], self.below.get(row.key, [])
        while wave:
            found += wave
            wave = [child for one in wave for child in self.below.get(one.key, []) if child not in found]
        return found

    def _is_cut(self, row: SessionRow, under: Sequence[SessionRow]) -> bool:
        if self.sums is self.whole:
            return False
        keys = [row.key, *(child.key for child in under)]
        return any(
            self.sums.logged.get(key) != self.whole.logged.get(key)
            or self.sums.unlogged.get(key) != self.whole.unlogged.get(key)
            for key in keys
        )


def _credits(rows: Sequence[SessionRow]) -> Decimal | None:
    """Of the vendor's own unit, exactly; None where none of these sessions tells."""
    known = [row.credits for row in rows if row.credits is not None]
    return (Decimal(sum(known)) * MICRO).normalize() if known else None


def _writes_records(version: str | None, since: tuple[int, ...]) -> bool:
    """Whether this version of the agent leaves a cost record when it ends in order."""
    parts = (version or "").split(".")
    return bool(since) and all(part.isdigit() for part in parts) and tuple(map(int, parts)) >= since


def moment(milliseconds: int | None) -> datetime | None:
    """UTC milliseconds as a moment."""
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, timezone.utc)


def is_below(key: str, above: str, everyone: Mapping[str, Any]) -> bool:
    """Whether a session was started by another one, or by what that one started."""
    seen: set[str] = set()
    while key in everyone and key not in seen:
        seen.add(key)
        parent = everyone[key].parent
        if parent == above:
            return True
        key = parent or ""
    return False
