"""A long session in words that passed a door: figures are those of its kept pages, words those of one more reading.

A secret may lie where a text is cut, so no kept word is masked: every event is heard whole once more, and told as it may
be. Block by block: of an event only what a head asks for stays in the memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal, NamedTuple, Protocol

import msgspec

from agent_trace.analysis.shell_steps import arguments
from agent_trace.errors import NotFoundError
from agent_trace.model.events import (
    Attachment,
    Event,
    FileRead,
    FileWrite,
    Linked,
    LlmResponse,
    SessionStarted,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.reports._followed import line_of
from agent_trace.reports._happened import Row, Told, rows
from agent_trace.reports._parts import Part
from agent_trace.reports._replay_document import Head, Moment, Span
from agent_trace.reports._replay_events import NONE, of_arguments, shares_told, texts
from agent_trace.reports._replay_head import in_other_words, renewed
from agent_trace.reports._replay_pages import Kept, in_lanes
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._understood import Understood
from agent_trace.reports._words import relative

replace = msgspec.structs.replace
FIGURES = frozenset(
    "number id session at offset_s kind tool tool_kind usage cost_usd cost_basis run_s child side inherited depth "
    "context_before context_after context_told".split()
)
"""What a row tells that no door changes, or that it has from another event."""
WORDS = tuple(name for name in Row.__struct_fields__ if name not in FIGURES)
BEGINNING = 200
"""Characters of a result that stay: from them a plan knows which item a step made."""


TOLD = (SessionStarted, UserPrompt, ToolCall, FileRead, FileWrite, Linked, Attachment)
"""Events that a head tells of, beside results."""
OTHER = Event(id="", session="")
"""In the place of any other one."""


Kind = Literal["tool", "path"]


class Word(Protocol):
    """What may be told of a word of another event."""

    def __call__(self, word: str, kind: Kind, /) -> str: ...


class Heard(NamedTuple):
    """An event of a log, and what may be told of it."""

    event: Event
    """As it is, its texts whole."""
    told: Event
    """As it passed the door, cut as it is shown."""
    differs: bool
    """The door changed something."""


class Retelling:
    """One session on its way out: its moments first, then what is told of it as a whole."""

    def __init__(self, kept: Kept, scope: SessionScope, word: Word, *, full: bool) -> None:
        """`scope` is at the door already."""
        self._kept, self._scope, self._word, self._full = kept, scope, word, full
        self._names = kept.names
        self._tools: dict[str, str] = {}
        """The name of a tool → the same as it may be told."""
        self._light: list[Event] = []
        self._spans: list[Span] = []

    # ---- its events

    def moments(self, heard: Iterable[Heard]) -> Iterator[tuple[Moment, ...]]:
        """All of them, some at a time. Raises NotFoundError where the log tells of others than were kept."""
        counted = self._counted(heard)
        for block in self._kept.blocks():
            some = tuple(islice(counted, len(block.moments)))
            if [one.event.id for one in some] != [one.id for one in block.moments]:
                raise self._outdated()
            self._light += [light(one.told, moment) for one, moment in zip(some, block.moments, strict=True)]
            self._spans += block.spans
            yield tuple(self._told(some, block.moments))
        if next(counted, None) is not None:
            raise self._outdated()

    def _outdated(self) -> NotFoundError:
        return NotFoundError(f"the log of {self._scope.summary.id} was changed meanwhile", hint="ask again")

    def _counted(self, heard: Iterable[Heard]) -> Iterator[Heard]:
        """The events that have numbers."""
        for one in heard:
            if isinstance(one.event, ToolCall | ToolResult) and isinstance(one.told, ToolCall | ToolResult):
                self._tools[one.event.tool] = one.told.tool
            if not (isinstance(one.event, LlmResponse) and one.event.continues):
                yield one

    def _told(self, some: Sequence[Heard], known: Sequence[Moment]) -> Iterator[Moment]:
        """Those that nothing was changed of stay as they are."""
        anew = [self._is_anew(one, moment) for one, moment in zip(some, known, strict=True)]
        words = iter(_rows(one.told for one, is_anew in zip(some, anew, strict=True) if is_anew))
        for one, moment, is_anew in zip(some, known, anew, strict=True):
            told = self._retold(moment, next(words), one.told) if is_anew else moment
            yield self._around(told, one.told)

    def _is_anew(self, one: Heard, moment: Moment) -> bool:
        """Whether it is told in other words, or in more; a model call has none."""
        more = self._full and bool(moment.tail or moment.patch_size)
        return (one.differs or more) and not isinstance(one.told, LlmResponse)

    def _retold(self, moment: Moment, row: Row, told: Event) -> Moment:
        found: dict[str, Any] = {name: getattr(row, name) for name in WORDS}
        found.update(tail="", hunks=NONE, patch_size=0)
        found.update(texts(row, full=self._full))
        if isinstance(told, ToolCall):
            found.update(of_arguments(told, arguments(told)))
        return replace(moment, **found)

    def _around(self, moment: Moment, told: Event) -> Moment:
        """With the words that it has from other events, or from the session."""
        found: dict[str, Any] = {}
        if moment.fault and moment.pair is not None:
            number = int(moment.pair)
            found["telling"] = line_of(told, self._light[number - 1] if number <= len(self._light) else None)
        if moment.tool and (tool := getattr(told, "tool", "") or self._tool(moment.tool)) != moment.tool:
            found["tool"] = tool
        if any(one.path for one in moment.because):
            path = relative(told.paths[0], self._cwd) if isinstance(told, ToolCall) and told.paths else ""
            found["because"] = tuple(replace(one, path=path) if one.path else one for one in moment.because)
        if any(one.path for one in moment.led):
            found["led"] = tuple(
                replace(one, path=self._path(int(one.event))) if one.path else one for one in moment.led
            )
        if moment.fell_out:
            found["fell_out"] = shares_told(moment.fell_out, self._tools)
        return replace(moment, **found) if found else moment

    @property
    def _cwd(self) -> str | None:
        return self._scope.summary.cwd

    def _tool(self, name: str) -> str:
        """The tool of another event."""
        return self._tools[name] if name in self._tools else self._word(name, "tool")

    def _path(self, number: int) -> str:
        """The file that a later call is about."""
        return relative(self._word(self._names.paths.get(number, ""), "path"), self._cwd)

    # ---- all of it

    @property
    def spans(self) -> tuple[Span, ...]:
        """Its waterfall, when all of its events were told."""
        return tuple(in_lanes(self._spans))

    @property
    def head(self) -> Head:
        """What is known of it as a whole, when all of its events were told."""
        told, same = self._session(), self._session()
        scope = replace(self._scope, read=lambda: told, whole=lambda: same)
        named = self._names.phases
        known = in_other_words(self._kept.found_out, Understood(scope), named, self._tools, full=self._full)
        return renewed(known, scope, self._kept.noted(scope), self._kept)

    def _session(self) -> Session:
        return Session(self._scope.summary.id, self._scope.summary.agent, tuple(self._light))


def light(event: Event, moment: Moment) -> Event:
    """An event as far as somebody asks for it who tells of a session as a whole; whether it counts is known there."""
    if isinstance(event, ToolResult):
        return replace(event, origin=None, inherited=moment.inherited, output=event.output[:BEGINNING], patch="")
    return replace(event, origin=None, inherited=moment.inherited) if isinstance(event, TOLD) else OTHER


def _rows(events: Iterable[Event]) -> Iterator[Row]:
    """Events in the words that a replay has for them."""
    found = Session("", "", tuple(events))
    return rows(Told(Part(found, Summary(id="", agent=""), "", {}), None, 0, {}, {}, {}))
