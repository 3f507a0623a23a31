"""Where the logs of agents grow: the folders to watch, no more than are needed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from agent_trace.app.workspace import Workspace
from agent_trace.model.agent import Agent
from agent_trace.sync.homes import candidates, homes

_GLOB = re.compile(r"[*?\[]")


class Watched(NamedTuple):
    """Folders that exist now."""

    deep: tuple[str, ...] = ()
    """With everything below them."""
    flat: tuple[str, ...] = ()
    """They alone: a log lies among much else there."""
    above: tuple[str, ...] = ()
    """They alone, and only for what is awaited in them: an agent that was never used here may be so while we watch."""
    awaited: frozenset[str] = frozenset()
    """Names of files and folders, in any of those above, that are not there yet."""


def watched(workspace: Workspace) -> Watched:
    """The folders of all agents on this machine in which a log may appear or grow."""
    deep: set[str] = set()
    flat: set[str] = set()
    missing: set[str] = set()
    for member in workspace.members.values():
        for home in homes(member.agent, workspace.environment):
            _add(member.agent, home, deep, flat, missing)
        places = (path for _, path in candidates(member.agent, workspace.environment))
        missing.update(os.path.abspath(path) for path in places if not os.path.exists(path))
    outermost = tuple(_outermost(deep))
    nearest = [_nearest(path) for path in missing]
    above = {folder for folder, _ in nearest if folder and not _lies_in(folder, outermost)}
    return Watched(
        outermost,
        tuple(sorted(flat - set(outermost))),
        tuple(sorted(above)),
        frozenset(name for folder, name in nearest if folder in above),
    )


def _add(agent: Agent, home: str, deep: set[str], flat: set[str], missing: set[str]) -> None:
    if os.path.isfile(home):
        flat.add(os.path.dirname(home))
        return
    for pattern in patterns(agent):
        fixed, is_flat = split(pattern)
        folder = os.path.join(home, fixed) if fixed else home
        if os.path.isdir(folder):
            (flat if is_flat else deep).add(folder)
        else:
            missing.add(folder)


def _nearest(path: str) -> tuple[str, str]:
    """The folder nearest above a path that is there, and the name in it that leads to the path; empty: there is none."""
    folder, name = os.path.split(path)
    while name and not os.path.isdir(folder):
        folder, name = os.path.split(folder)
    return (folder, name) if name else ("", "")


def patterns(agent: Agent) -> Iterator[str]:
    """The globs of an agent's logs below its homes."""
    yield from agent.files
    yield from (one.main for one in agent.bundles)
    yield from (one.file for one in agent.databases)


def split(pattern: str) -> tuple[str, bool]:
    """The folders of a glob before its first wildcard, and whether its files lie in that very folder."""
    parts = pattern.split("/")
    fixed = next((at for at, part in enumerate(parts) if _GLOB.search(part)), len(parts) - 1)
    return "/".join(parts[:fixed]), fixed == len(parts) - 1


def _outermost(folders: Iterable[str]) -> list[str]:
    """Without those that lie in others."""
    found: list[str] = []
    for one in sorted(folders):
        if not _lies_in(one, found):
            found.append(one)
    return found


def _lies_in(folder: str, others: Iterable[str]) -> bool:
    """Whether it is one of them or lies below one."""
    return any(folder == one or folder.startswith(one.rstrip(os.sep) + os.sep) for one in others)
