"""Sums of calls by whatever a question asks for.

Whole days come from the day table where that tells them, whole quarter-hours from the roll-up, and what is left at the
two ends of a time from the calls themselves: all of them give the same figures for the same calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.model.usage import BillingClass, Usage
from agent_trace.store import days
from agent_trace.store.choice import choice, milliseconds
from agent_trace.store.database import Database, numbers
from agent_trace.store.stretches import EVER, QUARTERS_A_DAY, Pieces, Stretch, pieces

PICO = Decimal(10) ** -12
HOUR = 4
"""Quarter-hours of an hour."""

KeyOf = Callable[[int], str]
"""A UTC quarter-hour (or -1 where the time is unknown) → the key of the hour, day, week or month it lies in."""

_COLUMNS = {
    "session": "s.key",
    "root": "ifnull(r.key, s.key)",
    "side": "CASE WHEN s.root = s.id THEN 'own' ELSE 'sub' END",
    "agent": "s.agent",
    "model": "c.model",
    "branch": "ifnull((SELECT text FROM word WHERE id = u.branch), '')",
    "project": days.PROJECT,
    "tool": "ifnull((SELECT text FROM word WHERE id = u.tool), '(none)')",
}

_BY_DAY = {"side": "CASE WHEN u.own THEN 'own' ELSE 'sub' END", "agent": "u.agent", "model": "c.model"}
_BY_PLACE = {**_BY_DAY, "project": "u.project", "branch": "ifnull((SELECT text FROM word WHERE id = u.branch), '')"}
"""What each day table tells apart."""
_ROLLED = "SELECT * FROM usage WHERE quarter >= {first} AND quarter < {end}"
_CALLS = """
SELECT session, CASE WHEN at < 0 THEN -1 ELSE at / 900000 END AS quarter, class, branch, tool, 0 AS unlogged,
    counts AS calls, counts OR coalesce(input, output, cache_read, recorded) IS NOT NULL AS entries,
    (SELECT count(*) FROM tool WHERE tool.call = call.key) AS tool_calls,
    (SELECT count(*) FROM tool WHERE tool.call = call.key AND tool.failed) AS errors,
    input, output, cache_read, cache_write_5m, cache_write_1h, reasoning, web_searches, recorded
FROM call WHERE at >= {first} AND at < {end}
"""
_UNLOGGED = """
SELECT session, CASE WHEN at < 0 THEN -1 ELSE at / 900000 END AS quarter, class, branch, 0 AS tool, 1 AS unlogged,
    0 AS calls, 1 AS entries, 0 AS tool_calls, 0 AS errors, input, output, cache_read, cache_write_5m, cache_write_1h,
    NULL AS reasoning, web_searches, NULL AS recorded
FROM unlogged WHERE at >= {first} AND at < {end}
"""
_BARE_CALLS = _CALLS.replace(
    "(SELECT count(*) FROM tool WHERE tool.call = call.key) AS tool_calls", "0 AS tool_calls"
).replace("(SELECT count(*) FROM tool WHERE tool.call = call.key AND tool.failed) AS errors", "0 AS errors")
_TOOLS = """
SELECT call.session AS session, CASE WHEN call.at < 0 THEN -1 ELSE call.at / 900000 END AS quarter, call.class AS class,
    call.branch AS branch, tool.name AS tool, 0 AS unlogged, 0 AS calls, 0 AS entries, 1 AS tool_calls,
    tool.failed AS errors, NULL AS input, NULL AS output, NULL AS cache_read, NULL AS cache_write_5m,
    NULL AS cache_write_1h, NULL AS reasoning, NULL AS web_searches, NULL AS recorded
FROM tool JOIN call ON call.key = tool.call WHERE call.at >= {first} AND call.at < {end}
"""
_SUMS = """
    sum(u.calls), sum(u.entries), sum(u.tool_calls), sum(u.errors), sum(u.input), sum(u.output), sum(u.cache_read),
    sum(u.cache_write_5m), sum(u.cache_write_1h), sum(u.reasoning), sum(u.web_searches), sum(u.recorded)
"""


class Tariff(msgspec.Struct, frozen=True, kw_only=True):
    """When prices change, so that calls of equal price can be summed whenever they were made."""

    edges: tuple[int, ...] | None = None
    """UTC days on which some price changes, sorted; None: every day stands apart."""
    hourly: tuple[str, ...] = ()
    """Models whose price depends on the hour."""


APART = Tariff()
"""Nothing is known of prices: every day may have its own."""


def ledger(
    db: Database,
    selection: Selection,
    group: Sequence[str] = (),
    *,
    time: KeyOf | None = None,
    grain: int = 1,
    roots: Sequence[int] | None = None,
    tariff: Tariff = APART,
    zone: str | None = None,
) -> list[LedgerRow]:
    """Sums under each combination of the group's keys, by billing class and UTC day; some may stand in several rows.

    `group` names columns in the order of the key; the word `time` stands for `time(quarter)`. `grain` is how many
    quarter-hours may be summed before `time` is asked: all of them must lie under one key. `roots` names families.
    `zone` names that of `time`, where every key of it is made of whole local days; "" where there is no `time`.
    """
    question = _Question(db, selection, tuple(group), time, grain, roots, tariff)
    if zone is not None and question.is_of_days and (days.is_kept(db) if not zone else days.is_of(db, zone)):
        return list(question.by_day())
    return list(question.by_quarter(pieces(selection)))


class _Question:
    """What a ledger is asked."""

    def __init__(
        self, db: Database, selection: Selection, group: tuple[str, ...], time: KeyOf | None, grain: int,
        roots: Sequence[int] | None, tariff: Tariff,
    ) -> None:  # fmt: skip
        self.db, self.selection, self.roots = db, selection, roots
        self.columns = [name for name in group if name != "time"]
        self.at = group.index("time") if "time" in group else -1
        self.time, self.tariff, self.classes = time, tariff, _classes(db)
        self.hourly = [number for number, cls in self.classes.items() if cls.model in tariff.hourly]
        self.step = grain if self.at >= 0 else QUARTERS_A_DAY
        self.keyed = self.at >= 0 and tariff.edges is not None
        """SQL asks for the keys of time, so that all that costs the same under one is one row."""
        self.grain = grain

    @property
    def is_of_days(self) -> bool:
        """Whether the day table tells everything that it asks for."""
        plain = msgspec.structs.replace(self.selection, since=None, until=None, agents=(), model=None)
        return self.roots is None and plain.is_everything and set(self.columns) <= _BY_PLACE.keys()

    def by_day(self) -> Iterator[LedgerRow]:
        """From the day table; from the roll-up what it does not tell."""
        found, due = pieces(self.selection, by_day=True), days.changed(self.db)
        if found.days is None or len(due) > days.MANY:
            yield from self.by_quarter(pieces(self.selection))
            return
        first, end = found.days
        keys = self._keys(_BY_PLACE, "u.start")
        yield from self._rows(
            *_of_days(self.selection, self.columns, keys, self._bucket(), found.days, due, self.hourly)
        )
        missing = tuple(days.of_day(day) for day in due if first <= day < end)
        yield from self.by_quarter(found._replace(quarters=(*found.quarters, *missing)), indexed=True)
        if self.hourly:
            whole = Stretch(-1 if first < 0 else first * QUARTERS_A_DAY, end * QUARTERS_A_DAY)
            yield from self.by_quarter(Pieces(None, (whole,), ()), only=self.hourly, but=missing)

    def by_quarter(
        self, found: Pieces, *, indexed: bool = False, only: Sequence[int] = (), but: Sequence[Stretch] = ()
    ) -> Iterator[LedgerRow]:
        """From the roll-up, and from calls what does not make a whole quarter-hour; `indexed`: it is little."""
        if not (found.quarters or found.moments):
            return
        source = _source(found, by_tool="tool" in self.columns, indexed=indexed, selection=self.selection)
        rows, values = _chosen(self.selection, self.columns, self.roots, source)
        more = "".join(f" AND NOT (u.quarter >= {one.first} AND u.quarter < {one.end})" for one in but)
        keys = "".join(", " + one for one in self._keys(_COLUMNS, "u.quarter"))
        narrowed = f" AND u.class IN ({_listed(only)})" if only else ""
        statement = f"SELECT {self._bucket()}, u.class, u.unlogged{keys}, {_SUMS} FROM {rows}{narrowed}{more} GROUP BY 1, 2, 3{keys}"
        yield from self._rows(statement, values)

    def _keys(self, columns: Mapping[str, str], quarter: str) -> list[str]:
        """The columns of the key."""
        found = [columns[name] for name in self.columns]
        if self.keyed:
            found.insert(
                self.at, f"time_key(CASE WHEN {quarter} < 0 THEN -1 ELSE {quarter} / {self.grain} * {self.grain} END)"
            )
        return found

    def _bucket(self) -> str:
        """The quarter-hour that stands for all that may be summed with it."""
        step, edges = self.step, self.tariff.edges
        bucket = f"u.quarter / {step} * {step}"
        if edges is not None:
            steps = " ".join(
                f"WHEN u.quarter >= {one * QUARTERS_A_DAY} THEN {one * QUARTERS_A_DAY}" for one in reversed(edges)
            )
            bucket = f"CASE {steps} ELSE 0 END" if steps else "0"
        if self.hourly:
            hour = min(self.grain if self.at >= 0 else HOUR, HOUR)
            bucket = f"CASE WHEN u.class IN ({_listed(self.hourly)}) THEN u.quarter / {hour} * {hour} ELSE {bucket} END"
        return f"CASE WHEN u.quarter < 0 THEN -1 ELSE {bucket} END"

    def _rows(self, statement: str, values: dict[str, Any]) -> Iterator[LedgerRow]:
        width, at, time = len(self.columns) + self.keyed, self.at, self.time
        if time is not None:
            self.db.time_key = time
        for quarter, number, unlogged, *rest in self.db.execute(statement, values).fetchall():
            key = [str(part) for part in rest[:width]]
            if at >= 0 and time is not None and not self.keyed:
                key.insert(at, time(quarter))
            yield _row(tuple(key), self.classes[number], quarter, bool(unlogged), rest[width:])


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids))


def active(db: Database, selection: Selection, time: KeyOf, grain: int) -> dict[str, int]:
    """Key of a time → how many of the selected roots made a logged call in it; calls without a time are left out."""
    source = _source(pieces(selection), selection=selection)
    if not source:
        return {}
    source, values = _chosen(selection, [], None, source)
    db.time_key = time
    return dict(
        db.execute(
            f"SELECT place, count(DISTINCT root) FROM (SELECT DISTINCT s.root AS root, time_key(u.quarter / {grain} * {grain}) AS place "
            f"FROM {source} AND NOT u.unlogged AND u.calls AND u.quarter >= 0) GROUP BY place",
            values,
        ).fetchall()
    )


def worked(db: Database, selection: Selection) -> dict[str, tuple[int, int | None]]:
    """Project → how many of the selected roots used something in it, and the quarter-hour in which one did last."""
    source = _source(pieces(selection), selection=selection)
    if not source:
        return {}
    source, values = _chosen(selection, ["project"], None, source)
    rows = db.execute(
        "SELECT project, count(*), max(last) FROM (SELECT "
        f"{days.PROJECT} AS project, max(u.quarter) AS last FROM {source} GROUP BY s.root, project) GROUP BY project",
        values,
    )
    return {project: (roots, last if last >= 0 else None) for project, roots, last in rows}


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


def _chosen(
    selection: Selection, columns: Sequence[str], roots: Sequence[int] | None, source: str
) -> tuple[str, dict[str, Any]]:
    """The rows `u` of a source that are selected, each with its session `s` and class `c`; and the values that this takes."""
    chosen, values = choice(selection)
    where = ["1"]
    if roots is not None:
        where.append("s.root IN (SELECT value FROM json_each(:roots))")
        values["roots"] = numbers(roots)
    elif chosen:
        where.append("s.root IN (" + chosen + ")")
    if selection.model is not None:
        where.append("instr(lower(c.model), lower(:model))")
        values["model"] = selection.model
    parts = [
        "(", source, ") AS u JOIN session AS s ON s.id = u.session JOIN class AS c ON c.id = u.class",
        " LEFT JOIN session AS r ON r.id = s.root" if {"root", "project"} & set(columns) else "",
        " WHERE ", " AND ".join(where),
    ]  # fmt: skip
    return "".join(parts), values


def _source(found: Pieces, *, selection: Selection, by_tool: bool = False, indexed: bool = False) -> str:
    """The roll-up for whole quarter-hours, the calls themselves for the rest, and for what it does not tell apart."""
    if by_tool:
        since, until = (milliseconds(selection.since, -1), milliseconds(selection.until, EVER))
        return " UNION ALL ".join(one.format(first=since, end=until) for one in (_BARE_CALLS, _TOOLS, _UNLOGGED))
    rolled = _ROLLED.replace("FROM usage", "FROM usage INDEXED BY usage_quarter") if indexed else _ROLLED
    parts = ["SELECT * FROM usage" if one == _ALWAYS else rolled.format(**one._asdict()) for one in found.quarters]
    for one in found.moments:
        calls = (_CALLS.replace(" tool,", "", 1), _UNLOGGED.replace(" 0 AS tool,", "", 1))
        parts += [each.format(**one._asdict()) for each in calls]
    return " UNION ALL ".join(parts)


_ALWAYS = Stretch(-1, pieces(Selection()).quarters[0].end)


def _of_days(
    selection: Selection,
    columns: Sequence[str],
    found: Sequence[str],
    bucket: str,
    whole: Stretch,
    due: Sequence[int],
    hourly: Sequence[int],
) -> tuple[str, dict[str, Any]]:
    """Sums of whole UTC days from the day table, but for those that are due and for classes that hours tell apart."""
    keys = "".join(", " + one for one in found)
    table = "usage_day" if set(columns) <= _BY_DAY.keys() else "usage_place"
    first = -1 if whole.first < 0 else whole.first * QUARTERS_A_DAY
    where = [f"u.start >= {first}", f"u.start < {whole.end * QUARTERS_A_DAY}"]
    values: dict[str, Any] = {}
    if due:
        where.append(f"{days.UTC_DAY.format('u.start')} NOT IN ({_listed(due)})")
    if hourly:
        where.append(f"u.class NOT IN ({_listed(hourly)})")
    if selection.agents:
        values = {f"agent{place}": name for place, name in enumerate(selection.agents)}
        where.append("u.agent IN (" + ", ".join(f":{name}" for name in values) + ")")
    if selection.model is not None:
        where.append("instr(lower(c.model), lower(:model))")
        values["model"] = selection.model
    statement = (
        f"SELECT {bucket.replace('u.quarter', 'u.start')}, u.class, u.unlogged{keys}, {_SUMS} FROM {table} AS u "
        f"JOIN class AS c ON c.id = u.class WHERE {' AND '.join(where)} GROUP BY 1, 2, 3{keys}"
    )
    return statement, values


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


def models(db: Database) -> list[str]:
    """The models of all calls, as the logs name them, sorted."""
    return [name for (name,) in db.execute("SELECT DISTINCT model FROM class ORDER BY model")]


def _classes(db: Database) -> dict[int, BillingClass]:
    rows = db.execute("SELECT id, model, speed, geo, tier, band FROM class")
    return {
        number: BillingClass(model=model, speed=speed, geo=geo, tier=tier, band=band)
        for number, model, speed, geo, tier, band in rows
    }
