"""Rows of a transcript as tests write them: only what matters is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from agent_trace.agents.claude.parse_state import ParseState
from agent_trace.model.events import Event
from tests.agents.claude.logs import heard

E = TypeVar("E", bound=Event)
JSON = Mapping[str, Any]

FRAME: JSON = {
    "isSidechain": False,
    "cwd": "/home/dev/demo",
    "sessionId": "log",
    "version": "2.1.329",
    "gitBranch": "main",
    "timestamp": "2026-11-18T12:00:00.000Z",
}


def row(kind: str, uuid: str, **fields: Any) -> dict[str, Any]:
    """A row of any type."""
    return {"type": kind, "uuid": uuid, **FRAME, **fields}


def said(uuid: str, content: object, **fields: Any) -> dict[str, Any]:
    """A user row."""
    return row("user", uuid, message={"role": "user", "content": content}, **fields)


def tokens(output: int = 5, **fields: Any) -> dict[str, Any]:
    """The API's usage object."""
    return {"input_tokens": 10, "output_tokens": output, **fields}


def answered(uuid: str, message: str, *blocks: JSON, usage: object = None, **fields: Any) -> dict[str, Any]:
    """An assistant row of one API message."""
    inner = {
        "id": message,
        "model": "claude-sonnet-4-5",
        "role": "assistant",
        "content": list(blocks),
        "usage": usage if usage is not None else tokens(),
    }
    return row("assistant", uuid, message=inner, **{"requestId": "req_1", **fields})


def text(words: str) -> dict[str, Any]:
    """A text block."""
    return {"type": "text", "text": words}


def tool(tool_id: str, name: str, **arguments: Any) -> dict[str, Any]:
    """A tool-use block."""
    return {"type": "tool_use", "id": tool_id, "name": name, "input": arguments}


def came_back(uuid: str, tool_id: str, content: object = "", *, failed: bool = False, **fields: Any) -> dict[str, Any]:
    """A user row with one tool result."""
    block = {"type": "tool_result", "tool_use_id": tool_id, "content": content, "is_error": failed}
    return said(uuid, [block], **fields)


def log(*rows: JSON | bytes) -> bytes:
    """Rows as the bytes of a log."""
    return b"".join((one if isinstance(one, bytes) else msgspec.json.encode(one)) + b"\n" for one in rows)


def events(*rows: JSON | bytes, path: str = "projects/-p/log.jsonl", state: ParseState | None = None) -> list[Event]:
    """The events of some rows, without the start of the session."""
    return heard(log(*rows), path, state)[1:]


def only(kind: type[E], *rows: JSON | bytes) -> list[E]:
    """The events of one kind in some rows."""
    return [event for event in heard(log(*rows)) if isinstance(event, kind)]


def kinds(found: list[Event]) -> list[str]:
    """The names of the events' classes."""
    return [type(event).__name__ for event in found]
