"""Entries of Pi sessions as the agent writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from agent_trace.model.events import Event
from tests.agents import told

E = TypeVar("E", bound=Event)
SESSION = "01a1fc91-0000-7000-8000-000000000001"
PATH = f"sessions/--home-dev-demo--/2026-11-18T12-00-00-000Z_{SESSION}.jsonl"
Entry = dict[str, Any]


def header(**changes: Any) -> Entry:
    """The first line of a log."""
    at = "2026-11-18T12:00:00.000Z"
    return {"type": "session", "version": 3, "id": SESSION, "timestamp": at, "cwd": "/home/dev/demo", **changes}


def entry(name: str | None, kind: str, parent: str | None = None, second: int = 1, /, **fields: Any) -> Entry:
    """Any entry."""
    at = f"2026-11-18T12:00:{second:02}.000Z"
    found = {"type": kind, "id": name, "parentId": parent, "timestamp": at, **fields}
    return found if name else {key: value for key, value in found.items() if key not in ("id", "parentId")}


def asked(name: str | None, words: Any, parent: str | None = None, **fields: Any) -> Entry:
    """What a person says."""
    return entry(name, "message", parent, message={"role": "user", "content": words}, **fields)


def used(fresh: int, output: int, read: int = 0, written: int = 0, usd: Any = 0, **more: Any) -> Entry:
    """Usage and price of a model call."""
    figures = {"input": fresh, "output": output, "cacheRead": read, "cacheWrite": written}
    return {**figures, "cost": {"total": usd}, **more}


def answered(name: str | None, *blocks: Any, parent: str | None = None, **message: Any) -> Entry:
    """What the model says."""
    known = {"role": "assistant", "content": list(blocks), "model": "claude-opus-4-5", "stopReason": "stop"}
    return entry(name, "message", parent, message={**known, "usage": used(10, 5), **message})


def said(words: str) -> Entry:
    """A block of text."""
    return {"type": "text", "text": words}


def tool(name: str, tool_id: str = "t1", **arguments: Any) -> Entry:
    """A block that calls a tool."""
    return {"type": "toolCall", "id": tool_id, "name": name, "arguments": arguments}


def came_back(name: str, tool_name: str, words: str = "", tool_id: str = "t1", **message: Any) -> Entry:
    """What a tool gave."""
    known = {"role": "toolResult", "toolCallId": tool_id, "toolName": tool_name, "content": [said(words)]}
    return entry(name, "message", message={**known, "isError": False, **message})


def heard(*entries: Mapping[str, Any] | bytes, **how: Any) -> list[Event]:
    """The events of a log of these entries."""
    return told.heard("pi", told.log(*entries), PATH, **how)


def only(kind: type[E], *entries: Mapping[str, Any] | bytes, **how: Any) -> list[E]:
    """Its events of one kind."""
    return told.only(kind, heard(*entries, **how))
