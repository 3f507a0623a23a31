"""What is stored follows what the person decides: a lower tier scrubs it, new rules mask it, a higher tier reads again.

The index remembers what it was written under. When a sync finds another decision, it first rewrites the archive, log by
log, then every row that says more than it may, and then overwrites the pages that held the rest. All of it may be killed
at any point: it begins again, and finds done what was done. Agents' own logs are never touched.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from agent_trace.app.forgetting import finish, owe
from agent_trace.app.imports import STRANGERS, imported_paths, write_imported
from agent_trace.app.index import LOCK_WAIT_S, damaged_copies
from agent_trace.app.noted import mask_notes
from agent_trace.errors import AgentTraceError, NotFoundError, UnreachableError
from agent_trace.store.archive import Archive, Content, frames_of, unpack
from agent_trace.store.ingest import Ingest
from agent_trace.store.paths import HiddenPaths, Paths
from agent_trace.store.removal import drop_words
from agent_trace.store.scrubbing import drop_branches, read_again, scrub
from agent_trace.store.settle import settle
from agent_trace.store.sources import NO_RECORDS, SourceRow, all_sources
from agent_trace.sync.archived_events import write_events
from agent_trace.sync.databases import file_of
from agent_trace.sync.families import settle_records
from agent_trace.sync.keeping import masked
from agent_trace.sync.lock import lock
from agent_trace.sync.looking import MARKS
from agent_trace.sync.rawlog import RawLogs

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace
    from agent_trace.config import Config

DECIDED = "privacy"
"""Under this name the index remembers what it was written under."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What decides what is stored."""

    tier: int = 3
    rules: str = ""
    """Changes when what is masked may change; empty: nothing is."""
    chosen: int = 0
    """Bytes of the file of redacted sessions, which only grows: a redaction that was killed is brought to its end."""


def decided(config: Config) -> Decision:
    """What the person wants now."""
    chosen = os.path.getsize(config.redactions) if os.path.exists(config.redactions) else 0
    return Decision(tier=config.tier, rules=_rules(config), chosen=chosen)


def _rules(config: Config) -> str:
    if config.redact == "off" and not os.path.exists(config.redactions):
        return ""
    from agent_trace.privacy import RULES_VERSION

    try:
        with open(config.rules, "rb") as file:
            own = file.read()
    except OSError:
        own = b""
    said = msgspec.json.encode([RULES_VERSION, config.privacy_mode, sorted(config.pii)])
    return hashlib.sha256(said + own).hexdigest()[:16]


def enforce(workspace: Workspace) -> None:
    """Bring what is stored in line with what was decided, where it is not. Called under the index's lock."""
    db = workspace.db
    if db.in_memory:
        return
    before = _before(workspace)
    now = decided(workspace.config)
    if before == now:
        return
    if now.rules:
        mask_notes(workspace)
    if _is_empty(workspace):
        _write_paths(workspace, now)
        settled(workspace)
        return
    workspace.keeping.masker_of((), ())  # a rule that is refused is named before anything is rewritten
    workspace.say(f"what is stored is rewritten: {_said(before, now)}")
    with lock(workspace.config.text_lock_file, wait_s=LOCK_WAIT_S) as held:
        if not held:
            raise UnreachableError("another agent-trace is still indexing text", hint="try again when it is done")
        _rewrite_archive(workspace, before, now)
        _rewrite_index(workspace, now)
    finish(workspace)


def is_enforced(workspace: Workspace) -> bool:
    """True where what is stored is what this workspace's configuration asks for."""
    return _before(workspace) == decided(workspace.config)


def _before(workspace: Workspace) -> Decision:
    text = workspace.db.meta(DECIDED)
    return Decision() if text is None else msgspec.json.decode(text, type=Decision)


def _is_empty(workspace: Workspace) -> bool:
    archive = Archive(workspace.config.archive_folder)
    known = workspace.db.execute("SELECT 1 FROM source").fetchone()
    return known is None and not any((*damaged_copies(workspace.config.database), *archive.files()))


def _said(before: Decision, now: Decision) -> str:
    if before.tier != now.tier:
        return f"tier {before.tier} becomes tier {now.tier}"
    return "secrets are masked" if now.rules else "secrets are no longer masked"


# ---------------------------------------------------------------- the archive


def _rewrite_archive(workspace: Workspace, before: Decision, now: Decision) -> None:
    archive = Archive(workspace.config.archive_folder)
    raw = workspace.raw
    if now.tier == 1:
        drop_archive(workspace, archive)
        return
    wider = now.tier > before.tier or (bool(before.rules) and before.rules != now.rules)
    for source in all_sources(workspace.db):
        found_on_disk(workspace, archive, source)
        if wider and os.path.exists(file_of(source.path)):
            drop_copy(workspace, archive, source)
        elif source.archive_size:
            rewrite_copy(workspace, archive, raw, source)
    known = {archive.file(one.agent, one.path) for one in all_sources(workspace.db) if one.archive_size}
    _unlink(file for file in archive.files() if file not in known)


def drop_archive(workspace: Workspace, archive: Archive) -> None:
    """Nothing is archived any more."""
    with workspace.db.transaction():
        workspace.db.execute(f"UPDATE source SET archive_size = 0, kept = 0, form = 0, {NO_RECORDS}")
    _unlink(archive.files())


def drop_copy(workspace: Workspace, archive: Archive, source: SourceRow) -> None:
    """A log that is still there is archived anew."""
    workspace.db.execute(
        f"UPDATE source SET archive_size = 0, kept = 0, form = 0, {NO_RECORDS} WHERE id = ?", (source.id,)
    )
    archive.remove(source.agent, source.path)


def found_on_disk(workspace: Workspace, archive: Archive, source: SourceRow) -> None:
    """A rewriting that was killed may have put events where the row says records."""
    frames = archive.frames(source.agent, source.path)
    if source.form or not frames or not frames[0].header.form:
        return
    size = frames[-1].at + frames[-1].header.packed
    workspace.db.execute(f"UPDATE source SET form = 1, archive_size = ?, {NO_RECORDS} WHERE id = ?", (size, source.id))
    source.form, source.generation, source.archive_size = 1, 0, size


def rewrite_copy(workspace: Workspace, archive: Archive, raw: RawLogs, source: SourceRow) -> None:
    """Put what may be kept in the place of what is archived of a log; what cannot be read is not kept."""
    try:
        if not raw.keeping.raw and not source.form:
            write_events(raw, source, archive, lambda: raw.stream(source))
        else:
            _mask_copy(workspace, archive, raw, source)
    except (AgentTraceError, OSError) as error:
        workspace.say(f"the archived copy of {source.path} cannot be rewritten and is removed: {error}")
        drop_copy(workspace, archive, source)


def _mask_copy(workspace: Workspace, archive: Archive, raw: RawLogs, source: SourceRow) -> None:
    """Every line keeps its length, so every frame keeps its place in the stream."""
    masker = raw.masker(source)
    if masker is None:
        return
    if not archive.holds(source.agent, source.path, source.archive_size):
        raise NotFoundError("it is missing or cut")
    file = archive.file(source.agent, source.path)
    frames = (
        Content(
            offset=frame.header.offset,
            data=masked(unpack(file, frame), masker),
            generation=frame.header.generation,
            form=frame.header.form,
        )
        for frame in frames_of(file, source.archive_size)
    )
    size = archive.write_anew(source.agent, source.path, frames)
    workspace.db.execute("UPDATE source SET archive_size = ? WHERE id = ?", (size, source.id))


def _unlink(files: Iterable[str]) -> None:
    for file in list(files):
        os.unlink(file)


# ---------------------------------------------------------------- the index


def _rewrite_index(workspace: Workspace, now: Decision) -> None:
    db = workspace.db
    logs = all_sources(db)
    with db.transaction():
        scrub_logs(workspace, logs)
        if now.tier == 1:
            drop_branches(db)
        for name in (STRANGERS, MARKS):
            db.execute("DELETE FROM meta WHERE key = ?", (name,))
        everyone = [row[0] for row in db.execute("SELECT id FROM session")]
        settle(db, everyone)
        settle_records(db, Ingest(db), everyone)
        drop_words(db)
        owe(workspace)
    _write_paths(workspace, now)
    settled(workspace)


def settled(workspace: Workspace) -> None:
    """What is stored is what was decided."""
    with workspace.db.transaction():
        workspace.db.remember(DECIDED, msgspec.json.encode(decided(workspace.config)).decode())


def scrub_logs(workspace: Workspace, logs: Sequence[SourceRow]) -> None:
    """Rewrite what the index holds of logs, inside the caller's transaction; the next sync reads them anew."""
    raw = workspace.raw
    scrub(
        workspace.db,
        raw.keeping.narrow_part,
        raw.keeping.narrow_reason,
        {one.id: raw.masker(one) for one in logs},
        raw.keeping.narrow_outcome,
    )
    read_again(workspace.db, [one.id for one in logs])


def _write_paths(workspace: Workspace, now: Decision) -> None:
    """Paths of logs as the tier wants them, in the index and among what was imported."""
    db, file = workspace.db, workspace.config.sources
    if now.tier > 1 and not db.paths.hides:
        return
    before, imported = db.paths, imported_paths(workspace)
    # a rewriting that was killed may have left the file and rewritten nothing
    after = Paths() if now.tier > 1 else before if before.hides else HiddenPaths(file)
    rows = db.execute("SELECT id, path FROM source").fetchall()
    with db.transaction():
        db.executemany(
            "UPDATE source SET path = ? WHERE id = ?", [(after.stored(before.real(path)), one) for one, path in rows]
        )
    db.paths = after
    write_imported(workspace, imported)
    if after is not before:
        before.close()
    if not after.hides:
        os.unlink(file)
