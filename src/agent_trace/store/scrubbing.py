"""Rows that say more than may be stored: rewritten in place, for logs that may never be read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Protocol

import msgspec

from agent_trace.model.scan import Part
from agent_trace.store.database import Database, numbers
from agent_trace.store.outcomes import rewrite
from agent_trace.store.touched import mask

TEXTS = ("cwd", "branch", "custom_title", "ai_title", "summary", "first_prompt", "task", "agent_type")
"""What of a Part came from the log in words."""


class Masks(Protocol):
    """What masks a text."""

    def text(self, text: str, name: str = "") -> str: ...


class Rewrites(Protocol):
    """What rewrites a digest for the masker of a log; None: nothing of it may stay."""

    def __call__(self, data: bytes, masker: Masks | None) -> bytes | None: ...


def scrub(
    db: Database,
    narrow: Callable[[Part], Part],
    reason: Callable[[str], str],
    maskers: Mapping[int, Masks | None],
    produced: Rewrites,
) -> None:
    """Rewrite what is stored of the logs that have a masker or None, inside the caller's transaction.

    `produced` rewrites what a session produced. The sessions must be settled afterwards.
    """
    _digests(db, maskers, produced)
    rows = db.execute(
        "SELECT source, session, data FROM part WHERE source IN (SELECT value FROM json_each(?))", (numbers(maskers),)
    )
    for source, session, data in rows.fetchall():
        part = msgspec.msgpack.decode(data, type=Part)
        changed = narrow(_masked(part, maskers.get(source)))
        if changed != part:
            values = (msgspec.msgpack.encode(changed), source, session)
            db.execute("UPDATE part SET data = ? WHERE source = ? AND session = ?", values)
    for source, told in db.execute("SELECT DISTINCT source, reason FROM unread").fetchall():
        kept = _text(reason(told), "", maskers.get(source))
        if kept != told:
            db.execute("UPDATE unread SET reason = ? WHERE reason = ? AND source = ?", (kept, told, source))
    for source, masker in maskers.items():
        _mask_branches(db, source, masker)


def _digests(db: Database, maskers: Mapping[int, Masks | None], produced: Rewrites) -> None:
    """Digests are made anew from what is read next; until then, and where nothing can be read, they say no more than may be."""
    rows = db.execute(
        "SELECT DISTINCT session, source FROM part WHERE source IN (SELECT value FROM json_each(?))",
        (numbers(maskers),),
    )
    for session, source in rows.fetchall():
        masker = maskers[source]
        rewrite(db, session, partial(produced, masker=masker))
        if masker is not None:
            mask(db, session, masker.text)


def drop_branches(db: Database) -> None:
    """No call is on a branch any more; the roll-ups must be settled afterwards."""
    db.execute("UPDATE call SET branch = 0 WHERE branch")
    db.execute("UPDATE unlogged SET branch = 0 WHERE branch")


def _masked(part: Part, masker: Masks | None) -> Part:
    if masker is None:
        return part
    texts = {name: getattr(part, name) for name in TEXTS}
    return msgspec.structs.replace(
        part, **{name: _text(text, name, masker) for name, text in texts.items() if text is not None}
    )


def _text(text: str, name: str, masker: Masks | None) -> str:
    return text if masker is None else masker.text(text, name)


def _mask_branches(db: Database, source: int, masker: Masks | None) -> None:
    """Branches are written down once, for all calls on them."""
    if masker is None:
        return
    statement = "SELECT DISTINCT word.id, text FROM call JOIN word ON word.id = call.branch WHERE source = ?"
    for number, name in db.execute(statement, (source,)).fetchall():
        changed = masker.text(name, "branch")
        if changed != name:
            db.execute("INSERT OR IGNORE INTO word (text) VALUES (?)", (changed,))
            values = (changed, source, number)
            db.execute(
                "UPDATE call SET branch = (SELECT id FROM word WHERE text = ?) WHERE source = ? AND branch = ?", values
            )


def read_again(db: Database, ids: Iterable[int]) -> None:
    """Nothing stays of what readers remembered and of the full text of these logs: they are read from their start."""
    listed = (numbers(ids),)
    db.execute("DELETE FROM doc WHERE source IN (SELECT value FROM json_each(?))", listed)
    db.execute(
        "UPDATE source SET again = 1, state = NULL, reader = NULL, indexed = 0, events = 0 "
        "WHERE id IN (SELECT value FROM json_each(?))",
        listed,
    )
