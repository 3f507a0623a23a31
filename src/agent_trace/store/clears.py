"""Sessions on both sides of a clear: one process of the agent goes on from one to the other, and neither log names the other.

What proves it is the clock of the agent's cost records: at a clear the account of the session that ends is closed, and
in the same breath that of the next is opened. The account of a session that was resumed runs on as if no time had passed
in between, and one that was never closed tells nothing: then nothing is said, nor where several sessions might be meant.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from agent_trace.model.scan import CostRecord, Part
from agent_trace.store.database import Database

BREATH_MS = 10
"""Between closing and opening; of 60 clears in a row the longest took half of it."""


class _Account(NamedTuple):
    """A cost record of a root session, with what its log says beside it."""

    session: int
    agent: str
    folder: str
    began: int
    ended: int
    last: int
    """Time of the last row before it."""
    typed: int | None
    """When the clear was typed that the session begins with; None: it begins otherwise."""


def before_clear(db: Database, session: int) -> str | None:
    """The id of the session that was ended by the clear which this one begins with; None where nothing proves one."""
    return _walk(db, session, back=True)


def after_clear(db: Database, session: int) -> str | None:
    """The id of the session that begins with the clear which ended this one; None where nothing proves one."""
    return _walk(db, session, back=False)


def _walk(db: Database, session: int, *, back: bool) -> str | None:
    """To the next session in which anything was asked: between two clears in a row stands one that is listed nowhere."""
    seen = {session}
    while True:
        found = _across(db, session, back=back)
        if found is None or found in seen:
            return None
        key, content = db.execute("SELECT key, content FROM session WHERE id = ?", (found,)).fetchone()
        if content:
            return str(key)
        seen.add(found)
        session = found


def _across(db: Database, session: int, *, back: bool) -> int | None:
    """The session on the other side of one clear, where each of the two can only mean the other."""
    found = _neighbours(db, session, back=back)
    if len(found) != 1:
        return None
    other = found.pop()
    return other if _neighbours(db, other, back=not back) == {session} else None


def _neighbours(db: Database, session: int, *, back: bool) -> set[int]:
    """The sessions that may be meant, by all that is known of either."""
    own = list(_accounts(db, "record.session = ?", (session,)))
    if back:
        return {one.session for here in own for one in _closed(db, here) if _meet(one, here)}
    return {one.session for here in own for one in _opened(db, here) if _meet(here, one)}


def _closed(db: Database, one: _Account) -> Iterable[_Account]:
    if one.typed is None:
        return ()
    return _accounts(db, "record.ended BETWEEN ? AND ?", (one.began - BREATH_MS, one.began))


def _opened(db: Database, one: _Account) -> Iterable[_Account]:
    return _accounts(db, "record.began BETWEEN ? AND ?", (one.ended, one.ended + BREATH_MS))


def _meet(one: _Account, other: _Account) -> bool:
    """Whether a clear may lie between two accounts: it was typed, the one was closed, the other opened, in one folder."""
    return (
        other.typed is not None
        and one.session != other.session
        and (one.agent, one.folder) == (other.agent, other.folder)
        and one.last <= one.ended
        and other.typed <= one.ended <= other.began <= one.ended + BREATH_MS
    )


_ACCOUNTS = """
SELECT record.session, session.agent, source.path, record.began, record.ended, record.data, part.data
FROM record JOIN session ON session.id = record.session JOIN source ON source.id = record.source
JOIN part ON part.source = record.source AND part.session = record.session
WHERE ifnull(session.root, session.id) = session.id AND record.began IS NOT NULL AND record.ended IS NOT NULL AND
"""


def _accounts(db: Database, where: str, values: tuple[int, ...]) -> Iterable[_Account]:
    for session, agent, path, began, ended, data, part in db.execute(_ACCOUNTS + where, values).fetchall():
        last = msgspec.msgpack.decode(data, type=CostRecord).at
        said = msgspec.msgpack.decode(part, type=Part)
        yield _Account(
            session=session,
            agent=agent,
            folder=os.path.dirname(db.paths.real(path)),
            began=began,
            ended=ended,
            last=ended if last is None else last,
            typed=said.started if said.cleared else None,
        )
