"""The reader of Copilot's logs: every record as events, in the order of the file.

Left out on purpose: turns and most hooks (they frame what is told anyway), what goes on between the program and its
screen, and settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from agent_trace.agents._jsonl import trim
from agent_trace.agents._untyped import JSON, encoded, objects, text
from agent_trace.agents.copilot.calls import hear_compaction, hear_record, hear_shutdown, hear_truncation
from agent_trace.agents.copilot.reader import ParseState, Reader
from agent_trace.agents.copilot.sessions import (
    hear_abort,
    hear_agent,
    hear_agent_end,
    hear_begin,
    hear_clear,
    hear_context,
    hear_error,
    hear_handoff,
    hear_hook,
    hear_model,
    hear_notification,
    hear_person,
    hear_skill,
    hear_system,
    hear_title,
)
from agent_trace.agents.copilot.work import (
    hear_asked,
    hear_decision,
    hear_message,
    hear_own_command,
    hear_reasoning,
    hear_result,
    hear_start,
)
from agent_trace.model.events import Event

__all__ = ["ParseState", "parse"]

CLIP = 2048
"""Characters of a text that an event holds, unless told otherwise."""


def parse(
    path: str,
    rows: Iterable[tuple[int, bytes]],
    state: ParseState | None = None,
    *,
    clip: int | None = CLIP,
    inherited: frozenset[int] = frozenset(),
    source: int = 0,
) -> Iterator[Event]:
    """The events of a log, or of a piece of it that begins where `state` left off; `state` changes as they are taken."""
    reader = Reader(path, ParseState() if state is None else state, clip=clip, inherited=inherited, source=source)
    for offset, line in rows:
        reader.place(offset, line)
        found, reason = objects(line)
        for record in found:
            _hear(reader, record)
        if reason and trim(line):
            reader.unread_line(line, reason)
        yield from reader.out
        reader.out.clear()


def _hear(reader: Reader, record: JSON) -> None:
    reader.take(record)
    kind, data = text(record, "type"), record.get("data")
    hear = _HEARERS.get(kind)
    if hear is not None:
        if isinstance(data, dict):
            hear(reader, data)
        else:
            reader.unread(encoded(record), "no data")
    elif not _is_silent(kind):
        reader.unread(encoded(record), f"unknown record type {kind!r}" if kind else "no record type")
    reader.left()


def _is_silent(kind: str) -> bool:
    return kind in SILENT or kind.partition(".")[0] in SILENT_FAMILIES


SILENT_FAMILIES = frozenset(
    "hook external_tool user_input elicitation sampling mcp mcp_app exit_plan_mode command commands capabilities "
    "auto_mode_switch session_limits_exhausted model pending_messages canvas factory extensions".split()
)
"""Records whose names begin so, before the point, say nothing of what the agent did."""
SILENT = frozenset(
    "assistant.turn_start assistant.turn_end assistant.intent assistant.idle assistant.usage assistant.message_start "
    "assistant.message_delta assistant.reasoning_delta assistant.streaming_delta assistant.tool_call_delta "
    "assistant.server_tool_progress assistant.fusion_phase_started assistant.fusion_phase_completed "
    "assistant.fusion_phase_failed tool.execution_partial_result tool.execution_progress tool_search.activated "
    "subagent.selected subagent.deselected subagent.configured session.compaction_start session.usage_checkpoint "
    "session.usage_info session.info session.warning session.idle session.mode_changed session.mode_notice_delivered "
    "session.plan_changed session.todos_changed session.workspace_file_changed session.snapshot_rewind "
    "session.task_complete session.auto_mode_resolved session.permissions_changed session.session_limits_changed "
    "session.remote_steerable_changed session.schedule_created session.schedule_cancelled session.schedule_rearmed "
    "session.autopilot_objective_changed session.managed_settings_resolved session.managed_settings_enforced "
    "session.tools_updated session.background_tasks_changed session.skills_loaded session.custom_agents_updated "
    "session.mcp_servers_loaded session.mcp_server_status_changed session.mcp_tools_list_changed "
    "session.mcp_resources_list_changed session.mcp_prompts_list_changed session.extensions_loaded "
    "session.binary_asset session.custom_notification session.fusion_route_started session.fusion_route_failed "
    "session.fusion_resolved session.fusion_completed".split()
)
"""Records that say nothing of what the agent did, or that repeat it."""

_HEARERS: Mapping[str, Callable[[Reader, JSON], None]] = {
    "session.start": hear_begin,
    "session.resume": hear_begin,
    "session.context_changed": hear_context,
    "session.model_change": hear_model,
    "session.title_changed": hear_title,
    "session.error": hear_error,
    "session.context_cleared": hear_clear,
    "session.handoff": hear_handoff,
    "session.usage_record": hear_record,
    "session.compaction_complete": hear_compaction,
    "session.truncation": hear_truncation,
    "session.shutdown": hear_shutdown,
    "user.message": hear_person,
    "system.message": hear_system,
    "system.notification": hear_notification,
    "skill.invoked": hear_skill,
    "assistant.message": hear_message,
    "assistant.reasoning": hear_reasoning,
    "tool.user_requested": hear_own_command,
    "tool.execution_start": hear_start,
    "tool.execution_complete": hear_result,
    "permission.requested": hear_asked,
    "permission.completed": hear_decision,
    "subagent.started": hear_agent,
    "subagent.completed": hear_agent_end,
    "subagent.failed": hear_agent_end,
    "hook.start": hear_hook,
    "abort": hear_abort,
}
