"""An index of an older DATA_VERSION is made again; nothing that only it holds is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from agent_trace.store.schema import DATA_VERSION
from agent_trace.store.sources import add_source, all_sources

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace


def rebuild_if_due(workspace: Workspace) -> None:
    """Read every log again that still can be read; keep the rows of the others. Then adopt archived logs that are unknown."""
    db = workspace.db
    if db.is_outdated:
        workspace.say(f"the index has data version {db.version}, this one writes {DATA_VERSION}: reading the logs again")
        with db.transaction():
            readable = [source.id for source in all_sources(db) if workspace.raw.is_live(source) or source.archive_size]
            db.executemany(
                "UPDATE source SET offset = 0, edge = NULL, state = NULL, size = 0, mtime = 0, indexed = 0, events = 0, "
                "reader = NULL WHERE id = ?",
                [(one,) for one in readable],
            )
            for table in ("part", "record", "unread", "doc", "link", "call", "prompt"):
                db.executemany(_FORGET[table], [(one,) for one in readable])
            db.execute("DELETE FROM tool WHERE call NOT IN (SELECT key FROM call)")
            db.execute(f"PRAGMA user_version = {DATA_VERSION}")
        db.version = DATA_VERSION
    if not db.in_memory and db.meta("adopted") is None:
        adopt_archive(workspace)


_FORGET = {
    "part": "DELETE FROM part WHERE source = ?",
    "record": "DELETE FROM record WHERE source = ?",
    "unread": "DELETE FROM unread WHERE source = ?",
    "doc": "DELETE FROM doc WHERE source = ?",
    "link": "DELETE FROM link WHERE source = ?",
    "call": "DELETE FROM call WHERE source = ?",
    "prompt": "DELETE FROM prompt WHERE source = ?",
}


def adopt_archive(workspace: Workspace) -> int:
    """A new index beside an old archive: sessions whose logs are gone are read from it. How many were."""
    db, archive = workspace.db, workspace.raw.archive
    adopted = 0
    if archive is not None:
        for path in archive.files():
            adopted += _adopt(workspace, path)
    with db.transaction():
        db.remember("adopted", workspace.now.isoformat())
    return adopted


def _adopt(workspace: Workspace, path: str) -> int:
    from agent_trace.store.archive import frames_of
    from agent_trace.store.ingest import Heard, Ingest
    from agent_trace.store.settle import settle
    from agent_trace.sync.families import settle_records
    from agent_trace.sync.forks import resolve

    frames = list(frames_of(path))
    if not frames or frames[0].header.agent not in workspace.members:
        return 0
    header, db, archive = frames[0].header, workspace.db, workspace.raw.archive
    known = db.execute("SELECT offset FROM source WHERE path = ?", (header.path,)).fetchone()
    if archive is None or (known is not None and known[0]):
        return 0
    member = workspace.members[header.agent]
    scanner = member.scanner(header.path, None)
    for offset, data in ((0, archive.read(header.agent, header.path)),):
        scanner.feed(data, offset)
    scan, state = scanner.finish()
    last = frames[-1]
    with db.transaction():
        source = add_source(db, header.agent, header.path, 0)
        db.execute(
            "UPDATE source SET offset = ?, state = ?, archive_size = ?, kept = ?, generation = ?, gone = 1, changed = 1 WHERE id = ?",
            (
                scan.offset,
                msgspec.msgpack.encode(state),
                last.at + last.header.packed,
                scan.offset,
                max(frame.header.generation for frame in frames),
                source,
            ),
        )
        ingest = Ingest(db)
        touched = ingest.write([Heard(source=source, agent=header.agent, scan=scan, mode="replace")]).sessions
        touched |= resolve(db, workspace.members, ingest, workspace.raw, {source}, {source: scan})
        settle(db, touched)
        settle_records(db, ingest, touched)
    return 1
