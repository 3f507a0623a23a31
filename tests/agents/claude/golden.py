"""Events as golden files show them: one line each, the number, the kind, the id, what it follows from, a few words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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
    Linked,
    LlmResponse,
    ModelChanged,
    PermissionAnswered,
    SessionEnded,
    SessionStarted,
    Thinking,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
    kind_of,
)
from agent_trace.model.session import Session
from tests.agents.claude.logs import CORPUS, sessions

WORDS = 60


def golden_of(name: str) -> Path:
    """Where the events of a log are written down: beside it, for a recorded run beside its HOME."""
    run, home, _ = name.partition("/home/")
    stem = Path(name).stem
    return CORPUS / run / f"{stem}.events.txt" if home else (CORPUS / name).with_name(f"{stem}.events.txt")


def drawn(name: str) -> str:
    """All sessions of a log."""
    return "".join(f"{line}\n" for session in sessions(name).values() for line in _lines(session))


def _lines(session: Session) -> Iterator[str]:
    yield f"# {session.id}"
    before = None
    for number, event in session.numbered:
        parent = "^" if event.parent is not None and event.parent == before else event.parent or "-"
        mark = "~" if event.side else ""
        words = " ".join(_words(event).split())
        yield f"{number}{mark} {kind_of(event)} {event.id} < {parent} | {words[:WORDS]}".rstrip(" |")
        before = event.id


def _words(event: Event) -> str:
    match event:
        case UserPrompt():
            return f"{event.by}: {event.text}"
        case AssistantText() | Thinking() | Interrupted():
            return event.text
        case LlmResponse():
            used = event.usage
            cached = f"{used.cache_read}/{used.cache_write_5m}/{used.cache_write_1h}"
            return f"{event.cls.model if event.cls else '?'} in {used.input} out {used.output} cache {cached} {event.stop}"
        case ToolCall():
            return f"{event.tool} ({event.kind}): {event.title or event.input}"
        case ToolResult():
            return f"{_verdict(event)} {event.output}"
    return _other_words(event)


def _verdict(event: ToolResult) -> str:
    facts = {
        "failed": event.failed,
        "refused": event.refused,
        "interrupted": event.interrupted,
        f"exit {event.exit_code}": event.exit_code is not None,
        f"{event.run_ms} ms": event.run_ms is not None,
        f"+{event.lines_added} -{event.lines_removed}": event.lines_added or event.lines_removed,
        f"started {event.child}": event.child,
    }
    return f"{event.tool}: " + " ".join(f"[{fact}]" for fact, holds in facts.items() if holds)


def _other_words(event: Event) -> str:
    match event:
        case Attachment():
            return f"{event.kind} ({event.size}): {event.text}"
        case FileRead():
            return event.path
        case FileWrite():
            return f"{event.path} +{event.lines_added} -{event.lines_removed}"
        case Command():
            return f"{event.name} {event.text}"
        case PermissionAnswered():
            return f"{event.decision} by {event.by}"
        case Compacted():
            return f"{event.trigger} {event.before} to {event.after}, {event.run_ms} ms {event.summary}"
        case ErrorRaised():
            return f"{event.status} retry {event.retry}: {event.text}"
        case Linked():
            return f"{event.how} {event.other}"
        case ModelChanged():
            return event.model
        case SessionStarted():
            return f"{event.cwd} {event.branch} {event.version}"
        case SessionEnded():
            return event.reason
        case Unknown():
            return f"{event.reason}: {event.raw}"
    return ""
