"""Which messages a page shows: filters, page numbers, cursors."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timezone
from typing import NamedTuple

import msgspec

from agent_trace.errors import UsageError
from agent_trace.web.earlier import tracer_shapes as shapes
from agent_trace.web.earlier.conversation import Message

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a request wants to see."""

    page: int = 1
    per_page: int = 50
    type: str | None = None
    tool: str | None = None
    error_only: bool = False
    search: str | None = None
    cursor: str | None = None


class Page(NamedTuple):
    """A part of the messages that fit."""

    places: tuple[int, ...]
    """From 0."""
    total: int
    """Of all that fit."""
    page: int
    """0 where a cursor was given."""
    has_more: bool


def page(messages: Sequence[Message], asked: Asked, hits: Collection[int] | None) -> Page:
    """The messages that are asked for; `hits`: only these places. Raises UsageError for a cursor that is none."""
    fitting = [place for place, one in enumerate(messages) if _fits(one, asked) and (hits is None or place in hits)]
    if asked.cursor is None:
        start = (asked.page - 1) * asked.per_page
        number = asked.page
    else:
        start, number = _after(messages, fitting, asked.cursor), 0
    shown = fitting[start : start + asked.per_page]
    return Page(tuple(shown), len(fitting), number, start + asked.per_page < len(fitting))


def _fits(one: Message, asked: Asked) -> bool:
    if asked.type and one.type != asked.type:
        return False
    if asked.tool and asked.tool not in one.tool_names:
        return False
    return one.failed or not asked.error_only


def cursor_at(one: Message) -> str:
    """What asks for the messages behind this one."""
    at = "" if one.at is None else datetime.fromtimestamp(one.at / 1000, timezone.utc).isoformat()
    return base64.urlsafe_b64encode(f"{at}|{one.uuid}".encode("utf-8", "surrogatepass")).decode()


def _after(messages: Sequence[Message], fitting: Sequence[int], cursor: str) -> int:
    """The place within `fitting` of the first message behind a cursor."""
    at, uuid = _read(cursor)
    place = next((number for number, one in enumerate(messages) if one.uuid == uuid), None)
    if place is None:  # the log was rewritten since: go on at its time
        place = next((number for number, one in enumerate(messages) if (one.at or 0) > at), len(messages)) - 1
    return next((number for number, one in enumerate(fitting) if one > place), len(fitting))


def _read(cursor: str) -> tuple[int, str]:
    try:
        text = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True).decode("utf-8", "surrogatepass")
        at, bar, uuid = text.partition("|")
        moment = datetime.fromisoformat(at.replace("Z", "+00:00")) if at else EPOCH
        if not (bar and uuid):
            raise ValueError("a part is missing")
        aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        return round((aware - EPOCH).total_seconds() * 1000), uuid
    except (ValueError, binascii.Error, OverflowError):
        raise UsageError("Invalid cursor format", hint="take next_cursor of the page before") from None


def filters(messages: Sequence[Message]) -> shapes.MessageFilters:
    """What the messages can be filtered by."""
    names = Counter(tool.name for one in messages for tool in one.tools)
    return shapes.MessageFilters(
        tools=tuple(
            shapes.ToolOption(name=name, count=count)
            for name, count in sorted(names.items(), key=lambda item: (-item[1], item[0]))
        ),
        error_count=sum(one.failed for one in messages),
    )
