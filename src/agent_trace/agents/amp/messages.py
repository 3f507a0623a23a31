"""Messages of a thread, what their tools did, and what the ledger charged for them."""

from __future__ import annotations

from agent_trace.agents._changes import diffed
from agent_trace.agents._diffs import UNCHANGED, Change
from agent_trace.agents._fields import as_json, blocks, exit_code, listed, local_path, moment, shown
from agent_trace.agents._gathering import Row, Tables
from agent_trace.agents._narrating import UNKNOWN, Narrator
from agent_trace.agents._untyped import JSON, count, inner, text
from agent_trace.model.events import Command, Compacted, SessionStarted, Titled
from agent_trace.model.usage import Usage

REJECTED = frozenset({"rejected", "rejected-by-user"})


def hear_thread(narrator: Narrator, tables: Tables) -> None:
    """All events of a thread."""
    for row in tables.of("thread"):
        _start(narrator, row)
    charges = {as_json(row.record.get("toMessageId")): row for row in reversed(tables.of("usage"))}
    told: set[str] = set()
    for row in sorted(tables.of("message"), key=_place):
        charged = charges.get(row.name) if row.record.get("role") == "assistant" else None
        told.update({charged.name} if charged else ())
        _hear(narrator, row, charged)
    for row in tables.of("usage"):
        if row.name not in told:
            _charge(narrator, row)


def _place(row: Row) -> int:
    return count(row.record, "messageId", "place") or 0


def _start(narrator: Narrator, row: Row) -> None:
    thread = row.record
    narrator.session = text(thread, "id") or narrator.session
    narrator.take(row.offset, row.length, moment(thread.get("created")))
    initial = inner(inner(thread, "env"), "initial")
    tree = next(listed(initial.get("trees")), {})
    narrator.emit(
        SessionStarted,
        f"{narrator.session}.start",
        cwd=local_path(text(tree, "uri")) or None,
        branch=text(inner(tree, "repository"), "ref").removeprefix("refs/heads/") or None,
        version=text(inner(initial, "platform"), "clientVersion") or None,
        starter=text(thread, "mainThreadID") or None,
    )
    if text(thread, "title"):
        narrator.emit(Titled, f"{narrator.session}.title", title=text(thread, "title"))


def _hear(narrator: Narrator, row: Row, charged: Row | None) -> None:
    message, name = row.record, f"{narrator.session}.{row.name}"
    said = inner(message, "usage").get("timestamp") or inner(message, "meta").get("sentAt")
    narrator.take(row.offset, row.length, moment(said))
    match message.get("role"):
        case "user":
            _hear_user(narrator, name, blocks(message.get("content")))
        case "assistant":
            _hear_answer(narrator, name, message, charged)
        case "info":
            _hear_info(narrator, name, blocks(message.get("content")))
        case role:
            narrator.unread(name, as_json(message), f"unknown role {as_json(role)}" if role else "no role")


def _hear_user(narrator: Narrator, name: str, content: list[JSON]) -> None:
    words = "\n".join(text(block, "text") for block in content if block.get("type") == "text")
    if words.strip():
        narrator.prompt(f"{name}.prompt", words)
    for index, block in enumerate(content):
        if block.get("type") == "tool_result":
            _hear_result(narrator, f"{name}.{index}", block)
        elif block.get("type") != "text":
            narrator.attach(f"{name}.{index}", text(block, "type") or "unknown", shown([block]))


def _hear_answer(narrator: Narrator, name: str, message: JSON, charged: Row | None) -> None:
    call = f"{narrator.session}/{name.rpartition('.')[2]}"
    used, state, charge = inner(message, "usage"), inner(message, "state"), charged.record if charged else {}
    narrator.respond(
        f"{name}.call",
        call,
        text(used, "model") or text(charge, "model"),
        _usage(used) if used else _charged(charge),
        credits=_credits(charge),
        stop=text(state, "stopReason") or None,
    )
    for index, block in enumerate(blocks(message.get("content"))):
        _hear_block(narrator, f"{name}.{index}", call, block)
    if state.get("type") == "cancelled":
        narrator.interrupted(f"{name}.end", "cancelled")
    elif state.get("type") == "error":
        narrator.failed(f"{name}.end", text(inner(state, "error"), "message") or as_json(state))


def _hear_block(narrator: Narrator, name: str, call: str, block: JSON) -> None:
    match block.get("type"):
        case "text":
            narrator.said(name, text(block, "text"))
        case "thinking" | "reasoning":
            narrator.thought(name, text(block, "thinking", "text"))
        case "redacted_thinking":
            narrator.attach(name, "redacted thinking")
        case "tool_use" | "server_tool_use":
            narrator.call(name, text(block, "id") or name, call, text(block, "name"), block.get("input"))
        case kind:
            narrator.unread(name, as_json(block), f"unknown block type {as_json(kind)}" if kind else "no block type")


def _hear_result(narrator: Narrator, name: str, block: JSON) -> None:
    call, run = text(block, "toolUseID", "tool_use_id"), inner(block, "run")
    status, result = text(run, "status"), run.get("result", block.get("content"))
    told = result if isinstance(result, dict) else {}
    failed = status == "error" or block.get("is_error") is True
    is_done = not failed and status not in REJECTED and status != "cancelled"
    narrator.result(
        name,
        call,
        text(inner(run, "error"), "message") or text(told, "output") or shown(result),
        _change(narrator, call, told) if is_done else UNCHANGED,
        failed=failed,
        exit_code=exit_code(told, "exitCode"),
        refused=status in REJECTED,
        interrupted=status == "cancelled",
    )


def _change(narrator: Narrator, call: str, result: JSON) -> Change:
    """Of an edit its diff; of a created file the lines of its content, which stand in the call."""
    return diffed(text(result, "diff")) if text(result, "diff") else narrator.planned(call)


def _hear_info(narrator: Narrator, name: str, content: list[JSON]) -> None:
    for index, block in enumerate(content):
        if block.get("type") == "summary":
            summary = text(inner(block, "summary"), "summary")
            narrator.emit(Compacted, f"{name}.{index}", summary=narrator.cut(summary))
        elif block.get("type") == "manual_bash_invocation":
            words = text(inner(block, "args"), "cmd", "command")
            narrator.emit(Command, f"{name}.{index}", name="!", text=narrator.cut(words))
        else:
            narrator.attach(f"{name}.{index}", text(block, "type") or "info", shown([block]))


# ---- tokens


def _usage(used: JSON) -> Usage:
    """The message's own figures: input is without cache. While it is being written all of them are 0."""
    found = Usage(
        input=count(used, "inputTokens"),
        output=count(used, "outputTokens"),
        cache_read=count(used, "cacheReadInputTokens"),
        cache_write_5m=count(used, "cacheCreationInputTokens"),
    )
    return found if found.tokens else UNKNOWN


def _charged(event: JSON) -> Usage:
    """The ledger's figures, which do not say what came from a cache."""
    tokens = inner(event, "tokens")
    found = Usage(input=count(tokens, "input"), output=count(tokens, "output"))
    return found if found.tokens else UNKNOWN


def _credits(event: JSON) -> str | None:
    value = event.get("credits")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return str(value) if 0 <= value < 10**9 else None


def _charge(narrator: Narrator, row: Row) -> None:
    """A call of the ledger that is no message's: a title, a sub-agent, another model."""
    event, session = row.record, narrator.session
    narrator.take(row.offset, row.length, moment(event.get("timestamp")))
    name, call = f"{session}.usage-{row.name}", f"{session}/usage-{row.name}"
    narrator.respond(name, call, text(event, "model"), _charged(event), credits=_credits(event))
