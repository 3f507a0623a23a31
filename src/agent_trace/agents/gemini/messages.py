"""Messages of a chat: what people, the model and the program said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from agent_trace.agents._genai.parts import answers, media, said, texts
from agent_trace.agents._genai.records import string
from agent_trace.agents.gemini.reader import Reader, folder_of
from agent_trace.agents.gemini.replies import ACKNOWLEDGED, hear_reply
from agent_trace.agents.gemini.results import hear_answer
from agent_trace.model.events import Attachment, Command, Compacted, ErrorRaised, Interrupted, UserPrompt

TYPES = ("user", "gemini", "info", "warning", "error")
_INJECTED = {
    "<session_context>": "context",
    "This is the Gemini CLI. We are setting up the context": "context",
    "<loaded_context>": "memory",
    "<hook_context>": "hook",
    "Here is the user's editor context": "context",
    "Here is a summary of changes in the user's editor context": "context",
    "System: Please continue.": "continuation",
}
"""How texts begin that the program puts into a person's message, and what they are."""
_SHELL_LINE = "I ran the following shell command:"
_SNAPSHOT = "<state_snapshot>"
_CANCELLED = "Request cancelled"
_STATUS = re.compile(r'"code"\s*:\s*([45]\d\d)\b|\b(?:status|code|HTTP)\D{0,3}([45]\d\d)\b')


def hear_message(reader: Reader, record: dict[str, Any]) -> None:
    """One message, or more of one told before."""
    kind = string(record, "type")
    if kind not in TYPES:
        reader.unread(f"unknown type {kind!r}")
    elif "content" not in record and "toolCalls" not in record:
        reader.unread("message without content")
    else:
        reader.dated(string(record, "timestamp"))
        reader.begin(folder_of(texts(record.get("content"))) if kind == "user" else "")
        name = name_of(reader, record)
        _HEARERS[kind](reader, record, name)


def name_of(reader: Reader, record: dict[str, Any]) -> str:
    """What the events of a message are named after."""
    own = string(record, "id")
    return reader.scoped(own) if own else reader.once(f"{reader.session}.{reader.fingerprint}")


# ---- people


def _hear_user(reader: Reader, record: dict[str, Any], name: str) -> None:
    content = record.get("content")
    if not reader.is_old(name, "user", said(content)):
        _hear_words(reader, record, name)
    for answer in answers(content):
        hear_answer(reader, answer)


def _hear_words(reader: Reader, record: dict[str, Any], name: str) -> None:
    content, given = record.get("content"), []
    if reader.is_summary or said(content).startswith(_SNAPSHOT):
        reader.emit(Compacted(id=f"{name}.summary", summary=reader.cut(said(content)), **reader.head))
        return
    for number, text in enumerate(texts(content)):
        kind = _injected(text)
        if kind:
            _attach(reader, f"{name}.{number}", kind, text)
        else:
            given.append(text)
    if any(True for _ in answers(content)):
        for number, text in enumerate(given):
            _attach(reader, f"{name}.note{number}", "note", text)
    else:
        _prompt(reader, name, said(record.get("displayContent")) or "\n".join(given))
    for number, kind in enumerate(media(content)):
        _attach(reader, f"{name}.media{number}", kind.partition("/")[0], kind)


def _injected(text: str) -> str:
    start = text.lstrip()[:80]
    return next((kind for words, kind in _INJECTED.items() if start.startswith(words)), "")


def _prompt(reader: Reader, name: str, text: str) -> None:
    if not text.strip():
        return
    if text.startswith(_SHELL_LINE):
        reader.emit(Command(id=f"{name}.prompt", name="!", text=reader.cut(text), **reader.head))
    elif reader.is_agent and reader.state.has_task:
        _attach(reader, f"{name}.prompt", "reminder", text)
    else:
        by: Literal["parent", "person"] = "parent" if reader.is_agent else "person"
        reader.state.has_task = True
        reader.emit(UserPrompt(id=f"{name}.prompt", text=reader.cut(text), size=len(text), by=by, **reader.head))


def _attach(reader: Reader, name: str, kind: str, text: str) -> None:
    reader.emit(Attachment(id=name, kind=kind, text=reader.cut(text), size=len(text), **reader.head))


# ---- the program


def _hear_notice(reader: Reader, record: dict[str, Any], name: str) -> None:
    text = said(record.get("content"))
    kind = string(record, "type")
    if reader.is_old(name, kind, text):
        return
    if kind == "error":
        found = _STATUS.search(text)
        status = int(found.group(1) or found.group(2)) if found else None
        reader.emit(ErrorRaised(id=f"{name}.error", text=reader.cut(text), status=status, **reader.head))
    elif text.startswith(_CANCELLED):
        reader.emit(Interrupted(id=f"{name}.cancelled", text=reader.cut(text), **reader.head))
    else:
        _attach(reader, f"{name}.0", kind, text)


# ---- all messages once more


def hear_again(reader: Reader, messages: Sequence[dict[str, Any]]) -> None:
    """The conversation as the program holds it from now on: what is new in it, a compaction above all."""
    reader.spare = dict(reader.state.said)
    for number, message in enumerate(messages):
        answer = messages[number + 1].get("content") if number + 1 < len(messages) else ""
        reader.is_summary = said(answer) == ACKNOWLEDGED
        hear_message(reader, message)
    reader.spare, reader.is_summary = None, False


_HEARERS: Mapping[str, Callable[[Reader, dict[str, Any], str], None]] = {
    "user": _hear_user,
    "gemini": hear_reply,
    "info": _hear_notice,
    "warning": _hear_notice,
    "error": _hear_notice,
}
