"""Chats of Qwen Code as tests write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent_trace.agents.qwen.parse import parse
from agent_trace.model.events import Event, LlmResponse, SessionStarted
from tests.agents.genai.logs import lines, written

SESSION = "5e551011-0000-4000-8000-000000000000"
PATH = f"projects/-r/chats/{SESSION}.jsonl"


def uuid(number: int) -> str:
    """An id as rows have it."""
    return f"00000000-0000-4000-8000-{number:012d}"


def row(number: int, kind: str, **more: Any) -> dict[str, Any]:
    """One row, a child of the one before."""
    at = f"2026-11-21T05:26:{number:02d}.000Z"
    kept = {"uuid": uuid(number), "parentUuid": uuid(number - 1), "sessionId": SESSION, "timestamp": at, "type": kind}
    return kept | {"cwd": "/r", "version": "0.15.10", "gitBranch": "main"} | more


def user(number: int, *texts: str, **more: Any) -> dict[str, Any]:
    """What a person said."""
    return row(number, "user", message={"role": "user", "parts": [{"text": text} for text in texts]}, **more)


def reply(number: int, *parts: Any, usage: tuple[int, int] | None = (100, 7), **more: Any) -> dict[str, Any]:
    """What the model said."""
    found = row(number, "assistant", model="qwen3", message={"role": "model", "parts": list(parts)}, **more)
    if usage is not None:
        found["usageMetadata"] = {"promptTokenCount": usage[0], "candidatesTokenCount": usage[1]}
    return found


def system(number: int, subtype: str, **payload: Any) -> dict[str, Any]:
    """What the program notes."""
    return row(number, "system", subtype=subtype, systemPayload=payload)


def telemetry(number: int, name: str, **event: Any) -> dict[str, Any]:
    """One event of telemetry."""
    return system(number, "ui_telemetry", uiEvent={"event.name": f"qwen-code.{name}"} | event)


def called(number: int, prompt: int = 100, output: int = 7, **event: Any) -> dict[str, Any]:
    """A call to the model, in telemetry."""
    counts = {"input_token_count": prompt, "output_token_count": output, "cached_content_token_count": 60}
    return telemetry(number, "api_response", model="qwen3", response_id=f"r{number}", **(counts | event))


def asks(call: str, name: str = "read_file", **arguments: Any) -> dict[str, Any]:
    """A part that asks for a tool."""
    return {"functionCall": {"id": call, "name": name, "args": arguments or {"file_path": "/r/a"}}}


def gives(number: int, call: str, text: str = "fine", **beside: Any) -> dict[str, Any]:
    """What a tool gave back."""
    given = {"functionResponse": {"id": call, "name": "read_file", "response": {"output": text}}}
    kept = {"callId": call, "status": "success"} | beside
    return row(number, "tool_result", message={"role": "user", "parts": [given]}, toolCallResult=kept)


def heard(*rows: Any, path: str = PATH, **how: Any) -> list[Event]:
    """The events of a chat with these lines, without the start of its session."""
    found = list(parse(path, lines(written(rows)), **how))
    return [event for event in found if not isinstance(event, SessionStarted)]


def kinds(events: Sequence[Event]) -> list[str]:
    """The types of events."""
    return [type(event).__name__ for event in events]


def responses(events: Sequence[Event]) -> list[LlmResponse]:
    """The calls to the model."""
    return [event for event in events if isinstance(event, LlmResponse)]
