"""The day tables: usage by local day × agent × side × billing class, and the same by project and branch too.

They are made of the roll-up and never the only place of a figure.
They are those of one zone. Triggers drop the rows of each UTC day whose usage changes, whoever changes it; such a day is
read from the roll-up until it is summed anew. So no answer depends on whether the tables are there, or whole.
"""

from __future__ import annotations

from collections.abc import Callable

from agent_trace.store.database import Database
from agent_trace.store.stretches import QUARTERS_A_DAY, Stretch

VERSION = "1"
"""Raised when the table changes its form: it is dropped and made anew, no log is read for it."""
ZONE = "days"
"""Which zone the table is of, in `meta`."""
MANY = 64
"""With more changed days than these the table tells too little."""
DayStart = Callable[[int], int]
"""A UTC quarter-hour → the first one of its UTC day that lies in the same local day; -1 → -1."""

UTC_DAY = "CASE WHEN {0} < 0 THEN -1 ELSE {0} / 96 END"
PROJECT = "ifnull(r.repo, ifnull(r.cwd, ifnull(s.cwd, '')))"
_SUMS = (
    "calls", "entries", "tool_calls", "errors", "input", "output", "cache_read", "cache_write_5m", "cache_write_1h",
    "reasoning", "web_searches", "recorded",
)  # fmt: skip
_KEYS = "start INTEGER, agent TEXT, own INTEGER, class INTEGER, unlogged INTEGER"
_FIGURES = ", ".join(f"{name} INTEGER" for name in _SUMS)
_TABLES = {
    "usage_day": (f"{_KEYS}, {_FIGURES}, PRIMARY KEY (start, agent, own, class, unlogged)", ""),
    "usage_place": (
        f"{_KEYS}, project TEXT, branch INTEGER, {_FIGURES}, PRIMARY KEY (start, agent, own, class, unlogged, project, branch)",
        f", {PROJECT}, u.branch",
    ),
}
"""Columns, and what is told apart besides."""


def _noting(days: str) -> str:
    """What a trigger does with the days that a query finds: their sums are dropped, and it is told that they changed."""
    dropped = "; ".join(
        f"DELETE FROM {name} WHERE start >= (SELECT min(day * 96) FROM ({days})) AND {UTC_DAY.format('start')} IN ({days})"
        for name in _TABLES
    )
    return (
        f"{dropped}; INSERT INTO usage_utc (day, turn) SELECT day, 1 FROM ({days}) WHERE 1 "
        "ON CONFLICT (day) DO UPDATE SET turn = turn + 1"
    )


_MOVED = (
    f"SELECT DISTINCT {UTC_DAY.format('quarter')} AS day FROM usage WHERE session = NEW.id OR session IN "
    "(SELECT id FROM session WHERE root = NEW.id)"
)
_MAKE = (
    "CREATE TABLE usage_utc (day INTEGER PRIMARY KEY, turn INTEGER NOT NULL, summed INTEGER NOT NULL DEFAULT 0)",
    *(f"CREATE TABLE {name} ({columns}) WITHOUT ROWID" for name, (columns, _) in _TABLES.items()),
    "CREATE INDEX usage_quarter ON usage (quarter)",
    f"CREATE TRIGGER usage_added AFTER INSERT ON usage BEGIN {_noting(f'SELECT {UTC_DAY} AS day'.format('NEW.quarter'))}; END",
    f"CREATE TRIGGER usage_taken AFTER DELETE ON usage BEGIN {_noting(f'SELECT {UTC_DAY} AS day'.format('OLD.quarter'))}; END",
    (
        "CREATE TRIGGER session_moved AFTER UPDATE OF agent, root, repo, cwd ON session WHEN OLD.agent IS NOT NEW.agent "
        "OR OLD.root IS NOT NEW.root OR OLD.repo IS NOT NEW.repo OR OLD.cwd IS NOT NEW.cwd "
        f"BEGIN {_noting(_MOVED)}; END"
    ),
    f"INSERT INTO usage_utc (day, turn) SELECT DISTINCT {UTC_DAY.format('quarter')}, 1 FROM usage",
)
_DROP = (
    "DROP TRIGGER IF EXISTS usage_added",
    "DROP TRIGGER IF EXISTS usage_taken",
    "DROP TRIGGER IF EXISTS session_moved",
    "DROP INDEX IF EXISTS usage_quarter",
    "DROP TABLE IF EXISTS usage_utc",
    *(f"DROP TABLE IF EXISTS {name}" for name in _TABLES),
)


# ---- keeping it


def drop(db: Database) -> None:
    """Take the table out, inside the caller's transaction; it is made again with the next sync."""
    for statement in _DROP:
        db.execute(statement)
    db.execute("DELETE FROM meta WHERE key = ?", (ZONE,))


def bring_up_to_date(db: Database, zone: str, start_of: DayStart) -> None:
    """Make what is missing, in a transaction of its own where there is anything to do; all of it where the zone is another."""
    if db.meta(ZONE) == _name(zone) and not changed(db):
        return
    with db.transaction():
        _make(db, zone)
        db.connection.create_function("day_start", 1, start_of, deterministic=True)
        for day, turn in db.execute("SELECT day, turn FROM usage_utc WHERE turn <> summed").fetchall():
            _sum(db, day, turn)


def _make(db: Database, zone: str) -> None:
    held = db.meta(ZONE)
    if held is None or held.partition(" ")[0] != VERSION:
        drop(db)
        for statement in _MAKE:
            db.execute(statement)
    elif held != _name(zone):
        for name in _TABLES:
            db.execute(f"DELETE FROM {name}")
        db.execute("UPDATE usage_utc SET summed = 0")
    db.remember(ZONE, _name(zone))


def _sum(db: Database, day: int, turn: int) -> None:
    first, end = of_day(day)
    sums = ", ".join(f"sum(u.{name})" for name in _SUMS)
    for table, (_, more) in _TABLES.items():
        columns = ", ".join(
            ("start", "agent", "own", "class", "unlogged", *(("project", "branch") if more else ()), *_SUMS)
        )
        keys = f"day_start(quarter), s.agent, s.root = s.id, class, unlogged{more}"
        db.execute(f"DELETE FROM {table} WHERE start >= ? AND start < ?", (first, end))
        db.execute(
            f"INSERT INTO {table} ({columns}) SELECT {keys}, {sums} FROM usage AS u INDEXED BY usage_quarter "
            "JOIN session AS s ON s.id = u.session LEFT JOIN session AS r ON r.id = s.root "
            f"WHERE quarter >= ? AND quarter < ? GROUP BY {keys}",
            (first, end),
        )
    db.execute("UPDATE usage_utc SET summed = ? WHERE day = ?", (turn, day))


def _name(zone: str) -> str:
    return f"{VERSION} {zone}"


# ---- reading it


def is_of(db: Database, zone: str) -> bool:
    """Whether there is a table, and of this zone."""
    return db.meta(ZONE) == _name(zone)


def is_kept(db: Database) -> bool:
    """Whether changed days are noted, whatever the zone."""
    held = db.meta(ZONE)
    return held is not None and held.partition(" ")[0] == VERSION


def changed(db: Database) -> list[int]:
    """The UTC days that are to be summed anew; -1: calls without a time."""
    return [day for (day,) in db.execute("SELECT day FROM usage_utc WHERE turn <> summed ORDER BY day")]


def turns(db: Database) -> dict[int, int]:
    """UTC day → how often its usage changed."""
    return dict(db.execute("SELECT day, turn FROM usage_utc").fetchall())


def of_day(day: int) -> Stretch:
    """The quarter-hours of a UTC day; -1: that of calls without a time."""
    return Stretch(-1, 0) if day < 0 else Stretch(day * QUARTERS_A_DAY, (day + 1) * QUARTERS_A_DAY)
