"""Reads what `git diff-tree --stdin -p -U0 --full-index` prints: for every commit the lines it added and removed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from agent_trace.model.history import Changes, FileChange

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_HUNK = re.compile(r"@@ -\d+(?:,(?P<removed>\d+))? \+\d+(?:,(?P<added>\d+))? @@")
_HEAD = "diff --git "


def patches(output: bytes, *, whole: bool) -> Iterator[Changes]:
    """The changes of one commit after the other, as they were asked for; the last one is left out if it may be cut."""
    reading: _Commit | None = None
    for row in io.BytesIO(output):
        line = row.removesuffix(b"\n").decode("utf-8", "replace")
        if reading is not None and reading.take(line):
            continue
        if _COMMIT.fullmatch(line):
            if reading is not None:
                yield reading.changes()
            reading = _Commit()
    if reading is not None and whole:
        yield reading.changes()


class _Commit:
    """The part of the output that tells of one commit."""

    def __init__(self) -> None:
        self.files: list[FileChange] = []
        self.path = self.contents = ""
        self.added: list[str] = []
        self.removed: list[str] = []
        self.due = [0, 0]
        """Lines of a hunk that are still to come: removed, added. What they hold is nobody's header."""

    def take(self, line: str) -> bool:
        """One line; whether it was this commit's."""
        if self.due[0] and line.startswith("-"):
            self.due[0] -= 1
            self.removed.append(line[1:])
        elif self.due[1] and line.startswith("+"):
            self.due[1] -= 1
            self.added.append(line[1:])
        elif line.startswith(_HEAD):
            self._close()
            self.path = _path(line.removeprefix(_HEAD))
        elif (hunk := _HUNK.match(line)) is not None:
            self.due = [int(hunk["removed"] or 1), int(hunk["added"] or 1)]
        elif line.startswith("index "):
            self.contents = line
        elif line.startswith("Binary files "):  # the names of its contents stand for lines that are not shown
            old, _, new = self.contents.removeprefix("index ").partition(" ")[0].partition("..")
            self.removed, self.added = [old], [new]
        elif line.startswith(("old mode ", "new mode ")):
            (self.removed if line.startswith("old") else self.added).append(line)
        else:
            return not _COMMIT.fullmatch(line)
        return True

    def _close(self) -> None:
        if self.path:
            self.files.append(FileChange(path=self.path, added=tuple(self.added), removed=tuple(self.removed)))
        self.path, self.added, self.removed = "", [], []

    def changes(self) -> Changes:
        """What was told."""
        self._close()
        return tuple(self.files)


def _path(names: str) -> str:
    """`a/x b/x` → `x`, quoted as git quotes it."""
    return names[: len(names) // 2].removeprefix('"').removesuffix('"').removeprefix("a/")
