"""What the growth of the context came from, stretch by stretch, and what fell out of it when it was compacted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from agent_trace.analysis.context import (
    Context,
    Point,
    Share,
    Text,
    Window,
    shares_of,
    texts_of,
    window_after,
)
from agent_trace.model.session import Session


class Stretch(NamedTuple):
    """A piece of a session, and by how much the context grew in it."""

    first: int
    """The number of its first event."""
    last: int
    tokens: int


class _Texts:
    """What entered the context, by the numbers of the events."""

    def __init__(self, session: Session) -> None:
        self._texts = list(texts_of(session))
        self._numbers = [text.number for text in self._texts]

    def between(self, first: int, last: int) -> tuple[Text, ...]:
        """From one event to another, both included."""
        return tuple(self._texts[bisect_left(self._numbers, first) : bisect_right(self._numbers, last)])


def filled(session: Session, stretches: Sequence[Stretch]) -> list[tuple[Share, ...]]:
    """What the growth of each stretch came from, by the texts that entered in it; nothing where it did not grow."""
    texts = _Texts(session)
    return [
        shares_of(Window(_grown(max(one.tokens, 0)), None, texts.between(one.first, one.last), 0)) for one in stretches
    ]


def _grown(tokens: int) -> Point:
    return Point(event=0, at=None, prompt=tokens, tokens=tokens, model="", limit=None, limit_from=None)


def dropped(session: Session, found: Context) -> list[tuple[Share, ...]]:
    """What was in the context just before each reset of it."""
    texts, lost = _Texts(session), list[tuple[Share, ...]]()
    numbers = [point.event for point in found.points]
    for place, reset in enumerate(found.resets):
        before = found.resets[place - 1 : place] if place else ()
        first = before[0].event if before else 0
        points = found.points[bisect_right(numbers, first) : bisect_left(numbers, reset.event)]
        entered = texts.between(first, reset.event)
        lost.append(shares_of(window_after(session, points[-1], points, before, entered)) if points else ())
    return lost
