"""The reader of chats: every row as events, in the order of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from agent_trace.agents._genai.records import decode, string
from agent_trace.agents._jsonl import trim
from agent_trace.agents.qwen.notices import hear_system
from agent_trace.agents.qwen.reader import Reader
from agent_trace.agents.qwen.replies import hear_reply
from agent_trace.agents.qwen.speech import hear_results, hear_user
from agent_trace.agents.qwen.state import ParseState
from agent_trace.model.events import Event

__all__ = ["ParseState", "parse"]

CLIP = 2048
"""Characters of a text that an event holds, unless told otherwise."""

Row = tuple[int, bytes]
"""Offset and bytes of a line, with or without its newline."""


def parse(
    path: str,
    rows: Iterable[Row],
    state: ParseState | None = None,
    *,
    clip: int | None = CLIP,
    inherited: frozenset[int] = frozenset(),
    source: int = 0,
) -> Iterator[Event]:
    """The events of a log, or of a piece of it that begins where `state` left off; `state` changes as they are taken."""
    reader = Reader(path, ParseState() if state is None else state, clip=clip, inherited=inherited, source=source)
    for offset, line in rows:
        reader.turn(offset, line)
        _hear_line(reader, line)
        yield from reader.emitted()


def _hear_line(reader: Reader, line: bytes) -> None:
    records, reason = decode(line)
    if reason and trim(line):
        reader.unread(reason)
    for record in records:
        _hear(reader, record)


def _hear(reader: Reader, record: dict[str, Any]) -> None:
    kind = string(record, "type")
    hear = _HEARERS.get(kind)
    reader.take(record)
    if hear is None:
        reader.unread(f"unknown type {kind!r}" if kind else "no record type")
    else:
        hear(reader, record)


_HEARERS: Mapping[str, Callable[[Reader, dict[str, Any]], None]] = {
    "user": hear_user,
    "assistant": hear_reply,
    "tool_result": hear_results,
    "system": hear_system,
}
