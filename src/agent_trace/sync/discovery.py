"""Finding logs: which homes an agent has on this machine, and which files lie in them."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from agent_trace.model.agent import Agent, Bundle, Database, Home
from agent_trace.sync.found import Found
from agent_trace.sync.globs import whole


def homes(agent: Agent, environment: Mapping[str, str]) -> list[str]:
    """The existing homes of an agent, each once, in the order it declares them."""
    found: dict[str, str] = {}
    for _, path in candidates(agent, environment):
        if os.path.isdir(path):
            found.setdefault(os.path.realpath(path), path)
    return list(found)


def candidates(agent: Agent, environment: Mapping[str, str]) -> Iterator[tuple[Home, str]]:
    """Every folder that may be a home of the agent, whether or not it exists."""
    for home in agent.homes:
        for path in _expand(home, environment):
            yield home, path


def _expand(home: Home, environment: Mapping[str, str]) -> Iterator[str]:
    """A variable may name several homes, separated as in PATH or by commas."""
    user = environment.get("HOME") or environment.get("USERPROFILE") or os.path.expanduser("~")
    if not home.variable:
        yield _user_path(home.path, user, environment)
        return
    for text in re.split(f"[,{re.escape(os.pathsep)}]", environment.get(home.variable, "")):
        if text.strip():
            path = home.path.replace("$" + home.variable, text.strip())
            yield _user_path(path, user, environment)


def _user_path(path: str, user: str, environment: Mapping[str, str]) -> str:
    for name, text in environment.items():
        if "$" + name in path:
            path = path.replace("$" + name, text)
    return os.path.join(user, path[2:]) if path.startswith("~/") else path


PassedOver = Callable[[str, str], None]
"""Hears of a log that is not looked at (its path as it can be written down), and why."""


def _unheard(_path: str, _reason: str) -> None:
    """Nobody wants to know."""


def logs(agent: Agent, roots: Iterable[str], passed_over: PassedOver = _unheard) -> list[Found]:
    """All logs of an agent below its homes. Folders that cannot be read are passed over; doctor names them."""
    found: dict[str, Found] = {}
    for root in roots:
        for pattern in agent.files:
            found.update((one.path, one) for one in _files(agent, root, pattern, passed_over))
        for bundle in agent.bundles:
            found.update((one.path, one) for one in _bundles(agent, bundle, root, passed_over) if one.path not in found)
        for database in agent.databases:
            found.update((one.path, one) for one in _sessions(agent, database, root, passed_over))
    return list(found.values())


def _files(agent: Agent, root: str, pattern: str, passed_over: PassedOver) -> list[Found]:
    """What a pattern matches below a home."""
    found: list[Found] = []
    folder, match = _split(pattern)
    start = os.path.join(root, folder) if folder else root
    _walk(start, start, _Wanted(match, agent.name, passed_over, found))
    return found


def _bundles(agent: Agent, bundle: Bundle, root: str, passed_over: PassedOver) -> Iterator[Found]:
    for one in _files(agent, root, bundle.main, passed_over):
        from agent_trace.sync.bundles import found_bundle

        try:
            yield found_bundle(bundle, agent.name, one.path)
        except OSError as error:
            passed_over(one.path, error.strerror or str(error))


def _sessions(agent: Agent, database: Database, root: str, passed_over: PassedOver) -> list[Found]:
    found: list[Found] = []
    for one in _files(agent, root, database.file, passed_over):
        from agent_trace.sync.databases import sessions_in

        try:
            found += sessions_in(database, agent.name, one.path)
        except OSError as error:
            passed_over(one.path, error.strerror or str(error))
        except sqlite3.Error as error:
            passed_over(one.path, f"the database cannot be read: {error}")
    return found


def _split(pattern: str) -> tuple[str, re.Pattern[str]]:
    """The fixed folder of a glob, and what must match below it."""
    parts = pattern.split("/")
    fixed = []
    while len(parts) > 1 and "*" not in parts[0]:
        fixed.append(parts.pop(0))
    return "/".join(fixed), whole("/".join(parts))


class _Wanted(NamedTuple):
    match: re.Pattern[str]
    agent: str
    passed_over: PassedOver
    found: list[Found]


def _walk(start: str, folder: str, wanted: _Wanted, seen: Sequence[int] = ()) -> None:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        try:
            if entry.is_dir():
                if entry.inode() not in seen:
                    _walk(start, entry.path, wanted, (*seen, entry.inode()))
            elif wanted.match.match(entry.path[len(start) + 1 :].replace(os.sep, "/")):
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
        errors: list[OSError] = []
        for _ in os.walk(root, onerror=errors.append):
            pass
        for error in errors:
            yield str(error.filename), error.strerror or str(error)
