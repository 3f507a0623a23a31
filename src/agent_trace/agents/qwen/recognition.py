"""Telling a chat by its content: Claude Code and others write rows with the same keys around other messages."""

from __future__ import annotations

from typing import Any

from agent_trace.agents._genai.records import decode, mapping, string

_TYPES = frozenset({"user", "assistant", "tool_result", "system"})


def recognises(path: str, head: bytes) -> bool:
    """True for rows with uuid and session whose message has parts, or whose payload is the program's own."""
    if not path.endswith(".jsonl"):
        return False
    rows = [record for line in head.split(b"\n")[:50] for record in decode(line)[0]]
    return any(map(_is_row, rows)) and not any(row.get("isSidechain") is True for row in rows)


def _is_row(row: dict[str, Any]) -> bool:
    if string(row, "type") not in _TYPES or not (string(row, "uuid") and string(row, "sessionId")):
        return False
    message = mapping(row, "message")
    has_parts = isinstance(message.get("parts"), list) and "content" not in message
    return has_parts or (string(row, "type") == "system" and isinstance(row.get("systemPayload"), dict))
