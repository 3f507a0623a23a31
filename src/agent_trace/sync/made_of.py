"""What the sessions of a log produced and wasted, worked out while its events pass on to be archived without what proves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial

import msgspec

from agent_trace.analysis.bearing import Bearing
from agent_trace.analysis.digest import plain, united
from agent_trace.analysis.outcome import outcome
from agent_trace.analysis.understanding import joined, understood
from agent_trace.analysis.worked import joined as of_both
from agent_trace.analysis.worked import worked
from agent_trace.model.events import Event
from agent_trace.model.session import Session, by_session
from agent_trace.privacy.tiers import Tier, tiered_record
from agent_trace.sync.figures import outcomes_in, understood_in, worked_in


class MadeOf:
    """Listens to the events of one log of so many bytes.

    `owns` tells whether a model call, by its key, is a session's own; `counted` gives a session as the store counts its calls.
    """

    def __init__(
        self, agent: str, owns: Callable[[str, str], bool], counted: Callable[[Session], Session], size: int
    ) -> None:
        self.agent, self.owns, self._counted, self._bearing = agent, owns, counted, Bearing(size)
        self._events: list[Event] = []

    def heard(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events."""
        for event in events:
            self._events.append(self._bearing(event))
            yield event

    @cached_property
    def _sessions(self) -> Mapping[str, Session]:
        return by_session(self._events, self.agent)

    @cached_property
    def _counting(self) -> Mapping[str, Session]:
        """The same for what adds up to figures of the ledger."""
        return {key: self._counted(one) for key, one in self._sessions.items()}

    def outcomes(self, before: bytes, tier: Tier) -> dict[str, msgspec.Raw]:
        """Session → what it produced, as JSON without what the tier withholds; `before`: the line that told it last.

        What stands there and in no record any more is kept.
        """
        old = (outcomes_in(before, any_version=True) if before else None) or {}
        known = {event.id for event in self._events}
        found = {key: plain(outcome(one, child=False)) for key, one in self._sessions.items()}
        whole = {key: united(old[key], one, known) if key in old else one for key, one in found.items()}
        kept = {key: tiered_record(one, tier, leaving=False) for key, one in {**old, **whole}.items()}
        return {key: msgspec.Raw(msgspec.json.encode(one)) for key, one in kept.items()}

    def understood(self, before: bytes) -> dict[str, msgspec.Raw]:
        """Session → what was found in it: numbers alone, and names of models."""
        old = understood_in(before, any_version=True) if before else {}
        sessions = self._counting if self._bearing.tells else {}
        found = {key: understood(one, partial(self.owns, key)) for key, one in sessions.items()}
        whole = {key: joined(old.get(key), found.get(key)) for key in {**old, **found}}
        return {key: msgspec.Raw(msgspec.json.encode(one)) for key, one in whole.items()}

    def worked(self, before: bytes) -> dict[str, msgspec.Raw]:
        """Session → what it did with tools and files: nothing of that is above tier 2."""
        old = worked_in(before) if before else {}
        found = {key: worked(one, partial(self.owns, key)) for key, one in self._counting.items()}
        return {
            key: msgspec.Raw(msgspec.json.encode(of_both(old.get(key), found.get(key)))) for key in {**old, **found}
        }
