"""The shapes of known secrets, a family a module, and how they are found: one scan for how they begin, then the shape."""

from __future__ import annotations

from functools import cache

from agent_trace.privacy.linear import Linear, over_bytes
from agent_trace.privacy.secrets import chat, cloud, forges, kept, models, money, operations, packages, tools
from agent_trace.privacy.secrets.shapes import Shape
from agent_trace.privacy.spans import Span

OWN: tuple[Shape, ...] = (
    *models.SHAPES, *cloud.SHAPES, *forges.SHAPES, *chat.SHAPES, *money.SHAPES, *packages.SHAPES, *operations.SHAPES,
    *tools.SHAPES,
)  # fmt: skip
"""Ours."""
SHAPES: tuple[Shape, ...] = (*OWN, *kept.SHAPES)


def leads() -> bytes:
    """A pattern of how any shape begins, for google-re2."""
    return b"|".join(dict.fromkeys(shape.lead for shape in SHAPES))


@cache
def by_beginning() -> dict[bytes, tuple[Shape, ...]]:
    """The shapes by the first two bytes of their literals, or the one they have."""
    found: dict[bytes, list[Shape]] = {}
    for shape in SHAPES:
        found.setdefault(shape.prefix[:2], []).append(shape)
    return {start: tuple(shapes) for start, shapes in found.items()}


@cache
def scanner() -> Linear:
    """Finds how a shape begins."""
    return over_bytes(leads())


def find(text: bytes) -> list[Span]:
    """Every known shape in a text."""
    scan, table, found, position = scanner(), by_beginning(), [], 0
    while hit := scan.search(text, position):
        at = hit.start()
        span = _shaped(text, at, (*table.get(text[at : at + 2], ()), *table.get(text[at : at + 1], ())))
        if span:
            found.append(span)
        position = max(span.end, at + 1) if span else at + 1
    return found


def _shaped(text: bytes, at: int, shapes: tuple[Shape, ...]) -> Span | None:
    for shape in shapes:
        ends = shape.span(text, at)
        if ends:
            return Span(*ends, shape.kind, shape.level, 1)
    return None
