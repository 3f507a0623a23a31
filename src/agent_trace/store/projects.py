"""Which logs root sessions have: some agents keep those of a project in one folder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from agent_trace.store.database import Database, numbers

_LOGS = """
SELECT session.id, source.path FROM session JOIN part ON part.session = session.id JOIN source ON source.id = part.source
WHERE session.content AND session.root = session.id AND session.agent IN (SELECT value FROM json_each(?))
ORDER BY source.id DESC
"""


def first_logs(db: Database, agents: Iterable[str]) -> dict[int, str]:
    """Root session (row id) → the path of its first log, for all roots of these agents."""
    rows = db.execute(_LOGS, (msgspec.json.encode(list(agents)).decode(),))
    return {session: db.paths.real(path) for session, path in rows}


class ToolCount(NamedTuple):
    """How often the sessions of one root used a tool."""

    root: str
    tool: str
    calls: int
    errors: int


_TOOLS = """
SELECT r.key, ifnull((SELECT text FROM word WHERE id = tool.name), ''), count(*), sum(tool.failed)
FROM session AS r JOIN session AS s ON s.root = r.id JOIN call ON call.session = s.id JOIN tool ON tool.call = call.key
WHERE r.id IN (SELECT value FROM json_each(?)) GROUP BY r.id, tool.name
"""


def tool_counts(db: Database, roots: Iterable[int]) -> list[ToolCount]:
    """The tools of these roots (row ids) with what they started: the counts of `cost --by tool`."""
    return [ToolCount(*row) for row in db.execute(_TOOLS, (numbers(roots),))]
