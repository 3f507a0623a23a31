"""The model calls of a session's main thread in order: what each was given, and where each result was first sent.

A result is paid for when it is first sent, and again with every later call until the context is reset. So one that was
not needed cost its tokens at the first of those calls and a cache read at each of the others.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agent_trace.analysis.context import CHARACTERS
from agent_trace.model.events import Compacted, Linked, LlmResponse, ToolCall, UserPrompt
from agent_trace.model.findings import Claim, TokenClass
from agent_trace.model.session import Session, Step

FRESH: tuple[TokenClass, ...] = ("input", "cache_write_5m", "cache_write_1h")
"""Kinds of tokens that a call was given for the first time."""
_SHRUNK = 0.8
"""A prompt that falls below this share of the one before lost a part of the conversation, whether or not the log says so."""


class Sent(NamedTuple):
    """One call of the main thread."""

    number: int
    """Of its event."""
    event: LlmResponse
    span: int
    """Which stretch between two resets of the context it belongs to."""

    @property
    def prompt(self) -> int:
        """Tokens that it was given."""
        return self.event.usage.prompt

    @property
    def fresh(self) -> int:
        """Those that were not read from a cache."""
        return self.prompt - (self.event.usage.cache_read or 0)


class Flow:
    """The main thread's calls; all views are made in one pass."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.resets = tuple(_resets(session))
        """Numbers of the events that emptied the context: compactions and clears."""
        self.prompts = tuple(number for number, event in session.numbered if _is_prompt(event))
        """Numbers of the prompts of the main thread."""
        self.calls: tuple[Sent, ...] = tuple(self._sent())
        self._numbers = [call.number for call in self.calls]
        self._places = {call.event.call: place for place, call in enumerate(self.calls)}
        self._ends: dict[int, int] = {call.span: place for place, call in enumerate(self.calls)}

    def _sent(self) -> Iterator[Sent]:
        span, before, held = 0, 0, 0
        known = {call.id for call in self._session.own_calls}
        for number, event in self._session.numbered:
            if not isinstance(event, LlmResponse) or event.id not in known or not _counts(event):
                continue
            passed = bisect_right(self.resets, number)
            if passed != held or event.usage.prompt < before * _SHRUNK:
                span += 1
            held, before = passed, event.usage.prompt
            yield Sent(number, event, span)

    def place_of(self, call: str | None) -> int | None:
        """The place of a call in `calls`, by its key."""
        return None if call is None else self._places.get(call)

    def turn(self, number: int) -> int:
        """How many prompts and resets came before an event: two events with the same figure have none between them."""
        return bisect_left(self.prompts, number) + bisect_left(self.resets, number)

    def behind(self, number: int) -> int:
        """The place of the first call after an event."""
        return bisect_right(self._numbers, number)

    def entered(self, step: Step) -> int | None:
        """The place of the call that was first given a step's result; None: none was, or it is off the main thread."""
        if step.result is None or step.call.side:
            return None
        asked = self.place_of(step.call.response)
        place = self.behind(self._session.number_of(step.result) or step.number)
        place = place if asked is None else max(asked + 1, place)
        return place if place < len(self.calls) else None

    def last_with(self, place: int) -> int:
        """The place of the last call that still held what entered with the one at `place`."""
        return self._ends[self.calls[place].span]

    def resent(self, place: int) -> int:
        """Tokens of a call's prompt that the call before it was given too."""
        call = self.calls[place]
        if place == 0 or self.calls[place - 1].span != call.span:
            return 0
        return min(call.prompt, self.calls[place - 1].prompt)


def tokens_of(characters: int) -> int:
    """An estimate, for texts that no call measured."""
    return characters // CHARACTERS


def claim_fresh(call: Sent, tokens: int) -> Iterator[Claim]:
    """Claims on what a call was given for the first time, the largest kind first."""
    left = tokens
    for kind in sorted(FRESH, key=lambda one: -(getattr(call.event.usage, one) or 0)):
        held = min(getattr(call.event.usage, kind) or 0, left)
        if held > 0:
            yield Claim(call.event.id, kind, held)
            left -= held


def claim_read(call: Sent, tokens: int) -> Iterator[Claim]:
    """Claims on what a call was given once more: read from a cache, else sent again."""
    read = min(call.event.usage.cache_read or 0, tokens)
    if read > 0:
        yield Claim(call.event.id, "cache_read", read)
    if tokens > read:
        yield from claim_fresh(call, tokens - read)


def claim_carried(flow: Flow, place: int, tokens: int) -> Iterator[Claim]:
    """Claims on a text that entered with the call at `place`: there, and in every call that held it afterwards."""
    yield from claim_fresh(flow.calls[place], tokens)
    for call in flow.calls[place + 1 : flow.last_with(place) + 1]:
        yield from claim_read(call, tokens)


def claim_spared(flow: Flow, calls: Sequence[int]) -> Iterator[Claim]:
    """Claims on calls that need not have been made: what they were given again, and what they answered.

    What such a call was given for the first time would have been sent with the next one.
    """
    for place in calls:
        call = flow.calls[place]
        yield from claim_read(call, flow.resent(place))
        if call.event.usage.output:
            yield Claim(call.event.id, "output", call.event.usage.output)


def _resets(session: Session) -> Iterator[int]:
    """A compaction's figures and its summary may stand in two rows: what follows a reset at once is the same one."""
    used = True
    for number, event in session.numbered:
        if _is_reset(event):
            if used:
                yield number
            used = False
        used = used or isinstance(event, LlmResponse | ToolCall)


def _is_reset(event: object) -> bool:
    return isinstance(event, Compacted) or (isinstance(event, Linked) and event.how == "clear")


def _is_prompt(event: object) -> bool:
    return isinstance(event, UserPrompt) and not event.side


def _counts(event: LlmResponse) -> bool:
    return event.counts and not event.side and not event.inherited and event.usage.prompt > 0
