"""What the detectors find in a session and in its sub-agents, in words that may be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Literal

import msgspec

from agent_trace.analysis.attempts import Owns, attempts
from agent_trace.analysis.phases import words_of
from agent_trace.analysis.waste import Detector, Grounds, Settled, Waste, detectors, grounds, waste
from agent_trace.analysis.wording import relative
from agent_trace.errors import NotFoundError, UsageError
from agent_trace.model.events import ToolCall, ToolResult, UserPrompt
from agent_trace.model.session import Session
from agent_trace.render.numbers import clip
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._telling import WITHHELD

Kind = Literal["waste", "risk", "info"]
Aim = Literal["cost", "latency", "reliability"]
_TEXT = 200


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of one model call that were spent for nothing."""

    event: int
    """The number of the call's event."""
    kind: str
    tokens: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One finding."""

    rule: str
    kind: Kind
    session: str
    """Where it was found: the session or one of its sub-agents."""
    summary: str
    label: str
    """What it is about: a command, a path, a task; empty where it is about the whole."""
    event: int | None
    """The number of the event that the label is taken from."""
    events: tuple[int, ...]
    """The events that show it, by their numbers."""
    confidence: float
    """0 to 1."""
    tokens: int
    usd: Decimal | None
    seconds: float
    failed_steps: int
    """Of the events that show it so many are results of failed steps."""
    claims: tuple[Claimed, ...]
    lost_to: tuple[str, ...]
    """Rules that had claimed what this one would have claimed."""
    fix: str


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The findings of a session and its sub-agents, and what they claim."""

    findings: tuple[Found, ...] = ()
    own_usd: Decimal | None = None
    usd: Decimal | None = None
    """With its sub-agents."""
    tokens: int = 0
    seconds: float = 0.0
    unread: tuple[str, ...] = ()
    """Sub-agents whose log is gone."""


def chosen(names: Sequence[str], *, every: bool = False) -> tuple[Detector, ...]:
    """The rules that are meant: those that were named, else those that are on. UsageError for one that there is not."""
    known = detectors()
    wanted = {name.lower().replace("-", "_") for text in names for name in text.split(",") if name}
    wanted = {_ALIASES.get(name, name) for name in wanted}
    missing = wanted - {one.name for one in known}
    if missing:
        rules = ", ".join(sorted(one.name for one in known))
        raise UsageError(f"no rule is called {min(missing)!r}", hint=f"the rules: {rules}")
    return tuple(one for one in known if (one.name in wanted if wanted else one.on or every))


_ALIASES = {"blind_retry": "retry_loop", "error_no_change": "retry_loop"}
"""Names that other tools have for them."""


def judged(
    scope: SessionScope,
    rules: Sequence[Detector],
    aim: Aim,
    options: Mapping[str, Any] | None = None,
    known: Callable[[], Grounds] | None = None,
) -> Judged:
    """What the rules find; the gravest first, by what is aimed at. Nothing is read where it is known that there is none.

    `known`: what detectors are given of the session itself, where that was worked out already.
    """
    if options is None and tuple(rules) == chosen(()) and _is_clean(scope):
        return Judged()
    if options is None and tuple(rules) == chosen(()):
        done = scope.keep("judged", Judged, lambda: _judged(scope, rules, options, known))
    else:
        done = _judged(scope, rules, options, known)
    return msgspec.structs.replace(done, findings=ordered(done.findings, aim))


def _judged(
    scope: SessionScope,
    rules: Sequence[Detector],
    options: Mapping[str, Any] | None,
    known: Callable[[], Grounds] | None,
) -> Judged:
    judging = _Judging(scope, rules, options)
    own = judging.judge(scope.summary.id, scope.whole, scope.read, scope.owns, known)
    below: list[Waste] = []
    unread: list[str] = []
    for child in scope.children:
        try:
            below.append(judging.judge(child.id, *_readers(scope, child.id), partial(scope.owns_child, child.id)))
        except NotFoundError:
            unread.append(child.id)
    every = (own, *below)
    return Judged(
        findings=tuple(judging.found),
        own_usd=own.usd,
        usd=total(one.usd for one in every),
        tokens=sum(one.tokens for one in every),
        seconds=sum(one.seconds for one in every),
        unread=tuple(unread),
    )


def _is_clean(scope: SessionScope) -> bool:
    """Whether it is stored of the session and of each sub-agent that the rules that are on found nothing."""
    return all(one.findings == 0 for one in (scope.summary, *scope.children))


def _readers(scope: SessionScope, key: str) -> tuple[Callable[[], Session], Callable[[], Session]]:
    return lambda: scope.whole_child(key), lambda: scope.read_child(key)


def total(amounts: Iterator[Decimal | None]) -> Decimal | None:
    """A sum of what is known."""
    known = [one for one in amounts if one is not None]
    return sum(known, Decimal(0)) if known else None


def ordered(found: Sequence[Found], aim: Aim) -> tuple[Found, ...]:
    """The gravest first: by dollars, by time, or by what failed; what is no waste comes last."""
    weights: dict[Aim, Callable[[Found], tuple[Any, ...]]] = {
        "cost": lambda one: (one.usd or 0, one.tokens, one.seconds),
        "latency": lambda one: (one.seconds, one.usd or 0, one.tokens),
        "reliability": lambda one: (one.failed_steps, one.confidence, one.usd or 0),
    }
    return tuple(sorted(found, key=lambda one: (one.kind != "info", *weights[aim](one)), reverse=True))


def relabelled(found: Sequence[Found], scope: SessionScope) -> Iterator[Found]:
    """The same findings, each about what may be told of the event that it is about."""
    judging = _Judging(scope, (), None)
    labels: dict[tuple[str, int | None], str] = {}
    for session in dict.fromkeys(one.session for one in found if one.event is not None):  # each is read once
        labels.update(judging.labels(session, [one.event for one in found if one.session == session]))
    for one in found:
        yield msgspec.structs.replace(one, label=labels.get((one.session, one.event), ""))


class _Judging:
    """Judges one session after the other."""

    def __init__(self, scope: SessionScope, rules: Sequence[Detector], options: Mapping[str, Any] | None) -> None:
        self._scope = scope
        self._rules = rules
        self._options = options
        self.found: list[Found] = []

    def judge(
        self,
        name: str,
        whole: Callable[[], Session],
        shown: Callable[[], Session],
        owns: Owns | None = None,
        known: Callable[[], Grounds] | None = None,
    ) -> Waste:
        """Figures come from the events as they are, words from those that may be told."""
        session = whole()
        found = grounds(session, attempts(session, owns), owns) if known is None else known()
        done = waste(session, found, self._scope.book, self._rules, self._options)
        if done.findings:
            telling = shown()
            self.found += [self._row(name, one, session, telling) for one in done.findings]
        return done

    def _row(self, name: str, one: Settled, session: Session, telling: Session) -> Found:
        finding = one.finding
        seen = [row for row in map(session.numbered_event, finding.evidence) if row is not None]
        about = session.numbered_event(finding.about) if finding.about else None
        calls = {claim.call: session.numbered_event(claim.call) for claim in one.claims}
        return Found(
            rule=finding.rule,
            kind=finding.kind,
            session=name,
            summary=finding.summary,
            label="" if about is None else self._label(telling, about.number),
            event=None if about is None else about.number,
            events=tuple(row.number for row in seen),
            confidence=finding.confidence,
            tokens=one.tokens,
            usd=one.usd,
            seconds=one.seconds,
            failed_steps=sum(isinstance(row.event, ToolResult) and row.event.failed for row in seen),
            claims=tuple(
                Claimed(event=row.number, kind=claim.kind, tokens=claim.tokens)
                for claim in one.claims
                if (row := calls[claim.call]) is not None
            ),
            lost_to=one.lost_to,
            fix=finding.fix,
        )

    def labels(self, name: str, numbers: Iterable[int | None]) -> Iterator[tuple[tuple[str, int | None], str]]:
        """The words of events of the session, or of a sub-agent, as they may be told; none where its log is gone."""
        try:
            telling = self._scope.read() if name == self._scope.summary.id else self._scope.read_child(name)
        except NotFoundError:
            return
        for number in numbers:
            if number is not None:
                yield (name, number), self._label(telling, number)

    def _label(self, telling: Session, number: int) -> str:
        """The words of an event as they may be told; none where they are withheld."""
        match telling.event(number):
            case ToolCall() as call:
                said = clip(relative(call.title or call.tool, self._scope.summary.cwd), _TEXT)
            case UserPrompt(text=text):
                said = words_of(text)
            case _:
                return ""
        return "" if WITHHELD.fullmatch(said) else said
