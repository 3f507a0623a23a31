"""Some events of a session, whole, without reading all of it: a page needs the texts of a few records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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


def whole(workspace: Workspace, row: SessionRow, wanted: Mapping[str, Origin | None]) -> dict[str, Event]:
    """Events by id with all of their texts, each read from its own record. `wanted`: id → where it was heard.

    Where a record alone does not tell its events as the log does, the log is read once more.
    """
    logs = dict(enumerate(sources_of(workspace.db, row.id)))
    found: dict[str, Event] = {}
    places = {(one.source, one.offset, one.length) for one in wanted.values() if one is not None}
    for number, offset, length in sorted(places):
        if number in logs:
            found.update((one.id, one) for one in _of_record(workspace, logs[number], offset, length))
    if not wanted.keys() <= found.keys():
        found.update((one.id, one) for one in everything(workspace, row) if one.id in wanted)
    return {name: found[name] for name in wanted if name in found}


def _of_record(workspace: Workspace, source: SourceRow, offset: int, length: int) -> Iterator[Event]:
    source = kept(workspace, source)
    member = workspace.raw.reader(source)
    try:
        line = workspace.raw.record(source, offset, length)
    except (NotFoundError, OSError):
        return
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except msgspec.DecodeError:  # masked on the way, so that places in the file are others
        return
    yield from member.parse(source.path, [(offset, line)], member.reader_state(None), clip=None)


def everything(workspace: Workspace, row: SessionRow) -> Iterator[Event]:
    """Every event with all of its texts, one after the other."""
    for number, source in enumerate(sources_of(workspace.db, row.id)):
        try:
            yield from (one for one in events_of(workspace, source, number, clip=None) if one.session == row.key)
        except NotFoundError:
            continue
