"""Blocks as GitHub-flavoured Markdown.

Text from a transcript shows as it was written: it makes no link, no image, no HTML, no table cell of its own, and calls
nobody by an `@name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from agent_trace.render.bars import proportions
from agent_trace.render.blocks import (
    AnyBlock,
    Cell,
    Chart,
    Code,
    Column,
    Diff,
    Entry,
    Fields,
    Heading,
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
from agent_trace.render.tones import MARKS, note_word, told

ESCAPED = re.compile(
    r"[\\`*\[\]|~]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # inside a word an underscore is one
    r"|\$(?![0-9])"  # two of them make a formula, amounts of money do not
    r"|(?<=[A-Za-z]):(?=//)|(?<=www)\."  # addresses that would turn into links by themselves
)
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
CALLING = re.compile(r"@(?=\w)|#(?=\d)")
"""What notifies a person or an issue; an invisible word joiner behind it prevents that, a backslash does not."""
OPENING = re.compile(r"[#+=:-]|(?P<number>\d+)(?P<end>[.)])")
"""What would make a line a heading, a list, a rule or a table."""
UNSAFE_IN_ADDRESS = re.compile(r"[\\()<>\[\]|`\"'*_~$&]")
BAR = 20
"""Characters of a chart's longest bar."""


def render_markdown(blocks: Iterable[AnyBlock]) -> str:
    """The document; blocks are apart by one empty line."""
    return "\n\n".join("\n".join(_drawn(block)) for block in blocks) + "\n"


def _drawn(block: AnyBlock) -> Iterator[str]:
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
            yield f"**{_inline(block.path)}**"
            yield ""
            yield from _fenced("\n".join(map(written, block.lines)), "diff")
        case Heading() | Prose() | Code() | Note():
            yield from _words(block)


def _words(block: Heading | Prose | Code | Note) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * min(max(block.level, 1), 6)} {_inline(block.text)}"
        case Prose():
            yield from _paragraphs(block)
        case Code():
            yield from _fenced(block.text, block.language)
        case Note():
            yield from _note(block)


def _paragraphs(prose: Prose) -> Iterator[str]:
    if shown := picture(prose.image):
        yield f"![{_inline(told(prose.text, prose.tone))}]({shown})"
        return
    if address := target(prose.link):
        yield f"[{_inline(told(prose.text, prose.tone))}]({UNSAFE_IN_ADDRESS.sub(_percent, address)})"
        return
    lines = [line.strip() for line in harmless(told(prose.text, prose.tone)).split("\n")]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        text = _marked(line) if prose.is_marked else _start(line)
        if prose.tone == "strong" and text:
            text = f"**{text}**"
        yield text + "\\" if text and following else text


def _fields(fields: Fields) -> Iterator[str]:
    for item in fields.items:
        note = f" ({_inline(item.note)})" if item.note else ""
        value = _marked(item.value) if item.is_marked else _inline(item.value)
        yield f"- **{_inline(item.label)}:** {value}{note}"


def _table(table: Table) -> Iterator[str]:
    if table.title:
        yield f"**{_inline(table.title)}**"
        yield ""
    if not table.rows:
        yield _start(table.empty)
        return
    yield _joined(_inline(column.title) for column in table.columns)
    yield _joined("---:" if column.align == "right" else "---" for column in table.columns)
    yield from (_joined(_cells(row, table.columns)) for row in table.rows)
    yield from (_joined(map(_bold, _cells(row, table.columns))) for row in table.footer)


def _cells(row: tuple[Cell, ...], columns: Sequence[Column]) -> list[str]:
    cells = [_cell(one) for one in row[: len(columns)]]
    return cells + [""] * (len(columns) - len(cells))


def _cell(one: Cell) -> str:
    text = _inline(told(one.text, one.tone))
    if address := target(one.link):
        text = f"[{text}]({UNSAFE_IN_ADDRESS.sub(_percent, address)})"
    return _bold(text) if one.tone == "strong" else text


def _joined(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _outline(outline: Outline) -> Iterator[str]:
    for place in places(outline):
        detail = f" ({_inline(place.node.detail)})" if place.node.detail else ""
        yield f"{'  ' * place.depth}- {_start(told(place.node.text, place.node.tone))}{detail}"


def _timeline(timeline: Timeline) -> Iterator[str]:
    """A list; an entry is at most one level below the one before it, or Markdown would take it for code."""
    depth = 0
    for number, entry in enumerate(timeline.entries):
        depth = min(max(entry.depth, 0), depth + 1) if number else 0
        indent = "  " * depth
        yield f"{indent}- {_entry(entry)}"
        if entry.body:
            yield ""
            yield from (f"{indent}  {line}".rstrip() for line in _fenced(entry.body, ""))
            yield ""


def _entry(entry: Entry) -> str:
    parts = [_inline(part) for part in (entry.number, entry.when, entry.mark or MARKS.get(entry.tone, "")) if part]
    if entry.label:
        parts.append(_bold(_inline(entry.label)))
    return _opened(" ".join([*parts, _inline(entry.text)]).strip())


def _chart(chart: Chart) -> Iterator[str]:
    if chart.title:
        yield f"**{_inline(chart.title)}**"
        yield ""
    yield "|  |  |  |"
    yield "| --- | ---: | --- |"
    for point, part in zip(chart.points, proportions(chart), strict=True):
        bar = "█" * max(round(part * BAR), 1) if part else ""
        yield _joined((_inline(point.label), _inline(point.text), bar))


def _note(note: Note) -> Iterator[str]:
    text = f"**{note_word(note.tone)}:** {_inline(note.text)}"
    yield f"> {text}\\" if note.hint else f"> {text}"
    if note.hint:
        yield f"> hint: {_inline(note.hint)}"


def _fenced(text: str, language: str) -> Iterator[str]:
    """The text as it stands, between fences longer than any it holds."""
    lines = harmless(text).rstrip("\n").split("\n")
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(longest + 1, 3)
    yield fence + re.sub(r"[^\w+#.-]", "", language)
    yield from lines
    yield fence


def _marked(line: str) -> str:
    """A line in which what stood between backticks is code: nothing in it is markup either."""
    parts = list(code_marks(line))
    told = "".join(f"`{one_line(part)}`" if is_code else _between(part) for part, is_code in parts)
    return told if parts and parts[0][1] else _opened(told)


def _between(text: str) -> str:
    """Text between code, with the blanks that part it from there."""
    bare = text.strip()
    before, after = (" " if text[:1].isspace() else ""), (" " if text[-1:].isspace() else "")
    return f"{before}{_inline(text)}{after}" if bare else " "


def _start(text: str) -> str:
    """Inline text at the beginning of a line."""
    return _opened(_inline(text))


def _opened(text: str) -> str:
    found = OPENING.match(text)
    if not found:
        return text
    if found["number"]:
        return f"{found['number']}\\{text[found.start('end') :]}"
    return f"\\{text}"


def _inline(text: str) -> str:
    """One line of text in which nothing is markup."""
    escaped = ESCAPED.sub(r"\\\g<0>", one_line(text))
    return CALLING.sub(r"\g<0>&#8288;", escaped.translate(ENTITIES))


def _bold(text: str) -> str:
    return f"**{text}**" if text else ""


def _percent(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}" if match[0] != "&" else "&amp;"
