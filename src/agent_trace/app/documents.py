"""Sessions that a server keeps open: the first page of one reads its log, every other page is there at once.

Of a log that grew only the new lines are read; what they change is worked out again. Few sessions are kept: one of 100,000
events takes as much memory as reading it does.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from agent_trace.app.choosing import choose
from agent_trace.app.kept_pages import kept_pages
from agent_trace.app.reading_twice import Reading, Twice
from agent_trace.app.scopes import Request, scope_of
from agent_trace.app.whole_texts import FEW, with_whole_texts
from agent_trace.reports import replay_document
from agent_trace.reports.replay_document import Opened, Options, opened, told
from agent_trace.store.sessions import family_ids
from agent_trace.store.sources import sources_of
from agent_trace.store.worked_out import turns

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace
    from agent_trace.model.events import Origin
    from agent_trace.reports._replay_document import ReplayDocument
    from agent_trace.reports._replay_sought import Words
    from agent_trace.store.sessions import SessionRow

KEPT = 2
"""Sessions that are open at once."""
Stamp = tuple[Any, ...]
replace = msgspec.structs.replace


class Known(Protocol):
    """A session whose pages are at hand."""

    @property
    def total(self) -> int: ...

    def page(self, options: Options) -> ReplayDocument: ...

    def number(self, name: str) -> int | None: ...

    def origin(self, number: int) -> Origin | None: ...

    def words(self) -> Iterable[Words]: ...


class _Held:
    """A session that is open, or is being opened. One thread at a time asks it: what it works out, it works out once."""

    def __init__(self, row: SessionRow, *, full: bool) -> None:
        self.lock = Lock()
        self._row, self._full = row, full
        self._reading = Reading(row, ends=not full)
        self._stamp: Stamp = ()
        self._known: Opened | None = None

    def known(self, workspace: Workspace) -> Opened:
        """It, as its logs are now."""
        stamp = _stamp(workspace, self._row)
        if self._known is None or (stamp != self._stamp and not self._is_lost(workspace)):
            self._known = self._opened(workspace)
            self._stamp = stamp
        else:
            self._known.attach(self._scope(workspace, as_is=True))
        return self._known

    def _is_lost(self, workspace: Workspace) -> bool:
        """Whether its logs are gone and nothing kept them: what was read of them is all there is."""
        return all(workspace.raw.is_lost(one) for one in sources_of(workspace.db, self._row.id))

    def _opened(self, workspace: Workspace) -> Opened:
        """Nobody waits for what a session produced that is being followed: that is worked out beside."""
        grows = self._known is not None
        self._known = None
        scope = self._scope(workspace, as_is=grows)
        heard: Twice = (self._reading.on(workspace) if grows else None) or self._reading.whole(workspace)
        options = Options(full=self._full)
        scope = replace(scope, read=lambda: heard.told, whole=lambda: heard.figures)
        return opened(scope, options, workspace.facts)

    def _scope(self, workspace: Workspace, *, as_is: bool) -> Any:
        request = Request(session=self._row.key, as_is=as_is)
        return scope_of(workspace, replay_document, Options(full=self._full), request)


class Documents:
    """Open sessions, the one that was asked for last at the end; for several threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._open: OrderedDict[Stamp, _Held] = OrderedDict()
        self._lock = Lock()

    def page(self, workspace: Workspace, options: Options, request: Request) -> ReplayDocument:
        """What `replay-document` answers. Raises NotFoundError, WithheldError."""
        if request.door is not None:  # it counts what it masks: each answer has one of its own
            scope = scope_of(workspace, replay_document, options, request)
            return told(opened(scope, options, workspace.facts), options)
        row = choose(workspace, request.session)
        chosen_by = workspace.notes[-1] if request.session.startswith("latest") and workspace.notes else ""
        few = options.full and options.only == "events" and 0 < options.limit <= FEW
        with self.known(workspace, row, full=options.full and not few) as known:
            document = known.page(replace(options, full=False) if few else options)
            if document.head is not None:
                document = replace(document, head=replace(document.head, chosen_by=chosen_by))
            places = {one.id: known.origin(int(one.number)) for one in document.events} if few else {}
        return with_whole_texts(workspace, row, document, places) if few else document

    @contextmanager
    def known(self, workspace: Workspace, row: SessionRow, *, full: bool = False) -> Iterator[Known]:
        """A session for as long as its pages are asked for. Raises NotFoundError, WithheldError."""
        kept = None if full else kept_pages(workspace, row)
        if kept is not None:
            yield kept
            return
        held = self._of(workspace, row, full=full)
        with held.lock:
            yield held.known(workspace)

    def _of(self, workspace: Workspace, row: SessionRow, *, full: bool) -> _Held:
        """Where a session is held; the one that was asked for least lately goes."""
        key = (workspace.config.database, row.key, workspace.config.tier, workspace.facts.cost, full)
        with self._lock:
            held = self._open.get(key) or _Held(row, full=full)
            self._open[key] = held
            self._open.move_to_end(key)
            while len(self._open) > self._kept:
                self._open.popitem(last=False)
            return held


def _stamp(workspace: Workspace, row: SessionRow) -> Stamp:
    """What differs when a session would be told otherwise: its family's logs and the prices."""
    family = family_ids(workspace.db, [row.root])
    logs = [source for one in family for source in sources_of(workspace.db, one)]
    read = tuple((one.id, one.offset, one.generation, one.gone, one.form, one.changed) for one in logs)
    return (*read, *turns(workspace.db, family), workspace.book.mark)
