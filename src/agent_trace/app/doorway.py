"""What reports are made of, passed through the door: done here once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import msgspec

from agent_trace.app.leaving import Door
from agent_trace.app.leaving_sums import did, key, ledger
from agent_trace.model.history import CommitFate
from agent_trace.privacy.tiers import tiered_reason
from agent_trace.reports._book_scope import BookScope, Record
from agent_trace.reports._machine import Machine
from agent_trace.reports._makers import CommitScope, MadeCommit, Maker
from agent_trace.reports._outcome import Made
from agent_trace.reports._scopes import (
    FilesScope,
    FleetScope,
    Hit,
    HitsScope,
    MachineScope,
    OutcomesScope,
    PairScope,
    SessionScope,
    SessionsScope,
    Similar,
    SummariesScope,
    ToolsScope,
    UsageScope,
    WasteScope,
    Work,
)

replace = msgspec.structs.replace


def passed(scope: Any, door: Door, group: Sequence[str] = ()) -> Any:
    """A scope as it may leave; one of a kind that is not known here has all its texts masked."""
    match scope:
        case SessionScope():
            return _session(scope, door)
        case PairScope() | SessionsScope():
            return _several(scope, door)
        case FleetScope() | SummariesScope():
            return _listed(scope, door)
        case OutcomesScope():
            return replace(scope, rows=ledger(scope.rows, door, group), works=_works(scope.works, door, group))
        case UsageScope() | ToolsScope() | FilesScope() | WasteScope():
            return did(scope, door, group)
        case HitsScope():
            return replace(scope, query=door.text(scope.query), hits=tuple(_hit(one, door) for one in scope.hits))
        case BookScope():
            return replace(scope, records=lambda: tuple(_record(one, door) for one in scope.records()))
        case CommitScope():
            return _commit(scope, door)
        case MachineScope():
            return door.record(replace(scope, facts=_machine(scope.facts, door)))
    return door.record(scope)


def _session(scope: SessionScope, door: Door) -> SessionScope:
    """Its events pass the door as they are read."""
    cwd = scope.summary.cwd
    return replace(
        scope,
        summary=door.summary(scope.summary),
        children=door.summaries(scope.children),
        raw=lambda: (door.line(line, cwd=cwd) for line in scope.raw()),
        given=tuple(door.annotation(one, cwd=cwd) for one in scope.given),
        beside=lambda: tuple(door.event(one, cwd=cwd) for one in scope.beside()),
        made=lambda: tuple(_produced(one, cwd, door) for one in scope.made()),
        similar=lambda: _similar(scope.similar(), door),
    )


def _listed(scope: FleetScope | SummariesScope, door: Door) -> FleetScope | SummariesScope:
    """The Summaries of a list, of its sub-agents too where it has them."""
    if isinstance(scope, FleetScope):
        return replace(scope, sessions=door.summaries(scope.sessions))
    children = {name: door.summaries(found) for name, found in scope.children.items()}
    return replace(scope, sessions=door.summaries(scope.sessions), children=children)


def _similar(found: Similar | None, door: Door) -> Similar | None:
    return None if found is None else replace(found, session=door.summary(found.session))


def _several(scope: PairScope | SessionsScope, door: Door) -> PairScope | SessionsScope:
    """Sessions that are read when their turn comes pass the door then."""
    if isinstance(scope, PairScope):
        return replace(scope, first=partial(_read, scope.first, door), second=partial(_read, scope.second, door))
    return replace(scope, sessions=tuple(partial(_read, one, door) for one in scope.sessions))


def _read(read: Callable[[], SessionScope], door: Door) -> SessionScope:
    return _session(read(), door)


def _produced(one: Made, cwd: str | None, door: Door) -> Made:
    """What a session produced; what git knows of it is of tier 2, as its commits are."""

    def fate(found: CommitFate) -> CommitFate:
        names = {
            name: tuple(door.text(word, cwd=cwd) for word in getattr(found, name)) for name in ("branches", "tags")
        }
        return replace(found, **names)

    fates = tuple(map(fate, one.fates)) if door.tier > 1 else ()
    return replace(one, outcome=door.outcome(one.outcome, cwd=cwd), fates=fates)


def _hit(hit: Hit, door: Door) -> Hit:
    """A hit; its passage was made of what had passed already."""
    cwd = hit.cwd
    return replace(
        hit, title=door.title(hit.title, cwd=cwd), cwd=door.path(cwd, cwd=cwd), path=door.path(hit.path, cwd=cwd)
    )


def _commit(scope: CommitScope, door: Door) -> CommitScope:
    """A commit and its makers: names and subjects are of tier 2; the prompts have passed already, as events."""
    return replace(
        scope,
        asked=door.path(scope.asked) or "",
        sha=door.path(scope.sha),
        subject=door.path(scope.subject),
        repository=door.path(scope.repository),
        makers=tuple(_maker(one, door) for one in scope.makers),
    )


def _maker(one: Maker, door: Door) -> Maker:
    return replace(
        one,
        title=door.title(one.title, cwd=one.cwd),
        cwd=door.path(one.cwd, cwd=one.cwd),
        commits=tuple(_made(made, one.cwd, door) for made in one.commits),
    )


def _made(made: MadeCommit, cwd: str | None, door: Door) -> MadeCommit:
    return replace(made, sha=door.path(made.sha, cwd=cwd), subject=door.path(made.subject, cwd=cwd))


def _machine(facts: Machine, door: Door) -> Machine:
    """What went wrong with logs, without what is quoted of them."""
    if door.tier == 3:
        return facts
    unread = tuple(replace(one, reason=tiered_reason(one.reason, door.tier)) for one in facts.unread)
    failed = tuple(replace(one, reason=_unquoted(one.reason)) for one in facts.unreadable)
    return replace(facts, unread=unread, unreadable=failed)


def _unquoted(reason: str) -> str:
    """`its reader failed: …`: an error may tell what it stumbled over."""
    words, colon, _ = reason.partition(": ")
    return f"{words}: …" if colon else words


def _record(record: Record, door: Door) -> Record:
    return replace(record, title=door.title(record.title))


def _works(works: Iterable[Work], door: Door, group: Sequence[str]) -> tuple[Work, ...]:
    """What sessions produced; their projects as the keys of the ledger, which these meet."""
    if "project" not in group:
        return tuple(replace(one, project="") for one in works)
    return tuple(replace(one, project=key("project", one.project, door)) for one in works)
