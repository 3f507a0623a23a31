"""Messages: what people said, what the model answered and called, and what the tools gave."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from agent_trace.agents._diffs import UNCHANGED, Change, numbered, unified
from agent_trace.agents._exits import is_failure
from agent_trace.agents._telling import keep
from agent_trace.agents._untyped import JSON, count, encoded, inner, several, text
from agent_trace.agents.pi.reader import Called, ParseState, Reader
from agent_trace.agents.pi.tools import KINDS, asked_change, headline, paths
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Command,
    ErrorRaised,
    FileRead,
    FileWrite,
    Interrupted,
    LlmResponse,
    Thinking,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from agent_trace.model.usage import BillingClass, Usage, band

UNKNOWN = Usage()
_EXIT = re.compile(r"Command exited with code (\d{1,9})\s*\Z")
_STOPPED = re.compile(r"(?:Command|Operation) aborted\s*\Z|Skipped due to queued user message")
_STATUS = re.compile(r"(\d{3})\b")
_BROKEN = frozenset({"error", "aborted"})
_MOST = 10**9
"""Dollars of one call beyond which a figure is damage."""


def hear_message(reader: Reader, record: JSON) -> None:
    """One message, by who said it."""
    message = inner(record, "message")
    hear = _HEARERS.get(text(message, "role"))
    if hear is None:
        role = text(message, "role")
        reader.unread(encoded(record), f"unknown message role {role!r}" if role else "message without a role")
    else:
        hear(reader, message)


def said(message: JSON) -> str:
    """The text of a message, its blocks joined."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    return "\n".join(text(block, "text") for block in several(message, "content") if block.get("type") == "text")


def _hear_person(reader: Reader, message: JSON) -> None:
    words = said(message)
    reader.tell(UserPrompt, text=reader.cut(words), size=len(words))
    _show_images(reader, message)


def _show_images(reader: Reader, message: JSON) -> None:
    for index, block in enumerate(several(message, "content")):
        if block.get("type") == "image":
            shown = reader.cut(text(block, "mimeType"))
            reader.tell(Attachment, f".{index}", kind="image", text=shown, size=len(text(block, "data")))


def _hear_shell(reader: Reader, message: JSON) -> None:
    """A line that the person ran past the model."""
    reader.tell(Command, name="!", text=reader.cut(text(message, "command")))
    output = text(message, "output")
    if output:
        reader.tell(Attachment, ".output", kind="shell output", text=reader.cut(output), size=len(output))


def _hear_extension(reader: Reader, message: JSON) -> None:
    words = said(message) or text(message, "summary")
    kind = text(message, "customType") or text(message, "role")
    reader.tell(Attachment, kind=kind, text=reader.cut(words), size=len(words))


# ---- the model


def _hear_reply(reader: Reader, message: JSON) -> None:
    """One answer, whole or broken off."""
    content, stop = message.get("content"), text(message, "stopReason")
    usage = inner(message, "usage")
    reader.state.model = text(message, "model") or reader.state.model
    if content or _usage(usage) is not UNKNOWN or stop not in _BROKEN:
        call = _respond(reader, message, usage, stop)
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else several(message, "content")
        for index, block in enumerate(blocks):
            _hear_block(reader, block, f".{index}", call)
    if stop in _BROKEN:
        _break_off(reader, stop, text(message, "errorMessage"))


def _respond(reader: Reader, message: JSON, usage: JSON, stop: str) -> str:
    used, model = _usage(usage), text(message, "model")
    reader.tell(
        LlmResponse,
        call=reader.twin,
        cls=BillingClass(model=model, band=band(used.prompt)) if model else None,
        usage=used,
        recorded_usd=_dollars(usage),
        stop=stop or None,
    )
    return reader.twin


def _break_off(reader: Reader, stop: str, words: str) -> None:
    if stop == "aborted":
        reader.tell(Interrupted, ".end", text=reader.cut(words))
        return
    status = _STATUS.match(words)
    reader.tell(ErrorRaised, ".end", text=reader.cut(words), status=int(status[1]) if status else None)


def bill(reader: Reader, usage: JSON, suffix: str, model: str, *, counts: bool = True) -> None:
    """What an entry of another kind says that it used of a model."""
    used = _usage(usage)
    if used is UNKNOWN:
        return
    reader.tell(
        LlmResponse,
        suffix,
        call=reader.twin + suffix,
        cls=BillingClass(model=model, band=band(used.prompt)) if model else None,
        usage=used,
        recorded_usd=_dollars(usage),
        counts=counts,
        side=True,
    )


def _usage(usage: JSON) -> Usage:
    """Tokens of one call, cache apart already; zeros all over mean that nobody knows."""
    fresh, output, read, written = (count(usage, name) for name in ("input", "output", "cacheRead", "cacheWrite"))
    if not (fresh or output or read or written):
        return UNKNOWN
    hour = count(usage, "cacheWrite1h")
    return Usage(
        input=fresh,
        output=output,
        cache_read=read,
        cache_write_5m=None if written is None else max(0, written - (hour or 0)),
        cache_write_1h=hour,
        reasoning=count(usage, "reasoning"),
    )


def _dollars(usage: JSON) -> str | None:
    """What Pi reckoned the call at; 0 means that it has no price for the model."""
    total = inner(usage, "cost").get("total")
    if isinstance(total, bool) or not isinstance(total, int | float) or not 0 < total <= _MOST:
        return None
    return f"{Decimal(repr(total)):f}"


def _hear_block(reader: Reader, block: JSON, suffix: str, call: str) -> None:
    match block.get("type"):
        case "toolCall":
            _call_tool(reader, block, suffix, call)
        case "text":
            words = text(block, "text")
            reader.tell(AssistantText, suffix, text=reader.cut(words), size=len(words))
        case "thinking":
            words = text(block, "thinking")
            reader.tell(Thinking, suffix, text=reader.cut(words), size=len(words))
        case kind:
            reader.tell(Attachment, suffix, kind=str(kind), text=reader.cut(text(block, "text")))


# ---- tools


def _call_tool(reader: Reader, block: JSON, suffix: str, call: str) -> None:
    tool, arguments = text(block, "name"), inner(block, "arguments")
    tool_id = text(block, "id") or reader.name + suffix
    name = tool_id + reader.nth(tool_id) if tool_id in reader.state.tools else tool_id
    words, places, title = encoded(block.get("arguments")), paths(arguments), headline(arguments)
    reader.tell(
        ToolCall,
        suffix,
        id=name,
        call=name,
        response=call,
        tool=tool,
        kind=KINDS.get(tool) or ("mcp" if tool.startswith("mcp__") else "other"),
        input=reader.cut(words),
        size=len(words),
        title=reader.cut(title),
        paths=places,
    )
    change = asked_change(tool, arguments)
    asks = KINDS.get(tool) == "shell" and not is_failure(title, 1)
    called = Called(name, tool, places[0] if places else "", asks, change.added, change.removed)
    keep(reader.state.tools, tool_id, called, ParseState.TOOLS)


def _hear_result(reader: Reader, message: JSON) -> None:
    tool_id, words = text(message, "toolCallId"), said(message)
    called = reader.state.tools.get(tool_id)
    tool = text(message, "toolName") or (called.name if called else "")
    failed, code = message.get("isError") is True, _exit_code(tool, message, words)
    change = _change(tool, message, called) if not failed else UNCHANGED
    reader.tell(
        ToolResult,
        parent=called.id if called else reader.last,
        call=called.id if called else tool_id or reader.name,
        tool=tool,
        output=reader.cut(words),
        size=len(words),
        failed=failed,
        exit_code=code,
        went_wrong=False if failed and code == 1 and called and called.asks else None,
        interrupted=failed and _STOPPED.search(words) is not None,
        lines_added=change.added,
        lines_removed=change.removed,
        patch=reader.cut(change.patch),
    )
    if called and called.path and not failed:
        _tell_files(reader, called, change)
    _show_images(reader, message)
    bill(reader, inner(message, "usage"), ".usage", "", counts=False)


def _exit_code(tool: str, message: JSON, words: str) -> int | None:
    """Only failing commands say theirs."""
    if KINDS.get(tool) != "shell":
        return None
    if message.get("isError") is not True:
        return 0
    found = _EXIT.search(words)
    return int(found[1]) if found else None


def _change(tool: str, message: JSON, called: Called | None) -> Change:
    """What an edit changed: by its patch, else by its diff, else by its arguments."""
    if tool not in ("edit", "write"):
        return UNCHANGED
    details = inner(message, "details")
    patches = list(unified(text(details, "patch")).values())
    if patches:
        return patches[0]
    if text(details, "diff"):
        return numbered(text(details, "diff"))
    return Change(called.added, called.removed) if called else UNCHANGED


def _tell_files(reader: Reader, called: Called, change: Change) -> None:
    """What a successful call read or wrote."""
    if called.name == "read":
        reader.tell(FileRead, ".read", path=called.path)
    elif called.name in ("edit", "write"):
        reader.tell(FileWrite, ".write", path=called.path, lines_added=change.added, lines_removed=change.removed)


_HEARERS: Mapping[str, Callable[[Reader, JSON], None]] = {
    "user": _hear_person,
    "assistant": _hear_reply,
    "toolResult": _hear_result,
    "bashExecution": _hear_shell,
    "custom": _hear_extension,
    "hookMessage": _hear_extension,
    "branchSummary": _hear_extension,
    "compactionSummary": _hear_extension,
}
