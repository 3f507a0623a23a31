"""OpenCode's stores as tests use them: the corpus, rows of hand, the tree of older versions, and what is read of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from agent_trace.agents.opencode import AGENT
from agent_trace.agents.opencode.lines import lines
from agent_trace.agents.opencode.parse import parse
from agent_trace.model.events import Event
from agent_trace.model.session import Session, by_session

CORPUS = Path(__file__).parents[2] / "corpus" / "opencode"
RUNS = ("changes", "compact", "down", "fix", "patches", "served")
VERSION = "1.18.33"
AT = 1_795_000_000_000
Json = dict[str, Any]


def database(run: str, path: Path | str = ":memory:") -> sqlite3.Connection:
    """The database of a run, as OpenCode left it."""
    found = sqlite3.connect(path, isolation_level=None)
    found.row_factory = sqlite3.Row
    found.executescript((CORPUS / VERSION / run / "opencode.sql").read_text(encoding="utf-8"))
    return found


def truth(run: str) -> Json:
    """What really happened in a run."""
    found: Json = json.loads((CORPUS / VERSION / run / "truth.json").read_text(encoding="utf-8"))
    return found


@cache
def logs(run: str) -> dict[str, tuple[bytes, ...]]:
    """Session → the lines that its rows become, by the agent's own SQL."""
    with closing(database(run)) as db:
        names = [row[0] for row in db.execute(AGENT.databases[0].sessions[0])]
        return {name: tuple(rows_of(db, name)) for name in names}


def rows_of(db: sqlite3.Connection, session: str) -> Iterator[bytes]:
    """One session's rows as lines."""
    for table, statement in AGENT.databases[0].rows[:3]:
        for row in db.execute(statement, {"id": session}):
            yield msgspec.json.encode({"table": table, **dict(row)})


def tree(run: str) -> dict[str, dict[str, bytes]]:
    """Session → path → content of the JSON files that versions before 1.2 kept of it, the main file first."""
    found: dict[str, dict[str, bytes]] = {}
    for session, held in logs(run).items():
        rows = [json.loads(line) for line in held]
        files = found[session] = {}
        for row in rows:
            path, content = _file(row)
            files[f"storage/{path}.json"] = json.dumps(content, indent=2).encode()
    return found


def _file(row: Json) -> tuple[str, Json]:
    if row["table"] == "message":
        own = {"id": row["id"], "sessionID": row["session_id"]}
        return f"message/{row['session_id']}/{row['id']}", own | json.loads(row["data"])
    if row["table"] == "part":
        own = {"id": row["id"], "messageID": row["message_id"], "sessionID": row["session_id"]}
        return f"part/{row['message_id']}/{row['id']}", own | json.loads(row["data"])
    time = {"created": row["time_created"], "updated": row["time_updated"]}
    info = {"id": row["id"], "projectID": row["project_id"], "directory": row["directory"], "title": row["title"]}
    more = {"parentID": row["parent_id"], "revert": row["revert"] and json.loads(row["revert"])}
    info |= {"version": row["version"], "time": time} | {name: found for name, found in more.items() if found}
    return f"session/{row['project_id']}/{row['id']}", info


# ---- reading


def heard(rows: Iterable[bytes], path: str = "opencode.db#ses_1", **how: Any) -> list[Event]:
    """The events of some lines."""
    placed, offset = [], 0
    for row in rows:
        placed.append((offset, row))
        offset += len(row) + 1
    return list(parse(path, placed, **how))


def heard_files(files: Mapping[str, bytes], **how: Any) -> list[Event]:
    """The events of a bundle."""
    return heard(lines(files), next(iter(files)), **how)


@cache
def sessions(run: str) -> dict[str, Session]:
    """The sessions of a run."""
    return {
        name: session
        for log, held in logs(run).items()
        for name, session in by_session(heard(held, f"opencode.db#{log}"), "opencode").items()
    }


# ---- rows by hand


def session(name: str = "ses_1", **columns: Any) -> bytes:
    """A session's row."""
    row = {"table": "session", "id": name, "parent_id": None, "directory": "/home/dev/demo", "title": "A title"}
    return msgspec.json.encode(row | {"version": VERSION, "time_created": AT, "time_updated": AT} | columns)


def message(name: str, role: str, created: int | None = 0, **data: Any) -> bytes:
    """A message's row, made some milliseconds after the session."""
    time = {} if created is None else {"created": AT + created}
    held = {"role": role, "time": time} | data
    return msgspec.json.encode({"table": "message", "id": name, "session_id": "ses_1", "data": json.dumps(held)})


def user(name: str = "msg_1", created: int = 0, **data: Any) -> bytes:
    """A message of the person."""
    return message(name, "user", created, **data)


def assistant(name: str = "msg_2", created: int = 100, **data: Any) -> bytes:
    """A message of the model."""
    given = {"modelID": "claude-sonnet-4-5", "providerID": "anthropic", "agent": "build", "tokens": tokens(10, 5)}
    return message(name, "assistant", created, **(given | data))


def part(name: str, of: str, kind: str, /, **data: Any) -> bytes:
    """A part's row."""
    held = json.dumps({"type": kind} | data)
    row = {"table": "part", "id": name, "message_id": of, "session_id": "ses_1", "time_created": AT + 9, "data": held}
    return msgspec.json.encode(row)


def tool(name: str, used: str, status: str = "completed", at: int = 200, **state: Any) -> bytes:
    """A tool part of the model's message; `of`, `call` and the state's fields may be given."""
    of, call = state.pop("of", "msg_2"), state.pop("call", f"call_{name}")
    time = {"start": AT + at, "end": AT + at + 50} if status in ("completed", "error") else {"start": AT + at}
    held = {"status": status, "input": {}, "time": time} | state
    return part(name, of, "tool", tool=used, callID=call, state=held)


def tokens(fresh: int, out: int, reasoning: int = 0, read: int = 0, write: int = 0, **more: Any) -> Json:
    """Tokens as a message has them."""
    return {"input": fresh, "output": out, "reasoning": reasoning, "cache": {"read": read, "write": write}} | more


def one(events: Iterable[Event], kind: type[Any]) -> Any:
    """The only event of a kind."""
    (found,) = (event for event in events if isinstance(event, kind))
    return found


def of(events: Iterable[Event], kind: type[Any]) -> list[Any]:
    """All events of a kind."""
    return [event for event in events if isinstance(event, kind)]
