"""Chats of Gemini CLI as tests write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent_trace.agents.gemini.parse import parse
from agent_trace.model.events import Event
from tests.agents.genai.logs import lines, written

PATH = "tmp/demo/chats/session-2026-11-21T05-25-5e551011.jsonl"
SESSION = "5e551011-0000-4000-8000-000000000000"
HEADER: dict[str, Any] = {
    "sessionId": SESSION,
    "projectHash": "c6604f1ed37b2f8d96e8e55765a4a09cbc48bd090f4d5eae9b7959006114510f",
    "startTime": "2026-11-21T05:25:21.667Z",
    "kind": "main",
}
TOKENS = {"input": 100, "output": 7, "cached": 60, "thoughts": 3, "tool": 0, "total": 110}


def uuid(number: int) -> str:
    """An id as messages have it."""
    return f"00000000-0000-4000-8000-{number:012d}"


def message(number: int, kind: str, content: object, **more: Any) -> dict[str, Any]:
    """One message."""
    at = f"2026-11-21T05:26:{number:02d}.000Z"
    return {"id": uuid(number), "timestamp": at, "type": kind, "content": content, **more}


def reply(number: int, content: object, **more: Any) -> dict[str, Any]:
    """One message of the model with what it used."""
    return message(number, "gemini", content, **{"model": "gemini-2.5-pro", "tokens": TOKENS, **more})


def tool(call: str, name: str = "read_file", status: str = "success", **more: Any) -> dict[str, Any]:
    """One tool call as the program keeps it."""
    given = {"functionResponse": {"id": call, "name": name, "response": {"output": "fine"}}}
    at = "2026-11-21T05:27:00.000Z"
    kept = {
        "id": call,
        "name": name,
        "args": {"file_path": "/r/a.py"},
        "status": status,
        "timestamp": at,
        "result": [given],
    }
    return kept | more


def heard(*records: Any, path: str = PATH, **how: Any) -> list[Event]:
    """The events of a chat with these lines."""
    return list(parse(path, lines(written(records)), **how))


def kinds(events: Sequence[Event]) -> list[str]:
    """The types of events."""
    return [type(event).__name__ for event in events]
