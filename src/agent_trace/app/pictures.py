"""The images that a session's logs hold, put beside the events that they came with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent_trace.app.sessions import kept, read_session
from agent_trace.model.events import Attachment, Event, ToolResult, UserPrompt
from agent_trace.model.images import images
from agent_trace.store.sources import sources_of

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace
    from agent_trace.store.sessions import SessionRow

Record = tuple[int, int]
"""The number of a session's log, and a place in it."""


def images_of(workspace: Workspace, row: SessionRow) -> Iterator[tuple[str, str]]:
    """The id of an event and its image: in a record the attachments first, else what it is all about."""
    records = dict(_records(workspace, row))
    events: dict[Record, list[Event]] = defaultdict(list)
    for event in read_session(workspace, row).events if records else ():
        place = None if event.origin is None else (event.origin.source, event.origin.offset)
        if place in records and isinstance(event, Attachment | ToolResult | UserPrompt):
            events[place].append(event)
    for place, held in events.items():
        ranked = sorted(held, key=lambda one: not (isinstance(one, Attachment) and "image" in one.kind))
        for event, image in zip(ranked, records[place], strict=False):
            yield event.id, image


def _records(workspace: Workspace, row: SessionRow) -> Iterator[tuple[Record, tuple[str, ...]]]:
    for number, source in enumerate(sources_of(workspace.db, row.id)):
        for offset, line in workspace.raw.lines(kept(workspace, source)):
            found = images(line)
            if found:
                yield (number, offset), found
