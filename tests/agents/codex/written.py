"""Rollouts written line by line, for tests that need one thing to be just so."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

import msgspec

from agent_trace.agents.codex.parse_state import ParseState
from agent_trace.model.events import Event, LlmResponse, ToolCall, ToolResult
from agent_trace.model.session import Session, by_session
from agent_trace.model.usage import Usage
from tests.agents.codex.logs import PATH, THREAD, heard

JSON = dict[str, Any]
E = TypeVar("E", bound=Event)
START = datetime(2026, 11, 21, 5, 24, 16, tzinfo=timezone.utc)


def stamp(seconds: float) -> str:
    """A time some seconds after the start."""
    return (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def thread_id(seconds: float, tail: str = "7000-8000-000000000000") -> str:
    """An id that was made some seconds after the start, as Codex makes them."""
    made = format(round((START + timedelta(seconds=seconds)).timestamp() * 1000), "012x")
    return f"{made[:8]}-{made[8:]}-{tail}"


def row(kind: str, payload: JSON, at: float = 0) -> JSON:
    """A row in its envelope."""
    return {"timestamp": stamp(at), "type": kind, "payload": payload}


def header(at: float = 0, name: str = THREAD, **fields: Any) -> JSON:
    """The head of a rollout."""
    told = {"id": name, "timestamp": stamp(at), "cwd": "/home/dev/demo", "cli_version": "0.98.0", "source": "cli"}
    return row("session_meta", told | fields, at)


def turn(at: float = 0, model: str = "gpt-5.5", **fields: Any) -> JSON:
    """What a turn works with."""
    return row("turn_context", {"cwd": "/home/dev/demo", "model": model, **fields}, at)


def item(kind: str, at: float = 0, /, **fields: Any) -> JSON:
    """An item of the conversation."""
    return row("response_item", {"type": kind, **fields}, at)


def event(kind: str, at: float = 0, /, **fields: Any) -> JSON:
    """An event."""
    return row("event_msg", {"type": kind, **fields}, at)


def completed(kind: str, at: float = 0, /, **fields: Any) -> JSON:
    """A completed item of a turn."""
    return event("item_completed", at, item={"type": kind, **fields})


def message(role: str, *texts: str, at: float = 0, **fields: Any) -> JSON:
    """A message of the conversation."""
    kind = "output_text" if role == "assistant" else "input_text"
    return item("message", at, role=role, content=[{"type": kind, "text": one} for one in texts], **fields)


def called(call: str, tool: str = "exec_command", at: float = 0, **arguments: Any) -> JSON:
    """A tool call of the model's."""
    shown = msgspec.json.encode(arguments).decode()
    return item("function_call", at, name=tool, arguments=shown, call_id=call)


def came_back(call: str, output: Any, at: float = 0) -> JSON:
    """What the model was given of a tool's output."""
    return item("function_call_output", at, call_id=call, output=output)


def spent(new: int, out: int, cached: int = 0, reasoning: int = 0, written: int = 0) -> JSON:
    """A usage as Codex writes it: cached and written tokens are a part of the input, reasoning of the output."""
    whole = new + cached + written
    return {
        "input_tokens": whole,
        "cached_input_tokens": cached,
        "cache_write_input_tokens": written,
        "output_tokens": out,
        "reasoning_output_tokens": reasoning,
        "total_tokens": whole + out,
    }


def counted(total: JSON | None, last: JSON | None, at: float = 0, **fields: Any) -> JSON:
    """A sum so far, and the last call's usage."""
    info = {"total_token_usage": total, "last_token_usage": last, "model_context_window": 258_400}
    return event("token_count", at, info=None if total is None and last is None else info, **fields)


def recorded(response: str, usage: JSON, total: JSON | None = None, at: float = 0, **fields: Any) -> JSON:
    """The usage of one call."""
    return row(
        "token_usage_record", {"response_id": response, "usage": usage, "thread_token_usage": total, **fields}, at
    )


def log(*rows: JSON | bytes) -> bytes:
    """Rows as the bytes of a log."""
    return b"".join((one if isinstance(one, bytes) else msgspec.json.encode(one)) + b"\n" for one in rows)


def told(*rows: JSON | bytes, path: str = PATH, state: ParseState | None = None) -> list[Event]:
    """The events of some rows."""
    return heard(log(*rows), path, state)


def only(kind: type[E], *rows: JSON | bytes, path: str = PATH) -> list[E]:
    """The events of one kind in some rows."""
    return [one for one in told(*rows, path=path) if isinstance(one, kind)]


def session(*rows: JSON | bytes, path: str = PATH) -> Session:
    """The only session in some rows."""
    (found,) = by_session(told(*rows, path=path), "codex").values()
    return found


def kinds(found: list[Event]) -> list[str]:
    """The names of the events' classes."""
    return [type(one).__name__ for one in found]


def used(calls: tuple[LlmResponse, ...]) -> list[tuple[int | None, int | None, int | None]]:
    """Input, cached input and output of calls."""
    return [(one.usage.input, one.usage.cache_read, one.usage.output) for one in calls]


PATCH = (
    "*** Begin Patch\n*** Update File: src/a.py\n@@ def f():\n-    old\n+    new\n+    more\n context\n*** End Patch"
)


def result(*rows: JSON) -> ToolResult:
    """The only result of some rows."""
    (found,) = only(ToolResult, header(), turn(), *rows)
    return found


def call(*rows: JSON) -> ToolCall:
    """The only tool call of some rows."""
    (found,) = only(ToolCall, header(), turn(), *rows)
    return found


def command(**fields: object) -> JSON:
    told_of: JSON = {"id": "c", "command": ["/bin/bash", "-lc", "cat src/a.py"], "cwd": "file:///home/dev/demo"}
    return completed("CommandExecution", **(told_of | {"exit_code": 0, "aggregated_output": "x"} | fields))


def patch_call(patch: str = PATCH) -> JSON:
    return item("custom_tool_call", call_id="c", name="apply_patch", input=patch)


def patched(changes: JSON, **fields: object) -> JSON:
    return completed("FileChange", id="c", changes=changes, status="completed", stdout="Success.", **fields)


UNKNOWN = Usage()
