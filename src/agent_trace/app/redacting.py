"""Redacting a session: what would be masked in it, and having it masked in everything that is stored, for good.

That a session is redacted is written down beside the archive, not in the index: it holds for every later reading of its
log and for an index that is made anew. The agent's own log is never edited.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from agent_trace.app.enforcement import found_on_disk, rewrite_copy, scrub_logs, settled
from agent_trace.app.forgetting import finish, owe
from agent_trace.app.index import LOCK_WAIT_S
from agent_trace.app.keeping import keeping
from agent_trace.app.leaving import MaskerOf
from agent_trace.app.noted import mask_notes, spots
from agent_trace.app.redaction import masker
from agent_trace.app.sessions import events_of, kept
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError, UnreachableError, WithheldError
from agent_trace.model.events import LlmResponse
from agent_trace.model.selection import Name
from agent_trace.model.session import Numbered
from agent_trace.privacy.masking import Masker
from agent_trace.privacy.rules import Level
from agent_trace.store.archive import Archive
from agent_trace.store.keyed_names import open_names
from agent_trace.store.removal import drop_words, families
from agent_trace.store.sessions import SessionRow
from agent_trace.store.settle import settle
from agent_trace.store.sources import SourceRow, sessions_of, sources
from agent_trace.sync.databases import file_of
from agent_trace.sync.lock import lock


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that would be masked: never its value."""

    kind: str
    level: Level
    session: str
    """The session whose event it is in; the log's first where no event tells of the record."""
    event: int | None
    """The first event of the record that holds it; None for a record that makes none."""
    where: str
    """The place within the record: `message.content[0].text`."""
    log: str
    """The log, or the file of notes."""
    offset: int
    """Of the record in the log, in bytes."""


class Redacted(msgspec.Struct, frozen=True, kw_only=True):
    """What was masked, or would be."""

    applied: bool
    sessions: tuple[str, ...]
    findings: tuple[Finding, ...]
    logs: tuple[str, ...]
    """The agents' own logs that are still there and hold what they held."""
    unread: tuple[str, ...] = ()
    """Logs that can be read no more: their titles alone are stored, and are masked too."""

    @property
    def kinds(self) -> dict[str, int]:
        """How often each kind was found, the most frequent first."""
        return dict(Counter(one.kind for one in self.findings).most_common())


def check(workspace: Workspace, row: SessionRow, masker: MaskerOf) -> Redacted:
    """What would be masked in a session and in all that it started. Raises WithheldError at tier 1."""
    return _told(workspace, _logs(workspace, row), masker, applied=False)


def apply(workspace: Workspace, row: SessionRow) -> Redacted:
    """Mask a session in everything that is stored, now and at every later reading of its log."""
    if workspace.db.in_memory:
        raise UnreachableError("the home cannot be written: nothing is stored that could be masked")
    with workspace.locked() as held:
        if not held:
            raise UnreachableError("another agent-trace is still indexing", hint="try again when it is done")
        logs = _logs(workspace, row)
        told = _told(workspace, logs, lambda cwd: masker(workspace.config, cwd=cwd), applied=True)
        names = {(one.agent, name) for one in logs for name in (one.path, *_keys(workspace, [one]))}
        open_names(workspace.config.redactions).add([(row.agent, row.key), *sorted(names)])
        workspace.keeping = keeping(workspace.config)
        mask_notes(workspace)
        _rewrite(workspace, logs)
        finish(workspace)
    workspace.sync()
    workspace.sync_text()
    return told


def _logs(workspace: Workspace, row: SessionRow) -> list[SourceRow]:
    family = families(workspace.db, [row.id])[row.id]
    return list(sources(workspace.db, family.sources).values())


def _keys(workspace: Workspace, logs: Iterable[SourceRow]) -> list[str]:
    listed = msgspec.json.encode([one.id for one in logs]).decode()
    rows = workspace.db.execute(
        "SELECT DISTINCT key FROM part JOIN session ON session.id = part.session "
        "WHERE source IN (SELECT value FROM json_each(?)) ORDER BY length(key), key",
        (listed,),
    )
    return [key for (key,) in rows]


def _told(workspace: Workspace, logs: Sequence[SourceRow], masker_of: MaskerOf, *, applied: bool) -> Redacted:
    findings: list[Finding] = []
    unread: list[str] = []
    for one in logs:
        try:
            folders = sorted(workspace.raw.folders(one)) or (None,)
            findings += _findings(workspace, one, list(dict.fromkeys(map(masker_of, folders))))
        except WithheldError:
            if not applied:
                raise
        except NotFoundError:
            unread.append(one.path)
    findings += _noted(workspace, logs, masker_of)
    return Redacted(
        applied=applied,
        sessions=tuple(_keys(workspace, logs)),
        findings=tuple(findings),
        logs=tuple(dict.fromkeys(one.path for one in logs if os.path.exists(file_of(one.path)))),
        unread=tuple(unread),
    )


def _noted(workspace: Workspace, logs: Sequence[SourceRow], masker_of: MaskerOf) -> Iterator[Finding]:
    """What a person noted about the sessions may quote them."""
    names = {Name(one.agent, key) for one in logs for key in _keys(workspace, [one])}
    folders = sorted({folder for one in logs for folder in workspace.raw.folders(one)}) or (None,)
    for name, line, place in spots(workspace, names, list(dict.fromkeys(map(masker_of, folders)))):
        yield Finding(
            kind=place.kind,
            level=place.level,
            session=name.key,
            event=None,
            where=f"annotation.{place.where}",
            log=workspace.config.annotations,
            offset=line.offset,
        )


def _findings(workspace: Workspace, source: SourceRow, maskers: Sequence[Masker]) -> Iterator[Finding]:
    """What any of the maskers finds: a session may have worked in several repositories, each with rules of its own."""
    source = kept(workspace, source)
    told = _events(workspace, source)
    first = next(iter(_keys(workspace, [source])), "")
    for offset, line in workspace.raw.lines(source):
        seen = {place: one for one in reversed(maskers) for place in one.places(line)}
        for place, finder in seen.items():
            session, number = _event(told.get(offset, ()), place.kind, finder) or (first, None)
            yield Finding(
                kind=place.kind,
                level=place.level,
                session=session,
                event=number,
                where=place.where,
                log=source.path,
                offset=offset,
            )


def _events(workspace: Workspace, source: SourceRow) -> dict[int, list[Numbered]]:
    """Offset of a record → its events with their numbers."""
    found: dict[int, list[Numbered]] = defaultdict(list)
    numbers: dict[str, int] = defaultdict(int)
    for event in events_of(workspace, source, clip=None):
        if isinstance(event, LlmResponse) and event.continues:
            continue
        numbers[event.session] += 1
        if event.origin is not None:
            found[event.origin.offset].append(Numbered(numbers[event.session], event))
    return found


def _event(events: Sequence[Numbered], kind: str, masker: Masker) -> tuple[str, int] | None:
    """The event of a record that holds such a thing, else its first."""
    for number, event in events:
        fields = ((name, getattr(event, name)) for name in event.__struct_fields__)
        texts = ((name, text) for name, text in fields if isinstance(text, str))
        if any(one.kind == kind for name, text in texts for one in masker.find(text, name)):
            return event.session, number
    return (events[0].event.session, events[0].number) if events else None


def _rewrite(workspace: Workspace, logs: Sequence[SourceRow]) -> None:
    archive, db = Archive(workspace.config.archive_folder), workspace.db
    with lock(workspace.config.text_lock_file, wait_s=LOCK_WAIT_S) as held:
        if not held:
            raise UnreachableError("another agent-trace is still indexing text", hint="try again when it is done")
        for one in logs:
            found_on_disk(workspace, archive, one)
            if one.archive_size:
                rewrite_copy(workspace, archive, workspace.raw, one)
        with db.transaction():
            scrub_logs(workspace, logs)
            settle(db, sessions_of(db, [one.id for one in logs]))
            drop_words(db)
            owe(workspace)
        settled(workspace)
