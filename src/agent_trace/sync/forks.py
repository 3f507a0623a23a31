"""Logs that share rows: who made them, and what the others merely inherited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from agent_trace.analysis.ownership import Log, inherited
from agent_trace.errors import NotFoundError, UnreadableError
from agent_trace.model.scan import PROGRESS, Scan
from agent_trace.store.calls import own_calls, row_of
from agent_trace.store.database import Database
from agent_trace.store.ingest import Heard, Ingest, Mode
from agent_trace.store.sources import SourceRow, inherited_keys, peers, sources
from agent_trace.sync.figures import keyed
from agent_trace.sync.members import Member
from agent_trace.sync.rawlog import RawLogs


def resolve(
    db: Database,
    members: Mapping[str, Member],
    ingest: Ingest,
    raw: RawLogs,
    touched: Iterable[int],
    whole: Mapping[int, Scan],
) -> set[int]:
    """Work out ownership again in every group of logs that one of these belongs to; the sessions that it changed.

    `whole` holds the passes of this batch over logs that were read from their start: they are not read again.
    """
    changed: set[int] = set()
    for group in _groups(peers(db, touched)):
        changed |= _resolve_group(db, members, ingest, raw, group, whole)
    return changed


def _groups(edges: Mapping[int, set[int]]) -> list[set[int]]:
    """Connected logs."""
    left, groups = set(edges), []
    while left:
        group, wave = set(), {min(left)}
        while wave:
            group |= wave
            wave = {other for one in wave for other in edges.get(one, ())} - group
        groups.append(group)
        left -= group
    return groups


class _Copy(msgspec.Struct):
    source: SourceRow
    member: Member
    scan: Scan
    log: Log


def _resolve_group(
    db: Database,
    members: Mapping[str, Member],
    ingest: Ingest,
    raw: RawLogs,
    group: Iterable[int],
    whole: Mapping[int, Scan],
) -> set[int]:
    copies: dict[int, _Copy] = {}
    missing = False
    for number, source in sources(db, group).items():
        member = members[source.agent]
        scan = whole.get(number) or _scanned(member, raw, source, frozenset())
        if scan is None:
            missing = True
            continue
        session = next(iter(scan.parts), "")
        rows = [(str(key), at, part) for key, at, part in keyed(scan)]
        log = Log(source=number, session=session, born=source.born, rows=rows)
        copies[number] = _Copy(source, member, scan, log)
    skip = inherited([copy.log for copy in copies.values()])
    changed: set[int] = set()
    for number in reversed(skip):
        keys = frozenset(map(int, skip[number]))
        if missing:
            keys |= inherited_keys(copies[number].source)  # it stays so when the log it came from can be read no more
        changed |= _assign(db, ingest, raw, copies[number], keys)
    return changed


def _scanned(member: Member, raw: RawLogs, source: SourceRow, skip: frozenset[int]) -> Scan | None:
    """A whole log, without the rows of others; None where it can be read no more."""
    try:
        return raw.keeping.narrow(member.whole_scan(source.path, lambda: raw.records(source), skip=skip).scan)
    except (OSError, NotFoundError, UnreadableError):
        return _archived(raw, source, skip) if source.form else None


def _archived(raw: RawLogs, source: SourceRow, skip: frozenset[int]) -> Scan | None:
    """What its archive of events tells of a log that is gone."""
    try:
        return raw.reader(source).whole_scan(source.path, lambda: raw.stream(source), skip=skip).scan
    except (OSError, NotFoundError, UnreadableError):
        return None


def _assign(db: Database, ingest: Ingest, raw: RawLogs, copy: _Copy, skip: frozenset[int]) -> set[int]:
    """Give a log what is its own. Called from the worst claim to the best, so that the best has the last word."""
    source, agent = copy.source, copy.member.agent.name
    scan = _scanned(copy.member, raw, source, skip) if skip else copy.scan
    if scan is None:
        return set()
    mode: Mode = "widen" if source.changed == 2 else "replace"
    changed = ingest.replace_part(Heard(source=source.id, agent=agent, scan=scan, mode=mode))
    owned = [
        row_of(call, source.id, ingest.session(agent, call.session), ingest.word)
        for call in scan.calls.values()
        if call.rank < PROGRESS or skip
    ]
    own_calls(db, owned)
    changed |= {one.session for one in owned}
    db.executemany(
        "INSERT OR REPLACE INTO prompt VALUES (?, ?, ?, ?)",
        [
            (key, source.id, ingest.session(agent, session), -1 if at is None else at)
            for key, session, at in scan.prompts
        ],
    )
    _keep_inherited(db, source, skip)
    return changed


def _keep_inherited(db: Database, source: SourceRow, skip: frozenset[int]) -> None:
    """What a reader must mark as inherited; the full text is made again where that changed."""
    data = msgspec.msgpack.encode(sorted(skip)) if skip else None
    if data == source.inherited:
        return
    db.execute("DELETE FROM doc WHERE source = ?", (source.id,))
    db.execute(
        "UPDATE source SET inherited = ?, indexed = 0, events = 0, reader = NULL, "
        "kept = CASE WHEN form THEN 0 ELSE kept END WHERE id = ?",
        (data, source.id),
    )
