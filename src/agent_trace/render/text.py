"""Blocks as lines of a terminal or a pipe.

Nothing here needs a library: the plain form is what most commands print, and it must cost nothing to start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent_trace.render.bars import proportions
from agent_trace.render.blocks import (
    AnyBlock,
    Chart,
    Code,
    Diff,
    Field,
    Fields,
    Heading,
    Note,
    Outline,
    Prose,
    Table,
    Timeline,
    Tone,
)
from agent_trace.render.diffs import written
from agent_trace.render.measure import display_width, pad, wrap
from agent_trace.render.outline import Place, places
from agent_trace.render.screen import Screen, Span
from agent_trace.render.text_table import table_lines
from agent_trace.render.text_timeline import timeline_lines
from agent_trace.render.tones import note_word, told

LONGEST_BAR = 40
NARROWEST = 20
"""A narrower screen is treated as this wide."""
READING = 96
"""Running text is not set wider than this, however wide the screen."""

DIFF_TONES: dict[str, Tone] = {"+": "good", "-": "bad", "@": "accent"}


def render_text(blocks: Iterable[AnyBlock], *, width: int, color: bool = False, unicode: bool = True) -> Iterator[str]:
    """The lines of a report, without their newlines, as soon as each block is there.

    No line is wider than `width` cells (at least 20). Without `color` there is no escape sequence in them, without
    `unicode` nothing but ASCII.
    """
    screen = Screen(width=max(width, NARROWEST), color=color, unicode=unicode)
    before: AnyBlock | None = None
    for block in blocks:
        if before is not None and not _joined(before, block):
            yield ""
        yield from _drawn(block, screen)
        before = block


def _joined(before: AnyBlock, block: AnyBlock) -> bool:
    """Notes stand together, a replay in pieces reads as one, and a small heading stands on what it heads."""
    if isinstance(before, Heading):
        return before.level > 1 and not isinstance(block, Heading)
    return isinstance(block, (Note, Timeline)) and type(before) is type(block)


def _drawn(block: AnyBlock, screen: Screen) -> Iterator[str]:
    match block:
        case Fields():
            return _fields(block, screen)
        case Table():
            return table_lines(block, screen)
        case Outline():
            return _outline(block, screen)
        case Timeline():
            return timeline_lines(block, screen)
        case Chart():
            return _chart(block, screen)
        case Diff():
            return _diff(block, screen)
        case Heading() | Prose() | Code() | Note():
            return _words(block, screen)


def _words(block: Heading | Prose | Code | Note, screen: Screen) -> Iterator[str]:
    match block:
        case Heading():
            return _heading(block, screen)
        case Prose():
            return _paragraphs(told(block.text, block.tone), block.tone, screen)
        case Code():
            return screen.indented(block.text, 4)
        case Note():
            return _note(block, screen)


def _heading(heading: Heading, screen: Screen) -> Iterator[str]:
    longest = 0
    for piece in wrap(screen.flat(heading.text), screen.width):
        longest = max(longest, display_width(piece))
        yield screen.line(Span(piece, "strong"))
    if heading.level == 1:
        yield screen.line(Span(screen.glyphs.double_rule * longest, "dim"))


def _paragraphs(text: str, tone: Tone, screen: Screen) -> Iterator[str]:
    for piece in screen.wrapped(text, min(screen.width, READING)):
        yield screen.line(Span(piece, tone))


def _fields(fields: Fields, screen: Screen) -> Iterator[str]:
    labels = [screen.cut(screen.flat(item.label), screen.width // 3) for item in fields.items]
    margin = max(map(display_width, labels), default=0) + 2
    for label, item in zip(labels, fields.items, strict=True):
        for number, spans in enumerate(_value(item, min(screen.width, READING) - margin, screen)):
            yield screen.line(Span(pad("" if number else label, margin), "dim"), *spans)


def _value(item: Field, width: int, screen: Screen) -> list[tuple[Span, ...]]:
    """The lines behind a label: the value, and its note on the same line where there is room."""
    lines: list[tuple[Span, ...]] = [(Span(piece),) for piece in screen.wrapped(item.value, width)]
    if not item.note:
        return lines
    note = f"({screen.flat(item.note)})"
    last = lines[-1][0]
    if display_width(last.text) + 2 + display_width(note) <= width:
        return [*lines[:-1], (last, Span("  " if last.text else ""), Span(note, "dim"))]
    return [*lines, *((Span(piece, "dim"),) for piece in wrap(note, width))]


def _outline(outline: Outline, screen: Screen) -> Iterator[str]:
    for place in places(outline):
        first, others = _branches(place, screen)
        node = place.node
        text = screen.flat(told(node.text, node.tone))
        detail = screen.flat(node.detail)
        room = screen.width - display_width(first)
        if display_width(text) + 2 + display_width(detail) <= room:
            yield screen.line(Span(first, "dim"), Span(text, node.tone), Span("  "), Span(detail, "dim"))
            continue
        pieces = [Span(piece, node.tone) for piece in wrap(text, room)]
        pieces += [Span(piece, "dim") for piece in wrap(detail, room) if detail]
        for number, piece in enumerate(pieces):
            yield screen.line(Span(others if number else first, "dim"), piece)


def _branches(place: Place, screen: Screen) -> tuple[str, str]:
    """What stands before a node's first line and before its others; only the nearest levels, where there are many."""
    if not place.last:
        return "", "  "
    glyphs = screen.glyphs
    near = place.last[-max(screen.width // 2 // 3, 1) :]
    trunks = "".join("   " if last else glyphs.trunk for last in near[:-1])
    if near[-1]:
        return trunks + glyphs.last_branch, trunks + "   "
    return trunks + glyphs.branch, trunks + glyphs.trunk


def _chart(chart: Chart, screen: Screen) -> Iterator[str]:
    if chart.title:
        yield from (screen.line(Span(piece, "strong")) for piece in wrap(screen.flat(chart.title), screen.width))
    labels = [screen.cut(screen.flat(point.label), screen.width // 3) for point in chart.points]
    texts = [screen.cut(screen.flat(point.text), screen.width // 3) for point in chart.points]
    label_width = max(map(display_width, labels), default=0)
    text_width = max(map(display_width, texts), default=0)
    room = min(screen.width - label_width - text_width - 4, LONGEST_BAR)
    for label, text, part in zip(labels, texts, proportions(chart), strict=True):
        yield screen.line(
            Span(pad(label, label_width) + "  "),
            Span(pad(text, text_width, right=True) + "  "),
            Span(_bar(part or 0.0, room, screen), "accent"),
        )


def _bar(part: float, room: int, screen: Screen) -> str:
    """A bar in eighths of a cell; what is above zero is never invisible."""
    ends = screen.glyphs.bar_ends
    steps = len(ends) + 1
    size = round(part * room * steps)
    if part > 0:
        size = max(size, 1)
    whole, rest = divmod(size, steps)
    return screen.glyphs.bar * whole + (ends[rest - 1] if rest else "")


def _diff(diff: Diff, screen: Screen) -> Iterator[str]:
    yield from (screen.line(Span(piece, "strong")) for piece in wrap(screen.flat(diff.path), screen.width))
    for line in diff.lines:
        tone = DIFF_TONES.get(line.mark, "plain")
        for number, piece in enumerate(screen.wrapped(written(line), screen.width - 2)):
            yield screen.line(Span("  " if number else ""), Span(piece, tone))


def _note(note: Note, screen: Screen) -> Iterator[str]:
    word = note_word(note.tone) + ":"
    yield from _beside(word, note.text, note.tone, screen)
    if note.hint:
        yield from _beside("hint:".rjust(len(word)), note.hint, "dim", screen)


def _beside(word: str, text: str, tone: Tone, screen: Screen) -> Iterator[str]:
    indent = len(word) + 1
    for number, piece in enumerate(screen.wrapped(text, min(screen.width, READING) - indent)):
        yield screen.line(Span(" " * indent if number else word + " ", tone), Span(piece))
