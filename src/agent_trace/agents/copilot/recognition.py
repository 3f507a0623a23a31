"""Telling a Copilot log by its content: for files that lie outside the usual homes."""

from __future__ import annotations

from agent_trace.agents._untyped import JSON, inner, objects, text


def recognises(path: str, head: bytes) -> bool:
    """True for a JSONL file that has Copilot's events in its first lines."""
    if not path.endswith(".jsonl"):
        return False
    return any(_is_start(record) for line in head.split(b"\n")[:50] for record in objects(line)[0])


def _is_start(record: JSON) -> bool:
    data = inner(record, "data")
    if text(record, "type") not in ("session.start", "session.resume") or not text(record, "id"):
        return False
    return text(data, "producer").startswith("copilot") or any(
        name in data for name in ("copilotVersion", "resumeTime")
    )
