"""Sessions on their way out: read whole, encoded by a format, written as files that only their owner can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import ModuleType

import msgspec

from agent_trace import __version__, registry
from agent_trace.app.choosing import choose
from agent_trace.app.leaving import Door
from agent_trace.app.outcomes import look_at
from agent_trace.app.sessions import Through, read_session
from agent_trace.app.summaries import summaries
from agent_trace.app.workspace import Workspace
from agent_trace.errors import UsageError
from agent_trace.exports._facts import ExportFacts, Files
from agent_trace.model.annotations import Annotations
from agent_trace.model.events import Event, ToolCall
from agent_trace.model.portable import note_event
from agent_trace.model.selection import Name, Selection
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.store.sessions import SessionRow, by_ids, by_key, members, roots


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """One session in its form for others."""

    session: str
    agent: str
    parent: str | None
    title: str | None
    events: int
    running: bool
    files: Files


def formats() -> tuple[str, ...]:
    """The names of all formats."""
    return registry.names("exports")


def default_format() -> str:
    """The format that makes folders: what other tools take for their own."""
    return next(name for name in formats() if not registry.load("exports", name).SUFFIX)


def chosen(
    workspace: Workspace, names: Sequence[str], selection: Selection, *, everything: bool, alone: bool
) -> list[SessionRow]:
    """The sessions that are named, or selected, each once; with what they started, unless `alone`."""
    picked = everything or selection != Selection()
    if names and picked:
        raise UsageError("name sessions, or choose them by flags, not both")
    found = roots(workspace.db, selection) if picked else [choose(workspace, name) for name in names or ("latest",)]
    all_ = [one for row in found for one in ([row] if alone else family(workspace, row))]
    return list({one.id: one for one in all_}.values())


def family(workspace: Workspace, row: SessionRow) -> list[SessionRow]:
    """A session and all that it started, at any depth, parents first."""
    everyone = [*by_ids(workspace.db, [row.root]), *members(workspace.db, [row.root])[row.root]]
    found, wave = [row], [row]
    while wave:
        above = {one.key for one in wave}
        wave = [one for one in everyone if one.parent in above and one not in found]
        found += wave
    return found


def leaving(workspace: Workspace, rows: Iterable[SessionRow], format_: str, door: Door) -> Iterator[Leaving]:
    """Sessions encoded, one at a time, as the door lets them pass: a long one takes as much memory as its log."""
    module = registry.load("exports", format_)
    for root, group in _by_root(rows).items():
        yield from _family_leaving(workspace, root, group, module, door)


def _by_root(rows: Iterable[SessionRow]) -> dict[int, list[SessionRow]]:
    found: dict[int, list[SessionRow]] = {}
    for row in rows:
        found.setdefault(row.root, []).append(row)
    return found


def _family_leaving(
    workspace: Workspace, root: int, wanted: Sequence[SessionRow], module: ModuleType, door: Door
) -> Iterator[Leaving]:
    top = by_ids(workspace.db, [root])[0]
    rows = {row.key: row for row in (top, *members(workspace.db, [root])[root])}
    look_at(workspace, [row.id for row in rows.values()])
    done, children = summaries(workspace, [top])
    told = {one.id: door.summary(one) for one in (*done, *children.get(top.key, ()))}
    calls: dict[str, Mapping[str, str]] = {}
    for row in wanted:
        masked: set[str] = set()
        through = _through(door, row.cwd, masked)
        session = read_session(workspace, row, clip=None, through=through)
        told_events = len(session.events)
        if workspace.given is not None and door.tier > 1:
            session = _with_notes(session, workspace.given, row, through)
        facts = msgspec.structs.replace(
            _facts(workspace, row, rows, told[row.key], calls), redacted=door.redacts, masked=frozenset(masked)
        )
        calls[row.key] = _call_events(session)
        yield Leaving(
            session=row.key,
            agent=row.agent,
            parent=row.parent,
            title=told[row.key].title,
            events=told_events,
            running=facts.summary.goes_on,
            files=module.encode(session, facts),
        )


def _with_notes(session: Session, given: Annotations, row: SessionRow, through: Through | None) -> Session:
    """What the person noted, in the form in which notes of a trace are read; none that came back with one."""
    known = {event.id for event in session.events}
    notes = [note_event(one) for one in given.notes.get(Name(row.agent, row.key), ()) if one.annotation_id not in known]
    passed = notes if through is None else [through(one) for one in notes]
    return msgspec.structs.replace(session, events=(*session.events, *passed)) if notes else session


def _through(door: Door, cwd: str | None, masked: set[str]) -> Through | None:
    """What every event passes; the ids of those in which something was masked are put into `masked`."""
    if door.is_open:
        return None

    def through(event: Event) -> Event:
        found = door.masked_event(event, cwd=cwd)
        if found is not event:
            masked.add(event.id)
        return door.kept(found)

    return through


def _call_events(session: Session) -> dict[str, str]:
    """Tool-use id → the event of the call."""
    return {event.call: event.id for event in session.events if isinstance(event, ToolCall)}


def _facts(
    workspace: Workspace,
    row: SessionRow,
    rows: Mapping[str, SessionRow],
    summary: Summary,
    calls: dict[str, Mapping[str, str]],
) -> ExportFacts:
    event, above = None, rows.get(row.parent or "")
    if above is not None and row.tool_id:
        if above.key not in calls:
            calls[above.key] = _call_events(read_session(workspace, above))
        event = calls[above.key].get(row.tool_id)
    return ExportFacts(
        summary=summary,
        version=__version__,
        agent_name=_agent_name(workspace, row.agent),
        agent_version=row.version,
        depth=_depth(row, rows),
        parent_event=event,
        children={one.tool_id: one.key for one in rows.values() if one.parent == row.key and one.tool_id},
        apart=row.agent if len(by_key(workspace.db, next(iter(rows)))) > 1 else "",
    )


def _agent_name(workspace: Workspace, name: str) -> str:
    member = workspace.members.get(name)
    return (member.agent.known_as if member else "") or name


def _depth(row: SessionRow, rows: Mapping[str, SessionRow]) -> int:
    """How many sessions stand above one."""
    seen = {row.key}
    above = rows.get(row.parent or "")
    while above is not None and above.key not in seen:
        seen.add(above.key)
        above = rows.get(above.parent or "")
    return len(seen) - 1
