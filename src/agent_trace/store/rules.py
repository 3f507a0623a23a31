"""What rules found in many sessions and which tokens that claims, summed by rule, project, agent or session.

Findings are of whole sessions; claims are those of the selected calls, as in lists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec

from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.model.usage import BillingClass, Usage
from agent_trace.store.choice import milliseconds
from agent_trace.store.database import Database
from agent_trace.store.schema import OUTCOME_VERSION
from agent_trace.store.steps import within

_FRESH = f"outcome.version = {OUTCOME_VERSION} AND outcome.findings IS NOT NULL"
_KINDS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")
_COLUMNS = {
    "rule": "one.rule",
    "project": "ifnull(r.repo, ifnull(r.cwd, ifnull(s.cwd, '')))",
    "agent": "s.agent",
    "session": "r.key",
}
_BY_SESSION = "session AS s CROSS JOIN {table} AS one ON one.session = s.id"
_BY_ROW = "{table} AS one CROSS JOIN session AS s ON s.id = one.session"
"""Of all sessions those are looked up that have a row: most have none."""
_JOINED = (
    "FROM {order} CROSS JOIN session AS r ON r.id = s.root CROSS JOIN outcome ON outcome.session = s.id AND {fresh} "
    "WHERE s.content AND {where}"
)


class Found(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Findings that share a key and an advice."""

    key: tuple[str, ...]
    fix: str
    findings: int
    ms: int
    """Time that they claim."""
    sessions: int
    """Roots."""


def known(db: Database, ids: Sequence[int] | None) -> tuple[int, int]:
    """Of how many of the roots among these sessions, or of all, findings are known, and how many these are."""
    where, values = within("s.id", ids)
    known_roots, roots = db.execute(
        f"SELECT count(outcome.session), count(*) FROM session AS s LEFT JOIN outcome ON outcome.session = s.id AND {_FRESH} "
        f"WHERE s.content AND s.root = s.id AND {where}",
        values,
    ).fetchone()
    return known_roots, roots


def known_by_project(db: Database, ids: Sequence[int] | None) -> set[str]:
    """The projects of the roots among these sessions of which findings are known."""
    where, values = within("s.id", ids)
    rows = db.execute(
        f"SELECT DISTINCT ifnull(s.repo, ifnull(s.cwd, '')) FROM session AS s JOIN outcome ON outcome.session = s.id AND {_FRESH} "
        f"WHERE s.content AND s.root = s.id AND {where}",
        values,
    )
    return {project for (project,) in rows}


def found(db: Database, ids: Sequence[int] | None, group: Sequence[str]) -> list[Found]:
    """Findings under each combination of the group's keys: rule, project, agent, session."""
    source, values = _source("found", ids)
    keys = ", ".join(_COLUMNS[name] for name in group)
    width = len(group)
    rows = db.execute(
        f"SELECT {keys}, ifnull((SELECT text FROM word WHERE id = one.fix), ''), sum(one.findings), sum(one.ms), "
        f"count(DISTINCT s.root) {source} GROUP BY {keys}, one.fix",
        values,
    )
    return [
        Found(
            key=tuple(row[:width]), fix=row[width], findings=row[width + 1], ms=row[width + 2], sessions=row[width + 3]
        )
        for row in rows
    ]


def sessions(db: Database, ids: Sequence[int] | None, group: Sequence[str]) -> dict[str, int]:
    """The first key of the group → how many roots something was found in."""
    source, values = _source("found", ids)
    key = _COLUMNS[group[0]]
    return dict(db.execute(f"SELECT {key}, count(DISTINCT s.root) {source} GROUP BY 1", values).fetchall())


def newest(db: Database, ids: Sequence[int] | None, group: Sequence[str], limit: int) -> dict[str, list[int]]:
    """The first key of the group → row ids of the newest roots that something was found in."""
    source, values = _source("found", ids)
    rows = db.execute(
        f"SELECT DISTINCT {_COLUMNS[group[0]]}, r.id, ifnull(r.ended, 0) AS ended, r.key {source} ORDER BY ended DESC, r.key",
        values,
    )
    kept: dict[str, list[int]] = defaultdict(list)
    for key, root, *_ in rows:
        if len(kept[key]) < limit:
            kept[key].append(root)
    return dict(kept)


def claimed(db: Database, selection: Selection, ids: Sequence[int] | None, group: Sequence[str]) -> list[LedgerRow]:
    """The claimed tokens of the selected calls under each combination of the group's keys, to be priced."""
    source, values = _source("waste", ids)
    values.update(
        since=milliseconds(selection.since, -1), until=milliseconds(selection.until, 2**62), model=selection.model or ""
    )
    keys = ", ".join(_COLUMNS[name] for name in group)
    sums = ", ".join(f"sum(one.{kind})" for kind in _KINDS)
    rows = db.execute(
        f"SELECT {keys}, model, speed, geo, tier, band, ifnull(at, 0) / 86400000 AS day, "
        f"CASE WHEN at >= 0 THEN at / 3600000 % 24 END AS hour, {sums} {source} AND ifnull(at, -1) >= :since "
        f"AND ifnull(at, -1) < :until AND instr(lower(model), lower(:model)) GROUP BY {keys}, model, speed, geo, tier, band, day, hour",
        values,
    )
    return [_row(row, len(group)) for row in rows]


def _row(row: Sequence[Any], width: int) -> LedgerRow:
    model, speed, geo, tier, band, day, hour, *kinds = row[width:]
    return LedgerRow(
        key=tuple(row[:width]),
        cls=BillingClass(model=model, speed=speed, geo=geo, tier=tier, band=band),
        day=day,
        hour=hour,
        entries=1,
        usage=Usage(**dict(zip(_KINDS, kinds, strict=True))),
    )


def _source(table: str, ids: Sequence[int] | None) -> tuple[str, dict[str, Any]]:
    where, values = within("s.id", ids)
    order = (_BY_ROW if ids is None else _BY_SESSION).format(table=table)
    return _JOINED.format(order=order, fresh=_FRESH, where=where), values
