"""Telling a chat by its content: for files that lie outside the usual homes."""

from __future__ import annotations

import re
from typing import Any

from agent_trace.agents._genai.records import decode, objects
from agent_trace.agents.gemini.messages import TYPES

_DOCUMENT = re.compile(rb'[\s\xef\xbb\xbf]*\{\s*"sessionId"\s*:\s*"[^"]*",\s*"projectHash"\s*:\s*"')
_LINE = re.compile(rb'(?:\xef\xbb\xbf)?\{"sessionId": ?"[^"]*", ?"projectHash": ?"')


def recognises(path: str, head: bytes) -> bool:
    """True for a header with a session and the hash of a project, and for the model's messages with ids of their own."""
    if not path.endswith((".json", ".jsonl")):
        return False
    if (_DOCUMENT if path.endswith(".json") else _LINE).match(head):
        return True
    return any(_is_record(one) for line in head.split(b"\n")[:50] for one in decode(line)[0])


def _is_record(record: dict[str, Any]) -> bool:
    if isinstance(record.get("$set"), dict):
        return any(_is_record(one) for one in objects(record["$set"], "messages"))
    if "projectHash" in record:
        return isinstance(record.get("sessionId"), str)
    has_own_keys = isinstance(record.get("id"), str) and "content" in record and "uuid" not in record
    return has_own_keys and record.get("type") in TYPES and ("tokens" in record or "thoughts" in record)
