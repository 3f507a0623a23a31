"""The events of a thread: its messages in their order, then the calls that only the ledger knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent_trace.agents._fields import as_json
from agent_trace.agents._gathering import Tables, gather
from agent_trace.agents._narrating import Narrator, ParseState
from agent_trace.agents._untyped import JSON, text
from agent_trace.agents.amp import AGENT
from agent_trace.agents.amp.messages import hear_thread
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
    """The events of a thread's rows, or of lines that another program exported."""
    state = ParseState() if state is None else state
    session = state.session or path.replace("\\", "/").rpartition("/")[2].partition(".")[0]
    narrator = Narrator(session, state, AGENT.kind, clip=clip, inherited=inherited, source=source)
    tables = Tables()
    yield from gather(narrator, AGENT.name, rows, tables, _name)
    if tables:
        hear_thread(narrator, tables)
        yield from narrator.told()


def _name(table: str, row: JSON) -> str | None:
    """A row's name within its table."""
    if table == "message":
        return as_json(row.get("messageId", row.get("place")))
    if table == "usage":
        return text(row, "id") or as_json(row.get("place"))
    return table if table == "thread" else None
