"""Sums of calls by whatever a question asks for.

Whole quarter-hours come from the roll-up; a selection that begins or ends inside one counts the calls themselves, so
that both give the same figures for the same calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.model.usage import BillingClass, Usage
from agent_trace.store.choice import choice, milliseconds
from agent_trace.store.database import Database, numbers
from agent_trace.store.settle import QUARTER_MS

QUARTERS_A_DAY = 96
PICO = Decimal(10) ** -12

KeyOf = Callable[[int], str]
"""A UTC quarter-hour (or -1 where the time is unknown) → the key of the hour, day, week or month it lies in."""

_COLUMNS = {
    "session": "s.key",
    "root": "ifnull(r.key, s.key)",
    "side": "CASE WHEN s.root = s.id THEN 'own' ELSE 'sub' END",
    "agent": "s.agent",
    "model": "c.model",
    "branch": "ifnull((SELECT text FROM word WHERE id = u.branch), '')",
    "project": "ifnull(r.repo, ifnull(r.cwd, ifnull(s.cwd, '')))",
    "tool": "ifnull((SELECT text FROM word WHERE id = u.tool), '(none)')",
}

_ROLLED = "SELECT * FROM usage"
_CALLS = """
SELECT session, CASE WHEN at < 0 THEN -1 ELSE at / 900000 END AS quarter, class, branch, tool, 0 AS unlogged,
    counts AS calls, counts OR input IS NOT NULL OR output IS NOT NULL AS entries,
    (SELECT count(*) FROM tool WHERE tool.call = call.key) AS tool_calls,
    (SELECT count(*) FROM tool WHERE tool.call = call.key AND tool.failed) AS errors,
    input, output, cache_read, cache_write_5m, cache_write_1h, reasoning, web_searches, recorded
FROM call WHERE at >= :since AND at < :until
"""
_UNLOGGED = """
SELECT session, CASE WHEN at < 0 THEN -1 ELSE at / 900000 END AS quarter, class, branch, 0 AS tool, 1 AS unlogged,
    0 AS calls, 1 AS entries, 0 AS tool_calls, 0 AS errors, input, output, cache_read, cache_write_5m, cache_write_1h,
    NULL AS reasoning, web_searches, NULL AS recorded
FROM unlogged WHERE at >= :since AND at < :until
"""
_BARE_CALLS = _CALLS.replace(
    "(SELECT count(*) FROM tool WHERE tool.call = call.key) AS tool_calls", "0 AS tool_calls"
).replace("(SELECT count(*) FROM tool WHERE tool.call = call.key AND tool.failed) AS errors", "0 AS errors")
_TOOLS = """
SELECT call.session AS session, CASE WHEN call.at < 0 THEN -1 ELSE call.at / 900000 END AS quarter, call.class AS class,
    call.branch AS branch, tool.name AS tool, 0 AS unlogged, 0 AS calls, 0 AS entries, 1 AS tool_calls,
    tool.failed AS errors, NULL AS input, NULL AS output, NULL AS cache_read, NULL AS cache_write_5m,
    NULL AS cache_write_1h, NULL AS reasoning, NULL AS web_searches, NULL AS recorded
FROM tool JOIN call ON call.key = tool.call WHERE call.at >= :since AND call.at < :until
"""
_SUMS = """
    sum(u.calls), sum(u.entries), sum(u.tool_calls), sum(u.errors), sum(u.input), sum(u.output), sum(u.cache_read),
    sum(u.cache_write_5m), sum(u.cache_write_1h), sum(u.reasoning), sum(u.web_searches), sum(u.recorded)
"""


def ledger(
    db: Database,
    selection: Selection,
    group: Sequence[str] = (),
    *,
    time: KeyOf | None = None,
    grain: int = 1,
    roots: Sequence[int] | None = None,
) -> list[LedgerRow]:
    """Sums under each combination of the group's keys, by billing class and UTC day.

    `group` names columns in the order of the key; the word `time` stands for `time(quarter)`. `grain` is how many
    quarter-hours may be summed before `time` is asked: all of them must lie under one key. `roots` names families.
    """
    columns = [name for name in group if name != "time"]
    step = grain if "time" in group else QUARTERS_A_DAY
    statement, values = _statement(selection, columns, step, roots)
    classes = _classes(db)
    at = list(group).index("time") if "time" in group else -1
    rows = []
    for bucket, number, unlogged, *rest in db.execute(statement, values):
        key = [str(part) for part in rest[: len(columns)]]
        quarter = bucket * step if bucket >= 0 else -1
        if at >= 0 and time is not None:
            key.insert(at, time(quarter))
        rows.append(_row(tuple(key), classes[number], quarter, bool(unlogged), rest[len(columns) :]))
    return rows


def active(db: Database, selection: Selection, time: KeyOf, grain: int) -> dict[str, tuple[int, ...]]:
    """Key of a time → row ids of the selected roots that made a logged call in it; calls without a time are left out."""
    source, values = _chosen(selection, [], None)
    rows = db.execute(
        f"SELECT u.quarter / :step, group_concat(DISTINCT s.root) FROM {source} AND NOT u.unlogged AND u.calls AND u.quarter >= 0 "
        "GROUP BY 1",
        {**values, "step": grain},
    )
    found: dict[str, tuple[int, ...]] = {}
    for bucket, roots in rows:
        key = time(bucket * grain)
        found[key] = (*found.get(key, ()), *map(int, roots.split(",")))
    return found


_RECORDS = "SELECT sum(s.recorded) FROM session AS s WHERE s.content AND s.root = s.id"
_BESIDE_CALLS = (
    "SELECT sum(u.recorded) FROM session AS s JOIN session AS m ON m.root = s.id JOIN usage AS u ON u.session = m.id "
    "WHERE s.recorded IS NOT NULL AND u.recorded IS NOT NULL"
)


def recorded(db: Database, selection: Selection, beside_calls: Decimal | None) -> Decimal | None:
    """What the agents wrote down for the selected roots: a session's own record, else what stands beside its calls.

    `beside_calls` is the sum of the latter over all of them.
    """
    chosen, values = choice(selection)
    only = f" AND s.id IN ({chosen})" if chosen else ""
    records: int | None = db.execute(_RECORDS + only, values).fetchone()[0]
    if records is None or beside_calls is None:
        return beside_calls if records is None else records * PICO
    twice: int = db.execute(_BESIDE_CALLS + only, values).fetchone()[0] or 0
    return beside_calls + (records - twice) * PICO


def _statement(
    selection: Selection, columns: Sequence[str], step: int, roots: Sequence[int] | None
) -> tuple[str, dict[str, Any]]:
    source, values = _chosen(selection, columns, roots)
    keys = "".join([", " + _COLUMNS[name] for name in columns])
    parts = [
        "SELECT CASE WHEN u.quarter < 0 THEN -1 ELSE u.quarter / :step END, u.class, u.unlogged", keys, ",", _SUMS,
        "FROM ", source, " GROUP BY 1, 2, 3", keys,
    ]  # fmt: skip
    values["step"] = step
    return "".join(parts), values


def _chosen(selection: Selection, columns: Sequence[str], roots: Sequence[int] | None) -> tuple[str, dict[str, Any]]:
    """The rows `u` of a selection, each with its session `s` and class `c`; and the values that this takes."""
    chosen, values = choice(selection)
    values["since"], values["until"] = milliseconds(selection.since, -1), milliseconds(selection.until, 2**62)
    where = ["1"]
    if roots is not None:
        where.append("s.root IN (SELECT value FROM json_each(:roots))")
        values["roots"] = numbers(roots)
    elif chosen:
        where.append("s.root IN (" + chosen + ")")
    if selection.model is not None:
        where.append("instr(lower(c.model), lower(:model))")
        values["model"] = selection.model
    source = _source(selection, "tool" in columns, where, values)
    parts = [
        "(", source, ") AS u JOIN session AS s ON s.id = u.session JOIN class AS c ON c.id = u.class",
        " LEFT JOIN session AS r ON r.id = s.root" if {"root", "project"} & set(columns) else "",
        " WHERE ", " AND ".join(where),
    ]  # fmt: skip
    return "".join(parts), values


def _source(selection: Selection, by_tool: bool, where: list[str], values: dict[str, Any]) -> str:
    """The roll-up where it is exact, else the calls themselves."""
    if by_tool:
        return " UNION ALL ".join((_BARE_CALLS, _TOOLS, _UNLOGGED))
    if values["since"] % QUARTER_MS in (0, QUARTER_MS - 1) and (
        values["until"] % QUARTER_MS == 0 or selection.until is None
    ):
        if selection.since is not None or selection.until is not None:
            where.append("u.quarter >= :first AND u.quarter < :end")
            values["first"] = values["since"] // QUARTER_MS if selection.since is not None else -1
            values["end"] = values["until"] // QUARTER_MS
        return _ROLLED
    return " UNION ALL ".join((_CALLS, _UNLOGGED))


def _row(key: tuple[str, ...], cls: BillingClass, quarter: int, unlogged: bool, sums: Sequence[Any]) -> LedgerRow:
    calls, entries, tool_calls, errors, *usage, recorded = sums
    return LedgerRow(
        key=key,
        cls=cls,
        day=quarter // QUARTERS_A_DAY if quarter >= 0 else 0,
        hour=quarter % QUARTERS_A_DAY // 4 if quarter >= 0 else None,
        calls=calls,
        entries=entries,
        tool_calls=tool_calls,
        errors=errors,
        usage=Usage(
            input=usage[0],
            output=usage[1],
            cache_read=usage[2],
            cache_write_5m=usage[3],
            cache_write_1h=usage[4],
            reasoning=usage[5],
            web_searches=usage[6],
        ),
        recorded=None if recorded is None else recorded * PICO,
        unlogged=unlogged,
    )


def _classes(db: Database) -> dict[int, BillingClass]:
    rows = db.execute("SELECT id, model, speed, geo, tier, band FROM class")
    return {
        number: BillingClass(model=model, speed=speed, geo=geo, tier=tier, band=band)
        for number, model, speed, geo, tier, band in rows
    }
