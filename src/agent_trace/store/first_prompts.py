"""The first prompts of sessions, as far as their logs' parts keep them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from agent_trace.model.scan import Part
from agent_trace.store.database import Database, numbers

_PARTS = """
SELECT part.session, part.data, ifnull(length(source.inherited), 0) FROM part JOIN source ON source.id = part.source
WHERE part.session IN (SELECT value FROM json_each(?)) ORDER BY source.born, source.id
"""


def first_prompts(db: Database, sessions: Iterable[int]) -> dict[int, str]:
    """Session → what was asked first; forks, whose first prompt is another session's, are left out."""
    found: dict[int, str] = {}
    forks: set[int] = set()
    for session, data, inherited in db.execute(_PARTS, (numbers(sessions),)):
        prompt = msgspec.msgpack.decode(data, type=Part).first_prompt
        if inherited:
            forks.add(session)
        elif prompt:
            found.setdefault(session, prompt)
    return {session: prompt for session, prompt in found.items() if session not in forks}
