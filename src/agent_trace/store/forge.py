"""What GitHub or GitLab said of pull requests when the person asked: a fact of that moment, which a rebuild loses.

No word of a pull request is kept here, only the key of its address and a state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from agent_trace.store.database import Database, numbers

_LISTED = "(SELECT value FROM json_each(?))"


class Heard(NamedTuple):
    """The state of a pull request as a forge told it."""

    state: str
    at: int
    """UTC milliseconds."""


def write(db: Database, session: int, found: Mapping[int, Heard]) -> None:
    """Keep what was said of a session's pull requests, by their keys, inside the caller's transaction."""
    db.executemany(
        "INSERT OR REPLACE INTO forge (key, session, at, state) VALUES (?, ?, ?, ?)",
        [(key, session, one.at, one.state) for key, one in found.items()],
    )


def heard(db: Database, keys: Iterable[int]) -> dict[int, Heard]:
    """What was said last of these pull requests, whichever session was asked about."""
    rows = db.execute(f"SELECT key, state, at FROM forge WHERE key IN {_LISTED} ORDER BY at", (numbers(keys),))
    return {key: Heard(state, at) for key, state, at in rows}


def remove(db: Database, sessions: Iterable[int]) -> None:
    """Forget what was said for these sessions."""
    db.execute(f"DELETE FROM forge WHERE session IN {_LISTED}", (numbers(sessions),))
