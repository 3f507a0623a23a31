"""Diffs of steps as hunks: what stands between the headers of a unified diff."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent_trace.model.ends import ROOM
from agent_trace.reports._replay_document import Hunk

_AT = re.compile(r"@@ -(\d{1,9})(?:,\d+)? \+(\d{1,9})")


def hunks(patch: str, room: int | None = ROOM) -> tuple[Hunk, ...]:
    """The hunks of a patch, as many whole lines of it as there is room for; None: all."""
    return tuple(_hunks(patch, len(patch) if room is None else room)) if patch else ()


def _hunks(patch: str, room: int) -> Iterator[Hunk]:
    path, old, new, lines = "", 0, 0, list[str]()
    rows = patch.removesuffix("\n").split("\n")
    place = 0
    while place < len(rows):
        line = rows[place]
        at = _AT.match(line)
        if (at is not None or _names_a_file(rows, place)) and lines:
            yield Hunk(path=path, old_start=old, new_start=new, lines=tuple(lines))
            lines = []
        if at is not None:
            old, new = int(at[1]), int(at[2])
        elif _names_a_file(rows, place):
            path = rows[place + 1][4:].partition("\t")[0].removeprefix("b/")
            place += 1
        elif line[:1] in ("+", "-", " ", ""):
            if room < len(line) and lines:
                break
            lines.append(line or " ")
        room -= len(line) + 1
        place += 1
    if lines:
        yield Hunk(path=path, old_start=old, new_start=new, lines=tuple(lines))


def _names_a_file(rows: list[str], place: int) -> bool:
    """Whether a file's two lines stand here: what was taken away or added may look like one of them."""
    return [row[:3] for row in rows[place : place + 3]] == ["---", "+++", "@@ "]
