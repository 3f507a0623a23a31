"""The edits that a reply asks for, by the file that each names."""

from __future__ import annotations

import re

from agent_trace.agents._changes import both, diffed, exchanged, exchanges
from agent_trace.agents._diffs import UNCHANGED, Change

_DIFF = re.compile(r"^```diff\n(?P<diff>.*?)^```", re.DOTALL | re.MULTILINE)
_TARGET = re.compile(r"^\+\+\+ (?:b/)?(\S+)", re.MULTILINE)


def edits(reply: str) -> dict[str, Change]:
    """File → what the blocks of a reply change in it."""
    found: dict[str, Change] = {}
    path = ""
    for block in exchanges(reply):
        path = _named(block.above) or path
        _add(found, path, exchanged(block.old, block.new))
    for fenced in _DIFF.finditer(reply):
        target = _TARGET.search(fenced["diff"])
        if target is not None:
            _add(found, target.group(1), diffed(fenced["diff"]))
    return found


def edit_of(path: str, asked: dict[str, Change]) -> Change:
    """What was asked for a file, which a reply may name by a part of its path."""
    for name, change in asked.items():
        if name and (path == name or path.endswith(f"/{name}") or name.endswith(f"/{path}")):
            return change
    return UNCHANGED


def _add(found: dict[str, Change], path: str, change: Change) -> None:
    found[path] = both(found.get(path, UNCHANGED), change)


def _named(above: tuple[str, ...]) -> str:
    """The file's name stands on the line above the block or above its fence; a later block for the same file needs none."""
    bare = [line.strip().strip("`*#:").strip() for line in reversed(above)]
    told = [line for line in bare if line and " " not in line]
    return next((line for line in told if "." in line or "/" in line), told[0] if told else "")
