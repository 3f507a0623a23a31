"""A session cut into phases: what each was about, what was tried in it, and whether it failed.

A phase starts at a prompt, when a plan's item becomes in progress, after a compaction, after five minutes without
event, and at the first attempt of another intention after a failed one (docs/numbers.md). What only looks (reading,
searching) belongs to the attempt that follows it, so a phase begins where the looking begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from agent_trace.analysis.attempts import Attempt, Owns, is_own
from agent_trace.analysis.intentions import Work
from agent_trace.analysis.plans import Plan
from agent_trace.analysis.wording import label_of
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Compacted,
    ErrorRaised,
    Event,
    Interrupted,
    LlmRequest,
    LlmResponse,
    SessionStarted,
    Thinking,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from agent_trace.model.session import Numbered, Session

Why = Literal["start", "prompt", "plan", "compaction", "pause", "another way"]
"""What a phase starts with."""
End = Literal["", "interruption", "API error"]

PAUSE_MS = 300_000
WORK: frozenset[Work] = frozenset({"change", "edit", "verify", "ship", "install", "run", "delegate", "use"})
"""What is done for its own sake; the rest looks, plans or asks."""
DECISIVE: frozenset[Work] = frozenset({"edit", "verify", "ship"})
"""What a phase fails by."""
_SPOKEN = (LlmRequest, LlmResponse, Thinking, AssistantText, ToolCall, Attachment, ErrorRaised)
"""What a model says and what is put before it: a phase never begins in the middle of that."""
_LABEL = 50
TALK = "talk"


class Phase(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a session."""

    number: int
    """From 1."""
    why: Why
    label: str
    named_by: int | None
    """The event that the label is taken from: a prompt, a step; None: nothing was done but talk."""
    work: Work | None
    """The kind of its most telling work; None: there was only talk."""
    first: int
    """The number of its first event."""
    last: int
    started: int | None = None
    """UTC milliseconds."""
    ended: int | None = None
    events: int = 0
    attempts: tuple[Attempt, ...] = ()
    calls: tuple[str, ...] = ()
    """Ids of the events of its model calls."""
    failed: bool = False
    reason: int | None = None
    """The event by which it failed: the call of a step, an interruption, an error."""
    end: End = ""
    """How it was broken off."""
    end_event: int | None = None
    """By which event."""

    @property
    def retries(self) -> int:
        return sum(one.kind == "retry" for one in self.attempts)

    @property
    def iterations(self) -> int:
        return sum(one.kind == "iteration" for one in self.attempts)

    @property
    def seconds(self) -> float | None:
        """From its first to its last event."""
        return None if self.started is None or self.ended is None else (self.ended - self.started) / 1000


def phases(session: Session, found: Sequence[Attempt], owns: Owns | None = None) -> tuple[Phase, ...]:
    """The session's own events cut into phases; `found` are its attempts."""
    cutting = _Cutting(session, found, owns)
    cutting.read()
    return tuple(cutting.phases())


class _Start(msgspec.Struct):
    """A place where a phase begins."""

    number: int
    why: Why
    label: str = ""
    named_by: int | None = None


class _Cutting:
    """One pass over the log that decides where phases begin; a second one makes them."""

    def __init__(self, session: Session, found: Sequence[Attempt], owns: Owns | None) -> None:
        self._session = session
        self._attempts = {one.step.call.id: one for one in found}
        self._owns = owns
        self._plan = Plan()
        self._starts: list[_Start] = []
        self._group = 1
        """Where what the model says at the moment began."""
        self._answering = False
        """A model's answer has begun, and nothing came back since."""
        self._asked: dict[str, int] = {}
        """Model call → where the group began that it belongs to."""
        self._open: set[str] = set()
        self._at: int | None = None
        self._failed: Attempt | None = None
        self._candidate: int | None = None
        self._busy = False
        """Something but planning was done since the last start."""
        self._said = False
        """Something was said or done since the last start."""
        self.cwd: str | None = None

    # ---- where phases begin

    def read(self) -> None:
        """All starts, in order."""
        for number, event in self._session.numbered:
            if event.inherited:
                self._group = number + 1
                continue
            if isinstance(event, SessionStarted):
                self.cwd = event.cwd or self.cwd
            if isinstance(event, LlmResponse) and self._answering and event.call not in self._asked:
                self._group = number
            if not event.side:
                self._pause(number, event)
            self._hear(number, event)
            if not isinstance(event, _SPOKEN):
                self._group = number + 1
            self._answering = isinstance(event, LlmResponse) or (self._answering and isinstance(event, _SPOKEN))
            self._said = self._said or isinstance(event, AssistantText | ToolCall | LlmResponse)
        self._drop_empty()

    def _hear(self, number: int, event: Event) -> None:
        match event:
            case UserPrompt(side=False):
                self._begin(number, "prompt", event.text, number)
            case Compacted(side=False):
                self._begin(number, "compaction")
            case LlmResponse():
                self._asked.setdefault(event.call, self._group)
            case ToolCall() if is_own(event, self._owns):
                self._call(number, event)
            case ToolResult():
                self._open.discard(event.call)
            case _:
                pass

    def _pause(self, number: int, event: Event) -> None:
        before, self._at = self._at, event.at if event.at is not None else self._at
        in_speech = self._group < number and isinstance(event, _SPOKEN)
        if before is None or event.at is None or self._open or in_speech or not self._said:
            return
        if event.at - before >= PAUSE_MS:
            self._begin(number, "pause")

    def _begin(self, number: int, why: Why, text: str = "", named_by: int | None = None) -> None:
        if not self._starts and self._said:
            self._starts.append(_Start(1, "start"))
        self._drop_empty()
        if self._starts and self._starts[-1].number >= number:
            self._starts[-1] = _Start(self._starts[-1].number, why, text, named_by)
        else:
            self._starts.append(_Start(number, why, text, named_by))
        self._failed = self._candidate = None
        self._busy = self._said = False

    def _drop_empty(self) -> None:
        """A compaction after which nothing was done belongs to what came before it."""
        if len(self._starts) > 1 and self._starts[-1].why == "compaction" and not self._said:
            self._starts.pop()

    def _call(self, number: int, event: ToolCall) -> None:
        if event.call in self._session.results:
            self._open.add(event.call)
        attempt = self._attempts.get(event.id)
        if attempt is None:
            return
        start = self._asked.setdefault(event.response, self._group) if event.response else self._group
        item = self._plan.hear(attempt.step) if attempt.work == "plan" else ""
        if item:
            self._planned(start, item, number)
        elif attempt.work != "plan":
            self._tried(attempt, start)
            self._busy = True

    def _planned(self, start: int, item: str, number: int) -> None:
        """A plan's item became in progress: where nothing was done yet, it only gives the phase its name."""
        if self._starts and not self._busy and self._starts[-1].why != "compaction":
            self._begin(self._starts[-1].number, "plan", item, number)
        else:
            self._begin(start, "plan", item, number)

    def _tried(self, attempt: Attempt, start: int) -> None:
        failed = self._failed
        if failed is not None and self._candidate is None:
            if not _knew(attempt, failed, self._session):
                return
            self._candidate = start
        if attempt.work not in WORK:
            return
        if failed is not None and self._candidate is not None and attempt.intention != failed.intention:
            self._begin(self._candidate, "another way")
        self._failed = attempt if attempt.failed else None
        self._candidate = None

    # ---- what lies between

    def phases(self) -> Iterator[Phase]:
        """The phases between the starts; what comes before the first prompt belongs to the first of them."""
        own = [one for one in self._session.numbered if not one.event.inherited]
        starts = self._starts or [_Start(1, "start")]
        place = 0
        for index, start in enumerate(starts):
            end = starts[index + 1].number if index + 1 < len(starts) else None
            first = place
            while place < len(own) and (end is None or own[place].number < end):
                place += 1
            if place > first:
                yield self._phase(index + 1, start, own[first:place])

    def _phase(self, number: int, start: _Start, rows: Sequence[Numbered]) -> Phase:
        found = tuple(self._attempts[event.id] for _, event in rows if event.id in self._attempts)
        times = [event.at for _, event in rows if event.at is not None]
        end, broken = _end(rows)
        decisive = next((one for one in reversed(found) if one.work in DECISIVE), None)
        by_step = decisive.number if decisive is not None and decisive.failed else None
        reason = by_step if by_step is not None else broken
        telling = _telling(found)
        return Phase(
            number=number,
            why=start.why,
            label=words_of(start.label) or (label_of(telling, self.cwd) if telling is not None else TALK),
            named_by=start.named_by if words_of(start.label) else telling.number if telling is not None else None,
            work=telling.work if telling is not None else None,
            first=rows[0].number,
            last=rows[-1].number,
            started=min(times, default=None),
            ended=max(times, default=None),
            events=len(rows),
            attempts=found,
            calls=tuple(self._calls(rows)),
            failed=reason is not None,
            reason=reason,
            end=end,
            end_event=broken,
        )

    def _calls(self, rows: Sequence[Numbered]) -> Iterator[str]:
        for _, event in rows:
            if isinstance(event, LlmResponse) and (not event.side or (self._owns and self._owns(event.call))):
                yield event.id


def _knew(attempt: Attempt, failed: Attempt, session: Session) -> bool:
    """Whether an attempt was made in the knowledge that another one had failed."""
    if attempt.step.call.response is not None and attempt.step.call.response == failed.step.call.response:
        return False
    result = failed.step.result
    number = session.number_of(result) if result is not None else None
    return number is not None and number < attempt.number


def _telling(found: Sequence[Attempt]) -> Attempt | None:
    """The attempt that a phase without words of its own is named after: its first real work, else its first step."""
    steps = [one for one in found if one.work not in ("plan", "ask")]
    for wanted in (WORK - {"change", "use"}, WORK - {"use"}, WORK):
        for one in steps:
            if one.work in wanted:
                return one
    return steps[0] if steps else None


def _end(rows: Sequence[Numbered]) -> tuple[End, int | None]:
    """How a stretch was broken off: what came last of all that was said and done."""
    for number, event in reversed(rows):
        match event:
            case Interrupted() | ToolResult(interrupted=True):
                return "interruption", number
            case ErrorRaised(retry=None):
                return "API error", number
            case AssistantText() | Thinking() | ToolCall() | ToolResult() | LlmResponse():
                return "", None
            case _:
                pass
    return "", None


def words_of(text: str) -> str:
    """The first fifty characters on one line."""
    bare = " ".join(text[: 8 * _LABEL].split())
    return bare if len(bare) <= _LABEL else bare[: _LABEL - 1].rstrip() + "…"
