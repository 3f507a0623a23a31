"""Rows of a rollout: what stands around each record, and how a line becomes rows.

`{timestamp, type, payload}` is a row. Rollouts from before all that are bare items behind a header without a type: they
become rows of the same kinds. What does not fit (two records on a line, invalid UTF-8, lone surrogates) is read slowly.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from agent_trace.agents._clock import milliseconds
from agent_trace.agents._jsonl import records
from agent_trace.agents.codex.fields import NONE, Record, seconds_ms, text
from agent_trace.agents.codex.words import ITEMS

NO_RAW = msgspec.Raw()
_SECONDS_END = 10**11
"""Numbers below are seconds since 1970, from here on milliseconds."""


class Row(msgspec.Struct, gc=False):
    """One record."""

    kind: str
    """Its type; for a bare item and for a header that of the rows which took their place."""
    payload: Record
    raw: bytes
    """What the record is told from others by: its bytes."""
    at: int | None = None
    """UTC milliseconds."""
    bare: bool = False
    """It stands by itself, without a payload."""


class Line(msgspec.Struct, gc=False):
    """A line of the usual shape."""

    timestamp: str | float | None = None
    type: str | None = None
    payload: msgspec.Raw = NO_RAW


_LINE = msgspec.json.Decoder(Line)
_OBJECT = msgspec.json.Decoder(dict[str, Any])
_BROKEN = (msgspec.DecodeError, UnicodeError, RecursionError)


def decode(line: bytes) -> tuple[list[Row], str]:
    """The rows on a line and, where some of it could not be read, why."""
    try:
        found = _LINE.decode(line)
        if found.payload is not NO_RAW and found.type is not None:
            return [Row(found.type, _OBJECT.decode(found.payload), line, _time(found.timestamp))], ""
        return [_bare(_OBJECT.decode(line), line)], ""
    except _BROKEN:
        return _decode_slowly(line)


def _decode_slowly(line: bytes) -> tuple[list[Row], str]:
    found, reason = records(line)
    try:
        rows = [_row(clean_json(one)) for one in found]
    except RecursionError:
        return [], "not JSON"
    return rows, reason or ("" if rows else "empty")


def clean_json(record: Mapping[str, Any]) -> bytes:
    """A record as JSON without lone surrogates, which no UTF-8 can hold."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _row(raw: bytes) -> Row:
    record = json.loads(raw)
    payload, kind = record.get("payload"), text(record, "type")
    if not isinstance(payload, dict) or not kind:
        return _bare(record, raw)
    return Row(kind, payload, raw, _time(record.get("timestamp")))


def _bare(record: dict[str, Any], raw: bytes) -> Row:
    """A record without an envelope: an item, a header, or nothing that is known."""
    kind, at = text(record, "type"), _time(record.get("timestamp"))
    if "payload" in record and kind:
        return Row(kind, NONE, raw, at)
    if kind in ITEMS:
        return Row("response_item", record, raw, at, bare=True)
    if not kind and text(record, "id") and at is not None:
        return Row("session_meta", record, raw, at, bare=True)
    if not kind and "record_type" in record:
        return Row("record_type", record, raw, at, bare=True)
    return Row(kind, record, raw, at, bare=True)


def _time(stamp: object) -> int | None:
    if isinstance(stamp, str):
        return milliseconds(stamp)
    found = seconds_ms(stamp)
    return found if found is None or abs(found) < _SECONDS_END * 1000 else found // 1000
