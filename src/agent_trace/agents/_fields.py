"""Fields of records that were never seen written: JSON in texts, blocks, times in any unit, dollars, paths as URIs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from agent_trace.agents._clock import milliseconds
from agent_trace.agents._jsonl import clean
from agent_trace.agents._untyped import JSON, text

SECONDS_BELOW = 10**11
"""A time that is a smaller number counts seconds; milliseconds passed it in 1973."""
LATEST = 253_402_300_799_999
"""The end of the year 9999: what is later was misread."""
CHEAPEST, DEAREST = Decimal("1e-12"), Decimal(10**6)
"""Dollars of one call or session lie between."""
_ESCAPED_BYTE = re.compile(rb"%([0-9A-Fa-f]{2})")


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


def known(number: int | None) -> int | None:
    """A count that may be unknown, where 0 is what the agent writes that does not know."""
    return number or None


def exit_code(record: JSON, *names: str) -> int | None:
    """The first of these fields that is a whole number, negative ones (signals) too."""
    found = (record.get(name) for name in names)
    return next((one for one in found if isinstance(one, int) and not isinstance(one, bool) and abs(one) < 2**32), None)


def flag(record: JSON, name: str) -> bool:
    """True where the field says so in so many words."""
    return record.get(name) is True


def items(record: JSON, name: str) -> list[Any]:
    """A list in a field; empty where there is none."""
    value = record.get(name)
    return value if isinstance(value, list) else []


def listed(values: object) -> Iterator[JSON]:
    """The objects among the values of a list."""
    if isinstance(values, list):
        yield from (one for one in values if isinstance(one, dict))


def blocks(content: object) -> list[JSON]:
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


def _piece(block: JSON) -> str:
    found = block.get("text")
    return found if isinstance(found, str) else f"[{text(block, 'type') or 'something'}]"


def moment(value: object) -> int | None:
    """UTC milliseconds of an ISO text or of a number of seconds or milliseconds."""
    if isinstance(value, str):
        return milliseconds(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LATEST:
        return None
    return round(value * 1000 if value < SECONDS_BELOW else value) or None


def dollars(value: object) -> str | None:
    """Dollars as a decimal string; None where there are none: 0 is what agents write that know no price."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return format(found, "f") if found.is_finite() and CHEAPEST < found < DEAREST else None


def local_path(uri: str) -> str:
    """The path that a file URI names; a path as it is."""
    if not uri.startswith("file://"):
        return uri
    plain = _ESCAPED_BYTE.sub(lambda found: bytes([int(found.group(1), 16)]), uri.removeprefix("file://").encode())
    path = plain.decode("utf-8", "replace")
    return path[1:] if re.match(r"/[A-Za-z]:", path) else path
