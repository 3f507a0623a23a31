"""Which of several logs that hold the same rows made them: forks and resumed sessions copy history.

A copy repeats rows under new session ids and then goes its own way. Who made a shared row cannot be told from file
names, modification times or the last row: all three are wrong on real forks. What can be told is how a log goes on
from the rows it shares. The log in which they were made goes on at once, often in the middle of a turn; a copy goes on
when a person came back to it. docs/decisions/0006-ownership.md names the cases.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from agent_trace.model.scan import RowSeen

ANSWER = 1
"""The part of a row in the conversation that no person had: an answer or a result."""


class Log(msgspec.Struct, kw_only=True):
    """One log as far as ownership needs it."""

    source: int
    session: str
    born: int
    """Modification time at first sight: only between logs with the very same rows."""
    rows: list[RowSeen]


class Claim(msgspec.Struct, frozen=True, order=True):
    """How good a log's claim to its shared rows is: the smallest wins."""

    later: bool
    """False where its own rows go on in the middle of a turn: no person stands between."""
    distance: int
    """Milliseconds between its shared rows and the nearest row of its own; 0 for a log that has none."""
    first: int
    """Its earliest own row."""
    born: int
    session: str
    source: int


def inherited(logs: Sequence[Log]) -> dict[int, frozenset[str]]:
    """The logs in the order of their claims, best first, each with the names of the rows that another log made."""
    holders = Counter(name for log in logs for name in {name for name, _, _ in log.rows})
    owner: dict[str, int] = {}
    ranked = sorted(logs, key=lambda one: claim(one, holders))
    for log in ranked:
        for name, _, _ in log.rows:
            owner.setdefault(name, log.source)
    return {log.source: frozenset(name for name, _, _ in log.rows if owner[name] != log.source) for log in ranked}


def claim(log: Log, holders: Counter[str]) -> Claim:
    """What a log's own rows say about the rows it shares."""
    own = sorted(at for name, at, _ in log.rows if holders[name] == 1 and at is not None)
    shared = [at for name, at, _ in log.rows if holders[name] > 1 and at is not None]
    if not own:
        return Claim(True, 0, 0, log.born, log.session, log.source)
    goes_on = _goes_on(log.rows, holders)
    return Claim(not goes_on, _distance(own, shared), own[0], log.born, log.session, log.source)


def _goes_on(rows: Iterable[RowSeen], holders: Counter[str]) -> bool:
    """The first own row of the conversation behind a shared one is no prompt."""
    seen_shared = False
    for name, _, part in rows:
        if holders[name] > 1:
            seen_shared = True
        elif seen_shared and part:
            return part == ANSWER
    return False


def _distance(own: Sequence[int], shared: Iterable[int]) -> int:
    nearest = 2**62
    for at in shared:
        place = bisect_left(own, at)
        if place < len(own):
            nearest = min(nearest, own[place] - at)
        if place:
            nearest = min(nearest, at - own[place - 1])
    return nearest
