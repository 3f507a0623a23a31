"""A chat in one JSON document, as versions until early 2026 kept it: the same lines that newer ones write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from agent_trace.agents._genai.records import decode, objects

_ROOT = ".project_root"
_CHANGING = ("messages", "lastUpdated")
"""What a header leaves out: the messages are lines of their own, and the time differs at every writing."""


def lines(files: Mapping[str, bytes]) -> Iterable[bytes]:
    """A header and the messages. What is no such document is one line, so that it is kept and counted."""
    (_, data), *beside = files.items()
    found, reason = decode(data)
    if reason or len(found) != 1:
        return [b" ".join(data.split())]
    header = {name: value for name, value in found[0].items() if name not in _CHANGING}
    folder = next((_text(content) for path, content in beside if path.endswith(_ROOT)), "")
    if folder and not header.get("directories"):
        header["directories"] = [folder]
    return [_line(header), *(_line(message) for message in objects(found[0], "messages"))]


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace").strip()


def _line(record: dict[str, Any]) -> bytes:
    return msgspec.json.encode(record)
