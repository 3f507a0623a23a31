"""Lines that are not quite JSON lines: what every reader of JSONL logs must survive.

Two records on one physical line (the newline was lost), a byte order mark, NUL bytes, carriage returns, invalid UTF-8,
lone surrogates, a torn tail. Seen in public files of five agents.
"""

from __future__ import annotations

import json
from typing import Any

_DECODER = json.JSONDecoder()
_EDGES = b" \t\r\n\x00\xef\xbb\xbf"


def trim(line: bytes) -> bytes:
    """Without the white space, NULs and byte order mark around a line."""
    return line.strip(_EDGES)


def records(line: bytes) -> tuple[list[dict[str, Any]], str]:
    """The objects on one line and, where something on it is no object, the reason."""
    text = line.decode("utf-8", "replace").replace("\x00", "").strip(" \t\r\n\ufeff")
    found: list[dict[str, Any]] = []
    reason, at = "", 0
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return found, "not JSON"
        if isinstance(value, dict):
            found.append(value)
        else:
            reason = "not an object"
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
    return found, reason


def is_torn(line: bytes) -> bool:
    """True for a last line without its end: one that was being written, not one that is wrong."""
    found, reason = records(line)
    return bool(reason) or not found


def clean(text: str) -> str:
    """Text that can be written as UTF-8: lone surrogates become the replacement character."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8") if _has_surrogate(text) else text


def _has_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
