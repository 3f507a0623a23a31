"""Logs that lie outside the agents' homes and were given by path: remembered in an append-only file."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator

from agent_trace.config import Config
from agent_trace.sync.discovery import Found
from agent_trace.sync.members import Member

FILE = "imported"


def imported(config: Config, members: Iterable[Member]) -> list[Found]:
    """The logs below every imported path."""
    try:
        with open(os.path.join(config.home, FILE), encoding="utf-8", errors="surrogateescape") as file:
            paths = [line.rstrip("\n") for line in file if line.strip()]
    except OSError:
        return []
    known = list(members)
    return [found for path in dict.fromkeys(paths) for found in recognised(path, known)[0]]


def remember(config: Config, path: str) -> None:
    """Look at a path in every later sync too."""
    with open(os.path.join(config.home, FILE), "a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(os.path.abspath(path) + "\n")


def drop_imported(config: Config, logs: Container[str]) -> None:
    """No longer look at single logs that were imported by their own path; folders stay."""
    path = os.path.join(config.home, FILE)
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            lines = file.readlines()
    except OSError:
        return
    kept = [line for line in lines if line.rstrip("\n") not in logs]
    if len(kept) == len(lines):
        return
    with open(path + ".new", "w", encoding="utf-8", errors="surrogateescape") as file:
        os.chmod(path + ".new", 0o600)
        file.writelines(kept)
    os.replace(path + ".new", path)


def recognised(path: str, members: Iterable[Member]) -> tuple[list[Found], list[str]]:
    """The logs at or below a path that some agent's reader knows, and the files that none does."""
    found: list[Found] = []
    strange: list[str] = []
    known = list(members)
    for file in _files(path):
        agent = _agent(file, known)
        if agent is None:
            strange.append(file)
            continue
        status = os.stat(file)
        found.append(Found(os.path.abspath(file), agent, status.st_size, status.st_mtime_ns, status.st_ino))
    return found, strange


def _files(path: str) -> Iterator[str]:
    if os.path.isfile(path):
        yield path
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            if name.endswith((".jsonl", ".json")):
                yield os.path.join(folder, name)


def _agent(path: str, members: Iterable[Member]) -> str | None:
    try:
        with open(path, "rb") as file:
            head = file.read(262_144)
    except OSError:
        return None
    for member in members:
        if member.recognises(path, head):
            return member.agent.name
    return None
