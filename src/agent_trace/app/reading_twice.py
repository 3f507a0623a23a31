"""A session's events in two forms of one reading: with the words that are told, and as figures are worked out of them.

What is told of a long text is its head and its tail; what is analysed of it is its beginning, in every report alike. Who
holds such a reading reads on from where it ended when the log has grown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from agent_trace.app.leaving import cut
from agent_trace.app.sessions import CLIP, Through, beside, kept
from agent_trace.errors import NotFoundError
from agent_trace.model.ends import cut_to_ends
from agent_trace.model.session import Session
from agent_trace.store.merged import merged_sources
from agent_trace.store.sources import SourceRow, inherited_keys, sources_of
from agent_trace.sync.counted import corrected, corrections
from agent_trace.sync.members import is_made
from agent_trace.sync.progress import Progress, Told

if TYPE_CHECKING:
    from agent_trace.app.workspace import Workspace
    from agent_trace.model.events import Event
    from agent_trace.reports._replay_words import Heard
    from agent_trace.store.sessions import SessionRow

OFTEN = 500
"""Events after which it is told how far a reading is."""


class Both(NamedTuple):
    """An event in both forms; where no text of it is long and nothing is masked they are one."""

    told: Event
    figures: Event


class Twice(NamedTuple):
    """A session in both forms."""

    told: Session
    figures: Session


class Reading:
    """The logs of one session, as far as they were read."""

    def __init__(
        self, row: SessionRow, through: Through | None = None, *, ends: bool = True, told: Told = lambda _: None
    ) -> None:
        """`through`: what every event passes before it is told · `told` hears how far the reading is."""
        self._row, self._through, self._ends, self._told = row, through, ends, told
        self._events: list[Both] = []
        self._logs: list[SourceRow] = []
        self._states: list[Any] = []

    def whole(self, workspace: Workspace) -> Twice:
        """Read all of it. Raises NotFoundError where no log and no archive has it, WithheldError."""
        self._events, self._logs, self._states = [], [], []
        known: set[str] = set()
        problems: list[NotFoundError] = []
        logs = sources_of(workspace.db, self._row.id)
        progress = Progress(total=sum(one.offset for one in logs))
        for number, source in enumerate(logs):
            try:
                heard = [self._both(one) for one in self._telling(self._heard(workspace, source, number), progress)]
            except NotFoundError as error:
                problems.append(error)
                continue
            self._events += [
                one for one in heard if one.told.id not in known
            ]  # another home may hold a copy of the log
            known.update(one.told.id for one in heard)
        if problems and not self._events:
            raise problems[0]
        for event in beside(workspace, self._row, None, None):
            if event.id not in known:
                self._events.append(self._both(event))
        return self._twice(workspace)

    def each(self, workspace: Workspace) -> Iterator[Heard]:
        """What is told alone, an event at a time, without what other logs than its own tell: nothing of it is remembered.

        Raises NotFoundError where no log and no archive has it, WithheldError.
        """
        known: set[str] = set()
        problems: list[NotFoundError] = []
        logs = sources_of(workspace.db, self._row.id)
        progress = Progress(total=sum(one.offset for one in logs))
        for number, source in enumerate(logs):
            before = frozenset(known)
            try:
                for event in self._telling(self._heard(workspace, source, number), progress):
                    if event.id not in before:  # another home may hold a copy of the log
                        yield self._passed(event)
                    if len(logs) > 1:
                        known.add(event.id)
            except NotFoundError as error:
                problems.append(error)
        if len(problems) == len(logs) and problems:
            raise problems[0]

    def on(self, workspace: Workspace) -> Twice | None:
        """Read what its one log has more than before; None where it must be read whole."""
        logs = sources_of(workspace.db, self._row.id)
        if len(logs) != 1 or len(self._logs) != 1 or merged_sources(workspace.db, self._row.id):
            return None
        now, before = logs[0], self._logs[0]
        if is_made(workspace.members[now.agent].agent, now.path) or _identity(now) != _identity(before):
            return None
        if now.offset < before.offset or now.form or not workspace.raw.is_live(now):
            return None
        self._logs[0] = now
        member = workspace.raw.reader(now)
        events = member.parse(
            now.path,
            workspace.raw.lines(now, before.offset),
            self._states[0],
            clip=None,
            inherited=inherited_keys(now),
        )
        self._events += [self._both(one) for one in events if one.session == self._row.key]
        return self._twice(workspace)

    def _heard(self, workspace: Workspace, source: SourceRow, number: int) -> Iterator[Event]:
        source = kept(workspace, source)
        member = workspace.raw.reader(source)
        state = member.reader_state(None)
        self._logs.append(source)
        self._states.append(state)
        events = member.parse(
            source.path,
            workspace.raw.lines(source),
            state,
            clip=None,
            inherited=inherited_keys(source),
            source=number,
        )
        return (one for one in events if one.session == self._row.key)

    def _telling(self, heard: Iterator[Event], progress: Progress) -> Iterator[Event]:
        """The same events; every now and then it is told where in the logs they stand."""
        before = progress.done
        for place, one in enumerate(heard):
            if place % OFTEN == 0 and one.origin is not None:
                progress.done = before + one.origin.offset
                self._told(progress)
            yield one

    def _both(self, event: Event) -> Both:
        told = event if self._through is None else self._through(event)
        return Both(cut_to_ends(told) if self._ends else told, cut(event, CLIP))

    def _passed(self, event: Event) -> Heard:
        from agent_trace.reports._replay_words import Heard

        told = event if self._through is None else self._through(event)
        return Heard(event, cut_to_ends(told) if self._ends else told, told is not event)

    def _twice(self, workspace: Workspace) -> Twice:
        name, agent = self._row.key, self._row.agent
        told = Session(id=name, agent=agent, events=tuple(one.told for one in self._events))
        figures = Session(id=name, agent=agent, events=tuple(one.figures for one in self._events))
        found = corrections(workspace.db, self._row.id, figures)
        return Twice(corrected(told, found), corrected(figures, found))


def _identity(log: SourceRow) -> tuple[object, ...]:
    """What makes it the same log, read by the same rules."""
    return log.id, log.generation, log.form, log.gone, log.again, log.changed, log.inherited
