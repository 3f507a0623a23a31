"""Blocks as one page of HTML that needs nothing else: no script, no network, no file beside it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from hashlib import sha256
from html import escape

from agent_trace.render.bars import proportions
from agent_trace.render.blocks import (
    AnyBlock,
    Cell,
    Chart,
    Code,
    Column,
    Diff,
    DiffLine,
    Entry,
    Fields,
    Heading,
    Node,
    Note,
    Outline,
    Prose,
    Table,
    Timeline,
)
from agent_trace.render.characters import code_marks, harmless, one_line
from agent_trace.render.diffs import written
from agent_trace.render.links import picture, target
from agent_trace.render.outline import places
from agent_trace.render.stylesheet import STYLE
from agent_trace.render.tones import MARKS, note_word, told

LONG_LINES = 12
LONG_TEXT = 1200
"""A timeline's body beyond either opens on a click."""
DEEPEST = 4
"""Levels of a timeline that are indented."""

Figure = Fields | Table | Outline | Timeline | Chart | Diff

MANY = 12
"""A table of more columns is set smaller."""
SHORT = 24
"""Characters of a cell that are never broken over two lines."""

DIFF_ELEMENTS = {"+": "ins", "-": "del", "@": "span"}


def render_html(blocks: Iterable[AnyBlock], *, title: str, footer: str = "") -> str:
    """A whole page in UTF-8. Its policy forbids scripts, frames and every request, and images but those within it.

    The title is the page's only first heading; a Heading that repeats it at the start is left out, and the levels of
    the others follow without gaps.
    """
    blocks = tuple(blocks)
    body = "\n".join(_body(blocks, one_line(title)))
    allowed = "; img-src data:" if any(isinstance(one, Prose) and one.image for one in blocks) else ""
    foot = f"<footer><p>{_safe(footer)}</p></footer>\n" if footer else ""
    return f"{_head(title, allowed)}<body>\n<main>\n{body}\n</main>\n{foot}</body>\n</html>\n"


def _head(title: str, allowed: str = "", more: str = "") -> str:
    policy = f"default-src 'none'; style-src '{digest(STYLE)}'{allowed}; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_flat(title)}</title>\n<style>{STYLE}</style>\n{more}</head>\n"
    )


def digest(text: str) -> str:
    """By which a page's policy knows a script or a style that it holds."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _body(blocks: Iterable[AnyBlock], title: str) -> Iterator[str]:
    yield f"<h1>{escape(title)}</h1>"
    above: list[int] = []
    for number, block in enumerate(blocks):
        if not isinstance(block, Heading):
            yield "\n".join(_drawn(block))
        elif number or one_line(block.text) != title:
            above = [*(level for level in above if level < block.level), block.level]
            rank = min(len(above) + 1, 6)
            yield f"<h{rank}>{_flat(block.text)}</h{rank}>"


def _drawn(block: Figure | Prose | Code | Note) -> Iterator[str]:
    match block:
        case Fields():
            yield from _fields(block)
        case Table():
            yield from _table(block)
        case Outline():
            yield from _outline(block)
        case Timeline():
            yield from _timeline(block)
        case Chart():
            yield from _chart(block)
        case Diff():
            yield from _diff(block)
        case Prose() | Code() | Note():
            yield from _words(block)


def _words(block: Prose | Code | Note) -> Iterator[str]:
    match block:
        case Prose():
            said = told(block.text, block.tone)
            text = _marked(said) if block.is_marked else _safe(said)
            if shown := picture(block.image):
                text = f'<img src="{shown}" alt="{text}">'
            if address := target(block.link):
                text = f'<a href="{escape(address)}" rel="noopener noreferrer">{text}</a>'
            yield f'<p class="{block.tone}">{text}</p>'
        case Code():
            yield f'<div class="code">{_pre(block.text)}</div>'
        case Note():
            yield from _note(block)


def _marked(text: str) -> str:
    parts = code_marks(text)
    return "".join(f"<code>{_safe(part)}</code>" if is_code else _safe(part) for part, is_code in parts)


def _fields(fields: Fields) -> Iterator[str]:
    yield "<dl>"
    for item in fields.items:
        note = f" <small>{_safe(item.note)}</small>" if item.note else ""
        value = _marked(item.value) if item.is_marked else _safe(item.value)
        yield f"<div><dt>{_safe(item.label)}</dt><dd>{value}{note}</dd></div>"
    yield "</dl>"


def _table(table: Table) -> Iterator[str]:
    if not table.rows:
        if table.title:
            yield f'<p class="strong">{_safe(table.title)}</p>'
        yield f'<p class="dim">{_safe(table.empty)}</p>'
        return
    yield _scroll(table.title)
    yield _opening(table.columns)
    if table.title:
        yield f"<caption>{_safe(table.title)}</caption>"
    titles = (f'<th scope="col"{_side(column)}>{_safe(column.title)}</th>' for column in table.columns)
    yield f"<thead><tr>{''.join(titles)}</tr></thead>"
    yield "<tbody>"
    yield from (_row(cells, table.columns) for cells in table.rows)
    yield "</tbody>"
    if table.footer:
        yield "<tfoot>"
        yield from (_row(cells, table.columns) for cells in table.footer)
        yield "</tfoot>"
    yield "</table></div>"


def _opening(columns: tuple[Column, ...]) -> str:
    """A list of long names stands below each other on a narrow screen, each with its figures under it."""
    if len(columns) > MANY:
        return '<table class="wide">'
    return '<table class="list">' if _is_list(columns) else "<table>"


def _is_list(columns: tuple[Column, ...]) -> bool:
    return bool(columns) and columns[0].stretch


def _scroll(title: str) -> str:
    """A wide table scrolls in its own frame, by keyboard too."""
    return f'<div class="scroll" role="group" tabindex="0" aria-label="{_flat(title) or "Table"}">'


def _side(column: Column) -> str:
    return ' class="right"' if column.align == "right" else ""


def _row(cells: tuple[Cell, ...], columns: tuple[Column, ...]) -> str:
    filled = cells[: len(columns)] + (Cell(text=""),) * (len(columns) - len(cells))
    named = _is_list(columns)
    drawn = (
        _cell(one, column, first=not index, named=named)
        for index, (one, column) in enumerate(zip(filled, columns, strict=True))
    )
    return f"<tr>{''.join(drawn)}</tr>"


def _cell(one: Cell, column: Column, *, first: bool, named: bool) -> str:
    wraps = column.stretch or len(one.text) > SHORT
    classes = (("right", column.align == "right"), ("short", not wraps), (one.tone, one.tone != "plain"))
    names = [name for name, used in classes if used]
    kind = f' class="{" ".join(names)}"' if names else ""
    text = _safe(told(one.text, one.tone))
    if address := target(one.link):
        text = f'<a href="{escape(address)}" rel="noopener noreferrer">{text}</a>'
    name = f' data-name="{_flat(column.title)}"' if named and column.title else ""
    return f'<th scope="row"{kind}>{text}</th>' if first else f"<td{kind}{name}>{text}</td>"


def _outline(outline: Outline) -> Iterator[str]:
    open_levels = 0
    for place in places(outline):
        if place.depth == open_levels:
            yield '<ul class="outline">' if not place.depth else "<ul>"
            open_levels += 1
        else:
            yield "</li>" + "</ul></li>" * (open_levels - place.depth - 1)
            open_levels = place.depth + 1
        yield f"<li>{_node(place.node)}"
    if open_levels:
        yield "</li></ul>" * open_levels


def _node(node: Node) -> str:
    detail = f' <span class="dim">{_safe(node.detail)}</span>' if node.detail else ""
    return f'<span class="{node.tone}">{_safe(told(node.text, node.tone))}</span>{detail}'


def _timeline(timeline: Timeline) -> Iterator[str]:
    """A column that one entry fills keeps its place in all of them."""
    kept = {name for entry in timeline.entries for name, text in _parts(entry) if text}
    yield '<ol class="timeline">'
    yield from (_entry(entry, kept) for entry in timeline.entries)
    yield "</ol>"


def _parts(entry: Entry) -> tuple[tuple[str, str], ...]:
    return (
        ("number", entry.number),
        ("when", entry.when),
        ("mark", entry.mark or MARKS.get(entry.tone, "")),
        ("label", entry.label),
        ("text", entry.text),
    )


def _entry(entry: Entry, kept: AbstractSet[str]) -> str:
    tones = {name: f"{name} {entry.tone}" for name in ("mark", "label")}
    parts = [(tones.get(name, name), text) for name, text in _parts(entry) if text or name in kept - {"text"}]
    line = " ".join(f'<span class="{name}">{_safe(text)}</span>' for name, text in parts)
    depth = f' class="depth{min(entry.depth, DEEPEST)}"' if entry.depth > 0 else ""
    return f'<li{depth}><p class="line">{line}</p>{_entry_body(entry.body)}</li>'


def _entry_body(body: str) -> str:
    if not body:
        return ""
    lines = body.count("\n") + 1
    if lines <= LONG_LINES and len(body) <= LONG_TEXT:
        return f'<div class="body">{_pre(body)}</div>'
    size = f"{lines:,} lines" if lines > 1 else f"{len(body):,} characters"
    return f'<details class="body"><summary>{size}</summary>{_pre(body)}</details>'


def _chart(chart: Chart) -> Iterator[str]:
    yield '<div class="chart"><table>'
    if chart.title:
        yield f"<caption>{_safe(chart.title)}</caption>"
    yield "<tbody>"
    for point, part in zip(chart.points, proportions(chart), strict=True):
        label = f'<th scope="row">{_safe(point.label)}</th>'
        yield f'<tr>{label}<td class="right">{_safe(point.text)}</td><td>{_bar(part)}</td></tr>'
    yield "</tbody></table></div>"


def _bar(part: float | None) -> str:
    """A drawing, as the policy forbids style attributes; the figure beside it says the same."""
    if not part:
        return ""
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{max(100 * part, 0.3):.2f}" height="10"/></svg>'
    )


def _diff(diff: Diff) -> Iterator[str]:
    lines = "\n".join(map(_diff_line, diff.lines))
    yield f'<figure class="diff"><figcaption>{_safe(diff.path)}</figcaption>'
    yield f"<pre>{lines}</pre></figure>"


def _diff_line(line: DiffLine) -> str:
    text = _safe(written(line))
    element = DIFF_ELEMENTS.get(line.mark)
    if not element:
        return text
    return f'<{element} class="dim">{text}</{element}>' if element == "span" else f"<{element}>{text}</{element}>"


def _note(note: Note) -> Iterator[str]:
    yield f'<div class="note {note.tone}" role="note">'
    yield f'<p><span class="word">{note_word(note.tone)}:</span> {_safe(note.text)}</p>'
    if note.hint:
        yield f'<p class="hint">hint: {_safe(note.hint)}</p>'
    yield "</div>"


def _pre(text: str) -> str:
    """Text as it stands. A parser swallows a newline that comes first, so it gets one more."""
    safe = _safe(text)
    return f"<pre>\n{safe}</pre>" if safe.startswith("\n") else f"<pre>{safe}</pre>"


def _safe(text: str) -> str:
    return escape(harmless(text))


def _flat(text: str) -> str:
    return escape(one_line(text))
