"""Who may import whom: the import table of docs/architecture.md, and the purity of the core."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import PACKAGE, Module, functions_in, package, room_of

GROUND = frozenset({"model", "errors", "registry"})
CORE = GROUND | {"agents", "pricing", "policy", "privacy", "analysis", "render", "reports", "exports"}

MAY_IMPORT: dict[str, frozenset[str]] = {
    "model": frozenset(),
    "registry": frozenset(),
    "errors": frozenset(),
    "hook": frozenset(),
    "render": frozenset({"errors"}),
    "agents": GROUND,
    "pricing": GROUND,
    "policy": GROUND,
    "privacy": GROUND,
    "analysis": GROUND | {"pricing", "policy"},
    "reports": GROUND | {"pricing", "policy", "analysis", "render"},
    "exports": GROUND | {"pricing", "analysis", "render"},
    "store": GROUND,
    "outside": GROUND,
    "capture": GROUND | {"agents", "policy", "privacy"},
    "config": CORE,
    "sync": CORE | {"store", "outside", "capture", "config"},
    "app": CORE | {"store", "outside", "capture", "config", "sync"},
    "cli": CORE | {"config", "sync", "app", "web"},
    "web": CORE | {"capture", "config", "app"},
    "mcp": CORE | {"capture", "app"},
    "team": CORE | {"capture", "app"},
    "__init__": frozenset({"errors", "model", "privacy", "capture"}),
    "__main__": frozenset({"cli"}),
}
"""Every room of agent_trace with the rooms it may import besides itself."""

MAY_KNOW_THE_VERSION = frozenset({"store", "config", "sync", "app", "cli", "web", "mcp", "team", "capture"})
"""Who may import names of the root package, which holds the version and the SDK."""

IMPURE = frozenset(
    "os pathlib sqlite3 subprocess socket http time random asyncio urllib tempfile shutil threading multiprocessing "
    "glob fcntl pkgutil ssl select selectors signal secrets getpass platform locale".split()
)
IMPURE_MODULES = frozenset({"importlib.resources", "importlib.metadata", "concurrent.futures", "logging.handlers"})
IMPURE_CALLS = frozenset({"open", "print", "input", "breakpoint"})
IMPURE_METHODS = frozenset(
    {"get_data", "now", "utcnow", "today", "read_text", "read_bytes", "write_text", "write_bytes"}
)
ALLOWED_IMPORTS = frozenset({("agent_trace.registry", "pkgutil")})
"""(module, import): members are found by listing the directories of our own packages."""
ALLOWED_CALLERS = frozenset({("agent_trace.pricing.shipped", "shipped")})
"""(module, function): the price table that comes with the package is read here."""


def layer_breaches(root: Path) -> list[str]:
    """Imports that the table forbids, and rooms that it does not name."""
    return [breach for module in package(root) for breach in breaches_of(module)]


def breaches_of(module: Module) -> Iterator[str]:
    """What one module imports against the table."""
    if module.room not in MAY_IMPORT:
        yield f"{module.place}: {module.room} has no row in the import table"
        return
    allowed = MAY_IMPORT[module.room] | {module.room}
    for name, line in module.imports():
        if name.split(".")[0] != PACKAGE:
            continue
        target = room_of(name)
        if target in MAY_IMPORT and target not in allowed:
            yield f"{module.at(line)}: {module.room} may not import {target}"
        if target not in MAY_IMPORT and module.room not in MAY_KNOW_THE_VERSION:
            yield f"{module.at(line)}: {module.room} may not import names of {PACKAGE} itself ({target})"


def impurities(root: Path) -> list[str]:
    """What the modules of the core import or call although they may know no files, no network, no clock, no chance."""
    return [found for module in package(root) if module.room in CORE for found in impurities_of(module)]


def impurities_of(module: Module) -> Iterator[str]:
    """Forbidden imports and calls of one core module, outside the functions that are allowed one."""
    spared = {
        line
        for name, node in functions_in(module.tree)
        if (module.name, name) in ALLOWED_CALLERS
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    for name, line in module.imports():
        if impure_import(name) and (module.name, name) not in ALLOWED_IMPORTS:
            yield f"{module.at(line)}: the core imports {name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and node.lineno not in spared and impure_call(node):
            yield f"{module.at(node.lineno)}: the core calls {ast.unparse(node.func)}()"


def impure_import(name: str) -> bool:
    """Whether an imported name leads to files, processes, the network, the clock or chance."""
    return name.partition(".")[0] in IMPURE or name.startswith(tuple(IMPURE_MODULES))


def impure_call(node: ast.Call) -> bool:
    """Whether a call reads or writes a file, a terminal or the clock, as far as its name tells."""
    if isinstance(node.func, ast.Name):
        return node.func.id in IMPURE_CALLS
    return isinstance(node.func, ast.Attribute) and node.func.attr in IMPURE_METHODS


MAY_NAME_AGENTS = frozenset({"agents", "pricing"})
"""Rooms that may know an agent: its own, and the prices, which know vendors and models by the same names."""
LOOKS_INTO = frozenset({"startswith", "endswith", "removeprefix", "removesuffix", "find", "index", "count", "split"})
"""Methods that ask what a text holds."""


def agent_conditions(root: Path) -> list[str]:
    """Places outside agents/ that know an agent: what differs belongs into the agent's own file.

    No constant may be an agent's name, no question may hold one as a word, and no import may lead to one.
    """
    names = {path.stem for path in (root / "src" / PACKAGE / "agents").glob("[!_]*")}
    return [
        found
        for module in package(root)
        if module.room not in MAY_NAME_AGENTS
        for found in (*_named(module, names), *_imported(module, names))
    ]


def _named(module: Module, names: set[str]) -> Iterator[str]:
    asked = {id(constant) for constant in asked_constants(module.tree)}
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        words = {node.value, *re.split(r"[^a-z0-9]+", node.value)} if id(node) in asked else {node.value}
        if names & words:
            yield f"{module.at(node.lineno)}: knows the agent {min(names & words)!r}"


def _imported(module: Module, names: set[str]) -> Iterator[str]:
    for name, line in module.imports():
        parts = name.split(".")
        if parts[:2] == [PACKAGE, "agents"] and names & set(parts[2:3]):
            yield f"{module.at(line)}: imports the agent {parts[2]!r}"


def asked_constants(tree: ast.AST) -> Iterator[ast.Constant]:
    """Constants that stand in a comparison, a membership test, a case or a question about a text."""
    for node in ast.walk(tree):
        looks = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOOKS_INTO
        if looks or isinstance(node, ast.Compare | ast.MatchValue):
            yield from (child for child in ast.walk(node) if isinstance(child, ast.Constant))
