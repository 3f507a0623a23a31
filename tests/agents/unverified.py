"""The logs of agents that were never seen running: where they lie, how they become lines, and what is told of them."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from agent_trace import registry
from agent_trace.model.events import Event, LlmResponse, ToolResult
from agent_trace.model.session import Session, by_session
from agent_trace.model.usage import Usage
from agent_trace.sync.bundles import bundle_of, lines_of
from agent_trace.sync.databases import rows_of, sessions_in
from agent_trace.sync.members import Member

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
NAMES = ("aider", "amp", "cline", "cursor", "goose", "kodo", "windsurf")
HOMES = {"cursor": "/home/dev/.config/Cursor/User", "goose": "/home/dev/.local/share/goose"}
"""Where the databases of the corpus are said to lie."""
HEAD = 65_536
BESIDE = ("ui_messages.json", "task_metadata.json", "history_item.json")
"""Documents that belong to another one."""


class Log(NamedTuple):
    """A log of the corpus: its agent, its path, its lines."""

    agent: str
    path: str
    lines: tuple[bytes, ...]
    golden: Path
    is_made: bool
    """It is made of a database or of documents, and always read as a whole."""
    head: bytes = b""
    """The first bytes of its file; of a session in a database there are none."""


@lru_cache
def member(name: str) -> Member:
    """An agent's module."""
    return Member(registry.load("agents", name))


@lru_cache
def logs() -> tuple[Log, ...]:
    """Every log of these agents."""
    return tuple(log for name in NAMES for log in _logs(name))


def log(agent: str, ending: str) -> Log:
    """The log of an agent whose path ends so."""
    return next(one for one in logs() if one.agent == agent and one.path.endswith(ending))


def _logs(name: str) -> Iterator[Log]:
    folder, agent = CORPUS / name / "unverified", member(name).agent
    for path in sorted(folder.rglob("*")):
        where = path.relative_to(folder).as_posix()
        if path.is_dir() or path.name.endswith(".events.txt") or path.name in BESIDE:
            continue
        if path.suffix == ".sql" or path.name in ("global.json", "workspace.json"):
            yield from _stored(name, path)
        else:
            bundle, content = bundle_of(agent, str(path)), path.read_bytes()
            lines = lines_of(bundle, str(path), member(name).lines) if bundle else content.split(b"\n")
            told_of = tuple(line for line in lines if line.strip())
            yield Log(name, where, told_of, _golden(path), bundle is not None, content[:HEAD])


def _golden(path: Path, session: str = "") -> Path:
    return path.with_name(f"{path.stem}{session}.events.txt")


def _stored(name: str, path: Path) -> Iterator[Log]:
    """The sessions of a database that a script or a document describes."""
    database = member(name).agent.databases[0]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "made.db"
        made(path, file)
        for one in sessions_in(database, name, str(file)):
            session = one.path.rpartition("#")[2]
            lines = tuple(rows_of(database, one.path))
            yield Log(name, f"{HOMES[name]}/state.db#{session}", lines, _golden(path, f"-{session}"), True)


def made(description: Path, file: Path) -> None:
    """Make the database that a script of SQL, or a document of tables with keys and values, describes."""
    with closing(sqlite3.connect(file)) as connection, connection:
        if description.suffix == ".sql":
            connection.executescript(description.read_text())
        else:
            for table, rows in json.loads(description.read_bytes()).items():
                connection.execute(f"CREATE TABLE {table} (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)")
                values = [(key, one if isinstance(one, str) else json.dumps(one).encode()) for key, one in rows.items()]
                connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", values)
    connection.close()


# ---- reading


def numbered(lines: Iterable[bytes]) -> list[tuple[int, bytes]]:
    """Lines with their offsets."""
    rows, offset = [], 0
    for line in lines:
        rows.append((offset, line))
        offset += len(line) + 1
    return rows


def heard(agent: str, lines: Sequence[bytes], path: str, state: Any = None, **how: Any) -> list[Event]:
    """The events of a log's lines."""
    return list(member(agent).parse(path, numbered(lines), state, **how))


def told(one: Log, **how: Any) -> list[Event]:
    """The events of a log of the corpus."""
    return heard(one.agent, one.lines, one.path, **how)


def sessions(one: Log) -> dict[str, Session]:
    """The sessions of a log of the corpus."""
    return by_session(told(one), one.agent)


def only(events: Iterable[Event], kind: type[Any]) -> list[Any]:
    """The events of one kind."""
    return [event for event in events if isinstance(event, kind)]


def rows(*records: Any) -> list[bytes]:
    """Records as lines."""
    return [json.dumps(record).encode() for record in records]


def used(session: Session) -> Usage:
    """What a session's calls used."""
    return sum((call.usage for call in session.own_calls), Usage())


def calls_of(events: Iterable[Event]) -> dict[str, LlmResponse]:
    """Calls by their keys."""
    return {event.call: event for event in events if isinstance(event, LlmResponse)}


def results_of(events: Iterable[Event]) -> dict[str, ToolResult]:
    """Results by the keys of their calls."""
    return {event.call: event for event in events if isinstance(event, ToolResult)}
