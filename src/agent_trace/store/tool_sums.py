"""The tool calls of many sessions together: from sums by UTC day where those tell it, else from the rows of sessions.

A day's sums are dropped when a session of that day changes, and made again by `sum_days`; what they do not tell is read
row by row, so that an answer never depends on whether they were made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from agent_trace.model.histogram import read, written
from agent_trace.model.selection import Selection
from agent_trace.store.choice import milliseconds
from agent_trace.store.database import Database
from agent_trace.store.schema import OUTCOME_VERSION
from agent_trace.store.steps import DAY, FRESH, Used, within

QUARTER_MS = 900_000
QUARTERS = 96
"""Quarter-hours of a day."""
MANY = 32
"""With more days than these that are not summed all rows are read at once."""
Stretch = tuple[int, int]
"""The first quarter-hour and the one behind the last."""


_SUMS = "sum(calls), sum(failed), sum(timed), sum(total_ms), max(longest_ms), group_concat(nullif(runs, ''), ' ')"


# ---- days


def sum_days(db: Database) -> None:
    """Sum the days that changed, inside the caller's transaction."""
    for day in _due(db):
        first, end = _of_day(day)
        rows = db.execute(
            f"SELECT {DAY}, m.agent, tool, kind, {_SUMS} FROM step JOIN session AS m ON m.id = step.session "
            "WHERE quarter >= ? AND quarter < ? AND m.content GROUP BY m.agent, tool, kind",
            (first, end),
        ).fetchall()
        db.executemany(
            "INSERT OR REPLACE INTO step_day VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(*row, written(read(runs or ""))) for *row, runs in rows],
        )
    db.execute("DELETE FROM step_due")


def is_due(db: Database) -> bool:
    """Whether some days are to be summed."""
    return db.execute("SELECT 1 FROM step_due LIMIT 1").fetchone() is not None


def _due(db: Database) -> list[int]:
    return [day for (day,) in db.execute("SELECT day FROM step_due ORDER BY day")]


def _of_day(day: int) -> Stretch:
    return (-1, 0) if day < 0 else (day * QUARTERS, (day + 1) * QUARTERS)


# ---- sums


def used(db: Database, selection: Selection, ids: Sequence[int] | None) -> list[Used]:
    """Calls of the selected sessions by agent, tool and kind: some may stand in several rows; `ids` as `steps.among` gives them.

    Of a quarter-hour that the selection cuts, calls and failures are counted, and no run times.
    """
    first, end = _quarters(selection)
    due = _due(db)
    found: list[Used] = []
    if len(due) > MANY or not _is_plain(selection) or _is_stale(db):
        stretches = [(first, end)]
    else:
        days = (-1 if first < 0 else -(-first // QUARTERS), end // QUARTERS)
        found += _whole_days(db, selection, days)
        stretches = list(_rest(first, end, days, due))
    for stretch in stretches:
        found += _by_row(db, selection, ids, stretch)
    for since, until in _cut(selection):
        found += _counted(db, selection, ids, since, until)
    return found


def _is_plain(selection: Selection) -> bool:
    """Whether it asks for nothing that the sums of days do not tell apart."""
    return msgspec.structs.replace(selection, since=None, until=None, agents=()).is_everything


def _is_stale(db: Database) -> bool:
    """Whether a session has rows of an older reading, which count nowhere."""
    old = f"SELECT session FROM outcome WHERE version <> {OUTCOME_VERSION}"
    return db.execute(f"SELECT 1 FROM step WHERE session IN ({old}) LIMIT 1").fetchone() is not None


def _rest(first: int, end: int, days: Stretch, due: list[int]) -> Iterator[Stretch]:
    """What of the quarter-hours from `first` to `end` lies in no summed day."""
    if days[0] >= days[1]:
        yield first, end
        return
    edges = [(first, days[0] * QUARTERS), (days[1] * QUARTERS, end)] if first >= 0 else [(days[1] * QUARTERS, end)]
    yield from (one for one in edges if one[0] < one[1])
    yield from (_of_day(day) for day in due if days[0] <= day < days[1])


def _whole_days(db: Database, selection: Selection, days: Stretch) -> list[Used]:
    named = {f"agent{place}": name for place, name in enumerate(selection.agents)}
    only = f"AND agent IN ({', '.join(f':{name}' for name in named)})" if named else ""
    rows = db.execute(
        f"SELECT agent, (SELECT text FROM word WHERE id = tool), kind, {_SUMS} FROM step_day "
        f"WHERE day >= :first AND day < :end {only} GROUP BY agent, tool, kind",
        {"first": days[0], "end": days[1], **named},
    )
    return [_used(*row) for row in rows]


def _by_row(db: Database, selection: Selection, ids: Sequence[int] | None, stretch: Stretch) -> list[Used]:
    where, values = within("m.id", ids)
    values.update(first=stretch[0], end=stretch[1], model=selection.model or "")
    rows = db.execute(
        f"SELECT m.agent, (SELECT text FROM word WHERE id = step.tool), kind, {_SUMS} FROM step JOIN session AS m "
        f"ON m.id = step.session JOIN outcome ON outcome.session = m.id AND {FRESH} WHERE m.content AND {where} "
        "AND quarter >= :first AND quarter < :end AND instr(lower(step.model), lower(:model)) GROUP BY m.agent, step.tool, kind",
        values,
    )
    return [_used(*row) for row in rows]


def _used(agent: str, tool: str, kind: str, *sums: Any) -> Used:
    calls, failed, timed, total, longest, runs = sums
    return Used(
        agent=agent, tool=tool, kind=kind, calls=calls, failed=failed, timed=timed, total_ms=total, longest_ms=longest,
        runs=runs or "",
    )  # fmt: skip


def _quarters(selection: Selection) -> tuple[int, int]:
    """The first whole quarter-hour of a selection, and the one behind its last."""
    since, until = milliseconds(selection.since, -1), milliseconds(selection.until, 2**62)
    first = -1 if selection.since is None else -(-since // QUARTER_MS)
    return first, max(until // QUARTER_MS, first)


def _cut(selection: Selection) -> list[tuple[int, int]]:
    """The stretches of a selection, in UTC milliseconds, that make no whole quarter-hour."""
    since, until = milliseconds(selection.since, -1), milliseconds(selection.until, 2**62)
    first, end = _quarters(selection)
    ends = [(max(end * QUARTER_MS, since), until)] if selection.until is not None else []
    starts = [(since, min(first * QUARTER_MS, until))] if selection.since is not None else []
    return [(one, other) for one, other in (*starts, *ends) if one < other]


def _counted(db: Database, selection: Selection, ids: Sequence[int] | None, since: int, until: int) -> list[Used]:
    """The calls of a short stretch, one by one."""
    where, values = within("+m.id", ids)
    values.update(since=since, until=until, model=selection.model or "")
    rows = db.execute(
        "SELECT m.agent, (SELECT text FROM word WHERE id = tool.name), ifnull((SELECT kind FROM step WHERE step.session = m.id "
        "AND quarter = call.at / 900000 AND step.tool = tool.name), 'other') AS kind, count(*), sum(tool.failed) "
        f"FROM call CROSS JOIN session AS m ON m.id = call.session JOIN outcome ON outcome.session = m.id AND {FRESH} "
        f"JOIN class ON class.id = call.class JOIN tool ON tool.call = call.key WHERE m.content AND {where} AND call.at >= :since "
        "AND call.at < :until AND instr(lower(class.model), lower(:model)) GROUP BY m.agent, tool.name, kind",
        values,
    )
    return [
        Used(agent=agent, tool=tool, kind=kind, calls=calls, failed=failed) for agent, tool, kind, calls, failed in rows
    ]
