"""Tests that can fail, and checkers that nobody silenced."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

from tests.house.source import SOURCES, Function, Module, functions_in, modules

IGNORES = re.compile(r"#.*\b(?:noqa|type:\s*ignore|pyright:|pylint:)|pragma: no cover")
EXPECTATIONS = frozenset({"raises", "warns", "deprecated_call", "fail"})
"""Functions of pytest that fail a test by themselves."""


def aimless_tests(root: Path) -> list[str]:
    """Test functions that state no expectation: no assert, no pytest.raises, no call of an assert_… function."""
    return [
        f"{module.at(node.lineno)}: {name} asserts nothing"
        for module in modules(root, "tests")
        for name, node in functions_in(module.tree)
        if is_test(module, name) and not asserts(node)
    ]


def is_test(module: Module, name: str) -> bool:
    """Whether a function states expectations by its name: a test that pytest collects, or an assert_… of any module."""
    own = name.rpartition(".")[2]
    collected = module.path.name.startswith("test_") and own.startswith("test_")
    return collected or own.startswith("assert_")


def asserts(function: Function) -> bool:
    """Whether some statement of the function can fail a test."""
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and expects(node)) for node in ast.walk(function)
    )


def expects(call: ast.Call) -> bool:
    """Whether a call is pytest.raises and the like, or a function named assert_…."""
    name = ast.unparse(call.func).rpartition(".")[2]
    return name in EXPECTATIONS or name.startswith("assert_")


def ignores(root: Path) -> list[str]:
    """Comments that silence a checker."""
    return [
        f"{module.at(token.start[0])}: {token.string}"
        for module in modules(root, *SOURCES)
        for token in tokenize.generate_tokens(io.StringIO(module.text).readline)
        if token.type == tokenize.COMMENT and IGNORES.search(token.string)
    ]
