"""Events as golden files show them: one line each, the number, the kind, the id, what it follows from, a few words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Blocked,
    Command,
    Compacted,
    Decision,
    ErrorRaised,
    Event,
    FileRead,
    FileWrite,
    Interrupted,
    Linked,
    LlmRequest,
    LlmResponse,
    ModelChanged,
    PermissionAnswered,
    SessionEnded,
    SessionStarted,
    Thinking,
    Titled,
    ToolCall,
    ToolResult,
    Unknown,
    UsageRecorded,
    UserPrompt,
    kind_of,
)
from agent_trace.model.session import Session
from tests.agents.claude.logs import CORPUS, sessions

WIDTH = 80
WORDS: Mapping[type[Event], str] = {
    AssistantText: "{text}",
    Attachment: "{kind} ({size}): {text}",
    Command: "{name} {text}",
    Blocked: "{tool}: {reason}",
    Compacted: "{trigger} {before} to {after}, {run_ms} ms {summary}",
    Decision: "{choice}: {reason} of {alternatives}",
    ErrorRaised: "{status} retry {retry}: {text}",
    FileRead: "{path}",
    FileWrite: "{path} +{lines_added} -{lines_removed}",
    Interrupted: "{text}",
    Linked: "{how} {other}",
    LlmRequest: "{model}",
    ModelChanged: "{model}",
    PermissionAnswered: "{decision} by {by}",
    SessionEnded: "{reason}",
    SessionStarted: "{cwd} {branch} {version}",
    Thinking: "{text}",
    Titled: "{title} by {by}",
    Unknown: "{reason}: {raw}",
    UsageRecorded: "{usd} {models}",
    UserPrompt: "{by}: {text}",
}
"""What a line says of each type of event; the three that matter most have words of their own."""


def golden_of(name: str) -> Path:
    """Where the events of a log are written down: beside it, for a recorded run beside its HOME."""
    run, home, _ = name.partition("/home/")
    stem = Path(name).stem
    return CORPUS / run / f"{stem}.events.txt" if home else (CORPUS / name).with_name(f"{stem}.events.txt")


def drawn(name: str) -> str:
    """All sessions of a log."""
    return "".join(f"{line}\n" for session in sessions(name).values() for line in lines_of(session))


def lines_of(session: Session) -> Iterator[str]:
    """A session, a line an event."""
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
            cached = f"{used.cache_read}/{used.cache_write_5m}/{used.cache_write_1h}"
            return f"{model} in {used.input} out {used.output} cache {cached} {event.stop}"
        case ToolCall():
            return f"{event.tool} ({event.kind}): {event.title or event.input}"
        case ToolResult():
            return f"{_verdict(event)} {event.output}"
    return WORDS[type(event)].format_map(msgspec.structs.asdict(event))


def _verdict(event: ToolResult) -> str:
    facts = {
        "failed": event.failed,
        "refused": event.refused,
        "interrupted": event.interrupted,
        "asked": event.asked is True,
        f"exit {event.exit_code}": event.exit_code is not None,
        f"{event.run_ms} ms": event.run_ms is not None,
        f"+{event.lines_added} -{event.lines_removed}": event.lines_added or event.lines_removed,
        f"started {event.child}": event.child,
    }
    return f"{event.tool}: " + " ".join(f"[{fact}]" for fact, holds in facts.items() if holds)
