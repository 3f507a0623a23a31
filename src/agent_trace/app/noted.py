"""What is noted follows what is decided about sessions: it goes when they are forgotten, and is masked when they are."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from agent_trace.app.annotations import LOCK_WAIT_S
from agent_trace.app.workspace import Workspace
from agent_trace.errors import UnreachableError
from agent_trace.model.selection import Name
from agent_trace.store.annotations import Edit, Line, encoded
from agent_trace.sync.lock import lock

if TYPE_CHECKING:
    from agent_trace.privacy.masking import Masker, Place

_ID = re.compile(rb'"session_id"\s*:\s*("(?:[^"\\]|\\.)*")')
_AGENT = re.compile(rb'"agent"\s*:\s*("(?:[^"\\]|\\.)*")')


class Spot(NamedTuple):
    """A thing in what was noted that would be masked."""

    name: Name
    line: Line
    place: Place


def drop_forgotten(workspace: Workspace) -> None:
    """Take out what was noted about forgotten sessions, for good. Raises UnreachableError."""
    forgotten = workspace.tombstones
    if forgotten is None or not os.path.exists(workspace.config.annotations):
        return
    agents = workspace.agent_names()

    def stays(line: Line) -> bool:
        if not line.data.rstrip().endswith(b"}"):
            return False  # torn: nobody was told that it is kept
        return not any((name.agent, name.key) in forgotten for name in names_of(line, agents))

    _change(workspace, lambda lines: [line.data for line in lines if stays(line)])


def mask_notes(workspace: Workspace) -> None:
    """Mask what was noted about sessions that are masked. Raises UnreachableError."""
    if not os.path.exists(workspace.config.annotations):
        return
    agents, folders = workspace.agent_names(), _folders(workspace)

    def masked(line: Line) -> bytes:
        names = names_of(line, agents)
        masker = workspace.keeping.masker_of(names, [folders[name] for name in names if name in folders])
        return line.data if masker is None else masker.line(line.data)

    _change(workspace, lambda lines: [masked(line) for line in lines])


def follow_merged(workspace: Workspace) -> None:
    """What was noted about a secondhand log's session belongs to the session that the log merged into. Raises UnreachableError."""
    given = workspace.given
    secondhand = {name for name, member in workspace.members.items() if member.agent.secondhand}
    if given is None or not any(one.agent in secondhand for one in given.rows):
        return
    names = _merged(workspace)

    def renamed(line: Line) -> bytes:
        name = None if line.given is None else names.get(line.given.name)
        if line.given is None or name is None:
            return line.data
        return encoded(msgspec.structs.replace(line.given, agent=name.agent, session_id=name.key))

    _change(workspace, lambda lines: [renamed(line) for line in lines])


def _merged(workspace: Workspace) -> Mapping[Name, Name]:
    """The session of a secondhand log → the one that it merged into."""
    rows = workspace.db.execute(
        "SELECT source.agent, source.path, session.agent, session.key FROM merged "
        "JOIN source ON source.id = merged.source JOIN session ON session.id = merged.session"
    )
    return {
        Name(of, workspace.members[of].place(workspace.db.paths.real(path)).session): Name(agent, key)
        for of, path, agent, key in rows
    }


def spots(workspace: Workspace, names: Collection[Name], maskers: Sequence[Masker]) -> Iterator[Spot]:
    """What any of the maskers finds in what was noted about some sessions."""
    if workspace.given is None:
        return
    agents = workspace.agent_names()
    for line in workspace.annotation_file.lines():
        name = next((one for one in names_of(line, agents) if one in names), None)
        if name is not None:
            for place in dict.fromkeys(place for masker in maskers for place in masker.places(line.data)):
                yield Spot(name, line, place)


def names_of(line: Line, agents: Iterable[str]) -> list[Name]:
    """The session that a line is about, whoever wrote it; one of every agent where it names none."""
    if line.given is not None:
        return [Name(line.given.agent, line.given.session_id)]
    key, agent = _value(_ID, line.data), _value(_AGENT, line.data)
    return [Name(one, key) for one in ([agent] if agent else agents)] if key else []


def _value(pattern: re.Pattern[bytes], data: bytes) -> str:
    found = pattern.search(data)
    try:
        return msgspec.json.decode(found.group(1), type=str) if found else ""
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _folders(workspace: Workspace) -> Mapping[Name, str]:
    rows = workspace.db.execute("SELECT agent, key, cwd FROM session WHERE cwd IS NOT NULL")
    return {Name(agent, key): cwd for agent, key, cwd in rows}


def _change(workspace: Workspace, edit: Edit) -> None:
    with lock(workspace.config.annotations_lock_file, wait_s=LOCK_WAIT_S) as held:
        if not held:
            raise UnreachableError("another agent-trace is writing notes", hint="try again when it is done")
        workspace.annotation_file.change(edit)
