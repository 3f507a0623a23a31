"""Trace folders of the corpus and of a test's own making, and how tests read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from agent_trace.agents.traces.lines import lines
from agent_trace.agents.traces.parse import parse
from agent_trace.model.events import Event, kind_of
from agent_trace.model.session import Session, by_session
from tests.agents.claude import golden

CORPUS = Path(__file__).resolve().parents[2] / "corpus/traces"
FOLDERS = sorted(path.parent.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("meta.json"))
"""Written by agent-strace itself."""
FILES = ("meta.json", "events.ndjson", "annotations.jsonl")

Files = Mapping[str, bytes]


def content(name: str) -> dict[str, bytes]:
    """The files of a folder of the corpus, in the order in which the shell hands them over."""
    found = (CORPUS / name / file for file in FILES)
    return {str(path): path.read_bytes() for path in found if path.exists()}


def rows(files: Files) -> Iterator[tuple[int, bytes]]:
    """A folder as the log that the shell makes of it."""
    at = 0
    for line in lines(files):
        if line.strip():
            yield at, line
        at += len(line) + 1


def heard(files: Files, **how: Any) -> list[Event]:
    """The events of a folder."""
    return list(parse(next(iter(files)), rows(files), **how))


def sessions(name: str) -> dict[str, Session]:
    """The sessions of a folder of the corpus, whole."""
    return by_session(heard(content(name), clip=None), "traces")


def folder(
    *records: Mapping[str, Any] | bytes, meta: Mapping[str, Any] | bytes | None = None, notes: Sequence[Any] = ()
) -> dict[str, bytes]:
    """A folder `s1` with these lines; a record is a line's type, its data under `data`, and whatever else it has."""
    about = {"session_id": "s1", "attribution": {}} if meta is None else meta
    files = {
        "/r/.agent-traces/s1/meta.json": about if isinstance(about, bytes) else json.dumps(about, indent=2).encode(),
        "/r/.agent-traces/s1/events.ndjson": b"".join(
            (one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in records
        ),
    }
    if notes:
        written = b"".join(json.dumps(note).encode() + b"\n" for note in notes)
        files["/r/.agent-traces/s1/annotations.jsonl"] = written
    return files


def line(event_type: str, name: str = "", at: float | None = None, **data: Any) -> dict[str, Any]:
    """A line as agent-strace writes it; keywords are its data."""
    head = {"event_type": event_type, "timestamp": 1_795_000_000.5 if at is None else at}
    return {**head, **({"event_id": name} if name else {}), "session_id": "s1", "data": data}


def under(record: Mapping[str, Any], parent: str, duration_ms: float | None = None) -> dict[str, Any]:
    """A line that follows from another."""
    return {**record, "parent_id": parent, **({} if duration_ms is None else {"duration_ms": duration_ms})}


def told(*records: Mapping[str, Any] | bytes, **more: Any) -> list[Event]:
    """The events of lines, without what meta.json alone says."""
    found = heard(folder(*records, **more))
    return [event for event in found if not event.id.endswith((".meta", ".title"))]


def kinds(events: Iterable[Event]) -> list[str]:
    """The wire names of events."""
    return [kind_of(event) for event in events]


def drawn(name: str) -> str:
    """A folder's sessions as golden files show them."""
    return "".join(f"{line}\n" for session in sessions(name).values() for line in golden.lines_of(session))
