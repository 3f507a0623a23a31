"""What an edit changed, from the diff that both agents keep beside a result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from agent_trace.agents._genai.records import count, mapping, string


class Change(NamedTuple):
    """What an edit did to a file, as git counts it."""

    added: int = 0
    removed: int = 0
    patch: str = ""
    path: str = ""
    """The whole path, where the result names it."""


UNCHANGED = Change()
_CREATED = "Successfully created and wrote to new file"


def change(display: object, lines: int, output: str) -> Change:
    """The lines of a successful edit. Without a diff only a file that was made is known: the `lines` of its content."""
    shown = display if isinstance(display, dict) else {}
    path = string(shown, "filePath")
    if shown.get("truncatedForSession") is True:
        added, removed = stated(mapping(shown, "diffStat"))
        return Change(added, removed, path=path)
    diff = string(shown, "fileDiff")
    if diff:
        return counted(diff)._replace(path=path)
    if output.startswith(_CREATED):
        return Change(added=lines, path=path)
    return Change(path=path)


def counted(diff: str) -> Change:
    """Lines that a unified diff adds and removes; its body begins at the first hunk."""
    start = 0 if diff.startswith("@@") else diff.find("\n@@") + 1
    if not start and not diff.startswith("@@"):
        return UNCHANGED
    body = diff[start:].removesuffix("\n")
    signs = [line[:1] for line in body.split("\n")]
    return Change(signs.count("+"), signs.count("-"), body)


def stated(figures: Mapping[str, Any]) -> tuple[int, int]:
    """Lines added and removed by the agent's own account; what a person changed in the proposal is a part of it."""
    added = sum(count(figures.get(name)) or 0 for name in ("model_added_lines", "user_added_lines"))
    removed = sum(count(figures.get(name)) or 0 for name in ("model_removed_lines", "user_removed_lines"))
    return added, removed


def count_lines(text: str) -> int:
    """Lines of a text, a last one without a newline included."""
    return text.count("\n") + (1 if text and not text.endswith("\n") else 0)
