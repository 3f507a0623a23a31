"""Pages of long sessions that are kept beside their digests, so that the first of them is there at once.

They are made when a session is quiet (`app/ahead.py`) and stand under a mark of all that they follow from. A session that
goes on has none until it is quiet again. Nothing is kept below tier 3, nor where secondhand logs tell of it too.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import msgspec

from agent_trace import __version__
from agent_trace.app.worked_out import LONG, packed, unpacked
from agent_trace.errors import NotFoundError
from agent_trace.reports import replay_document
from agent_trace.reports._followed import Following, with_lines
from agent_trace.reports._replay_document import Asked, Head, Marker, Moment
from agent_trace.reports._replay_pages import HEAD, STEM, Block, Kept, Names, pieces
from agent_trace.reports.replay_document import Opened, Options, opened
from agent_trace.store import worked_out
from agent_trace.store.merged import merged_sources
from agent_trace.store.schema import OUTCOME_VERSION
from agent_trace.store.sessions import by_ids, family_ids
from agent_trace.store.sources import sources_of

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace
    from agent_trace.reports._scopes import SessionScope
    from agent_trace.store.sessions import SessionRow

T = TypeVar("T")
TOGETHER = 50
"""Pieces that are written at once."""
_SHAPE = tuple(kind.__struct_fields__ for kind in (Head, Asked, Marker, Moment, Block, Names))
"""What is kept in another shape is made anew."""


def keep_pages(workspace: Workspace, row: SessionRow) -> None:
    """Make them of a long session, and store them, with what `why` asks of it. Raises NotFoundError, WithheldError."""
    from agent_trace.app.scopes import Request, scope_of_row
    from agent_trace.reports import why

    mark = _mark(workspace, row)
    if mark is None or _is_kept(workspace, row, mark):
        return
    scope = scope_of_row(workspace, replay_document, Options(), Request(session=row.key), row)
    known: Opened = opened(scope, Options(), workspace.facts)
    why.keep(known.scope, workspace.facts, partial(_following, known))  # the same reading: both tell heads and tails
    with suppress(sqlite3.OperationalError):  # where another process writes just now it is made next time
        _write(workspace, row, mark, pieces(known))


def _following(known: Opened) -> Following:
    return with_lines(known.scenes.following, known.one.session, known.one.shown)


def _write(workspace: Workspace, row: SessionRow, mark: bytes, found: Iterator[tuple[str, object]]) -> None:
    """Some at a time: until the last one, the head, stands there, nobody takes the others for what is kept."""
    with workspace.db.transaction():
        worked_out.drop(workspace.db, row.id, STEM)
    while some := [(name, packed(msgspec.msgpack.encode(one))) for name, one in islice(found, TOGETHER)]:
        with workspace.db.transaction():
            if not workspace.is_enforced:
                return
            for name, data in some:
                worked_out.write(workspace.db, row.id, name, mark, data)


def kept_pages(workspace: Workspace, row: SessionRow) -> Kept | None:
    """What is kept of a session, for this workspace's request; None: nothing that is still right."""
    mark = _mark(workspace, row)
    if mark is None or not _is_kept(workspace, row, mark):
        return None

    def find(name: str, kind: type[T], /) -> T:
        held = worked_out.read(workspace.db, row.id, name, mark)
        if held is None:  # made anew, or forgotten, in between
            raise NotFoundError(f"the pages of {row.key} are being made anew", hint="ask again")
        return msgspec.msgpack.decode(unpacked(held), type=kind)

    def scope() -> SessionScope:
        from agent_trace.app.scopes import Request, scope_of_row

        found: SessionScope = scope_of_row(
            workspace, replay_document, Options(), Request(session=row.key, as_is=True), row
        )
        return found

    return Kept(row.key, row.agent, scope, find)


def _is_kept(workspace: Workspace, row: SessionRow, mark: bytes) -> bool:
    return worked_out.holds(workspace.db, row.id, HEAD, mark)


def _mark(workspace: Workspace, row: SessionRow) -> bytes | None:
    """Of all that the pages follow from; None: none are kept."""
    logs = sources_of(workspace.db, row.id)
    if workspace.config.tier < 3 or sum(log.offset for log in logs) < LONG or merged_sources(workspace.db, row.id):
        return None
    state = [(log.id, log.offset, log.generation, log.edge) for log in logs]
    family = family_ids(workspace.db, [row.root])
    others = [(one.key, one.parent, one.started, one.ended) for one in by_ids(workspace.db, family) if one.id != row.id]
    turns = worked_out.turns(workspace.db, family)
    follows = (__version__, _SHAPE, OUTCOME_VERSION, workspace.book.mark, workspace.facts.cost, state, turns, others)
    return hashlib.blake2b(msgspec.msgpack.encode(follows), digest_size=16).digest()
