"""Strings as a hostile transcript holds them, and blocks made of them, for Hypothesis."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from hypothesis import strategies as st

from agent_trace.render.blocks import (
    AnyBlock,
    Cell,
    Chart,
    Code,
    Column,
    Diff,
    DiffLine,
    Entry,
    Field,
    Fields,
    Heading,
    Node,
    Note,
    Outline,
    Point,
    Prose,
    Table,
    Timeline,
    Tone,
)

PIECES = (
    "plain words",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b[2J",
    "\x9b31m",
    "\r",
    "\r\n",
    "\n",
    "\t",
    "\x00",
    "\x7f",
    "\x85",
    "\u2028",
    "\u202e",
    "\u2066",
    "\u200f",
    "\ud83d",
    "\udcff",
    "\U000e0041",
    "👩‍💻",
    "❤️",
    "日本語",
    "e\u0301",
    "\u00ad",
    "<script>alert(1)</script>",
    "</pre></style>",
    "![x](https://example.com/x.png)",
    "[x](javascript:x)",
    "https://example.com",
    "www.example.com",
    "@someone",
    "#12",
    "a|b",
    "\\|",
    "`code`",
    "```",
    "~~~",
    "**bold**",
    "_x_",
    "snake_case_name",
    "&copy;",
    "# heading",
    "- item",
    "1. item",
    "$x$",
    "=1+1",
    "+1",
    "-cmd",
    "@SUM(A1)",
    '"quoted"',
    "a,b",
)

texts = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.lists(st.sampled_from(PIECES), max_size=5).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join),
)
"""Any string at all, lone surrogates included."""

TONES: tuple[Tone, ...] = ("plain", "dim", "strong", "good", "warning", "bad", "accent")
tones = st.sampled_from(TONES)
links = st.one_of(st.none(), texts, texts.map(lambda text: "https://example.com/" + text))
cells = st.builds(Cell, text=texts, tone=tones, value=st.one_of(st.none(), texts), link=links)
columns = st.builds(
    Column,
    title=texts,
    align=st.sampled_from(("left", "right")),
    weight=st.integers(0, 3),
    stretch=st.booleans(),
    key=st.sampled_from(("", "key")),
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Tables whose rows are as long as the columns, shorter or longer."""
    rows = st.lists(st.lists(cells, max_size=5).map(tuple), max_size=4).map(tuple)
    return Table(
        columns=tuple(draw(st.lists(columns, min_size=1, max_size=5))),
        rows=draw(rows),
        footer=draw(rows),
        title=draw(texts),
        empty=draw(texts),
    )


leaves = st.builds(Node, text=texts, detail=texts, tone=tones)
nodes = st.recursive(
    leaves,
    lambda inner: st.builds(
        Node, text=texts, detail=texts, tone=tones, children=st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=8,
)
entries = st.builds(
    Entry,
    when=texts,
    mark=texts,
    label=texts,
    text=texts,
    body=texts,
    number=texts,
    tone=tones,
    depth=st.integers(-1, 30),
)
amounts = st.one_of(st.none(), st.integers(), st.decimals(), st.just(Decimal("1e999999")))
points = st.builds(Point, label=texts, value=amounts, text=texts)
diff_lines = st.builds(DiffLine, mark=st.sampled_from(("+", "-", " ", "@")), text=texts)

any_block: st.SearchStrategy[AnyBlock] = st.one_of(
    st.builds(Heading, text=texts, level=st.integers(-1, 9)),
    st.builds(Prose, text=texts, tone=tones),
    st.builds(Fields, items=st.lists(st.builds(Field, label=texts, value=texts, note=texts), max_size=3).map(tuple)),
    tables(),
    st.builds(Outline, nodes=st.lists(nodes, max_size=3).map(tuple)),
    st.builds(Timeline, entries=st.lists(entries, max_size=3).map(tuple)),
    st.builds(Chart, title=texts, points=st.lists(points, max_size=3).map(tuple)),
    st.builds(Diff, path=texts, lines=st.lists(diff_lines, max_size=3).map(tuple)),
    st.builds(Code, text=texts, language=texts),
    st.builds(Note, text=texts, tone=tones, hint=texts),
)
reports = st.lists(any_block, max_size=4).map(tuple)

TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def dangerous(text: str, allowed: str = "") -> set[str]:
    """The characters of a text that could steer a terminal or turn what is read, but for those allowed."""
    return {
        char
        for char in text
        if char not in allowed and (unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in TURNING)
    }
