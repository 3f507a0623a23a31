"""Events as golden files show them: one line each, the number, the kind, the id, what it follows from, a few words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Command,
    Compacted,
    ErrorRaised,
    Event,
    FileRead,
    FileWrite,
    Interrupted,
    LlmResponse,
    ModelChanged,
    SessionStarted,
    Thinking,
    Titled,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
    kind_of,
)
from agent_trace.model.session import Session
from tests.agents.opencode.stores import CORPUS, VERSION, sessions

WIDTH = 90
WORDS: Mapping[type[Event], str] = {
    AssistantText: "{text}",
    Attachment: "{kind} ({size}): {text}",
    Command: "{name} {text}",
    Compacted: "{trigger} {summary}",
    ErrorRaised: "{status} retry {retry}: {text}",
    FileRead: "{path}",
    FileWrite: "{path} +{lines_added} -{lines_removed}",
    Interrupted: "{text}",
    ModelChanged: "{model}",
    SessionStarted: "{cwd} {version} {starter} {agent_type}",
    Thinking: "{text}",
    Titled: "{by}: {title}",
    Unknown: "{reason}: {raw}",
    UserPrompt: "{by}: {text}",
}


def golden_of(run: str) -> Path:
    """Where the events of a run are written down."""
    return CORPUS / VERSION / run / "events.txt"


def drawn(run: str) -> str:
    """All sessions of a run."""
    return "".join(f"{line}\n" for session in sessions(run).values() for line in _lines(session))


def _lines(session: Session) -> Iterator[str]:
    yield f"# {session.id}"
    before = None
    for number, event in session.numbered:
        parent = "^" if event.parent is not None and event.parent == before else event.parent or "-"
        mark = "~" if event.side else ""
        words = " ".join(_words(event).split())
        yield f"{number}{mark} {kind_of(event)} {event.id} < {parent} | {words[:WIDTH]}".rstrip(" |")
        before = event.id


def _words(event: Event) -> str:
    match event:
        case LlmResponse():
            used, model = event.usage, event.cls.model if event.cls else "?"
            cached = f"{used.cache_read}/{used.cache_write_5m}"
            return f"{model} in {used.input} out {used.output} cache {cached} ${event.recorded_usd} {event.stop}"
        case ToolCall():
            return f"{event.tool} ({event.kind}): {event.title or event.input}"
        case ToolResult():
            return f"{_verdict(event)} {event.output}"
    return WORDS[type(event)].format_map(msgspec.structs.asdict(event))


def _verdict(event: ToolResult) -> str:
    facts = {
        "failed": event.failed,
        "went wrong": event.went_wrong,
        "refused": event.refused,
        "interrupted": event.interrupted,
        f"exit {event.exit_code}": event.exit_code is not None,
        f"{event.run_ms} ms": event.run_ms is not None,
        f"+{event.lines_added} -{event.lines_removed}": event.lines_added or event.lines_removed,
        f"started {event.child}": event.child,
    }
    return f"{event.tool}: " + " ".join(f"[{fact}]" for fact, holds in facts.items() if holds)
