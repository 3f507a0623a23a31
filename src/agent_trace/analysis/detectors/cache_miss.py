"""CACHE_MISS: a long prompt that the provider had in its cache was sent anew at the full rate.

What: a call of the main thread read little or nothing from the cache although the call before it, in the same context,
had left its prompt there. The reasons that the log shows are told apart: the cache's time had passed (five minutes, or
an hour where it was paid for), the model was changed, or nothing that is logged explains it: then something at the
beginning of the prompt changed (tools, system prompt, an older message), or the provider let it go.

Why it matters: writing costs ten to twenty times what reading costs; in a long context one pause is dearer than many turns.

What to do: after a long pause begin a new session or compact first; change model and tools at the beginning of a task.

What would have been read is claimed less what the reading costs. Only calls that leave at least 10 000 tokens unread count,
half of what was there, and together they must come to 50 000, so that a short session may be resumed: seven of the public
sessions do, and lost between $0.21 and $14.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

import msgspec

from agent_trace.analysis.flow import Flow, Sent, claim_fresh
from agent_trace.analysis.spared import beyond_a_read
from agent_trace.analysis.waste import Grounds
from agent_trace.model.findings import Finding
from agent_trace.model.session import Session
from agent_trace.model.usage import Usage

PRECEDENCE = 50
Why = Literal["pause", "model", "unknown"]
_MINUTES = {"short": 5, "long": 60}
CONFIDENCE: dict[Why, float] = {"pause": 0.95, "model": 0.95, "unknown": 0.8}
_SAID: dict[Why, str] = {
    "pause": "after a pause longer than the cache lives",
    "model": "after a change of the model",
    "unknown": "for no reason that the log shows",
}
_FIX: dict[Why, str] = {
    "pause": "After a pause of more than five minutes in a long session, compact first or begin a new one with a short summary.",
    "model": "Choose the model at the beginning of a task; a change in the middle sends the whole context anew.",
    "unknown": "Keep tools, servers and system prompt the same within a session: what changes at the beginning empties the cache.",
}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    tokens: Annotated[int, msgspec.Meta(ge=1, description="A call must have sent at least so many tokens anew.")] = (
        10_000
    )
    together: Annotated[int, msgspec.Meta(ge=1, description="And all calls with the same reason so many.")] = 50_000


class Miss(NamedTuple):
    """A call whose cache was lost."""

    call: Sent
    before: Sent
    tokens: int
    why: Why


def detect(session: Session, options: Options, facts: Grounds) -> Iterator[Finding]:
    """All misses, one finding for each reason."""
    found: dict[Why, list[Miss]] = {}
    for miss in _misses(session, facts.flow, options):
        found.setdefault(miss.why, []).append(miss)
    for why, misses in found.items():
        if sum(miss.tokens for miss in misses) >= options.together:
            yield _finding(why, misses, facts)


def _misses(session: Session, flow: Flow, options: Options) -> Iterator[Miss]:
    clock = _Clock(session)
    for before, call in zip(flow.calls, flow.calls[1:], strict=False):
        left = _cached(before.event.usage)
        tokens = min(left - (call.event.usage.cache_read or 0), call.fresh)
        if before.span != call.span or tokens < options.tokens or tokens * 2 < left:
            continue
        yield Miss(call, before, tokens, _why(before, call, clock))


def _cached(usage: Usage) -> int:
    """How much of its prompt a call left in the cache: what it read from there and what it wrote."""
    held = (usage.cache_read or 0) + (usage.cache_write_5m or 0) + (usage.cache_write_1h or 0)
    return held + (usage.input or 0) if held and not _writes(usage) else held


def _writes(usage: Usage) -> bool:
    return bool(usage.cache_write_5m or usage.cache_write_1h)


def _why(before: Sent, call: Sent, clock: _Clock) -> Why:
    if before.event.cls is not None and call.event.cls is not None and before.event.cls.model != call.event.cls.model:
        return "model"
    minutes = clock.minutes(before.number, call.number)
    lives = _MINUTES["long" if before.event.usage.cache_write_1h else "short"]
    return "pause" if minutes is not None and minutes > lives else "unknown"


class _Clock:
    """Times between events, where the log's clock can be trusted."""

    def __init__(self, session: Session) -> None:
        self._times = [event.at for _, event in session.numbered]
        self._back: list[int] = [0]
        held: int | None = None
        for at in self._times:
            turned = at is not None and held is not None and at < held
            self._back.append(self._back[-1] + turned)
            held = at if at is not None else held

    def minutes(self, first: int, last: int) -> float | None:
        """From one event to another, by their numbers; None where the clock runs backwards in between."""
        since, until = self._times[first - 1], self._times[last - 1]
        if since is None or until is None or self._back[last] > self._back[first]:
            return None
        return (until - since) / 60_000


def _finding(why: Why, misses: list[Miss], facts: Grounds) -> Finding:
    tokens = sum(miss.tokens for miss in misses)
    times = "once" if len(misses) == 1 else f"{len(misses)} times"
    claims = (claim for miss in misses for claim in claim_fresh(miss.call, miss.tokens))
    return Finding(
        rule="CACHE_MISS",
        summary=f"{tokens:,} tokens that lay in the cache were sent anew, {times}, {_SAID[why]}",
        evidence=tuple(name for miss in misses for name in (miss.before.event.id, miss.call.event.id)),
        claims=tuple(beyond_a_read(facts, facts.calls[claim.call], claim) for claim in claims),
        confidence=CONFIDENCE[why],
        fix=_FIX[why],
    )
