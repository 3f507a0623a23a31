"""Fields of records that may hold anything: a record is read as a dictionary, and what has the wrong type is not there.

For agents whose logs were never seen written: their shapes are known from others, so nothing may be taken for granted.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from agent_trace.agents._clock import milliseconds
from agent_trace.agents._jsonl import clean, records

Record = Mapping[str, Any]

MOST = 10**15
"""No count and no time in milliseconds is larger: what is, was misread."""
SECONDS_BELOW = 10**11
"""A time that is a smaller number counts seconds; milliseconds passed it in 1973."""
DEAREST = Decimal(10**6)
_ESCAPED_BYTE = re.compile(rb"%([0-9A-Fa-f]{2})")


def read(line: bytes) -> tuple[list[dict[str, Any]], str]:
    """The objects on a line and, where some of it could not be read, why. Their texts can be written as UTF-8."""
    found, reason = records(line)
    if b"\\u" not in line:
        return found, reason
    try:
        return [json.loads(clean(json.dumps(one, ensure_ascii=False))) for one in found], reason
    except (ValueError, RecursionError):
        return [], "not JSON"


def decoded(value: object) -> Any:
    """What a JSON text says; None for a text that is none, anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def as_json(value: object) -> str:
    """A value as JSON text; a text as it is."""
    if isinstance(value, str):
        return value
    try:
        return clean(json.dumps(value, ensure_ascii=False))
    except (ValueError, RecursionError):
        return ""


def text(record: Record, *names: str) -> str:
    """The first of these fields that is a text with something in it; else nothing."""
    found = (record.get(name) for name in names)
    return next((one for one in found if isinstance(one, str) and one), "")


def count(record: Record, *names: str) -> int | None:
    """The first of these fields that is a count."""
    for name in names:
        value = record.get(name)
        if isinstance(value, float) and math.isfinite(value) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST:
            return value
    return None


def known(number: int | None) -> int | None:
    """A count that may be unknown, where 0 is what the agent writes that does not know."""
    return number or None


def exit_code(record: Record, *names: str) -> int | None:
    """The first of these fields that is a whole number, negative ones (signals) too."""
    found = (record.get(name) for name in names)
    return next((one for one in found if isinstance(one, int) and not isinstance(one, bool) and abs(one) < 2**32), None)


def flag(record: Record, name: str) -> bool:
    """True where the field says so in so many words."""
    return record.get(name) is True


def inner(record: Record, name: str) -> dict[str, Any]:
    """An object in a field; empty where there is none."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def items(record: Record, name: str) -> list[Any]:
    """A list in a field; empty where there is none."""
    value = record.get(name)
    return value if isinstance(value, list) else []


def objects(values: object) -> Iterator[dict[str, Any]]:
    """The objects among the values of a list."""
    if isinstance(values, list):
        yield from (one for one in values if isinstance(one, dict))


def blocks(content: object) -> list[dict[str, Any]]:
    """The blocks of a message's content: objects, bare texts as blocks of text."""
    if isinstance(content, str):
        content = [content]
    if not isinstance(content, list):
        return []
    found = ({"type": "text", "text": one} if isinstance(one, str) else one for one in content)
    return [one for one in found if isinstance(one, dict)]


def shown(content: object) -> str:
    """What a person can read in a content: its texts on lines of their own; what is none is named or kept as JSON."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(_piece(one) for one in blocks(content))
    return "" if content is None else as_json(content)


def _piece(block: Record) -> str:
    found = block.get("text")
    return found if isinstance(found, str) else f"[{text(block, 'type') or 'something'}]"


def moment(value: object) -> int | None:
    """UTC milliseconds of an ISO text or of a number of seconds or milliseconds."""
    if isinstance(value, str):
        return milliseconds(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    whole = round(value * 1000 if value < SECONDS_BELOW else value)
    return whole if 0 < whole <= MOST else None


def dollars(value: object) -> str | None:
    """Dollars as a decimal string; None where there are none: 0 is what agents write that know no price."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return format(found, "f") if found.is_finite() and 0 < found < DEAREST else None


def local_path(uri: str) -> str:
    """The path that a file URI names; a path as it is."""
    if not uri.startswith("file://"):
        return uri
    plain = _ESCAPED_BYTE.sub(lambda found: bytes([int(found.group(1), 16)]), uri.removeprefix("file://").encode())
    path = plain.decode("utf-8", "replace")
    return path[1:] if re.match(r"/[A-Za-z]:", path) else path
