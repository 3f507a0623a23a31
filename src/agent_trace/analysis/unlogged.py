"""What an agent's own cost record knows and its log does not: mostly the model call of a compaction.

A record is cumulative over the session's processes. Between two records, what grew beyond the calls that the log shows
for that time was billed and not logged. A process that was killed leaves no record, so its calls must not be held
against the growth of the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from agent_trace.model.scan import CostRecord

KINDS = 6
"""Input, output, cache reads, five-minute writes, one-hour writes, searches: the order of CostRecord.models."""


class Logged(msgspec.Struct, frozen=True):
    """A call of the session or of one of its sub-agents."""

    at: int
    model: str
    kinds: tuple[int, ...]


class Unlogged(msgspec.Struct, frozen=True):
    """Tokens of one model that stand in the record alone."""

    at: int
    """Time of the last row before the record."""
    model: str
    kinds: tuple[int, ...]


def unlogged(
    records: Sequence[CostRecord],
    calls: Sequence[Logged],
    *,
    base: CostRecord | None = None,
    canonical: Callable[[str], str] = str,
) -> list[Unlogged]:
    """What each record adds beyond the calls of its interval.

    `base` is the parent's record at the fork, from which a fork's own record goes on. `canonical` makes one model's
    names equal in record and log.
    """
    found: list[Unlogged] = []
    before, since = _by_model(base, canonical), -1
    for record in records:
        at = record.at if record.at is not None else since
        now = _by_model(record, canonical)
        growth = {
            model: [n - o for n, o in zip(kinds, before.get(model, _ZEROS), strict=True)]
            for model, kinds in now.items()
        }
        names = {canonical(name): name for name in record.models}
        logged = _logged(calls, since, at, growth, record, base, canonical)
        for model, grown in growth.items():
            rest = tuple(max(0, more - seen) for more, seen in zip(grown, logged.get(model, _ZEROS), strict=True))
            if any(rest):
                found.append(Unlogged(at, names[model], rest))
        before, since, base = now, at, record
    return found


_ZEROS = [0] * KINDS


def _by_model(record: CostRecord | None, canonical: Callable[[str], str]) -> dict[str, list[int]]:
    sums: dict[str, list[int]] = {}
    for name, kinds in (record.models if record else {}).items():
        held = sums.setdefault(canonical(name), [0] * KINDS)
        for index, count in enumerate(kinds):
            held[index] += count
    return sums


def _logged(
    calls: Sequence[Logged],
    since: int,
    at: int,
    growth: dict[str, list[int]],
    record: CostRecord,
    before: CostRecord | None,
    canonical: Callable[[str], str],
) -> dict[str, list[int]]:
    """Sums of the calls of the interval, without those of a process that died."""
    sums = _sum([call for call in calls if since < call.at <= at], canonical)
    if not record.broken and not _contradicts(sums, growth):
        return sums
    started = _process_start(record, before, at)
    if started is None:
        return sums
    return _sum([call for call in calls if max(since, started) < call.at <= at], canonical)


def _sum(calls: Sequence[Logged], canonical: Callable[[str], str]) -> dict[str, list[int]]:
    sums: dict[str, list[int]] = {}
    for call in calls:
        held = sums.setdefault(canonical(call.model), [0] * KINDS)
        for index, count in enumerate(call.kinds):
            held[index] += count
    return sums


def _contradicts(sums: dict[str, list[int]], growth: dict[str, list[int]]) -> bool:
    """The log shows more than the record: some of it is not in the record at all."""
    return any(
        seen > more
        for model, kinds in sums.items()
        for seen, more in zip(kinds, growth.get(model, _ZEROS), strict=True)
    )


def _process_start(record: CostRecord, before: CostRecord | None, at: int) -> int | None:
    """When the recorded process began: the record's duration is cumulative too."""
    if record.duration_ms is None:
        return None
    lasted = record.duration_ms - (before.duration_ms or 0 if before else 0)
    return at - lasted if lasted > 0 else None
