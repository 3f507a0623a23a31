"""What the growth of the context came from, stretch by stretch, and what fell out of it when it was compacted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from agent_trace.analysis.context import (
    UNLOGGED,
    Context,
    Point,
    Share,
    Text,
    Window,
    said_by,
    shares_of,
    texts_of,
    window_after,
)
from agent_trace.model.session import Session

MORE = "more than estimated"
LESS = "less than estimated"
"""What a stretch grew by beside its texts' estimate; these parts cancel out over the stretches of a window."""
GONE = "gone with a compaction or clear"
"""With `LESS` the only parts that are below 0."""


class Stretch(NamedTuple):
    """A piece of a session: the numbers of its first and its last event."""

    first: int
    last: int


class Grown(NamedTuple):
    """The context before a stretch and at its end, after the last calls until then, and what it grew from."""

    before: int | None
    after: int | None
    shares: tuple[Share, ...]
    """They add up to the growth; nothing where no call was made in it."""


class _Texts:
    """What entered the context, by the numbers of the events."""

    def __init__(self, session: Session) -> None:
        self._texts = list(texts_of(session))
        self._numbers = [text.number for text in self._texts]

    def between(self, first: int, last: int) -> tuple[Text, ...]:
        """From one event to another, both included."""
        return tuple(self._texts[bisect_left(self._numbers, first) : bisect_right(self._numbers, last)])


class _Scaled:
    """What stood in a window after each of its calls, by the scale of the last: there it is what `shares_of` tells."""

    def __init__(self, window: Window, points: Sequence[Point], said: Mapping[int, int]) -> None:
        self._shares = {share.what: share.tokens for share in shares_of(window)}
        self._calls = [point.event for point in points]
        self._fullest = list(accumulate((point.tokens for point in points), max))
        entered: dict[str, list[tuple[int, int]]] = {}
        for text in window.texts:
            entered.setdefault(text.what, []).append((said.get(text.number, text.number), text.size))
        ordered = {what: sorted(found) for what, found in entered.items()}
        self._numbers = {what: [number for number, _ in found] for what, found in ordered.items()}
        self._sums = {what: list(accumulate(size for _, size in found)) for what, found in ordered.items()}

    def held(self, call: int) -> dict[str, tuple[int, int]]:
        """Part → its tokens after a call, and how many texts they are. None of them is ever less than before."""
        unlogged = min(self._shares.get(UNLOGGED, 0), self._fullest[bisect_right(self._calls, call) - 1])
        found = {UNLOGGED: (unlogged, 0)}
        for what, numbers in self._numbers.items():
            texts = bisect_right(numbers, call)
            size = self._sums[what][texts - 1] if texts else 0
            found[what] = (self._shares.get(what, 0) * size // (self._sums[what][-1] or 1), texts)
        return found


class _Windows:
    """The windows of a session, each from one reset to the next."""

    def __init__(self, session: Session, found: Context) -> None:
        texts, points = _Texts(session), found.points
        said = {number: point.event for point in points for number in said_by(session, point.event)}
        resets = [reset.event for reset in found.resets]
        self._places = [bisect_left(resets, point.event) for point in points]
        self._windows: dict[int, _Scaled] = {}
        for place, group in groupby(zip(self._places, points, strict=True), key=lambda one: one[0]):
            calls = [point for _, point in group]
            ends = resets[place] if place < len(resets) else len(session.numbered) + 1
            known = texts.between(resets[place - 1] if place else 0, ends)
            window = window_after(session, calls[-1], calls, found.resets[place - 1 : place] if place else (), known)
            self._windows[place] = _Scaled(window, calls, said)
        self._points = points

    def between(self, old: int, new: int) -> dict[str, tuple[int, int]]:
        """What entered from one call to another, by their places among the points; -1: from the beginning."""
        found = self._held(new)
        if old < 0:
            return found
        if self._places[old] != self._places[new]:
            return {**found, GONE: (-self._points[old].tokens, 0)}
        before = self._held(old)
        return {what: (tokens - before[what][0], texts - before[what][1]) for what, (tokens, texts) in found.items()}

    def _held(self, place: int) -> dict[str, tuple[int, int]]:
        return self._windows[self._places[place]].held(self._points[place].event)


def grown(session: Session, found: Context, stretches: Sequence[Stretch]) -> list[Grown]:
    """By how much the context grew in each stretch, and what that came from.

    All stretches of a window have one scale: over all of them a part adds up to what it is in the shares of the
    window's last call. The first has what that call was given beside the texts.
    """
    numbers, windows = [point.event for point in found.points], _Windows(session, found)
    told = list[Grown]()
    for one in stretches:
        old, new = bisect_left(numbers, one.first) - 1, bisect_right(numbers, one.last) - 1
        before = found.points[old].tokens if old >= 0 else None
        after = found.points[new].tokens if new >= 0 else None
        parts = windows.between(old, new) if new > old else {}
        told.append(Grown(before, after, _balanced(parts, (after or 0) - (before or 0))))
    return told


def _balanced(parts: Mapping[str, tuple[int, int]], growth: int) -> tuple[Share, ...]:
    """The largest part first, with what is measured beside them."""
    rest = growth - sum(tokens for tokens, _ in parts.values()) if parts else 0
    whole = {**parts, MORE if rest > 0 else LESS: (rest, 0)}
    shares = [Share(what=what, tokens=tokens, texts=texts) for what, (tokens, texts) in whole.items() if tokens]
    return tuple(sorted(shares, key=lambda one: (-one.tokens, one.what)))
