"""The table of API calls: one row a call, whoever repeats it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from zlib import crc32

import msgspec

from agent_trace.model.scan import MAIN, CallSeen, digest
from agent_trace.model.usage import band
from agent_trace.store.database import Database
from agent_trace.store.limits import picodollars, tokens

NO_TIME = -1
"""Stands for a time that is not known, in columns that are part of a key."""


class CallRow(msgspec.Struct, gc=False):
    """A call as it is stored, its billing class still spelled out."""

    key: int
    source: int
    session: int
    rank: int
    request: int | None
    at: int
    last: int
    model: str
    speed: str
    geo: str
    tier: str
    branch: int
    tool: int
    counts: int
    input: int | None
    output: int | None
    cache_read: int | None
    cache_write_5m: int | None
    cache_write_1h: int | None
    reasoning: int | None
    web_searches: int | None
    recorded: int | None

    @property
    def side(self) -> int:
        """All tokens of the request."""
        return (self.input or 0) + (self.cache_read or 0) + (self.cache_write_5m or 0) + (self.cache_write_1h or 0)

    @property
    def weight(self) -> tuple[int, int, int]:
        """What decides between rows of one call: output, then the input side, then the later row."""
        return (self.output if self.output is not None else -1, self.side, self.last)


_MEASURED = (
    "last", "model", "speed", "geo", "tier", "input", "output", "cache_read", "cache_write_5m", "cache_write_1h",
    "reasoning", "web_searches",
)  # fmt: skip
_OWNED = ("source", "session", "rank", "branch")

_ROWS = """
SELECT call.key, source, session, rank, request, at, last, model, speed, geo, tier, branch, tool, counts, input, output,
    cache_read, cache_write_5m, cache_write_1h, reasoning, web_searches, recorded
FROM call JOIN class ON class.id = call.class
"""
_SELECT = f"{_ROWS}WHERE call.key IN (SELECT value FROM json_each(?))"
_WRITE = """
INSERT INTO call (key, source, session, rank, request, at, last, class, branch, tool, counts, input, output,
    cache_read, cache_write_5m, cache_write_1h, reasoning, web_searches, recorded)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_REWRITE = _WRITE.replace("INSERT INTO", "INSERT OR REPLACE INTO")


class Sightings:
    """Unites what several logs, and the store, say of the same calls."""

    def __init__(self) -> None:
        self.rows: dict[int, CallRow] = {}
        self.peers: set[tuple[int, int]] = set()
        """Pairs of logs that hold the same call at the same rank: they share rows."""

    def add(self, row: CallRow) -> None:
        """Unite a sighting with what is known; who was first keeps the call unless the other ranks better."""
        held = self.rows.get(row.key)
        if held is None:
            self.rows[row.key] = row
        elif _are_two(held, row):
            row.key = split_key(row.key, row.request)
            self.add(row)
        else:
            self._unite(held, row)

    def _unite(self, held: CallRow, row: CallRow) -> None:
        if held.source != row.source and held.rank == row.rank:
            self.peers.update({(held.source, row.source), (row.source, held.source)})
        if row.weight > held.weight:
            _copy(_MEASURED, row, held)
        if row.at != NO_TIME and (held.at == NO_TIME or row.at < held.at):
            held.at = row.at
        held.recorded = row.recorded if held.recorded is None else held.recorded
        held.tool = held.tool or row.tool
        if row.rank < held.rank:
            _copy(_OWNED, row, held)
            held.request = row.request if row.request is not None else held.request
        elif held.request is None:
            held.request = row.request


def _are_two(held: CallRow, row: CallRow) -> bool:
    """Two rows of the main thread with one message id and different request ids are two calls."""
    if held.request is None or row.request is None or held.request == row.request:
        return False
    return held.rank == MAIN and row.rank == MAIN


def split_key(key: int, request: int | None) -> int:
    """The key of a call whose name another call bears already."""
    return digest(f"{key}:{request}".encode())


def _copy(names: Iterable[str], source: CallRow, target: CallRow) -> None:
    for name in names:
        setattr(target, name, getattr(source, name))


def row_of(call: CallSeen, source: int, session: int, word: Callable[[str | None], int]) -> CallRow:
    """A sighting with names turned into ids."""
    return CallRow(
        call.key,
        source,
        session,
        call.rank,
        None if call.request is None else crc32(call.request.encode("utf-8", "replace")),
        NO_TIME if call.at is None else call.at,
        call.last,
        call.model,
        call.speed,
        call.geo,
        call.tier,
        word(call.branch),
        word(call.tool),
        call.counts,
        tokens(call.input),
        tokens(call.output),
        tokens(call.cache_read),
        tokens(call.cache_write_5m),
        tokens(call.cache_write_1h),
        tokens(call.reasoning),
        tokens(call.web_searches),
        picodollars(call.recorded),
    )


def stored_calls(db: Database, keys: Iterable[int]) -> list[CallRow]:
    """The calls with these keys that the store holds."""
    if db.execute("SELECT 1 FROM call LIMIT 1").fetchone() is None:
        return []
    return [CallRow(*row) for row in db.execute(_SELECT, (msgspec.json.encode(list(keys)).decode(),))]


def calls_of_session(db: Database, session: int) -> dict[int, CallRow]:
    """The calls that count in a session, by their keys."""
    return {row[0]: CallRow(*row) for row in db.execute(f"{_ROWS}WHERE session = ?", (session,))}


def held_elsewhere(db: Database, keys: Iterable[int]) -> frozenset[int]:
    """Those of some keys that the store knows at all."""
    wanted = list(keys)
    return frozenset(row.key for row in stored_calls(db, wanted)) if wanted else frozenset()


def write_calls(
    db: Database, rows: Iterable[CallRow], billing_class: Callable[[CallRow], int], stored: Container[int]
) -> None:
    """Write calls; those whose keys are in `stored` take the place of what is there."""
    fresh: list[tuple[int | None, ...]] = []
    again: list[tuple[int | None, ...]] = []
    for row in rows:
        values = (
            row.key, row.source, row.session, row.rank, row.request, row.at, row.last, billing_class(row), row.branch,
            row.tool, row.counts, row.input, row.output, row.cache_read, row.cache_write_5m, row.cache_write_1h,
            row.reasoning, row.web_searches, row.recorded,
        )  # fmt: skip
        (again if row.key in stored else fresh).append(values)
    fresh.sort()
    db.executemany(_WRITE, fresh)
    db.executemany(_REWRITE, again)


_OWN = "UPDATE call SET source = ?, session = ?, branch = ? WHERE key = ? AND rank = ? AND "


def own_calls(db: Database, rows: Iterable[CallRow]) -> None:
    """Give calls to the sessions of these rows. Of two calls of one message id each is told by its request."""
    listed = list(rows)
    db.executemany(
        f"{_OWN}(rank <> {MAIN} OR request IS NULL OR request = ifnull(?, request))",
        [(one.source, one.session, one.branch, one.key, one.rank, one.request) for one in listed],
    )
    db.executemany(
        f"{_OWN}request = ?",
        [
            (one.source, one.session, one.branch, split_key(one.key, one.request), one.rank, one.request)
            for one in listed
            if one.request is not None and one.rank == MAIN
        ],
    )


def class_key(row: CallRow) -> tuple[str, str, str, str, int]:
    """All that decides the rate of a call besides its date."""
    return (row.model, row.speed, row.geo, row.tier, band(row.side))


def owns_call(db: Database, session: int, call: str) -> bool:
    """Whether a call, by its key in words, belongs to a session."""
    row = db.execute("SELECT session FROM call WHERE key = ?", (digest(call.encode("utf-8", "replace")),)).fetchone()
    return row is not None and row[0] == session


def owner_of(db: Database, call: str) -> str | None:
    """The id of the session that a call, by its key in words, counts in."""
    row = db.execute(
        "SELECT session.key FROM call JOIN session ON session.id = call.session WHERE call.key = ?",
        (digest(call.encode("utf-8", "replace")),),
    ).fetchone()
    return None if row is None else str(row[0])


def owns_named(db: Database, agent: str, session: str, call: str) -> bool:
    """The same for a session by its agent and its id."""
    row = db.execute("SELECT id FROM session WHERE agent = ? AND key = ?", (agent, session)).fetchone()
    return row is not None and owns_call(db, row[0], call)


def owned_of(db: Database, agent: str, calls: Mapping[int, str]) -> list[int]:
    """Of calls by their keys, each with a session's id, those that count there, sorted."""
    rows = db.execute(
        "SELECT call.key, session.key FROM call JOIN session ON session.id = call.session "
        "WHERE agent = ? AND call.key IN (SELECT value FROM json_each(?))",
        (agent, msgspec.json.encode(list(calls)).decode()),
    )
    return sorted(key for key, session in rows if calls[key] == session)
