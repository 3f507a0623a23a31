"""Names that say nothing: no module, class or function bears one."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.source import SOURCES, modules

BANNED = frozenset("util utils helper helpers manager managers common base misc service services".split())


def words(name: str) -> list[str]:
    """The words of a name, split at underscores and at the humps of CamelCase, in lower case."""
    humps = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return [word.lower() for word in humps.split("_") if word]


def banned_names(root: Path) -> list[str]:
    """Modules, classes and functions whose name holds a banned word."""
    found = []
    for module in modules(root, *SOURCES):
        own = module.name.rpartition(".")[2]
        if BANNED.intersection(words(own)):
            found.append(f"{module.place}: a module named {own}")
        found += [
            f"{module.at(node.lineno)}: {node.name}"
            for node in module.definitions()
            if BANNED.intersection(words(node.name))
        ]
    return found
