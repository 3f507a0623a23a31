"""What a session's log holds of one event beside its words: its image, and its record as it was written."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, NamedTuple

from agent_trace.app.sessions import kept
from agent_trace.errors import NotFoundError, WithheldError
from agent_trace.model.events import Attachment, ToolResult, UserPrompt
from agent_trace.model.images import images
from agent_trace.reports.replay_document import Options
from agent_trace.store.merged import merged_sources
from agent_trace.store.sources import sources_of

if TYPE_CHECKING:
    from agent_trace.app.documents import Known
    from agent_trace.app.workspace import Workspace
    from agent_trace.model.events import Origin
    from agent_trace.reports._replay_document import Moment
    from agent_trace.store.sessions import SessionRow
    from agent_trace.store.sources import SourceRow

MERGED = 1_000
"""The number of the first secondhand log of a session."""
NEAR = 64
"""Events of one record stand as near to each other as this."""


_ATTACHED = str(Attachment.__struct_config__.tag)
_SHOWN = frozenset(str(kind.__struct_config__.tag) for kind in (Attachment, ToolResult, UserPrompt))
"""Kinds of events that images come with."""


class Image(NamedTuple):
    """A picture as a browser takes it."""

    media_type: str
    """One of `image/png`, `image/jpeg`, `image/gif`, `image/webp`: none that can hold a script."""
    data: bytes


def numbered(known: Known, name: str) -> int:
    """The number of the event that is meant. Raises NotFoundError."""
    number = known.number(name)
    if number is None:
        raise NotFoundError(f"the session has no event {name!r}", hint=f"it has {known.total}")
    return number


def records_of(workspace: Workspace, row: SessionRow, known: Known, number: int) -> tuple[bytes, ...]:
    """The lines of the log that an event was heard in. Raises NotFoundError, WithheldError below tier 3."""
    origin = known.origin(number)
    if workspace.config.tier < 3:
        raise WithheldError(f"withheld (tier {workspace.config.tier}): records are not kept as they are")
    if origin is None:
        raise NotFoundError(f"event {number} stands in no record of its own")
    source = kept(workspace, _source(workspace, row, origin))
    data = workspace.raw.record(source, origin.offset, origin.length)
    return tuple(line for line in data.split(b"\n") if line)


def image_of(workspace: Workspace, row: SessionRow, known: Known, number: int) -> Image:
    """The picture that came with an event. Raises NotFoundError, WithheldError below tier 3."""
    found = [one for line in records_of(workspace, row, known, number) for one in images(line)]
    beside = [one.number for one in _beside(known, number)] if found else []
    place = beside.index(str(number)) if str(number) in beside else len(found)
    if place >= len(found):
        raise NotFoundError(f"event {number} came with no picture")
    kind, _, body = found[place].removeprefix("data:").partition(";base64,")
    data = b64decode(body.rstrip("=") + "=" * (-len(body.rstrip("=")) % 4))
    return Image(kind.replace("image/jpg", "image/jpeg"), data)


def _source(workspace: Workspace, row: SessionRow, origin: Origin) -> SourceRow:
    logs = sources_of(workspace.db, row.id) if origin.source < MERGED else merged_sources(workspace.db, row.id)
    place = origin.source % MERGED
    if place >= len(logs):
        raise NotFoundError("the log of this event is gone")
    return logs[place]


def _beside(known: Known, number: int) -> list[Moment]:
    """The events of one record in the order in which its images are theirs: attachments first."""
    where = known.origin(number)
    first = max(1, number - NEAR)
    page = known.page(Options(first=first, limit=2 * NEAR, only="events"))
    here = [one for one in page.events if one.kind in _SHOWN and _is_same(known.origin(int(one.number)), where)]
    return sorted(here, key=lambda one: not (one.kind == _ATTACHED and "image" in one.title))


def _is_same(one: Origin | None, other: Origin | None) -> bool:
    return one is not None and other is not None and (one.source, one.offset) == (other.source, other.offset)
