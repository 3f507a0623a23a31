"""Telling a transcript by its content: for files that lie outside the usual homes."""

from __future__ import annotations

from agent_trace.agents._jsonl import records, trim
from agent_trace.agents.claude.layout import SUFFIX
from agent_trace.agents.claude.words import KNOWN_TYPES


def recognises(path: str, head: bytes) -> bool:
    """True for a JSONL file with a row of one of Claude Code's types that names a session, a message or itself."""
    if not path.endswith(SUFFIX):
        return False
    return any(_is_row(record) for line in head.split(b"\n")[:50] for record in records(trim(line))[0])


def _is_row(record: dict[str, object]) -> bool:
    if record.get("type") not in KNOWN_TYPES or _is_of_a_look_alike(record):
        return False
    return any(name in record for name in ("sessionId", "uuid", "parentUuid", "leafUuid")) or isinstance(
        record.get("message"), dict | str
    )


def _is_of_a_look_alike(record: dict[str, object]) -> bool:
    """Qwen Code writes rows with the same keys around messages that have parts; exports name the agent that they are of."""
    message, named = record.get("message"), record.get("agentSlug", record.get("agent"))
    is_of_another = isinstance(named, str) and not named.startswith("claude")
    return is_of_another or "systemPayload" in record or (isinstance(message, dict) and "parts" in message)
