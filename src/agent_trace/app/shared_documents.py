"""The sessions of a shared file, each told some events at a time.

A long session is told from its kept pages (`app/kept_pages.py`), where there are any; where it passes a door its log is
heard once more beside them. Any other one is read as for its report.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Protocol

import msgspec

from agent_trace.app.kept_pages import kept_pages
from agent_trace.app.reading_twice import Reading
from agent_trace.app.scopes import Request, scope_of
from agent_trace.reports import replay_document
from agent_trace.reports._replay_document import Head, Moment, ReplayDocument, Span
from agent_trace.reports._replay_pages import Kept, in_lanes, outline
from agent_trace.reports._replay_words import Kind, Retelling
from agent_trace.reports.replay_document import Opened, Options, opened
from agent_trace.store.sessions import by_key

if TYPE_CHECKING:
    from agent_trace.app.leaving import Door
    from agent_trace.app.workspace import Workspace
    from agent_trace.reports._scopes import SessionScope
    from agent_trace.store.sessions import SessionRow

Moments = Iterator[tuple[Moment, ...]]
TOGETHER = 200
"""Events that are told at once."""
replace = msgspec.structs.replace


class Document(Protocol):
    """One session. What comes behind its moments is there when they were told."""

    @property
    def outline(self) -> ReplayDocument:
        """The document without its head and its page."""

    def moments(self) -> Moments:
        """All of its events, some at a time."""

    @property
    def spans(self) -> tuple[Span, ...]: ...

    @property
    def head(self) -> Head | None: ...


def document_of(workspace: Workspace, options: Options, request: Request) -> Document:
    """The session of a request. Raises NotFoundError, WithheldError."""
    scope: SessionScope = scope_of(workspace, replay_document, options, request)
    row = next(one for one in by_key(workspace.db, scope.summary.id) if one.agent == scope.summary.agent)
    kept = kept_pages(workspace, row)
    if kept is None:
        return _Read(opened(scope, options, workspace.facts))
    if request.door is None and not options.full:
        return _AsKept(kept, scope)
    return _Retold(workspace, row, kept, scope, options, request)


class _Read:
    """A session that was read as a whole."""

    def __init__(self, known: Opened) -> None:
        self._known = known

    @property
    def outline(self) -> ReplayDocument:
        scope = self._known.scope
        return outline(scope.summary.id, scope.summary.agent, self._known.total)

    def moments(self) -> Moments:
        numbers = range(1, self._known.total + 1)
        for first in numbers[::TOGETHER]:
            yield tuple(self._known.scenes.moments(numbers[first - 1 : first - 1 + TOGETHER]))

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(self._known.scenes.spans(range(1, self._known.total + 1)))

    @property
    def head(self) -> Head | None:
        return self._known.head


class _AsKept:
    """A long session as its pages are."""

    def __init__(self, kept: Kept, scope: SessionScope) -> None:
        self._kept, self._scope = kept, scope

    @property
    def outline(self) -> ReplayDocument:
        return self._kept.outline

    def moments(self) -> Moments:
        return (block.moments for block in self._kept.blocks())

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(in_lanes(one for block in self._kept.blocks() for one in block.spans))

    @property
    def head(self) -> Head | None:
        return self._kept.head(self._scope)


def _word(door: Door | None, cwd: str | None, word: str, kind: Kind) -> str:
    """What may be told of a word that stands in another event."""
    if door is None or (kind == "path" and door.tier == 1):
        return word if door is None else ""
    return door.again(word, cwd=cwd)


class _Retold:
    """A long session in other words than those that were kept, or in more."""

    def __init__(
        self, workspace: Workspace, row: SessionRow, kept: Kept, scope: SessionScope, options: Options, request: Request
    ) -> None:
        self._kept, self._scope, self._workspace = kept, scope, workspace
        through = None if request.door is None else request.door.events(row.cwd, None)
        self._reading = Reading(row, through, ends=not options.full, told=request.told)
        self._telling = Retelling(kept, scope, partial(_word, request.door, row.cwd), full=options.full)

    @property
    def outline(self) -> ReplayDocument:
        return self._kept.outline

    def moments(self) -> Moments:
        return self._telling.moments(self._reading.each(self._workspace))

    @property
    def spans(self) -> tuple[Span, ...]:
        return self._telling.spans

    @property
    def head(self) -> Head | None:
        return self._telling.head
