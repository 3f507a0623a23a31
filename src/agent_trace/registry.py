"""Finds one-file members by file name: an agent, a report, a command is there because its file is there."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

PACKAGE = "agent_trace"


@cache
def names(room: str) -> tuple[str, ...]:
    """The members of a room (`agents`, `reports`, `cli.commands`), sorted; shared rooms begin with `_`.

    A folder is listed once: a server that opens its index again and again need not look for the agents each time.
    """
    package = importlib.import_module(f"{PACKAGE}.{room}")
    return tuple(sorted(one.name for one in pkgutil.iter_modules(package.__path__) if not one.name.startswith("_")))


def load(room: str, name: str) -> ModuleType:
    """The module of a member."""
    return importlib.import_module(f"{PACKAGE}.{room}.{name}")


def members(room: str) -> dict[str, ModuleType]:
    """All members of a room by name."""
    return {name: load(room, name) for name in names(room)}
