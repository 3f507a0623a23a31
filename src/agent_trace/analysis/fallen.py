"""What fell out of the context when it was compacted or cleared, and what came in its place.

The tokens before and behind a reset are exact, those of a text are estimated. So the account names what the texts do not
explain, and adds up to what the context lost.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from agent_trace.analysis.context import (
    CHARACTERS,
    SYSTEM,
    Context,
    Reset,
    Share,
    Text,
    Window,
    texts_of,
    window_after,
)
from agent_trace.model.events import Attachment
from agent_trace.model.session import Session

CAME = "came in its place"
"""Below 0: the summary, and what else the first call behind a reset was given for the first time."""
REST = "in no text of the log"
LESS = "less than estimated"
"""Below 0."""


class Fallen(NamedTuple):
    """What left the context at a reset."""

    reset: Reset
    texts: tuple[Text, ...]
    """Without those that the agent gave again with its next call, and without its system prompt and tools."""
    scale: Window | None
    """The window that they stood in, which tells how many tokens they made; None: no call is known of it."""
    came: tuple[Text, ...] = ()
    """What its next call was given for the first time."""
    behind: Window | None = None
    """The window of that call."""

    def tokens_of(self, size: int) -> int:
        """So many of its characters in tokens: estimated."""
        return size // CHARACTERS if self.scale is None else self.scale.tokens_of(size)

    def size(self, what: str) -> int:
        """The characters of a part of it."""
        texts = self.came if what == CAME else (text for text in self.texts if text.what == what)
        return sum(text.size for text in texts)

    @property
    def shares(self) -> tuple[Share, ...]:
        """What it was, the largest first; then what came, and what neither explains: together what the context lost."""
        sizes: dict[str, list[int]] = {}
        for text in self.texts:
            sizes.setdefault(text.what, []).append(text.size)
        lost = [Share(what=what, tokens=self.tokens_of(sum(ones)), texts=len(ones)) for what, ones in sizes.items()]
        lost = sorted((one for one in lost if one.tokens), key=lambda one: (-one.tokens, one.what))
        return (*lost, *(one for one in self._beside(sum(one.tokens for one in lost)) if one.tokens))

    def _beside(self, lost: int) -> Iterator[Share]:
        if self.reset.before is None or self.reset.after is None or self.scale is None:
            return
        size = sum(text.size for text in self.came)
        came = size // CHARACTERS if self.behind is None else self.behind.tokens_of(size)
        rest = self.reset.before - self.reset.after - lost + came
        yield Share(what=CAME, tokens=-came, texts=len(self.came))
        yield Share(what=REST if rest > 0 else LESS, tokens=rest, texts=0)


def fallen(session: Session, found: Context) -> tuple[Fallen, ...]:
    """What left the context at each of its resets."""
    texts = list(texts_of(session)) if found.resets else []
    places = [text.number for text in texts]
    numbers = [point.event for point in found.points]
    told = list[Fallen]()
    for place, reset in enumerate(found.resets):
        earlier = found.resets[place - 1 : place] if place else ()
        first = earlier[0].event if earlier else 0
        after = bisect_left(numbers, reset.event)
        points, following = found.points[bisect_right(numbers, first) : after], found.points[after : after + 1]
        until = following[0].event if following else len(session.numbered)
        entered = texts[bisect_left(places, first) : bisect_left(places, reset.event)]
        given = texts[bisect_left(places, reset.event) : bisect_right(places, until)]
        scale = window_after(session, points[-1], points, earlier, entered) if points else None
        behind = window_after(session, following[0], following, (reset,), given) if following else None
        told.append(Fallen(reset, _without(session, entered, given), scale, _without(session, given, entered), behind))
    return tuple(told)


def _without(session: Session, texts: Iterable[Text], others: Iterable[Text]) -> tuple[Text, ...]:
    """Texts that are not given on both sides: every call is given system prompts and tools, and notes may be told twice."""
    known = {alike for text in others if (alike := likeness(session, text)) is not None}
    return tuple(text for text in texts if text.what != SYSTEM and likeness(session, text) not in known)


def likeness(session: Session, text: Text) -> tuple[str, str, int] | None:
    """What tells that the agent gave the same text twice: memory files, skills, system prompts; None: it says so of none."""
    event = session.event(text.number)
    return (event.kind, event.text, event.size) if isinstance(event, Attachment) else None
