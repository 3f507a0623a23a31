"""What sessions produced: one digest a session, a row for each commit and each pull request.

A digest is bytes that only the analysis reads. What lists and `who` need of it stands in columns, so that neither
decodes it. It is made when somebody asks for it; whatever changes a session's rows makes it stale, and a stale one is
made anew, or stays as it is where the log can be read no more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from agent_trace.store import branches, claims, forge, steps, touched, worked_out
from agent_trace.store.database import Database, numbers
from agent_trace.store.schema import OUTCOME_VERSION

HEAD = 4
"""Characters of a sha by which commits are found: git shows no fewer."""
_LISTED = "(SELECT value FROM json_each(?))"


class Made(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A commit that a session made."""

    event: str
    """The tool call that made it."""
    nth: int = 0
    """Which of the commits of that call it is, from 0."""
    number: int
    """Of the call in the session's log."""
    at: int | None = None
    """UTC milliseconds."""
    sha: str | None = None
    """As far as git printed it."""
    prompt: str | None = None
    """The event of the prompt it belongs to."""
    model: str | None = None
    """Whose call asked for it."""
    stands: bool = True
    """It can be reached, as far as the session itself knows."""


class Pull(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A pull request that a session worked on or looked at."""

    key: int
    """Of its address, or of what else tells it from others: equal in every session."""
    at: int | None = None
    """UTC milliseconds of the last event that tells of it."""
    model: str | None = None
    changed: bool = False
    """Opened or updated by the session."""
    created: bool = False
    merged: bool = False


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of one session."""

    data: bytes | None
    """The outcome; None: its events can be read no more."""
    verdict: int | None = None
    """Whether it was productive by itself, and by what: NOTHING, COMMITS, PULLS, EDITS; None: the question does not arise."""
    made: tuple[Made, ...] = ()
    pulls: tuple[Pull, ...] = ()
    branch: str | None = None
    spent: claims.Spent | None = None
    """None: that is not known."""


NOTHING, COMMITS, PULLS, EDITS = 0, 1, 2, 3


class Due(NamedTuple):
    """A session whose digest is to be made."""

    session: int
    agent: str
    key: str
    turn: int
    """What its rows were when that was found."""


# ---- what is to be made


def stale(db: Database, sessions: str) -> None:
    """The rows of these sessions (row ids as a JSON list) changed: their digests are to be made anew."""
    db.execute(
        "INSERT INTO outcome (session, turn) SELECT value, 1 FROM json_each(?) WHERE value IN (SELECT id FROM session) "
        "ON CONFLICT (session) DO UPDATE SET turn = turn + 1, version = 0",
        (sessions,),
    )


_DUE = f"""
SELECT session.id, agent, key, ifnull(turn, 0) FROM session LEFT JOIN outcome ON outcome.session = session.id
WHERE content AND (ifnull(outcome.version, 0) <> {OUTCOME_VERSION} OR ifnull(prices, ?) <> ?)
"""


def due(
    db: Database, sessions: Collection[int] | None = None, *, running_since: int = 2**62, prices: int | None = None
) -> list[Due]:
    """The sessions, of some or of all, whose digests are missing or stale; with those whose logs share rows with theirs.

    Of all, those that run are left out: that had an event since a moment, in UTC milliseconds, and no end. Digests that
    were made with other prices than these (the mark of a book; None: never mind) are stale too.
    """
    if sessions is None:
        quiet = "AND (tail IN ('end', 'interrupt') OR ifnull(ended, 0) < ?) ORDER BY session.id"
        return [Due(*row) for row in db.execute(_DUE + quiet, (prices, prices, running_since))]
    listed = numbers(sessions)
    found = db.execute(_DUE + f"AND session.id IN {_LISTED} ORDER BY session.id", (prices, prices, listed)).fetchall()
    kin = db.execute(_KIN, (listed,)).fetchall()
    if kin:
        also = numbers({one for (one,) in kin} - set(sessions))
        found += db.execute(
            _DUE + f"AND session.id IN {_LISTED} ORDER BY session.id", (prices, prices, also)
        ).fetchall()
    return [Due(*row) for row in found]


# the plus keeps SQLite from looking up every pair of a log and a session
_KIN = f"""
SELECT DISTINCT theirs.session FROM peer CROSS JOIN part AS mine ON mine.source = peer.source
CROSS JOIN part AS theirs ON theirs.source = peer.other WHERE +mine.session IN {_LISTED}
"""


# ---- writing


def write(db: Database, one: Due, digest: Digest) -> bool:
    """Store a session's digest inside the caller's transaction; False where its rows have changed since."""
    data = (digest.verdict, digest.data, OUTCOME_VERSION, one.session, one.turn, one.agent, one.key)
    if not one.turn:
        db.execute("INSERT OR IGNORE INTO outcome (session) SELECT id FROM session WHERE id = ?", (one.session,))
    done = db.execute(
        "UPDATE outcome SET verdict = ?, data = ?, version = ? WHERE session = ? AND turn = ? "
        "AND EXISTS (SELECT 1 FROM session WHERE id = outcome.session AND agent = ? AND key = ?)",
        data,
    )
    if not done.rowcount:
        return False
    _take_out(db, [one.session])
    claims.write(db, one.session, digest.spent)
    branches.write(db, one.session, digest.branch)
    db.executemany(
        "INSERT INTO made (session, n, event, nth, number, at, sha, head, prompt, model, stands) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (one.session, n, row.event, row.nth, row.number, row.at, row.sha, row.sha and row.sha[:HEAD], row.prompt,
             row.model, row.stands)
            for n, row in enumerate(digest.made)
        ],
    )  # fmt: skip
    db.executemany(
        "INSERT INTO pull (session, n, key, at, model, changed, created, merged) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (one.session, n, row.key, row.at, row.model, row.changed, row.created, row.merged)
            for n, row in enumerate(digest.pulls)
        ],
    )
    return True


def keep(db: Database, one: Due) -> None:
    """The log can be read no more: what is stored of the session stays what it was."""
    if not one.turn:
        db.execute("INSERT OR IGNORE INTO outcome (session) SELECT id FROM session WHERE id = ?", (one.session,))
    db.execute(
        "UPDATE outcome SET version = ?, prices = NULL WHERE session = ? AND turn = ?",
        (OUTCOME_VERSION, one.session, one.turn),
    )


def remove(db: Database, sessions: Iterable[int]) -> None:
    """Nothing is known any more of what these sessions produced."""
    gone = list(sessions)
    _take_out(db, gone)
    forge.remove(db, gone)
    steps.take_out(db, gone)
    touched.take_out(db, gone)
    db.execute(f"DELETE FROM outcome WHERE session IN {_LISTED}", (numbers(gone),))


def rewrite(db: Database, session: int, change: Callable[[bytes], bytes | None]) -> None:
    """A session's digest may say no more than `change` lets it (None: nothing), and is to be made anew."""
    row = db.execute("SELECT data FROM outcome WHERE session = ?", (session,)).fetchone()
    data = None if row is None or row[0] is None else change(row[0])
    worked_out.remove(db, [session])
    if data is None:
        remove(db, [session])
    else:
        db.execute("UPDATE outcome SET data = ?, version = 0, turn = turn + 1 WHERE session = ?", (data, session))
        branches.write(db, session, None)


def _take_out(db: Database, sessions: Sequence[int]) -> None:
    """Drop the rows of these sessions; whose commits count is open again where others tell of the same."""
    listed = (numbers(sessions),)
    if db.execute(f"SELECT 1 FROM made WHERE session IN {_LISTED} LIMIT 1", listed).fetchone() is not None:
        theirs = f"FROM made WHERE session IN {_LISTED}"
        db.execute(f"UPDATE made SET counts = NULL WHERE head IN (SELECT head {theirs})", listed)
        db.execute(f"UPDATE made SET counts = NULL WHERE event IN (SELECT event {theirs})", listed)
    db.execute(f"DELETE FROM made WHERE session IN {_LISTED}", listed)
    db.execute(f"DELETE FROM pull WHERE session IN {_LISTED}", listed)
    claims.take_out(db, sessions)
    worked_out.remove(db, sessions)


# ---- which commits count


class Claimed(NamedTuple):
    """That a session made a commit: what decides whether it counts there."""

    session: int
    n: int
    event: str
    nth: int
    at: int | None
    sha: str | None
    order: str
    """Of the session: the lower one made it, where times are equal."""


def is_open(db: Database) -> bool:
    """Whether of some commits it is not settled where they count."""
    return db.execute("SELECT 1 FROM made WHERE counts IS NULL LIMIT 1").fetchone() is not None


def settle_counts(db: Database, counting: Callable[[list[Claimed]], Collection[tuple[Any, int]]]) -> None:
    """Settle it for all that tell of the same commits, inside the caller's transaction.

    `counting` names, as (session, n), those of some claims that count.
    """
    opened = db.execute("SELECT event, head FROM made WHERE counts IS NULL").fetchall()
    heads = {head for _, head in opened if head}
    events = {event for event, _ in opened}
    heads |= {
        head
        for (head,) in db.execute(f"SELECT DISTINCT head FROM made WHERE event IN {_LISTED}", (_names(events),))
        if head
    }
    touched = _claims(db, heads, events)
    around = _claims(db, (), {one.event for one in touched})
    counts = counting(list({*touched, *around}))
    db.executemany(
        "UPDATE made SET counts = ? WHERE session = ? AND n = ?",
        [((one.session, one.n) in counts, one.session, one.n) for one in touched],
    )


def _claims(db: Database, heads: Iterable[str], events: Iterable[str]) -> list[Claimed]:
    rows = db.execute(
        "SELECT session, n, event, nth, at, sha, agent || ' ' || key FROM made JOIN session ON session.id = made.session "
        f"WHERE head IN {_LISTED} OR event IN {_LISTED}",
        (_names(heads), _names(events)),
    )
    return [Claimed(*row) for row in rows]


def _names(texts: Iterable[str]) -> str:
    return msgspec.json.encode(sorted(texts)).decode()


# ---- reading


class Produced(msgspec.Struct, gc=False):
    """What a list says of one session."""

    verdict: int | None
    commits: int = 0
    """Standing, and counted here, of the time asked for."""
    counted: int = 0
    """The same of all times."""


def produced(db: Database, sessions: Iterable[int], since: int = -1, until: int = 2**62) -> dict[int, Produced]:
    """What each of these sessions produced by itself, with the commits of a time; those that are not known are left out."""
    listed = numbers(sessions)
    found = {
        session: Produced(verdict)
        for session, verdict in db.execute(
            f"SELECT session, verdict FROM outcome WHERE version = {OUTCOME_VERSION} AND data IS NOT NULL "
            f"AND session IN {_LISTED}",
            (listed,),
        )
    }
    rows = db.execute(
        f"SELECT session, sum(ifnull(at, ?) >= ? AND ifnull(at, ?) < ?), count(*) FROM made "
        f"WHERE stands AND counts AND session IN {_LISTED} GROUP BY session",
        (max(since, 0), since, max(since, 0), until, listed),
    )
    for session, commits, counted in rows:
        if session in found:
            found[session].commits, found[session].counted = commits, counted
    return found


def pulls(db: Database, sessions: Iterable[int]) -> list[tuple[int, Pull]]:
    """The pull requests of these sessions."""
    rows = db.execute(
        f"SELECT session, key, at, model, changed, created, merged FROM pull WHERE session IN {_LISTED} ORDER BY session, n",
        (numbers(sessions),),
    )
    return [
        (
            session,
            Pull(key=key, at=at, model=model, changed=bool(changed), created=bool(created), merged=bool(merged)),
        )
        for session, key, at, model, changed, created, merged in rows
    ]


def commit_models(db: Database, sessions: Iterable[int], since: int = -1, until: int = 2**62) -> list[tuple[int, str]]:
    """(session, model or nothing) of every standing commit of a time that counts."""
    rows = db.execute(
        f"SELECT session, ifnull(model, '') FROM made WHERE stands AND counts AND ifnull(at, ?) >= ? AND ifnull(at, ?) < ? "
        f"AND session IN {_LISTED} ORDER BY session, n",
        (max(since, 0), since, max(since, 0), until, numbers(sessions)),
    )
    return rows.fetchall()


def data_of(db: Database, sessions: Iterable[int]) -> dict[int, bytes]:
    """The digests of these sessions, as far as they are known."""
    rows = db.execute(
        f"SELECT session, data FROM outcome WHERE version = {OUTCOME_VERSION} AND data IS NOT NULL AND session IN {_LISTED}",
        (numbers(sessions),),
    )
    return {session: bytes(data) for session, data in rows}


def counts_of(db: Database, session: int) -> tuple[bool, ...]:
    """Whether each commit of a session counts there, in their order."""
    rows = db.execute("SELECT ifnull(counts, 1) FROM made WHERE session = ? ORDER BY n", (session,))
    return tuple(bool(counts) for (counts,) in rows)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A stored commit, and the session that made it."""

    session: int
    """Row id."""
    agent: str
    key: str
    """The session's id."""
    n: int
    """The place of the commit in the session's outcome."""
    event: str
    number: int
    at: int | None
    sha: str | None
    prompt: str | None
    stands: bool
    counts: bool


def commits_named(db: Database, sha: str) -> list[Found]:
    """The commits that a sha, whole or its beginning (four characters at least), may name; those that count first."""
    return _found(
        db,
        "head = substr(:sha, 1, 4) AND (substr(sha, 1, length(:sha)) = :sha OR substr(:sha, 1, length(sha)) = sha)",
        {"sha": sha.lower()},
    )


def commits_until(db: Database, moment: int, limit: int) -> list[Found]:
    """Stored commits that were made until a moment (UTC milliseconds), the newest first, each where it counts."""
    values = {"moment": moment, "limit": limit}
    return _found(db, "ifnull(counts, 1) AND ifnull(at, 0) <= :moment", values, "at DESC LIMIT :limit")


def commits_of(db: Database, sessions: Iterable[int]) -> list[Found]:
    """All stored commits of some sessions."""
    return _found(db, "made.session IN (SELECT value FROM json_each(:sessions))", {"sessions": numbers(sessions)})


def _found(
    db: Database, where: str, values: dict[str, Any], order: str = "ifnull(counts, 1) DESC, made.session, n"
) -> list[Found]:
    rows = db.execute(
        "SELECT made.session, agent, key, n, event, number, at, sha, prompt, stands, ifnull(counts, 1) FROM made "
        "JOIN session ON session.id = made.session WHERE "
        + where + " ORDER BY " + order,
        values,
    )  # fmt: skip
    return [
        Found(
            session=session, agent=agent, key=key, n=n, event=event, number=number, at=at, sha=sha, prompt=prompt,
            stands=bool(stands), counts=bool(counts),
        )
        for session, agent, key, n, event, number, at, sha, prompt, stands, counts in rows
    ]  # fmt: skip
