"""Events as golden files show them: one line each, the number, the kind, the id, what it follows from, a few words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from agent_trace.model.events import Event, LlmResponse, ToolCall, ToolResult, kind_of
from agent_trace.model.session import Session
from tests.agents.codex.logs import CORPUS, sessions

WIDTH = 80
LEFT_OUT = frozenset({"id", "session", "at", "parent", "origin", "side", "inherited", "twin"})


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
        mark = "~" if event.inherited else ""
        words = " ".join(_words(event).split())
        yield f"{number}{mark} {kind_of(event)} {event.id} < {parent} | {words[:WIDTH]}".rstrip(" |")
        before = event.id


def _words(event: Event) -> str:
    match event:
        case LlmResponse():
            spent, model = event.usage, event.cls.model if event.cls else "?"
            cached = f"{spent.cache_read}/{spent.cache_write_5m}"
            return f"{model} in {spent.input} out {spent.output} ({spent.reasoning}) cache {cached} {event.twin}"
        case ToolCall():
            return f"{event.tool} ({event.kind}): {event.title or event.input}"
        case ToolResult():
            return f"{_verdict(event)} {event.output}"
    told = {name: one for name, one in msgspec.structs.asdict(event).items() if name not in LEFT_OUT}
    return " ".join(str(one) for one in told.values() if one not in (None, "", 0, ()))


def _verdict(event: ToolResult) -> str:
    facts = {
        "failed": event.failed,
        "went wrong": event.went_wrong,
        "went well": event.went_wrong is False,
        "refused": event.refused,
        "interrupted": event.interrupted,
        f"exit {event.exit_code}": event.exit_code is not None,
        f"{event.run_ms} ms": event.run_ms is not None,
        f"+{event.lines_added} -{event.lines_removed}": event.lines_added or event.lines_removed,
        f"started {event.child}": event.child,
    }
    return f"{event.tool}: " + " ".join(f"[{fact}]" for fact, holds in facts.items() if holds)
