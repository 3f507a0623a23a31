"""The shapes a report is drawn in. They hold finished strings and know nothing of sessions, tokens or money.

A report's `layout()` yields blocks; `render.text`, `render.html`, `render.markdown` and `render.delimited` draw them.
Strings may hold anything a transcript held (control characters, markup): each renderer makes them safe for its medium.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

Align = Literal["left", "right"]
Tone = Literal["plain", "dim", "strong", "good", "warning", "bad", "accent"]
"""How a string is meant, never how it looks: each renderer chooses, and none tells anything by colour alone."""


class Block(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=str.lower):
    """The root of all shapes."""


class Heading(Block, frozen=True, kw_only=True):
    text: str
    level: int = 1


class Prose(Block, frozen=True, kw_only=True):
    text: str
    tone: Tone = "plain"
    link: str = ""
    """The whole of it leads there: a web address, or the name of a file beside the page."""
    image: str = ""
    """A picture that the text stands for, as an address that carries it: `data:image/png;base64,…`. Terminals show the text."""
    is_marked: bool = False
    """What stands between backticks on a line of it is code; all else is text as it was written."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    label: str
    value: str
    note: str = ""
    """A short remark behind the value, drawn quieter."""
    is_marked: bool = False
    """As of Prose, for the value."""


class Fields(Block, frozen=True, kw_only=True):
    """Labels with values, one under the other."""

    items: tuple[Field, ...]


class Column(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    align: Align = "left"
    weight: int = 0
    """Who gives way on a narrow screen: columns of the highest weight are dropped first; 0 is never dropped."""
    stretch: bool = False
    """Long text: takes what room is left and is cut with an ellipsis instead of being dropped."""
    key: str = ""
    """The column's name in CSV; empty: made from the title."""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    tone: Tone = "plain"
    value: str | None = None
    """The exact value for CSV where `text` is shortened for people; None: the text."""
    link: str | None = None


class Table(Block, frozen=True, kw_only=True):
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    footer: tuple[tuple[Cell, ...], ...] = ()
    """Rows under a rule: sums. CSV leaves them out."""
    title: str = ""
    empty: str = "nothing to show"
    """What is said in place of a table without rows."""


class Node(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    detail: str = ""
    tone: Tone = "plain"
    children: tuple[Node, ...] = ()


class Outline(Block, frozen=True, kw_only=True):
    """A tree of lines."""

    nodes: tuple[Node, ...]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a timeline, with an indented body under it."""

    when: str
    mark: str
    label: str
    text: str = ""
    """What follows the label on the same line; cut to the width."""
    body: str = ""
    """Lines under it; wrapped, never cut."""
    number: str = ""
    tone: Tone = "plain"
    depth: int = 0


class Timeline(Block, frozen=True, kw_only=True):
    entries: tuple[Entry, ...]


class Point(msgspec.Struct, frozen=True, kw_only=True):
    label: str
    value: Decimal | int | None
    text: str
    """The value as people read it."""


class Chart(Block, frozen=True, kw_only=True):
    """Horizontal bars."""

    title: str
    points: tuple[Point, ...]


class DiffLine(msgspec.Struct, frozen=True, kw_only=True):
    mark: Literal["+", "-", " ", "@"]
    text: str


class Diff(Block, frozen=True, kw_only=True):
    path: str
    lines: tuple[DiffLine, ...]


class Code(Block, frozen=True, kw_only=True):
    text: str
    language: str = ""


class Note(Block, frozen=True, kw_only=True):
    text: str
    tone: Tone = "warning"
    hint: str = ""
    """What to do about it."""


AnyBlock = Heading | Prose | Fields | Table | Outline | Timeline | Chart | Diff | Code | Note


def cell(text: str, tone: Tone = "plain", *, value: str | None = None) -> Cell:
    """A cell from a string: the short form that layouts use."""
    return Cell(text=text, tone=tone, value=value)


def field(label: str, value: str, note: str = "") -> Field:
    """A labelled value: the short form that layouts use."""
    return Field(label=label, value=value, note=note)
