"""Walking an outline without recursion: the trees come from transcripts, and those may nest as deep as they like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from agent_trace.render.blocks import Node, Outline

NEAREST = 64
"""Levels that a place remembers: more than any screen shows."""


class Place(NamedTuple):
    """A node and where it hangs."""

    node: Node
    depth: int
    """0 for a root."""
    last: tuple[bool, ...]
    """Of the nearest levels, the own one included: is it the last of its siblings? Empty for a root."""


def places(outline: Outline) -> Iterator[Place]:
    """Every node, parents before children."""
    waiting = [Place(node, 0, ()) for node in reversed(outline.nodes)]
    while waiting:
        place = waiting.pop()
        yield place
        children = place.node.children
        for index in range(len(children) - 1, -1, -1):
            last = (*place.last, index == len(children) - 1)
            waiting.append(Place(children[index], place.depth + 1, last[-NEAREST:]))
