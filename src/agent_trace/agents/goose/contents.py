"""Blocks of a message: what was said, asked for, done and noticed."""

from __future__ import annotations

from agent_trace.agents._diffs import UNCHANGED
from agent_trace.agents._fields import as_json, blocks, exit_code, flag, items, shown
from agent_trace.agents._narrating import Narrator
from agent_trace.agents._untyped import JSON, inner, text
from agent_trace.agents.goose.rows import Message
from agent_trace.agents.goose.tools import kind
from agent_trace.model.events import Compacted, PermissionAsked

DECLINED = "The user has declined to run this tool"


def hear_block(narrator: Narrator, name: str, call: str, message: Message, block: JSON) -> None:
    """The events of one block of a message."""
    match block.get("type"):
        case "text":
            _words(narrator, name, message, text(block, "text"))
        case "thinking" | "reasoning":
            narrator.thought(name, text(block, "thinking", "text"))
        case "toolRequest" | "frontendToolRequest":
            _call(narrator, name, block)
        case "toolResponse":
            _result(narrator, name, block)
        case "toolConfirmationRequest" | "actionRequired":
            told = inner(block, "data") or block
            narrator.emit(PermissionAsked, name, tool=text(told, "toolName", "message", "actionType"))
        case "conversationCompacted" | "summarizationRequested":
            narrator.emit(Compacted, name, summary=narrator.cut(text(block, "msg")))
        case "error":
            narrator.failed(name, text(block, "message"))
        case "image" | "document" | "redactedThinking" | "systemNotification" | "contextLengthExceeded" as word:
            narrator.attach(name, word, text(block, "msg"))
        case word:
            narrator.unread(name, as_json(block), f"unknown block type {as_json(word)}" if word else "no block type")


def _words(narrator: Narrator, name: str, message: Message, words: str) -> None:
    """Text of the model; of the person, unless only the model was to see it."""
    if message.role == "assistant":
        narrator.said(name, words)
    elif message.metadata.get("userVisible") is False or flag(message.metadata, "turnContext"):
        narrator.attach(name, "context", words)
    elif words.strip():
        narrator.prompt(name, words)


def _call(narrator: Narrator, name: str, block: JSON) -> None:
    asked = inner(block, "toolCall")
    told = inner(asked, "value") or asked
    arguments, tool = told.get("arguments"), text(told, "name")
    known = kind(tool, arguments if isinstance(arguments, dict) else None)
    narrator.call(name, text(block, "id") or name, narrator.state.response, tool, arguments, known)


def _result(narrator: Narrator, name: str, block: JSON) -> None:
    result = inner(block, "toolResult")
    value = result.get("value")
    told = value if isinstance(value, dict) else {"content": value}
    output = text(result, "error") or _shown(told.get("content"))
    failed, refused = result.get("status") == "error" or flag(told, "isError"), DECLINED in output
    call, structured = text(block, "id") or name, inner(told, "structuredContent")
    code = exit_code(structured, "exit_code", "exitCode")
    change = UNCHANGED if failed or refused or code else narrator.planned(call)
    narrator.result(name, call, output, change, failed=failed, exit_code=code, refused=refused)


def _shown(content: object) -> str:
    """What the model got to see: tools often answer twice, once for it and once for the person."""
    pieces = [block for block in blocks(content) if _is_for_model(block)]
    return shown(pieces or content)


def _is_for_model(block: JSON) -> bool:
    audience = items(inner(block, "annotations"), "audience")
    return not audience or "assistant" in audience
