"""The events of a task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent_trace.agents._fields import as_json
from agent_trace.agents._gathering import Tables, gather
from agent_trace.agents._narrating import Narrator, ParseState
from agent_trace.agents._untyped import JSON, text
from agent_trace.agents.cline import AGENT, place
from agent_trace.agents.cline.task import Task
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
    """The events of a task's rows, or of lines that another program exported."""
    state = ParseState() if state is None else state
    session = state.session or place(path).session
    narrator = Narrator(session, state, AGENT.kind, clip=clip, inherited=inherited, source=source)
    tables = Tables()
    yield from gather(narrator, AGENT.name, rows, tables, _name)
    if tables:
        Task(narrator, tables).hear()
        yield from narrator.told()


def _name(table: str, row: JSON) -> str | None:
    """A row's name within its table. What the person saw is written anew while it grows: it goes by its time."""
    if table == "talk":
        return as_json(row.get("place"))
    if table == "seen":
        return "-".join(as_json(row.get(column)) for column in ("ts", "say", "ask") if row.get(column) is not None)
    return text(row, "document") or "notes" if table == "notes" else None
