"""Logs that lie outside the agents' homes and were given by path: remembered in a file, looked at in every sync."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from agent_trace.sync.bundles import bundle_of, files_of
from agent_trace.sync.databases import HEADER, sessions_in
from agent_trace.sync.discovery import is_text
from agent_trace.sync.found import Found
from agent_trace.sync.globs import ending
from agent_trace.sync.members import Member
from agent_trace.sync.opening import look_up

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace

FILE = "imported"
STRANGERS = "strangers"
"""Under this name the index remembers files that are no logs, so that nobody opens them again while they are unchanged."""
HEAD = 262_144
"""Bytes by which a log is recognised."""
LONGEST = 64 * 1024 * 1024
"""Bytes of a first line: pictures make long ones."""
_ENDINGS = (".jsonl", ".json")


class Stranger(msgspec.Struct, frozen=True, kw_only=True):
    """A file that no agent's reader knows."""

    path: str
    reason: str


class Recognised(msgspec.Struct, frozen=True, kw_only=True):
    """What lies at or below a path."""

    logs: tuple[Found, ...]
    strangers: tuple[Stranger, ...]


# ---------------------------------------------------------------- the file of imported paths


def imported_paths(workspace: Workspace) -> list[str]:
    """Every path that was imported, once."""
    try:
        with open(_file(workspace), encoding="utf-8", errors="surrogateescape") as file:
            lines = dict.fromkeys(line.rstrip("\n") for line in file if line.strip())
    except OSError:
        return []
    return list(map(workspace.db.paths.real, lines))


def remember(workspace: Workspace, path: str) -> None:
    """Look at a path in every later sync too."""
    path = os.path.abspath(path)
    if path not in imported_paths(workspace):
        _write(workspace, [path], os.O_APPEND)


def drop_imported(workspace: Workspace, logs: Container[str]) -> None:
    """No longer look at single logs that were imported by their own path; folders stay."""
    paths = imported_paths(workspace)
    kept = [path for path in paths if path not in logs]
    if kept != paths:
        write_imported(workspace, kept)


def write_imported(workspace: Workspace, paths: Iterable[str]) -> None:
    """Write down which paths were imported, as the index writes paths now."""
    if os.path.exists(_file(workspace)):
        _write(workspace, paths, os.O_TRUNC)


def _write(workspace: Workspace, paths: Iterable[str], how: int) -> None:
    descriptor = os.open(_file(workspace), os.O_CREAT | os.O_WRONLY | how, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.writelines(workspace.db.paths.stored(path) + "\n" for path in paths)


def _file(workspace: Workspace) -> str:
    return os.path.join(workspace.config.home, FILE)


# ---------------------------------------------------------------- which files are logs


def imported(workspace: Workspace) -> list[Found]:
    """The logs at and below every imported path. Files that are known, as logs or as none, are not opened."""
    paths = imported_paths(workspace)
    if not paths:
        return []
    rows = workspace.db.execute("SELECT path, agent FROM source").fetchall()
    known = {workspace.db.paths.real(path): agent for path, agent in rows}
    before = _strangers(workspace)
    found = [_looked_up(path, workspace.members, known, before) for path in paths]
    after = {one.path: _mark(one.path) for part in found for one in part.strangers}
    if after != before:
        with workspace.db.transaction():
            told = {workspace.db.paths.stored(path): mark for path, mark in after.items()}
            workspace.db.remember(STRANGERS, json.dumps(told))
    return [log for part in found for log in part.logs]


def recognised(path: str, members: Mapping[str, Member]) -> Recognised:
    """The logs at or below a path that some agent's reader knows, and the files that none does, with the reason."""
    return _looked_up(path, members, {}, {})


def _strangers(workspace: Workspace) -> dict[str, str]:
    text = workspace.db.meta(STRANGERS)
    return (
        {}
        if text is None
        else {workspace.db.paths.real(str(path)): str(mark) for path, mark in json.loads(text).items()}
    )


def _mark(path: str) -> str:
    """What changes when a file does."""
    try:
        status = os.stat(path)
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns}"


def _looked_up(
    path: str, members: Mapping[str, Member], known: Mapping[str, str], strangers: Mapping[str, str]
) -> Recognised:
    look = _Look(members, known, strangers)
    for file in _files(os.path.abspath(path), list(members.values())):
        look.at(file)
    return look.result()


class _Look:
    """A walk over files: what they are, and what belongs to another."""

    def __init__(self, members: Mapping[str, Member], known: Mapping[str, str], strangers: Mapping[str, str]) -> None:
        self.members, self.known, self.strangers = members, known, strangers
        self.logs: list[Found] = []
        self.strange: list[Stranger] = []
        self.parts: set[str] = set()
        """Files that belong to the log of another one."""

    def at(self, file: str) -> None:
        """Tell what a file is."""
        if not is_text(file):
            self._pass(os.fsencode(file).decode("utf-8", "replace"), "its name is no UTF-8")
        elif self.strangers.get(file) == _mark(file):
            self._pass(file, "as before")
        else:
            self._open(file)

    def _open(self, file: str) -> None:
        try:
            if _is_database(file):
                self._database(file)
                return
            agent, reason = (self.known[file], "") if file in self.known else _agent(file, list(self.members.values()))
            if not agent:
                self._pass(file, reason)
                return
            self.logs.append(look_up(self.members[agent], file))
            bundle = bundle_of(self.members[agent].agent, file)
            self.parts.update(files_of(bundle, file)[1:] if bundle else ())
        except OSError as error:
            self._pass(file, error.strerror or str(error))

    def _database(self, file: str) -> None:
        """The first agent whose SQL runs: its tables are those of the file."""
        for member in self.members.values():
            for database in member.agent.databases:
                try:
                    self.logs += sessions_in(database, member.agent.name, file)
                except sqlite3.Error:
                    continue
                return
        self._pass(file, "a database, but of no agent that is known")

    def _pass(self, file: str, reason: str) -> None:
        self.strange.append(Stranger(path=file, reason=reason))

    def result(self) -> Recognised:
        """Logs and strangers; a file that belongs to a log is neither."""
        return Recognised(
            logs=tuple(one for one in self.logs if one.path not in self.parts),
            strangers=tuple(one for one in self.strange if one.path not in self.parts),
        )


def _is_database(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(len(HEADER)) == HEADER


def _files(path: str, members: Sequence[Member]) -> Iterator[str]:
    """The file itself, or what may be a log in a folder and those below it."""
    if os.path.isfile(path):
        yield path
    endings, beside = _endings(members), tuple(ending for member in members for ending in member.agent.beside)
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            file = os.path.join(folder, name)
            if name.endswith(endings) and not (beside and name.endswith(beside)) and os.path.isfile(file):
                yield file


def _endings(members: Sequence[Member]) -> tuple[str, ...]:
    """How the names of logs end."""
    agents = [member.agent for member in members]
    patterns = {pattern for one in agents for pattern in one.files}
    patterns |= {bundle.main for one in agents for bundle in one.bundles}
    patterns |= {database.file for one in agents for database in one.databases}
    return tuple({*_ENDINGS, *(ending(pattern) for pattern in patterns if ending(pattern))})


def _agent(path: str, members: Sequence[Member]) -> tuple[str, str]:
    """The agent whose log this is; else the reason why it is none's."""
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD)
            if b"\n" not in head:
                head += file.readline(LONGEST)
    except OSError as error:
        return "", error.strerror or str(error)
    for member in members:
        if member.recognises(path, head):
            return member.agent.name, ""
    return "", _why_not(head)


def _why_not(head: bytes) -> str:
    if not head.strip():
        return "empty"
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return "JSON, but no record of an agent that is known" if first in (b"{", b"[") else "not lines of JSON"
