"""Reading one session's events from its log or the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError, WithheldError
from agent_trace.model.events import Blocked, Decision, Event, SessionStarted
from agent_trace.model.portable import is_note
from agent_trace.model.session import Session
from agent_trace.store.merged import merged_sources
from agent_trace.store.sessions import SessionRow
from agent_trace.store.sources import SourceRow, inherited_keys, sources, sources_of
from agent_trace.sync.counted import counted
from agent_trace.sync.merging import main_session

CLIP = 2048
"""Characters of each text that are read, unless a report wants more."""
Through = Callable[[Event], Event]


def read_session(
    workspace: Workspace, row: SessionRow, *, clip: int | None = CLIP, through: Through | None = None
) -> Session:
    """All events of a session, merged from its logs; each as `through` returns it, which gets all texts whole.

    Raises NotFoundError where no log and no archive has them.
    """
    found: list[Event] = []
    known: set[str] = set()
    problems: list[NotFoundError] = []
    for number, source in enumerate(sources_of(workspace.db, row.id)):
        try:
            heard = [
                one
                for one in events_of(workspace, source, number, clip=clip, through=through)
                if one.session == row.key
            ]
        except NotFoundError as error:
            problems.append(error)
            continue
        found += [event for event in heard if event.id not in known]  # another home may hold a copy of the log
        known.update(event.id for event in heard)
    if problems and not found:
        raise problems[0]
    found += [event for event in beside(workspace, row, clip, through) if event.id not in known]
    return counted(workspace.db, row.id, Session(id=row.key, agent=row.agent, events=tuple(found)))


def beside(workspace: Workspace, row: SessionRow, clip: int | None, through: Through | None) -> Iterator[Event]:
    """What secondhand logs of a session hold that its own log cannot: notes, decisions, calls that were blocked."""
    given = workspace.given
    ours = {one.annotation_id for one in given.rows} if given is not None else set[str]()  # an export came back
    for number, source in enumerate(merged_sources(workspace.db, row.id), 1_000):
        try:
            events = list(events_of(workspace, source, number, clip=clip if through is None else None))
        except NotFoundError:
            continue
        main = main_session({event.session for event in events})
        for event in events:
            is_ours = is_note(event) and event.id in ours
            if event.session == main and (isinstance(event, Decision | Blocked) or is_note(event)) and not is_ours:
                yield msgspec.structs.replace(event if through is None else through(event), session=row.key)


def starts_beside(workspace: Workspace, row: SessionRow) -> Iterator[Event]:
    """How secondhand logs say that a session began: hooks hear who started it."""
    for number, source in enumerate(merged_sources(workspace.db, row.id), 1_000):
        try:
            yield from (one for one in events_of(workspace, source, number) if isinstance(one, SessionStarted))
        except NotFoundError:
            continue


def events_of(
    workspace: Workspace,
    source: SourceRow,
    number: int = 0,
    *,
    clip: int | None = CLIP,
    through: Through | None = None,
) -> Iterator[Event]:
    """The events of one log, the `number`-th of its session, from 0. Raises NotFoundError, WithheldError."""
    source = kept(workspace, source)
    member = workspace.raw.reader(source)
    events: Iterator[Event] = member.parse(
        source.path,
        workspace.raw.lines(source),
        member.reader_state(None),
        clip=clip if through is None else None,
        inherited=inherited_keys(source),
        source=number,
    )
    yield from events if through is None else map(through, events)


def kept(workspace: Workspace, source: SourceRow) -> SourceRow:
    """The log as reports may read it: below tier 3 not the agent's own file, but what was kept of it, up to date."""
    tier = workspace.config.tier
    if tier == 2 and workspace.raw.keeps and (not source.form or source.kept < source.offset):
        workspace.sync_text(only=[source.id])
        source = sources(workspace.db, [source.id])[source.id]
    if tier == 3 or (tier == 2 and source.form):
        return source
    raise WithheldError(
        f"withheld (tier {tier}): nothing of what was said and done is kept",
        hint="docs/privacy.md tells what each tier keeps; `tier = 3` in config.toml reads again what is still there",
    )


def lines_of(workspace: Workspace, row: SessionRow) -> Iterator[bytes]:
    """The original lines of a session's logs. Raises WithheldError below tier 3."""
    if workspace.config.tier < 3:
        raise WithheldError(f"withheld (tier {workspace.config.tier}): records are not kept as they are")
    return (line for source in sources_of(workspace.db, row.id) for _, line in workspace.raw.lines(source))
