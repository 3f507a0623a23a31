"""What an edit changed, from the diffs that agents keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_NUMBERED = re.compile(r"([-+ ])\s*(\d{1,9})(?: (.*))?$")


class Change(NamedTuple):
    """What an edit did to a file."""

    added: int = 0
    removed: int = 0
    patch: str = ""
    """The body of a unified diff."""


UNCHANGED = Change()


def unified(diff: str) -> dict[str, Change]:
    """Path → what a diff as git writes it did to the file; a diff without file headers has the empty path."""
    found: dict[str, Change] = {}
    lines: list[str] = []
    path, body = "", False
    for line in diff.split("\n"):
        if line.startswith(("diff --git ", "--- ")) and not body:
            continue
        if line.startswith("diff --git "):
            found[path], lines, body = _change(lines), [], False
        elif line.startswith("+++ ") and not body:
            path = _path(line[4:])
        elif line.startswith("@@"):
            body = True
            lines.append(line)
        elif body:
            lines.append(line)
    if body:
        found[path] = _change(lines)
    return found


def _path(name: str) -> str:
    return name.removeprefix("b/").partition("\t")[0]


def _change(lines: list[str]) -> Change:
    while lines and not lines[-1]:
        lines.pop()
    marks = [line[:1] for line in lines]
    return Change(marks.count("+"), marks.count("-"), "\n".join(lines))


def numbered(diff: str) -> Change:
    """What a diff did that has a line number on every line, and `...` where it leaves lines out.

    The number of an unchanged line is that of the old file.
    """
    hunks: list[list[tuple[str, int, str]]] = [[]]
    for line in diff.split("\n"):
        found = _NUMBERED.match(line)
        if found is None:
            hunks.append([])
        else:
            hunks[-1].append((found[1], int(found[2]), found[3] or ""))
    patch = "\n".join(_hunks(hunks))
    signs = [sign for hunk in hunks for sign, _, _ in hunk]
    return Change(signs.count("+"), signs.count("-"), patch)


def _hunks(hunks: list[list[tuple[str, int, str]]]) -> Iterator[str]:
    ahead = 0
    for hunk in hunks:
        signs = [sign for sign, _, _ in hunk]
        added, removed, same = signs.count("+"), signs.count("-"), signs.count(" ")
        if added or removed:
            sign, number, _ = hunk[0]
            old = number - ahead if sign == "+" else number
            yield f"@@ -{old},{removed + same} +{old + ahead},{added + same} @@"
            yield from (f"{sign}{words}" for sign, _, words in hunk)
        ahead += added - removed


def replaced(old: str, new: str) -> Change:
    """What putting one text in the place of another changes at most: all but the lines that both begin or end with."""
    before, after = old.splitlines(), new.splitlines()
    same = _alike(before, after)
    same += _alike(before[same:][::-1], after[same:][::-1])
    return Change(len(after) - same, len(before) - same)


def _alike(one: list[str], other: list[str]) -> int:
    """How many lines two lists have in common at their beginning."""
    return next(
        (n for n, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other))
    )


def count_lines(text: str) -> int:
    """Lines of a text, a last one without a newline included."""
    return text.count("\n") + (1 if text and not text.endswith("\n") else 0)
