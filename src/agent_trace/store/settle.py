"""What follows from the rows of a session: its own line in the list, its parent, its roll-up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from agent_trace.model.scan import Part, merge_parts
from agent_trace.store.database import Database, numbers
from agent_trace.store.outcomes import stale

QUARTER_MS = 900_000

_FIRST_CALLS = """
INSERT INTO usage
SELECT call.session, CASE WHEN call.at < 0 THEN -1 ELSE call.at / 900000 END, class, branch, 0,
    sum(counts), sum(counts OR coalesce(input, output, cache_read, recorded) IS NOT NULL),
    sum((SELECT count(*) FROM tool WHERE tool.call = call.key)),
    sum((SELECT count(*) FROM tool WHERE tool.call = call.key AND failed)),
    sum(input), sum(output), sum(cache_read), sum(cache_write_5m), sum(cache_write_1h), sum(reasoning), sum(web_searches),
    sum(recorded)
FROM call
WHERE call.session IN (SELECT value FROM json_each(?))
GROUP BY 1, 2, 3, 4
"""


def settle(db: Database, sessions: Iterable[int], *, read: bool = True) -> None:
    """Work out again everything that is derived from the rows of these sessions.

    `read` False: nothing was read of them, only where their logs are has changed.
    """
    touched = sorted(set(sessions))
    listed = numbers(touched)
    _summaries(db, touched, listed)
    _roots(db, listed)
    _families(db, listed)
    db.execute("DELETE FROM usage WHERE unlogged = 0 AND session IN (SELECT value FROM json_each(?))", (listed,))
    db.execute(_FIRST_CALLS, (listed,))
    if read:
        stale(db, listed)


def _summaries(db: Database, touched: Iterable[int], listed: str) -> None:
    parts = _united_parts(db, touched, listed)
    prompts = dict(
        db.execute(
            "SELECT session, count(*) FROM prompt WHERE session IN (SELECT value FROM json_each(?)) GROUP BY 1",
            (listed,),
        ).fetchall()
    )
    failed = dict(
        db.execute(
            "SELECT call.session, sum(step_failed) FROM tool JOIN call ON call.key = tool.call "
            "WHERE tool.step_failed AND call.session IN (SELECT value FROM json_each(?)) GROUP BY 1",
            (listed,),
        ).fetchall()
    )
    db.executemany(
        "UPDATE session SET content = ?, title = ?, cwd = ?, branch = ?, version = ?, started = ?, ended = ?, active = ?, "
        "lines_added = ?, lines_removed = ?, refused = ?, api_errors = ?, tail = ?, starter = ?, "
        "credits = ?, prompts = ?, failed_steps = ? WHERE id = ?",
        [(*_columns(part), prompts.get(one, 0), failed.get(one, 0), one) for one, part in parts.items()],
    )
    db.execute(
        "UPDATE session SET content = 1 WHERE NOT content AND id IN (SELECT value FROM json_each(?)) "
        "AND EXISTS (SELECT 1 FROM call WHERE call.session = session.id)",
        (listed,),
    )
    db.execute(
        "UPDATE session SET (unread, changed) = (SELECT ifnull(sum((SELECT count(*) FROM unread WHERE unread.source = source.id)), 0), "
        "ifnull(max(changed > 0 OR gone), 0) FROM source JOIN part ON part.source = source.id WHERE part.session = session.id "
        "AND session.key NOT LIKE '%/side-%') WHERE id IN (SELECT value FROM json_each(?))",
        (listed,),
    )


def _united_parts(db: Database, touched: Iterable[int], listed: str) -> dict[int, Part]:
    """What all logs of a session say together: the one that goes on longest has the last word, whoever was found first."""
    found: dict[int, list[tuple[int, str, Part]]] = {session: [] for session in touched}
    rows = db.execute(
        "SELECT session, path, data FROM part JOIN source ON source.id = part.source "
        "WHERE session IN (SELECT value FROM json_each(?))",
        (listed,),
    )
    for session, path, data in rows:
        part = msgspec.msgpack.decode(data, type=Part)
        found[session].append((part.ended or 0, path, part))
    united = {session: Part() for session in found}
    for session, held in found.items():
        for _, _, part in sorted(held, key=lambda one: one[:2]):
            united[session] = merge_parts(united[session], part)
    return united


def _columns(part: Part) -> tuple[object, ...]:
    title = part.custom_title or part.ai_title or part.summary or part.first_prompt or part.task
    active = sum(last - first for first, last in part.spans)
    return (
        part.content,
        title,
        part.cwd,
        part.branch,
        part.version,
        part.started,
        part.ended,
        active if part.spans else None,
        part.lines_added,
        part.lines_removed,
        part.refused,
        part.api_errors,
        part.tail,
        part.starter,
        part.credits,
    )


_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT id FROM session WHERE starter IS NOT NULL AND id IN (SELECT value FROM json_each(?))
    UNION SELECT child.id FROM session AS child JOIN session AS above ON child.starter = above.key AND child.agent = above.agent
        WHERE above.id IN (SELECT value FROM json_each(?))
    UNION SELECT child.id FROM below JOIN session AS above ON above.id = below.id
        JOIN session AS child ON child.starter = above.key AND child.agent = above.agent)
SELECT session.id, agent, key FROM below JOIN session ON session.id = below.id
"""


def _roots(db: Database, listed: str) -> None:
    """Sub-agents with ids of their own: the root is where the chain of starters ends."""
    for number, agent, key in db.execute(_BELOW, (listed, listed)).fetchall():
        db.execute("UPDATE session SET root_key = ? WHERE id = ?", (_top(db, agent, key), number))


def _top(db: Database, agent: str, key: str) -> str:
    seen: set[str] = set()
    while key not in seen:
        seen.add(key)
        row = db.execute(
            "SELECT above.key FROM session JOIN session AS above ON above.agent = session.agent AND above.key = session.starter "
            "WHERE session.agent = ? AND session.key = ? AND above.content",
            (agent, key),
        ).fetchone()
        if row is None:
            break
        key = row[0]
    return key.partition("/")[0]


def _families(db: Database, listed: str) -> None:
    """Who started whom. A sub-agent whose root is nowhere is a root."""
    family = db.execute(
        "SELECT id, agent, key, root_key, starter FROM session WHERE content AND root_key IN "
        "(SELECT root_key FROM session WHERE id IN (SELECT value FROM json_each(?)))",
        (listed,),
    ).fetchall()
    ids = {(agent, key): number for number, agent, key, _, _ in family}
    links = _starters(db, [(agent, key) for _, agent, key, root, _ in family if key != root])
    updates = []
    for number, agent, key, root_key, named in family:
        root = ids.get((agent, root_key))
        starter, tool_id = links.get((agent, key), (None, None))
        parent = starter if starter not in (None, number) else ids.get((agent, named), root)
        updates.append((number, None, tool_id, number) if root in (None, number) else (root, parent, tool_id, number))
    db.executemany("UPDATE session SET root = ?, parent = ?, tool_id = ? WHERE id = ?", updates)


def _starters(db: Database, children: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[int | None, str]]:
    """Sub-agent → the session whose tool call started it, and that call."""
    found: dict[tuple[str, str], tuple[int | None, str]] = {}
    wanted: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for agent, key in children:
        wanted[key.partition("/agent-")[2] or key].append((agent, key))
    rows = db.execute(
        "SELECT link.agent, link.agent_id, link.tool_id, call.session FROM link "
        "LEFT JOIN call ON call.key = link.call "
        "WHERE link.agent_id IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode([name for name in wanted if name]).decode(),),
    )
    for agent, agent_id, tool_id, session in rows:
        for child in wanted[agent_id]:
            if child[0] == agent and (child not in found or session is not None):
                found[child] = (session, tool_id)
    return found
