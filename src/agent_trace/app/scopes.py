"""What each SCOPE a report may name is filled with: one function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import msgspec

from agent_trace.analysis.calendar import TimeKey, grain, key_of
from agent_trace.app.summaries import summaries, totals
from agent_trace.app.workspace import Workspace
from agent_trace.model.selection import Selection
from agent_trace.pricing.amounts import unpriced_models
from agent_trace.store.ledger import ledger
from agent_trace.store.sessions import count_roots, roots

TIMES: tuple[TimeKey, ...] = ("hour", "day", "week", "month", "quarter")


class Request(msgspec.Struct, kw_only=True):
    """A question as a surface received it."""

    selection: Selection = Selection()
    session: str = "latest"
    limit: int | None = None
    """How many roots are shown; None or 0: all."""
    order: str = "date"
    query: Any = None
    """What a search looks for."""


def usage_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    from agent_trace.reports._scopes import UsageScope

    group: tuple[str, ...] = report.group(options)
    columns = tuple("time" if name in TIMES else name for name in group)
    facts = workspace.facts
    name = next((one for one in TIMES if one in group), None)
    rows = ledger(
        workspace.db,
        request.selection,
        columns,
        time=key_of(name, facts.zone, facts.start_of_week) if name else None,
        grain=grain(name, facts.zone, facts.now) if name else 1,
    )
    sums = rows if "tool" not in group else ledger(workspace.db, request.selection, ("side",))
    return UsageScope(
        rows=tuple(rows),
        totals=totals(workspace, sums),
        unpriced=unpriced_models(sums, workspace.book),
        book=workspace.book,
    )


def summaries_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    from agent_trace.reports._scopes import SummariesScope

    selection = request.selection
    by_figure = request.order in ("cost", "tokens", "messages")
    shown = roots(workspace.db, selection, order="date" if by_figure else request.order, limit=None if by_figure else request.limit)
    done, families = summaries(workspace, shown, selection)
    if by_figure:
        done = sorted(done, key=_FIGURES[request.order], reverse=True)[: request.limit or None]
    sums = ledger(workspace.db, selection, ("side",))
    return SummariesScope(
        sessions=tuple(done),
        children={one.id: tuple(families.get(one.id, ())) for one in done},
        totals=totals(workspace, sums),
        unpriced=unpriced_models(sums, workspace.book),
        count=count_roots(workspace.db, selection) if request.limit else len(done),
        due=workspace.due,
    )


_FIGURES: Mapping[str, Callable[[Any], Any]] = {
    "cost": lambda one: one.total.cost_usd or 0,
    "tokens": lambda one: one.total.usage.tokens,
    "messages": lambda one: one.total.calls or 0,
}


def session_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    from agent_trace.app.choosing import choose
    from agent_trace.app.sessions import lines_of, read_session
    from agent_trace.reports._scopes import SessionScope
    from agent_trace.store.calls import owns_call
    from agent_trace.store.sessions import by_ids, by_key

    row = choose(workspace, request.session)
    family_root = by_ids(workspace.db, [row.root])[0]
    done, families = summaries(workspace, [family_root])
    everyone = {one.id: one for one in (*done, *families.get(family_root.key, ()))}
    summary = everyone[row.key]
    below = [one for one in families.get(family_root.key, ()) if _is_below(one.id, row.key, everyone)]
    rows = ledger(workspace.db, Selection(), ("session", "model"), roots=[row.root])
    wanted = {summary.id, *(one.id for one in below)}
    return SessionScope(
        summary=summary,
        read=lambda: read_session(workspace, row),
        read_child=lambda key: read_session(workspace, by_key(workspace.db, key)[0]),
        children=tuple(below),
        rows=tuple(one for one in rows if one.key[0] in wanted),
        raw=lambda: lines_of(workspace, row),
        owns=lambda call: owns_call(workspace.db, row.id, call),
        book=workspace.book,
        chosen_by=workspace.notes[-1] if request.session.startswith("latest") and workspace.notes else "",
    )


def _is_below(key: str, above: str, everyone: Mapping[str, Any]) -> bool:
    seen: set[str] = set()
    while key in everyone and key not in seen:
        seen.add(key)
        parent = everyone[key].parent
        if parent == above:
            return True
        key = parent or ""
    return False


def book_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    from agent_trace.reports._scopes import BookScope

    used = workspace.db.execute("SELECT DISTINCT model FROM class ORDER BY model").fetchall()
    rows = ledger(workspace.db, request.selection, ("session", "model"))
    return BookScope(book=workspace.book, used=tuple(row[0] for row in used if row[0]), rows=tuple(rows))


def machine_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    from agent_trace.app.machine import machine
    from agent_trace.reports._scopes import MachineScope

    return MachineScope(facts=machine(workspace))


def hits_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    from agent_trace.app.searching import search

    return search(workspace, report, options, request)


SCOPES: Mapping[str, Callable[[Workspace, ModuleType, Any, Request], Any]] = {
    "usage": usage_scope,
    "summaries": summaries_scope,
    "session": session_scope,
    "book": book_scope,
    "machine": machine_scope,
    "hits": hits_scope,
}


def run_report(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """A report's result: what its JSON is made of."""
    scope = SCOPES[report.SCOPE](workspace, report, options, request)
    return report.compute(scope, options, workspace.facts)
