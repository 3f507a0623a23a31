"""The reader of a trace folder: our own lines come back as the events that they were, others are told by their writer.

agent-strace may write a whole file again (a tenant is assigned, each line gets another hash); the archive then holds both
versions of a line: the newest counts, at the place of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from agent_trace.agents.traces.foreign import Teller
from agent_trace.agents.traces.records import Trace, gather, text
from agent_trace.model import portable
from agent_trace.model.events import Event, SessionStarted, Titled, Unknown, UserPrompt
from agent_trace.model.scan import digest

CLIP = 2048
"""Characters of a text that an event holds, unless told otherwise."""
SHORT = 60
"""Characters by which a title is told from a prompt."""
_TEXTS = ("text", "output", "input", "patch", "summary", "raw", "reason")


def parse(
    path: str,
    rows: Iterable[tuple[int, bytes]],
    state: None = None,
    *,
    clip: int | None = CLIP,
    inherited: frozenset[int] = frozenset(),
    source: int = 0,
) -> Iterator[Event]:
    """The events of a trace folder, of one session or, where sub-agents ran inside it, of several."""
    for event in _told(gather(path, rows, source)):
        yield _finished(event, clip, inherited)


def _told(trace: Trace) -> Iterator[Event]:
    teller = Teller(trace)
    if trace.heading is None:
        yield from teller.begin()
    told: list[Event] = []
    for event in _lines(trace, teller):
        told.append(event)
        yield event
    if trace.heading is not None:
        yield from _beyond(trace.session, trace.heading, told)
    yield from teller.notes()


def _beyond(session: str, heading: Mapping[str, Any], events: Sequence[Event]) -> Iterator[Event]:
    """What was known of an exported session and no event of its own tells: its title, its folder, its last branch."""
    title, branch, cwd = (text(heading.get(key)) or None for key in ("title", "branch", "cwd"))
    if title is not None and not _tell_title(events, title):
        yield Titled(id=f"{session}.title", session=session, title=title)
    starts = [event for event in events if isinstance(event, SessionStarted) and not event.inherited]
    branches = [event.branch for event in starts if event.branch]
    branch = None if branch in branches[-1:] else branch
    cwd = None if any(event.cwd for event in starts) else cwd
    if branch is not None or cwd is not None:
        yield SessionStarted(id=f"{session}.place", session=session, cwd=cwd, branch=branch)


def _tell_title(events: Sequence[Event], title: str) -> bool:
    """Whether the events amount to the title that their session had: its first prompt, or its task."""
    if any(isinstance(event, Titled) and not event.inherited for event in events):
        return True
    for event in events:
        if isinstance(event, UserPrompt) and not event.inherited:
            start = min(SHORT, len(title))
            return " ".join(event.text[:SHORT].split())[:start] == " ".join(title.split())[:start]
    return False


def _lines(trace: Trace, teller: Teller) -> Iterator[Event]:
    for record in trace.records:
        if record.reason:
            yield Unknown(
                id=record.name, session=trace.session, origin=record.origin, raw=record.raw, reason=record.reason
            )
            continue
        own = portable.read(record.value, trace.session)
        if own is not None:
            yield msgspec.structs.replace(own, origin=record.origin)
        elif not portable.is_empty(record.value):
            yield from teller.tell(record)


def _finished(event: Event, clip: int | None, inherited: frozenset[int]) -> Event:
    """With texts cut, and marked where another session made it."""
    changes: dict[str, object] = {}
    if clip is not None:
        for name in _TEXTS:
            text = getattr(event, name, "")
            if len(text) > clip:
                changes[name] = text[:clip]
    if inherited and digest((event.twin or event.id).encode("utf-8", "replace")) in inherited:
        changes["inherited"] = True
    return msgspec.structs.replace(event, **changes) if changes else event
