"""Telling a file of Kodo's by where it lies, unless it looks like another agent's."""

from __future__ import annotations

from agent_trace.agents._untyped import objects
from agent_trace.agents.kodo.shapes import looks_like


def recognises(path: str, head: bytes) -> bool:
    """True for lines of JSON below `.kodo/sessions` that have nobody else's shape."""
    if "/.kodo/sessions/" not in path.replace("\\", "/") or not path.endswith(".jsonl"):
        return False
    found = [record for line in head.split(b"\n")[:5] for record in objects(line)[0]]
    return bool(found) and not any(looks_like(record) for record in found)
