"""What a line of a stranger's log looks like."""

from __future__ import annotations

from agent_trace.agents._untyped import JSON, text

UNKNOWN = "no shape of Kodo's lines is known"
_CLAUDE = frozenset({"uuid", "parentUuid", "isSidechain", "leafUuid"})
_PI = frozenset({"session", "message", "model_change", "thinking_level_change", "compaction", "custom", "label"})


def reason(record: JSON) -> str:
    """Why a line is not read: whose it looks like, or that nothing is known."""
    whose = looks_like(record)
    return f"it looks like {whose}, not like Kodo's; {UNKNOWN}" if whose else UNKNOWN


def looks_like(record: JSON) -> str:
    """Whose shape a record has; empty: nobody's that is known."""
    if "payload" in record and "timestamp" in record:
        return "a row of Codex"
    if "sessionId" in record and _CLAUDE & record.keys():
        return "a row of Claude Code"
    if text(record, "type") in _PI and ("cwd" in record or "parentId" in record):
        return "an entry of Pi"
    if isinstance(record.get("role"), str) and "content" in record:
        return "a message of the chat format that many programs write"
    return ""
