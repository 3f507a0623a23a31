"""Events as golden files show them: one line each, the number, the kind, the id, what it follows from, a few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from agent_trace.model.events import Event, LlmResponse, ToolCall, ToolResult, kind_of
from agent_trace.model.session import Session, by_session

WIDTH = 90
_HEAD = frozenset(("id", "session", "at", "parent", "origin", "side", "inherited", "twin", "type", "size", "patch"))


def drawn(events: Iterable[Event], agent: str) -> str:
    """All sessions of a log."""
    return "".join(f"{line}\n" for session in by_session(events, agent).values() for line in _lines(session))


def _lines(session: Session) -> Iterator[str]:
    yield f"# {session.id}"
    before = None
    for number, event in session.numbered:
        parent = "^" if event.parent is not None and event.parent == before else event.parent or "-"
        name = event.id.replace(session.id, "*")
        words = " ".join(_words(event).split())[:WIDTH]
        yield f"{number} {kind_of(event)} {name} < {parent.replace(session.id, '*')} | {words}".rstrip(" |")
        before = event.id


def _words(event: Event) -> str:
    match event:
        case LlmResponse():
            used, model = event.usage, event.cls.model if event.cls else "?"
            return f"{model} in {used.input} out {used.output} ({used.reasoning}) cached {used.cache_read}"
        case ToolCall():
            return f"{event.tool} ({event.kind}): {event.title or event.input}"
        case ToolResult():
            return f"{event.tool}: {_verdict(event)} {event.output}"
    told = msgspec.structs.asdict(event)
    return " ".join(f"{value}" for name, value in told.items() if name not in _HEAD and value not in (None, "", ()))


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
    return " ".join(f"[{fact}]" for fact, holds in facts.items() if holds)
