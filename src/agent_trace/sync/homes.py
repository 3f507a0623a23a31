"""Which homes an agent has on a machine: folders by construction, on any system, whether or not they exist."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Literal

from agent_trace.model.agent import Agent, Home

System = Literal["linux", "macos", "windows"]


def system_of(platform: str = sys.platform) -> System:
    """The system as agents declare it; every other Unix keeps files where Linux does."""
    if platform in {"win32", "cygwin"}:
        return "windows"
    return "macos" if platform == "darwin" else "linux"


def homes(agent: Agent, environment: Mapping[str, str], platform: str = sys.platform) -> list[str]:
    """The existing homes of an agent, each once, in the order it declares them: folders, or files that are logs themselves."""
    found: dict[str, str] = {}
    for _, path in candidates(agent, environment, platform):
        if os.path.exists(path):
            found.setdefault(os.path.realpath(path), os.path.abspath(path))
    return list(found)


def candidates(
    agent: Agent, environment: Mapping[str, str], platform: str = sys.platform
) -> Iterator[tuple[Home, str]]:
    """Every folder that may be a home of the agent on this platform, whether or not it exists."""
    system = system_of(platform)
    for home in agent.homes:
        if home.system in {"", system}:
            for path in _expand(home, environment, system):
                yield home, path


def _expand(home: Home, environment: Mapping[str, str], system: System) -> Iterator[str]:
    """A variable may name several homes, separated as in PATH or by commas; one that is there may have these in its name."""
    if not home.variable:
        yield from _placed(home.path, environment, system)
        return
    separator, value = ";" if system == "windows" else ":", environment.get(home.variable, "")
    for text in [value] if os.path.isdir(value) else re.split(f"[,{separator}]", value):
        if text.strip():
            yield from _placed(home.path, {**environment, home.variable: text.strip()}, system)


def place(path: str, environment: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """Where a folder that a person names lies, by the same rules; None where one of its variables is not set."""
    return next(_placed(path, environment, system_of(platform)), None)


def _placed(path: str, environment: Mapping[str, str], system: System) -> Iterator[str]:
    """A declared path with its variables and `~` filled in; nothing where one of its variables is not set."""
    literal = _at_home(path, environment, system)
    names = _names(path)
    is_set = all(environment.get(name) for name in names)
    if names and _ROOTED.match(literal) and (not is_set or os.path.exists(literal)):
        path = literal  # a folder may have a dollar sign in its name
    elif is_set:
        path = _at_home(_VARIABLE.sub(lambda found: environment[found[1] or found[2]], path), environment, system)
    else:
        return
    if system == "windows":
        path = path.replace("/", "\\")
    yield _bare(path, "\\" if system == "windows" else "/")


_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_ROOTED = re.compile(r"[/\\]|[A-Za-z]:")


def _names(path: str) -> list[str]:
    return [found[1] or found[2] for found in _VARIABLE.finditer(path)]


def _at_home(path: str, environment: Mapping[str, str], system: System) -> str:
    return _user(environment, system) + path[1:] if re.match(r"~(?=[/\\]|\Z)", path) else path


def _user(environment: Mapping[str, str], system: System) -> str:
    """The person's own folder: programs on Windows go by the profile, whatever a shell says."""
    names = ("USERPROFILE", "HOME") if system == "windows" else ("HOME", "USERPROFILE")
    return next((environment[name] for name in names if environment.get(name)), None) or os.path.expanduser("~")


def _bare(path: str, separators: str) -> str:
    """Without separators at its end, unless they are the root."""
    bare = path.rstrip(separators)
    return path[: len(bare) + 1] if not bare or bare.endswith(":") else bare
