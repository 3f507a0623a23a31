"""What lies beside a log, and what a family's cost records add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from agent_trace.analysis.unlogged import Logged, unlogged
from agent_trace.model.scan import CostRecord, digest
from agent_trace.pricing.names import model_id
from agent_trace.store.database import Database, numbers
from agent_trace.store.ingest import Heard, Ingest
from agent_trace.store.limits import session_cost
from agent_trace.store.records import clear_unlogged, family_calls, record_at_fork, records_of, write_unlogged
from agent_trace.sync.members import Member


class Beside(msgspec.Struct, rename="camel"):
    """A small file beside a sub-agent's log."""

    tool_use_id: str | None = None
    agent_type: str | None = None


def beside(db: Database, members: Mapping[str, Member], ingest: Ingest, heard: Sequence[Heard]) -> set[int]:
    """Read the small files beside sub-agents' logs: they name the tool call that started each."""
    touched: set[int] = set()
    for one in heard:
        member = members[one.agent]
        row = db.execute("SELECT path FROM source WHERE id = ?", (one.source,)).fetchone()
        path = db.paths.real(row[0])
        place = member.place(path)
        if place.agent_id is None:
            continue
        for ending in member.agent.beside:
            found = _read(path.rpartition(".")[0] + ending)
            if found is not None and found.tool_use_id:
                values = (
                    one.agent,
                    place.agent_id,
                    one.source,
                    _asking_call(db, place.root or "", found.tool_use_id),
                    found.tool_use_id,
                )
                db.execute("INSERT OR REPLACE INTO link VALUES (?, ?, ?, ?, ?)", values)
                touched.update(ingest.session(one.agent, session) for session in one.scan.parts)
    return touched


def _asking_call(db: Database, root: str, tool_id: str) -> int | None:
    """The API call that a tool-use id belongs to, where the family's logs have been read."""
    row = db.execute(
        "SELECT tool.call FROM session JOIN call ON call.session = session.id JOIN tool ON tool.call = call.key "
        "WHERE session.root_key = ? AND tool.key = ? LIMIT 1",
        (root, digest(tool_id.encode("utf-8", "replace"))),
    ).fetchone()
    return None if row is None else int(row[0])


def _read(path: str) -> Beside | None:
    try:
        with open(path, "rb") as file:
            return msgspec.json.decode(file.read(65_536), type=Beside)
    except (OSError, msgspec.DecodeError):
        return None


def settle_records(db: Database, ingest: Ingest, sessions: Iterable[int]) -> None:
    """Work out what the agents' own cost records hold beyond the calls, for every touched family."""
    roots = db.execute(
        "SELECT DISTINCT root FROM session WHERE root IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        (numbers(sessions),),
    ).fetchall()
    for (root,) in roots:
        _clear_below(db, root)
        records = records_of(db, root)
        if not records:
            clear_unlogged(db, root)
            continue
        base = record_at_fork(db, root)
        calls = [Logged(at, model, kinds) for at, model, kinds in family_calls(db, root)]
        extra = unlogged(records, calls, base=base, canonical=model_id)
        write_unlogged(db, ingest, root, [(one.at, one.model, one.kinds) for one in extra], _dollars(records, base))


def _clear_below(db: Database, root: int) -> None:
    """A sub-agent whose log was found before that of its root was taken for a root itself."""
    below = db.execute("SELECT id FROM session WHERE root = ? AND id <> root AND has_record", (root,)).fetchall()
    for (child,) in below:
        clear_unlogged(db, child)


def _dollars(records: Sequence[CostRecord], base: CostRecord | None) -> int | None:
    """What the agent recorded for this session alone, in millionths of a millionth of a dollar."""
    last = records[-1].usd
    if last is None:
        return None
    try:
        return session_cost(round((float(last) - float(base.usd or 0 if base else 0)) * 10**12))
    except (ValueError, OverflowError):
        return None
