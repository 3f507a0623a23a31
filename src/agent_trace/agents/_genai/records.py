"""Lines as dictionaries, and the values in them as far as they have the right type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from agent_trace.agents._jsonl import records

LARGEST = 2**53
"""Counts above this are nonsense: no JSON number of that size is exact."""
_ANY = msgspec.json.Decoder()
_TOO_DEEP = "nested too deeply"


def decode(line: bytes) -> tuple[list[dict[str, Any]], str]:
    """The records on one line and, where some of it could not be read, why."""
    try:
        value = _ANY.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_slowly(line)
    return ([value], "") if isinstance(value, dict) else ([], "not an object")


def _decode_slowly(line: bytes) -> tuple[list[dict[str, Any]], str]:
    found, reason = records(line)
    try:
        return [_without_surrogates(one) for one in found], reason
    except RecursionError:
        return [], _TOO_DEEP


def _without_surrogates(record: dict[str, Any]) -> dict[str, Any]:
    """The same without lone surrogates, which no UTF-8 can hold."""
    return dict(json.loads(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace")))


def string(record: Mapping[str, Any], name: str) -> str:
    """A text of a record; empty where it is none."""
    value = record.get(name)
    return value if isinstance(value, str) else ""


def mapping(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object of a record; empty where it is none."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def objects(record: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects in a list of a record."""
    value = record.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def count(value: object) -> int | None:
    """A number of tokens, lines or milliseconds; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value <= LARGEST else None


def wire(value: object) -> str:
    """Any JSON value as text."""
    try:
        return msgspec.json.encode(value).decode("utf-8")
    except RecursionError:
        return f"({_TOO_DEEP})"
