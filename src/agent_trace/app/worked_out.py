"""Answers about long sessions that stand beside their digests, so that a session is not read again for the same question.

A report says what it would have kept, and how it is worked out. It is given what was stored while everything that it
follows from is the same: the summaries, the events, the prices, the version of the analysis. Nothing is kept of what
passes a door, below tier 3, where secondhand logs tell of the session too, and of sessions that are read in no time.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import msgspec

from agent_trace import __version__
from agent_trace.app.workspace import Workspace
from agent_trace.model.summary import Summary
from agent_trace.reports._scopes import Keep, made_now
from agent_trace.store import worked_out
from agent_trace.store.merged import merged_sources
from agent_trace.store.schema import OUTCOME_VERSION
from agent_trace.store.sessions import SessionRow
from agent_trace.store.sources import sources_of

LONG = 16 * 1024 * 1024
"""Bytes of a session's logs from which on it is worth while."""
T = TypeVar("T")


def keeping(workspace: Workspace, row: SessionRow, family: Sequence[int], told: Sequence[Summary]) -> Keep:
    """Who keeps what is worked out of a session; `family` are the row ids of all that it started, `told` their summaries."""
    logs = sources_of(workspace.db, row.id)
    if workspace.config.tier < 3 or sum(log.offset for log in logs) < LONG or merged_sources(workspace.db, row.id):
        return made_now
    state = [(log.id, log.offset, log.generation, log.edge) for log in logs]
    turns = worked_out.turns(workspace.db, [row.id, *family])
    follows = (__version__, OUTCOME_VERSION, workspace.book.mark, state, turns, told)
    mark = hashlib.blake2b(msgspec.msgpack.encode(follows), digest_size=16).digest()

    def keep(name: str, kind: type[T], make: Callable[[], T]) -> T:
        held = worked_out.read(workspace.db, row.id, name, mark)
        if held is not None:
            with suppress(msgspec.ValidationError):  # a version before kept it in another form
                return msgspec.msgpack.decode(unpacked(held), type=kind)
        found = make()
        _write(workspace, row.id, name, mark, found)
        return found

    return keep


def _write(workspace: Workspace, session: int, name: str, mark: bytes, found: object) -> None:
    """Store an answer; where another process writes just now it is worked out once more next time."""
    data = packed(msgspec.msgpack.encode(found))
    with suppress(sqlite3.OperationalError), workspace.db.transaction():
        if workspace.is_enforced:
            worked_out.write(workspace.db, session, name, mark, data)


def packed(data: bytes) -> bytes:
    """An answer as it is stored."""
    import zstandard

    return zstandard.ZstdCompressor(level=1).compress(data)


def unpacked(data: bytes) -> bytes:
    """The same as it was."""
    import zstandard

    return zstandard.ZstdDecompressor().decompress(data)
