"""What the context held at one event: the call that it belongs to, the texts in its window, what had fallen out of it.

An answer or a tool call belongs to the call that made it, anything else to the first call that was given it. The window
and its tokens are those of `analysis/context.py`, so every surface tells the same of a call.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from agent_trace.analysis.context import CHARACTERS, SYSTEM, Context, Point, Reset, Text, Window, texts_of, window_after
from agent_trace.model.events import (
    AssistantText,
    Attachment,
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


class Fallen(NamedTuple):
    """What left the context at a reset."""

    reset: Reset
    texts: tuple[Text, ...]
    """Without those that the agent gave again since, and without its system prompt and tools."""
    scale: Window | None
    """The window that they stood in, which tells how many tokens they made; None: no call is known of it."""

    def tokens_of(self, size: int) -> int:
        """So many of its characters in tokens: estimated."""
        return size // CHARACTERS if self.scale is None else self.scale.tokens_of(size)


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


def fallen(session: Session, found: Context, window: Window) -> Fallen | None:
    """What left the context at the reset before a window; None: there was none."""
    reset = window.reset
    if reset is None:
        return None
    earlier = max((one.event for one in found.resets if one.event < reset.event), default=0)
    before = [point for point in found.points if earlier < point.event < reset.event]
    scale = window_after(session, before[-1], found.points, found.resets) if before else None
    again = set(_given_again(session, window.texts))
    gone = (text for text in texts_of(session) if earlier <= text.number < reset.event)
    texts = tuple(text for text in gone if text.what != SYSTEM and likeness(session, text) not in again)
    return Fallen(reset, texts, scale)


def _given_again(session: Session, texts: Sequence[Text]) -> Iterator[tuple[str, str, int] | None]:
    return (alike for text in texts if (alike := likeness(session, text)) is not None)


def likeness(session: Session, text: Text) -> tuple[str, str, int] | None:
    """What tells that the agent gave the same text twice: memory files, skills, system prompts; None: it says so of none."""
    event = session.event(text.number)
    return (event.kind, event.text, event.size) if isinstance(event, Attachment) else None
