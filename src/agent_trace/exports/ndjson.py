"""The events of a session, one JSON object a line, as in the `events.ndjson` of a trace folder."""

from __future__ import annotations

from agent_trace.exports._facts import ExportFacts, Files
from agent_trace.exports._portable import lines
from agent_trace.model.session import Session

SUFFIX = ".ndjson"


def encode(session: Session, facts: ExportFacts) -> Files:
    return {facts.name(session.id) + SUFFIX: b"".join(line + b"\n" for line in lines(session, facts))}
