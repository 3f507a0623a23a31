"""Sizes of modules and functions and the number of broad excepts, held by a ratchet that only tightens.

ratchet.toml lists what is over the line today and how far. An entry that is larger than the truth, or no longer needed,
is a finding too: so a list that once got shorter stays shorter.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from tests.house.source import SOURCES, modules

MODULE_LINES = 400
FUNCTION_LINES = 60
BROAD = frozenset({"Exception", "BaseException"})


def oversized_modules(root: Path) -> dict[str, int]:
    """Lines of the modules that have too many."""
    lines = {module.place: module.text.count("\n") for module in modules(root, *SOURCES)}
    return {place: count for place, count in lines.items() if count > MODULE_LINES}


def oversized_functions(root: Path) -> dict[str, int]:
    """Lines of the functions that have too many, from `def` to the last statement."""
    sizes = {
        f"{module.place}::{name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for module in modules(root, *SOURCES)
        for name, node in module.functions()
    }
    return {place: size for place, size in sizes.items() if size > FUNCTION_LINES}


def broad_excepts(root: Path) -> dict[str, int]:
    """For every module that has any: how often it catches whatever there may be."""
    counts = {module.place: sum(map(is_broad, ast.walk(module.tree))) for module in modules(root, *SOURCES)}
    return {place: count for place, count in counts.items() if count}


def is_broad(node: ast.AST) -> bool:
    """Whether an except clause or a suppress() catches everything: bare, Exception or BaseException."""
    if isinstance(node, ast.ExceptHandler):
        return node.type is None or names_all(node.type)
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
        return any(names_all(kind) for kind in node.args)
    return False


def names_all(kind: ast.expr) -> bool:
    """Whether an expression in an except clause stands for, or holds, the root of all exceptions."""
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(isinstance(each, ast.Name) and each.id in BROAD for each in kinds)


def against_ratchet(found: Mapping[str, int], listed: Mapping[str, int]) -> list[str]:
    """Where the truth is worse than the list, and where the list is worse than the truth."""
    worse = [
        f"{place}: {count}, allowed {listed.get(place, 'none')}"
        for place, count in found.items()
        if count > listed.get(place, 0)
    ]
    slack = [
        f"{place}: the ratchet says {count}, the truth is {found.get(place, 'no longer over the line')}; tighten it"
        for place, count in listed.items()
        if count > found.get(place, 0)
    ]
    return worse + slack
