"""The lines of a session in the portable trace format, chained as agent-strace chains its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from agent_trace.exports._facts import ExportFacts
from agent_trace.model import portable
from agent_trace.model.events import (
    Attachment,
    Event,
    LlmResponse,
    SessionEnded,
    SessionStarted,
    ToolCall,
    ToolResult,
)
from agent_trace.model.session import Session, Step
from agent_trace.model.usage import Usage

A2A = "a2a_call"
_NOTHING: Mapping[str, Any] = {}


def lines(session: Session, facts: ExportFacts) -> list[bytes]:
    """Every event on a line, after one that says whose they are. ASCII, so that no reader splits a line in two."""
    found: list[bytes] = []
    for record in _records(session, facts):
        if found:
            record["prev_hash"] = sha256(found[-1]).hexdigest()
        if record["data"][portable.OURS].get("id", record["event_id"]) in facts.masked:
            record["redacted"] = True
        found.append(encoded(record))
    return found


def encoded(record: Mapping[str, Any]) -> bytes:
    """A record on one line."""
    line = json.dumps(record, separators=(",", ":"))
    if "\\ud" in line:  # a pair is one character beyond the first 65536; half of one is none
        line = json.dumps(_whole(record), separators=(",", ":"))
    return line.encode()


def _whole(value: Any) -> Any:
    """Without lone surrogates."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_whole(key): _whole(one) for key, one in value.items()}
    return [_whole(one) for one in value] if isinstance(value, list | tuple) else value


def _records(session: Session, facts: ExportFacts) -> Iterator[dict[str, Any]]:
    writer = _Writer(session, facts)
    events = [event for event in session.events if not portable.is_note(event)]
    if not (events and isinstance(events[0], SessionStarted)):
        yield writer.heading()
    for event, following in zip(events, (*events[1:], None), strict=False):
        yield from writer.event(event, following)


class _Writer:
    """Writes events in their order: each needs to know what stands before it."""

    def __init__(self, session: Session, facts: ExportFacts) -> None:
        self.session, self.facts, self.name = session, facts, facts.name(session.id)
        self.steps = {step.call.id: step for step in session.steps}
        self.results = {step.result.id: step for step in session.steps if step.result is not None}
        self.now = next((event.at for event in session.events if event.at is not None), None) or 0
        self.names: set[str] = set()
        self.is_headed = False

    def heading(self) -> dict[str, Any]:
        """The first line of a session that does not begin with its start."""
        data = {
            **_start(self.session),
            "cwd": self.facts.summary.cwd or "",
            portable.OURS: {"type": portable.NO_EVENT},
        }
        return self._record("session_start", f"start.{self.name}", data)

    def event(self, event: Event, following: Event | None) -> Iterator[dict[str, Any]]:
        """The line of an event; a model call also has the request that agent-strace looks for."""
        self.now = self.now if event.at is None else event.at
        parent, rest = event.parent or "", {}
        beyond = _is_beyond(event, following)
        step = self.results.get(event.id) if isinstance(event, ToolResult) else self.steps.get(event.id)
        if isinstance(event, ToolResult) and step is not None:
            parent, took = step.call.id, _took(step)
            rest = {} if took is None else {"duration_ms": took}
        if isinstance(event, LlmResponse) and not beyond:
            request = _request(event)
            parent = f"request.{event.id}"
            yield self._record("llm_request", parent, {**request, portable.OURS: {"type": portable.NO_EVENT}})
        event_type, data = portable.spelled(event, self.now / 1000, parent, beyond=beyond)
        ours = data.pop(portable.OURS)
        data |= self._beside(event, step, beyond=beyond)
        yield self._record(event_type, event.id, {**data, portable.OURS: ours}, parent, rest)

    def _beside(self, event: Event, step: Step | None, *, beyond: bool) -> dict[str, Any]:
        """What agent-strace looks for and our reader does not."""
        match event:
            case SessionStarted():
                return {"source": "resume"} if self.is_headed else _start(self.session)
            case LlmResponse() if not beyond:
                return {**({"model": event.cls.model} if event.cls else {}), **_spent(event.usage)}
            case ToolCall():
                return _agent_call(event, step, self.facts)
        return {}

    def _record(
        self, event_type: str, name: str, data: dict[str, Any], parent: str = "", rest: Mapping[str, Any] = _NOTHING
    ) -> dict[str, Any]:
        line = name
        while line in self.names:
            line += "+"
        self.names.add(line)
        ours = data[portable.OURS]
        if line != name:
            ours["id"] = name
        if not self.is_headed:
            ours[portable.HEADING] = _heading(self.session, self.facts)
            self.is_headed = True
        head = {"event_type": event_type, "timestamp": self.now / 1000, "event_id": line, "session_id": self.name}
        return {**head, **({"parent_id": parent} if parent else {}), **rest, "data": data}


def _is_beyond(event: Event, following: Event | None) -> bool:
    """A later row of a model call would be a second answer; after an end, agent-strace wants a start."""
    if isinstance(event, LlmResponse):
        return event.continues
    return isinstance(event, SessionEnded) and not (following is None or isinstance(following, SessionStarted))


def _took(step: Step) -> int | None:
    """How long a tool ran, else how long its result took to come."""
    return step.result.run_ms if step.result is not None and step.result.run_ms is not None else step.span_ms


def _start(session: Session) -> dict[str, Any]:
    """What agent-strace's hooks say at the start of a session."""
    return {"mode": "agent-trace", "provider": session.agent, "source": "export", "model": "".join(session.models[:1])}


def _heading(session: Session, facts: ExportFacts) -> dict[str, Any]:
    summary = facts.summary
    found = {
        "version": portable.VERSION, "id": session.id, "agent": session.agent, "parent": summary.parent,
        "title": summary.title,
        "cwd": summary.cwd,
        "branch": summary.branch,
    }  # fmt: skip
    return {key: value for key, value in found.items() if value is not None}


def _request(event: LlmResponse) -> dict[str, Any]:
    found: dict[str, Any] = {"model": event.cls.model if event.cls else ""}
    if event.usage.tokens:
        found |= {"input_tokens": event.usage.prompt, "output_tokens": event.usage.output or 0}
    return found


def _spent(usage: Usage) -> dict[str, Any]:
    return {"usage": api_usage(usage), "total_tokens": usage.tokens} if usage.tokens else {}


def api_usage(usage: Usage) -> dict[str, int]:
    """By the names of Anthropic's API."""
    writes = (usage.cache_write_5m or 0) + (usage.cache_write_1h or 0)
    found = {
        "input_tokens": usage.input,
        "output_tokens": usage.output,
        "cache_read_input_tokens": usage.cache_read,
        "cache_creation_input_tokens": writes if usage.cache_write_5m is not None else None,
    }
    return {name: count for name, count in found.items() if count is not None}


def _agent_call(event: ToolCall, step: Step | None, facts: ExportFacts) -> dict[str, Any]:
    """A call that started a sub-agent, as agent-strace's tree of agents knows it."""
    child = facts.children.get(event.call)
    if child is None and event.tool != A2A:
        return {}
    given = portable.arguments(event.input)
    result = step.result if step is not None else None
    found: dict[str, Any] = {
        "event_subtype": A2A,
        "agent_id": str(given.get("agent_id") or given.get("subagent_type") or child or ""),
        "task": event.title,
    }
    if event.tool == A2A:
        found |= {name: given[name] for name in ("agent_url", "cost_usd") if name in given}
        found["response"] = portable.arguments(result.output) if result is not None else {}
    if child is not None:
        found["sub_session_id"] = facts.name(child)
    if result is not None:
        found["success"] = not result.failed
    took = None if step is None else _took(step)
    if took is not None:
        found["duration_ms"] = took
    return found


# ---- beside the events


def notes(events: Iterable[Event], name: str) -> list[bytes]:
    """The lines of annotations.jsonl."""
    return [
        encoded(portable.note_record(event, name))
        for event in events
        if isinstance(event, Attachment) and portable.is_note(event)
    ]
