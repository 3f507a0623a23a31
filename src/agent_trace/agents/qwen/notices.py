"""Rows of the program itself: telemetry, titles, compactions, commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from agent_trace.agents._genai.parts import said
from agent_trace.agents._genai.records import count, mapping, objects, string
from agent_trace.agents.qwen.reader import Reader
from agent_trace.agents.qwen.telemetry import hear_telemetry
from agent_trace.model.events import (
    Command,
    Compacted,
    FileRead,
    Interrupted,
    ModelChanged,
    SessionStarted,
    Titled,
)

NOISE = frozenset(
    "attribution_snapshot file_history_snapshot session_artifact_event session_artifact_snapshot "
    "session_sources_snapshot session_notes session_source session_execution_engine session_approval_mode "
    "branch_checkpoint goal_state goal_turn_end agent_bootstrap agent_launch_prompt agent_retry agent_session_ready "
    "user_text_elements omni_recall".split()
)
"""Snapshots, settings and bookkeeping: nothing happened."""


def hear_system(reader: Reader, row: dict[str, Any]) -> None:
    """One row of the program."""
    kind, payload = string(row, "subtype"), mapping(row, "systemPayload")
    hear = _HEARERS.get(kind)
    if hear is not None:
        hear(reader, payload)
    elif kind not in NOISE:
        reader.unread(f"unknown system row {kind!r}" if kind else "system row without subtype")


def _hear_telemetry(reader: Reader, payload: dict[str, Any]) -> None:
    hear_telemetry(reader, mapping(payload, "uiEvent"))


def _hear_compaction(reader: Reader, payload: dict[str, Any]) -> None:
    info, history = mapping(payload, "info"), objects(payload, "compressedHistory")
    reader.emit(
        Compacted(
            id=f"{reader.name}.compacted",
            before=count(info.get("originalTokenCount")),
            after=count(info.get("newTokenCount")),
            summary=reader.cut(said(history[0].get("parts"))) if history else "",
            **reader.head,
        )
    )


def _hear_title(reader: Reader, payload: dict[str, Any]) -> None:
    """The program repeats the title every so often; one of unknown origin may be a person's."""
    title = string(payload, "customTitle")
    if title and title != reader.state.title:
        reader.state.title = title
        by: Literal["agent", "person"] = "agent" if string(payload, "titleSource") == "auto" else "person"
        reader.emit(Titled(id=f"{reader.name}.title", title=reader.cut(title), by=by, **reader.head))


def _hear_command(reader: Reader, payload: dict[str, Any]) -> None:
    name, _, text = string(payload, "rawCommand").partition(" ")
    if string(payload, "phase") == "invocation" and name:
        reader.emit(Command(id=f"{reader.name}.command", name=name, text=reader.cut(text), **reader.head))


def _hear_files(reader: Reader, payload: dict[str, Any]) -> None:
    """Files that a person put into the prompt by naming them."""
    found = payload.get("filesRead")
    for number, path in enumerate(found if isinstance(found, list) else []):
        if isinstance(path, str) and path:
            reader.emit(FileRead(id=f"{reader.name}.read{number}", path=path, **reader.head))


def _hear_rewind(reader: Reader, payload: dict[str, Any]) -> None:
    reader.emit(Command(id=f"{reader.name}.command", name="/rewind", **reader.head))


def _hear_starter(reader: Reader, payload: dict[str, Any]) -> None:
    starter = string(payload, "parentSessionId") or None
    reader.emit(SessionStarted(id=f"{reader.name}.starter", starter=starter, **reader.head))


def _hear_model(reader: Reader, payload: dict[str, Any]) -> None:
    model = string(payload, "modelId")
    if model and model != reader.state.model:
        reader.state.model = model
        reader.emit(ModelChanged(id=f"{reader.name}.model", model=model, **reader.head))


def _hear_end(reader: Reader, payload: dict[str, Any]) -> None:
    """How a turn ended: only that a person stopped it is not told by other rows."""
    if string(payload, "state") == "cancelled":
        reader.emit(Interrupted(id=f"{reader.name}.cancelled", **reader.head))


_HEARERS: Mapping[str, Callable[[Reader, dict[str, Any]], None]] = {
    "ui_telemetry": _hear_telemetry,
    "chat_compression": _hear_compaction,
    "custom_title": _hear_title,
    "slash_command": _hear_command,
    "at_command": _hear_files,
    "rewind": _hear_rewind,
    "parent_session": _hear_starter,
    "session_model": _hear_model,
    "turn_result": _hear_end,
}
