"""What Codex itself says of a step that has ended: completed items, and the events that they took the place of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent_trace.agents.codex.fields import Record, duration_ms, number, part, parts, text, words
from agent_trace.agents.codex.outputs import Ended, mcp_output
from agent_trace.agents.codex.parse_state import Called
from agent_trace.agents.codex.patches import Change, changes_of
from agent_trace.agents.codex.reader import Reader
from agent_trace.agents.codex.speech import attach, hear_prompt_event, hear_reasoning, is_told, speak, texts_of
from agent_trace.agents.codex.steps import Asked, call_tool, finish
from agent_trace.agents.codex.tools import EDITOR, STARTERS, absolute, as_text, command_line, mcp_name
from agent_trace.agents.codex.words import QUIET_TURN_ITEMS

_BY_THE_PERSON = frozenset({"user_shell", "userShell", "user"})
"""Where a command came from that a person ran past the model: a message of its own tells it."""
_SPAWN = frozenset({"spawn_agent", "spawnAgent"})
_RUNNING = frozenset({"in_progress", "inProgress"})


def hear_completed(reader: Reader, event: Record) -> None:
    """One completed item of a turn."""
    item = part(event, "item")
    kind = text(item, "type")
    hear = _ITEMS.get(kind)
    if hear is not None:
        hear(reader, item)
    elif kind not in QUIET_TURN_ITEMS:
        reader.unread(f"unknown turn item {kind!r}" if kind else "a completed item without a type")


def _id(record: Record) -> str:
    return text(record, "call_id") or text(record, "callId") or text(record, "id")


def _told(reader: Reader, asked: Asked) -> Called | None:
    """The call that has ended, told if it was not; None where its result has been told too."""
    called = call_tool(reader, asked, from_item=True)
    return None if called.results else called


# ---- commands and edits


def hear_command(reader: Reader, item: Record) -> None:
    """A command that has ended."""
    if text(item, "source") in _BY_THE_PERSON or text(item, "status") in _RUNNING:
        return
    command, folder = words(item, "command"), absolute(text(item, "cwd"), reader.state.folder)
    call = _id(item)
    asked = Asked(call, "exec_command", {"cmd": command_line(command), "workdir": folder})
    called = _told(reader, asked)
    if called is None:
        return
    output = item.get("aggregated_output")
    said = output if isinstance(output, str) else text(item, "stdout") + text(item, "stderr")
    found = Ended(
        said or text(item, "formatted_output"),
        number(item, "exit_code"),
        duration_ms(item),
        refused=text(item, "status") == "declined",
    )
    reads = [absolute(text(one, "path"), folder) for one in parts(item, "parsed_cmd") if text(one, "type") == "read"]
    changes = [Change(*change) for change in called.changes] if found.exit_code == 0 else []
    finish(reader, call, called, found, changes=changes, reads=reads)


def hear_patch(reader: Reader, item: Record) -> None:
    """A patch that has been applied, or not."""
    call, changes = _id(item), changes_of(item, reader.state.folder)
    called = _told(reader, Asked(call, EDITOR, {"files": [change.path for change in changes]}))
    if called is None:
        return
    status, success = text(item, "status"), item.get("success")
    declined = status == "declined"
    failed = (status == "failed" or success is False) and not declined
    said = text(item, "stdout") or text(item, "stderr")
    found = Ended(said, failed=failed, refused=declined)
    finish(reader, call, called, found, changes=[] if failed or declined else changes)


# ---- other tools


def hear_mcp(reader: Reader, item: Record) -> None:
    """An MCP tool that has answered."""
    invocation = part(item, "invocation") or item
    tool = mcp_name(text(invocation, "server"), text(invocation, "tool"))
    call = _id(item)
    called = _told(reader, Asked(call, tool, part(invocation, "arguments")))
    if called is None:
        return
    said, failed = mcp_output(part(item, "result"))
    failed = failed or text(item, "status") == "failed"
    finish(reader, call, called, Ended(said or text(part(item, "error"), "message"), None, duration_ms(item), failed))


def hear_dynamic(reader: Reader, item: Record) -> None:
    """A tool of the program that drives Codex."""
    space, tool, call = text(item, "namespace"), text(item, "tool"), _id(item)
    called = _told(reader, Asked(call, f"{space}.{tool}" if space else tool, part(item, "arguments")))
    if called is None:
        return
    said = "\n".join(one for one in texts_of(item, "content_items") if one) or text(item, "error")
    finish(reader, call, called, Ended(said, None, duration_ms(item), item.get("success") is False))


def hear_search(reader: Reader, item: Record) -> None:
    """A web search, as an item of the conversation, as an event or as a completed item."""
    action, call = part(item, "action"), _id(item)
    asked_for = text(item, "query") or text(action, "query") or text(action, "url") or text(action, "pattern")
    asked_for = asked_for or ", ".join(words(action, "queries"))
    is_item = text(item, "type") == "web_search_call"
    if is_told(reader.state, "search", asked_for, "item" if is_item else "event"):
        return
    called = call_tool(reader, Asked(call, "web_search", {"query": asked_for}), from_item=not is_item)
    if not called.results:
        found = [f"{text(one, 'title')} {text(one, 'url')}".strip() for one in parts(item, "results")]
        finish(reader, call, called, Ended("\n".join(found), failed=text(item, "status") == "failed"))


def hear_image(reader: Reader, item: Record) -> None:
    """A picture that was made."""
    call = _id(item)
    called = _told(reader, Asked(call, "image_generation", {"prompt": text(item, "revised_prompt")}))
    if called is not None:
        finish(reader, call, called, Ended(text(item, "saved_path"), failed=text(item, "status") == "failed"))


def hear_plan(reader: Reader, item: Record) -> None:
    """A plan that the model proposes."""
    attach(reader, reader.own_name(text(item, "id")), "plan", text(item, "text"))


# ---- sub-agents


def hear_collaboration(reader: Reader, item: Record) -> None:
    """A call that concerns sub-agents: which thread it started."""
    tool = text(item, "tool")
    threads = words(item, "receiver_thread_ids")
    child = threads[0] if threads and tool in _SPAWN else None
    name = next(iter(STARTERS)) if tool in _SPAWN else tool
    known = reader.state.tools.get(_id(item))
    called = known or call_tool(reader, Asked(_id(item), name, {"message": text(item, "prompt")}), from_item=True)
    called.child = child or called.child
    if known is None:
        said = as_text(part(item, "agents_states"))
        finish(reader, _id(item), called, Ended(said, failed=text(item, "status") == "failed"), child=called.child)


def hear_spawn(reader: Reader, event: Record) -> None:
    """A sub-agent was started."""
    _started(reader, _id(event), text(event, "new_thread_id"))


def hear_activity(reader: Reader, event: Record) -> None:
    """What a sub-agent is at; its start names the call."""
    if text(event, "kind") == "started":
        _started(reader, _id(event) or text(event, "event_id"), text(event, "agent_thread_id"))


def _started(reader: Reader, call: str, thread: str) -> None:
    called = reader.state.tools.get(call)
    if called is not None and thread:
        called.child = thread


# ---- texts


def _hear_user(reader: Reader, item: Record) -> None:
    hear_prompt_event(reader, reader.own_name(text(item, "id")), "".join(texts_of(item)))


def _hear_agent(reader: Reader, item: Record) -> None:
    name = reader.own_name(text(item, "id"))
    for index, said in enumerate(texts_of(item)):
        speak(reader, f"{name}.{index}", said, "event")


def _hear_reasoning(reader: Reader, item: Record) -> None:
    hear_reasoning(reader, item, "event")


def _hear_hook(reader: Reader, item: Record) -> None:
    name = reader.own_name(text(item, "id"))
    for index, said in enumerate(texts_of(item, "fragments")):
        attach(reader, f"{name}.{index}", "hook", said)


_ITEMS: Mapping[str, Callable[[Reader, Record], None]] = {
    "UserMessage": _hear_user,
    "AgentMessage": _hear_agent,
    "Reasoning": _hear_reasoning,
    "Plan": hear_plan,
    "HookPrompt": _hear_hook,
    "CommandExecution": hear_command,
    "FileChange": hear_patch,
    "McpToolCall": hear_mcp,
    "DynamicToolCall": hear_dynamic,
    "CollabAgentToolCall": hear_collaboration,
    "SubAgentActivity": hear_activity,
    "WebSearch": hear_search,
    "Extension": hear_search,
    "ImageGeneration": hear_image,
}
