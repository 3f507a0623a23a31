"""Some events of a ReplayDocument with all of their texts: only their own records are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from agent_trace.app.single_events import whole
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.reports._happened import Told, rows
from agent_trace.reports._parts import Part
from agent_trace.reports._replay_events import with_words

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace
    from agent_trace.model.events import Origin
    from agent_trace.reports._replay_document import ReplayDocument
    from agent_trace.store.sessions import SessionRow

FEW = 50
"""Events of which only the records are read; of more the whole log is."""


def with_whole_texts(
    workspace: Workspace, row: SessionRow, document: ReplayDocument, places: Mapping[str, Origin | None]
) -> ReplayDocument:
    """The same page, its texts and diffs whole. `places`: id of an event → where it was heard."""
    found = whole(workspace, row, places)
    part = Part(Session(row.key, row.agent, tuple(found.values())), Summary(id=row.key, agent=row.agent), "", {})
    words = {one.id: one for one in rows(Told(part, None, 0, {}, {}, {}))}
    events = tuple(with_words(one, words[one.id], found[one.id]) if one.id in words else one for one in document.events)
    return msgspec.structs.replace(document, events=events)
