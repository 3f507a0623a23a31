"""One event of a transcript: its label, its title, what was said, and its other fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from agent_trace.model import events as model
from agent_trace.model.events import Event, kind_of
from agent_trace.render.blocks import Field, field
from agent_trace.render.numbers import clip, count

LABELS: Mapping[str, str] = {
    "user_prompt": "USER",
    "command": "USER",
    "assistant_response": "ASSISTANT",
    "thinking": "THINKING",
    "tool_call": "TOOL_CALL",
    "tool_result": "TOOL_RESULT",
    "llm_request": "METRICS",
    "llm_response": "METRICS",
    "usage_record": "METRICS",
    "attachment": "CONTEXT",
    "session_start": "SYSTEM",
    "session_title": "SYSTEM",
    "session_end": "SYSTEM",
    "permission_asked": "SYSTEM",
    "permission_answered": "SYSTEM",
    "interrupted": "SYSTEM",
    "model_changed": "SYSTEM",
    "compacted": "SYSTEM",
    "blocked": "SYSTEM",
    "error": "SYSTEM",
    "linked": "SYSTEM",
}
"""The words of tracekit's transcripts; every other kind is an EVENT."""

_BODIES: Mapping[str, str] = {
    "tool_call": "input",
    "tool_result": "output",
    "compacted": "summary",
    "unknown": "raw",
    "decision": "reason",
}
"""The field that holds what was said, where it is not `text`."""
_APART = frozenset({"type", "at", "session", "origin", "patch", "text"})
"""Fields that stand elsewhere or say the same of every event."""


def label(event: Event) -> str:
    """Who speaks."""
    return LABELS.get(kind_of(event), "EVENT")


def title(event: Event) -> str:
    """What a reader scans for."""
    match event:
        case model.UserPrompt():
            return "task" if event.by == "parent" else ""
        case model.AssistantText() | model.Thinking():
            return ""
        case model.ToolCall():
            return clip(f"{event.tool}: {event.title}" if event.title else event.tool, 100)
        case model.ToolResult():
            state = "refused" if event.refused else "failed" if event.failed else ""
            return " ".join(filter(None, (event.tool, state)))
        case model.LlmResponse():
            return event.cls.model if event.cls is not None else ""
        case model.Attachment():
            return event.kind
        case model.Command():
            return clip(event.name, 100)
        case model.FileRead() | model.FileWrite():
            return clip(f"{kind_of(event)} {event.path}", 100)
        case model.Unknown():
            return clip(f"unknown: {event.reason}", 100)
    return kind_of(event)


def body(event: Event) -> str:
    """What was said, given or returned."""
    return str(getattr(event, _BODIES.get(kind_of(event), "text"), ""))


def source(event: Event) -> str:
    """Where the record lies."""
    origin = event.origin
    if origin is None:
        return "heard live"
    last = origin.offset + origin.length
    return f"log {origin.source + 1}, bytes {count(origin.offset)} to {count(last)}"


def metadata(event: Event) -> Iterator[Field]:
    """All other fields that say something."""
    apart = _APART | {_BODIES.get(kind_of(event), "text")}
    for name, value in msgspec.to_builtins(event).items():
        if name not in apart:
            yield from _fields(name, value)


def _fields(name: str, value: Any) -> Iterator[Field]:
    if isinstance(value, dict):
        for inner, one in value.items():
            yield from _fields(f"{name}.{inner}", one)
    elif isinstance(value, list | tuple):
        if value:
            yield field(name, ", ".join(map(str, value)))
    elif value is not None and value is not False and value != "":
        yield field(name, "yes" if value is True else str(value))
