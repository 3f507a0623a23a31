"""Full text: one row for each event that has something to say, contentless, so that the index stays small.

The passages themselves are read again from the log or the archive. A log that was read anew leaves its old entries
behind without rows: they match and stand for nothing, and are passed over.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from agent_trace.model.events import Event
from agent_trace.store.database import Database
from agent_trace.store.sources import SourceRow


class Texts:
    """Collects entries and writes them together."""

    LIMIT: ClassVar[int] = 5000
    """Entries that are collected at most."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.words = self._stored_words()
        self.sessions: dict[tuple[str, str], int] = {}
        self.next: int | None = None
        self.docs: list[tuple[Any, ...]] = []
        self.bodies: list[tuple[int, str]] = []

    def add(
        self,
        source: SourceRow,
        event: Event,
        number: int,
        body: str,
        kind: str,
        tool: str,
        path: str | None,
        *,
        failed: bool,
    ) -> None:
        row = self._number()
        origin = event.origin
        session = self._session(source.agent, event.session)
        offset, length = (origin.offset, origin.length) if origin else (0, 0)
        self.docs.append(
            (row, source.id, session, number, event.id, event.at, kind, self._word(tool), path, failed, offset, length)
        )
        self.bodies.append((row, f"{body}\n{path}" if path and path not in body else body))
        if len(self.docs) >= self.LIMIT:
            self.flush()

    def flush(self) -> None:
        self.db.executemany("INSERT INTO doc VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self.docs)
        self.db.executemany("INSERT INTO text (rowid, body) VALUES (?, ?)", self.bodies)
        if self.docs:
            self.db.remember("documents", str(self.next))
        self.docs, self.bodies = [], []

    def drop(self) -> None:
        """Forget what was collected, after it was rolled back: names that it added are gone again."""
        self.docs, self.bodies = [], []
        self.words = self._stored_words()

    def _stored_words(self) -> dict[str, int]:
        return {text: number for number, text in self.db.execute("SELECT id, text FROM word")}

    def _number(self) -> int:
        """Numbers are never used again: an entry whose row is gone must not stand for another."""
        if self.next is None:
            self.next = int(self.db.meta("documents") or 0)
        self.next += 1
        return self.next

    def _word(self, text: str) -> int:
        if not text:
            return 0
        found = self.words.get(text)
        if found is None:
            self.db.execute("INSERT OR IGNORE INTO word (text) VALUES (?)", (text,))
            found = self.words[text] = self.db.execute("SELECT id FROM word WHERE text = ?", (text,)).fetchone()[0]
        return found

    def _session(self, agent: str, key: str) -> int:
        found = self.sessions.get((agent, key))
        if found is None:
            row = self.db.execute("SELECT id FROM session WHERE agent = ? AND key = ?", (agent, key)).fetchone()
            found = self.sessions[agent, key] = int(row[0]) if row else 0
        return found


class Found(msgspec.Struct, frozen=True):
    """One entry that matches."""

    source: int
    session: str
    agent: str
    title: str | None
    cwd: str | None
    number: int
    event: str
    at: int | None
    kind: str
    tool: str | None
    path: str | None
    failed: int
    offset: int
    length: int


class Narrow(msgspec.Struct, frozen=True, kw_only=True):
    """What a match must be besides matching."""

    tool: str = ""
    path: str = ""
    kind: str = ""
    errors: bool = False
    session: str = ""


_FIELDS = """
SELECT doc.source, session.key, session.agent, session.title, session.cwd, doc.number, doc.event, doc.at, doc.kind,
    (SELECT text FROM word WHERE id = doc.tool), doc.path, doc.failed, doc.offset, doc.length
"""
_JOIN = " JOIN session ON session.id = doc.session "
_NARROW = """
 (:tool = '' OR doc.tool IN (SELECT id FROM word WHERE lower(text) = lower(:tool)))
 AND (:path = '' OR instr(lower(ifnull(doc.path, '')), lower(:path)))
 AND (:kind = '' OR doc.kind = :kind) AND (NOT :errors OR doc.failed)
 AND (:session = '' OR session.key = :session)
"""


RANKED = 2000
"""So many entries that match are ranked: those that were indexed last."""


def matching(db: Database, query: str, narrow: Narrow, chosen: str, values: dict[str, Any], limit: int) -> list[Found]:
    """Entries that match an FTS5 query, best first.

    Of a word that stands nearly everywhere only the RANKED last entries are ranked, more where these do not hold enough
    of what is wanted: its rank in all the others says little, and looking it up takes longer than a person waits.
    """
    where = [
        " FROM text JOIN doc ON doc.id = text.rowid",
        _JOIN,
        "WHERE text MATCH :query AND text.rowid >= :least AND",
        _NARROW,
    ]
    if chosen:
        where.append(" AND session.root IN (" + chosen + ")")
    statement = "".join([_FIELDS, *where, _TIME, " ORDER BY bm25(text), doc.at DESC LIMIT :limit"])
    given = {**values, **msgspec.structs.asdict(narrow), "query": query, "limit": limit}
    ranked = max(RANKED, limit)
    while True:
        given["least"] = _last(db, query, ranked)
        found = [Found(*row) for row in db.execute(statement, given)]
        if len(found) >= limit or not given["least"]:
            return found
        ranked *= 16


def _last(db: Database, query: str, ranked: int) -> int:
    """The entry from which on so many match; 0 where there are no more."""
    statement = "SELECT rowid FROM text WHERE text MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?"
    row = db.execute(statement, (query, ranked)).fetchone()
    return 0 if row is None else int(row[0])


_TIME = " AND ifnull(doc.at, 0) >= :since AND ifnull(doc.at, 0) < :until"


def every(db: Database, narrow: Narrow, chosen: str, values: dict[str, Any]) -> Any:
    """All entries, newest first: what a regular expression goes through."""
    where = [" FROM doc", _JOIN, "WHERE", _NARROW]
    if chosen:
        where.append(" AND session.root IN (" + chosen + ")")
    statement = "".join([_FIELDS, *where, _TIME, " ORDER BY doc.source DESC, doc.offset"])
    for row in db.execute(statement, {**values, **msgspec.structs.asdict(narrow)}):
        yield Found(*row)


def count_texts(db: Database) -> int:
    """How many events can be searched."""
    return int(db.execute("SELECT count(*) FROM doc").fetchone()[0])
