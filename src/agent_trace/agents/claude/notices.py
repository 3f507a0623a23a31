"""Rows that are no talk: errors, compactions, hooks, attached files, what the process noted at its end."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from agent_trace.agents._named_kinds import spelled
from agent_trace.agents.claude.entries import Entry, payload
from agent_trace.agents.claude.reader import Reader
from agent_trace.agents.claude.speech import attach, hear_command, prompt
from agent_trace.model.events import Compacted, ErrorRaised, ModelChanged, SessionEnded

Record = Mapping[str, Any]

KINDS: Mapping[str, str] = {
    "instructions": "memory",
    "nested_memory": "memory",
    "file": "file",
    "compact_file_reference": "file",
    "edited_text_file": "file",
    "skill_listing": "skill",
    "invoked_skills": "skill",
    "dynamic_skill": "skill",
    "prompt_snapshot": "system prompt",
}
"""Kinds of attachments by their types in the log; a hook's begin with `hook_`, others keep their own word."""

_TELLING = ("displayPath", "filename", "path", "text", "content", "date", "newDate", "description", "banner", "status")
_NAMING = ("path", "name", "subject", "text", "blockingError", "content")
_HOOK_SAYS = ("blockingError", "content", "stderr", "stdout", "additionalContext")
_SILENT = ("", "{}")
_UNTOLD = frozenset({"prompt_snapshot"})


# ---- system rows
_HOOK = re.compile(r"[\w:.*|-]{0,80}")
"""How a hook may be called: `PostToolUse:Read`."""


def hear_system(reader: Reader, entry: Entry) -> None:
    """One system row, by its subtype."""
    record = payload(reader.raw)
    subtype = _text(record, "subtype")
    hear = _SYSTEM.get(subtype)
    if hear is not None:
        hear(reader, record)
        return
    content = _text(record, "content")
    if content and not hear_command(reader, f"{reader.row}.0", content):
        attach(reader, f"{reader.row}.0", spelled(subtype) or "notice", content)


def _api_error(reader: Reader, record: Record) -> None:
    attempt = record.get("retryAttempt")
    _error(reader, record, attempt if isinstance(attempt, int) else 0)


def _system_error(reader: Reader, record: Record) -> None:
    _error(reader, record, None)


def _error(reader: Reader, record: Record, retry: int | None) -> None:
    found = record.get("error")
    error: Record = found if isinstance(found, dict) else {}
    status = error.get("status")
    text = found if isinstance(found, str) else _error_text(error) or _text(record, "content")
    reader.emit(
        ErrorRaised(
            id=f"{reader.row}.0",
            parent=reader.last,
            text=reader.cut(text),
            status=status if isinstance(status, int) and status else None,
            retry=retry,
            **reader.head,
        )
    )


def _error_text(error: Record) -> str:
    """What an error says: newer versions say it at the top, older ones keep the API's answer, which nests."""
    inner = error.get("error")
    nested = _error_text(inner) if isinstance(inner, dict) else ""
    return _text(error, "formatted") or _text(error, "message") or nested or _text(error, "type")


def _api_refusal(reader: Reader, record: Record) -> None:
    text = _text(record, "apiRefusalExplanation") or _text(record, "content")
    reader.emit(ErrorRaised(id=f"{reader.row}.0", parent=reader.last, text=reader.cut(text), **reader.head))


def _compaction(reader: Reader, record: Record) -> None:
    found = record.get("compactMetadata")
    facts: Record = found if isinstance(found, dict) else {}
    reader.emit(
        Compacted(
            id=f"{reader.row}.0",
            parent=reader.last,
            trigger=_text(facts, "trigger"),
            before=_number(facts, "preTokens"),
            after=_number(facts, "postTokens"),
            run_ms=_number(facts, "durationMs"),
            **reader.head,
        )
    )


def _stop_hooks(reader: Reader, record: Record) -> None:
    hooks = [one for one in _list(record, "hookInfos") if isinstance(one, dict)]
    text = ", ".join(f"{_text(one, 'command')} ({one.get('durationMs', '?')} ms)" for one in hooks)
    errors = "; ".join(one for one in _list(record, "hookErrors") if isinstance(one, str))
    attach(reader, f"{reader.row}.0", "hook", f"Stop: {text}" + (f": {errors}" if errors else ""))


def _turn(reader: Reader, record: Record) -> None:
    attach(reader, f"{reader.row}.0", "turn", f"{record.get('durationMs', '?')} ms")


def _fallback(reader: Reader, record: Record) -> None:
    _model(reader, _text(record, "fallbackModel"))


def _nothing(reader: Reader, record: Record) -> None:
    """A mark that other rows repeat in full."""


_SYSTEM: Mapping[str, Callable[[Reader, Record], None]] = {
    "api_error": _api_error,
    "error": _system_error,
    "api_refusal": _api_refusal,
    "compact_boundary": _compaction,
    "stop_hook_summary": _stop_hooks,
    "turn_duration": _turn,
    "model_refusal_fallback": _fallback,
    "session_start": _nothing,
}


# ---- attachments


def hear_attachment(reader: Reader, entry: Entry) -> None:
    """One attachment row: a queued prompt, a hook's words, or what Claude Code put before the model."""
    found = payload(reader.raw).get("attachment")
    attached: Record = found if isinstance(found, dict) else {}
    kind = _text(attached, "type")
    if kind == "queued_command":
        _queued(reader, attached)
    elif kind == "model":
        _announced(reader, attached)
    elif kind.startswith("hook_"):
        attach(reader, f"{reader.row}.0", "hook", _hook_text(attached))
    elif kind:
        text = "" if kind in _UNTOLD else _readable(attached)
        attach(reader, f"{reader.row}.0", KINDS.get(kind, spelled(kind)), text, _characters(attached))


def _queued(reader: Reader, attached: Record) -> None:
    """A text that was given while the model worked."""
    found, name = attached.get("prompt"), f"{reader.row}.0"
    text = found if isinstance(found, str) else _joined(found)
    mode = _text(attached, "commandMode")
    if mode == "prompt" and not reader.is_agent:
        prompt(reader, name, text)
    else:
        attach(reader, name, "notification" if mode == "task-notification" else "queued prompt", text)


def _announced(reader: Reader, attached: Record) -> None:
    """The model introduces itself at the start, after a compaction and after a change: only the last is news."""
    identity = attached.get("identity")
    model = _text(identity, "modelId") if isinstance(identity, dict) else ""
    if reader.state.model and model != reader.state.model:
        _model(reader, model)
    reader.state.model = model or reader.state.model


def _model(reader: Reader, model: str) -> None:
    if model:
        reader.emit(ModelChanged(id=f"{reader.row}.0", parent=reader.last, model=model, **reader.head))


def _hook_text(attached: Record) -> str:
    name = _text(attached, "hookName") or _text(attached, "hookEvent")
    said = (_readable_value(attached.get(key)) for key in _HOOK_SAYS)
    first = next((text for text in said if text not in _SILENT), "")
    joint = ": " if _HOOK.fullmatch(name) else "\n"  # behind what is no name a colon would hide where a secret ends
    return f"{name}{joint}{first}" if first else name


def _readable(attached: Record) -> str:
    """A line about something attached: its path, its text, or the names in it."""
    for key in _TELLING:
        text = _readable_value(attached.get(key))
        if text:
            return text
    for value in attached.values():
        text = _readable_value(value) if isinstance(value, list | dict) else ""
        if text:
            return text
    return ""


def _readable_value(value: object) -> str:
    match value:
        case str():
            return value
        case list():
            return ", ".join(filter(None, map(_readable_value, value)))
        case dict():
            told = [value[key] for key in _NAMING if key in value] or list(value.values())
            return next(filter(None, map(_readable_value, told)), "")
    return ""


def _characters(value: object) -> int:
    """How much text something attached holds: it all went before the model."""
    match value:
        case str():
            return len(value)
        case list():
            return sum(map(_characters, value))
        case dict():
            return sum(_characters(one) for name, one in value.items() if name != "type")
    return 0


def _joined(blocks: object) -> str:
    """The texts of a prompt that was given as blocks."""
    found = blocks if isinstance(blocks, list) else []
    return "\n".join(_text(one, "text") for one in found if isinstance(one, dict) and one.get("type") == "text")


# ---- bookkeeping


def hear_mode(reader: Reader, entry: Entry) -> None:
    """The permission mode, where it changed."""
    mode = _text(payload(reader.raw), "permissionMode")
    if mode and mode != reader.state.mode:
        reader.state.mode = mode
        attach(reader, f"{reader.row}.0", "permission mode", mode)


def hear_pull_request(reader: Reader, entry: Entry) -> None:
    """A pull request that the session opened or updated."""
    record = payload(reader.raw)
    attach(reader, f"{reader.row}.0", "pull request", _text(record, "prUrl"))


def hear_end(reader: Reader, entry: Entry) -> None:
    """A process of the agent ended in order: that is when it writes its account, sometimes twice."""
    if reader.state.ended:
        return
    reader.emit(SessionEnded(id=f"{reader.row}.0", parent=reader.last, reason="process ended", **reader.head))
    reader.state.ended = True


def _text(record: Record, name: str) -> str:
    found = record.get(name)
    return found if isinstance(found, str) else ""


def _number(record: Record, name: str) -> int | None:
    found = record.get(name)
    return round(found) if isinstance(found, int | float) and isfinite(found) else None


def _list(record: Record, name: str) -> list[Any]:
    found = record.get(name)
    return found if isinstance(found, list) else []
