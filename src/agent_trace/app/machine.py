"""Looking at this machine for doctor: what was found where, and the state of what agent-trace keeps."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterator

from agent_trace import __version__
from agent_trace.app.agents import TESTED, in_order
from agent_trace.app.imports import imported_paths
from agent_trace.app.index import damaged_copies
from agent_trace.app.moments import zone
from agent_trace.app.workspace import Workspace
from agent_trace.config import VARIABLES, Config, load_config
from agent_trace.errors import AgentTraceError
from agent_trace.reports._machine import (
    ArchiveState,
    Duplicate,
    Feature,
    HomeSeen,
    IndexState,
    LogChange,
    Machine,
    Setting,
    TornTail,
    Trouble,
    UnreadLine,
)
from agent_trace.store.keyed_names import read_names
from agent_trace.store.shredding import worn
from agent_trace.store.sources import SourceRow, all_sources, keys_of
from agent_trace.sync.databases import MARK
from agent_trace.sync.discovery import logs, unreadable
from agent_trace.sync.homes import candidates, place
from agent_trace.sync.members import Member


def machine(workspace: Workspace, *, verify: bool = False) -> Machine:
    """All that doctor shows. `verify` reads every archived frame, and the index against its own indexes."""
    sources = all_sources(workspace.db)
    stones = workspace.tombstones
    seen = [one for member in workspace.members.values() for one in _homes(workspace, member, sources)]
    return Machine(
        version=__version__,
        python=f"{platform.python_version()} ({sys.executable})",
        platform=platform.platform(),
        tested_platform=sys.platform in TESTED,
        tested=TESTED,
        zone=workspace.facts.zone_name,
        now=workspace.now,
        home=workspace.config.home,
        homes=tuple(seen),
        imported=tuple(imported_paths(workspace)),
        index=_index(workspace, verify=verify),
        archive=_archive(workspace, sources, verify=verify),
        unread=tuple(_unread(workspace, sources)),
        torn=tuple(TornTail(log=one.path, size=one.torn) for one in sources if one.torn and not one.gone),
        changes=tuple(_changes(workspace, sources)),
        without_session=_without_session(workspace),
        duplicates=tuple(_duplicates(workspace, sources)),
        unreadable=tuple(_troubles(workspace, [one.path for one in seen if one.found])),
        forgotten=0 if stones is None else len(stones.marks),
        redacted=_redacted(workspace),
        forgetting_unfinished=workspace.db.meta("forgetting") is not None,
        features=tuple(_features(workspace)),
        settings=tuple(_settings(workspace)),
        notes=tuple(workspace.notes),
    )


def _redacted(workspace: Workspace) -> int:
    chosen = read_names(workspace.config.redactions)
    return 0 if chosen is None else len(chosen.marks)


# ---------------------------------------------------------------- where logs are


def _homes(workspace: Workspace, member: Member, sources: list[SourceRow]) -> Iterator[HomeSeen]:
    agent, seen = member.agent, set[str]()
    given = {one.path for one in workspace.config.homes}
    for home, path in candidates(agent, workspace.environment):
        real = os.path.realpath(path)
        if real in seen:
            continue
        seen.add(real)
        found = os.path.exists(path)
        here = list(logs(agent, [real])) if found else []
        paths = {one.path for one in here}
        sessions, versions = _sessions_in(workspace, [one.id for one in sources if one.path in paths])
        yield HomeSeen(
            agent=agent.name,
            title=agent.title,
            path=path,
            variable=home.variable,
            named=home.path == f"${home.variable}" or home.path in given,
            found=found,
            logs=len(here),
            size=sum(one.size for one in here),
            sessions=sessions,
            versions=versions,
            verified=agent.verified,
        )
    for own in workspace.config.homes:
        if (
            own.agent == agent.name and place(own.path, workspace.environment) is None
        ):  # one of its variables is not set
            yield HomeSeen(
                agent=agent.name, title=agent.title, path=own.path, variable="", named=True, found=False,
                verified=agent.verified,
            )  # fmt: skip


def _sessions_in(workspace: Workspace, sources: list[int]) -> tuple[int, tuple[str, ...]]:
    rows = workspace.db.execute(
        "SELECT DISTINCT session.id, version FROM part JOIN session ON session.id = part.session "
        "WHERE session.content AND part.source IN (SELECT value FROM json_each(?))",
        (str(sources),),
    ).fetchall()
    return len(rows), tuple(sorted({version for _, version in rows if version}, key=in_order))


def _troubles(workspace: Workspace, homes: list[str]) -> Iterator[Trouble]:
    for path, reason in unreadable(homes):
        yield Trouble(path=path, reason=reason)
    for problem in workspace.synced.problems if workspace.synced else ():
        yield Trouble(path=problem.path, reason=problem.reason)


# ---------------------------------------------------------------- what is kept


def _index(workspace: Workspace, *, verify: bool) -> IndexState:
    db, path = workspace.db, workspace.config.database
    rows = {
        table: int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        for table in (
            "source",
            "session WHERE content AND root = id",
            "session WHERE content AND root <> id",
            "call",
            "doc",
        )
    }
    logs_, roots, children, calls, documents = rows.values()
    (check,) = db.execute("PRAGMA integrity_check(1)" if verify else "PRAGMA quick_check(1)").fetchone()
    return IndexState(
        path=path,
        in_memory=db.in_memory,
        size=_size(path),
        log_size=_size(path + "-wal"),
        data_version=db.version,
        damage="" if check == "ok" else str(check),
        logs=logs_,
        sessions=roots,
        subagents=children,
        calls=calls,
        documents=documents,
        masked_documents=worn(db),
        due_bytes=workspace.due,
        set_aside=tuple(one for one in damaged_copies(path) if not one.endswith(("-wal", "-shm"))),
    )


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def _archive(workspace: Workspace, sources: list[SourceRow], *, verify: bool) -> ArchiveState:
    from agent_trace.store.archive import Archive

    archive = Archive(workspace.config.archive_folder)
    copies = [one for one in sources if one.archive_size]
    damaged: list[Trouble] = []
    if verify:
        from agent_trace.app.archives import verify as verify_all

        damaged = [Trouble(path=one.log, reason="; ".join(one.damage)) for one in verify_all(workspace).damaged]
    return ArchiveState(
        path=archive.folder,
        mode=workspace.config.archive,
        copies=len(copies),
        size=sum(one.archive_size for one in copies),
        raw_size=sum(one.kept for one in copies),
        missing=tuple(one.path for one in copies if not archive.holds(one.agent, one.path, one.archive_size)),
        verified=verify,
        damaged=tuple(damaged),
    )


# ---------------------------------------------------------------- logs


def _unread(workspace: Workspace, sources: list[SourceRow]) -> Iterator[UnreadLine]:
    found: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for number, *rest in workspace.db.execute(
        "SELECT source, offset, length, reason FROM unread ORDER BY source, offset"
    ):
        found[number].append((rest[0], rest[1], rest[2]))
    for source in sources:
        if source.id not in found:
            continue
        lines = _line_numbers(workspace, source, [offset for offset, _, _ in found[source.id]])
        for offset, length, reason in found[source.id]:
            yield UnreadLine(
                agent=source.agent,
                log=source.path,
                line=lines.get(offset),
                offset=offset,
                length=length,
                reason=reason,
                archived=bool(source.gone or source.generation),
            )


def _line_numbers(workspace: Workspace, source: SourceRow, offsets: list[int]) -> dict[int, int]:
    """Byte offset → number of the line, counted from 1, as far as the log can be read."""
    found: dict[int, int] = {}
    if workspace.config.tier < 3:  # the agent's own file is not opened
        return found
    wanted, before = sorted(offsets), 1
    try:
        for start, data, _ in workspace.raw.stream(source):
            while wanted and wanted[0] < start + len(data):
                offset = wanted.pop(0)
                found[offset] = before + data.count(b"\n", 0, offset - start)
            before += data.count(b"\n")
    except (OSError, AgentTraceError):
        return found
    return found


def _changes(workspace: Workspace, sources: list[SourceRow]) -> Iterator[LogChange]:
    for one in sources:
        if not (one.gone or one.changed):
            continue
        whole = one.archive_size and one.kept >= one.offset and one.changed < 2
        yield LogChange(
            log=one.path,
            sessions=keys_of(workspace.db, one.id),
            what="deleted" if one.gone else "rewritten",
            kept="archived" if whole else "in part" if one.archive_size or not one.gone else "sums only",
        )


def _without_session(workspace: Workspace) -> tuple[str, ...]:
    """Logs that told of no session; a row of a database that only repeats what another log tells is none of them."""
    rows = workspace.db.execute(
        "SELECT path FROM source WHERE NOT EXISTS (SELECT 1 FROM part JOIN session ON session.id = part.session "
        "WHERE part.source = source.id AND session.content) AND id NOT IN (SELECT source FROM merged) ORDER BY path"
    ).fetchall()
    known = {key for (key,) in workspace.db.execute("SELECT key FROM session WHERE content")}
    paths = [workspace.db.paths.real(path) for (path,) in rows]
    return tuple(path for path in paths if MARK not in path or path.rpartition(MARK)[2] not in known)


def _duplicates(workspace: Workspace, sources: list[SourceRow]) -> Iterator[Duplicate]:
    """Sessions with several logs of their own, or with a secondhand one; a part of another session's log is none."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in sources:
        for key in keys_of(workspace.db, one.id)[:1]:
            found[one.agent, key].append(one.path)
    rows = workspace.db.execute(
        "SELECT session.agent, key, path FROM merged JOIN source ON source.id = merged.source "
        "JOIN session ON session.id = merged.session ORDER BY path"
    )
    for agent, key, path in rows:
        found[agent, key].append(workspace.db.paths.real(path))
    for (_, key), paths in found.items():
        if len(paths) > 1:
            yield Duplicate(session=key, logs=tuple(paths))


# ---------------------------------------------------------------- the system


def _features(workspace: Workspace) -> Iterator[Feature]:
    db = workspace.db
    (journal,) = db.execute("PRAGMA journal_mode").fetchone()
    yield Feature(name="SQLite", present=True, detail=sqlite3.sqlite_version)
    yield Feature(name="full text (FTS5)", present=_works(workspace, "SELECT count(*) FROM text WHERE text MATCH 'a'"))
    yield Feature(name="JSON functions", present=_works(workspace, "SELECT count(*) FROM json_each('[1]')"))
    yield Feature(name="several processes at once (WAL)", present=journal == "wal", detail=f"journal: {journal}")
    yield Feature(name="file locks", present=True, detail="msvcrt" if sys.platform == "win32" else "flock")


def _works(workspace: Workspace, statement: str) -> bool:
    try:
        workspace.db.execute(statement).fetchone()
    except sqlite3.Error:
        return False
    return True


def _settings(workspace: Workspace) -> Iterator[Setting]:
    """Each key, its value, and who decided it."""
    environment = workspace.environment
    base = load_config(environment)
    variables = {"home": "AGENT_TRACE_HOME", "database": "SQLITE_DB_PATH"}
    variables.update({name: variable for variable, name in VARIABLES.items()})
    default = Config()
    for name in Config.__struct_fields__:
        value, variable = getattr(workspace.config, name), variables.get(name, "")
        origin = "config.toml"
        if value != getattr(base, name):
            origin = "a flag"
        elif variable and environment.get(variable):
            origin = variable
        elif value == getattr(default, name) or name == "home" or value == os.path.join(base.home, "data.db"):
            origin = "default"
        yield Setting(name=name, value=_shown(name, value, workspace), origin=_zone_origin(name, origin, workspace))


def _shown(name: str, value: object, workspace: Workspace) -> str:
    if name == "timezone" and not value:
        return zone("", workspace.environment)[1]
    if name == "pii":
        return ", ".join(workspace.config.pii) or "none"
    if isinstance(value, tuple):
        return f"{len(value)} of your own" if value else "none of your own"
    return "never" if value is None else str(value)


def _zone_origin(name: str, origin: str, workspace: Workspace) -> str:
    if name == "timezone" and origin == "default":
        return "TZ" if workspace.environment.get("TZ") else "the system"
    return origin
