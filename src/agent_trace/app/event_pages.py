"""A session's events a page at a time: of long sessions they are kept, of others those that were asked for last are held."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from itertools import islice

import msgspec

from agent_trace import registry
from agent_trace.app.choosing import choose
from agent_trace.app.kept_pages import kept_pages
from agent_trace.app.scopes import Request, run_report
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError, UsageError
from agent_trace.model.events import KINDS
from agent_trace.reports._happened import Row
from agent_trace.reports._replay_pages import Kept
from agent_trace.store.sessions import SessionRow
from agent_trace.store.turns import turn_of

HELD = 3
"""Sessions whose events are held."""
LARGEST = 20_000
"""Events of a session that is held."""


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some events of a session."""

    events: tuple[Row, ...]
    next: str | None
    """Ask after this one for more; None: there are none yet."""
    total: int
    """All events of the session, of whatever kind."""


class EventPages:
    """What was read of sessions lately. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[int, int], tuple[Row, ...]] = OrderedDict()

    def page(self, workspace: Workspace, session: str, *, after: str, limit: int, kinds: Sequence[str]) -> EventPage:
        """The events after a number, of these kinds alone where some are named. Raises NotFoundError, UsageError."""
        wanted = checked(kinds)
        row = choose(workspace, session)
        kept = kept_pages(workspace, row)
        if kept is not None:
            return _of_kept(kept, after, limit, wanted)
        rows = self._rows(workspace, row)
        start = _start(rows, after)
        found = [row for row in rows[start:] if not wanted or row.kind in wanted or ("error" in wanted and row.failed)]
        shown = tuple(found[:limit])
        return EventPage(events=shown, next=shown[-1].number if len(found) > limit else None, total=len(rows))

    def _rows(self, workspace: Workspace, row: SessionRow) -> tuple[Row, ...]:
        key = (row.id, turn_of(workspace.db, row.id))
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        report = registry.load("reports", "replay")
        asked = Request(session=row.key, as_is=True)
        rows: tuple[Row, ...] = run_report(workspace, report, report.Options(), asked).events
        with self._lock:
            if len(rows) <= LARGEST:
                self._held[key] = rows
            while len(self._held) > HELD:
                self._held.popitem(last=False)
        return rows


def _of_kept(kept: Kept, after: str, limit: int, wanted: frozenset[str]) -> EventPage:
    """A page of a long session: only what is on it is looked at."""
    start = 0 if after in ("", "0") else kept.number(after)
    if start is None:
        raise _missing(after, kept.total)
    found = list(islice(kept.rows(start, wanted), limit + 1))
    shown = tuple(found[:limit])
    return EventPage(events=shown, next=shown[-1].number if len(found) > limit else None, total=kept.total)


def checked(kinds: Sequence[str]) -> frozenset[str]:
    """Names of kinds; UsageError for one that no event has."""
    names = frozenset(name.strip() for text in kinds for name in text.split(",") if name.strip())
    unknown = sorted(names - set(KINDS))
    if unknown:
        raise UsageError(f"no event is called {unknown[0]!r}", hint="choose from " + ", ".join(KINDS))
    return names


def _start(rows: Sequence[Row], after: str) -> int:
    if after in ("", "0"):
        return 0
    place = next((index for index, row in enumerate(rows) if after in (row.number, row.id)), None)
    if place is None:
        raise _missing(after, len(rows))
    return place + 1


def _missing(after: str, total: int) -> NotFoundError:
    return NotFoundError(f"the session has no event {after!r}", hint=f"it has {total}")
