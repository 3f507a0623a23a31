"""Sums over many sessions, passed through the door: the keys they stand under, and the files, tools and rules they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from agent_trace.app.leaving import Door
from agent_trace.model.ledger import LedgerRow
from agent_trace.reports._scopes import (
    FileSession,
    FilesScope,
    FileUse,
    ProjectWork,
    ToolsScope,
    UsageScope,
    WasteScope,
    WasteSession,
)

WORKED_ON = frozenset({"project", "branch"})
"""Keys of the ledger that are of tier 2."""
NAMED = frozenset({*WORKED_ON, "tool"})
"""Keys that the agent or the person chose freely."""
replace = msgspec.structs.replace


def ledger(rows: Iterable[LedgerRow], door: Door, group: Sequence[str]) -> tuple[LedgerRow, ...]:
    """Sums under keys that may leave. What differs still differs, so there are as many lines as before."""

    return tuple(
        replace(row, key=tuple(key(name, value, door) for name, value in zip(group, row.key, strict=True)))
        for row in rows
    )


def key(name: str, value: str, door: Door) -> str:
    """A value of a key that a ledger is grouped by, as it may leave; `name` says of which."""
    if not value or name not in NAMED:
        return value
    if door.tier != 1 or name not in WORKED_ON:
        return door.text(value)
    return door.stand_in(name, value)


def did(scope: UsageScope | ToolsScope | FilesScope | WasteScope, door: Door, group: Sequence[str]) -> object:
    """What many sessions used, what they did with tools and files, and what was found in them."""
    match scope:
        case UsageScope():
            return replace(scope, rows=ledger(scope.rows, door, group), projects=_projects(scope.projects, door))
        case ToolsScope():
            return replace(scope, tools=tuple(replace(one, tool=door.text(one.tool)) for one in scope.tools))
        case FilesScope():
            return _files(scope, door)
        case WasteScope():
            return _waste(scope, door, group)


def _files(scope: FilesScope, door: Door) -> FilesScope:
    """Paths are of tier 2; below it there are as many files as there were."""
    return replace(
        scope,
        files=tuple(_file(one, door) for one in scope.files),
        sessions=tuple(_touched(one, door) for one in scope.sessions),
    )


def _file(one: FileUse, door: Door) -> FileUse:
    return replace(one, path=_path(one.path, door))


def _path(path: str, door: Door, cwd: str | None = None) -> str:
    return door.stand_in("path", path) if door.tier == 1 else door.text(path, cwd=cwd)


def _touched(one: FileSession, door: Door) -> FileSession:
    return replace(
        one,
        title=door.title(one.title, cwd=one.cwd),
        cwd=door.path(one.cwd, cwd=one.cwd),
        repo=door.path(one.repo, cwd=one.cwd),
        path=_path(one.path, door, one.cwd),
    )


def _waste(scope: WasteScope, door: Door, group: Sequence[str]) -> WasteScope:
    """What was found; its first keys stand for the same rows wherever they are."""

    def first(value: str) -> str:
        return key(group[0], value, door)

    def titled(one: WasteSession) -> WasteSession:
        return replace(one, title=door.title(one.title))

    return replace(
        scope,
        claimed=ledger(scope.claimed, door, group),
        found=tuple(
            replace(one, key=tuple(key(name, value, door) for name, value in zip(group, one.key, strict=True)))
            for one in scope.found
        ),
        newest={first(key): tuple(map(titled, some)) for key, some in scope.newest.items()},
        sessions={first(key): number for key, number in scope.sessions.items()},
    )


def _projects(found: Mapping[str, ProjectWork], door: Door) -> dict[str, ProjectWork]:
    """What was done in each project, under the keys of the ledger."""
    return {
        key("project", name, door): replace(
            one,
            branches=tuple(replace(each, name=key("branch", each.name, door)) for each in one.branches),
            files=tuple(_file(each, door) for each in one.files),
            claimed=tuple(replace(row, key=()) for row in one.claimed),
        )
        for name, one in found.items()
    }
