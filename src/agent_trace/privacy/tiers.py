"""How much of a session is copied and how much may leave: three tiers, each with all of the one below it.

Tier 1 is numbers: ids, times, agent, models, usage, cost, names and kinds of tools, failures, durations, counts.
Tier 2 adds what was worked on: folders, branches, paths, commands, diffs; prompts and titles too, but only in what is
stored here. Tier 3 adds what was said and returned. An event is never left out and a size stays as it is, so no number
depends on the tier; a text that is withheld says so itself, and what is withheld everywhere is drawn without further code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, TypeVar

import msgspec

from agent_trace.model import events as model
from agent_trace.model.annotations import Annotation
from agent_trace.model.events import Event
from agent_trace.model.scan import Part
from agent_trace.model.summary import Summary

Tier = Literal[1, 2, 3]
Row = TypeVar("Row", Part, Summary)
Record = TypeVar("Record", bound=msgspec.Struct)
Keep = Literal[1, 2, 3, "prompt", "input", "reason"]
"""From which tier on a field is kept. prompt: from 2 where it is stored, from 3 where it leaves · input: as the kind of tool
asks · reason: always, without what it quotes of the record."""

EVERY: Mapping[str, Keep] = {
    "id": 1, "session": 1, "at": 1, "parent": 1, "origin": 1, "side": 1, "inherited": 1, "twin": 1,
}  # fmt: skip
"""What every event has."""

FIELDS: Mapping[type[Event], Mapping[str, Keep]] = {
    model.SessionStarted: {
        "cwd": 2, "branch": 2, "version": 1, "starter": 1, "agent_type": 2, "commit": 2, "provider": 2, "user": 3, "host": 3,
        "processes": 3,
    },
    model.Titled: {"title": "prompt", "by": 1},
    model.SessionEnded: {"reason": 2},
    model.UserPrompt: {"text": "prompt", "size": 1, "by": 1},
    model.AssistantText: {"text": 3, "size": 1},
    model.Thinking: {"text": 3, "size": 1},
    model.LlmRequest: {"model": 1},
    model.LlmResponse: {
        "call": 1, "cls": 1, "usage": 1, "recorded_usd": 1, "credits": 1, "stop": 1, "counts": 1, "window": 1,
        "continues": 1,
    },
    model.ToolCall: {
        "call": 1, "response": 1, "tool": 1, "kind": 1, "input": "input", "size": 1, "title": "input", "paths": 2,
    },
    model.ToolResult: {
        "call": 1, "tool": 1, "output": 3, "size": 1, "failed": 1, "exit_code": 1, "went_wrong": 1, "refused": 1,
        "asked": 1, "interrupted": 1, "run_ms": 1, "lines_added": 1, "lines_removed": 1, "patch": 2, "child": 1,
    },
    model.UsageRecorded: {"models": 1, "usd": 1, "credits": 1, "run_ms": 1},
    model.FileRead: {"path": 2},
    model.FileWrite: {"path": 2, "lines_added": 1, "lines_removed": 1},
    model.Decision: {"choice": 3, "reason": 3, "alternatives": 3},
    model.PermissionAsked: {"tool": 1},
    model.PermissionAnswered: {"decision": 2, "by": 2},
    model.Interrupted: {"text": 3},
    model.ModelChanged: {"model": 1},
    model.Compacted: {"trigger": 2, "before": 1, "after": 1, "run_ms": 1, "summary": 3},
    model.Blocked: {"tool": 1, "reason": 3},
    model.ErrorRaised: {"text": 3, "status": 1, "retry": 1},
    model.Attachment: {"kind": 2, "text": 3, "size": 1},
    model.Command: {"name": 2, "text": "prompt"},
    model.Linked: {"how": 1, "other": 1},
    model.Unknown: {"raw": 3, "reason": "reason"},
}  # fmt: skip
"""Every other field of every kind of event: a test holds that none is missing."""

PART: Mapping[str, Keep] = {
    "rows": 1, "own": 1, "content": 1, "spans": 1, "lines_added": 1, "lines_removed": 1, "cwd": 2, "branch": 2,
    "version": 1, "custom_title": "prompt", "ai_title": "prompt", "summary": "prompt", "first_prompt": "prompt",
    "task": "prompt", "agent_type": 2, "starter": 1, "credits": 1, "tail": 1, "api_errors": 1, "refused": 1,
    "inherited_from": 1, "cleared": 1,
}  # fmt: skip
"""The fields of what a log says of one session: a list of sessions is made of them."""

SUMMARY: Mapping[str, Keep] = {
    "id": 1, "agent": 1, "parent": 1, "title": "prompt", "cwd": 2, "repo": 2, "branch": 2, "started": 1, "ended": 1,
    "duration_s": 1, "active_s": 1, "models": 1, "prompts": 1, "commits": 1, "prs": 1, "lines_added": 1,
    "lines_removed": 1, "failed_steps": 1, "retries": 1, "waste_usd": 1, "findings": 1, "state": 1, "productive": 1,
    "unread_lines": 1, "labels": 2, "starred": 1, "hidden": 1, "credits": 1, "partial": 1, "source_changed": 1, "own": 1,
    "subagents": 1, "unlogged": 1, "unlogged_recorded": 1, "total": 1,
}  # fmt: skip
"""The fields of a row in a list of sessions."""

RECORDS: Mapping[str, Mapping[str, Keep]] = {
    "Outcome": {
        "session": 1, "commits": 1, "pull_requests": 1, "tests": 1, "edit_lines": 1, "files": 2, "branch": 2, "undone": 1,
        "productive": 1,
    },
    "Commit": {
        "event": 1, "number": 1, "at": 1, "began": 1, "sha": 2, "branch": 2, "message": 2, "how": 1, "files": 1,
        "lines_added": 1, "lines_removed": 1, "amends": 2, "fate": 1, "directory": 2, "prompt": 1, "model": 1, "inherited": 1,
    },
    "PullRequest": {
        "url": 2, "number": 2, "repository": 2, "host": 2, "state": 1, "title": 3, "created_here": 1, "merged_here": 1,
        "changed_here": 1, "events": 1, "at": 1, "model": 1,
    },
    "TestRun": {
        "event": 1, "number": 1, "at": 1, "purpose": 1, "program": 2, "result": 1, "counts": 1, "directory": 2,
    },
    "Undone": {"event": 1, "number": 1, "how": 1, "paths": 2, "lines_added": 1, "lines_removed": 1},
    "Productive": {"value": 1, "why": 2},
    "Lines": {"added": 1, "removed": 1},
    "Counted": {"passed": 1, "failed": 1},
}  # fmt: skip
"""What a session produced, by the names of its records: a title of a pull request may come from a program's output."""

ANNOTATION: Mapping[str, Keep] = {
    "annotation_id": 1, "agent": 1, "session_id": 1, "author": 3, "created_at": 1, "event_id": 1, "offset_seconds": 1,
    "label": 2, "note": 3, "bookmark": 1,
}  # fmt: skip
"""What a person noted, when it leaves: here, it is never cut down. A label is a word for a list, a note may quote anything."""

WORKED = frozenset({"shell", "edit", "write", "read"})
"""Kinds of tools whose arguments are commands, diffs and paths."""
PATHS = frozenset({"path"})
"""Texts that are a path: empty where they are withheld, for a sentence is none."""


def withheld(tier: Tier) -> str:
    """What stands where a text was."""
    return f"withheld (tier {tier})"


def tiered(event: Event, tier: Tier, *, leaving: bool) -> Event:
    """An event with what its tier keeps; the same event where that is all."""
    changes = {
        name: found
        for name in _dropped(type(event), tier, leaving, _kind(event))
        if (found := _blank(event, name, tier)) != getattr(event, name)
    }
    return msgspec.structs.replace(event, **changes) if changes else event


def tiered_part(part: Part, tier: Tier) -> Part:
    """What is stored of a log's session."""
    return _without(part, _names(PART, tier, leaving=False))


def tiered_summary(summary: Summary, tier: Tier, *, leaving: bool) -> Summary:
    """A row of a list of sessions."""
    return _without(summary, _names(SUMMARY, tier, leaving=leaving))


def tiered_annotation(one: Annotation, tier: Tier) -> Annotation:
    """What a person noted, as it may leave."""
    dropped = [name for name in _names(ANNOTATION, tier, leaving=True) if getattr(one, name)]
    return msgspec.structs.replace(one, **dict.fromkeys(dropped, withheld(tier))) if dropped else one


def tiered_record(record: Record, tier: Tier, *, leaving: bool) -> Record:
    """A record of what a session produced, with all that are in it."""
    if tier == 3:
        return record
    dropped = _names(RECORDS[type(record).__name__], tier, leaving=leaving)
    changes = {name: _empty(type(record), name, getattr(record, name), tier) for name in dropped}
    for name in record.__struct_fields__:
        if name not in changes:
            changes[name] = _within(getattr(record, name), tier, leaving=leaving)
    return msgspec.structs.replace(record, **changes)


def _within(value: Any, tier: Tier, *, leaving: bool) -> Any:
    if isinstance(value, msgspec.Struct):
        return tiered_record(value, tier, leaving=leaving)
    return tuple(_within(one, tier, leaving=leaving) for one in value) if isinstance(value, tuple) else value


def _empty(kind: type[msgspec.Struct], name: str, value: Any, tier: Tier) -> Any:
    """What stands where a value was: nothing, where there may be nothing."""
    if isinstance(value, tuple):
        return ()
    return None if value is None or name in _optional(kind) else withheld(tier)


def _kind(event: Event) -> str:
    return event.kind if isinstance(event, model.ToolCall) else ""


@cache
def _dropped(event: type[Event], tier: Tier, leaving: bool, kind: str) -> tuple[str, ...]:
    """The fields of a kind of event that its tier does not keep as they are."""
    inner: Keep = 2 if kind in WORKED else "prompt" if kind == "agent" else 3
    fields = {name: inner if keep == "input" else keep for name, keep in FIELDS[event].items()}
    return _names(fields, tier, leaving=leaving)


def _names(fields: Mapping[str, Keep], tier: Tier, *, leaving: bool) -> tuple[str, ...]:
    kept: set[Keep] = {1, 2, 3, "prompt", "reason"} if tier == 3 else {1, 2} if tier == 2 else {1}
    if tier == 2 and not leaving:
        kept.add("prompt")
    return tuple(name for name, keep in fields.items() if keep not in kept)


def _blank(event: Event, name: str, tier: Tier) -> Any:
    """What a withheld field becomes: a text says so, all else is as if it were unknown."""
    value = getattr(event, name)
    if not isinstance(value, str):
        return () if isinstance(value, tuple) else None
    if not value or name in PATHS:
        return ""
    if FIELDS[type(event)][name] == "reason":
        return tiered_reason(value, tier)
    if name in _optional(type(event)):
        return None
    return value if value == withheld(1) else withheld(tier)


@cache
def _optional(kind: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(field.name for field in msgspec.structs.fields(kind) if field.default is None)


def _without(row: Row, names: tuple[str, ...]) -> Row:
    """A row without some of its values: lists are empty, the rest is unknown."""
    if not names:
        return row
    blanks = {name: () if isinstance(getattr(row, name), tuple) else None for name in names}
    return msgspec.structs.replace(row, **blanks)


# ---- why a line is not read

WORDS = frozenset(
    (
        "a an and are assistant be being block bubble call change chat code completed content conversations count"
        " counts cut data empty encrypted end entry event field file format id in is it item its json kind known"
        " like line lines long looks many message meta.json missing model name no not number numbers object of or"
        " part programs prompt readable record response result role row session shape source step subtype system"
        " table telemetry than that the time token too tool torn trajectory transcript turn type unfinished"
        " unknown usage version with without write written"
    ).split()
)
"""The words that readers give as reasons, names of agents aside. Any other may come from the record: a log can hold
whatever it likes as its reason."""
_QUOTED = re.compile(r"(?:^|(?<=\s))['\"\[{(].*", re.DOTALL)


def tiered_reason(reason: str, tier: Tier) -> str:
    """Why a line was not read: our own words stay, what is quoted from the record becomes `…`."""
    if tier == 3:
        return reason
    told: list[str] = []
    for word in _QUOTED.sub("…", reason).split():
        kept = word if word.rstrip(",;.:").lower() in WORDS else "…"
        if not (kept == "…" and told[-1:] == ["…"]):
            told.append(kept)
    return " ".join(told)
