"""Fields of records whose shape nobody guarantees: what has the wrong type is not there."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

import msgspec

from agent_trace.agents._jsonl import records

Json: TypeAlias = dict[str, Any]
"""An object of a record."""

_DECODER = msgspec.json.Decoder()
_LARGEST = 2**53
"""JavaScript counts no further."""
_LATEST = 10**14
"""Milliseconds; a later moment is no time."""


def decoded(line: bytes) -> tuple[list[Json], str]:
    """The objects on a line and, where some of it is none, the reason."""
    try:
        value = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decoded_slowly(line)
    return ([value], "") if isinstance(value, dict) else ([], "not an object")


def _decoded_slowly(line: bytes) -> tuple[list[Json], str]:
    found, reason = records(line)
    try:
        return [_clean(one) for one in found], reason
    except RecursionError:
        return [], "not JSON"


def unpacked(column: object) -> Json | None:
    """The object that a JSON column holds, as text or already read; None where it holds none."""
    if isinstance(column, dict):
        return column
    if not isinstance(column, str):
        return None
    found, _ = decoded(column.encode("utf-8", "replace"))
    return found[0] if len(found) == 1 else None


def packed(record: Json) -> bytes:
    """An object as JSON text; of one that is too deep to be written, nothing."""
    try:
        return msgspec.json.encode(record)
    except RecursionError:
        return b"{}"


def _clean(record: Json) -> Json:
    """The same without lone surrogates, which no UTF-8 can hold."""
    text = json.dumps(record, ensure_ascii=False)
    return dict(json.loads(text.encode("utf-8", "replace")))


def text(record: Json, name: str) -> str:
    """A text; empty where there is none."""
    found = record.get(name)
    return found if isinstance(found, str) else ""


def flag(record: Json, name: str) -> bool:
    """True only where it says true."""
    return record.get(name) is True


def group(record: Json, name: str) -> Json:
    """An object; empty where there is none."""
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def groups(record: Json, name: str) -> list[Json]:
    """The objects of a list."""
    found = record.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def whole(record: Json, name: str) -> int | None:
    """A whole number."""
    found = record.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) < _LARGEST:
        return None
    return int(found)


def moment(record: Json, name: str) -> int | None:
    """A time in UTC milliseconds."""
    found = whole(record, name)
    return found if found is not None and 0 < found < _LATEST else None
