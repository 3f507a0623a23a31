"""Values out of JSON objects whose types nobody promised: what has another type counts as absent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from agent_trace.agents._jsonl import records

JSON = Mapping[str, Any]
NOTHING: JSON = {}
MOST = 2**53
"""Counts beyond it are damage: no JavaScript program could have counted that far."""

_ANY = msgspec.json.Decoder()
_BROKEN = (msgspec.DecodeError, UnicodeError, RecursionError)


def objects(line: bytes) -> tuple[list[JSON], str]:
    """The objects on a line and, where some of it could not be read, why; an empty line has neither."""
    try:
        found = _ANY.decode(line)
    except _BROKEN:
        return _slowly(line)
    return ([found], "") if isinstance(found, dict) else ([], "not an object")


def _slowly(line: bytes) -> tuple[list[JSON], str]:
    """The same for lines that are not quite JSON lines, without lone surrogates, which no UTF-8 can hold."""
    found, reason = records(line)
    try:
        return [json.loads(json.dumps(one, ensure_ascii=False).encode("utf-8", "replace")) for one in found], reason
    except RecursionError:
        return [], "not JSON"


def text(record: JSON, *names: str) -> str:
    """The first of these fields that is a string with something in it; empty where none is."""
    found = (record.get(name) for name in names)
    return next((one for one in found if isinstance(one, str) and one), "")


def count(record: JSON, *names: str) -> int | None:
    """The first of these fields that is a count of something: a whole number from 0 on."""
    for name in names:
        found = record.get(name)
        if not isinstance(found, bool) and isinstance(found, int | float) and 0 <= found <= MOST:
            return int(found)
    return None


def inner(record: JSON, name: str) -> JSON:
    """An object; an empty one for anything else."""
    found = record.get(name)
    return found if isinstance(found, dict) else NOTHING


def several(record: JSON, name: str) -> list[JSON]:
    """The objects in a list."""
    found = record.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def encoded(value: Any) -> str:
    """A value as JSON text, compact; one that is nested as deep as could just be read is not told."""
    try:
        return msgspec.json.encode(value).decode()
    except RecursionError:
        return '"too deep"'
