"""The day tables give the same sums as the roll-up, whatever was written, whenever they were made, in every zone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_trace.analysis.calendar import TimeKey, grain, key_of
from agent_trace.app.ledgers import start_in
from agent_trace.model.scan import Part
from agent_trace.model.selection import Selection
from agent_trace.model.usage import Usage
from agent_trace.store import days
from agent_trace.store.database import MEMORY, Database, open_database
from agent_trace.store.ledger import Tariff, active, ledger
from agent_trace.store.settle import settle

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/New_York",
    "Pacific/Chatham",
)
"""Whole, half and quarter hours beside UTC; summer times of an hour and of half an hour."""
TURN = datetime(2026, 10, 24, tzinfo=timezone.utc)
"""In the two weeks behind it summer time begins or ends in most of them."""
MODELS = ("claude-opus-4-5-20251101", "peaky")
Call = tuple[int, int, int, int, int | None]
"""session, minutes behind TURN (-1: not known), class, branch, output."""
calls = st.lists(
    st.tuples(
        st.integers(1, 4), st.one_of(st.just(-1), st.integers(0, 14 * 24 * 60)), st.integers(1, 2), st.integers(0, 1),
        st.one_of(st.none(), st.integers(0, 9)),
    ),
    max_size=12,
)  # fmt: skip
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("add"), calls),
        st.tuples(st.just("take"), st.integers(1, 4)),
        st.tuples(st.just("forget"), st.integers(1, 4)),
        st.tuples(st.just("move"), st.integers(1, 4), st.integers(1, 4)),
        st.tuples(st.just("rename"), st.integers(1, 4), st.sampled_from(["/a", "/b", None])),
        st.tuples(st.just("sum"), st.sampled_from(ZONES)),
    ),
    max_size=8,
)
moments = st.one_of(st.none(), st.integers(-60, 15 * 24 * 60))


@contextmanager
def opened() -> Iterator[Database]:
    db = open_database(MEMORY)
    try:
        for number, model in enumerate(MODELS, 1):
            db.execute("INSERT INTO class VALUES (?, ?, '', '', '', 0)", (number, model))
        db.execute("INSERT INTO word VALUES (1, 'main')")
        for number in range(1, 5):
            db.execute(
                "INSERT INTO session (id, agent, key, root_key, root, cwd, content) VALUES (?, ?, ?, ?, ?, '/a', 1)",
                (number, "claude" if number < 4 else "codex", f"s{number}", f"s{number}", number),
            )
        yield db
    finally:
        db.close()


def do(db: Database, deed: tuple[Any, ...]) -> None:
    match deed:
        case ("add", added):
            add(db, added)
        case ("take", session):
            db.execute("DELETE FROM call WHERE session = ? AND key % 2", (session,))
            rolled(db, [session])
        case ("forget", session):
            for table in ("call", "usage"):
                db.execute(f"DELETE FROM {table} WHERE session = ?", (session,))
        case ("move", session, root):
            db.execute("UPDATE session SET root = ? WHERE id = ?", (root, session))
        case ("rename", session, folder):
            db.execute("UPDATE session SET cwd = ? WHERE id = ?", (folder, session))
        case ("sum", zone):
            days.bring_up_to_date(db, zone, start_in(ZoneInfo(zone)))


def add(db: Database, added: list[Call]) -> None:
    first = db.execute("SELECT ifnull(max(key), 0) + 1 FROM call").fetchone()[0]
    for key, (session, minutes, cls, branch, output) in enumerate(added, first):
        at = -1 if minutes < 0 else round((TURN + timedelta(minutes=minutes)).timestamp() * 1000)
        db.execute(
            "INSERT INTO call VALUES (?, 1, ?, 0, NULL, ?, ?, ?, ?, 0, 1, 7, ?, NULL, NULL, NULL, NULL, NULL, NULL)",
            (key, session, at, at, cls, branch, output),
        )
    rolled(db, sorted({one[0] for one in added}))


def rolled(db: Database, sessions: list[int]) -> None:
    """What settling does to the roll-up of sessions, their own rows left as they are."""
    kept = db.execute("SELECT id, root, cwd FROM session").fetchall()
    for session in sessions:
        db.execute(
            "INSERT OR REPLACE INTO source (id, agent, path, size, mtime, inode) VALUES (1, 'claude', '/l', 0, 0, 0)"
        )
        folder = next(cwd for one, _, cwd in kept if one == session)
        part = msgspec.msgpack.encode(Part(content=True, cwd=folder))
        db.execute("INSERT OR REPLACE INTO part VALUES (1, ?, ?)", (session, part))
    settle(db, sessions)
    db.executemany("UPDATE session SET root = ?, cwd = ? WHERE id = ?", [(root, cwd, one) for one, root, cwd in kept])


Sums = dict[tuple[tuple[str, ...], str, int, int | None], tuple[int, Usage]]


def summed(
    db: Database, selection: Selection, group: tuple[str, ...], zone: str, tariff: Tariff, *, by_day: bool
) -> Sums:
    """Key, model, UTC day and hour of what is priced by the hour → calls and usage; other rows under day 0."""
    where = ZoneInfo(zone)
    times: tuple[TimeKey, ...] = ("day", "week", "month", "week_hour")
    name = next((one for one in times if one in group), None)
    columns = ["time" if one == name else one for one in group]
    named = ("" if name is None else None if name == "week_hour" else zone) if by_day else None
    rows = ledger(
        db, selection, columns, time=None if name is None else key_of(name, where),
        grain=1 if name is None else grain(name, where, TURN), tariff=tariff, zone=named,
    )  # fmt: skip
    found: Sums = defaultdict(lambda: (0, Usage()))
    for row in rows:
        exact = row.cls.model in tariff.hourly
        place = (row.key, row.cls.model, row.day if exact or tariff.edges is None else 0, row.hour if exact else None)
        found[place] = (found[place][0] + row.calls, found[place][1] + row.usage)
    return dict(found)


GROUPS = (
    ("side",),
    ("side", "day"),
    ("agent", "week"),
    ("month", "model"),
    ("side", "project"),
    ("branch", "day"),
    ("side", "week_hour"),
)


@settings(max_examples=120, deadline=None)
@given(done=deeds, more=deeds, zone=st.sampled_from(ZONES), since=moments, until=moments, data=st.data())
def test_the_day_tables_say_what_the_roll_up_says(
    done: list[Any], more: list[Any], zone: str, since: int | None, until: int | None, data: st.DataObject
) -> None:
    group = data.draw(st.sampled_from(GROUPS))
    hourly = data.draw(st.sampled_from([(), ("peaky",)]))
    chosen = Selection(
        since=None if since is None else TURN + timedelta(minutes=since),
        until=None if until is None else TURN + timedelta(minutes=until),
        agents=data.draw(st.sampled_from([(), ("claude",)])),
        model=data.draw(st.sampled_from([None, "opus"])),
    )
    with opened() as db:
        for deed in (*done, ("sum", zone), *more):
            do(db, deed)
        for tariff in (Tariff(hourly=hourly), Tariff(edges=(20_388, 20_391), hourly=hourly)):
            expected = summed(db, chosen, group, zone, tariff, by_day=False)
            assert summed(db, chosen, group, zone, tariff, by_day=True) == expected


@settings(max_examples=60, deadline=None)
@given(added=calls, since=moments, until=moments)
def test_the_roll_up_says_what_the_calls_say(added: list[Call], since: int | None, until: int | None) -> None:
    first, end = (None if one is None else TURN + timedelta(minutes=one) for one in (since, until))
    with opened() as db:
        add(db, added)
        total = sum(row.calls for row in ledger(db, Selection(since=first, until=end)))
        times = [None if minutes < 0 else TURN + timedelta(minutes=minutes) for _, minutes, *_ in added]
        inside = [at for at in times if first is None or (at is not None and at >= first)]
        assert total == len([at for at in inside if end is None or at is None or at < end])
        assert sum(active(db, Selection(since=first, until=end), str, 1).values()) <= total


def test_prices_that_change_keep_their_days_apart() -> None:
    with opened() as db:
        add(db, [(1, 0, 1, 0, 1), (1, 24 * 60, 1, 0, 2), (1, 48 * 60, 1, 0, 4)])
        first = round(TURN.timestamp()) // 86_400
        rows = ledger(db, Selection(), ("model",), tariff=Tariff(edges=(first + 1,)))
        assert sorted((row.day, row.usage.output) for row in rows) == [(0, 1), (first + 1, 6)]
