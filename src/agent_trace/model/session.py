"""Session: the events of one conversation and what everybody asks of them, worked out once.

Every view is one pass over the events, made when it is first asked for. What several views need (which call a row
mends, which result belongs to which tool call) is decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import count
from typing import NamedTuple

import msgspec

from agent_trace.model.events import (
    Compacted,
    Event,
    FileRead,
    FileWrite,
    LlmResponse,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
)
from agent_trace.model.usage import NOTHING, Usage

DIGITS = 12
"""A number of an event has fewer digits than this."""


class Numbered(NamedTuple):
    """An event and its place in the log, counted from 1: the number that people type."""

    number: int
    event: Event


class Step(msgspec.Struct, frozen=True):
    """A tool call and its result."""

    call: ToolCall
    result: ToolResult | None
    """None: none is in the log (yet)."""
    number: int
    """Of the call."""

    @property
    def failed(self) -> bool:
        """As the agent itself marked the result."""
        return self.result is not None and self.result.failed

    @property
    def went_wrong(self) -> bool:
        """Whether its result says that it really failed."""
        return self.result is not None and self.result.really_failed

    @property
    def span_ms(self) -> int | None:
        """From the call to its result, waiting included."""
        if self.result is None or self.result.at is None or self.call.at is None:
            return None
        return max(self.result.at - self.call.at, 0)

    @property
    def run_ms(self) -> int | None:
        """How long it ran: the agent's own figure, else its span where the log shows that nobody was asked."""
        if self.result is None or self.result.refused:
            return None
        if self.result.run_ms is not None:
            return self.result.run_ms
        return self.span_ms if self.result.asked is False else None

    @property
    def wait_ms(self) -> int | None:
        """How long it waited for a permission, where that is known: not at all where nobody was asked."""
        if self.result is not None and self.result.asked is False:
            return 0
        return None if self.span_ms is None or self.run_ms is None else max(self.span_ms - self.run_ms, 0)


class Turn(msgspec.Struct, frozen=True):
    """A prompt and all that follows until the next one."""

    prompt: UserPrompt | None
    """None: what happened before the first prompt."""
    events: tuple[Numbered, ...]
    """The prompt among them."""


class FileUse(msgspec.Struct, frozen=True):
    """What a session did to one file."""

    path: str
    reads: int = 0
    writes: int = 0
    lines_added: int = 0
    lines_removed: int = 0


class Session(msgspec.Struct, frozen=True, dict=True):
    """The events of one conversation in the order of its log.

    Inherited events are shown and numbered, and count in no view but `numbered`, `turns`, `calls` and `steps`.
    """

    id: str
    agent: str
    """The member's file name: `claude`."""
    events: tuple[Event, ...] = ()

    # ---- the events by number and id

    @cached_property
    def numbered(self) -> tuple[Numbered, ...]:
        """The events with their numbers; each model call with the usage that its later rows gave it."""
        merged = self._merged
        rows = [event for event in self.events if not (isinstance(event, LlmResponse) and event.continues)]
        return tuple(map(Numbered, count(1), (merged.get(event.id, event) for event in rows)))

    def event(self, name: int | str) -> Event | None:
        """An event by its number or its id; digits alone are a number."""
        found = self.numbered_event(name)
        return None if found is None else found.event

    def numbered_event(self, name: int | str) -> Numbered | None:
        """The same with its number."""
        text = str(name)
        if not (text.isascii() and text.isdigit()):
            return self._by_id.get(text)
        number = int(text) if len(text) < DIGITS else 0
        return self.numbered[number - 1] if 0 < number <= len(self.numbered) else None

    def number_of(self, event: Event) -> int | None:
        """The number of an event; None for one that has none, or of another session."""
        found = self._by_id.get(event.id)
        return None if found is None else found.number

    @cached_property
    def _by_id(self) -> dict[str, Numbered]:
        found: dict[str, Numbered] = {}
        for one in self.numbered:
            found.setdefault(one.event.id, one)
        return found

    # ---- model calls

    @cached_property
    def _merged(self) -> dict[str, LlmResponse]:
        """Id of the first event of each model call → the call as all its rows tell it."""
        calls: dict[str, LlmResponse] = {}
        for event in self.events:
            if isinstance(event, LlmResponse):
                held = calls.get(event.call)
                calls[event.call] = event if held is None else _united(held, event)
        return {call.id: call for call in calls.values()}

    @cached_property
    def calls(self) -> tuple[LlmResponse, ...]:
        """Every model call once, and (`counts` False) what calls billed besides themselves."""
        return tuple(self._merged.values())

    @cached_property
    def own_calls(self) -> tuple[LlmResponse, ...]:
        """Those that were not copied from another session."""
        return tuple(call for call in self.calls if not call.inherited)

    @cached_property
    def call_count(self) -> int:
        """How many requests to a model the session made."""
        return sum(call.counts for call in self.own_calls)

    @cached_property
    def usage(self) -> Usage:
        """What the session's own calls used."""
        calls = self.own_calls
        return sum((call.usage for call in calls), Usage()) if calls else NOTHING.usage

    @cached_property
    def models(self) -> tuple[str, ...]:
        """Sorted ids of the models of its own calls."""
        return tuple(sorted({call.cls.model for call in self.own_calls if call.cls is not None and call.cls.model}))

    # ---- what was done

    @cached_property
    def results(self) -> dict[str, ToolResult]:
        """Tool-use id → the first result that came back after the call."""
        called: set[str] = set()
        found: dict[str, ToolResult] = {}
        for event in self.events:
            if isinstance(event, ToolCall):
                called.add(event.call)
            elif isinstance(event, ToolResult) and event.call in called:
                found.setdefault(event.call, event)
        return found

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every tool call once, with its result."""
        steps: dict[str, Step] = {}
        for number, event in self.numbered:
            if isinstance(event, ToolCall) and event.call not in steps:
                steps[event.call] = Step(event, self.results.get(event.call), number)
        return tuple(steps.values())

    @cached_property
    def tool_calls(self) -> int:
        """How many tool calls the session made itself."""
        return sum(not step.call.inherited for step in self.steps)

    @cached_property
    def errors(self) -> tuple[ToolResult, ...]:
        """The results of its own tool calls that the agent marked as failed."""
        return tuple(result for result in self.results.values() if result.failed and not result.inherited)

    @cached_property
    def prompts(self) -> tuple[UserPrompt, ...]:
        """What people, or programs that drive the agent, asked in this session."""
        return tuple(
            event
            for event in self.events
            if isinstance(event, UserPrompt) and event.by != "parent" and not event.inherited
        )

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """The events cut at every prompt, a sub-agent's task included."""
        turns: list[Turn] = []
        rows: list[Numbered] = []
        for one in self.numbered:
            if isinstance(one.event, UserPrompt) and rows:
                turns.append(_turn(rows))
                rows = []
            rows.append(one)
        return (*turns, _turn(rows)) if rows else ()

    @cached_property
    def files(self) -> dict[str, FileUse]:
        """Path → what was read and written, in the order of first use."""
        found: dict[str, FileUse] = {}
        for event in self.events:
            if isinstance(event, FileRead | FileWrite) and not event.inherited:
                found[event.path] = _used(found.get(event.path) or FileUse(event.path), event)
        return found

    @cached_property
    def children(self) -> tuple[str, ...]:
        """Agent ids of the sub-agents that it started."""
        found = (event.child for event in self.events if isinstance(event, ToolResult) and not event.inherited)
        return tuple(dict.fromkeys(child for child in found if child is not None))

    @cached_property
    def compactions(self) -> tuple[Compacted, ...]:
        """Each compaction once: its figures and its summary may stand in two rows."""
        found: list[Compacted] = []
        for event in self.events:
            if not isinstance(event, Compacted):
                continue
            if found and event.summary and not event.trigger and not found[-1].summary:
                found[-1] = msgspec.structs.replace(found[-1], summary=event.summary)
            else:
                found.append(event)
        return tuple(found)

    @cached_property
    def unread(self) -> tuple[Unknown, ...]:
        """Records that could not be read."""
        return tuple(event for event in self.events if isinstance(event, Unknown))

    # ---- when

    @cached_property
    def started(self) -> int | None:
        """UTC milliseconds of the first of its own events in time."""
        return min(self._times, default=None)

    @cached_property
    def ended(self) -> int | None:
        """UTC milliseconds of the last of its own events in time."""
        return max(self._times, default=None)

    @cached_property
    def duration_ms(self) -> int | None:
        """From the first to the last of its own events."""
        return None if self.started is None or self.ended is None else self.ended - self.started

    @cached_property
    def _times(self) -> list[int]:
        return [event.at for event in self.events if event.at is not None and not event.inherited]


def by_session(events: Iterable[Event], agent: str) -> dict[str, Session]:
    """The sessions of a log: a log may hold side conversations beside its own."""
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.session, []).append(event)
    return {name: Session(name, agent, tuple(own)) for name, own in found.items()}


def _united(held: LlmResponse, row: LlmResponse) -> LlmResponse:
    """A call with what another of its rows tells: the row with the most output counts (docs/numbers.md)."""
    best = row if _weight(row) >= _weight(held) else held
    times = [at for at in (held.at, row.at) if at is not None]
    return msgspec.structs.replace(
        held,
        at=min(times, default=None),
        usage=best.usage,
        cls=best.cls,
        stop=row.stop if row.stop is not None else held.stop,
        window=row.window if row.window is not None else held.window,
        recorded_usd=held.recorded_usd if held.recorded_usd is not None else row.recorded_usd,
        inherited=held.inherited and row.inherited,
    )


def _weight(row: LlmResponse) -> tuple[int, int]:
    return (row.usage.output if row.usage.output is not None else -1, row.usage.prompt)


def _turn(rows: list[Numbered]) -> Turn:
    first = rows[0].event
    return Turn(first if isinstance(first, UserPrompt) else None, tuple(rows))


def _used(use: FileUse, event: FileRead | FileWrite) -> FileUse:
    if isinstance(event, FileRead):
        return msgspec.structs.replace(use, reads=use.reads + 1)
    return FileUse(
        use.path,
        reads=use.reads,
        writes=use.writes + 1,
        lines_added=use.lines_added + event.lines_added,
        lines_removed=use.lines_removed + event.lines_removed,
    )
