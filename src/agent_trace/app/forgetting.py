"""Forgetting sessions: out of every table, the full text and the archive, for good.

The index then says what one would say that never saw them: a fork that was made from a forgotten session owns the rows
it copied. The agents' own logs are never touched; tombstones keep the sessions away while these logs are still there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence, Set
from contextlib import suppress
from datetime import datetime, timedelta, timezone

import msgspec

from agent_trace.app.imports import STRANGERS, drop_imported, imported_paths
from agent_trace.app.index import LOCK_WAIT_S, damaged_copies
from agent_trace.app.noted import drop_forgotten
from agent_trace.app.workspace import Workspace
from agent_trace.errors import UnreachableError, UsageError
from agent_trace.model.selection import Selection
from agent_trace.store.archive import Archive
from agent_trace.store.keyed_names import open_names
from agent_trace.store.paths import HiddenPaths
from agent_trace.store.removal import Family, families, remove
from agent_trace.store.sessions import SessionRow, names_of, roots, roots_before
from agent_trace.store.shredding import overwrite, remake_text
from agent_trace.store.sources import mark_again, sources
from agent_trace.sync.databases import file_of
from agent_trace.sync.lock import lock
from agent_trace.sync.looking import MARKS

DUE = "forgetting"
"""Under this name the index remembers archived files that are still to be deleted, and that its text is to be remade."""


class Doomed(msgspec.Struct, frozen=True, kw_only=True):
    """One session that is to be forgotten, with its sub-agents."""

    id: str
    agent: str
    title: str | None
    ended: datetime | None
    subagents: int
    archived_bytes: int
    logs: tuple[str, ...]
    """The agent's own logs that are still there: they are not touched."""
    copies: tuple[str, ...]
    """Sessions whose logs hold a copy of some of its rows: forks and resumed copies."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to go, and the rows that it consists of."""

    sessions: tuple[Doomed, ...]
    families: tuple[Family, ...]


def plan(workspace: Workspace, rows: Sequence[SessionRow]) -> Plan:
    """What forgetting these sessions means. UsageError for one that has no log of its own."""
    found = families(workspace.db, [row.id for row in rows])
    along = {row.key for row in rows}
    return Plan(
        sessions=tuple(_doomed(workspace, row, found[row.id], along) for row in rows),
        families=tuple(found.values()),
    )


def before(workspace: Workspace, moment: datetime) -> list[SessionRow]:
    """The roots whose last activity, that of their sub-agents included, was before a moment."""
    return roots_before(workspace.db, round(moment.timestamp() * 1000))


def retain(workspace: Workspace) -> int:
    """Forget what nobody went on with for as many days as the person keeps sessions; how many these were.

    Called under the index's lock. What shares its log with a session that stays is not forgotten yet.
    """
    days = workspace.config.retention
    if days is None or workspace.db.in_memory:
        return 0
    rows = before(workspace, workspace.now - timedelta(days=days))
    old = {row.key for row in rows}
    found = families(workspace.db, [row.id for row in rows])
    what = plan(workspace, [row for row in rows if set(found[row.id].shared) <= old])
    if what.families:
        _bury(workspace, what)
        finish(workspace)
    return len(what.sessions)


def in_repository(workspace: Workspace, name: str, moment: datetime | None = None) -> list[SessionRow]:
    """The roots that worked in a repository, or below a folder, of that name; only those last active before a moment.

    A name is a path or whole parts of one: `demo` means `/src/demo` and not `/src/demo2`.
    """
    rows = [row for row in roots(workspace.db, Selection(repo=name)) if _lies_in(row.repo or row.cwd or "", name)]
    if moment is None:
        return rows
    old = {row.id for row in before(workspace, moment)}
    return [row for row in rows if row.id in old]


def _lies_in(folder: str, name: str) -> bool:
    parts, wanted = _parts(folder), _parts(name)
    starts = range(1 if name[:1] in ("/", "\\") else len(parts) - len(wanted) + 1)
    return bool(wanted) and any(parts[start : start + len(wanted)] == wanted for start in starts)


def _parts(path: str) -> list[str]:
    return [part for part in path.lower().replace("\\", "/").split("/") if part]


def _doomed(workspace: Workspace, row: SessionRow, family: Family, along: Set[str]) -> Doomed:
    shared = [key for key in family.shared if key not in along]
    if shared:
        raise UsageError(
            f"{row.key} has no log of its own: it is a part of the log of {shared[0]}",
            hint=f"`agent-trace forget {shared[0]}` forgets the whole session",
        )
    logs = sources(workspace.db, family.sources).values()
    return Doomed(
        id=row.key,
        agent=row.agent,
        title=row.title,
        ended=None if row.ended is None else datetime.fromtimestamp(row.ended / 1000, timezone.utc),
        subagents=len(family.sessions) - 1,
        archived_bytes=sum(one.archive_size for one in logs),
        logs=tuple(one.path for one in logs if os.path.exists(file_of(one.path))),
        copies=family.copies,
    )


def forget(workspace: Workspace, what: Plan) -> None:
    """Carry out a plan. From the first change on, whatever interrupts it, a later sync brings it to its end."""
    if workspace.db.in_memory:
        raise UnreachableError("the home cannot be written: nothing can be forgotten")
    if not what.families:
        return
    with workspace.locked() as held:
        if not held:
            raise UnreachableError("another agent-trace is still indexing", hint="try again when it is done")
        _bury(workspace, what)
        finish(workspace)


def _bury(workspace: Workspace, what: Plan) -> None:
    """Tombstones first: a session that is out of the index and has none would come back."""
    db, config = workspace.db, workspace.config
    ids = [number for family in what.families for number in family.sources]
    logs = sources(db, ids).values()
    sessions = names_of(db, [one for family in what.families for one in family.sessions])
    names = [*sessions, *((one.agent, one.path) for one in logs)]
    open_names(config.tombstones).add(names)
    with suppress(UnreachableError):  # `finish` does it otherwise
        drop_forgotten(workspace)
    archive = Archive(config.archive_folder)
    files = [archive.file(one.agent, one.path) for one in logs if one.archive_size]
    drop_imported(workspace, {one.path for one in logs})
    with db.transaction():
        for family in what.families:
            remove(db, family)
        mark_again(db, {other for family in what.families for other in family.others} - set(ids))
        owe(workspace, files)


def _due(workspace: Workspace) -> list[str]:
    text = workspace.db.meta(DUE)
    return [] if text is None else list(map(str, json.loads(text)))


def owe(workspace: Workspace, files: Iterable[str] = ()) -> None:
    """Write down, inside the caller's transaction, that `finish` is to be called: a later sync does it otherwise."""
    workspace.db.remember(DUE, json.dumps([*_due(workspace), *files]))


def finish(workspace: Workspace) -> None:
    """Delete archived files, make the full text anew, overwrite every page that held what is forgotten."""
    db = workspace.db
    with lock(workspace.config.text_lock_file, wait_s=LOCK_WAIT_S) as held:
        if not held:
            raise UnreachableError(
                "another agent-trace is still indexing text", hint="`agent-trace sync` finishes the work"
            )
        drop_forgotten(workspace)
        leftovers = Archive(workspace.config.archive_folder).leftovers()
        _unlink([*_due(workspace), *damaged_copies(workspace.config.database), *leftovers])
        _drop_paths(workspace)
        remake_text(db)
        overwrite(db)
        with db.transaction():
            db.execute("DELETE FROM meta WHERE key = ?", (DUE,))


def _drop_paths(workspace: Workspace) -> None:
    """At tier 1 the paths of logs lie in a file of their own: there too, those of forgotten logs go."""
    db = workspace.db
    if not isinstance(db.paths, HiddenPaths):
        return
    named = [path for (path,) in db.execute("SELECT path FROM source")]
    named += [db.paths.stored(path) for path in imported_paths(workspace)]
    told = [text for text in map(db.meta, (MARKS, STRANGERS)) if text is not None]
    db.paths.keep_only([*named, *(name for text in told for name in json.loads(text))])


def _unlink(files: Iterable[str]) -> None:
    for path in files:
        if os.path.exists(path):
            os.unlink(path)
        with suppress(OSError):
            os.rmdir(os.path.dirname(path))  # where nothing else is in it
