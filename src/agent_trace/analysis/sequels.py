"""What followed an event: how often it was tried again and what mended it, what it led to, what the agent said about it.

It is the other way around of `causes`: those links lead back from an event to what it came from, these lead on. Attempts at
the same thing are those of `attempts`, the one definition of retries; another way to the same goal is another intention
with the same purpose, before anything else was asked.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.causes import Causes, How, Link
from agent_trace.analysis.mending import Mending
from agent_trace.model.events import AssistantText, Command, ErrorRaised, Interrupted, Thinking, ToolCall, UserPrompt
from agent_trace.model.session import Session, Step

NEVER = 2**62
"""A number that no event has."""
MOST = 8
"""Of the events that one led to, as many are told."""
_LEADING: frozenset[How] = frozenset({"retry", "iteration", "denial", "read", "said"})
"""Links that say something of their source, also where a stronger one leads to the same event."""
_SAYING_LITTLE: frozenset[How] = frozenset({"result", "part", "prompt", "answer", "interruption", "continuation"})


class Sequel(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What followed an event; all events by their numbers."""

    again: int | None = None
    """Of an attempt that did not succeed: the next attempt at the same, made when that was known."""
    tries: int = 0
    """How many attempts at the same followed, up to the first that succeeded; all of them where none did."""
    mended: int | None = None
    """The first of them that succeeded."""
    other: int | None = None
    """Where none succeeded: the next attempt at the same goal in another way, under the same prompt."""
    worked: bool | None = None
    """Whether that one succeeded; None: it is not known."""
    spoke: int | None = None
    """What the agent said, or thought, when it had come back, before it called for anything else."""
    then: int | None = None
    """What it called for next, under the same prompt."""
    prompted: int | None = None
    """The next prompt, where nothing was said or called for before it."""
    steps: int | None = None
    """Of a prompt: the steps until the next one; inherited ones are left out."""
    failed: int = 0
    """How many of those failed."""
    led: tuple[Link, ...] = ()
    """What it led to: here a link's `source` is the number of the later event."""


def sequels(session: Session, found: Sequence[Attempt], graph: Causes) -> dict[int, Sequel]:
    """Number of an event → what followed it; of a step the number of its call. Events that nothing followed are left out."""
    results = _results(session)
    told = _Telling(session)
    tried = dict(_tried(found, results, told.prompts))
    led = _led(graph, {result: call for call, result in results.items()})
    after = dict(told.next(results))
    none, nothing = Sequel(), _Next(None, None, None)
    mending = Mending(session)
    told_of = {
        number: msgspec.structs.replace(
            one := tried.get(number, none),
            **after.get(number, nothing)._asdict(),
            led=_with_changes(led.get(number, ()), _changes(mending, number, one, results)),
        )
        for number in sorted({*tried, *led, *after})
    }
    return told_of | dict(_asked(session))


def _asked(session: Session) -> Iterator[tuple[int, Sequel]]:
    """What each prompt led to."""
    steps = [step for step in session.steps if not step.call.inherited]
    for turn in session.turns:
        first, last = turn.events[0].number, turn.events[-1].number
        if turn.prompt is not None:
            under = steps[_place(steps, first) : _place(steps, last)]
            yield first, Sequel(steps=len(under), failed=sum(step.went_wrong for step in under))


def _place(steps: Sequence[Step], number: int) -> int:
    return bisect_right(steps, number, key=lambda step: step.number)


def _results(session: Session) -> dict[int, int]:
    """The number of each call that came back → that of its result."""
    pairs = ((step.number, step.result and session.number_of(step.result)) for step in session.steps)
    return {call: result for call, result in pairs if result}


# ---- tried again


class _Line:
    """Attempts of one kind in the order of the log, for looking ahead from any of them without walking through the rest."""

    def __init__(self) -> None:
        self._all: list[Attempt] = []
        self._numbers: list[int] = []

    def add(self, one: Attempt) -> None:
        self._all.append(one)
        self._numbers.append(one.number)

    @cached_property
    def _successes(self) -> list[int | None]:
        """Of each place the next at which one succeeded, itself or later."""
        return self._ahead(lambda place: self._all[place].failed is False)

    @cached_property
    def _turns(self) -> list[int | None]:
        """Of each place the next after which another intention follows."""
        return self._ahead(lambda place: self._all[place].intention != self._all[min(place + 1, self._last)].intention)

    @property
    def _last(self) -> int:
        return len(self._all) - 1

    def _ahead(self, is_meant: Callable[[int], bool]) -> list[int | None]:
        found: list[int | None] = [None] * len(self._all)
        following: int | None = None
        for place in range(self._last, -1, -1):
            following = place if is_meant(place) else following
            found[place] = following
        return found

    def again(self, known: int) -> Sequel:
        """The attempts made after an event."""
        place = bisect_right(self._numbers, known)
        if place > self._last:
            return Sequel()
        success = self._successes[place]
        return Sequel(
            again=self._numbers[place],
            tries=len(self._all) - place if success is None else success + 1 - place,
            mended=None if success is None else self._numbers[success],
        )

    def other(self, one: Attempt, known: int) -> Attempt | None:
        """The first attempt after an event that has another intention."""
        place = bisect_right(self._numbers, known)
        if place > self._last:
            return None
        if self._all[place].intention != one.intention:
            return self._all[place]
        turn = self._turns[place]
        return None if turn is None else self._all[turn + 1]


def _tried(
    found: Sequence[Attempt], results: Mapping[int, int], prompts: Sequence[int]
) -> Iterator[tuple[int, Sequel]]:
    """Of every attempt that did not succeed, those that followed it."""
    same: dict[tuple[object, ...], _Line] = defaultdict(_Line)
    alike: dict[tuple[object, ...], _Line] = defaultdict(_Line)
    for one in found:
        same[one.intention, one.step.call.side].add(one)
        alike[one.work, one.purpose, one.step.call.side].add(one)
    for one in found:
        known = results.get(one.number)
        if one.failed is False or known is None:
            continue
        sequel = same[one.intention, one.step.call.side].again(known)
        if sequel.mended is None and one.purpose:
            other = alike[one.work, one.purpose, one.step.call.side].other(one, known)
            if other is not None and other.number < _next(prompts, known):
                worked = None if other.failed is None else not other.failed
                sequel = msgspec.structs.replace(sequel, other=other.number, worked=worked)
        yield one.number, sequel


def _next(numbers: Sequence[int], number: int) -> int:
    place = bisect_right(numbers, number)
    return numbers[place] if place < len(numbers) else NEVER


# ---- led to


def _led(graph: Causes, calls: Mapping[int, int]) -> dict[int, list[Link]]:
    """What each event led to, in the order of the log; what came of a result came of its call."""
    found: dict[int, dict[int, Link]] = defaultdict(dict)
    for number, links in graph.links.items():
        for place, link in enumerate(links):
            if link.how in _LEADING or (not place and link.how not in _SAYING_LITTLE):
                source = calls.get(link.source, link.source)
                found[source].setdefault(number, Link(number, link.how, link.note))
    return {source: list(links.values()) for source, links in found.items()}


def _changes(mending: Mending, number: int, one: Sequel, results: Mapping[int, int]) -> dict[int, Link]:
    """The edits between a failure and what worked in the end."""
    success = one.mended if one.mended is not None else one.other if one.worked else None
    if success is None or number not in results:
        return {}
    return {link.source: link for link in mending.between(number, results[number], success)}


def _with_changes(led: Sequence[Link], changes: Mapping[int, Link]) -> tuple[Link, ...]:
    """In the order of the log, with changes before all else where there are too many."""
    told = [*list(changes.values())[-MOST:], *(link for link in led if link.source not in changes)][:MOST]
    return tuple(sorted(told, key=lambda link: link.source)) if changes else tuple(told)


# ---- said and done next


class _Next(NamedTuple):
    """What the agent did when something had come back."""

    spoke: int | None
    then: int | None
    prompted: int | None


class _Telling:
    """What the agent said and called, and where it was asked something."""

    def __init__(self, session: Session) -> None:
        self.prompts: list[int] = []
        """Also commands of a person that ran a tool: no model asked for that one."""
        self._said: dict[bool, list[int]] = {False: [], True: []}
        self._calls: dict[bool, list[int]] = {False: [], True: []}
        self._broken: list[tuple[int, bool]] = []
        self._session = session
        commands: dict[str | None, int] = {}
        for number, event in session.numbered:
            match event:
                case UserPrompt():
                    self.prompts.append(number)
                case Command():
                    commands[event.id] = number
                case ToolCall(response=None) if event.parent in commands:
                    insort(self.prompts, commands.pop(event.parent))
                case AssistantText() | Thinking() if event.text.strip():
                    self._said[event.side].append(number)
                case ToolCall():
                    self._calls[event.side].append(number)
                case ErrorRaised() | Interrupted():
                    self._broken.append((number, event.side))

    def next(self, results: Mapping[int, int]) -> Iterator[tuple[int, _Next]]:
        """What was said and called first when each step had come back, and after each error."""
        for call, result in results.items():
            event = self._session.event(call)
            yield (
                call,
                self._after(result, event if isinstance(event, ToolCall) else None, side=bool(event and event.side)),
            )
        for number, side in self._broken:
            yield number, self._after(number, None, side=side)

    def _after(self, came: int, call: ToolCall | None, *, side: bool) -> _Next:
        said, end, then = _next(self._said[side], came), _next(self.prompts, came), _next(self._calls[side], came)
        while then < end and self._is_beside(then, call):
            then = _next(self._calls[side], then)
        if min(said, then) > end:
            return _Next(None, None, end)
        return _Next(said if said < min(then, end) else None, then if then < end else None, None)

    def _is_beside(self, number: int, call: ToolCall | None) -> bool:
        """Whether one answer of the model asked for both."""
        other = self._session.event(number)
        return call is not None and bool(call.response) and getattr(other, "response", None) == call.response
