"""Logs that lie outside the agents' homes and were given by path: remembered in a file, looked at in every sync."""

from __future__ import annotations

import json
import os
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from agent_trace.config import Config
from agent_trace.sync.discovery import Found, is_text
from agent_trace.sync.members import Member

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


def imported_paths(config: Config) -> list[str]:
    """Every path that was imported, once."""
    try:
        with open(os.path.join(config.home, FILE), encoding="utf-8", errors="surrogateescape") as file:
            return list(dict.fromkeys(line.rstrip("\n") for line in file if line.strip()))
    except OSError:
        return []


def remember(config: Config, path: str) -> None:
    """Look at a path in every later sync too."""
    path = os.path.abspath(path)
    if path not in imported_paths(config):
        _write(config, [path], os.O_APPEND)


def drop_imported(config: Config, logs: Container[str]) -> None:
    """No longer look at single logs that were imported by their own path; folders stay."""
    paths = imported_paths(config)
    kept = [path for path in paths if path not in logs]
    if kept != paths:
        _write(config, kept, os.O_TRUNC)


def _write(config: Config, paths: Iterable[str], how: int) -> None:
    descriptor = os.open(os.path.join(config.home, FILE), os.O_CREAT | os.O_WRONLY | how, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.writelines(path + "\n" for path in paths)


# ---------------------------------------------------------------- which files are logs


def imported(workspace: Workspace) -> list[Found]:
    """The logs at and below every imported path. Files that are known, as logs or as none, are not opened."""
    paths = imported_paths(workspace.config)
    if not paths:
        return []
    known = dict(workspace.db.execute("SELECT path, agent FROM source").fetchall())
    before = _strangers(workspace)
    found = [_looked_up(path, workspace.members, known, before) for path in paths]
    after = {one.path: _mark(one.path) for part in found for one in part.strangers}
    if after != before:
        with workspace.db.transaction():
            workspace.db.remember(STRANGERS, json.dumps(after))
    return [log for part in found for log in part.logs]


def recognised(path: str, members: Mapping[str, Member]) -> Recognised:
    """The logs at or below a path that some agent's reader knows, and the files that none does, with the reason."""
    return _looked_up(path, members, {}, {})


def _strangers(workspace: Workspace) -> dict[str, str]:
    text = workspace.db.meta(STRANGERS)
    return {} if text is None else {str(path): str(mark) for path, mark in json.loads(text).items()}


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
    logs: list[Found] = []
    strange: list[Stranger] = []
    beside = tuple(ending for member in members.values() for ending in member.agent.beside)
    for file in _files(os.path.abspath(path), beside):
        if not is_text(file):
            strange.append(Stranger(path=os.fsencode(file).decode("utf-8", "replace"), reason="its name is no UTF-8"))
            continue
        if strangers.get(file) == _mark(file):
            strange.append(Stranger(path=file, reason="as before"))
            continue
        agent, reason = (known[file], "") if file in known else _agent(file, list(members.values()))
        if agent:
            status = os.stat(file)
            logs.append(Found(file, agent, status.st_size, status.st_mtime_ns, status.st_ino))
        else:
            strange.append(Stranger(path=file, reason=reason))
    return Recognised(logs=tuple(logs), strangers=tuple(strange))


def _files(path: str, beside: tuple[str, ...]) -> Iterator[str]:
    """The file itself, or what may be a log in a folder and those below it."""
    if os.path.isfile(path):
        yield path
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            file = os.path.join(folder, name)
            if name.endswith(_ENDINGS) and not (beside and name.endswith(beside)) and os.path.isfile(file):
                yield file


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
