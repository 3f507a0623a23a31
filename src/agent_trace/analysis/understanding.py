"""What of a session's understanding is stored with it: how often it tried again, what was found, which tokens that claims.

Dollars are never stored: claims keep the billing class and the time of their call, and are priced when they are read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from operator import is_

import msgspec

from agent_trace.analysis.attempts import Owns, attempts, retries
from agent_trace.analysis.bearing import as_read
from agent_trace.analysis.waste import Waste, grounds, waste
from agent_trace.model.events import LlmResponse
from agent_trace.model.session import Session
from agent_trace.model.usage import BillingClass
from agent_trace.pricing.book import Book

_NO_CLASS = BillingClass(model="")


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of one model call that one rule says were spent for nothing."""

    at: int | None = None
    """UTC milliseconds of the call."""
    cls: BillingClass = _NO_CLASS
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    rule: str = ""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule found, and the one advice that it gives."""

    rule: str
    fix: str
    findings: int = 0
    ms: int = 0
    """Time that it claims."""


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """One session by itself, without its sub-agents."""

    events: int = 0
    """How many it was worked out from."""
    retries: int = 0
    findings: int = 0
    """Of the rules that are on by default."""
    claimed: tuple[Claimed, ...] = ()
    told: tuple[Told, ...] = ()


def understood(session: Session, owns: Owns | None = None, book: Book | None = None) -> Understood:
    """What is stored of a session; without a book a cache read counts as a usual part of a write."""
    events = tuple(map(as_read, session.events))
    same = all(map(is_, events, session.events))
    read = session if same else Session(session.id, session.agent, events)  # what was worked out of it serves again
    found = attempts(read, owns)
    known = grounds(read, found, owns)
    done = waste(read, known, book)
    return Understood(
        events=len(session.events),
        retries=len(retries(found)),
        findings=len(done.findings),
        claimed=tuple(_claimed(done, known.calls)),
        told=tuple(_told(done)),
    )


def _claimed(done: Waste, calls: Mapping[str, LlmResponse]) -> Collection[Claimed]:
    """The claims that each rule has on each call: a token is claimed once."""
    used: dict[tuple[str, str], dict[str, int]] = {}
    for one in done.findings:
        for claim in one.claims:
            kinds = used.setdefault((claim.call, one.finding.rule), {})
            kinds[claim.kind] = kinds.get(claim.kind, 0) + claim.tokens
    return [
        Claimed(at=calls[name].at, cls=calls[name].cls or _NO_CLASS, rule=rule, **kinds)
        for (name, rule), kinds in used.items()
    ]


def _told(done: Waste) -> Collection[Told]:
    found: dict[tuple[str, str], Told] = {}
    for one in done.findings:
        key = (one.finding.rule, one.finding.fix)
        held = found.get(key) or Told(rule=key[0], fix=key[1])
        found[key] = msgspec.structs.replace(held, findings=held.findings + 1, ms=held.ms + round(one.seconds * 1000))
    return found.values()


def joined(old: Understood | None, new: Understood | None) -> Understood | None:
    """Of two readings of one session the one that saw more of it: a log that lost events since tells less."""
    if old is None or new is None:
        return old or new
    return old if old.events > new.events else new
