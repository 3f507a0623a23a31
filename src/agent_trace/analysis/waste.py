"""The one set of claims of a session: which tokens and which time were spent for nothing, and by which rule.

Each detector of `analysis/detectors` claims tokens of model calls. A token class of a call belongs to one rule only:
where rules overlap the one with the higher PRECEDENCE gets it, and the other finding names the winner (docs/numbers.md).
Dollars are the claimed tokens at their price; seconds are the united times of the claimed steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import msgspec

from agent_trace import registry
from agent_trace.analysis.attempts import Attempt, Owns
from agent_trace.analysis.flow import Flow
from agent_trace.model.events import LlmResponse
from agent_trace.model.findings import Claim, Finding
from agent_trace.model.session import Session
from agent_trace.model.usage import Amounts, Usage
from agent_trace.pricing.amounts import amounts
from agent_trace.pricing.book import Book
from agent_trace.pricing.calls import ledger_row

ROOM = "analysis.detectors"
_TO_DO = "What to do:"


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """What detectors are given beside the session: worked out once, for all of them."""

    attempts: tuple[Attempt, ...]
    calls: Mapping[str, LlmResponse]
    """The session's own model calls by the ids of their events."""
    asked: Mapping[str, tuple[Attempt, ...]]
    """Model call, by the id of its event → the attempts that it asked for."""
    callers: Mapping[str, str]
    """Step, by the id of its call → the model call that asked for it, by the id of its event."""
    flow: Flow
    """The calls of its main thread in order."""
    book: Book | None = None
    """The prices, where they are known."""


class Detector(NamedTuple):
    """A rule as its file defines it."""

    name: str
    precedence: int
    options: Any
    """The Options struct."""
    detect: Callable[[Session, Any, Grounds], Iterable[Finding]]
    on: bool = True
    """Whether it runs where nobody asked for it."""


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with what it was granted."""

    finding: Finding
    claims: tuple[Claim, ...] = ()
    usd: Decimal | None = None
    """At their price; None without claims or without a price."""
    seconds: float = 0.0
    lost_to: tuple[str, ...] = ()
    """Rules that had claimed some of it before."""

    @property
    def tokens(self) -> int:
        return sum(claim.tokens for claim in self.claims)


class Waste(msgspec.Struct, frozen=True, kw_only=True):
    """All findings of a session, and what they claim together."""

    findings: tuple[Settled, ...] = ()
    tokens: int = 0
    usd: Decimal | None = None
    seconds: float = 0.0


def grounds(session: Session, found: tuple[Attempt, ...], owns: Owns | None = None) -> Grounds:
    """What detectors are given; `owns` as for `attempts`."""
    calls = {call.id: call for call in session.own_calls if not call.side or (owns is not None and owns(call.call))}
    ids = {call.call: call.id for call in calls.values()}
    asked: dict[str, list[Attempt]] = {}
    for one in found:
        name = ids.get(one.step.call.response or "")
        if name is not None:
            asked.setdefault(name, []).append(one)
    return Grounds(
        attempts=found,
        calls=calls,
        asked={name: tuple(ones) for name, ones in asked.items()},
        callers={one.step.call.id: name for name, ones in asked.items() for one in ones},
        flow=Flow(session),
    )


@cache
def detectors() -> tuple[Detector, ...]:
    """All rules, the one with the highest precedence first."""
    modules = registry.members(ROOM)
    found = (
        Detector(name, one.PRECEDENCE, one.Options, one.detect, getattr(one, "ON", True))
        for name, one in modules.items()
    )
    return tuple(sorted(found, key=lambda one: -one.precedence))


@cache
def advice(rule: str) -> str:
    """What to do about what a rule finds, as its docstring says it; empty for a rule that there is not."""
    module = registry.members(ROOM).get(rule.lower())
    paragraphs = (getattr(module, "__doc__", None) or "").split("\n\n")
    told = next((text for text in paragraphs if text.startswith(_TO_DO)), _TO_DO)
    said = " ".join(told.removeprefix(_TO_DO).split())
    return said[:1].upper() + said[1:]


def waste(
    session: Session, known: Grounds, book: Book | None, rules: Sequence[Detector] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Waste:  # fmt: skip
    """What the rules find in a session; `options` by the name of a rule, else its defaults."""
    claiming = _Claiming(known)
    priced_by = msgspec.structs.replace(known, book=book)
    found: list[Settled] = []
    for rule in [one for one in detectors() if one.on] if rules is None else rules:
        given = (options or {}).get(rule.name) or rule.options()
        found += [claiming.settle(one, book) for one in rule.detect(session, given, priced_by)]
    return Waste(
        findings=tuple(found),
        tokens=sum(one.tokens for one in found),
        usd=priced((claim for one in found for claim in one.claims), known.calls, book),
        seconds=united(claiming.times),
    )


def priced(claims: Iterable[Claim], calls: Mapping[str, LlmResponse], book: Book | None) -> Decimal | None:
    """What the claimed tokens cost; None where there are none, or none of them has a price."""
    if book is None:
        return None
    used: dict[str, dict[str, int]] = {}
    for claim in claims:
        one = used.setdefault(claim.call, {})
        one[claim.kind] = one.get(claim.kind, 0) + claim.tokens
    rows = [ledger_row(msgspec.structs.replace(calls[name], usage=Usage(**kinds))) for name, kinds in used.items()]
    return (amounts(rows, book) if rows else Amounts()).cost_usd


def united(times: Iterable[tuple[int, int]]) -> float:
    """Seconds in the union of stretches of milliseconds."""
    total = 0
    end: int | None = None
    for since, until in sorted(times):
        start = since if end is None else max(since, end)
        total += max(until - start, 0)
        end = until if end is None else max(end, until)
    return total / 1000


class _Claiming:
    """Who has claimed what so far."""

    def __init__(self, known: Grounds) -> None:
        self._known = known
        self._steps = {one.step.call.id: one for one in known.attempts}
        self._owner: dict[tuple[str, str], str] = {}
        self._left: dict[tuple[str, str], int] = {}
        self.times: list[tuple[int, int]] = []

    def settle(self, finding: Finding, book: Book | None) -> Settled:
        """What a finding gets of what it claims."""
        lost: dict[str, None] = {}
        granted: list[Claim] = []
        for claim in finding.claims:
            got = self._take(claim, finding.rule, lost)
            if got:
                granted.append(msgspec.structs.replace(claim, tokens=got))
        times = [] if lost and not granted else [*self._times(finding.steps), *finding.times]
        self.times += times
        return Settled(
            finding=finding,
            claims=tuple(granted),
            usd=priced(granted, self._known.calls, book),
            seconds=united(times),
            lost_to=tuple(lost),
        )

    def _take(self, claim: Claim, rule: str, lost: dict[str, None]) -> int:
        call = self._known.calls.get(claim.call)
        if call is None:
            return 0
        key = (claim.call, claim.kind)
        owner = self._owner.setdefault(key, rule)
        if owner != rule:
            lost[owner] = None
            return 0
        left = self._left.setdefault(key, getattr(call.usage, claim.kind) or 0)
        got = max(min(claim.tokens, left), 0)
        self._left[key] = left - got
        return got

    def _times(self, steps: Iterable[str]) -> Iterator[tuple[int, int]]:
        """When the steps ran: as long as they say themselves, up to their results."""
        for name in steps:
            step = self._steps[name].step if name in self._steps else None
            if step is None or step.result is None or step.result.at is None or step.call.at is None:
                continue
            ran = step.run_ms if step.run_ms is not None else max(step.result.at - step.call.at, 0)
            yield max(step.call.at, step.result.at - ran), step.result.at
