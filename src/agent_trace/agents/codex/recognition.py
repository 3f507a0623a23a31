"""Telling a rollout by its content: for files that lie outside the usual homes."""

from __future__ import annotations

from agent_trace.agents._jsonl import records, trim
from agent_trace.agents.codex.words import ITEMS

_ENVELOPES = frozenset({"session_meta", "turn_context", "response_item", "event_msg", "compacted"})
_HEADER = frozenset({"id", "timestamp", "instructions"})


def recognises(path: str, head: bytes) -> bool:
    """True for a JSONL file with a row of Codex's, or with its first header and bare items."""
    if not path.endswith((".jsonl", ".jsonl.zst")):
        return False
    found = [record for line in head.split(b"\n")[:50] for record in records(trim(line))[0]]
    return any(map(_is_row, found)) or _is_bare(found)


def _is_row(record: dict[str, object]) -> bool:
    return record.get("type") in _ENVELOPES and isinstance(record.get("payload"), dict)


def _is_bare(found: list[dict[str, object]]) -> bool:
    """The header has no type; what follows are items of the conversation by themselves."""
    if not found or "type" in found[0] or not found[0].keys() >= _HEADER:
        return False
    return all("record_type" in one or one.get("type") in ITEMS for one in found[1:])
