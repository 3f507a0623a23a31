"""When the calls of whole families were made: what tells, without a look at any of them, which of them lie in a time."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from agent_trace.store.database import Database, numbers
from agent_trace.store.stretches import EVER, QUARTER_MS

DAY_MS = 86_400_000
NEVER = (EVER, -EVER)


class Span(msgspec.Struct, kw_only=True, gc=False):
    """The times of a root session and of all that it started, in UTC milliseconds; from the first to one behind the last.

    They may be wider than what really happened, by less than a quarter of an hour. Without a time: -1 to 0.
    """

    first: int = EVER
    """Of everything that a time can cut: calls, what is beyond the log, commits, pull requests, claims."""
    end: int = -EVER
    called: int = EVER
    """Of the logged calls alone."""
    done: int = -EVER
    models: frozenset[str] = frozenset()
    """Of calls, of what is beyond the log and of claims."""
    is_odd: bool = False
    """There are no calls, or they do not lie where its sessions do: only the index knows whether it is selected."""


_USED = """
SELECT s.root, u.unlogged, c.model, min(u.quarter), max(u.quarter), min(ifnull(s.started, -1)), max(ifnull(s.ended, :ever)) FROM usage AS u
JOIN session AS s ON s.id = u.session JOIN class AS c ON c.id = u.class
WHERE s.root IN (SELECT value FROM json_each(:roots)) GROUP BY 1, 2, 3
"""
_BESIDE = """
SELECT s.root, min(one.at), max(one.at), NULL FROM made AS one JOIN session AS s ON s.id = one.session
WHERE one.at IS NOT NULL AND s.root IN (SELECT value FROM json_each(:roots)) GROUP BY 1
UNION ALL SELECT s.root, min(one.at), max(one.at), NULL FROM pull AS one JOIN session AS s ON s.id = one.session
WHERE one.at IS NOT NULL AND s.root IN (SELECT value FROM json_each(:roots)) GROUP BY 1
UNION ALL SELECT s.root, min(ifnull(one.at, -1)), max(ifnull(one.at, -1)), one.model FROM waste AS one JOIN session AS s
ON s.id = one.session WHERE s.root IN (SELECT value FROM json_each(:roots)) GROUP BY 1, 4
"""


def spans(db: Database, roots: Iterable[int]) -> dict[int, Span]:
    """Root (row id) → when it was at work; every one of them has a span."""
    ids = list(roots)
    found = {root: Span(is_odd=True) for root in ids}
    values = {"roots": numbers(ids), "ever": EVER}
    bounds: dict[int, tuple[int, int]] = {}
    for root, unlogged, model, first, last, started, ended in db.execute(_USED, values):
        one = found[root]
        begin, end = (-1, 0) if first < 0 else (first * QUARTER_MS, 0)
        end = (last + 1) * QUARTER_MS if last >= 0 else end
        _widen(one, begin, end)
        one.models |= {model}
        if not unlogged:
            one.called, one.done = min(one.called, begin), max(one.done, end)
            held = bounds.get(root, NEVER)
            bounds[root] = (min(held[0], ended), max(held[1], started))
    for root, (ended, started) in bounds.items():
        one = found[root]
        one.is_odd = ended < one.called - DAY_MS or started >= one.done + DAY_MS
    for root, first, last, model in db.execute(_BESIDE, values):
        _widen(found[root], first, last + 1)
        found[root].models |= {model} if model is not None else frozenset()
    return found


def _widen(one: Span, first: int, end: int) -> None:
    one.first, one.end = min(one.first, first), max(one.end, end)
