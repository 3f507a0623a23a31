"""How agents are shown: the title, the colour and the mark that the dashboard gives each, for files that leave it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from agent_trace.app.agents import agents_seen
from agent_trace.reports._shared import Face

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace
    from agent_trace.reports._agents import AgentSeen

COLOURS = 8


def faces(workspace: Workspace, names: Collection[str]) -> tuple[Face, ...]:
    """Of these agents; what the others are called and whether they are here is not told."""
    return tuple(one for one in _all(agents_seen(workspace)) if one.name in names)


def _all(seen: Collection[AgentSeen]) -> Iterator[Face]:
    """Those that are here first, so that they differ: as `named` of the dashboard does it."""
    taken: set[str] = set()
    for place, one in enumerate(sorted(seen, key=lambda one: (one.sessions == 0, one.name))):
        mark = next((mark for mark in _marks(one.title) if mark not in taken), one.title[:1])
        taken.add(mark)
        yield Face(name=one.name, title=one.title, colour=place % COLOURS + 1, mark=mark)


def _marks(title: str) -> Iterator[str]:
    """The first letter, and it with each of the next."""
    yield title[:1]
    yield from (title[0] + letter for letter in title[1:] if letter.isascii() and (letter.isalnum() or letter == "_"))
