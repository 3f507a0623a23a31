"""What the readers of agents without a fast pass tell: logs of the corpus, and their events as golden files show them."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

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
    Linked,
    LlmResponse,
    ModelChanged,
    PermissionAnswered,
    PermissionAsked,
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
from agent_trace.model.session import Session, by_session
from agent_trace.model.usage import Usage
from agent_trace.sync.members import Member, members

E = TypeVar("E", bound=Event)
CORPUS = Path(__file__).resolve().parents[1] / "corpus"
WIDTH = 80
WORDS: Mapping[type[Event], str] = {
    AssistantText: "{text}",
    Attachment: "{kind} ({size}): {text}",
    Command: "{name} {text}",
    Compacted: "{trigger} {before} to {after}, {run_ms} ms {summary}",
    ErrorRaised: "{status}: {text}",
    FileRead: "{path}",
    FileWrite: "{path} +{lines_added} -{lines_removed}",
    Interrupted: "{text}",
    Linked: "{how} {other}",
    ModelChanged: "{model}",
    PermissionAnswered: "{decision} by {by}",
    PermissionAsked: "{tool}",
    SessionEnded: "{reason}",
    SessionStarted: "{cwd} {branch} {version} {starter} {agent_type}",
    Thinking: "{text}",
    Titled: "{title} by {by}",
    Unknown: "{reason}: {raw}",
    UserPrompt: "{by}: {text}",
}


def member(agent: str) -> Member:
    """An agent as the shell uses it."""
    return members([agent])[agent]


def logs(agent: str) -> list[str]:
    """The agent's logs in the corpus, by their place below its folder."""
    folder = CORPUS / agent
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.jsonl"))


def content(agent: str, name: str) -> bytes:
    """The bytes of a log of the corpus."""
    return (CORPUS / agent / name).read_bytes()


def rows(data: bytes, offset: int = 0) -> list[tuple[int, bytes]]:
    """What a reader is given: offsets and lines."""
    found = []
    for line in data.split(b"\n"):
        if line:
            found.append((offset, line))
        offset += len(line) + 1
    return found


def heard(agent: str, data: bytes, path: str = "log.jsonl", state: Any = None, **how: Any) -> list[Event]:
    """The events of some bytes as if they lay at a path."""
    return list(member(agent).parse(path, rows(data), state, **how))


def sessions(agent: str, name: str) -> dict[str, Session]:
    """The sessions of a log of the corpus."""
    return by_session(heard(agent, content(agent, name), name), agent)


def log(*records: Mapping[str, Any] | bytes) -> bytes:
    """Records as the bytes of a log."""
    return b"".join((one if isinstance(one, bytes) else msgspec.json.encode(one)) + b"\n" for one in records)


def only(kind: type[E], events: list[Event]) -> list[E]:
    """The events of one kind."""
    return [event for event in events if isinstance(event, kind)]


def truth(agent: str, run: str) -> dict[str, Any]:
    """What really happened in a recorded run."""
    found: dict[str, Any] = msgspec.json.decode((CORPUS / agent / run / "truth.json").read_bytes())
    return found


def happened(found: list[Session]) -> dict[str, Any]:
    """What the logs say of sessions and their sub-agents, in the words of `truth`."""
    told: dict[str, Any] = {}
    for session in found:
        slot = told.setdefault(session.id.partition("/")[0], {"calls": 0, "usage": {}, "tools": {}, "errors": []})
        slot["calls"] += session.call_count
        for kind in ("input", "output", "cache_read", "cache_write_5m"):
            slot["usage"][kind] = slot["usage"].get(kind, 0) + (getattr(session.usage, kind) or 0)
        slot["tools"].update({step.call.call: step.call.tool for step in session.steps if not step.call.inherited})
        slot["errors"] = sorted([*slot["errors"], *(one.call for one in session.errors)])
    results = [one for session in found for one in session.results.values() if not one.inherited]
    lines = [sum(one.lines_added for one in results), sum(one.lines_removed for one in results)]
    return {"sessions": told, "lines": lines}


# ---- golden files


def golden_of(agent: str, name: str) -> Path:
    """Where the events of a log are written down: beside it."""
    path = CORPUS / agent / name
    return path.with_name(f"{path.stem}.events.txt")


def drawn(agent: str, name: str) -> str:
    """All sessions of a log, an event a line: number, kind, id, what it follows from, a few words."""
    return "".join(f"{line}\n" for session in sessions(agent, name).values() for line in _lines(session))


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
            model = event.cls.model if event.cls else "?"
            money = f"${event.recorded_usd} " * (event.recorded_usd is not None)
            money += f"{event.credits} credits " * (event.credits is not None)
            return f"{model} {_used(event.usage)} {money}{event.stop}"
        case ToolCall():
            return f"{event.tool} ({event.kind}): {event.title or event.input}"
        case ToolResult():
            return f"{_verdict(event)} {event.output}"
        case UsageRecorded():
            account = ", ".join(f"{model} {_used(usage)}" for model, usage in event.models.items())
            return f"{account} credits {event.credits}"
    return WORDS[type(event)].format_map(msgspec.structs.asdict(event))


def _used(used: Usage) -> str:
    cached = f"{used.cache_read}/{used.cache_write_5m}/{used.cache_write_1h}"
    return f"in {used.input} out {used.output} cache {cached} thought {used.reasoning}"


def _verdict(event: ToolResult) -> str:
    facts = {
        "failed": event.failed,
        "refused": event.refused,
        "interrupted": event.interrupted,
        "asked": event.asked is True,
        "really" if event.went_wrong else "answered": event.went_wrong is not None,
        f"exit {event.exit_code}": event.exit_code is not None,
        f"{event.run_ms} ms": event.run_ms is not None,
        f"+{event.lines_added} -{event.lines_removed}": event.lines_added or event.lines_removed,
        f"started {event.child}": event.child,
    }
    return f"{event.tool}: " + " ".join(f"[{fact}]" for fact, holds in facts.items() if holds)


def every_cut(agent: str, name: str, step: int = 1) -> Iterator[tuple[list[Event], list[Event]]]:
    """The events of a log read in two pieces, cut after every `step`-th line, and read at once."""
    reader = importlib.import_module(f"agent_trace.agents.{agent}.parse")
    whole, lines = heard(agent, content(agent, name), name), rows(content(agent, name))
    for cut in range(0, len(lines) + 1, step):
        state = reader.ParseState()
        first = list(reader.parse(name, lines[:cut], state))
        stored = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=reader.ParseState)
        yield first + list(reader.parse(name, lines[cut:], stored)), whole
