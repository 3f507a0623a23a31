"""What an index says, without the numbers that depend on the order in which it was told."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from agent_trace.app.workspace import Workspace
from agent_trace.config import load_config
from agent_trace.model.scan import CostRecord, Part

Rows = list[tuple[Any, ...]]
Dump = dict[str, Rows]

_QUERIES = {
    "source": "SELECT id, size, offset, gone, changed, torn, kept, generation, indexed, events FROM source",
    "session": "SELECT agent, key, root, parent, tool_id, content, title, cwd, repo, branch, version, started, ended, active, "
    "prompts, lines_added, lines_removed, failed_steps, refused, api_errors, unread, tail, changed, recorded, has_record FROM session",
    "part": "SELECT source, session, data FROM part",
    "call": "SELECT key, source, session, rank, request, at, last, class, branch, tool, counts, input, output, cache_read, "
    "cache_write_5m, cache_write_1h, reasoning, web_searches, recorded FROM call",
    "tool": "SELECT call, key, name, at, failed, step_failed FROM tool",
    "prompt": "SELECT key, source, session, at FROM prompt",
    "record": "SELECT source, n, session, data FROM record",
    "link": "SELECT agent, agent_id, source, call, tool_id FROM link",
    "unread": "SELECT source, offset, length, reason FROM unread",
    "peer": "SELECT source, other FROM peer",
    "usage": "SELECT session, quarter, class, branch, unlogged, calls, entries, tool_calls, errors, input, output, cache_read, "
    "cache_write_5m, cache_write_1h, reasoning, web_searches, recorded FROM usage",
    "unlogged": "SELECT session, at, class, branch, input, output, cache_read, cache_write_5m, cache_write_1h, web_searches "
    "FROM unlogged",
    "doc": "SELECT source, session, number, event, at, kind, tool, path, failed, offset, length FROM doc",
}
SUMS = ("session", "part", "call", "tool", "prompt", "record", "usage", "unlogged")
"""What lists and prices are made of: no place in a file, no full text."""


def columns(query: str) -> list[str]:
    return [name.strip() for name in query.removeprefix("SELECT ").partition(" FROM ")[0].split(",")]


def dump(path: str | os.PathLike[str], *, root: Path | None = None, only: Iterable[str] = tuple(_QUERIES)) -> Dump:
    """All tables with names in the place of numbers, sorted. `root` is cut off the paths of logs."""
    db = sqlite3.connect(os.fspath(path))
    try:
        names = _names(db, "" if root is None else f"{root}{os.sep}")
        return {table: _table(db, table, names) for table in only}
    finally:
        db.close()


def _names(db: sqlite3.Connection, prefix: str) -> Mapping[str, Callable[[Any], Any]]:
    sources = {row[0]: row[1].removeprefix(prefix) for row in db.execute("SELECT id, path FROM source")}
    sessions = dict(db.execute("SELECT id, key FROM session").fetchall())
    words = {0: "", **dict(db.execute("SELECT id, text FROM word").fetchall())}
    classes = {
        row[0]: "|".join(map(str, row[1:])) for row in db.execute("SELECT id, model, speed, geo, tier, band FROM class")
    }
    return {
        "source": lambda one: sources.get(one, one),
        "other": lambda one: sources.get(one, one),
        "id": lambda one: sources.get(one, one),
        "session": lambda one: sessions.get(one, one),
        "root": lambda one: sessions.get(one, one),
        "parent": lambda one: sessions.get(one, one),
        "branch": lambda one: words.get(one, one) if isinstance(one, int) else one,
        "tool": lambda one: words.get(one, one),
        "name": lambda one: words.get(one, one),
        "class": lambda one: classes[one],
    }


def _table(db: sqlite3.Connection, table: str, names: Mapping[str, Callable[[Any], Any]]) -> Rows:
    kinds: dict[str, Any] = {"part": Part, "record": CostRecord}
    query = _QUERIES[table]
    heads = columns(query)
    rows = []
    for row in db.execute(query):
        values = [names[head](value) if head in names else value for head, value in zip(heads, row, strict=True)]
        if table in kinds:
            values[-1] = repr(msgspec.msgpack.decode(values[-1], type=kinds[table]))
        rows.append(tuple(values))
    return sorted(rows, key=repr)


def differences(one: Dump, other: Dump) -> list[str]:
    """Rows that stand in one dump alone."""
    found = []
    for table, rows in one.items():
        theirs = other[table]
        if rows == theirs:
            continue
        found += [f"- {table} {row}" for row in rows if row not in theirs]
        found += [f"+ {table} {row}" for row in theirs if row not in rows]
        if len(rows) != len(theirs):
            found.append(f"{table}: {len(rows)} rows, then {len(theirs)}")
    return found


def workspace(home: Path, name: str = ".agent-trace", said: list[str] | None = None, **more: str) -> Workspace:
    """A workspace over the logs of a home, its own data below the same home."""
    environment = {"HOME": str(home), "AGENT_TRACE_HOME": str(home / name), **more}
    told = [] if said is None else said
    return Workspace(load_config(environment), environment=environment, say=told.append)


def synced(
    home: Path, name: str = ".agent-trace", *, text: bool = True, said: list[str] | None = None, **more: str
) -> Path:
    """Sync to the end; where the index lies."""
    opened = workspace(home, name, said, **more)
    try:
        opened.sync()
        if text:
            opened.sync_text()
        return Path(opened.config.database)
    finally:
        opened.close()
