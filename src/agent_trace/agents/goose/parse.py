"""The events of a session: the newest version of each row, messages in their order, calls beside their answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent_trace.agents._gathering import Row, unread
from agent_trace.agents._jsonl import trim
from agent_trace.agents._narrating import Narrator, ParseState
from agent_trace.agents._untyped import objects
from agent_trace.agents.goose import place
from agent_trace.agents.goose.recognition import is_header, is_message
from agent_trace.agents.goose.rows import Log
from agent_trace.agents.goose.session import hear_session
from agent_trace.agents.goose.tools import kind
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
    """The events of a session in the database, or of a file of versions before 1.10."""
    session = place(path).session
    state = ParseState() if state is None else state
    narrator = Narrator(session, state, kind, clip=clip, inherited=inherited, source=source, portable=True)
    log = Log()
    for offset, line in rows:
        found, reason = objects(line)
        if reason and trim(line):
            unread(narrator, offset, len(line), line.decode("utf-8", "replace"), reason)
        for record in found:
            if not _take(log, Row("", offset, len(line), record)):
                unread(narrator, offset, len(line), line.decode("utf-8", "replace"), "no row of a table that is known")
    hear_session(narrator, log)
    yield from narrator.told()


def _take(log: Log, row: Row) -> bool:
    """Whether a line is a row of the database or a line of a file."""
    table = row.record.get("table")
    if table == "session" or (table is None and is_header(row.record)):
        log.session = row
    elif table == "message" or (table is None and is_message(row.record)):
        log.message(row)
    elif table == "usage":
        log.spend(row)
    else:
        return False
    return True
