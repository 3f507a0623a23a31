"""Making digests: reading sessions whole, and what they produced as it is stored.

A log is read once for all its sessions that are asked for, and of its events only what bears on the outcome is kept. At
tier 2 nothing is read: the outcome was worked out when the events were archived (`sync/archived_events.py`).
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import TypeVar

from agent_trace.analysis.bearing import Bearing
from agent_trace.analysis.counting import Claim, claims_of, counting
from agent_trace.analysis.digest import encoded, name_of, plain, united
from agent_trace.analysis.outcome import Outcome, Productive, outcome
from agent_trace.analysis.pull_requests import PullRequest
from agent_trace.app.sessions import events_of, kept, read_session
from agent_trace.app.workspace import Workspace
from agent_trace.model.events import Event
from agent_trace.model.scan import digest
from agent_trace.model.session import Session, by_session
from agent_trace.store import outcomes
from agent_trace.store.database import numbers
from agent_trace.store.outcomes import COMMITS, EDITS, NOTHING, PULLS, Claimed, Digest, Due, Made, Pull
from agent_trace.store.sessions import by_ids
from agent_trace.store.sources import SourceRow, sources, sources_of
from agent_trace.sync.figures import outcomes_in
from agent_trace.sync.progress import Progress, Told

BATCH = 64
"""Sessions whose digests are written at once."""
_IDLE = frozenset({"read", "search", "fetch", "plan", "ask", "skill", "agent"})
"""Kinds of tools that make no commit and change no file."""

Answer = TypeVar("Answer")
Read = tuple[Due, "Outcome | None"]


def make(workspace: Workspace, wanted: Sequence[Due], told: Told = lambda _: None) -> None:
    """Make the digests of these sessions, and settle which commits count where."""
    sizes = _sizes(workspace, wanted)
    progress = Progress(total=sum(sizes.values()))
    batch: list[Read] = []
    for one in _read(workspace, wanted):
        batch.append(one)
        progress.done += sizes.get(one[0].session, 0)
        told(progress)
        if len(batch) >= BATCH:
            _write(workspace, batch)
            batch = []
    _write(workspace, batch)


def _sizes(workspace: Workspace, wanted: Iterable[Due]) -> Mapping[int, int]:
    """Bytes of the logs of each session."""
    rows = workspace.db.execute(
        "SELECT part.session, sum(offset) FROM part JOIN source ON source.id = part.source "
        "WHERE part.session IN (SELECT value FROM json_each(?)) GROUP BY 1",
        (numbers(one.session for one in wanted),),
    )
    return dict(rows.fetchall())


def _write(workspace: Workspace, batch: Sequence[Read]) -> None:
    db = workspace.db
    with db.transaction():
        if not workspace.is_enforced:  # another process decided since what may be kept
            return
        for one, found in batch:
            if found is None:
                outcomes.keep(db, one)
            else:
                outcomes.write(db, one, _digest(plain(found)))
        outcomes.settle_counts(db, _counting)


def settle(workspace: Workspace) -> None:
    """Settle which commits count where, after some were forgotten."""
    with workspace.db.transaction():
        outcomes.settle_counts(workspace.db, _counting)


def _counting(claims: list[Claimed]) -> set[tuple[str | int, int]]:
    return counting(Claim(*one) for one in claims)


def _digest(found: Outcome) -> Digest:
    return Digest(
        data=encoded(found),
        verdict=_verdict(found),
        made=tuple(
            Made(
                event=claim.event, nth=claim.nth, number=one.number, at=one.at, sha=one.sha, prompt=one.prompt,
                model=one.model, stands=one.stands,
            )
            for claim, one in zip(claims_of(0, found, 0), found.commits, strict=True)
        ),
        pulls=tuple(map(_pull, found.pull_requests)),
    )  # fmt: skip


def _pull(one: PullRequest) -> Pull:
    return Pull(
        key=digest(name_of(one).encode()), at=one.at, model=one.model, changed=one.changed_here, created=one.created_here,
        merged=one.merged_here,
    )  # fmt: skip


def _verdict(found: Outcome) -> int | None:
    if not found.productive.value:
        return None if found.productive.value is None else NOTHING
    if found.standing:
        return COMMITS
    return PULLS if any(one.changed_here for one in found.pull_requests) else EDITS


# ---- hearing


class Listening:
    """Makes digests of the logs whose text is indexed: of sessions that only one log tells of."""

    def __init__(self, workspace: Workspace, wanted: Sequence[Due]) -> None:
        self.workspace = workspace
        self.made = 0
        self._wanted = _alone(workspace, wanted)
        self._events: dict[int, tuple[Bearing, list[Event]]] = {}
        self._batch: list[Read] = []

    def wants(self, source: int) -> bool:
        return source in self._wanted

    def hear(self, source: int, event: Event) -> None:
        bearing, events = self._events.setdefault(source, (Bearing(), []))
        events.append(bearing(event))

    def heard(self, source: int) -> None:
        _, events = self._events.pop(source, (None, []))
        wanted = self._wanted[source]
        sessions = by_session(events, wanted[0].agent)
        for one in wanted:
            session = sessions.get(one.key)
            found = None if session is None else _tried(partial(outcome, session, child=False))
            if found is not None:  # what cannot be made now is tried once more when it is asked for
                self._batch.append((one, found))

    def written(self) -> None:
        self.made += len(self._batch)
        _write(self.workspace, self._batch)
        self._batch, self._events = [], {}


def _alone(workspace: Workspace, wanted: Sequence[Due]) -> Mapping[int, Sequence[Due]]:
    """Log → the sessions that it alone tells of, and that did something."""
    idle = _idle(workspace, wanted)
    due = {one.session: one for one in wanted if one.session not in idle}
    found: dict[int, list[Due]] = defaultdict(list)
    rows = workspace.db.execute("SELECT session, min(source) FROM part GROUP BY session HAVING count(*) = 1")
    for session, source in rows:
        if session in due:
            found[source].append(due[session])
    return found


# ---- reading


def _read(workspace: Workspace, wanted: Sequence[Due]) -> Iterator[Read]:
    if workspace.config.tier == 2:
        yield from _kept(workspace, wanted)
        return
    idle = _idle(workspace, wanted)
    alone: dict[int, list[Due]] = defaultdict(list)
    logs: dict[int, SourceRow] = {}
    for one in wanted:
        found = sources_of(workspace.db, one.session)
        if one.session in idle and not any(log.inherited for log in found):
            yield (
                one,
                Outcome(session=one.key, branch=idle[one.session], productive=Productive(None, "changed nothing")),
            )
        elif len(found) == 1:
            alone[found[0].id].append(one)
            logs[found[0].id] = found[0]
        else:
            yield one, _whole(workspace, one)
    for number, some in alone.items():
        yield from _log(workspace, logs[number], some)


def _log(workspace: Workspace, log: SourceRow, wanted: Sequence[Due]) -> Iterator[Read]:
    """The sessions that only one log tells of."""
    keys = {one.key for one in wanted}

    def sessions() -> Mapping[str, Session]:
        events = events_of(workspace, log, clip=None, through=Bearing())
        return by_session((event for event in events if event.session in keys), log.agent)

    found = _tried(sessions) or {}
    for one in wanted:
        session = found.get(one.key)
        yield one, None if session is None else _tried(partial(outcome, session, child=False))


def _whole(workspace: Workspace, one: Due) -> Outcome | None:
    """A session that several logs tell of."""
    row = by_ids(workspace.db, [one.session])[0]
    return _tried(lambda: outcome(read_session(workspace, row, clip=None, through=Bearing()), child=False))


def _tried(read: Callable[[], Answer]) -> Answer | None:
    """What was read; None where that is not possible: one log must not hide what all others tell."""
    try:
        return read()
    except (sqlite3.Error, MemoryError):
        raise
    except Exception:  # a fault of one agent's reader, and whatever is wrong with a file
        return None


def _idle(workspace: Workspace, wanted: Iterable[Due]) -> Mapping[int, str | None]:
    """Sessions whose own tools can have made nothing, each with its branch: what they produced is known unread."""
    listed = numbers(one.session for one in wanted)
    members, busy = workspace.members, set()
    rows = workspace.db.execute(
        "SELECT DISTINCT call.session, agent, text FROM call JOIN tool ON tool.call = call.key JOIN word ON word.id = tool.name "
        "JOIN session ON session.id = call.session WHERE call.session IN (SELECT value FROM json_each(?))",
        (listed,),
    )
    for session, agent, tool in rows:
        if agent not in members or members[agent].agent.kind(tool) not in _IDLE:
            busy.add(session)
    told = workspace.db.execute(
        "SELECT id, branch FROM session WHERE lines_added + lines_removed = 0 AND id IN (SELECT value FROM json_each(?)) "
        "AND EXISTS (SELECT 1 FROM call WHERE call.session = session.id)",
        (listed,),
    )
    return {session: branch for session, branch in told if session not in busy}


def _kept(workspace: Workspace, wanted: Sequence[Due]) -> Iterator[Read]:
    """At tier 2: what was worked out when the records were still there."""
    logs = {one.session: sources_of(workspace.db, one.session) for one in wanted}
    _archive(workspace, [log for found in logs.values() for log in found if not log.form or log.kept < log.offset])
    told = cache(lambda number: _told(workspace, sources(workspace.db, [number])[number]))
    for one in wanted:
        found: Outcome | None = None
        for log in logs[one.session]:
            own = told(log.id).get(one.key)
            found = own if found is None or own is None else united(found, own)
        yield one, found


def _archive(workspace: Workspace, logs: Iterable[SourceRow]) -> None:
    """Bring the archive of some logs up to date, all at once."""
    behind = {log.id for log in logs}
    if behind and workspace.raw.keeps:
        workspace.sync_text(only=behind)


def _told(workspace: Workspace, log: SourceRow) -> Mapping[str, Outcome]:
    """What stands in a log's archive; where an older version wrote it and the log is there, it is written anew."""
    line = _tried(lambda: next((line for _, line in workspace.raw.lines(kept(workspace, log))), b"")) or b""
    told = outcomes_in(line)
    if told is None and workspace.raw.is_there(log):
        workspace.db.execute("UPDATE source SET kept = 0 WHERE id = ?", (log.id,))
        return _told_anew(workspace, log)
    return told or outcomes_in(line, any_version=True) or {}


def _told_anew(workspace: Workspace, log: SourceRow) -> Mapping[str, Outcome]:
    log = sources(workspace.db, [log.id])[log.id]
    line = _tried(lambda: next((line for _, line in workspace.raw.lines(kept(workspace, log))), b"")) or b""
    return outcomes_in(line) or {}
