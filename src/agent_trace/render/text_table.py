"""A table on a terminal: columns as wide as they need, narrowed and dropped until they fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agent_trace.render.blocks import Cell, Column, Table
from agent_trace.render.measure import display_width, pad, wrap
from agent_trace.render.screen import Screen, Span
from agent_trace.render.tones import told

GAP = 2
COMFORT = 24
"""A stretch column keeps this many cells while there are columns to drop."""
LEAST = 8
"""What a stretch column keeps in any case."""

Row = tuple[Span, ...]


class Fit(NamedTuple):
    """Which columns are drawn, how wide, and which are not."""

    kept: tuple[int, ...]
    widths: tuple[int, ...]
    """As many as `kept`."""
    dropped: tuple[int, ...]


def table_lines(table: Table, screen: Screen) -> Iterator[str]:
    """The lines of a table: title, header, rule, rows, rule, footer, and what did not fit."""
    if table.title:
        yield from (screen.line(Span(piece, "strong")) for piece in wrap(screen.flat(table.title), screen.width))
    if not table.rows:
        yield from (screen.line(Span(piece, "dim")) for piece in wrap(screen.flat(table.empty), screen.width))
        return
    head = tuple(Span(screen.flat(column.title), "dim") for column in table.columns)
    rows = [_row(cells, len(head), screen) for cells in table.rows]
    foot = [_summed(_row(cells, len(head), screen)) for cells in table.footer]
    fit = fitted(table.columns, _natural([head, *rows, *foot]), screen.width)
    rule = screen.line(Span(screen.glyphs.rule * (sum(fit.widths) + GAP * (len(fit.widths) - 1)), "dim"))
    yield _drawn(head, table.columns, fit, screen)
    yield rule
    yield from (_drawn(row, table.columns, fit, screen) for row in rows)
    if foot:
        yield rule
        yield from (_drawn(row, table.columns, fit, screen) for row in foot)
    yield from _left_out(head, fit, screen)


def fitted(columns: Sequence[Column], natural: Sequence[int], width: int) -> Fit:
    """Make columns of `natural` widths fit: stretch columns shrink, then others go by weight, then the line is cut."""
    kept = list(range(len(columns)))
    for least, stretch_may_go in ((COMFORT, False), (LEAST, True)):
        floors = [min(size, least) if column.stretch else size for column, size in zip(columns, natural, strict=True)]
        kept = _shed(kept, columns, floors, width, stretch_may_go)
    widths = _cut_off(_shared(kept, columns, natural, width), width)
    kept = kept[: len(widths)]
    return Fit(tuple(kept), tuple(widths), tuple(i for i in range(len(columns)) if i not in kept))


def _shed(
    kept: list[int], columns: Sequence[Column], floors: Sequence[int], width: int, stretch_may_go: bool
) -> list[int]:
    """The columns that stay, when those of the highest weight go until the rest fits in its narrowest form."""
    kept = list(kept)
    going = [i for i in kept if columns[i].weight > 0 and (stretch_may_go or not columns[i].stretch)]
    going.sort(key=lambda i: (columns[i].weight, i))
    while going and _total([floors[i] for i in kept]) > width:
        kept.remove(going.pop())
    return kept


def _shared(kept: Sequence[int], columns: Sequence[Column], natural: Sequence[int], width: int) -> list[int]:
    """The widths of the kept columns: stretch columns share what the others leave, the short ones served first."""
    widths = {i: natural[i] for i in kept}
    stretch = sorted((i for i in kept if columns[i].stretch), key=lambda i: natural[i])
    room = width - _total(list(widths.values())) + sum(natural[i] for i in stretch)
    for place, i in enumerate(stretch):
        share = max(room // (len(stretch) - place), LEAST)
        widths[i] = min(natural[i], share)
        room -= widths[i]
    return [widths[i] for i in kept]


def _cut_off(widths: Sequence[int], width: int) -> list[int]:
    """The last resort: what lies behind the edge of the screen is cut."""
    shown: list[int] = []
    room = width
    for size in widths:
        if room < 1:
            break
        shown.append(min(size, room))
        room -= size + GAP
    return shown


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _natural(rows: Sequence[Row]) -> list[int]:
    return [max(display_width(span.text) for span in column) for column in zip(*rows, strict=True)]


def _row(cells: Sequence[Cell], size: int, screen: Screen) -> Row:
    """As many spans as the table has columns, whatever the row holds."""
    spans = tuple(Span(screen.flat(told(one.text, one.tone)), one.tone) for one in cells[:size])
    return spans + (Span(""),) * (size - len(spans))


def _summed(row: Row) -> Row:
    return tuple(Span(span.text, "strong") if span.tone == "plain" else span for span in row)


def _drawn(row: Row, columns: Sequence[Column], fit: Fit, screen: Screen) -> str:
    spans: list[Span] = []
    for index, width in zip(fit.kept, fit.widths, strict=True):
        text = pad(screen.cut(row[index].text, width), width, right=columns[index].align == "right")
        spans += (Span(text, row[index].tone), Span(" " * GAP))
    return screen.line(*spans[:-1])


def _left_out(head: Row, fit: Fit, screen: Screen) -> Iterator[str]:
    if not fit.dropped:
        return
    names = ", ".join(head[index].text for index in fit.dropped)
    for piece in wrap(f"not shown at this width: {names}", screen.width):
        yield screen.line(Span(piece, "dim"))
