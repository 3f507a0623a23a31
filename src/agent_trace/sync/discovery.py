"""Finding logs: which homes an agent has on this machine, and which files lie in them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from agent_trace.model.agent import Agent, Home


class Found(msgspec.Struct, frozen=True, gc=False):
    """One log file as the directory shows it."""

    path: str
    agent: str
    size: int
    mtime: int
    """Nanoseconds."""
    inode: int


def homes(agent: Agent, environment: Mapping[str, str]) -> list[str]:
    """The existing homes of an agent, each once, in the order it declares them."""
    found: dict[str, str] = {}
    for home in agent.homes:
        for path in _expand(home, environment):
            if os.path.isdir(path):
                found.setdefault(os.path.realpath(path), path)
    return list(found)


def _expand(home: Home, environment: Mapping[str, str]) -> Iterator[str]:
    """A variable may name several homes, separated as in PATH or by commas."""
    user = environment.get("HOME") or environment.get("USERPROFILE") or os.path.expanduser("~")
    if not home.variable:
        yield _user_path(home.path, user, environment)
        return
    for text in re.split("[,%s]" % re.escape(os.pathsep), environment.get(home.variable, "")):
        if text.strip():
            path = home.path.replace("$" + home.variable, text.strip())
            yield _user_path(path, user, environment)


def _user_path(path: str, user: str, environment: Mapping[str, str]) -> str:
    for name, text in environment.items():
        if "$" + name in path:
            path = path.replace("$" + name, text)
    return os.path.join(user, path[2:]) if path.startswith("~/") else path


def logs(agent: Agent, roots: Iterable[str]) -> Iterator[Found]:
    """All logs of an agent below its homes. Folders that cannot be read are passed over; doctor names them."""
    for root in roots:
        for pattern in agent.files:
            folder, match = _split(pattern)
            start = os.path.join(root, folder) if folder else root
            yield from _walk(start, start, match, agent.name)


def _split(pattern: str) -> tuple[str, re.Pattern[str]]:
    """The fixed folder of a glob, and what must match below it."""
    parts = pattern.split("/")
    fixed = []
    while parts and "*" not in parts[0]:
        fixed.append(parts.pop(0))
    return "/".join(fixed), glob("/".join(parts))


def glob(pattern: str) -> re.Pattern[str]:
    """`**/` any folders, `*` anything within a name."""
    text = re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
    return re.compile(text + r"\Z")


def _walk(base: str, folder: str, match: re.Pattern[str], agent: str, seen: Sequence[int] = ()) -> Iterator[Found]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    folders: list[tuple[str, int]] = []
    for entry in entries:
        try:
            if entry.is_dir():
                folders.append((entry.path, entry.inode()))
            elif match.match(entry.path[len(base) + 1 :].replace(os.sep, "/")):
                status = entry.stat()
                yield Found(entry.path, agent, status.st_size, status.st_mtime_ns, status.st_ino)
        except OSError:
            continue
    for path, inode in folders:
        if inode not in seen:
            yield from _walk(base, path, match, agent, (*seen, inode))


def unreadable(roots: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Homes and folders below them that cannot be listed, and why."""
    for root in roots:
        errors: list[OSError] = []
        for _ in os.walk(root, onerror=errors.append):
            pass
        for error in errors:
            yield str(error.filename), error.strerror or str(error)
