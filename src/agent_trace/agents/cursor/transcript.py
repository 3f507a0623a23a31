"""Lines of a transcript: what was said and called, without names, times and tokens."""

from __future__ import annotations

from agent_trace.agents._diffs import UNCHANGED
from agent_trace.agents._fields import as_json, blocks, shown
from agent_trace.agents._tags import pieces, without
from agent_trace.agents._untyped import JSON, inner, text
from agent_trace.agents.cursor.conversation import Conversation

ENDED = "turn_ended"


def hear_said(conversation: Conversation, record: JSON) -> None:
    """A line in somebody's name, or the end of a turn."""
    if record.get("type") == ENDED:
        _end(conversation, text(record, "status"))
    elif record.get("role") == "user":
        _hear_user(conversation, blocks(inner(record, "message").get("content")))
    else:
        conversation.answer(text(record, "model"))
        for block in blocks(inner(record, "message").get("content")):
            _hear_block(conversation, block)


def _end(conversation: Conversation, status: str) -> None:
    name = f"{conversation.here}.end"
    if status in ("aborted", "cancelled"):
        conversation.narrator.interrupted(name, status)
    elif status not in ("success", "completed", ""):
        conversation.narrator.failed(name, status)


def _hear_user(conversation: Conversation, content: list[JSON]) -> None:
    for block in content:
        if block.get("type") in ("tool_result", "tool-result"):
            _hear_result(conversation, block)
        elif block.get("type") != "text":
            conversation.attach(text(block, "type") or "unknown", shown([block]))
    words = "\n".join(text(block, "text") for block in content if block.get("type") == "text").strip()
    asked = pieces(words, ("user_query",))
    if asked or words:
        conversation.prompt("\n".join(one.content.strip("\n") for one in asked).strip() if asked else words)
    around = without(words, asked).strip() if asked else ""
    if around:
        conversation.attach("context", around)


def _hear_block(conversation: Conversation, block: JSON) -> None:
    match block.get("type"):
        case "text":
            conversation.said(text(block, "text"))
        case "thinking" | "reasoning" | "redacted_thinking":
            conversation.thought(text(block, "thinking", "text"))
        case "tool_use" | "tool_call":
            conversation.call(text(block, "name"), block.get("input"))
        case "tool_result" | "tool-result":
            _hear_result(conversation, block)
        case kind:
            reason = f"unknown block type {as_json(kind)}" if kind else "no block type"
            conversation.narrator.unread(f"{conversation.here}.unread", as_json(block), reason)


def _hear_result(conversation: Conversation, block: JSON) -> None:
    """Results name calls that have no names: each goes to the oldest call that waits for one."""
    key, failed = conversation.waiting(), block.get("is_error") is True
    change = UNCHANGED if failed else conversation.narrator.planned(key)
    conversation.result(key, shown(block.get("content")), change, failed=failed)
