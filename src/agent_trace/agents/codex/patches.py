"""What an edit changed: from the changes that Codex writes down, else from the patch that the model asked for."""

from __future__ import annotations

import re
from typing import NamedTuple

from agent_trace.agents.codex.fields import Record, part, text, words
from agent_trace.agents.codex.tools import absolute, command_of

_STEP = re.compile(r"\*\*\* (Add|Update|Delete) File: (.+)")
_MOVE = re.compile(r"\*\*\* Move to: (.+)")
_HERE = re.compile(r"\s*(?:cd\s+(?P<folder>[^\s;&|]+)\s*&&\s*)?apply_?patch\s*<<")
_BEGIN = "*** Begin Patch"


class Change(NamedTuple):
    """What happened to one file."""

    path: str
    added: int = 0
    removed: int = 0
    patch: str = ""
    """The body of a unified diff."""


def changes_of(record: Record, folder: str) -> list[Change]:
    """The changes of a `FileChange`, or of the end of a patch: path → add, delete or update."""
    found = part(record, "changes")
    return [_change(absolute(path, folder), part(found, path), folder) for path in found]


def _change(path: str, change: Record, folder: str) -> Change:
    kind, content, diff = text(change, "type"), text(change, "content"), text(change, "unified_diff")
    if not kind:  # before 0.50: {"add": {"content": …}}, {"update": {"unified_diff": …}}
        kind = next(iter(change), "")
        content, diff = text(part(change, kind), "content"), text(part(change, kind), "unified_diff")
    if kind == "add":
        return Change(path, count_lines(content), 0, _all(content, "+"))
    if kind == "delete":
        return Change(path, 0, count_lines(content), _all(content, "-"))
    added, removed = count_marks(diff)
    moved = text(change, "move_path")
    return Change(absolute(moved, folder) if moved else path, added, removed, diff.rstrip("\n"))


def _all(content: str, mark: str) -> str:
    """A file that is wholly new or wholly gone, as a unified diff."""
    lines = content.removesuffix("\n").split("\n") if content else []
    head = f"@@ -0,0 +1,{len(lines)} @@" if mark == "+" else f"@@ -1,{len(lines)} +0,0 @@"
    return "\n".join([head, *(mark + line for line in lines)]) if lines else ""


def count_lines(content: str) -> int:
    """Lines of a text, a last one without a newline included."""
    return content.count("\n") + (1 if content and not content.endswith("\n") else 0)


def count_marks(diff: str) -> tuple[int, int]:
    """Lines that a diff's hunks add and remove; what stands before the first hunk is a header."""
    marks = [line[:1] for line in diff.partition("@@")[2].split("\n")[1:]]
    return marks.count("+"), marks.count("-")


def asked_changes(patch: str, folder: str) -> list[Change]:
    """The changes that a patch in Codex's own notation asks for. How long a deleted file was it does not tell."""
    found: list[Change] = []
    for line in patch.split("\n"):
        step, move = _STEP.match(line), _MOVE.match(line)
        if step:
            found.append(Change(absolute(step.group(2).strip(), folder)))
        elif move and found:
            found[-1] = found[-1]._replace(path=absolute(move.group(1).strip(), folder))
        elif found and line[:1] in ("+", "-", " ", "@") and not line.startswith("@@ "):
            found[-1] = _with_line(found[-1], line)
    return found


def _with_line(change: Change, line: str) -> Change:
    return change._replace(
        added=change.added + line.startswith("+"),
        removed=change.removed + line.startswith("-"),
        patch=f"{change.patch}\n{line}" if change.patch else line,
    )


def command_changes(arguments: Record, folder: str) -> list[Change]:
    """The changes that a shell is asked for, where its command is one of Codex's own `apply_patch` calls."""
    command = words(arguments, "command")
    if len(command) == 2 and command[0] in ("apply_patch", "applypatch"):
        return asked_changes(command[1], folder)
    line = command_of(arguments)
    here = _HERE.match(line)
    if here is None or _BEGIN not in line:
        return []
    return asked_changes(line, absolute(here.group("folder") or "", folder))
