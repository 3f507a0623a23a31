"""Telling a trace folder by its meta.json."""

from __future__ import annotations

import json

from agent_trace.model.portable import META_KEYS

_TELLING = frozenset({"attribution", "started_at", "agent_name", "total_duration_ms"})


def recognises(path: str, head: bytes) -> bool:
    """True for a meta.json that holds a session's id and nothing that agent-strace would not write."""
    if path.replace("\\", "/").rpartition("/")[2] != "meta.json":
        return False
    try:
        found = json.loads(head)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(found, dict)
        and "session_id" in found
        and set(found) <= set(META_KEYS)
        and bool(_TELLING & set(found))
    )
