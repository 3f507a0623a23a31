"""What is equal in every copy of a record.

A fork copies a session's messages and parts under new ids, word for word: the time of making, the model and the text
stay. So a message's name is made of these; an answer's also of what it answers, because two sub-agents may begin in
the same millisecond. The tokens are left out on purpose: they are written when the answer is complete, and a copy or
an export that was made before has none.
"""

from __future__ import annotations

from collections.abc import Iterable

from agent_trace.agents.opencode.fields import group, text
from agent_trace.agents.opencode.records import Message
from agent_trace.model.scan import digest

_UNSIGNED = 2**64 - 1


def hashed(*words: str) -> str:
    """Sixteen characters for some words."""
    return format(digest("\0".join(words).encode("utf-8", "replace")) & _UNSIGNED, "016x")


def twins_of(messages: Iterable[Message]) -> dict[str, str]:
    """Message id → what its copies share; its id where it has no time. No two messages of a session get the same."""
    found: dict[str, str] = {}
    uses: dict[str, int] = {}
    asked = ""
    for message in messages:
        if text(message.data, "role") == "user":
            name = asked = _named(message, "user", _said(message))
        else:
            name = _named(message, *_maker(message), found.get(text(message.data, "parentID"), asked))
        count = uses[name] = uses.get(name, 0) + 1
        found[message.id] = name if count == 1 else f"{name}~{count}"
    return found


def _named(message: Message, *words: str) -> str:
    return message.id if message.created is None else f"{message.created}-{hashed(*words)}"


def _maker(message: Message) -> tuple[str, ...]:
    data = message.data
    agent = text(data, "agent") or text(data, "mode")
    return (
        text(data, "role"),
        text(data, "providerID"),
        text(data, "modelID"),
        agent,
        text(group(data, "path"), "cwd"),
    )


def _said(message: Message) -> str:
    return "\0".join(text(part.data, "text") for part in message.parts if text(part.data, "type") == "text")
