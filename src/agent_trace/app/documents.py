"""Sessions that a server keeps open: the first page of one reads its log, every other page is there at once.

A session is read again when its logs, its rules or its notes changed. Few are kept: one of 100,000 events takes as much
memory as reading it does.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec

from agent_trace.app.choosing import choose
from agent_trace.app.scopes import Request, scope_of
from agent_trace.reports import replay_document
from agent_trace.reports._replay_document import ReplayDocument
from agent_trace.reports.replay_document import Opened, Options, opened, told
from agent_trace.store.sessions import family_ids
from agent_trace.store.sources import sources_of

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace
    from agent_trace.store.sessions import SessionRow

KEPT = 2
"""Sessions that are open at once."""


class Documents:
    """Open sessions, the one that was asked for last at the end; for several threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._open: OrderedDict[tuple[Any, ...], Opened] = OrderedDict()
        self._lock = Lock()

    def page(self, workspace: Workspace, options: Options, request: Request) -> ReplayDocument:
        """What `replay-document` answers. Raises NotFoundError, WithheldError."""
        if request.door is not None:  # it counts what it masks: each answer has one of its own
            return told(
                opened(scope_of(workspace, replay_document, options, request), options, workspace.facts), options
            )
        row = choose(workspace, request.session)
        key = (*_stamp(workspace, row), options.full)
        with self._lock:
            known = self._open.get(key)
        if known is None:
            asked = msgspec.structs.replace(request, session=row.key)
            known = opened(scope_of(workspace, replay_document, options, asked), options, workspace.facts)
        with self._lock:
            self._open[key] = known
            self._open.move_to_end(key)
            while len(self._open) > self._kept:
                self._open.popitem(last=False)
        return told(known, options)


def _stamp(workspace: Workspace, row: SessionRow) -> tuple[Any, ...]:
    """What differs when a session would be told otherwise: its family's logs, what was noted, how money is shown."""
    logs = [source for one in family_ids(workspace.db, [row.root]) for source in sources_of(workspace.db, one)]
    read = tuple((source.id, source.offset, source.generation, source.gone) for source in logs)
    given = workspace.given
    noted = () if given is None else tuple(one.annotation_id for one in given.rows)
    return (workspace.config.database, row.key, read, noted, workspace.config.tier, workspace.facts.cost)
