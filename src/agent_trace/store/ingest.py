"""What a fast pass found → rows. Everything merges: hearing the same thing again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from agent_trace.model.scan import CostRecord, Part, Scan, merge_parts, unite
from agent_trace.store.calls import NO_TIME, CallRow, Sightings, class_key, row_of, stored_calls, write_calls
from agent_trace.store.database import Database, numbers
from agent_trace.store.limits import is_believable

Mode = Literal["append", "replace", "widen"]
"""How a pass relates to what is stored of its log: its tail; the whole; the whole of a log that lost rows unarchived."""


class Heard(msgspec.Struct, kw_only=True):
    """One pass over one log."""

    source: int
    agent: str
    scan: Scan
    mode: Mode


class Written(msgspec.Struct, kw_only=True):
    """What a batch touched."""

    sessions: set[int]
    peers: set[tuple[int, int]]
    """Pairs of logs found to share rows."""


class Ingest:
    """Writes batches; remembers the ids of words, billing classes and sessions between them."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.words: dict[str, int] = {text: number for number, text in db.execute("SELECT id, text FROM word")}
        rows = db.execute("SELECT id, model, speed, geo, tier, band FROM class")
        self.classes: dict[tuple[Any, ...], int] = {tuple(row[1:]): row[0] for row in rows}
        self.sessions: dict[tuple[str, str], int] = {}

    # ---- names → ids

    def word(self, text: str | None) -> int:
        """The id of a branch or tool name; 0 for none."""
        if not text:
            return 0
        found = self.words.get(text)
        if found is None:
            self.db.execute(
                "INSERT OR IGNORE INTO word (text) VALUES (?)", (text,)
            )  # the second tier may have been first
            found = self.words[text] = self.db.execute("SELECT id FROM word WHERE text = ?", (text,)).fetchone()[0]
        return found

    def billing_class(self, row: CallRow) -> int:
        key = class_key(row)
        found = self.classes.get(key)
        if found is None:
            statement = "INSERT INTO class (model, speed, geo, tier, band) VALUES (?, ?, ?, ?, ?)"
            found = self.classes[key] = self._insert(statement, key)
        return found

    def session(self, agent: str, key: str) -> int:
        found = self.sessions.get((agent, key))
        if found is None:
            row = self.db.execute("SELECT id FROM session WHERE agent = ? AND key = ?", (agent, key)).fetchone()
            if row is None:
                statement = "INSERT INTO session (agent, key, root_key) VALUES (?, ?, ?)"
                found = self._insert(statement, (agent, key, key.partition("/")[0]))
            else:
                found = int(row[0])
            self.sessions[agent, key] = found
        return found

    def _insert(self, statement: str, values: Sequence[Any]) -> int:
        return int(self.db.execute(statement, values).lastrowid or 0)

    # ---- a batch

    def write(self, batch: Sequence[Heard]) -> Written:
        """Write a batch inside the caller's transaction."""
        written = Written(sessions=set(), peers=set())
        for heard in batch:
            self._parts(heard, written)
        self._calls(batch, written)
        self._tools(batch, written)
        self._prompts(batch, written)
        for heard in batch:
            self._rest(heard)
        self._started(batch, written)
        self.db.executemany("INSERT OR IGNORE INTO peer VALUES (?, ?)", list(written.peers))
        return written

    def _parts(self, heard: Heard, written: Written) -> None:
        db, stored = self.db, {}
        if heard.mode == "replace":
            touched = db.execute("SELECT session FROM part WHERE source = ?", (heard.source,))
            written.sessions.update(row[0] for row in touched.fetchall())
            db.execute("DELETE FROM part WHERE source = ?", (heard.source,))
        else:
            rows = db.execute("SELECT session, data FROM part WHERE source = ?", (heard.source,))
            stored = {row[0]: msgspec.msgpack.decode(row[1], type=Part) for row in rows}
            if heard.scan.unread:  # whose they are nobody knows: each session of the log counts them
                written.sessions.update(stored)
        for key, part in heard.scan.parts.items():
            session = self.session(heard.agent, key)
            written.sessions.add(session)
            old = stored.get(session)
            united = merge_parts(old, part) if heard.mode == "append" and old else widest(old, part) if old else part
            data = msgspec.msgpack.encode(united)
            db.execute("INSERT OR REPLACE INTO part VALUES (?, ?, ?)", (heard.source, session, data))

    def replace_part(self, heard: Heard) -> set[int]:
        """Write again what one log says of its sessions, besides calls and prompts."""
        written = Written(sessions=set(), peers=set())
        self._parts(heard, written)
        return written.sessions

    # ---- calls

    def _calls(self, batch: Sequence[Heard], written: Written) -> None:
        sightings = Sightings()
        stored = stored_calls(self.db, [call.key for heard in batch for call in heard.scan.calls.values()])
        for row in stored:
            sightings.add(row)
            written.sessions.add(row.session)
        for heard in batch:
            for call in heard.scan.calls.values():
                sightings.add(row_of(call, heard.source, self.session(heard.agent, call.session), self.word))
        written.peers.update(sightings.peers)
        written.sessions.update({row.session for row in sightings.rows.values()})
        write_calls(self.db, sightings.rows.values(), self.billing_class, {row.key for row in stored})

    # ---- tools, prompts and what is left

    def _tools(self, batch: Sequence[Heard], written: Written) -> None:
        rows = [
            (tool.call, tool.key, self.word(tool.name), tool.at or NO_TIME)
            for heard in batch
            for tool in heard.scan.tools
        ]
        rows.sort()
        self.db.executemany("INSERT OR IGNORE INTO tool (call, key, name, at) VALUES (?, ?, ?, ?)", rows)
        failures = [
            (one.failed, one.step_failed, one.call, one.tool)
            for heard in batch
            for one in heard.scan.results
            if one.failed or one.step_failed
        ]
        self.db.executemany(
            "UPDATE tool SET failed = max(failed, ?), step_failed = max(step_failed, ?) WHERE call = ? AND key = ?",
            failures,
        )
        owners = self.db.execute(
            "SELECT DISTINCT session FROM call WHERE key IN (SELECT value FROM json_each(?))",
            (numbers({call for _, _, call, _ in failures}),),
        )
        written.sessions.update(row[0] for row in owners)

    def _prompts(self, batch: Sequence[Heard], written: Written) -> None:
        for heard in batch:
            rows = {
                key: (key, heard.source, self.session(heard.agent, session), NO_TIME if at is None else at)
                for key, session, at in heard.scan.prompts
            }
            held = self.db.execute(
                "SELECT key, source FROM prompt WHERE key IN (SELECT value FROM json_each(?))", (numbers(rows),)
            ).fetchall()
            for key, source in held:
                del rows[key]
                if source != heard.source:
                    written.peers.update({(source, heard.source), (heard.source, source)})
            self.db.executemany("INSERT INTO prompt VALUES (?, ?, ?, ?)", list(rows.values()))

    def _rest(self, heard: Heard) -> None:
        db, scan, source = self.db, heard.scan, heard.source
        if heard.mode != "append":
            db.execute("DELETE FROM unread WHERE source = ?", (source,))
        if heard.mode == "replace":
            db.execute("DELETE FROM record WHERE source = ?", (source,))
        db.executemany(
            "INSERT OR REPLACE INTO unread VALUES (?, ?, ?, ?)",
            [(source, one.offset, one.length, one.reason) for one in scan.unread],
        )
        db.executemany(
            "INSERT OR REPLACE INTO link VALUES (?, ?, ?, ?, ?)",
            [(heard.agent, one.agent_id, source, one.call, one.tool_id) for one in scan.links],
        )
        if scan.records:
            self._records(heard)

    def _started(self, batch: Sequence[Heard], written: Written) -> None:
        """Sub-agents that these logs name as started: theirs may be the log of another session, found earlier."""
        names = [one.agent_id for heard in batch for one in heard.scan.links]
        if not names:
            return
        rows = self.db.execute(
            "SELECT id FROM session WHERE (instr(key, '/agent-') AND substr(key, instr(key, '/agent-') + 7) IN "
            "(SELECT value FROM json_each(:names))) OR key IN (SELECT value FROM json_each(:names))",
            {"names": msgspec.json.encode(names).decode()},
        )
        written.sessions.update(row[0] for row in rows)

    def _records(self, heard: Heard) -> None:
        held = self.db.execute("SELECT n, data FROM record WHERE source = ?", (heard.source,)).fetchall()
        known = {msgspec.msgpack.decode(data, type=CostRecord).figures: n for n, data in held}
        following = len(held)
        for record in filter(is_believable, heard.scan.records):
            n = known.get(record.figures)
            if n is None:
                n, following = following, following + 1
            session, data = self.session(heard.agent, record.session), msgspec.msgpack.encode(record)
            values = (heard.source, n, session, data, record.began_ms, record.ended_ms)
            self.db.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)", values)


def widest(old: Part, new: Part) -> Part:
    """A log lost rows that were not archived: what was counted stays, what is new is added where it can be told."""
    larger = new if new.own >= old.own else old
    return msgspec.structs.replace(
        merge_parts(old, new),
        rows=max(old.rows, new.rows),
        own=max(old.own, new.own),
        spans=unite([*old.spans, *new.spans]),
        lines_added=max(old.lines_added, new.lines_added),
        lines_removed=max(old.lines_removed, new.lines_removed),
        api_errors=max(old.api_errors, new.api_errors),
        refused=max(old.refused, new.refused),
        credits=max((one.credits for one in (old, new) if one.credits is not None), default=None),
        tail=larger.tail,
    )
