"""Where the logs of agents grow: the folders to watch, no more than are needed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from agent_trace.app.workspace import Workspace
from agent_trace.model.agent import Agent
from agent_trace.sync.homes import homes

_GLOB = re.compile(r"[*?\[]")


class Watched(NamedTuple):
    """Folders that exist now."""

    deep: tuple[str, ...]
    """With everything below them."""
    flat: tuple[str, ...]
    """They alone: a log lies among much else there."""


def watched(workspace: Workspace) -> Watched:
    """The folders of all agents on this machine in which a log may appear or grow."""
    deep: list[str] = []
    flat: list[str] = []
    for member in workspace.members.values():
        for home in homes(member.agent, workspace.environment):
            _add(member.agent, home, deep, flat)
    outermost = _outermost(deep)
    return Watched(tuple(outermost), tuple(sorted(set(flat) - set(outermost))))


def _add(agent: Agent, home: str, deep: list[str], flat: list[str]) -> None:
    if os.path.isfile(home):
        flat.append(os.path.dirname(home))
        return
    for pattern in patterns(agent):
        fixed, is_flat = split(pattern)
        folder = os.path.join(home, fixed) if fixed else home
        if os.path.isdir(folder):
            (flat if is_flat else deep).append(folder)
        elif os.path.isdir(home):
            flat.append(home)  # it may be made while we watch


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
    for one in sorted(set(folders)):
        if not any(one.startswith(above.rstrip(os.sep) + os.sep) for above in found):
            found.append(one)
    return found
