"""Telling a Pi session by its content: for files that lie outside the usual homes.

OpenClaw writes the same format with the same core. Its files show it by entries of its own, by its folder, or by entries
whose parent is the session itself.
"""

from __future__ import annotations

from agent_trace.agents._untyped import JSON, objects, text

_OTHERS = ("openclaw", "clawdbot", "moltbot")
_SNAPSHOT = "model-snapshot"
"""A custom entry that OpenClaw writes when a session begins."""


def recognises(path: str, head: bytes) -> bool:
    """True for a JSONL file that begins with the header of a Pi session and shows nothing of another agent."""
    if not path.endswith(".jsonl") or any(f"{name}/" in path.lower().replace("\\", "/") for name in _OTHERS):
        return False
    rows = [record for line in head.split(b"\n")[:50] for record in objects(line)[0]]
    return bool(rows) and _is_header(rows[0]) and not any(_is_foreign(row, rows[0]) for row in rows[1:])


def _is_header(row: JSON) -> bool:
    version = row.get("version", 1)
    if row.get("type") != "session" or not isinstance(version, int) or version < 1:
        return False
    return all(text(row, name) for name in ("id", "timestamp", "cwd")) and not any(
        f".{name}" in text(row, "cwd") for name in _OTHERS
    )


def _is_foreign(row: JSON, header: JSON) -> bool:
    kind = text(row, "customType").lower()
    return kind == _SNAPSHOT or kind.startswith(_OTHERS) or row.get("parentId") == header["id"]
