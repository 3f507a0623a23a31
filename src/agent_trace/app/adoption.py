"""A new index beside an old archive: what only the archive still has comes back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent_trace.store.sources import adopt_source
from agent_trace.sync.databases import file_of

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace
    from agent_trace.store.archive import Archive, Frame, Header


def adopt_if_due(workspace: Workspace) -> None:
    """Make every archived log known that the index does not know; the sync that follows reads them."""
    db = workspace.db
    if db.in_memory or db.meta("adopted") is not None or workspace.config.archive == "off":
        return
    with db.transaction():
        if os.path.isdir(workspace.config.archive_folder) and workspace.raw.archive is not None:
            _adopt(workspace, workspace.raw.archive)
        db.remember("adopted", workspace.now.isoformat())


def _adopt(workspace: Workspace, archive: Archive) -> None:
    from agent_trace.store.archive import frames_of

    for path in archive.files():
        frames = list(frames_of(path))
        if not frames or archive.file(frames[0].header.agent, frames[0].header.path) != path:
            continue
        if _is_forgotten(workspace, frames[0].header) or _is_outdone(workspace, frames):
            os.unlink(path)
        else:
            _make_known(workspace, frames)


def _is_forgotten(workspace: Workspace, header: Header) -> bool:
    forgotten, member = workspace.tombstones, workspace.members.get(header.agent)
    if forgotten is None or member is None:
        return False
    key = member.place(header.path).session
    return any((header.agent, name) in forgotten for name in (header.path, key, key.partition("/")[0]))


def _is_outdone(workspace: Workspace, frames: Sequence[Frame]) -> bool:
    """Events were archived at tier 2; now the log, which is still there, is to be kept as it is."""
    header = frames[0].header
    return workspace.config.tier == 3 and bool(header.form) and os.path.exists(file_of(header.path))


def _make_known(workspace: Workspace, frames: Sequence[Frame]) -> None:
    header, last = frames[0].header, frames[-1]
    generation = max(frame.header.generation for frame in frames)
    adopt_source(
        workspace.db,
        header.agent,
        header.path,
        size=last.at + last.header.packed,
        kept=0 if generation else last.header.offset + last.header.raw,
        generation=generation,
        form=max(frame.header.form for frame in frames),
    )
