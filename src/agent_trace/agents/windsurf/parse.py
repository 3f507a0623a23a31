"""Windsurf has no log that can be read: whatever is given here is kept as not understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent_trace.agents._gathering import unread
from agent_trace.agents._narrating import Narrator, ParseState
from agent_trace.agents.windsurf import AGENT
from agent_trace.model.events import Event

__all__ = ["ParseState", "parse"]

REASON = "Windsurf's conversations are encrypted"


def parse(
    path: str,
    rows: Iterable[tuple[int, bytes]],
    state: ParseState | None = None,
    *,
    clip: int | None = 2048,
    inherited: frozenset[int] = frozenset(),
    source: int = 0,
) -> Iterator[Event]:
    """One event a line, with the reason."""
    state = ParseState() if state is None else state
    session = path.replace("\\", "/").rpartition("/")[2].partition(".")[0]
    narrator = Narrator(session, state, AGENT.kind, clip=clip, inherited=inherited, source=source)
    for offset, line in rows:
        unread(narrator, offset, len(line), line.decode("utf-8", "replace"), REASON)
        yield from narrator.told()
