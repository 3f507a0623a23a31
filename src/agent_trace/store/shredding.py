"""Making sure that what was taken out of the index is in none of its bytes.

Full text is contentless: an entry whose row is gone matches nothing, and its words are still in the file. They go when
the table is made again from the words of the entries that stay, which the index itself can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from agent_trace.errors import UnreachableError
from agent_trace.store.database import Database, statements
from agent_trace.store.schema import TABLES

_BATCH = 5000


def worn(db: Database) -> int:
    """Entries of the full text whose rows are gone."""
    written = int(db.meta("documents") or 0) - int(db.meta("shredded") or 0)
    return max(0, written - _count(db))


def _count(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM doc").fetchone()[0])


def remake_text(db: Database) -> None:
    """Make the full text again without the words of entries whose rows are gone."""
    if not _count(db):
        _empty_text(db)
        return
    db.execute("PRAGMA temp_store = FILE")  # sorting all words of a large index would fill the memory
    with db.transaction():
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, text, instance)")
        db.execute(_definition().replace(" text ", " fresh_text ", 1))
        rows = _bodies(db)
        while batch := [row for _, row in zip(range(_BATCH), rows, strict=False)]:
            db.executemany("INSERT INTO fresh_text (rowid, body) VALUES (?, ?)", batch)
        db.execute("DROP TABLE temp.words")
        db.execute("DROP TABLE text")
        db.execute("ALTER TABLE fresh_text RENAME TO text")
        db.remember("shredded", str(int(db.meta("documents") or 0) - _count(db)))
    db.execute("PRAGMA temp_store = MEMORY")


def _empty_text(db: Database) -> None:
    with db.transaction():
        db.execute("DROP TABLE text")
        db.execute(_definition())
        db.remember("shredded", db.meta("documents") or "0")


def _definition() -> str:
    return next(statement for statement in statements(TABLES) if "VIRTUAL TABLE text " in statement)


def _bodies(db: Database) -> Iterator[tuple[int, str]]:
    """The words of every entry that has a row, in their order: indexed again they are the same words at the same places."""
    words = db.execute('SELECT doc, term FROM temp.words WHERE doc IN (SELECT id FROM doc) ORDER BY doc, "offset"')
    for number, found in groupby(words, key=lambda row: int(row[0])):
        yield number, " ".join(row[1] for row in found)


def overwrite(db: Database) -> None:
    """Write the file anew and empty the log beside it. Raises UnreachableError while another process reads."""
    db.execute("VACUUM")
    busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise UnreachableError(
            f"another process is reading {db.path}: old pages are still beside it",
            hint="close it and run `agent-trace sync`, which finishes the work",
        )
