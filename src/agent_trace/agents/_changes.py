"""What edits changed, in lines as git counts them, where a log holds texts or diffs and no structured patch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent_trace.agents._diffs import UNCHANGED, Change, count_lines

LONG = 10_000
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
    same = _shared(before, after) if len(before) <= LONG and len(after) <= LONG else 0
    return Change(added=len(after) - same, removed=len(before) - same)


def _shared(left: list[str], right: list[str]) -> int:
    """Lines of the longest subsequence that two lists share, counted with the bits of one number for all places at once."""
    places: dict[str, int] = {}
    for place, line in enumerate(left):
        places[line] = places.get(line, 0) | 1 << place
    whole = (1 << len(left)) - 1
    free = whole
    for line in right:
        taken = free & places.get(line, 0)
        free = (free + taken | free - taken) & whole
    return len(left) - free.bit_count()


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


_SEARCH = re.compile(r"(?:<{5,9}|-{5,9}) SEARCH")
_DIVIDER = re.compile(r"={5,9}")
_REPLACE = re.compile(r"(?:>{5,9}|\+{5,9}) REPLACE")
_PLACED = re.compile(r"\A(?::\w+:[^\n]*\n)+(?:-{5,9}\n)?")
"""Where a piece is to be found: lines before the piece itself."""


class Exchange(NamedTuple):
    """A block that some agents' models write to have a piece of a file replaced."""

    above: tuple[str, ...]
    """The two lines above it."""
    old: str
    new: str


def exchanges(content: str) -> Iterator[Exchange]:
    """All SEARCH/REPLACE blocks of a text, line by line: blocks that nothing closes cost no more than others."""
    above: tuple[str, ...] = ()
    old: list[str] | None = None
    new: list[str] | None = None
    lines = content.split("\n")
    for number, line in enumerate(lines):
        if _SEARCH.match(line):
            above, old, new = tuple(lines[max(number - 2, 0) : number]), [], None
        elif old is not None and new is not None and _REPLACE.match(line):
            yield Exchange(above, _text(old), _text(new))
            old = new = None
        elif new is not None:
            new.append(line)
        elif old is not None and _DIVIDER.match(line):
            new = []
        elif old is not None:
            old.append(line)


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def searched(content: str) -> Change:
    """What all SEARCH/REPLACE blocks of a text change."""
    found = UNCHANGED
    for block in exchanges(content):
        found = both(found, exchanged(_PLACED.sub("", block.old), block.new))
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
