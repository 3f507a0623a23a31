"""Long texts of events cut to their head and their tail, so that the end of a failing test is not lost."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from agent_trace.model.events import Event

HEAD = 1536
TAIL = 511
ROOM = HEAD + TAIL
"""Characters that are kept of a text. One less than what readers cut a text to, so that the two are told apart."""
SIZED = ("text", "input", "output")
"""Fields whose whole length an event remembers."""


class Ends(NamedTuple):
    """What is kept of a text."""

    head: str
    tail: str
    """Empty: the head is all that there is."""


def cut_to_ends(event: Event) -> Event:
    """An event whose long texts are head and tail in one, as `ends` takes them apart; their size says what is left out."""
    name = next((one for one in SIZED if hasattr(event, one)), "")
    text = getattr(event, name, "")
    if not hasattr(event, "size") or len(text) <= ROOM:
        return event
    return msgspec.structs.replace(event, **{name: text[:HEAD] + text[-TAIL:]})


def ends(text: str, size: int) -> Ends:
    """Head and tail of a text, cut before or not; `size` is the length of the whole."""
    if len(text) == ROOM and size > ROOM:
        return Ends(text[:HEAD], text[HEAD:])
    if len(text) <= ROOM:
        return Ends(text, "")
    return Ends(text[:HEAD], text[-TAIL:] if size <= len(text) else "")
