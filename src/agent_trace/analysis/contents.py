"""What the context held at one event: the call that it belongs to, the texts in its window, what had fallen out of it.

An answer or a tool call belongs to the call that made it, anything else to the first call that was given it. The window
and its tokens are those of `analysis/context.py`, so every surface tells the same of a call.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Literal, NamedTuple

from agent_trace.analysis.context import Context, Point, Window, window_after
from agent_trace.model.events import (
    AssistantText,
    LlmRequest,
    LlmResponse,
    Thinking,
    ToolCall,
    UsageRecorded,
)
from agent_trace.model.session import Session

Belongs = Literal["is it", "made it", "was given it", "came before it"]
_BESIDE = (AssistantText, Thinking, ToolCall, LlmRequest, UsageRecorded)
"""What may lie between an answer and its call."""


class Belonging(NamedTuple):
    """The call that an event belongs to, and how."""

    point: Point
    how: Belongs


def belonging(session: Session, found: Context, number: int) -> Belonging | None:
    """The call that an event belongs to; None: the log tells no call with its tokens."""
    points = found.points
    if not points:
        return None
    event = session.event(number)
    own = _maker(session, number)
    made = next((point for point in points if point.event == own), None)
    if made is not None:
        return Belonging(made, "is it" if isinstance(event, LlmResponse) else "made it")
    place = bisect_left(points, number, key=lambda point: point.event)
    return Belonging(points[place], "was given it") if place < len(points) else Belonging(points[-1], "came before it")


def _maker(session: Session, number: int) -> int | None:
    """The number of the call that made an event; None: no call made it."""
    match session.event(number):
        case LlmResponse():
            return number
        case ToolCall(response=str(key)):
            return next(
                (row for row, event in session.numbered if isinstance(event, LlmResponse) and event.call == key), None
            )
        case AssistantText() | Thinking():
            return _beside(session, range(number - 1, 0, -1)) or _beside(
                session, range(number + 1, len(session.numbered) + 1)
            )
        case _:
            return None


def _beside(session: Session, numbers: range) -> int | None:
    """The nearest call from an answer on, with nothing but other answers between them."""
    for number in numbers:
        event = session.event(number)
        if isinstance(event, LlmResponse):
            return number
        if not isinstance(event, _BESIDE):
            return None
    return None


def window_at(session: Session, found: Context, point: Point) -> Window:
    """What the context held after a call."""
    return window_after(session, point, found.points, found.resets)
