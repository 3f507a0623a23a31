"""Telling a transcript of Cursor's agent by its first lines."""

from __future__ import annotations

import re

from agent_trace.agents._exported import holds_export
from agent_trace.agents._untyped import JSON, objects

_SPEAKER = re.compile(rb"\A\s*(?:user|assistant|A):\s*\n")
_FOREIGN = frozenset({"uuid", "parentUuid", "sessionId", "id", "parentId", "timestamp", "created", "payload", "table"})
"""What rows of other agents' logs, and of tables, name themselves by: lines of a transcript have no name at all."""


def recognises(path: str, head: bytes) -> bool:
    """True for lines that hold a role and a message and nothing that names them, and for a transcript in plain text."""
    if holds_export(head, "cursor"):
        return True
    if path.endswith(".txt"):
        return "agent-transcripts" in path and bool(_SPEAKER.match(head))
    found = [record for line in head.split(b"\n")[:5] for record in objects(line)[0]]
    return path.endswith(".jsonl") and bool(found) and is_said(found[0])


def is_said(record: JSON) -> bool:
    """A line of a transcript."""
    message = record.get("message")
    is_message = isinstance(message, dict) and "content" in message
    return is_message and record.get("role") in ("user", "assistant") and not _FOREIGN & record.keys()
