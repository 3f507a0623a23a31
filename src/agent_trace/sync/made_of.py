"""What the sessions of a log produced, worked out while its events pass on to be archived without what proves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from agent_trace.analysis.bearing import Bearing
from agent_trace.analysis.digest import plain, united
from agent_trace.analysis.outcome import outcome
from agent_trace.model.events import Event
from agent_trace.model.session import by_session
from agent_trace.privacy.tiers import Tier, tiered_record
from agent_trace.sync.figures import outcomes_in


class MadeOf:
    """Listens to the events of one log."""

    def __init__(self, agent: str) -> None:
        self.agent = agent
        self._events: list[Event] = []

    def heard(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events."""
        bearing = Bearing()
        for event in events:
            self._events.append(bearing(event))
            yield event

    def outcomes(self, before: bytes, tier: Tier) -> dict[str, msgspec.Raw]:
        """Session → what it produced, as JSON without what the tier withholds; `before`: the line that told it last.

        What stands there and in no record any more is kept.
        """
        old = (outcomes_in(before, any_version=True) if before else None) or {}
        known = {event.id for event in self._events}
        found = {key: plain(outcome(one, child=False)) for key, one in by_session(self._events, self.agent).items()}
        whole = {key: united(old[key], one, known) if key in old else one for key, one in found.items()}
        kept = {key: tiered_record(one, tier, leaving=False) for key, one in {**old, **whole}.items()}
        return {key: msgspec.Raw(msgspec.json.encode(one)) for key, one in kept.items()}
