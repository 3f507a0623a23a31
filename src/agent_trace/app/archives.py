"""The archive as a whole: is every copy still what was written, and what does one of them hold."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import msgspec

from agent_trace.app.workspace import Workspace
from agent_trace.errors import CorruptArchiveError, NotFoundError
from agent_trace.store.archive import Archive, frames_of, unpack
from agent_trace.store.sessions import SessionRow
from agent_trace.store.sources import SourceRow, all_sources, keys_of, sources_of
from agent_trace.sync.databases import file_of
from agent_trace.sync.progress import Progress, Told


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """One archived log."""

    file: str
    agent: str
    log: str
    """Where the log was when it was archived."""
    sessions: tuple[str, ...]
    """What is in it, as far as the index knows."""
    frames: int
    raw_bytes: int
    packed_bytes: int
    damage: tuple[str, ...]
    """What is wrong with it; empty: every frame is what was written."""
    log_exists: bool


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification found."""

    copies: int
    frames: int
    raw_bytes: int
    packed_bytes: int
    unknown: int
    """Copies that the index does not know: what was archived by another index, or by one that was lost."""
    seconds: float
    damaged: tuple[Copy, ...]


def verify(workspace: Workspace, told: Told = lambda _: None) -> Verified:
    """Read every frame of every archived log and check it."""
    begun = time.perf_counter()
    archive = Archive(workspace.config.archive_folder)
    known = {archive.file(one.agent, one.path): one for one in all_sources(workspace.db) if one.archive_size}
    files = sorted({*archive.files(), *known})
    progress = Progress(total=sum(os.path.getsize(file) for file in files if os.path.exists(file)))
    copies = [_checked(workspace, file, known.get(file), progress, told) for file in files]
    return Verified(
        copies=len(copies),
        frames=sum(one.frames for one in copies),
        raw_bytes=sum(one.raw_bytes for one in copies),
        packed_bytes=sum(one.packed_bytes for one in copies),
        unknown=sum(file not in known for file in files),
        seconds=round(time.perf_counter() - begun, 3),
        damaged=tuple(one for one in copies if one.damage),
    )


def _checked(workspace: Workspace, file: str, source: SourceRow | None, progress: Progress, told: Told) -> Copy:
    wanted = source.archive_size if source else None
    frames, raw, end, faults = 0, 0, 0, []
    agent, log = (source.agent, source.path) if source else ("", "")
    for frame in frames_of(file, wanted):
        agent, log = frame.header.agent, frame.header.path
        if frame.header.offset != raw:
            faults.append(f"the frame at byte {frame.at} continues at {frame.header.offset}, not at {raw}")
        try:
            unpack(file, frame)
        except CorruptArchiveError as error:
            faults.append(str(error).removeprefix(f"{file}: "))
        frames, raw, end = frames + 1, frame.header.offset + frame.header.raw, frame.at + frame.header.packed
        progress.done += frame.header.packed
        told(progress)
    there = os.path.getsize(file) if os.path.exists(file) else 0
    if end < (wanted or 0):
        faults.append(f"{wanted or 0} bytes were written, {min(there, end)} can be read")
    elif source is None and end < there:
        faults.append(f"what stands behind byte {end} is no frame")
    return Copy(
        file=file,
        agent=agent,
        log=log,
        sessions=keys_of(workspace.db, source.id) if source else (),
        frames=frames,
        raw_bytes=raw,
        packed_bytes=end,
        damage=tuple(faults),
        log_exists=bool(log) and os.path.exists(file_of(log)),
    )


def archived_logs(workspace: Workspace, row: SessionRow) -> Iterator[bytes]:
    """The archived logs that hold a session, as they were. Raises NotFoundError, CorruptArchiveError."""
    archive = Archive(workspace.config.archive_folder)
    found: list[bytes] = []
    for source in sources_of(workspace.db, row.id):
        if not source.archive_size:
            continue
        data = b"".join(piece for _, piece, _ in archive.stream(source.agent, source.path, 0, source.archive_size))
        if data not in found:
            found.append(data)
            yield data
    if not found:
        raise NotFoundError(
            f"session {row.key} is not archived",
            hint="`agent-trace sync` archives what is new; `agent-trace show --raw` reads the agent's own log",
        )
