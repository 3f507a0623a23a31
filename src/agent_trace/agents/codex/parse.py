"""The full reader of a rollout: every record as events, in the order of the file.

It never fails: what cannot be read becomes `Unknown` with a reason. What is left out on purpose is listed in `words`:
what the model is told of the machine at every turn, and what repeats other rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from agent_trace.agents._jsonl import trim
from agent_trace.agents.codex import items, notices, speech, steps, threads
from agent_trace.agents.codex.calls import answer, hear_count, hear_record
from agent_trace.agents.codex.fields import NONE, Record, part, text
from agent_trace.agents.codex.lineage import follow
from agent_trace.agents.codex.parse_state import ParseState
from agent_trace.agents.codex.reader import Reader
from agent_trace.agents.codex.rows import Row, decode
from agent_trace.agents.codex.tools import as_text
from agent_trace.agents.codex.words import QUIET_EVENTS, QUIET_ITEMS, QUIET_ROWS
from agent_trace.model.events import Event, Origin

__all__ = ["ParseState", "parse"]

CLIP = 2048
"""Characters of a text that an event holds, unless told otherwise."""

Hearer = Callable[[Reader, Record], None]


def parse(
    path: str,
    rows: Iterable[tuple[int, bytes]],
    state: ParseState | None = None,
    *,
    clip: int | None = CLIP,
    inherited: frozenset[int] = frozenset(),
    source: int = 0,
) -> Iterator[Event]:
    """The events of a rollout, or of a piece of it that begins where `state` left off; or of a thread's database row.

    `state` is changed as the events are taken. Texts are cut to `clip` characters (None: whole). Events whose ids are in
    `inherited` are copies from another session. `source` numbers the log among its session's.
    """
    if threads.MARK in path:
        yield from threads.hear_thread(path, rows, source)
        return
    reader = Reader(path, ParseState() if state is None else state, clip=clip, inherited=inherited, source=source)
    for offset, line in rows:
        _hear_line(reader, offset, line)
        yield from reader.out
        reader.out.clear()


def _hear_line(reader: Reader, offset: int, line: bytes) -> None:
    reader.origin = Origin(offset=offset, length=len(line) - line.endswith(b"\n"), source=reader.source)
    found, reason = decode(line)
    if reason and (reason != "empty" or trim(line)):
        reader.take(Row("", NONE, line), line)
        reader.unread(reason)
    for row in found:
        _hear(reader, row, line)


def _hear(reader: Reader, row: Row, line: bytes) -> None:
    state = reader.state
    if not state.session:
        own = text(row.payload, "id") if row.kind == "session_meta" else ""
        state.session = own or reader.place.session
    if row.kind != "session_meta":
        follow(state, row.at, text(row.payload, "turn_id"))
    state.last = row.at if row.at is not None else state.last
    reader.take(row, line)
    hear = _ROWS.get(row.kind)
    if hear is not None:
        hear(reader, row.payload)
    elif row.kind not in QUIET_ROWS:
        reader.unread(f"unknown record type {row.kind!r}" if row.kind else "no record type")


# ---- items of the conversation


def _hear_item(reader: Reader, item: Record) -> None:
    kind = text(item, "type") or ("message" if "role" in item else "")
    hear = _ITEMS.get(kind)
    if hear is not None:
        hear(reader, item)
    elif kind in QUIET_ITEMS:
        answer(reader)
    else:
        reader.unread(f"unknown response item {kind!r}" if kind else "a response item without a type")


def _hear_shell(reader: Reader, item: Record) -> None:
    call = text(item, "call_id") or text(item, "id")
    action = part(item, "action")
    steps.call_tool(reader, steps.Asked(call, "local_shell", action, as_text(action)))


def _hear_tool_search(reader: Reader, item: Record) -> None:
    steps.hear_call(reader, {**item, "name": "tool_search"})


_ITEMS: Mapping[str, Hearer] = {
    "message": speech.hear_message,
    "reasoning": speech.hear_reasoning,
    "agent_message": speech.hear_letter,
    "function_call": steps.hear_call,
    "custom_tool_call": steps.hear_call,
    "local_shell_call": _hear_shell,
    "tool_search_call": _hear_tool_search,
    "web_search_call": items.hear_search,
    "image_generation_call": items.hear_image,
    "function_call_output": steps.hear_output,
    "custom_tool_call_output": steps.hear_output,
    "tool_search_output": steps.hear_output,
}

# ---- events


def _hear_event(reader: Reader, event: Record) -> None:
    kind = text(event, "type")
    hear = _EVENTS.get(kind)
    if hear is not None:
        hear(reader, event)
    elif kind not in QUIET_EVENTS:
        reader.unread(f"unknown event {kind!r}" if kind else "an event without a type")


def _hear_user(reader: Reader, event: Record) -> None:
    speech.hear_prompt_event(reader, reader.name, text(event, "message"), text(event, "kind"))


def _hear_agent(reader: Reader, event: Record) -> None:
    speech.speak(reader, f"{reader.name}.0", text(event, "message"), "event")


def _hear_thought(reader: Reader, event: Record) -> None:
    speech.think(reader, f"{reader.name}.0", text(event, "text"), "event")


_EVENTS: Mapping[str, Hearer] = {
    "token_count": hear_count,
    "user_message": _hear_user,
    "agent_message": _hear_agent,
    "agent_reasoning": _hear_thought,
    "agent_reasoning_raw_content": _hear_thought,
    "item_completed": items.hear_completed,
    "exec_command_end": items.hear_command,
    "patch_apply_end": items.hear_patch,
    "mcp_tool_call_end": items.hear_mcp,
    "dynamic_tool_call_response": items.hear_dynamic,
    "web_search_end": items.hear_search,
    "image_generation_end": items.hear_image,
    "collab_agent_spawn_end": items.hear_spawn,
    "sub_agent_activity": items.hear_activity,
    "thread_settings_applied": notices.hear_settings,
    "task_started": notices.hear_start,
    "turn_started": notices.hear_start,
    "task_complete": notices.hear_end,
    "turn_complete": notices.hear_end,
    "turn_aborted": notices.hear_abort,
    "error": notices.hear_error,
    "thread_name_updated": notices.hear_rename,
    "thread_rolled_back": notices.hear_rollback,
    "entered_review_mode": notices.hear_review,
    "exited_review_mode": notices.hear_reviewed,
    "guardian_assessment": notices.hear_guardian,
}

_ROWS: Mapping[str, Hearer] = {
    "session_meta": notices.hear_header,
    "turn_context": notices.hear_turn,
    "response_item": _hear_item,
    "event_msg": _hear_event,
    "token_usage_record": hear_record,
    "compacted": notices.hear_compaction,
    "inter_agent_communication": speech.hear_letter,
}
