"""The portable trace format: how an event stands on a line of `events.ndjson`, and how it comes back from there.

A session is a folder with `meta.json`, `events.ndjson` and, where there are notes, `annotations.jsonl`: the store of
agent-strace 0.103.0, which lists, replays and exports it. That tool refuses a line with a key it does not know, so what is
ours lies inside `data`, under one key. A value that agent-strace has a name for stands under that name alone; all others
stand in ours, and so does each value that the other name cannot hold exactly. What is lost: the place of an event in its
first log, and lone surrogates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec

from agent_trace.model.annotations import Annotation
from agent_trace.model.events import AnyEvent, Attachment, Event, ToolCall, ToolResult, kind_of

OURS = "agent_trace"
"""The key inside `data` under which everything lies that agent-strace has no name for."""
HEADING = "session"
"""The key, in ours, of what the first line says: whose events follow."""
NO_EVENT = "none"
"""The type, in ours, of a line that is there for agent-strace alone."""
VERSION = 1
"""Of what is ours."""

META_KEYS = (
    "session_id", "started_at", "ended_at", "agent_name", "command", "tool_calls", "llm_requests", "errors", "total_tokens",
    "total_duration_ms", "parent_session_id", "parent_event_id", "depth", "team", "workspace_id", "attribution", "trace_id",
    "parent_span_id", "trace_flags", "redacted", "tenant_id",
)  # fmt: skip
"""All that a meta.json may hold, in its order: with any other key agent-strace does not see the session."""
LINE_KEYS = (
    "event_type", "timestamp", "event_id", "session_id", "parent_id", "duration_ms", "data", "prev_hash", "redacted",
    "tenant_id",
)  # fmt: skip
"""The same of a line: with any other key no event of the session is read."""
EVENT_TYPES = frozenset(
    "session_start session_end tool_call tool_result llm_request llm_response file_read file_write decision error "
    "user_prompt assistant_response subagent_start subagent_stop".split()
)
"""All that agent-strace knows. What is none of these becomes a `decision` with the type inside `data`."""


class Form(NamedTuple):
    """How one type of event is spelled."""

    event_type: str
    carried: Mapping[str, str]
    """Our field → its name in `data`."""


FORMS: Mapping[str, Form] = {
    "session_start": Form("session_start", {"cwd": "cwd"}),
    "session_end": Form("session_end", {"reason": "reason"}),
    "user_prompt": Form("user_prompt", {"text": "prompt"}),
    "assistant_response": Form("assistant_response", {"text": "text"}),
    "llm_request": Form("llm_request", {"model": "model"}),
    "llm_response": Form("llm_response", {"stop": "stop_reason"}),
    "tool_call": Form("tool_call", {"tool": "tool_name", "call": "tool_use_id"}),
    "tool_result": Form("tool_result", {"tool": "tool_name", "output": "result", "call": "tool_use_id"}),
    "file_read": Form("file_read", {"path": "uri"}),
    "file_write": Form("file_write", {"path": "uri"}),
    "decision": Form("decision", {"choice": "choice", "reason": "reason", "alternatives": "alternatives"}),
    "error": Form("error", {"text": "message", "status": "code"}),
    # what agent-strace has no type for
    "session_title": Form("decision", {"title": "reason"}),
    "thinking": Form("decision", {"text": "reason"}),
    "usage_record": Form("decision", {}),
    "permission_asked": Form("decision", {"tool": "tool_name"}),
    "permission_answered": Form("decision", {"decision": "reason"}),
    "interrupted": Form("decision", {"text": "reason"}),
    "model_changed": Form("decision", {"model": "reason"}),
    "compacted": Form("decision", {"summary": "reason"}),
    "blocked": Form("decision", {"tool": "tool_name", "reason": "reason"}),
    "attachment": Form("decision", {"text": "reason"}),
    "command": Form("decision", {"text": "reason"}),
    "linked": Form("decision", {"other": "reason"}),
    "unknown": Form("decision", {"reason": "reason"}),
}
FAILED = Form("error", {"tool": "tool_name", "output": "error", "call": "tool_use_id"})
"""A tool's result that its agent marked as failed."""
_WHOLE: Mapping[str, str] = {
    "user_prompt": "text", "assistant_response": "text", "thinking": "text", "attachment": "text", "tool_call": "input",
    "tool_result": "output",
}  # fmt: skip
"""The text whose length `size` tells."""
_APART = frozenset({"id", "session", "origin", "at", "parent", "size"})
"""Fields that a line holds outside `data`, or that follow from others."""


def spelled(event: Event, timestamp: float, parent: str = "", *, beyond: bool = False) -> tuple[str, dict[str, Any]]:
    """An event's type and `data`, for a line with this timestamp and this parent_id.

    `beyond`: as a decision, because agent-strace takes this type for something else at this place.
    """
    kind = kind_of(event)
    form = FAILED if isinstance(event, ToolResult) and event.failed else FORMS[kind]
    form = form._replace(event_type="decision") if beyond else form
    data = {key: value for field, key in form.carried.items() if (value := getattr(event, field)) not in ("", None, ())}
    if form.event_type == "decision" and kind != "decision":
        data = {"type": kind, "choice": kind, **data}
    if isinstance(event, ToolCall):
        data["arguments"] = arguments(event.input)
    data[OURS] = {"type": kind, **_ours(event, form, data, timestamp, parent)}
    return form.event_type, data


def _ours(event: Event, form: Form, data: Mapping[str, Any], timestamp: float, parent: str) -> dict[str, Any]:
    """Every field of an event that the rest of its line does not tell."""
    found: dict[str, Any] = {}
    for name, default in _defaults(type(event)):
        value = getattr(event, name)
        told = compact(data["arguments"]) if name == "input" else default
        if value != told and name not in _APART and form.carried.get(name) not in data:
            found[name] = _plain(value)
    if event.at != milliseconds(timestamp):
        found["at"] = event.at
    if event.parent != (parent or None):
        found["parent"] = event.parent
    whole = _WHOLE.get(kind_of(event))
    if whole is not None and getattr(event, "size", 0) != len(getattr(event, whole)):
        found["size"] = getattr(event, "size", 0)
    return found


def read(line: Mapping[str, Any], session: str) -> Event | None:
    """The event of a line that we wrote; None for a line of somebody else's, and for one that somebody changed."""
    data = line.get("data")
    ours = data.get(OURS) if isinstance(data, dict) else None
    kind = ours.get("type") if isinstance(ours, dict) else None
    if not isinstance(data, dict) or not isinstance(ours, dict) or not isinstance(kind, str) or kind not in FORMS:
        return None
    form = FAILED if kind == "tool_result" and line.get("event_type") == "error" else FORMS[kind]
    values: dict[str, Any] = {field: data[key] for field, key in form.carried.items() if key in data}
    if kind == "tool_call":
        values["input"] = compact(data.get("arguments", {}))
    values |= {"id": line.get("event_id"), "at": milliseconds(line.get("timestamp")), "parent": line.get("parent_id")}
    values |= ours
    values["session"] = session
    if any(values.get(name) is not None and not _AMOUNT.fullmatch(str(values[name])) for name in _AMOUNTS):
        return None
    whole = _WHOLE.get(kind)
    if whole is not None:
        values.setdefault("size", len(str(values.get(whole, ""))))
    try:
        found: Event = msgspec.convert(values, AnyEvent)
    except msgspec.ValidationError:
        return None
    return found


_AMOUNTS = ("recorded_usd", "usd", "credits")
_AMOUNT = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,18})?")
"""Amounts are decimal strings: nobody who sums them may be surprised."""


def heading(line: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the first line says of the session, if we wrote it: its id, its agent, the version of what is ours."""
    data = line.get("data")
    ours = data.get(OURS) if isinstance(data, dict) else None
    found = ours.get(HEADING) if isinstance(ours, dict) else None
    return found if isinstance(found, dict) and isinstance(found.get("id"), str) and found["id"] else None


def is_empty(line: Mapping[str, Any]) -> bool:
    """True for a line of ours that holds no event."""
    data = line.get("data")
    ours = data.get(OURS) if isinstance(data, dict) else None
    return isinstance(ours, dict) and ours.get("type") == NO_EVENT


def compact(value: Any) -> str:
    """JSON as most agents write it: without spaces, and not only in ASCII."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def arguments(text: str) -> dict[str, Any]:
    """A tool's arguments as the object that agent-strace wants; what is none goes whole under `input`."""
    try:
        found = json.loads(text, parse_constant=_no_number)
        compact(found)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    return {"input": text} if text else {}


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def milliseconds(timestamp: object) -> int | None:
    """A line's timestamp in UTC milliseconds; None where it is no number."""
    if isinstance(timestamp, bool) or not isinstance(timestamp, int | float) or not abs(timestamp) < 1e13:
        return None
    return round(timestamp * 1000)


@cache
def _defaults(kind: type[Event]) -> tuple[tuple[str, Any], ...]:
    """The fields of a type of event with their defaults."""
    return tuple(
        (
            one.encode_name,
            one.default_factory() if one.default is msgspec.NODEFAULT and not one.required else one.default,
        )
        for one in msgspec.structs.fields(kind)
    )


def _plain(value: Any) -> Any:
    """A field's value as JSON, without what is the default anyway."""
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(value)
        return {
            one.name: _plain(getattr(value, one.name))
            for one in fields
            if one.required or getattr(value, one.name) != one.default
        }
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return list(value) if isinstance(value, tuple) else value


# ---- notes

NOTE = "annotation"
"""The kind of attachment that a line of `annotations.jsonl` is read as."""
NOTE_KEYS = (
    "annotation_id", "session_id", "event_id", "offset_seconds", "label", "note", "author", "created_at",
)  # fmt: skip
_BESIDE = ("label", "author", "offset_seconds")


def note_text(record: Mapping[str, Any]) -> str:
    """A note as people read it: what it says, then the label, the author and the offset, a line each."""
    beside = [f"{key}: {record[key]}" for key in _BESIDE if record.get(key)]
    return "\n".join([str(record.get("note") or ""), *beside])


def note_record(event: Attachment, session: str) -> dict[str, Any]:
    """The line of a note, from the event that it was read as."""
    lines = event.text.split("\n")
    beside: dict[str, str] = {}
    while len(lines) > 1 and (found := lines[-1].partition(": "))[0] in _BESIDE and found[0] not in beside:
        beside[found[0]] = found[2]
        lines.pop()
    try:
        offset = float(beside.get("offset_seconds", 0))
    except ValueError:
        offset = 0.0
    return {
        "annotation_id": event.id,
        "session_id": session,
        "event_id": event.parent or "",
        "offset_seconds": offset,
        "label": beside.get("label", ""),
        "note": "\n".join(lines),
        "author": beside.get("author", ""),
        "created_at": 0.0 if event.at is None else event.at / 1000,
    }


def note_event(one: Annotation) -> Attachment:
    """What a person noted with us, in the form in which a line of `annotations.jsonl` is read. It knows no bookmarks."""
    label = one.label or ("bookmark" if one.bookmark else "")
    text = note_text({**msgspec.structs.asdict(one), "label": label})
    return Attachment(
        id=one.annotation_id,
        session=one.session_id,
        at=round(one.created_at * 1000),
        parent=one.event_id or None,
        kind=NOTE,
        text=text,
        size=len(text),
    )


def is_note(event: Event) -> bool:
    """True for what stands in annotations.jsonl instead of among the events."""
    return isinstance(event, Attachment) and event.kind == NOTE
