"""The events of a conversation: of a database's rows, of a transcript, or of lines that another program exported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent_trace.agents._exported import hear_export, is_export
from agent_trace.agents._fields import as_json
from agent_trace.agents._gathering import Row, Tables, unread
from agent_trace.agents._jsonl import trim
from agent_trace.agents._narrating import Narrator, ParseState
from agent_trace.agents._untyped import count, objects, text
from agent_trace.agents.cursor import AGENT, place
from agent_trace.agents.cursor.conversation import Conversation
from agent_trace.agents.cursor.recognition import is_said
from agent_trace.agents.cursor.stored import hear_stored
from agent_trace.agents.cursor.transcript import ENDED, hear_said
from agent_trace.model.events import Event, SessionStarted

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
    """Lines of a transcript as they come; rows of a database when all are there."""
    state = ParseState() if state is None else state
    narrator = Narrator(
        state.session or place(path).session, state, AGENT.kind, clip=clip, inherited=inherited, source=source
    )
    narrator.is_child = _parent(path) is not None
    conversation, tables = Conversation(narrator), Tables()
    for offset, line in rows:
        found, reason = objects(line)
        if reason and trim(line):
            unread(narrator, offset, len(line), line.decode("utf-8", "replace").strip("\x00\r\n\ufeff"), reason)
        for record in found:
            _hear(conversation, tables, path, Row("", offset, len(line), record))
        yield from narrator.told()
    for row in sorted(tables.of("said"), key=lambda one: count(one.record, "place") or 0):
        _say(conversation, path, row)
    if tables:
        hear_stored(conversation, tables)
    yield from narrator.told()


def _hear(conversation: Conversation, tables: Tables, path: str, row: Row) -> None:
    table = row.record.get("table")
    name = _name(table, row)
    if name is not None:
        tables.add(str(table), row._replace(name=name))
    elif is_export(row.record, AGENT.name):
        hear_export(conversation.narrator, row.record, row.offset, row.length)
    elif is_said(row.record) or row.record.get("type") == ENDED:
        _say(conversation, path, row)
    else:
        kind = as_json(row.record.get("type"))
        reason = f"unknown record type {kind}" if "type" in row.record else "no line of a transcript"
        unread(conversation.narrator, row.offset, row.length, as_json(row.record), reason)


def _name(table: object, row: Row) -> str | None:
    """A row's name within its table. Of a conversation's own row every version is kept: they tell the order of bubbles."""
    own = text(row.record, "id") or as_json(row.record.get("id"))
    if table == "composer":
        return f"{own} {row.offset}"
    if table in ("bubble", "chat"):
        return own
    return as_json(row.record.get("place")) if table == "said" else None


def _say(conversation: Conversation, path: str, row: Row) -> None:
    """A line of a transcript; before the first, where the conversation began."""
    narrator = conversation.narrator
    narrator.take(row.offset, row.length)
    if not narrator.state.session:
        narrator.state.session = narrator.session
        narrator.emit(SessionStarted, f"{narrator.session}.start", starter=_parent(path))
    hear_said(conversation, row.record)


def _parent(path: str) -> str | None:
    """The conversation that a sub-agent's transcript lies below."""
    folders = path.replace("\\", "/").split("/")
    return folders[-3] if len(folders) > 2 and folders[-2] == "subagents" else None
