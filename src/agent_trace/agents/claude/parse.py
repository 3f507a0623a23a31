"""The full reader of a transcript: every record as events, in the order of the file.

It never fails: what cannot be read becomes `Unknown`, with the reasons that the fast pass gives. What is left out on
purpose: Claude Code's own request log (it holds copies of messages), snapshots of files, titles, queue operations, and
the progress of hooks, shells and MCP servers, which repeats every second what the result says once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from agent_trace.agents._clock import milliseconds
from agent_trace.agents._jsonl import trim
from agent_trace.agents.claude.entries import Entry, Message, decode, nested, read_slowly
from agent_trace.agents.claude.notices import hear_attachment, hear_end, hear_mode, hear_pull_request, hear_system
from agent_trace.agents.claude.parse_state import ParseState
from agent_trace.agents.claude.reader import Reader
from agent_trace.agents.claude.replies import SYNTHETIC, call_tool, hear_reply, respond
from agent_trace.agents.claude.results import hear_result
from agent_trace.agents.claude.speech import hear_user
from agent_trace.agents.claude.words import KNOWN_TYPES
from agent_trace.model.events import Event, Origin
from agent_trace.model.scan import PROGRESS

__all__ = ["ParseState", "parse"]

CLIP = 2048
"""Characters of a text that an event holds, unless told otherwise."""
_SESSION = re.compile(rb'"sessionId"\s*:\s*"([^"\\]+)"')

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
    """The events of a log, or of a piece of it that begins where `state` left off.

    `state` is changed as the events are taken. Texts are cut to `clip` characters (None: whole). Records whose keys
    (`keys.row_key`) are in `inherited` are copies from another session. `source` numbers the log among its session's.
    """
    reader = Reader(path, ParseState() if state is None else state, clip=clip, inherited=inherited, source=source)
    for offset, line in _named(reader, rows) if reader.is_nameless else rows:
        _hear_line(reader, offset, line)
        yield from reader.out
        reader.out.clear()


def _named(reader: Reader, rows: Iterable[Row]) -> Iterator[Row]:
    """The same rows, once one of them has told the session's root."""
    waiting: list[Row] = []
    rest = iter(rows)
    root = ""
    for row in rest:
        waiting.append(row)
        found = _SESSION.search(row[1])
        if found:
            root = found.group(1).decode("utf-8", "replace")
            break
    reader.name_root(root)
    yield from waiting
    yield from rest


def _hear_line(reader: Reader, offset: int, line: bytes) -> None:
    reader.origin = Origin(offset=offset, length=len(line) - line.endswith(b"\n"), source=reader.source)
    entry = decode(line)
    if entry is not None:
        _hear(reader, entry, line, line)
        return
    records, reason = read_slowly(line)
    if reason and (reason != "empty" or trim(line)):
        reader.take(Entry(), line, line)
        reader.unread(reason)
    for record in records:
        _hear(reader, record.entry, record.raw, line if len(records) == 1 else record.raw)


def _hear(reader: Reader, entry: Entry, raw: bytes, shown: bytes) -> None:
    reader.take(entry, raw, shown)
    hear = _HEARERS.get(entry.type)
    if hear is not None:
        hear(reader, entry)
    elif entry.type not in KNOWN_TYPES:
        reader.unread(f"unknown record type {entry.type!r}" if entry.type else "no record type")
    reader.leave()


def _hear_progress(reader: Reader, entry: Entry) -> None:
    """A sub-agent's call or result as its parent saw it: the only trace of it where its own log is gone."""
    inner = nested(entry.data)
    if inner is None or not isinstance(inner.message, Message):
        return
    at = milliseconds(inner.timestamp)
    reader.side = True
    reader.at = reader.at if at is None else at
    row = Entry(type=inner.type, uuid=inner.uuid or entry.uuid, request_id=inner.request_id, message=inner.message)
    if inner.type == "assistant":
        _hear_seen_reply(reader, row, inner.message)
    elif inner.type == "user":
        for block in inner.message.blocks:
            if block.type == "tool_result":
                hear_result(reader, row, block)


def _hear_seen_reply(reader: Reader, row: Entry, message: Message) -> None:
    if message.model == SYNTHETIC:
        return
    call = respond(reader, row, message, PROGRESS)
    for block in message.blocks:
        if block.type in ("tool_use", "server_tool_use"):
            call_tool(reader, block, call)


_HEARERS: Mapping[str, Callable[[Reader, Entry], None]] = {
    "assistant": hear_reply,
    "user": hear_user,
    "progress": _hear_progress,
    "system": hear_system,
    "attachment": hear_attachment,
    "cost-state": hear_end,
    "permission-mode": hear_mode,
    "pr-link": hear_pull_request,
}
