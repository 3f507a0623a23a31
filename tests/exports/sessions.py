"""Sessions to export: those of the corpus, and events of every type."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from agent_trace.exports import traces
from agent_trace.exports._facts import ExportFacts, Files
from agent_trace.model.events import Event, SessionStarted
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from tests.agents.traces.folders import FILES, heard


def facts(session: Session, **more: object) -> ExportFacts:
    """What the shell would look up."""
    starts = [event for event in session.events if isinstance(event, SessionStarted) and not event.inherited]
    branches = [event.branch for event in starts if event.branch]
    cwd = next((event.cwd for event in starts if event.cwd), None)
    summary = Summary(id=session.id, agent=session.agent, cwd=cwd, branch=branches[-1] if branches else None)
    return msgspec.structs.replace(
        ExportFacts(summary=summary, version="0", agent_name="claude-code", agent_version="2.1.197"), **more
    )


def folder_of(files: Files) -> dict[str, bytes]:
    """A trace folder as its reader gets it: meta.json first."""
    (name,) = {path.partition("/")[0] for path in files}
    return {f"/r/.agent-traces/{name}/{file}": files[f"{name}/{file}"] for file in FILES if f"{name}/{file}" in files}


def back(session: Session, **more: object) -> list[Event]:
    """The events of a session, exported and read again."""
    return bare(heard(folder_of(traces.encode(session, facts(session, **more))), clip=None))


def bare(events: Iterable[Event]) -> list[Event]:
    """Without the place of their records."""
    return [msgspec.structs.replace(event, origin=None) for event in events]


def of(*events: Event, session: str = "s1") -> Session:
    """A session of these events."""
    return Session(session, "claude", tuple(msgspec.structs.replace(event, session=session) for event in events))
