"""What each SCOPE a report may name is filled with: one function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec

from agent_trace.analysis.calendar import grain, key_of
from agent_trace.app.ledgers import TIMES, used
from agent_trace.app.outcomes import look_at, made_by, share
from agent_trace.app.summaries import is_below, summaries, totals
from agent_trace.app.workspace import Workspace
from agent_trace.model.selection import Name, Selection
from agent_trace.pricing.amounts import unpriced_models
from agent_trace.store.ledger import active
from agent_trace.store.sessions import count_roots, family_ids, roots
from agent_trace.store.sources import bytes_of
from agent_trace.sync.progress import Progress, Told

if TYPE_CHECKING:
    from agent_trace.app.leaving import Door
    from agent_trace.model.annotations import Annotation
    from agent_trace.model.summary import Summary
    from agent_trace.reports._outcome import Made
    from agent_trace.reports._scopes import Similar
    from agent_trace.store.sessions import SessionRow


class Request(msgspec.Struct, kw_only=True):
    """A question as a surface received it."""

    selection: Selection = Selection()
    session: str = "latest"
    other: str = "latest"
    """The second one of a pair."""
    limit: int | None = None
    """How many roots are shown; None or 0: all."""
    order: str = "date"
    ascending: bool = False
    query: Any = None
    """What a search looks for."""
    as_is: bool = False
    """Nothing is worked out first: the answer is what is stored."""
    told: Told = lambda _: None
    """Hears how far it is with what must be worked out first."""
    door: Door | None = None
    """What the answer leaves through; None: it stays here, and everything may be seen."""


def usage_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """The ledger, grouped as the report asks."""
    from agent_trace.reports._scopes import UsageScope

    group: tuple[str, ...] = report.group(options)
    selection = request.selection
    if getattr(report, "ALL_TIMES", False):
        selection = msgspec.structs.replace(selection, since=None, until=None)
    facts = workspace.facts
    name = next((one for one in TIMES if one in group), None)
    key = key_of(name, facts.zone, facts.start_of_week) if name else None
    size = grain(name, facts.zone, facts.now) if name else 1
    rows = used(workspace, selection, group)
    counts = getattr(report, "ACTIVE", False)
    sums = rows if "tool" not in group else used(workspace, selection, ("side",))
    return UsageScope(
        rows=tuple(rows),
        totals=totals(workspace, sums, selection),
        unpriced=unpriced_models(sums, workspace.book),
        book=workspace.book,
        projects=_projects(workspace, report, options, selection, request),
        active=tuple(active(workspace.db, selection, key, size).items()) if key is not None and counts else (),
    )


def _projects(workspace: Workspace, report: ModuleType, options: Any, selection: Selection, request: Request) -> Any:
    """What was done in each project, where the report asks for that."""
    if not getattr(report, "PROJECTS", False):
        return {}
    from agent_trace.app.doings import projects

    return projects(workspace, selection, _told(request), most_files=options.files)


def summaries_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """The list of roots with their sub-agents."""
    from agent_trace.reports._scopes import SummariesScope

    selection = request.selection
    by_figure = request.order in _FIGURES
    hidden = _hidden(workspace, shown=getattr(options, "hidden", False))
    shown = roots(
        workspace.db,
        selection,
        order="date" if by_figure else request.order,
        limit=None if by_figure else request.limit,
        ascending=request.ascending,
        but=hidden,
    )
    if not request.as_is:
        look_at(workspace, family_ids(workspace.db, [row.id for row in shown]), request.told)
    done, families = summaries(workspace, shown, selection)
    if by_figure:
        done = sorted(done, key=_FIGURES[request.order], reverse=not request.ascending)[: request.limit or None]
    sums = used(workspace, selection, ("side",))
    whole = totals(workspace, sums, selection)
    return SummariesScope(
        sessions=tuple(done),
        children={
            one.id: tuple(each for each in families.get(one.id, ()) if not (each.hidden and hidden)) for one in done
        },
        totals=whole,
        share=share(workspace, selection, whole.total.cost_usd),
        unpriced=unpriced_models(sums, workspace.book),
        count=count_roots(workspace.db, selection) if request.limit or hidden else len(done),
        hidden=count_roots(workspace.db, selection) - count_roots(workspace.db, selection, but=hidden) if hidden else 0,
        due=workspace.due,
    )


def _hidden(workspace: Workspace, *, shown: bool) -> frozenset[Name]:
    """The sessions that a list leaves out; they count in its sums."""
    given = None if shown else workspace.given
    return frozenset() if given is None else given.hidden


_FIGURES: Mapping[str, Callable[[Any], Any]] = {
    "cost": lambda one: one.total.cost_usd or 0,
    "tokens": lambda one: one.total.usage.tokens or 0,
    "messages": lambda one: one.total.calls or 0,
    "waste": lambda one: (one.waste_usd is not None, one.waste_usd or 0, one.findings or 0),
    "findings": lambda one: -1 if one.findings is None else one.findings,
    "retries": lambda one: -1 if one.retries is None else one.retries,
}


def session_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """One session with what it started."""
    from agent_trace.app.choosing import choose

    row = choose(workspace, request.session)
    chosen_by = workspace.notes[-1] if request.session.startswith("latest") and workspace.notes else ""
    return scope_of_row(workspace, report, options, request, row, chosen_by)


def pair_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """Two sessions, each read when its turn comes."""
    from agent_trace.reports._scopes import PairScope

    def one(name: str) -> Callable[[], Any]:
        return partial(session_scope, workspace, report, options, msgspec.structs.replace(request, session=name))

    return PairScope(first=one(request.session), second=one(request.other))


def sessions_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """Root sessions that are read when their turn comes, hidden ones left out; the dearest first where the report says so."""
    from agent_trace.reports._scopes import SessionsScope

    dearest, hidden = report.dearest_first(options), _hidden(workspace, shown=False)
    limit = report.LIMIT if request.limit is None else request.limit
    rows = roots(workspace.db, request.selection, order="date", limit=None if dearest else limit, but=hidden)
    if dearest:
        costs = {one.id: one.total.cost_usd or 0 for one in summaries(workspace, rows, request.selection)[0]}
        rows = sorted(rows, key=lambda row: -costs[row.key])[: limit or None]
    return SessionsScope(
        sessions=tuple(_one_by_one(workspace, report, options, request, rows)),
        count=count_roots(workspace.db, request.selection, but=hidden),
    )


def _one_by_one(
    workspace: Workspace, report: ModuleType, options: Any, request: Request, rows: Sequence[SessionRow]
) -> Iterator[Callable[[], Any]]:
    """Each session when its turn comes. What is missing of all of them is made first, and how far it is is told."""
    families = {row.id: family_ids(workspace.db, [row.id]) for row in rows}
    everyone = [one for family in families.values() for one in family]
    if not request.as_is:
        look_at(workspace, everyone, request.told)
    sizes = bytes_of(workspace.db, everyone)
    progress = Progress(total=sum(sizes.values()))

    def read(row: SessionRow) -> Any:
        request.told(progress)
        progress.done += sum(sizes.get(one, 0) for one in families[row.id])
        return scope_of_row(workspace, report, options, request, row)

    return (partial(read, row) for row in rows)


def scope_of_row(
    workspace: Workspace, report: ModuleType, options: Any, request: Request, row: SessionRow, chosen_by: str = ""
) -> Any:
    """The session of a row with what it started."""
    from agent_trace.app.readers import Readers
    from agent_trace.app.resuming import ways
    from agent_trace.app.sessions import lines_of, starts_beside
    from agent_trace.app.worked_out import keeping
    from agent_trace.model.summary import Cleared
    from agent_trace.reports._scopes import SessionScope, Ways, made_now
    from agent_trace.store.calls import owner_of, owns_call
    from agent_trace.store.clears import after_clear, before_clear
    from agent_trace.store.sessions import by_ids, by_key
    from agent_trace.store.sources import copies_of

    family_root = by_ids(workspace.db, [row.root])[0]
    if not request.as_is:
        look_at(workspace, family_ids(workspace.db, [row.root]), request.told)
    done, families = summaries(workspace, [family_root])
    everyone = {one.id: one for one in (*done, *families.get(family_root.key, ()))}
    summary = everyone[row.key]
    below = [one for one in families.get(family_root.key, ()) if is_below(one.id, row.key, everyone)]
    rows = used(workspace, Selection(), ("session", "model"), roots=[row.root], by_price=False)
    wanted = {summary.id, *(one.id for one in below)}
    readers = Readers(workspace, row, report, options, request)
    members = [one for one in family_ids(workspace.db, [row.root]) if one != row.id]
    return SessionScope(
        summary=summary,
        read=readers.told,
        whole=readers.figures,
        read_child=readers.told_child,
        whole_child=readers.figures_child,
        children=tuple(below),
        rows=tuple(one for one in rows if one.key[0] in wanted),
        raw=lambda: lines_of(workspace, row),
        owns=lambda call: owns_call(workspace.db, row.id, call),
        owner=lambda call: owner_of(workspace.db, call),
        copies=lambda: copies_of(workspace.db, row.id),
        cleared=lambda: Cleared(before_clear(workspace.db, row.id), after_clear(workspace.db, row.id)),
        owns_child=lambda key, call: owns_call(workspace.db, by_key(workspace.db, key)[0].id, call),
        book=workspace.book,
        beside=lambda: tuple(starts_beside(workspace, row)),
        made=lambda: _made(workspace, row, [one.id for one in below], refreshes=getattr(options, "refresh", False)),
        unmade=_unmade(workspace),
        given=_given(workspace, [summary, *below]),
        similar=lambda: _similar(workspace, row, summary),
        keeps_account=row.agent in workspace.members and workspace.members[row.agent].agent.cost,
        chosen_by=chosen_by,
        keep=made_now if request.door or request.as_is else keeping(workspace, row, members, (summary, *below)),
        ways=Ways if request.door else partial(ways, workspace, row),
    )


def _given(workspace: Workspace, sessions: list[Summary]) -> tuple[Annotation, ...]:
    if workspace.given is None:
        return ()
    from agent_trace.app.annotations import about

    return about(workspace, sessions)


def _similar(workspace: Workspace, row: SessionRow, summary: Summary) -> Similar | None:
    from agent_trace.app.alike import similar

    return similar(workspace, row, summary)


def _made(workspace: Workspace, row: SessionRow, below: Sequence[str], *, refreshes: bool) -> tuple[Made, ...]:
    """What a session and its sub-agents produced, with what git and the forges know of it."""
    from agent_trace.app.fates import with_fates
    from agent_trace.app.refreshing import refresh, with_states

    made = made_by(workspace, [row.key, *below], row.root)
    if refreshes:
        refresh(workspace, row.id, made)
    return with_states(workspace, with_fates(workspace, made, row.cwd))


def _unmade(workspace: Workspace) -> str:
    tier = workspace.config.tier
    return f"withheld (tier {tier})" if tier == 1 else "its events can be read no more"


def book_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """The price book, and the calls that were billed by it."""
    from agent_trace.app.billed import billed

    return billed(workspace, request.selection)


def machine_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """What doctor looks at."""
    from agent_trace.app.machine import machine
    from agent_trace.reports._scopes import MachineScope

    return MachineScope(facts=machine(workspace, verify=options.verify))


def agents_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """The agents, and what was found of them."""
    from agent_trace.app.agents import agents_seen
    from agent_trace.reports._scopes import AgentsScope

    return AgentsScope(agents=agents_seen(workspace))


def hits_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """What a search finds."""
    from agent_trace.app.searching import search

    return search(workspace, options, request)


def commit_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """A commit and who made it."""
    from agent_trace.app.makers import commit_scope as found

    return found(workspace, options.commit, options.repo, request)


def outcomes_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """What the selected sessions produced."""
    from agent_trace.app.fleets import outcomes

    return outcomes(workspace, report, options, request.selection, _told(request))


def doings_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """What the selected sessions did with tools and files, and what was found in them."""
    from agent_trace.app.doings import files, tools, waste

    selection, told = request.selection, _told(request)
    match report.SCOPE:
        case "tools":
            return tools(workspace, selection, told)
        case "files":
            return files(workspace, selection, told, options, report.LIMIT if request.limit is None else request.limit)
    return waste(workspace, report, options, selection, told)


def _told(request: Request) -> Told | None:
    return None if request.as_is else request.told


def fleet_scope(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """What is stored of the selected sessions."""
    from agent_trace.app.spending import fleet

    hidden = _hidden(workspace, shown=False)
    return fleet(workspace, request.selection, request.limit, options.top, hidden, _told(request))


SCOPES: Mapping[str, Callable[[Workspace, ModuleType, Any, Request], Any]] = {
    "usage": usage_scope,
    "summaries": summaries_scope,
    "session": session_scope,
    "pair": pair_scope,
    "sessions": sessions_scope,
    "book": book_scope,
    "machine": machine_scope,
    "agents": agents_scope,
    "hits": hits_scope,
    "commit": commit_scope,
    "outcomes": outcomes_scope,
    "fleet": fleet_scope,
    **dict.fromkeys(("tools", "files", "waste"), doings_scope),
}
GROUPED = frozenset({"usage", "outcomes", "waste"})
"""Scopes that hold rows of the ledger, under keys that the report names."""
SHORTENED = frozenset({"usage", "tools", "waste"})
"""Scopes that hold everything whatever the limit, which shortens the answer."""


def scope_of(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """What a report is made of, as it may be seen."""
    scope = SCOPES[report.SCOPE](workspace, report, options, request)
    return at_door(scope, request.door, report.group(options) if report.SCOPE in GROUPED else ())


def at_door(scope: Any, door: Door | None, group: tuple[str, ...] = ()) -> Any:
    """A scope as it may leave; `group` is what the rows of a ledger are grouped by."""
    if door is None:
        return scope
    from agent_trace.app.doorway import passed

    return passed(scope, door, group)


def run_report(workspace: Workspace, report: ModuleType, options: Any, request: Request) -> Any:
    """A report's result: what its JSON is made of."""
    scope = scope_of(workspace, report, options, request)
    result = report.compute(scope, options, workspace.facts)
    name = getattr(report, "ROWS", "rows")
    if report.SCOPE in SHORTENED and request.limit and hasattr(result, name):
        return msgspec.structs.replace(result, **{name: getattr(result, name)[: request.limit]})
    return result
