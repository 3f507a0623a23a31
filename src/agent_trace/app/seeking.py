"""A text in a session and in all that it started: where a replay shows it, without any page of it being asked for.

What is looked through is what a replay's rows tell: titles, texts and diffs, of long ones head and tail.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from agent_trace.app.choosing import choose
from agent_trace.app.kept_pages import kept_pages
from agent_trace.app.scopes import Request, scope_of_row
from agent_trace.app.summaries import is_below
from agent_trace.errors import NotFoundError, WithheldError
from agent_trace.reports import replay_document
from agent_trace.reports._replay_sought import FoundIn, Words, found_in
from agent_trace.reports.replay_document import Options, opened
from agent_trace.store.sessions import by_ids, family_ids
from agent_trace.store.sources import sources_of

if TYPE_CHECKING:
    from agent_trace.app.documents import Documents, Stamp
    from agent_trace.app.workspace import Workspace
    from agent_trace.store.sessions import SessionRow

LARGEST = 50_000
"""Events of sub-agents whose words are held."""


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Where a text stands."""

    sessions: tuple[FoundIn, ...]
    """The session itself, and behind it every sub-agent below it."""
    unread: tuple[str, ...]
    """Sub-agents that could not be looked through."""


class Seeking:
    """Looks through sessions; of sub-agents, which nobody else holds open, it remembers the words. For several threads."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._held: OrderedDict[str, tuple[Stamp, tuple[Words, ...]]] = OrderedDict()
        self._lock = Lock()

    def sought(self, workspace: Workspace, name: str, text: str) -> Sought:
        """A text, as it stands, in large or small letters. Raises NotFoundError, WithheldError of the session itself."""
        row = choose(workspace, name)
        with self._documents.known(workspace, row) as known:
            found = [found_in(row.key, known.words(), text)]
        unread: list[str] = []
        for child in _below(workspace, row):
            try:
                found.append(found_in(child.key, self._words(workspace, child), text))
            except (NotFoundError, WithheldError):
                unread.append(child.key)
        return Sought(sessions=tuple(found), unread=tuple(unread))

    def _words(self, workspace: Workspace, row: SessionRow) -> Iterable[Words]:
        """Of a sub-agent."""
        kept = kept_pages(workspace, row)
        if kept is not None:
            return kept.words()
        stamp = _stamp(workspace, row)
        with self._lock:
            before = self._held.get(row.key)
        if before is not None and before[0] == stamp:
            return before[1]
        scope = scope_of_row(workspace, replay_document, Options(), Request(session=row.key, as_is=True), row)
        words = opened(scope, Options(), workspace.facts).words()
        self._hold(row.key, stamp, words)
        return words

    def _hold(self, name: str, stamp: Stamp, words: tuple[Words, ...]) -> None:
        with self._lock:
            self._held[name] = (stamp, words)
            self._held.move_to_end(name)
            while len(self._held) > 1 and sum(len(one) for _, one in self._held.values()) > LARGEST:
                self._held.popitem(last=False)


def _below(workspace: Workspace, row: SessionRow) -> Iterator[SessionRow]:
    """Every sub-agent that a session started, or one that it started did."""
    family = {one.key: one for one in by_ids(workspace.db, family_ids(workspace.db, [row.root]))}
    return (one for one in family.values() if is_below(one.key, row.key, family))


def _stamp(workspace: Workspace, row: SessionRow) -> Stamp:
    """What differs when a sub-agent would be told otherwise: its logs, and who else there is to be started."""
    logs = sources_of(workspace.db, row.id)
    read = tuple((one.id, one.offset, one.generation, one.gone, one.form, one.changed) for one in logs)
    return (workspace.config.database, workspace.config.tier, *read, *family_ids(workspace.db, [row.root]))
