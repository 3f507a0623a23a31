"""The events of a session as one JSON array, each as it stands in the `events.ndjson` of a trace folder."""

from __future__ import annotations

import msgspec

from agent_trace.exports._facts import ExportFacts, Files
from agent_trace.exports._portable import lines
from agent_trace.model.session import Session

SUFFIX = ".json"


def encode(session: Session, facts: ExportFacts) -> Files:
    array = b"[" + b",".join(lines(session, facts)) + b"]"
    return {facts.name(session.id) + SUFFIX: msgspec.json.format(array, indent=2) + b"\n"}
