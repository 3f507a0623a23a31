"""What edits changed, in lines as git counts them, where a log holds texts or diffs and no structured patch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from agent_trace.agents._diffs import UNCHANGED, Change, count_lines

LONG = 2000
"""Lines of a text above which only its beginning and end are compared."""


def both(one: Change, other: Change) -> Change:
    """Two edits as one."""
    patch = "\n".join(part for part in (one.patch, other.patch) if part)
    return Change(one.added + other.added, one.removed + other.removed, patch)


def created(content: str) -> Change:
    """A new file: the lines of its content, a last one without a newline included."""
    return Change(added=count_lines(content))


def exchanged(old: str, new: str) -> Change:
    """A piece of text in the place of another: the lines that differ."""
    before, after = _lines(old), _lines(new)
    start = _alike(before, after)
    before, after = before[start:], after[start:]
    end = _alike(before[::-1], after[::-1])
    before, after = before[: len(before) - end], after[: len(after) - end]
    if len(before) > LONG or len(after) > LONG:
        return Change(added=len(after), removed=len(before))
    same = sum(match.size for match in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks())
    return Change(added=len(after) - same, removed=len(before) - same)


def diffed(diff: str) -> Change:
    """A diff, in a fence or not: its lines with + and with -, without those that name the files."""
    body = [line for line in diff.split("\n") if not line.startswith("```")]
    hunks = list(_hunks(body))
    marks = [line[:1] for line in hunks]
    return Change(added=marks.count("+"), removed=marks.count("-"), patch="\n".join(hunks).strip("\n"))


def _hunks(body: list[str]) -> Iterator[str]:
    """The lines of hunks; a diff without any `@@` is one hunk."""
    is_head = any(line.startswith("@@") for line in body)
    for line in body:
        if line.startswith("@@"):
            is_head = False
        elif line.startswith(("Index: ", "diff --git ")):
            is_head = True
        if not is_head:
            yield line


SEARCHED = re.compile(
    r"^(?:<{5,9}|-{5,9}) SEARCH[^\n]*\n(?P<old>.*?)^={5,9}[^\n]*\n(?P<new>.*?)^(?:>{5,9}|\+{5,9}) REPLACE",
    re.DOTALL | re.MULTILINE,
)
"""A block that some agents' models write to have a piece of a file replaced."""
_PLACED = re.compile(r"\A(?::\w+:[^\n]*\n)+(?:-{5,9}\n)?")
"""Where it is to be found: lines before the piece itself."""


def searched(content: str) -> Change:
    """All SEARCH/REPLACE blocks of a text."""
    found = UNCHANGED
    for block in SEARCHED.finditer(content):
        found = both(found, exchanged(_PLACED.sub("", block["old"]), block["new"]))
    return found


def _lines(content: str) -> list[str]:
    return content.removesuffix("\n").split("\n") if content else []


def _alike(left: list[str], right: list[str]) -> int:
    """How many lines both begin with."""
    found = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        found += 1
    return found
