"""Finding logs: which files and sessions lie in the homes of an agent."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from agent_trace.model.agent import Agent, Bundle, Database
from agent_trace.sync.found import Found
from agent_trace.sync.globs import tail, whole

PassedOver = Callable[[str, str], None]
"""Hears of a log that is not looked at (its path as it can be written down), and why."""


Unchanged = Callable[[Found], "list[Found] | None"]
"""Asked before a database is opened: its sessions as they were, where the file is as it was; else None."""


def _unknown(_file: Found) -> None:
    """Nothing is known of it."""


def _unheard(_path: str, _reason: str) -> None:
    """Nobody wants to know."""


def logs(
    agent: Agent, roots: Iterable[str], passed_over: PassedOver = _unheard, unchanged: Unchanged = _unknown
) -> list[Found]:
    """All logs of an agent below its homes. Folders that cannot be read are passed over; doctor names them."""
    found: dict[str, Found] = {}
    for root in roots:
        for pattern in agent.files:
            found.update((one.path, one) for one in _files(agent, root, pattern, passed_over))
        for bundle in agent.bundles:
            found.update((one.path, one) for one in _bundles(agent, bundle, root, passed_over) if one.path not in found)
        for database in agent.databases:
            found.update((one.path, one) for one in _sessions(agent, database, root, passed_over, unchanged))
    return list(found.values())


def _files(agent: Agent, root: str, pattern: str, passed_over: PassedOver) -> list[Found]:
    """What a pattern matches below a home; a home that is a file is a log itself, where its name ends as the pattern does."""
    found: list[Found] = []
    if os.path.isfile(root):
        if tail(pattern).search(root.replace("\\", "/")):
            _log(root, os.stat(root), _Wanted(whole(pattern), 0, agent.name, passed_over, found))
        return found
    fixed, rest = _split(pattern)
    depth = _DEEPEST if "**" in rest else rest.count("/")
    _walk(os.path.join(root, *fixed), "", _Wanted(whole(rest), depth, agent.name, passed_over, found))
    return found


def _bundles(agent: Agent, bundle: Bundle, root: str, passed_over: PassedOver) -> Iterator[Found]:
    for one in _files(agent, root, bundle.main, passed_over):
        from agent_trace.sync.bundles import found_bundle

        try:
            yield found_bundle(bundle, agent.name, one.path)
        except OSError as error:
            passed_over(one.path, error.strerror or str(error))


def _sessions(
    agent: Agent, database: Database, root: str, passed_over: PassedOver, unchanged: Unchanged
) -> list[Found]:
    found: list[Found] = []
    for one in _files(agent, root, database.file, passed_over):
        before = unchanged(one)
        if before is not None:
            found += before
            continue
        from agent_trace.sync.databases import sessions_in

        try:
            found += sessions_in(database, agent.name, one.path)
        except OSError as error:
            passed_over(one.path, error.strerror or str(error))
        except sqlite3.Error as error:
            passed_over(one.path, f"the database cannot be read: {error}")
    return found


_DEEPEST = 64
"""Folders below one another that are looked into where a pattern allows any."""


def _split(pattern: str) -> tuple[list[str], str]:
    """The fixed folders that a glob begins with, and the pattern of what must match below them."""
    parts = pattern.split("/")
    fixed = []
    while len(parts) > 1 and "*" not in parts[0]:
        fixed.append(parts.pop(0))
    return fixed, "/".join(parts)


class _Wanted(NamedTuple):
    match: re.Pattern[str]
    depth: int
    """How many folders below the first one may hold a match: homes such as an editor's are large."""
    agent: str
    passed_over: PassedOver
    found: list[Found]


def _walk(folder: str, below: str, wanted: _Wanted, seen: Sequence[int] = ()) -> None:
    """Look at a folder; `below` is its way from where the glob is matched, with a slash at its end."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        try:
            if entry.is_dir():
                if len(seen) < wanted.depth and entry.inode() not in seen:
                    _walk(entry.path, f"{below}{entry.name}/", wanted, (*seen, entry.inode()))
            elif wanted.match.match(below + entry.name):
                _log(entry.path, entry.stat(), wanted)
        except OSError:
            continue


def _log(path: str, status: os.stat_result, wanted: _Wanted) -> None:
    if not stat.S_ISREG(status.st_mode):
        wanted.passed_over(path, "not a regular file")
    elif not is_text(path):
        wanted.passed_over(os.fsencode(path).decode("utf-8", "replace"), "its name is no UTF-8")
    else:
        wanted.found.append(Found(path, wanted.agent, status.st_size, status.st_mtime_ns, status.st_ino))


def is_text(path: str) -> bool:
    """True for a path that can be stored: file systems allow names that are no text."""
    if path.isascii():
        return True
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def unreadable(roots: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Homes and folders below them that cannot be listed, and why."""
    for root in roots:
        if os.path.isfile(root):
            continue
        errors: list[OSError] = []
        for _ in os.walk(root, onerror=errors.append):
            pass
        for error in errors:
            yield str(error.filename), error.strerror or str(error)
