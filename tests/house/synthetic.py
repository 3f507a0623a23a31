"""Small source trees that break one rule each: every check of this directory is seen to fail on one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent


def plant(root: Path, files: Mapping[str, str]) -> Path:
    """Write files with these contents below a directory and return it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return root


def plant_package(root: Path, files: Mapping[str, str]) -> Path:
    """The same with names that lie below src/agent_trace."""
    return plant(root, {f"src/agent_trace/{name}": text for name, text in files.items()})
