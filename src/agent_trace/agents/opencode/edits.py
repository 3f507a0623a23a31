"""What an edit changed, counted in the unified diffs that OpenCode's edit tools leave in their metadata."""

from __future__ import annotations

import re
from typing import NamedTuple

from agent_trace.agents.opencode.fields import Json, group, groups, text, whole

_HUNK = re.compile(r"@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")


_CREATED = "Created file successfully"
"""How version 2 tells that there was no such file before."""


class Change(NamedTuple):
    """What an edit did to one file."""

    path: str
    added: int = 0
    removed: int = 0
    patch: str = ""
    """The hunks, without the lines that name the file."""


def changes(tool: str, arguments: Json, metadata: Json, output: str) -> list[Change]:
    """The changed files of a successful call, in the order of the change."""
    path, files = text(arguments, "filePath") or text(arguments, "path"), groups(metadata, "files")
    match tool:
        case "write":
            created = metadata.get("exists") is False or output.startswith(_CREATED)
            return [_written(path, arguments, metadata, created=created)]
        case "edit" if files:
            return [_patched(one) for one in files]
        case "edit":
            return [_edited(path, metadata)]
        case "multiedit":
            return [_joined(path, [_edited(path, one) for one in groups(metadata, "results")])]
        case "apply_patch" | "patch":
            return [_patched(one) for one in files] or _split(text(metadata, "diff"))
    return []


def _written(path: str, arguments: Json, metadata: Json, *, created: bool) -> Change:
    """A created file adds its lines. What an overwritten one held before is not in the log, but where it left a diff."""
    found = _edited(path, metadata)
    if found.patch or found.added or found.removed or not created:
        return found
    return Change(path, added=count_lines(text(arguments, "content")))


def _edited(path: str, metadata: Json) -> Change:
    file = group(metadata, "filediff")
    diff = text(metadata, "diff") or text(file, "patch")
    if diff:
        return Change(path, *count_diff(diff), body(diff))
    return Change(path, max(whole(file, "additions") or 0, 0), max(whole(file, "deletions") or 0, 0))


def _patched(file: Json) -> Change:
    path = text(file, "movePath") or text(file, "filePath") or text(file, "file")
    diff = text(file, "patch") or text(file, "diff")
    return Change(path, *count_diff(diff), body(diff))


def _joined(path: str, edits: list[Change]) -> Change:
    patch = "\n".join(one.patch for one in edits if one.patch)
    return Change(path, sum(one.added for one in edits), sum(one.removed for one in edits), patch)


def _split(diff: str) -> list[Change]:
    """The files of a diff of several."""
    pieces = re.split(r"^(?=Index: )", diff, flags=re.MULTILINE)
    found = []
    for piece in pieces:
        name = re.match(r"Index: (.+)", piece)
        if name:
            found.append(Change(name.group(1).strip(), *count_diff(piece), body(piece)))
    return found


def count_diff(diff: str) -> tuple[int, int]:
    """Lines added and removed, as git counts them. A hunk tells its length: `--- a` within one is a removed line."""
    added = removed = old = new = 0
    for line in diff.split("\n"):
        hunk = _HUNK.match(line) if old <= 0 and new <= 0 else None
        if hunk:
            old, new = (1 if size is None else int(size) for size in hunk.groups())
        elif old > 0 or new > 0:
            sign = line[:1] or " "
            added, removed = added + (sign == "+"), removed + (sign == "-")
            old, new = old - (sign not in "+\\"), new - (sign not in "-\\")
    return added, removed


def body(diff: str) -> str:
    """A diff from its first hunk on."""
    found = re.search(r"^@@ ", diff, re.MULTILINE)
    return diff[found.start() :].rstrip("\n") if found else ""


def unified(changed: list[Change]) -> str:
    """One patch for all changed files; that of several names each."""
    patches = [one for one in changed if one.patch]
    if len(patches) == 1:
        return patches[0].patch
    return "\n".join(f"--- {one.path}\n+++ {one.path}\n{one.patch}" for one in patches)


def count_lines(content: str) -> int:
    """Lines of a text, a last one without a newline included."""
    return content.count("\n") + (1 if content and not content.endswith("\n") else 0)
