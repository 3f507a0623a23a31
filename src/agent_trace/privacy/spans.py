"""Places of secrets in a run of bytes, and how overlapping ones become one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from agent_trace.privacy.rules import Level


class Span(NamedTuple):
    """Bytes that are to be masked."""

    start: int
    end: int
    kind: str
    level: Level
    rank: int = 1
    """Of overlapping spans the lowest rank gives its kind: 0 the user's rules and blocks, 1 known shapes, 2 the rest."""
    replacement: bytes = b""
    """What the user's rule puts in its place; empty: the marker of the kind."""
    number: int = 0
    """1: it is a number in JSON, and what stands in its place is JSON too; 2: the same in JSON within a string."""


def united(spans: Iterable[Span]) -> list[Span]:
    """Sorted spans, none of which overlap: where several do, one covers all their bytes."""
    out: list[Span] = []
    for span in sorted(spans):
        if span.start >= span.end:
            continue
        if not out or span.start >= out[-1].end:
            out.append(span)
            continue
        last = out[-1]
        leading = min(last, span, key=lambda one: (one.rank, one.start))
        out[-1] = leading._replace(start=last.start, end=max(last.end, span.end))
    return out
