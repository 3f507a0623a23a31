"""Telling a session file of an old Goose by its first lines."""

from __future__ import annotations

from agent_trace.agents._untyped import JSON, objects


def recognises(path: str, head: bytes) -> bool:
    """True for lines of which the first is Goose's header, or for its messages, which say when they were created."""
    if not path.endswith(".jsonl"):
        return False
    found = [record for line in head.split(b"\n")[:5] for record in objects(line)[0]]
    return any(is_header(record) or is_message(record) for record in found)


def is_header(record: JSON) -> bool:
    """The first line: what the database keeps in `sessions`."""
    return "working_dir" in record and ("message_count" in record or "description" in record)


def is_message(record: JSON) -> bool:
    """A message: nothing else has these three."""
    is_alone = isinstance(record.get("created"), int) and isinstance(record.get("content"), list)
    return is_alone and record.get("role") in ("user", "assistant")
