"""Events as golden files show them: one line each, the number, the kind, the name, when, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from agent_trace.model.events import (
    Event,
    LlmResponse,
    SessionStarted,
    ToolCall,
    ToolResult,
    Unknown,
    UsageRecorded,
    UserPrompt,
    kind_of,
)
from agent_trace.model.session import by_session

WIDTH = 100
WORDS: Mapping[type[Event], str] = {
    SessionStarted: "{cwd} {branch} {version} started by {starter} as {agent_type}",
    ToolCall: "{tool} ({kind}) for {response}: {title}",
    Unknown: "{reason}: {raw}",
    UserPrompt: "{by}: {text}",
}
PLAIN = ("path", "lines_added", "lines_removed", "name", "model", "title", "text", "summary", "tool", "kind")
"""What is said of all others, as far as they have it."""


def drawn(events: Iterable[Event], agent: str) -> str:
    """All sessions of a log."""
    found = by_session(events, agent)
    return "".join(f"{line}\n" for session in found.values() for line in _lines(session.id, session.numbered))


def _lines(session: str, numbered: Iterable[tuple[int, Event]]) -> Iterator[str]:
    yield f"# {session}"
    before: int | None = None
    for number, event in numbered:
        at = "" if event.at is None else "=" if event.at == before else str(event.at)
        before = event.at
        words = " ".join(_words(event).split())
        yield f"{number} {kind_of(event)} {event.id} @{at} | {words[:WIDTH]}".rstrip(" |")


def _words(event: Event) -> str:
    facts = msgspec.structs.asdict(event)
    match event:
        case LlmResponse():
            used, model = event.usage, event.cls.model if event.cls else "?"
            cached = f"{used.cache_read}/{used.cache_write_5m}"
            aside = "" if event.counts else "beside "
            money = f"${event.recorded_usd} {event.credits} credits"
            return f"{aside}{event.call} {model} in {used.input} out {used.output} cache {cached} {money} {event.stop}"
        case ToolResult():
            marks = ("failed", "refused", "interrupted", "asked")
            said = [mark for mark in marks if facts[mark]] + [f"exit {event.exit_code}"] * (event.exit_code is not None)
            lines = f"+{event.lines_added} -{event.lines_removed}"
            return f"{event.call} {event.tool} {said} {lines} wrong {event.went_wrong}: {event.output}"
        case UsageRecorded():
            models = {model: (one.input, one.output, one.cache_read) for model, one in event.models.items()}
            return f"{models} ${event.usd}"
    pattern = WORDS.get(type(event))
    return pattern.format_map(facts) if pattern else " ".join(str(facts[name]) for name in PLAIN if facts.get(name))
