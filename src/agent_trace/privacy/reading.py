"""Secrets of a whole text: a record is looked at literal by literal, JSON within a literal too, all else as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from agent_trace.privacy import records
from agent_trace.privacy.escapes import offsets, unescaped
from agent_trace.privacy.named import number_kind
from agent_trace.privacy.spans import Span, united

DEPTH = 8
"""How many times JSON may lie in strings of JSON; what lies deeper is read as text."""

Find = Callable[[bytes, str], list[Span]]
"""What is to be masked in a plain text that stands under a name: sorted, without overlaps."""


class Found(NamedTuple):
    """A span, and the path in the record that led to it."""

    span: Span
    where: records.Path | None


def read(text: bytes, name: str, find: Find, depth: int = DEPTH, above: records.Path | None = None) -> Iterator[Found]:
    """All that is to be masked in a text, in its order and in its own places."""
    if not depth or not records.is_record(text):
        yield from (Found(span, above) for span in find(text, name))
        return
    for literal in records.literals(text, above):
        raw = text[literal.start : literal.end]
        if literal.is_number:
            yield from _number(raw, literal, _called(literal, name))
        elif len(raw) > 2:
            yield from _inside(raw, literal, _called(literal, name), find, depth)


def _number(raw: bytes, literal: records.Literal, name: str) -> Iterator[Found]:
    kind = number_kind(raw, name)
    if kind:
        yield Found(Span(literal.start, literal.end, kind, "HIGH", 2, number=1), literal.where)


def _called(literal: records.Literal, name: str) -> str:
    if literal.is_key:
        return ""
    return unescaped(literal.name).decode("utf-8", "replace") or name


def _inside(raw: bytes, literal: records.Literal, name: str, find: Find, depth: int) -> Iterator[Found]:
    decoded = unescaped(raw)
    inner = list(read(decoded, name, find, depth - 1, literal.where))
    if not inner:
        return
    places = offsets(raw) if raw != decoded else None
    for span, where in inner:
        start, end = (places.raw_start(span.start), places.raw_end(span.end)) if places else (span.start, span.end)
        moved = span._replace(start=literal.start + start, end=literal.start + end, number=2 if span.number else 0)
        yield Found(moved, where)


def spans(text: bytes, name: str, find: Find) -> list[Span]:
    """The same without the paths."""
    return united(found.span for found in read(text, name, find))
