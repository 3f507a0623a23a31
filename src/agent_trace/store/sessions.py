"""Rows of the list: finding sessions and reading what is stored of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from agent_trace.model.selection import Name, Selection
from agent_trace.store.branches import BRANCH
from agent_trace.store.choice import choice, milliseconds
from agent_trace.store.database import Database, numbers
from agent_trace.store.stretches import pieces


class SessionRow(msgspec.Struct, gc=False):
    """One session as stored; times in UTC milliseconds."""

    id: int
    agent: str
    key: str
    root: int
    parent: str | None
    tool_id: str | None
    title: str | None
    cwd: str | None
    repo: str | None
    branch: str | None
    version: str | None
    started: int | None
    ended: int | None
    active: int | None
    prompts: int
    lines_added: int
    lines_removed: int
    failed_steps: int
    refused: int
    api_errors: int
    unread: int
    tail: str
    changed: int
    recorded: int | None
    has_record: int
    credits: int | None
    """Of the vendor's own unit, in millionths."""
    open: int
    """1 while its log ends inside a tool call."""


_SELECT = f"""
SELECT s.id, s.agent, s.key, s.root, (SELECT key FROM session AS p WHERE p.id = s.parent), s.tool_id, s.title, s.cwd, s.repo,
    {BRANCH}, s.version, s.started, s.ended, s.active, s.prompts, s.lines_added, s.lines_removed, s.failed_steps, s.refused,
    s.api_errors, s.unread, s.tail, s.changed, s.recorded, s.has_record, s.credits, s.tail IN ('tool', 'ask')
FROM session AS s WHERE s.content AND
"""
_ORDERS = {
    ("date", False): "ifnull(s.ended, 0) DESC, s.key",
    ("date", True): "ifnull(s.ended, 0), s.key",
    ("started", False): "ifnull(s.started, 0) DESC, s.key",
    ("started", True): "ifnull(s.started, 0), s.key",
    ("agent", False): "s.agent, ifnull(s.ended, 0) DESC, s.key",
    ("agent", True): "s.agent, ifnull(s.ended, 0), s.key",
}


def roots(
    db: Database,
    selection: Selection,
    *,
    order: str = "date",
    limit: int | None = None,
    ascending: bool = False,
    but: Collection[Name] = (),
) -> list[SessionRow]:
    """The selected root sessions without those of `but`, newest first unless ordered otherwise."""
    where, values = _where(selection)
    without, names = _without(but)
    values.update(names)
    tail = ["s.root = s.id AND ", where, without, " ORDER BY ", _ORDERS[order, ascending]]
    if limit:
        tail.append(" LIMIT :limit")
        values["limit"] = limit
    return _read(db, "".join([_SELECT, *tail]), values)


def root_keys(db: Database) -> list[tuple[int, str]]:
    """Row id and id of every root session, newest first: no more is read of them."""
    found = db.execute("SELECT id, key FROM session WHERE content AND root = id ORDER BY ifnull(ended, 0) DESC, key")
    return [(row, key) for row, key in found]


def count_roots(db: Database, selection: Selection, *, but: Collection[Name] = ()) -> int:
    """How many roots are selected, without those of `but`."""
    where, values = _where(selection)
    without, names = _without(but)
    values.update(names)
    statement = "".join(["SELECT count(*) FROM session AS s WHERE s.content AND s.root = s.id AND ", where, without])
    return int(db.execute(statement, values).fetchone()[0])


def _without(names: Collection[Name]) -> tuple[str, dict[str, str]]:
    """A further condition, and its value."""
    if not names:
        return "", {}
    return _BUT, {"but": msgspec.json.encode(sorted(names)).decode()}


_BUT = """
 AND s.id NOT IN (SELECT one.id FROM json_each(:but) AS given CROSS JOIN session AS one
    ON one.agent = json_extract(given.value, '$[0]') AND one.key = json_extract(given.value, '$[1]'))
"""


class Untold(msgspec.Struct, frozen=True):
    """Roots of which the log tells no model call, nor of anything they started."""

    calls: int
    """How many there are."""
    usage: int
    """Those of them of which no tokens are known either."""


def count_untold(db: Database, selection: Selection, agents: Sequence[str]) -> Untold:
    """The selected roots of these agents that tell nothing of their model calls."""
    if not agents:
        return Untold(0, 0)
    where, values = _where(selection)
    values["untold"] = msgspec.json.encode(agents).decode()
    statement = "".join([_UNTOLD, where])
    return Untold(*db.execute(statement, values).fetchone())


_USED = "EXISTS (SELECT 1 FROM usage JOIN session AS m ON m.id = usage.session WHERE m.root = s.id AND entries"
_UNTOLD = (
    f"SELECT count(*), ifnull(sum(NOT {_USED})), 0) FROM session AS s WHERE s.content AND s.root = s.id "
    f"AND s.agent IN (SELECT value FROM json_each(:untold)) AND NOT {_USED} AND NOT unlogged) AND "
)


DAY_MS = 86_400_000
"""A call that several logs hold may have a time a little before or behind its session's own."""


def untold(db: Database, root_ids: Iterable[int], agents: Sequence[str]) -> frozenset[int]:
    """Those of some roots that are of these agents and whose logs, with those of all they started, tell no usage."""
    statement = (
        "SELECT s.id FROM session AS s WHERE s.id IN (SELECT value FROM json_each(:roots)) "
        f"AND s.agent IN (SELECT value FROM json_each(:untold)) AND NOT {_USED})"
    )
    values = {"roots": numbers(root_ids), "untold": msgspec.json.encode(agents).decode()}
    return frozenset(one for (one,) in db.execute(statement, values))


def _where(selection: Selection) -> tuple[str, dict[str, Any]]:
    chosen, values = choice(selection)
    where = ["s.id IN (" + chosen + ")"] if chosen else ["1"]
    if selection.cuts_calls:
        values["since"], values["until"] = milliseconds(selection.since, -1), milliseconds(selection.until, 2**62)
        values["model"], values["day"] = selection.model or "", DAY_MS
        among = f"m.root IN ({chosen}) AND " if chosen else ""
        called = " OR ".join(_called(selection))
        where.append(
            f"(s.id IN (SELECT m.root FROM session AS m WHERE {among}ifnull(m.ended, :until) >= :since - :day "
            f"AND ifnull(m.started, -1) < :until + :day AND ({called})) "
            "OR (:model = '' AND ifnull(s.ended, 0) >= :since AND ifnull(s.started, 0) < :until "
            "AND NOT EXISTS (SELECT 1 FROM call JOIN session AS m ON m.id = call.session WHERE m.root = s.id)))"
        )
    return " AND ".join(where), values


def _called(selection: Selection) -> Iterator[str]:
    """Conditions, one of which a session `m` meets that made a selected call: the roll-up tells of whole quarter-hours."""
    found = pieces(selection)
    model = "AND instr(lower(class.model), lower(:model))" if selection.model else ""
    classes = "JOIN class ON class.id = one.class" if selection.model else ""
    for table, column, stretches, only in (
        ("usage", "quarter", found.quarters, "AND NOT one.unlogged"), ("call", "at", found.moments, "")
    ):  # fmt: skip
        for first, end in stretches:
            yield (
                f"EXISTS (SELECT 1 FROM {table} AS one {classes} WHERE one.session = m.id {only} "
                f"AND one.{column} >= {first} AND one.{column} < {end} {model})"
            )
    yield "0"


def selected(selection: Selection) -> tuple[str, dict[str, Any]]:
    """The condition under which a session `s` is a selected root, and its values."""
    where, values = _where(selection)
    return "s.content AND s.root = s.id AND " + where, values


def members(db: Database, root_ids: Iterable[int]) -> dict[int, list[SessionRow]]:
    """The sub-agents of each root, oldest first."""
    statement = (
        _SELECT
        + "s.root IN (SELECT value FROM json_each(:roots)) AND s.id <> s.root ORDER BY ifnull(s.started, 0), s.key"
    )
    found: dict[int, list[SessionRow]] = defaultdict(list)
    for row in _read(db, statement, {"roots": numbers(root_ids)}):
        found[row.root].append(row)
    return found


def family_ids(db: Database, root_ids: Iterable[int]) -> list[int]:
    """The row ids of these roots and of their sub-agents."""
    rows = db.execute(
        "SELECT id FROM session WHERE content AND root IN (SELECT value FROM json_each(?))", (numbers(root_ids),)
    )
    return [one for (one,) in rows]


def root_of_each(db: Database, root_ids: Iterable[int]) -> dict[int, int]:
    """The row ids of these roots and of their sub-agents → that of the root."""
    rows = db.execute(
        "SELECT id, root FROM session WHERE content AND root IN (SELECT value FROM json_each(?))", (numbers(root_ids),)
    )
    return dict(rows.fetchall())


def branches(db: Database, selection: Selection) -> list[tuple[str, str, int, int | None]]:
    """(project, branch, how many, UTC milliseconds of the last event) of the selected roots by their last branch, latest first."""
    where, values = selected(selection)
    rows = db.execute(
        f"SELECT ifnull(s.repo, ifnull(s.cwd, '')) AS project, ifnull({BRANCH}, '') AS branch, count(*), max(s.ended) AS last "
        f"FROM session AS s WHERE {where} GROUP BY 1, 2 ORDER BY last DESC, branch",
        values,
    )
    return rows.fetchall()


def names_of(db: Database, ids: Iterable[int]) -> list[Name]:
    """What these sessions are called outside the index."""
    rows = db.execute("SELECT agent, key FROM session WHERE id IN (SELECT value FROM json_each(?))", (numbers(ids),))
    return [Name(*row) for row in rows]


def by_key(db: Database, key: str) -> list[SessionRow]:
    """Sessions with exactly this id: one, or one of each agent."""
    return _read(db, _SELECT + "s.key = :key", {"key": key})


def by_prefix(db: Database, prefix: str, limit: int = 12) -> list[SessionRow]:
    """Sessions whose id begins so: roots first, then sub-agents, newest first."""
    values = {"prefix": prefix, "limit": limit}
    statement = (
        _SELECT + "substr(s.key, 1, length(:prefix)) = :prefix "
        "ORDER BY s.root <> s.id, ifnull(s.ended, 0) DESC, s.key LIMIT :limit"
    )
    return _read(db, statement, values)


def by_ids(db: Database, ids: Sequence[int]) -> list[SessionRow]:
    """Sessions by their row ids."""
    return _read(db, _SELECT + "s.id IN (SELECT value FROM json_each(:ids))", {"ids": numbers(ids)})


def fresh(db: Database, moment: int) -> list[int]:
    """Row ids of the sessions that had an event since a moment."""
    return [row[0] for row in db.execute("SELECT id FROM session WHERE content AND ifnull(ended, 0) >= ?", (moment,))]


def roots_before(db: Database, moment: int) -> list[SessionRow]:
    """Roots whose last activity, that of their sub-agents included, was before this; oldest first."""
    statement = (
        _SELECT + "s.root = s.id AND (SELECT max(m.ended) FROM session AS m WHERE m.root = s.id) < :moment "
        "ORDER BY s.ended, s.key"
    )
    return _read(db, statement, {"moment": moment})


def models(db: Database, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The models of each session's own calls, sorted."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = db.execute(
        "SELECT DISTINCT session, model FROM usage JOIN class ON class.id = usage.class "
        "WHERE NOT unlogged AND model <> '' AND session IN (SELECT value FROM json_each(?))",
        (numbers(ids),),
    )
    for session, model in rows:
        found[session].add(model)
    return {session: tuple(sorted(names)) for session, names in found.items()}


def _read(db: Database, statement: str, values: dict[str, Any]) -> list[SessionRow]:
    rows = [SessionRow(*row) for row in db.execute(statement, values)]
    titles = db.titles()
    if titles:
        for row in rows:
            row.title = titles.get((row.agent, row.key), row.title)
    return rows
