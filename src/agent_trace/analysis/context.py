"""How full the context was after each call of the main thread, when it was compacted, and what filled it.

After a call the context holds its input, its cache reads and writes, and its output (docs/numbers.md). Side calls and a
compaction's own call are left out. What filled it is an estimate: the texts that entered since the last compaction,
scaled to what the calls measured; what the log does not hold (most agents' system prompts and tools) is what is left of
the first call's prompt.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Compacted,
    Event,
    Linked,
    LlmRequest,
    LlmResponse,
    Thinking,
    Titled,
    ToolCall,
    ToolResult,
    UsageRecorded,
    UserPrompt,
)
from agent_trace.model.session import Numbered, Session
from agent_trace.model.tools import ToolKind

LimitFrom = Literal["asked", "recorded", "known"]
WindowOf = Callable[[str, int | None], int | None]
"""Model id and UTC milliseconds of a call → the largest context in tokens; None where nobody knows."""

CHARACTERS = 4
"""Of a text, about so many make a token: for what has no better measure."""
UNLOGGED = "system and tools, not logged"
SYSTEM = "system and tools"
"""Given with every call, so no reset takes it away."""
_ATTACHED = (
    (("skill",), "skills"),
    (("system prompt", "tools", "permission"), SYSTEM),
    (("memory", "instructions", "rules"), "memory files"),
    (("file", "image", "document"), "files"),
)
"""Words in the kind of an attachment → what it is here; the first that fits."""
_SILENT = (LlmRequest, Attachment, UsageRecorded, Titled)


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """The context after one call."""

    event: int
    """The number of the call."""
    at: int | None
    """UTC milliseconds."""
    prompt: int
    """Tokens that it was given."""
    tokens: int
    """Those, and what it answered."""
    model: str
    limit: int | None
    limit_from: LimitFrom | None


class Reset(msgspec.Struct, frozen=True, kw_only=True):
    """A compaction or a clear: the context begins anew."""

    event: int
    at: int | None
    trigger: str
    before: int | None
    """Tokens after the last call before it; where no call tells both, as the agent wrote them down."""
    after: int | None
    """Those that the first call after it was given; else the same."""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What a part of the context came from."""

    what: str
    tokens: int
    """Estimated."""
    texts: int
    """How many texts; 0 for what no log holds."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The context of one session's main thread."""

    points: tuple[Point, ...] = ()
    resets: tuple[Reset, ...] = ()
    shares: tuple[Share, ...] = ()
    """Of the last point, the largest first; they add up to it."""

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None

    @property
    def peak(self) -> Point | None:
        """The fullest, the first of equal ones."""
        return max(self.points, key=lambda point: (point.tokens, -point.event), default=None)


class Text(NamedTuple):
    """What entered the context, and its length in characters."""

    number: int
    what: str
    size: int


class Window(NamedTuple):
    """What stood in the context after a call."""

    point: Point
    reset: Reset | None
    """The last one before it."""
    texts: tuple[Text, ...]
    """In the order of the log."""
    system: int
    """Of its tokens, those that no text of the log explains: estimated. No text has more tokens than characters."""

    def tokens_of(self, size: int) -> int:
        """So many characters of its texts, scaled to what the call measured: estimated, and never too many in all."""
        logged = sum(text.size for text in self.texts)
        return size * (self.point.tokens - self.system) // logged if logged else 0


def context(session: Session, window: WindowOf, limit: int | None = None) -> Context:
    """The context of a session; `limit` is one that somebody asked for."""
    rows = _counted(session)
    points = _within(tuple(_points(rows, _compacting(rows), window, limit)))
    resets = tuple(_resets(rows, points))
    return Context(points=points, resets=resets, shares=_last_shares(session, points, resets))


def resets_of(session: Session) -> tuple[Reset, ...]:
    """The compactions and clears of a session alone."""
    if not any(isinstance(one, Compacted | Linked) for one in session.events):
        return ()
    rows = _counted(session)
    return tuple(_resets(rows, tuple(_points(rows, _compacting(rows), lambda _model, _at: None, None))))


def _counted(session: Session) -> list[Numbered]:
    return [one for one in session.numbered if not (one.event.side or one.event.inherited)]


def _is_call(event: Event) -> bool:
    return isinstance(event, LlmResponse) and event.counts and event.usage.tokens is not None


def _compacting(rows: Sequence[Numbered]) -> frozenset[int]:
    """Calls that wrote a compaction's summary: nothing else lies between them, and they asked for no tool."""
    found: set[int] = set()
    asked = {event.response for _, event in rows if isinstance(event, ToolCall)}
    before: Numbered | None = None
    for one in rows:
        if isinstance(one.event, Compacted) and before is not None and isinstance(before.event, LlmResponse):
            if before.event.call not in asked:
                found.add(before.number)
        elif isinstance(one.event, _SILENT):
            continue
        before = one
    return frozenset(found)


def _points(rows: Sequence[Numbered], spent: frozenset[int], window: WindowOf, limit: int | None) -> Iterator[Point]:
    recorded: int | None = None
    for number, event in rows:
        if not isinstance(event, LlmResponse) or not _is_call(event) or number in spent:
            continue
        recorded = event.window if event.window is not None else recorded
        model = event.cls.model if event.cls is not None else ""
        known = limit or recorded or window(model, event.at)
        yield Point(
            event=number,
            at=event.at,
            prompt=event.usage.prompt,
            tokens=event.usage.prompt + (event.usage.output or 0),
            model=model,
            limit=known,
            limit_from=None if known is None else "asked" if limit else "recorded" if recorded else "known",
        )


def _within(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """A limit that the log itself passes is not the one that held: then it is not known."""
    passed = {one.model for one in points if one.limit_from == "known" and one.tokens > (one.limit or 0)}
    if not passed:
        return points
    return tuple(
        msgspec.structs.replace(one, limit=None, limit_from=None)
        if one.model in passed and one.limit_from == "known"
        else one
        for one in points
    )


def _resets(rows: Sequence[Numbered], points: Sequence[Point]) -> Iterator[Reset]:
    """Two rows of one compaction are one. The calls around it measured the same thing; what agents write down of it does
    not: Claude Code leaves out system prompts and tools behind it, Qwen Code estimates."""
    numbers = [point.event for point in points]
    last: Compacted | None = None
    for number, event in rows:
        if isinstance(event, Linked) and event.how == "clear":
            yield Reset(event=number, at=event.at, trigger="clear", before=None, after=None)
        if not isinstance(event, Compacted):
            continue
        same = last is not None and event.summary and not event.trigger and not last.summary
        last = None if same else event
        if same:
            continue
        place = bisect_right(numbers, number)
        before = points[place - 1].tokens if place else None
        after = points[place].prompt if place < len(points) else None
        if before is None or after is None:
            before = event.before if event.before is not None else before
            after = event.after if event.after is not None else after
        yield Reset(event=number, at=event.at, trigger=event.trigger, before=before, after=after)


# ---- what filled it


def _last_shares(session: Session, points: Sequence[Point], resets: Sequence[Reset]) -> tuple[Share, ...]:
    """The last point, divided among the texts that entered since the last reset before it."""
    return shares_of(window_after(session, points[-1], points, resets)) if points else ()


def window_after(
    session: Session,
    point: Point,
    points: Sequence[Point],
    resets: Sequence[Reset],
    known: Sequence[Text] | None = None,
) -> Window:
    """What the context held after one call of the session's: what entered since the last reset before it.

    `known`: the texts that come into question, where somebody asks about many calls.
    """
    reset = max((one for one in resets if one.event < point.event), key=lambda one: one.event, default=None)
    opening = next(one for one in points if reset is None or one.event > reset.event)
    first = _copied_reset(session, opening) if reset is None else reset.event
    said = said_by(session, point.event)
    every = texts_of(session) if known is None else known
    texts = tuple(text for text in every if first <= text.number <= point.event or text.number in said)
    told = sum(text.size for text in texts if text.number < opening.event) // CHARACTERS
    logged = sum(text.size for text in texts)
    system = max(opening.prompt - told, point.tokens - logged, 0)
    return Window(point, reset, texts, min(system, point.tokens))


def _copied_reset(session: Session, opening: Point) -> int:
    """Of a fork: the last compaction that it copied; what stands before it never was in a window of the fork's own."""
    rows = session.numbered[: opening.event]
    return max((n for n, one in rows if isinstance(one, Compacted) and one.inherited and not one.side), default=0)


def said_by(session: Session, call: int) -> frozenset[int]:
    """What a call answered, where that stands behind the call's own event."""
    found: list[int] = []
    for place in range(call, len(session.numbered)):
        number, event = session.numbered[place]
        if isinstance(event, (UserPrompt, ToolResult, Compacted, LlmResponse)) and not event.side:
            break
        if isinstance(event, (AssistantText, Thinking, ToolCall)):
            found.append(number)
    return frozenset(found)


def shares_of(window: Window) -> tuple[Share, ...]:
    """Whole tokens that add up to the point's: what is lost by rounding goes to the largest of the texts."""
    total, system = window.point.tokens, window.system
    sizes: dict[str, list[int]] = {}
    for text in window.texts:
        sizes.setdefault(text.what, []).append(text.size)
    logged = sum(map(sum, sizes.values()))
    known = {what: sum(found) * (total - system) // logged for what, found in sizes.items()} if logged else {}
    if known:
        known[max(known, key=lambda what: known[what])] += total - system - sum(known.values())
    known[UNLOGGED] = total - sum(known.values())
    return tuple(
        Share(what=what, tokens=known[what], texts=len(sizes.get(what, ())))
        for what in sorted(known, key=lambda what: (-known[what], what))
        if known[what]
    )


def texts_of(session: Session) -> Iterator[Text]:
    """What entered the context, each with its length in characters."""
    kinds: dict[str, ToolKind] = {step.call.call: step.call.kind for step in session.steps}
    for number, event in session.numbered:
        if event.side:
            continue
        match event:
            case UserPrompt(by="parent"):
                yield Text(number, "the task", event.size)
            case UserPrompt():
                yield Text(number, "prompts", event.size)
            case AssistantText() | ToolCall():
                yield Text(number, "answers and tool calls", event.size)
            case Thinking():
                yield Text(number, "thinking", event.size)
            case ToolResult():
                yield Text(number, _of_result(event, kinds.get(event.call)), event.size)
            case Attachment():
                yield Text(number, _of_attachment(event.kind), event.size)
            case Compacted() if event.summary:
                yield Text(number, "summaries of what came before", len(event.summary))
            case _:
                pass


def _of_result(event: ToolResult, kind: ToolKind | None) -> str:
    match kind:
        case "agent":
            return "sub-agents"
        case "skill":
            return "skills"
        case _:
            return f"results of {event.tool or 'tools'}"


def _of_attachment(kind: str) -> str:
    for words, what in _ATTACHED:
        if any(word in kind for word in words):
            return what
    return "notes of the agent"
