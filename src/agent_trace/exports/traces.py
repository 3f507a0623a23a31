"""A trace folder: `meta.json`, `events.ndjson` and, where there are notes, `annotations.jsonl`.

agent-strace lists, replays and exports such a folder as one of its own; sub-agents are folders of their own that name their
parent. agent-trace reads it back as the same events.
"""

from __future__ import annotations

import json
from typing import Any

from agent_trace.exports._facts import ExportFacts, Files
from agent_trace.exports._portable import lines, notes
from agent_trace.model.session import Session

SUFFIX = ""
"""A folder."""


def encode(session: Session, facts: ExportFacts) -> Files:
    name = facts.name(session.id)
    files = {
        f"{name}/meta.json": json.dumps(meta(session, facts), indent=2).encode(),
        f"{name}/events.ndjson": _joined(lines(session, facts)),
    }
    written = notes(session.events, name)
    return {**files, f"{name}/annotations.jsonl": _joined(written)} if written else files


def _joined(records: list[bytes]) -> bytes:
    return b"".join(record + b"\n" for record in records)


def meta(session: Session, facts: ExportFacts) -> dict[str, Any]:
    """The content of meta.json: no key that agent-strace does not know, nothing that is empty."""
    summary = facts.summary
    command = f"exported by agent-trace {facts.version}"
    if facts.agent_version:
        command = f"{command} (branch: {summary.branch or ''}, v{facts.agent_version})"
    attribution = {"agent_version": facts.agent_version, "git_branch": summary.branch, "working_dir": summary.cwd}
    running = summary.goes_on
    found: dict[str, Any] = {
        "session_id": facts.name(session.id),
        "started_at": None if session.started is None else session.started / 1000,
        "ended_at": None if session.ended is None or running else session.ended / 1000,
        "agent_name": facts.agent_name,
        "command": command,
        "tool_calls": session.tool_calls,
        "llm_requests": session.call_count,
        "errors": len(session.errors),
        "total_tokens": session.usage.tokens,
        "total_duration_ms": float(session.duration_ms or 0),
        "parent_session_id": facts.name(summary.parent) if summary.parent else None,
        "parent_event_id": facts.parent_event,
        "depth": facts.depth,
        "attribution": {key: value for key, value in attribution.items() if value},
    }
    found = {key: value for key, value in found.items() if value not in (None, "", 0)}
    return found if facts.redacted is None else {**found, "redacted": facts.redacted}
