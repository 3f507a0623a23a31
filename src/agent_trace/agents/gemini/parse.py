"""The reader of chats: headers, messages and what is changed about them later, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from agent_trace.agents._genai.records import decode, mapping, objects, string
from agent_trace.agents._jsonl import trim
from agent_trace.agents.gemini.messages import hear_again, hear_message
from agent_trace.agents.gemini.reader import Reader
from agent_trace.agents.gemini.state import ParseState
from agent_trace.model.events import Command, Event

__all__ = ["ParseState", "parse"]

CLIP = 2048
"""Characters of a text that an event holds, unless told otherwise."""
PATCHES = frozenset(
    "sessionId projectHash startTime lastUpdated kind messages summary directories memoryScratchpad "
    "activeExtensionName".split()
)
"""What a later line may change about the chat; only messages, summary and directories tell anything new."""

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
    for offset, line in _newest(rows) if path.endswith(".json") else rows:
        reader.turn(offset, line)
        _hear_line(reader, line)
        yield from reader.emitted()


def _newest(rows: Iterable[Row]) -> list[Row]:
    """Of a document's records that were read several times the newest, each in its first place."""
    found: dict[str, Row] = {}
    for offset, line in rows:
        records, _ = decode(line)
        own = string(records[0], "id") if len(records) == 1 else ""
        found[own or f"{offset}"] = (offset, line)
    return list(found.values())


def _hear_line(reader: Reader, line: bytes) -> None:
    records, reason = decode(line)
    if reason and trim(line):
        reader.unread(reason)
    for record in records:
        _hear(reader, record)


def _hear(reader: Reader, record: dict[str, Any]) -> None:
    if isinstance(record.get("$set"), dict):
        _hear_patch(reader, mapping(record, "$set"))
    elif isinstance(record.get("$rewindTo"), str):
        reader.emit(Command(id=reader.once(f"{reader.session}.rewind"), name="/rewind", **reader.head))
    elif "type" in record:
        hear_message(reader, record)
    elif string(record, "sessionId"):
        _hear_header(reader, record)
    else:
        reader.unread("no record type")


def _hear_header(reader: Reader, record: dict[str, Any]) -> None:
    """The first line, and what a resume writes; in a document on one line the messages follow in it."""
    reader.name_session(string(record, "sessionId"))
    reader.dated(string(record, "startTime"))
    reader.state.project = string(record, "projectHash") or reader.state.project
    reader.state.is_agent = reader.state.is_agent or string(record, "kind") == "subagent"
    reader.start(string(record, "startTime"))
    _hear_news(reader, record)
    for message in objects(record, "messages"):
        hear_message(reader, message)


def _hear_patch(reader: Reader, patch: dict[str, Any]) -> None:
    reader.dated(string(patch, "lastUpdated"))
    strange = sorted(set(patch) - PATCHES)
    if strange:
        reader.unread(f"unknown change of {strange[0]!r}")
    _hear_news(reader, patch)
    hear_again(reader, objects(patch, "messages"))


def _hear_news(reader: Reader, record: dict[str, Any]) -> None:
    folders = record.get("directories")
    if isinstance(folders, list) and folders and isinstance(folders[0], str):
        reader.begin(folders[0])
    reader.entitle(string(record, "summary"))
