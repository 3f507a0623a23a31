"""Entries of a transcript in full: all fields that become events, and how a line becomes entries.

Like `rows`, but with texts, arguments and outputs. What does not fit the usual shapes (a string where an object is
usual, two records on a line, invalid UTF-8, lone surrogates) goes through the slow path, which reads a line as
dictionaries and keeps every field that has the right shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from agent_trace.agents._jsonl import records
from agent_trace.agents.claude.edits import Hunk
from agent_trace.agents.claude.rows import NO_RAW, ApiUsage, PromptOrigin

S = TypeVar("S", bound=msgspec.Struct)


class Piece(msgspec.Struct, gc=False):
    """One block of a tool's output."""

    type: str = ""
    text: str | None = None
    tool_name: str | None = None

    @property
    def shown(self) -> str:
        """Its text; else what it is."""
        return self.text if self.text is not None else self.tool_name or f"[{self.type}]"


class Beside(msgspec.Struct, gc=False, rename="camel"):
    """What a row keeps beside a result, as far as events hold it."""

    type: str | None = None
    content: msgspec.Raw = NO_RAW
    structured_patch: list[Hunk] | None = None
    duration_ms: float | None = None
    total_duration_ms: float | None = None
    duration_seconds: float | None = None
    agent_id: str | None = None
    interrupted: bool | None = None
    exit_code: int | None = None
    return_code_interpretation: str | None = None
    """Why an exit code of 1 is no failure: nothing matched, files differ."""
    background_task_id: str | None = None
    timed_out_after_ms: float | None = None


class NamedModel(msgspec.Struct, gc=False):
    model: str | None = None


class Block(msgspec.Struct, gc=False):
    """A content block of a message, whatever its type."""

    type: str = ""
    text: str | None = None
    thinking: str | None = None
    id: str | None = None
    name: str | None = None
    input: msgspec.Raw = NO_RAW
    tool_use_id: str | None = None
    is_error: bool | None = None
    content: str | list[Piece] | Piece | None = None
    to: NamedModel | None = None

    @property
    def output(self) -> str:
        """A tool's output as text; what is none is named."""
        content = self.content
        if content is None or isinstance(content, str):
            return content or ""
        return "\n".join(piece.shown for piece in (content if isinstance(content, list) else [content]))


class Message(msgspec.Struct, gc=False):
    id: str | None = None
    model: str | None = None
    usage: ApiUsage | None = None
    stop_reason: str | None = None
    content: list[Block] | str | None = None

    @property
    def blocks(self) -> list[Block]:
        """The content blocks; a plain string is one text."""
        if isinstance(self.content, str):
            return [Block(type="text", text=self.content)]
        return self.content or []

    @property
    def text(self) -> str:
        """What a person can read in it, its text blocks joined."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(block.text for block in self.blocks if block.type == "text" and block.text is not None)


def _spelling(name: str) -> str:
    """The log's spelling of a field: camelCase, with USD in capitals."""
    first, *rest = name.split("_")
    return first + "".join("USD" if word == "usd" else word.capitalize() for word in rest)


class Entry(msgspec.Struct, gc=False, rename=_spelling):
    """One record; what only few kinds of records have is read from its bytes by `payload`."""

    type: str = ""
    uuid: str | None = None
    parent_uuid: str | None = None
    logical_parent_uuid: str | None = None
    """What a compaction follows, which has no parent."""
    timestamp: str | None = None
    request_id: str | None = None
    session_id: str | None = None
    agent_id: str | None = None
    cwd: str | None = None
    git_branch: str | None = None
    version: str | None = None
    is_sidechain: bool | None = None
    is_meta: bool | None = None
    is_compact_summary: bool | None = None
    is_api_error_message: bool | None = None
    api_error_status: int | None = None
    prompt_source: str | None = None
    origin: PromptOrigin | str | None = None
    tool_denial_kind: str | None = None
    tool_denial_before_run: bool | None = None
    permission_decision: msgspec.Raw = NO_RAW
    message: Message | str | None = None
    tool_use_result: Beside | str | list[msgspec.Raw] | None = None
    data: msgspec.Raw = NO_RAW
    cost_usd: msgspec.Raw = NO_RAW


class Record(NamedTuple):
    """An entry and its own bytes: the line, or its part of a line that holds several."""

    entry: Entry
    raw: bytes


class Nested(msgspec.Struct, gc=False, rename="camel"):
    """The row inside a progress row: a sub-agent's message as the parent saw it."""

    type: str = ""
    uuid: str | None = None
    timestamp: str | None = None
    request_id: str | None = None
    message: Message | str | None = None


class Progress(msgspec.Struct, gc=False):
    type: str = ""
    message: Nested | str | None = None


_ENTRY = msgspec.json.Decoder(Entry)
_PROGRESS = msgspec.json.Decoder(Progress)
_ANY = msgspec.json.Decoder()
_BROKEN = (msgspec.DecodeError, UnicodeError, RecursionError)


def decode(line: bytes) -> Entry | None:
    """The entry that a line of the usual shape is; None: read it slowly."""
    try:
        return _ENTRY.decode(line)
    except _BROKEN:
        return None


def read_slowly(line: bytes) -> tuple[list[Record], str]:
    """The records on any line and, where some of it could not be read, why."""
    found, reason = records(line)
    try:
        shown = [_clean_bytes(one) for one in found]
        return [Record(entry(json.loads(one)), one) for one in shown], reason or ("" if found else "empty")
    except RecursionError:
        return [], "not JSON"


def _clean_bytes(record: Mapping[str, Any]) -> bytes:
    """A record as JSON without lone surrogates, which no UTF-8 can hold."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def text_of(raw: msgspec.Raw) -> str:
    """A JSON string; empty for anything else."""
    try:
        found = _ANY.decode(raw) if raw is not NO_RAW else ""
    except _BROKEN:
        return ""
    return found if isinstance(found, str) else ""


def payload(raw: bytes | msgspec.Raw) -> dict[str, Any]:
    """A JSON object as a dictionary; empty for anything else."""
    try:
        found = _ANY.decode(raw)
    except _BROKEN:
        return _payload_slowly(bytes(raw))
    return found if isinstance(found, dict) else {}


def _payload_slowly(raw: bytes) -> dict[str, Any]:
    found, _ = read_slowly(raw)
    return dict(json.loads(found[0].raw)) if found else {}


def nested(data: msgspec.Raw) -> Nested | None:
    """The row inside a progress row; None where there is none."""
    if b"agent_progress" not in bytes(data):
        return None
    try:
        found = _PROGRESS.decode(data)
    except _BROKEN:
        return None
    return found.message if found.type == "agent_progress" and isinstance(found.message, Nested) else None


def entry(record: Mapping[str, Any]) -> Entry:
    """An entry from a dictionary whose fields may be of any type: what has the wrong one is left out."""
    result = lenient(Entry, {name: one for name, one in record.items() if name != "message"})
    beside = record.get("toolUseResult")
    if isinstance(beside, dict):
        result.tool_use_result = lenient(Beside, beside)
    said = record.get("message")
    if isinstance(said, str):
        result.message = said
    elif isinstance(said, dict):
        result.message = message(said)
    return result


def message(record: Mapping[str, Any]) -> Message:
    """A message from a dictionary, by the same rule."""
    result = lenient(Message, {name: one for name, one in record.items() if name != "content"})
    content = record.get("content")
    if isinstance(content, str):
        result.content = content
    elif isinstance(content, list):
        result.content = [_block(one) for one in content if isinstance(one, dict | str)]
    return result


def _block(record: Mapping[str, Any] | str) -> Block:
    if isinstance(record, str):
        return Block(type="text", text=record)
    result = lenient(Block, record)
    content = record.get("content")
    if result.content is None and isinstance(content, list):
        result.content = [_piece(one) for one in content if isinstance(one, dict | str)]
    return result


def _piece(record: Mapping[str, Any] | str) -> Piece:
    return Piece(type="text", text=record) if isinstance(record, str) else lenient(Piece, record)


def lenient(kind: type[S], record: Mapping[str, Any]) -> S:
    """A struct of this kind from those fields of a dictionary that have the right type."""
    result = kind()
    for name, field in zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True):
        if name not in record:
            continue
        try:
            one = msgspec.json.decode(msgspec.json.encode({name: record[name]}), type=kind)
        except (*_BROKEN, msgspec.EncodeError):
            continue
        setattr(result, field, getattr(one, field))
    return result
