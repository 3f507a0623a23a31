"""Every line as one that could not be understood, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent_trace.agents._fields import as_json
from agent_trace.agents._gathering import unread
from agent_trace.agents._jsonl import trim
from agent_trace.agents._narrating import Narrator, ParseState
from agent_trace.agents._untyped import objects
from agent_trace.agents.kodo import AGENT
from agent_trace.agents.kodo.shapes import reason
from agent_trace.model.events import Event

__all__ = ["ParseState", "parse"]


def parse(
    path: str,
    rows: Iterable[tuple[int, bytes]],
    state: ParseState | None = None,
    *,
    clip: int | None = 2048,
    inherited: frozenset[int] = frozenset(),
    source: int = 0,
) -> Iterator[Event]:
    """One event for each record of a line, and one for what is none."""
    state = ParseState() if state is None else state
    session = path.replace("\\", "/").rpartition("/")[2].partition(".")[0]
    narrator = Narrator(session, state, AGENT.kind, clip=clip, inherited=inherited, source=source)
    for offset, line in rows:
        found, wrong = objects(line)
        for record in found:
            unread(narrator, offset, len(line), as_json(record), reason(record))
        if wrong and trim(line):
            unread(narrator, offset, len(line), line.decode("utf-8", "replace"), wrong)
        yield from narrator.told()
