"""Making digests: reading sessions whole, and what they produced and wasted as it is stored.

A log is read once for all its sessions that are asked for, and of its events only what bears on the outcome is kept. At
tier 2 nothing is read: the outcome was worked out when the events were archived (`sync/archived_events.py`).
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple, TypeVar

from msgspec.structs import asdict, astuple

from agent_trace.analysis.bearing import Bearing
from agent_trace.analysis.counting import Claim, claims_of, counting
from agent_trace.analysis.digest import encoded, name_of, plain, united
from agent_trace.analysis.outcome import Outcome, Productive, outcome
from agent_trace.analysis.pull_requests import PullRequest
from agent_trace.analysis.understanding import Understood, joined, understood
from agent_trace.analysis.worked import ToolUse, Worked, whole, worked
from agent_trace.analysis.worked import joined as of_both
from agent_trace.app.sessions import events_of, kept, read_session
from agent_trace.app.workspace import Workspace
from agent_trace.model.events import Event
from agent_trace.model.histogram import written
from agent_trace.model.scan import digest
from agent_trace.model.session import Session, by_session
from agent_trace.store import outcomes, steps, touched
from agent_trace.store.calls import owned_of, owns_call
from agent_trace.store.claims import Spent
from agent_trace.store.database import Database, numbers
from agent_trace.store.outcomes import COMMITS, EDITS, NOTHING, PULLS, Claimed, Digest, Due, Made, Pull
from agent_trace.store.sessions import by_ids
from agent_trace.store.sources import SourceRow, bytes_of, sources, sources_of
from agent_trace.store.steps import Used
from agent_trace.store.touched import Touched
from agent_trace.sync.counted import counted
from agent_trace.sync.figures import outcomes_in, owned_in, understood_in, worked_in
from agent_trace.sync.progress import Progress, Told

BATCH = 64
"""Sessions whose digests are written at once."""
_IDLE = frozenset({"read", "search", "fetch", "plan", "ask", "skill", "agent"})
"""Kinds of tools that make no commit and change no file."""

Answer = TypeVar("Answer")


class Judged(NamedTuple):
    """Of one session; None: that is not known."""

    produced: Outcome | None = None
    found: Understood | None = None
    worked: Worked | None = None


Read = tuple[Due, Judged]


def make(workspace: Workspace, wanted: Sequence[Due], told: Told = lambda _: None) -> None:
    """Make the digests of these sessions, and settle which commits count where."""
    sizes = bytes_of(workspace.db, [one.session for one in wanted])
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


def _write(workspace: Workspace, batch: Sequence[Read]) -> None:
    db = workspace.db
    with db.transaction():
        if not workspace.is_enforced:  # another process decided since what may be kept
            return
        for one, (found, spent, done) in batch:
            if found is None:
                outcomes.keep(db, one)
            elif outcomes.write(db, one, _digest(plain(found), _spent(spent, workspace.book.mark))):
                _write_worked(db, one.session, done)
        outcomes.settle_counts(db, _counting)


def _write_worked(db: Database, session: int, done: Worked | None) -> None:
    """What a session did with tools and files; a call that started a sub-agent ran as long as that lasted.

    None: its events can be read no more, and what is stored of them stays.
    """
    if done is not None:
        steps.write(db, session, [_used(one) for one in whole(done, steps.lasted(db, session))])
        touched.write(db, session, [Touched(**asdict(one)) for one in done.files])


def _used(one: ToolUse) -> Used:
    return Used(**{**asdict(one), "runs": written(one.runs)})


def settle(workspace: Workspace) -> None:
    """Settle which commits count where, after some were forgotten."""
    with workspace.db.transaction():
        outcomes.settle_counts(workspace.db, _counting)


def _counting(claims: list[Claimed]) -> set[tuple[str | int, int]]:
    return counting(Claim(*one) for one in claims)


def _digest(found: Outcome, spent: Spent | None) -> Digest:
    return Digest(
        data=encoded(found),
        spent=spent,
        branch=found.branch,
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


def _spent(found: Understood | None, prices: int) -> Spent | None:
    if found is None:
        return None
    return Spent(
        retries=found.retries,
        findings=found.findings,
        prices=prices if found.claimed else None,
        claimed=tuple((one.at, *astuple(one.cls), *astuple(one)[2:]) for one in found.claimed),
        told=tuple((one.rule, one.fix, one.findings, one.ms) for one in found.told),
    )


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
        self._idle = _idle(workspace, wanted)
        self._wanted = _alone(workspace, wanted)
        self._sizes = bytes_of(workspace.db, [one.session for one in wanted])
        self._events: dict[int, tuple[Bearing, list[Event]]] = {}
        self._batch: list[Read] = []

    def wants(self, source: int) -> bool:
        return source in self._wanted

    def hear(self, source: int, event: Event) -> None:
        if source not in self._events:
            self._events[source] = Bearing(self._sizes.get(self._wanted[source][0].session, 0)), []
        bearing, events = self._events[source]
        events.append(bearing(event))

    def heard(self, source: int) -> None:
        bearing, events = self._events.pop(source, (Bearing(), []))
        wanted = self._wanted[source]
        sessions = by_session(events, wanted[0].agent)
        for one in wanted:
            found = _judged(self.workspace, one, sessions.get(one.key), self._idle, tells=bearing.tells)
            if found.produced is not None and (
                found.found is not None or not bearing.tells
            ):  # what cannot be made now is tried once more when it is asked for
                self._batch.append((one, found))

    def written(self) -> None:
        self.made += len(self._batch)
        _write(self.workspace, self._batch)
        self._batch, self._events = [], {}


def _alone(workspace: Workspace, wanted: Sequence[Due]) -> Mapping[int, Sequence[Due]]:
    """Log → the sessions that it alone tells of."""
    due = {one.session: one for one in wanted}
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
        if len(found) == 1:
            alone[found[0].id].append(one)
            logs[found[0].id] = found[0]
        else:
            bearing = Bearing(sum(log.offset for log in found))
            yield one, _judged(workspace, one, _whole(workspace, one, bearing), idle, tells=bearing.tells)
    for number, some in alone.items():
        yield from _log(workspace, logs[number], some, idle)


def _judged(
    workspace: Workspace, one: Due, session: Session | None, idle: Mapping[int, str | None], *, tells: bool
) -> Judged:
    """What a session produced and what was found in it."""
    produced: Outcome | None = None
    if one.session in idle and not (session is not None and any(event.inherited for event in session.events)):
        produced = Outcome(session=one.key, branch=idle[one.session], productive=Productive(None, "changed nothing"))
    elif session is not None:
        produced = _tried(partial(outcome, session, child=False))
    if session is None:
        return Judged(produced)
    session = counted(workspace.db, one.session, session)
    owns = cache(partial(owns_call, workspace.db, one.session))
    done = _tried(lambda: worked(session, owns))
    return Judged(produced, _tried(lambda: understood(session, owns, workspace.book)) if tells else None, done)


def _log(workspace: Workspace, log: SourceRow, wanted: Sequence[Due], idle: Mapping[int, str | None]) -> Iterator[Read]:
    """The sessions that only one log tells of."""
    keys, bearing = {one.key for one in wanted}, Bearing(log.offset)

    def sessions() -> Mapping[str, Session]:
        events = events_of(workspace, log, clip=None, through=bearing)
        return by_session((event for event in events if event.session in keys), log.agent)

    found = _tried(sessions) or {}
    for one in wanted:
        yield one, _judged(workspace, one, found.get(one.key), idle, tells=bearing.tells)


def _whole(workspace: Workspace, one: Due, bearing: Bearing) -> Session | None:
    """A session that several logs tell of."""
    row = by_ids(workspace.db, [one.session])[0]
    return _tried(lambda: read_session(workspace, row, clip=None, through=bearing))


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
        spent: Understood | None = None
        done: Worked | None = None
        for log in logs[one.session]:
            own, wasted, did = told(log.id)
            held = own.get(one.key)
            found = held if found is None or held is None else united(found, held)
            spent, done = joined(spent, wasted.get(one.key)), of_both(done, did.get(one.key))
        yield one, Judged(found, spent, done)


def _archive(workspace: Workspace, logs: Iterable[SourceRow]) -> None:
    """Bring the archive of some logs up to date, all at once."""
    behind = {log.id for log in logs}
    if behind and workspace.raw.keeps:
        workspace.sync_text(only=behind)


Kept = tuple[Mapping[str, Outcome], Mapping[str, Understood], Mapping[str, Worked]]
"""What a log's archive says that its sessions produced, what was found in them, and what they did with tools and files."""


def _told(workspace: Workspace, log: SourceRow) -> Kept:
    """What stands in a log's archive; where an older version wrote it, or its calls count elsewhere since, it is written anew.

    That needs the log itself.
    """
    line = _first_line(workspace, log)
    if (outcomes_in(line) is None or _is_given_away(workspace, log, line)) and workspace.raw.is_there(log):
        workspace.db.execute("UPDATE source SET kept = 0 WHERE id = ?", (log.id,))
        line = _first_line(workspace, sources(workspace.db, [log.id])[log.id])
        return outcomes_in(line) or {}, understood_in(line), worked_in(line)
    produced = outcomes_in(line) or outcomes_in(line, any_version=True) or {}
    return produced, understood_in(line, any_version=True), worked_in(line)


def _is_given_away(workspace: Workspace, log: SourceRow, line: bytes) -> bool:
    """Whether calls of a log count in another session than when it was archived: the log of whoever made them turned up."""
    told = owned_in(line)
    return owned_of(workspace.db, log.agent, {one.key: one.session for one in told.calls}) != told.owned


def _first_line(workspace: Workspace, log: SourceRow) -> bytes:
    return _tried(lambda: next((line for _, line in workspace.raw.lines(kept(workspace, log))), b"")) or b""
