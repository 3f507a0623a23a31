"""Events of Copilot sessions as the agent writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from agent_trace.model.events import Event
from tests.agents import told

E = TypeVar("E", bound=Event)
SESSION = "4b825dc6-0000-4000-8000-000000000001"
PATH = f"session-state/{SESSION}/events.jsonl"
API = "msg_01ABCDEFGHIJKLMNOPQRSTUV"
"""An id as a vendor gives it to an answer."""
Row = dict[str, Any]


def row(kind: str, data: Any = None, /, **fields: Any) -> Row:
    """Any event; it gets its id when it is written."""
    return {"type": kind, "data": data or {}, "timestamp": "2026-11-18T12:00:00.000Z", **fields}


def ident(number: int) -> str:
    """The id of the event on a line of a log, counted from 0."""
    return f"00000000-0000-4000-8000-{number:012}"


def start(**data: Any) -> Row:
    """The first event of a log."""
    context = {"cwd": "/home/dev/demo", "branch": "main"}
    known = {"sessionId": SESSION, "producer": "copilot-agent", "copilotVersion": "1.0.102", "context": context}
    return row("session.start", {**known, **data})


def asked(words: Any, **data: Any) -> Row:
    """What a person says."""
    return row("user.message", {"content": words, "transformedContent": f"<now/>{words}", **data})


def answered(words: str = "", *requests: Row, agent: str | None = None, **data: Any) -> Row:
    """What the model says and asks for."""
    known = {"messageId": "m1", "content": words, "toolRequests": list(requests), "model": "claude-opus-4.5"}
    return row("assistant.message", {**known, **data}, **({"agentId": agent} if agent else {}))


def tool(name: str, tool_id: str = "t1", **arguments: Any) -> Row:
    """A request to run a tool."""
    return {"toolCallId": tool_id, "name": name, "arguments": arguments, "type": "function"}


def came_back(words: str = "", tool_id: str = "t1", success: bool = True, **data: Any) -> Row:
    """What a tool gave."""
    known = {"result": {"content": words}} if success else {"error": {"message": words, "code": "failure"}}
    return row("tool.execution_complete", {"toolCallId": tool_id, "success": success, **known, **data})


def record(fresh: int, output: int, read: int = 0, written: int = 0, call: str | None = API, **more: Any) -> Row:
    """What a model call used."""
    figures = {"inputTokens": fresh, "outputTokens": output, "cacheReadTokens": read, "cacheWriteTokens": written}
    known = {"model": "claude-opus-4.5", "finishReason": "stop", **figures}
    return row("session.usage_record", {"usage": {**known, **({"apiCallId": call} if call else {}), **more}})


def shutdown(metrics: Mapping[str, tuple[int, int, int, int]] | None = None, **data: Any) -> Row:
    """A process ends, with what was used of each model by its own account."""
    names = ("inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens")
    found = {name: {"usage": dict(zip(names, kinds, strict=True))} for name, kinds in (metrics or {}).items()}
    return row("session.shutdown", {"shutdownType": "routine", "modelMetrics": found, **data})


def heard(*rows: Mapping[str, Any] | bytes, path: str = PATH, **how: Any) -> list[Event]:
    """The events of a log of these."""
    named = [one if isinstance(one, bytes) else {"id": ident(number), **one} for number, one in enumerate(rows)]
    return told.heard("copilot", told.log(*named), path, **how)


def only(kind: type[E], *rows: Mapping[str, Any] | bytes, **how: Any) -> list[E]:
    """Its events of one kind."""
    return told.only(kind, heard(*rows, **how))
