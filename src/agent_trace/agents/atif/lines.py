"""A trajectory as a log: its head, then each step, then the trajectories of sub-agents that it holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

DEEPEST = 20
"""Sub-agents within sub-agents."""
BOM = b"\xef\xbb\xbf"


def lines(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """One line a record, with the ids of the trajectories around it; what is no trajectory is a line as it is."""
    for data in files.values():
        document = _decoded(data.removeprefix(BOM))
        if isinstance(document, dict) and isinstance(document.get("steps"), list):
            yield from _records(document, ())
        else:
            yield data.replace(b"\n", b" ")


def _decoded(data: bytes) -> object:
    """The document; None where it is no JSON. The standard library reads half characters too."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _encoded(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode()


def _records(document: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[bytes]:
    head = {key: value for key, value in document.items() if key not in ("steps", "subagent_trajectories")}
    yield _encoded({"path": path, "head": head})
    for step in document["steps"]:
        yield _encoded({"path": path, "step": step})
    inside = document.get("subagent_trajectories")
    if not isinstance(inside, list) or len(path) >= DEEPEST:
        return
    for number, one in enumerate(inside, 1):
        if isinstance(one, dict) and isinstance(one.get("steps"), list):
            name = one.get("trajectory_id")
            yield from _records(one, (*path, name if isinstance(name, str) and name else str(number)))
