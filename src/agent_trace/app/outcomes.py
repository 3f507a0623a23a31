"""What sessions produced, as lists and reports ask for it: digests that are missing are made first.

The analysis is loaded only where something is missing: a list of sessions that were all looked at before costs three
queries.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from agent_trace.analysis.state import FRESH_MS
from agent_trace.app.workspace import Workspace
from agent_trace.model.selection import Selection
from agent_trace.model.summary import Share
from agent_trace.store import outcomes
from agent_trace.store.choice import milliseconds
from agent_trace.store.database import is_busy, is_shortage
from agent_trace.store.sessions import by_ids, members
from agent_trace.store.shares import sums
from agent_trace.sync.collector import seldom
from agent_trace.sync.progress import Told

if TYPE_CHECKING:
    from agent_trace.app.digests import Listening
    from agent_trace.reports._outcome import Made


def look_at(workspace: Workspace, sessions: Collection[int], told: Told = lambda _: None) -> None:
    """Make the digests of these sessions (row ids) that are missing or stale, as far as that is possible."""
    if workspace.config.tier > 1 and workspace.is_enforced:
        _make(workspace, outcomes.due(workspace.db, sessions, prices=_prices(workspace)), told)


def look_at_all(workspace: Workspace, told: Told = lambda _: None) -> None:
    """The same for all sessions, those that run included."""
    if workspace.config.tier > 1 and workspace.is_enforced:
        _make(workspace, outcomes.due(workspace.db, prices=_prices(workspace)), told)


def listening(workspace: Workspace) -> Listening | None:
    """Who makes those of all sessions that do not run while their logs are indexed; None where nobody need."""
    due = _due_quiet(workspace) if workspace.config.tier == 3 else []
    if not due:
        return None
    from agent_trace.app.digests import Listening

    return Listening(workspace, due)


def look_at_quiet(workspace: Workspace, told: Told = lambda _: None) -> int:
    """Make those of all sessions that do not run; how many these were."""
    if workspace.config.tier == 1 or not workspace.is_enforced:
        return 0
    due = _due_quiet(workspace)
    _make(workspace, due, told)
    return len(due)


def _due_quiet(workspace: Workspace) -> list[outcomes.Due]:
    return outcomes.due(workspace.db, running_since=running_since(workspace), prices=_prices(workspace))


def _prices(workspace: Workspace) -> int | None:
    """The mark of the prices that claims depend on; at tier 2 they were made with none."""
    return workspace.book.mark if workspace.config.tier == 3 else None


def running_since(workspace: Workspace) -> int:
    """Who had an event since this, in UTC milliseconds, runs unless its end is known."""
    return round(workspace.now.timestamp() * 1000) - FRESH_MS


def share(workspace: Workspace, selection: Selection, cost: Decimal | None) -> Share:
    """What the selected sessions produced, and what that cost; nothing is made for it."""
    found = sums(workspace.db, selection, running_since(workspace))
    return Share(
        sessions=found.sessions,
        known=found.known,
        asked=found.asked,
        productive=found.productive,
        commits=found.commits,
        prs_opened=found.opened,
        prs=found.updated,
        prs_merged=found.merged,
        cost_per_commit_usd=None
        if cost is None or not found.commits or found.known < found.sessions
        else cost / found.commits,
        cost_per_merged_usd=None
        if cost is None or not found.merged or found.known < found.sessions
        else cost / found.merged,
    )


def _make(workspace: Workspace, due: Sequence[outcomes.Due], told: Told) -> None:
    if not (due or outcomes.is_open(workspace.db)):
        return
    from agent_trace.app.digests import make, settle

    with writable(workspace), seldom():
        if due:
            make(workspace, due, told)
        else:
            settle(workspace)


@contextmanager
def writable(workspace: Workspace) -> Iterator[None]:
    """What cannot be written down now, because the disk is full or another process writes, is said, and is no error."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if not (is_shortage(error) or is_busy(error)):
            raise
        workspace.say(f"what sessions produced cannot be written down ({error})")


def made_by(workspace: Workspace, keys: Sequence[str], root: int) -> tuple[Made, ...]:
    """The stored outcomes of some sessions of a family, in their order."""
    from agent_trace.analysis.digest import decoded
    from agent_trace.reports._outcome import Made

    ids = {row.key: row.id for row in (*by_ids(workspace.db, [root]), *members(workspace.db, [root])[root])}
    data = outcomes.data_of(workspace.db, [ids[key] for key in keys])
    found = []
    for key in keys:
        outcome = decoded(data[ids[key]]) if ids[key] in data else None
        if outcome is not None:
            found.append(Made(session=key, outcome=outcome, counts=outcomes.counts_of(workspace.db, ids[key])))
    return tuple(found)


class Produced(msgspec.Struct, kw_only=True, frozen=True):
    """What a session produced by itself, or a family of them together."""

    commits: int = 0
    """Standing, and counted here."""
    pulls: frozenset[int] = frozenset()
    """Keys of the pull requests that it opened or updated."""
    opened: frozenset[int] = frozenset()
    merged: frozenset[int] = frozenset()
    productive: bool | None = None
    """As if it were over; None: the question does not arise."""


def produced(
    workspace: Workspace, sessions: Iterable[int], selection: Selection = Selection()
) -> Mapping[int, Produced]:
    """What is known of these sessions; of commits and pull requests those of the selected time."""
    listed = list(sessions)
    since, until = milliseconds(selection.since, -1), milliseconds(selection.until, 2**62)
    known = outcomes.produced(workspace.db, listed, since, until)
    pulls: dict[int, list[outcomes.Pull]] = {session: [] for session in known}
    for session, one in outcomes.pulls(workspace.db, known):
        if since <= (max(since, 0) if one.at is None else one.at) < until:
            pulls[session].append(one)
    return {session: _produced(one, pulls[session]) for session, one in known.items()}


def _produced(one: outcomes.Produced, pulls: Sequence[outcomes.Pull]) -> Produced:
    verdict = None if one.verdict is None else one.verdict != outcomes.NOTHING
    return Produced(
        commits=one.commits,
        pulls=frozenset(pull.key for pull in pulls if pull.changed),
        opened=frozenset(pull.key for pull in pulls if pull.created),
        merged=frozenset(pull.key for pull in pulls if pull.merged),
        productive=one.counted > 0 if one.verdict == outcomes.COMMITS else verdict,
    )


def of_family(found: Sequence[Produced | None]) -> Produced | None:
    """What a session, the first of these, produced with all that it started; None where nothing is known of itself."""
    known = [one for one in found if one is not None]
    if not found or found[0] is None:
        return None
    verdicts = {one.productive for one in known}
    return Produced(
        commits=sum(one.commits for one in known),
        pulls=frozenset[int]().union(*(one.pulls for one in known)),
        opened=frozenset[int]().union(*(one.opened for one in known)),
        merged=frozenset[int]().union(*(one.merged for one in known)),
        productive=True if True in verdicts else False if False in verdicts else None,
    )
