"""What would not have been spent if some steps had not been made: claims that detectors share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from agent_trace.analysis.attempts import Attempt
from agent_trace.analysis.flow import claim_fresh, claim_spared, tokens_of
from agent_trace.analysis.waste import Grounds
from agent_trace.model.events import LlmResponse
from agent_trace.model.findings import Claim, TokenClass
from agent_trace.pricing.calls import DAY_MS, HOUR_MS
from agent_trace.pricing.rates import Rates

_KEPT: dict[TokenClass, tuple[int, int]] = {"cache_write_1h": (1, 20), "cache_write_5m": (8, 100)}
"""What a cache read costs of a write, where no price is known: 0.1 of 2 and of 1.25 times the input."""
_HALF = (1, 2)
"""The dearest read of a cache that any vendor sells, of its input."""


def spared(facts: Grounds, wasted: Sequence[Attempt]) -> Iterator[Claim]:
    """Claims for steps that need not have been made: their calls, where they asked for nothing else, and their results."""
    names = {one.step.call.id for one in wasted}
    whole: list[int] = []
    for place in places(facts, wasted):
        call = facts.flow.calls[place].event
        asked = facts.asked[call.id]
        share = sum(one.step.call.id in names for one in asked)
        if share == len(asked):
            whole.append(place)
        else:
            yield from _share(call, share, len(asked))
    yield from claim_spared(facts.flow, whole)
    yield from results(facts, wasted)


def written(facts: Grounds, gone: Sequence[Attempt]) -> Iterator[Claim]:
    """Claims for what the model wrote to ask for steps: their share of the answers."""
    names = {one.step.call.id for one in gone}
    for place in places(facts, gone):
        call = facts.flow.calls[place].event
        asked = facts.asked[call.id]
        yield from _share(call, sum(one.step.call.id in names for one in asked), len(asked))


def places(facts: Grounds, found: Iterable[Attempt]) -> list[int]:
    """The calls of the main thread that asked for steps, each once."""
    held = dict.fromkeys(facts.flow.place_of(one.step.call.response) for one in found)
    return [place for place in held if place is not None]


def _share(call: LlmResponse, part: int, of: int) -> Iterator[Claim]:
    tokens = (call.usage.output or 0) * part // of
    if tokens:
        yield Claim(call.id, "output", tokens)


def results(facts: Grounds, wasted: Iterable[Attempt]) -> Iterator[Claim]:
    """Claims for the results of steps, where they were first sent."""
    for one in wasted:
        place = facts.flow.entered(one.step)
        if place is not None and one.step.result is not None:
            yield from claim_fresh(facts.flow.calls[place], tokens_of(one.step.result.size))


def evidence(found: Iterable[Attempt]) -> tuple[str, ...]:
    """The calls of steps and their results."""
    return tuple(
        event.id for one in found for event in (one.step.call, one.step.result) if event is not None
    )  # fmt: skip


def steps(found: Iterable[Attempt]) -> tuple[str, ...]:
    """The ids of their calls."""
    return tuple(one.step.call.id for one in found)


def rates_of(facts: Grounds, call: LlmResponse) -> Rates | None:
    """What a token of a call costs; None where that is not known."""
    if facts.book is None or call.cls is None:
        return None
    at = call.at if call.at is not None else 0
    return facts.book.on(call.cls, at // DAY_MS, None if call.at is None else at % DAY_MS // HOUR_MS)


def beyond_a_read(facts: Grounds, call: LlmResponse, claim: Claim) -> Claim:
    """A claim on what was sent anew, less what reading it from the cache would have cost."""
    rates = rates_of(facts, call)
    rate: Decimal = Decimal(0) if rates is None else getattr(rates, claim.kind)
    if rates is not None and rate > 0:
        return Claim(claim.call, claim.kind, max(int(claim.tokens * (1 - rates.cache_read / rate)), 0))
    part, of = _KEPT.get(claim.kind, _HALF)
    return Claim(claim.call, claim.kind, claim.tokens * (of - part) // of)
