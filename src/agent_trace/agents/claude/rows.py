"""Rows of a Claude Code transcript: the few fields that the fast pass needs, and how a line becomes a row.

A line is decoded into `Row` by msgspec, which skips everything that `Row` does not name: a gigabyte a second. What
does not fit (a string where an object is usual, two records on a line, invalid UTF-8) goes through the slow path,
which reads it as a dictionary and keeps what has the right shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from agent_trace.agents._jsonl import records
from agent_trace.agents.claude.words import KNOWN_TYPES, UNTHREADED

NO_RAW = msgspec.Raw()


class CacheCreation(msgspec.Struct, gc=False):
    ephemeral_5m_input_tokens: int | None = None
    ephemeral_1h_input_tokens: int | None = None


class ServerTools(msgspec.Struct, gc=False):
    web_search_requests: int | None = None


class OutputDetails(msgspec.Struct, gc=False):
    thinking_tokens: int | None = None


class ApiUsage(msgspec.Struct, gc=False):
    """The API's usage object: input without cache, cache writes as a sum and (newer) split by lifetime."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: CacheCreation | None = None
    server_tool_use: ServerTools | None = None
    output_tokens_details: OutputDetails | None = None
    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None
    iterations: msgspec.Raw = NO_RAW


class Iteration(ApiUsage, gc=False):
    """One sampling of a request that sampled several times."""

    type: str = ""
    model: str | None = None


class Block(msgspec.Struct, gc=False):
    """A content block: only what the fast pass counts."""

    type: str = ""
    id: str | None = None
    name: str | None = None
    tool_use_id: str | None = None
    is_error: bool | None = None
    text: msgspec.Raw = NO_RAW
    content: msgspec.Raw = NO_RAW


class Message(msgspec.Struct, gc=False):
    id: str | None = None
    model: str | None = None
    role: str | None = None
    usage: ApiUsage | None = None
    content: list[Block] | str | None = None
    usage_unread: bool = False
    """It has a usage that could not be read; never in a log, set on the slow path."""


class PromptOrigin(msgspec.Struct, gc=False):
    kind: str | None = None


class Nested(msgspec.Struct, gc=False, rename="camel"):
    """The row inside a progress row: a sub-agent's message as the parent saw it."""

    type: str = ""
    uuid: str | None = None
    timestamp: str | None = None
    request_id: str | None = None
    message: Message | str | None = None


class ProgressData(msgspec.Struct, gc=False):
    type: str = ""
    message: Nested | str | None = None


def _spelling(name: str) -> str:
    """The log's spelling of a field: camelCase, with USD in capitals."""
    first, *rest = name.split("_")
    return first + "".join("USD" if word == "usd" else word.capitalize() for word in rest)


class Row(msgspec.Struct, gc=False, rename=_spelling):
    """One record, as far as the fast pass needs it."""

    type: str = ""
    uuid: str | None = None
    parent_uuid: str | None = None
    timestamp: str | None = None
    request_id: str | None = None
    session_id: str | None = None
    agent_id: str | None = None
    cwd: str | None = None
    git_branch: str | None = None
    version: str | None = None
    subtype: str | None = None
    is_sidechain: bool | None = None
    is_meta: bool | None = None
    is_compact_summary: bool | None = None
    prompt_source: str | None = None
    tool_denial_kind: str | None = None
    tool_denial_before_run: bool | None = None
    origin: PromptOrigin | str | None = None
    message: Message | str | None = None
    tool_use_result: msgspec.Raw = NO_RAW
    attachment: msgspec.Raw = NO_RAW
    data: msgspec.Raw = NO_RAW
    model_usage: msgspec.Raw = NO_RAW
    total_cost_usd: msgspec.Raw = NO_RAW
    total_duration: float | None = None
    start_time: float | None = None
    cost_usd: msgspec.Raw = NO_RAW
    custom_title: str | None = None
    ai_title: str | None = None
    summary: str | None = None
    leaf_uuid: str | None = None


_ROW = msgspec.json.Decoder(Row)
_NESTED = msgspec.json.Decoder(ProgressData)
_ITERATIONS = msgspec.json.Decoder(list[Iteration])
_ANY = msgspec.json.Decoder()


def decode_all(data: bytes) -> list[Row] | None:
    """The rows of many lines at once, where every line is one row of the usual shape; else None: line by line then."""
    try:
        rows = _ROW.decode_lines(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return rows if all(map(_is_usual, rows)) else None


def _is_usual(row: Row) -> bool:
    """Nothing of it needs the line it stands on."""
    if row.uuid is None:
        return row.type in UNTHREADED
    return row.type in KNOWN_TYPES and (row.type != "assistant" or row.message is not None)


def decode(line: bytes) -> tuple[list[Row], str]:
    """The rows on one line and, where some of it could not be read, why."""
    try:
        return [_ROW.decode(line)], ""
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_slowly(line)


def _decode_slowly(line: bytes) -> tuple[list[Row], str]:
    found, reason = records(line)
    try:
        rows = [lenient_row(_clean(record)) for record in found]
    except RecursionError:
        return [], "not JSON"
    return rows, reason or ("" if rows else "empty")


def _clean(record: Mapping[str, Any]) -> dict[str, Any]:
    """The same without lone surrogates, which no UTF-8 can hold."""
    return dict(json.loads(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace")))


def lenient_row(record: Mapping[str, Any]) -> Row:
    """A row from a dictionary whose fields may be of any type: what has the wrong one is left out."""
    kept = {name: record[name] for name in Row.__struct_encode_fields__ if name in record}
    message = kept.pop("message", None)
    row = _convert(kept)
    row.message = (
        _lenient_message(message) if isinstance(message, Mapping) else message if isinstance(message, str) else None
    )
    return row


def _convert(record: dict[str, Any]) -> Row:
    row = Row()
    fields = dict(zip(Row.__struct_encode_fields__, Row.__struct_fields__, strict=True))
    for name, value in record.items():
        try:
            one = _ROW.decode(msgspec.json.encode({name: value}))
        except (msgspec.DecodeError, msgspec.EncodeError, UnicodeError):
            continue
        setattr(row, fields[name], getattr(one, fields[name]))
    return row


def _lenient_message(message: Mapping[str, Any]) -> Message:
    result = Message()
    for name in ("id", "model", "role", "usage"):
        if name not in message:
            continue
        try:
            one = msgspec.json.decode(msgspec.json.encode({name: message[name]}), type=Message)
        except (msgspec.DecodeError, msgspec.EncodeError, UnicodeError):
            continue
        setattr(result, name, getattr(one, name))
    result.usage_unread = result.usage is None and message.get("usage") is not None
    content = message.get("content")
    if isinstance(content, str):
        result.content = content
    elif isinstance(content, list):
        result.content = [_lenient_block(one) for one in content if isinstance(one, dict | str)]
    return result


def _lenient_block(one: Mapping[str, Any] | str) -> Block:
    if isinstance(one, str):
        return Block(type="text", text=_raw(one))
    kept = {name: one[name] for name in ("type", "id", "name", "tool_use_id") if isinstance(one.get(name), str)}
    return Block(
        **kept, is_error=one.get("is_error") is True, text=_raw(one.get("text")), content=_raw(one.get("content"))
    )


def _raw(something: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(something))


def blocks(message: Message) -> list[Block]:
    """The content blocks of a message; a plain string has none worth counting."""
    return message.content if isinstance(message.content, list) else []


def prompt_text(row: Row) -> str:
    """What a person can read in a user row, its text blocks joined."""
    message = row.message
    if message is None or isinstance(message, str):
        return message or ""
    if isinstance(message.content, str):
        return message.content
    texts = (value(block.text) for block in blocks(message) if block.type == "text")
    return "\n".join(text for text in texts if isinstance(text, str))


def iterations(raw: msgspec.Raw) -> list[Iteration]:
    """The samplings of a request, where it lists any."""
    if len(bytes(raw)) <= len("null"):
        return []
    try:
        return _ITERATIONS.decode(bytes(raw))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []


def progress(raw: msgspec.Raw) -> Row | None:
    """The sub-agent's row inside a progress row, where there is one."""
    if b"agent_progress" not in bytes(raw):
        return None
    try:
        data = _NESTED.decode(bytes(raw))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if data.type != "agent_progress" or not isinstance(data.message, Nested):
        return None
    inner = data.message
    return Row(
        type=inner.type, uuid=inner.uuid, timestamp=inner.timestamp, request_id=inner.request_id, message=inner.message
    )


def value(raw: msgspec.Raw) -> Any:
    """Any JSON value; None where it cannot be read."""
    if not bytes(raw):
        return None
    try:
        return _ANY.decode(bytes(raw))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
