"""Some events of a session, whole, without reading all of it: a page needs the texts of a few records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from agent_trace.app.sessions import events_of, kept, read_session
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError
from agent_trace.model.events import Event, Origin
from agent_trace.model.session import Session
from agent_trace.store.calls import owns_call
from agent_trace.store.merged import merged_sources
from agent_trace.store.sessions import SessionRow
from agent_trace.store.sources import SourceRow, sources_of

Mark = tuple[object, ...]
SHORT = 256
"""Characters of each text in a session that is read for its shape."""


def mark(workspace: Workspace, row: SessionRow) -> Mark:
    """Differs whenever the events of a session do."""
    logs = (*sources_of(workspace.db, row.id), *merged_sources(workspace.db, row.id))
    return (
        row.id,
        workspace.config.tier,
        *((one.id, one.offset, one.generation, one.form, one.changed) for one in logs),
    )


def shape(workspace: Workspace, row: SessionRow) -> Session:
    """All events with the beginnings of their texts. Raises NotFoundError, WithheldError."""
    return read_session(workspace, row, clip=SHORT)


def owned(workspace: Workspace, row: SessionRow, session: Session) -> frozenset[str]:
    """The model calls (by key) that count in this session: others were copied, or stand in a sub-agent's log."""
    return frozenset(one.call for one in session.own_calls if owns_call(workspace.db, row.id, one.call))


def whole(
    workspace: Workspace, row: SessionRow, wanted: Mapping[str, Origin | None], beside: Iterable[Origin] = ()
) -> dict[str, Event]:
    """Events by id with all of their texts, read from their own records. `wanted`: id → where it was heard.

    `beside`: other records that these need to be understood, such as the log's first one, or the call of a result.
    Where all of them do not tell the events as the log does, the log is read once more.
    """
    logs = dict(enumerate(sources_of(workspace.db, row.id)))
    places: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for one in (*wanted.values(), *beside):
        if one is not None and one.source in logs:
            places[one.source].add((one.offset, one.length))
    found = {one.id: one for number in sorted(places) for one in _of_records(workspace, logs[number], places[number])}
    if not wanted.keys() <= found.keys():
        found.update((one.id, one) for one in everything(workspace, row) if one.id in wanted)
    return {name: found[name] for name in wanted if name in found}


def _of_records(workspace: Workspace, source: SourceRow, places: Iterable[tuple[int, int]]) -> Iterator[Event]:
    source = kept(workspace, source)
    member = workspace.raw.reader(source)
    lines = [one for place in sorted(places) for one in _records(workspace, source, *place)]
    yield from member.parse(source.path, lines, member.reader_state(None), clip=None)


def _records(workspace: Workspace, source: SourceRow, offset: int, length: int) -> Iterator[tuple[int, bytes]]:
    """(offset, record) of the records between two places of a log."""
    try:
        data = workspace.raw.record(source, offset, length)
        for line in data.split(b"\n"):
            if line:
                msgspec.json.decode(line, type=msgspec.Raw)
                yield offset, line
            offset += len(line) + 1
    except (NotFoundError, OSError, msgspec.DecodeError):  # masked on the way: places in the file are others then
        return


def everything(workspace: Workspace, row: SessionRow) -> Iterator[Event]:
    """Every event with all of its texts, one after the other."""
    for number, source in enumerate(sources_of(workspace.db, row.id)):
        try:
            yield from (one for one in events_of(workspace, source, number, clip=None) if one.session == row.key)
        except NotFoundError:
            continue
