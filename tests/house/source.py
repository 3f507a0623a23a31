"""The source tree as the house tests see it: modules, what they import, what they define. Nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "agent_trace"
SOURCES = ("src", "tests", "tools", "bench")
"""Where Python code of ours lies; a directory that is not there holds nothing."""
NOT_CODE = ("tests/corpus", "tests/golden")
"""Recorded input and expected output, in whatever language it is."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Import(NamedTuple):
    """One imported name in full, and the line that imports it."""

    name: str
    line: int


class Module:
    """One Python file: its place in the repository, its dotted name, its syntax tree."""

    def __init__(self, root: Path, path: Path) -> None:
        self.path = path
        self.place = path.relative_to(root).as_posix()
        parts = path.relative_to(root).with_suffix("").parts
        parts = parts[1:] if parts[0] == "src" else parts
        self.is_package = parts[-1] == "__init__"
        self.name = ".".join(parts[:-1] if self.is_package else parts)

    @cached_property
    def text(self) -> str:
        """The file's text."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The file's syntax tree."""
        return ast.parse(self.text, str(self.path))

    def at(self, line: int) -> str:
        """How a finding names a line."""
        return f"{self.place}:{line}"

    @property
    def room(self) -> str:
        """The package or module right under agent_trace that this file belongs to; `__init__` for the root itself."""
        return room_of(self.name)

    def imports(self) -> Iterator[Import]:
        """Every import at any depth of the file, those under TYPE_CHECKING and in functions included.

        `from a import b` yields `a.b`: whether b is a module or a name makes no difference to who knows whom.
        """
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (Import(alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                origin = self.origin_of(node)
                yield from (Import(f"{origin}.{alias.name}", node.lineno) for alias in node.names)

    def origin_of(self, node: ast.ImportFrom) -> str:
        """The full name of the module that a `from` statement names."""
        if node.level == 0:
            return node.module or ""
        above = node.level - 1 if self.is_package else node.level
        parts = self.name.split(".")
        base = parts[: len(parts) - above]
        return ".".join([*base, node.module] if node.module else base)

    def definitions(self) -> Iterator[Definition]:
        """Every class and function of the file, methods and nested ones included."""
        for node in ast.walk(self.tree):
            if isinstance(node, Definition):
                yield node

    def functions(self) -> Iterator[tuple[str, Function]]:
        """Every function of the file with its name as `Class.method` or `outer.inner`."""
        yield from functions_in(self.tree)


def functions_in(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Functions below a node, named by the way that leads to them."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield f"{prefix}{child.name}", child
        below = f"{prefix}{child.name}." if isinstance(child, Definition) else prefix
        yield from functions_in(child, below)


def room_of(name: str) -> str:
    """The room of a dotted name: the part right under agent_trace."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


@cache
def kept(root: Path, path: Path) -> Module:
    """A file of this repository, which no test changes: read and parsed for the first check that asks, for all of them."""
    return Module(root, path)


def modules(root: Path, *directories: str) -> list[Module]:
    """All Python files below these directories of a repository, in the order of their paths."""
    found = (path for directory in directories for path in sorted((root / directory).rglob("*.py")))
    read = kept if root == ROOT else Module
    return [
        read(root, path)
        for path in found
        if not path.relative_to(root).as_posix().startswith(NOT_CODE) and "__pycache__" not in path.parts
    ]


def package(root: Path) -> list[Module]:
    """The modules of agent_trace itself."""
    return modules(root, f"src/{PACKAGE}")
