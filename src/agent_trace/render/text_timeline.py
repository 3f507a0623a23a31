"""A timeline on a terminal: numbers, times and marks in a gutter, bodies indented under their lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from agent_trace.render.blocks import Entry, Timeline, Tone
from agent_trace.render.measure import display_width, pad
from agent_trace.render.screen import Screen, Span
from agent_trace.render.tones import MARKS

DEEPEST = 12
"""Levels that are indented; below, the indent stays."""

WIDEST_LABEL = 12
"""Labels beyond it (the tools of MCP servers) push their text to the right instead of moving everyone's."""


class Gutter(NamedTuple):
    """The widths of the columns before an entry's text; 0 where no entry has any."""

    number: int
    when: int
    mark: int
    label: int


def timeline_lines(timeline: Timeline, screen: Screen) -> Iterator[str]:
    """The lines of a timeline: one per entry, and its body."""
    gutter = _gutter(timeline, screen)
    for entry in timeline.entries:
        yield _line(entry, gutter, screen)
        if entry.body:
            yield from screen.indented(entry.body, _body_indent(entry, gutter, screen))


def _gutter(timeline: Timeline, screen: Screen) -> Gutter:
    """As wide as the widest entries, and never so wide that nothing is left for the text."""

    def widest(texts: Iterable[str], limit: int) -> int:
        return min(max((display_width(screen.flat(text)) for text in texts), default=0), limit)

    entries, width = timeline.entries, screen.width
    return Gutter(
        number=widest((entry.number for entry in entries), width // 6),
        when=widest((entry.when for entry in entries), width // 3),
        mark=widest(map(_mark, entries), 4),
        label=widest((entry.label for entry in entries), min(width // 5, WIDEST_LABEL)),
    )


def _line(entry: Entry, gutter: Gutter, screen: Screen) -> str:
    tone: Tone = "strong" if entry.tone == "plain" else entry.tone
    label = screen.flat(entry.label)
    return screen.line(
        Span(_column(screen.flat(entry.number), gutter.number, 2, screen, right=True), "dim"),
        Span(_column(screen.flat(entry.when), gutter.when, 2, screen), "dim"),
        Span("  " * min(entry.depth, DEEPEST)),
        Span(_column(screen.flat(_mark(entry)), gutter.mark, 1, screen), entry.tone),
        Span(pad(label, gutter.label), tone),
        Span("  " if gutter.label else ""),
        Span(screen.flat(entry.text), "dim" if entry.tone == "dim" else "plain"),
    )


def _column(text: str, width: int, gap: int, screen: Screen, *, right: bool = False) -> str:
    if not width:
        return ""
    return pad(screen.cut(text, width), width, right=right) + " " * gap


def _body_indent(entry: Entry, gutter: Gutter, screen: Screen) -> int:
    """Under the label, but never so far to the right that there is no room to read."""
    columns = ((gutter.number, 2), (gutter.when, 2), (gutter.mark, 1))
    before = sum(width + gap for width, gap in columns if width)
    return min(before + 2 * min(entry.depth, DEEPEST), screen.width // 3)


def _mark(entry: Entry) -> str:
    return entry.mark or MARKS.get(entry.tone, "")
