"""What each tone says without colour: a mark before a string, a word before a note."""

from __future__ import annotations

from agent_trace.render.blocks import Tone

MARKS: dict[Tone, str] = {"good": "✓", "warning": "!", "bad": "✗"}
NOTE_WORDS: dict[Tone, str] = {"warning": "warning", "bad": "error"}

SIGNS = frozenset("✓✗!?+-−±×▲▼▶↑↓●○")
"""A string that starts with one of these speaks for itself and gets no mark."""


def told(text: str, tone: Tone) -> str:
    """The text with its tone's mark in front: `✗ failed`."""
    mark = MARKS.get(tone)
    if not mark or not text or text[0] in SIGNS:
        return text
    return f"{mark} {text}"


def note_word(tone: Tone) -> str:
    """What stands before a note: `note`, `warning` or `error`."""
    return NOTE_WORDS.get(tone, "note")
