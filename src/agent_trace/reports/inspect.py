"""The raw events of a session as data: every field as it was heard, with the name that each kind has in JSON.

`--mode analysis` leaves out what repeats or only keeps books: reminders and listings that the agent put before the
model, second copies of a result, thinking without text. `--mode forensic` keeps everything, whole, rows that only mend
an earlier model call included. `--format markdown` is a transcript: a head, a summary, and for each event a numbered
heading, what was said, where the record lies in the log, and its fields. `--json` has them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Annotated, Literal, cast

import msgspec

from agent_trace.model import events as model
from agent_trace.model.events import AnyEvent, Event
from agent_trace.model.facts import Facts
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Code, Fields, Heading, Prose, field
from agent_trace.render.numbers import clip, count, duration, tokens
from agent_trace.reports._amounts import money
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._transcript import body, label, metadata, source, title
from agent_trace.reports._words import many

SCOPE = "session"
Mode = Literal["analysis", "forensic"]
CONTEXT = frozenset(
    {"image", "document", "file", "memory", "queued prompt", "notification", "command output", "pull request"}
)
"""Attachments that analysis keeps, and hooks that said something; others are the agent's own bookkeeping."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    mode: Annotated[
        Mode,
        msgspec.Meta(description="analysis leaves out bookkeeping and repetitions, forensic keeps everything whole."),
    ] = "analysis"


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """An event and its place."""

    number: int | None
    """Its place in the log, counted from 1; null for a row that mends the model call before it."""
    at: datetime | None
    event: AnyEvent
    """As it was heard: `at` in it is UTC milliseconds."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    mode: Mode
    events: tuple[Heard, ...]
    left_out: int
    """Events that the mode leaves out."""


def characters(options: Options) -> int | None:
    """How many characters of each text are read: evidence is whole."""
    return None if options.mode == "forensic" else 2048


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    session = scope.read()
    heard = list(_heard(session, options.mode))
    events = [one for one in heard if options.mode == "forensic" or not is_noise(one.event, session)]
    seen: set[tuple[str, str]] = set()
    kept = [one for one in events if options.mode == "forensic" or not _is_repeated(one.event, seen)]
    return Result(session=scope.summary, mode=options.mode, events=tuple(kept), left_out=len(heard) - len(kept))


def _heard(session: Session, mode: Mode) -> Iterator[Heard]:
    """All events; with the rows that mend others only where everything is asked for."""
    if mode == "analysis":
        for number, event in session.numbered:
            yield _one(number, event)
        return
    number = 0
    for event in session.events:
        mends = isinstance(event, model.LlmResponse) and event.continues
        number += not mends
        yield _one(None if mends else number, event)


def _one(number: int | None, event: Event) -> Heard:
    at = None if event.at is None else datetime.fromtimestamp(event.at / 1000, timezone.utc)
    return Heard(number=number, at=at, event=cast(AnyEvent, event))


def is_noise(event: Event, session: Session) -> bool:
    match event:
        case model.Thinking():
            return not event.text.strip()
        case model.ToolResult():
            return session.results.get(event.call, event) is not event
        case model.Attachment(kind="hook"):
            return ": " not in event.text
        case model.Attachment():
            return event.kind not in CONTEXT
    return False


def _is_repeated(event: Event, seen: set[tuple[str, str]]) -> bool:
    """Whether the same thing was put before the model already."""
    if not isinstance(event, model.Attachment) or not event.text:
        return False
    known = (event.kind, event.text) in seen
    seen.add((event.kind, event.text))
    return known


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    one = result.session
    yield Heading(text=clip(one.title or one.id, 100))
    yield Fields(
        items=(
            field("session", one.id),
            field("agent", one.agent, one.state),
            field("where", (one.cwd or "?") + (f" on {one.branch}" if one.branch else "")),
            field("started", _instant(one.started)),
            field("ended", _instant(one.ended), duration(one.duration_s)),
            field("models", ", ".join(one.models) or "none"),
            field("mode", result.mode, f"{many(result.left_out, 'event')} left out" if result.left_out else ""),
        )
    )
    yield Heading(text="Summary", level=2)
    yield _summary(result)
    for heard in result.events:
        yield from _event(heard)


def _summary(result: Result) -> Fields:
    one = result.session
    labels = Counter(label(heard.event) for heard in result.events)
    return Fields(
        items=(
            field(
                "events", count(len(result.events)), ", ".join(f"{count(n)} {name}" for name, n in labels.most_common())
            ),
            field("prompts", count(one.prompts)),
            field("model calls", count(one.own.calls)),
            field("tool calls", count(one.own.tool_calls), many(one.own.errors, "error")),
            field("tokens", tokens(one.own.usage.tokens)),
            field("cost", money(one.own)),
        )
    )


def _event(heard: Heard) -> Iterator[AnyBlock]:
    event = heard.event
    number = f"{heard.number:04}" if heard.number is not None else "----"
    named = " ".join(filter(None, (label(event), title(event))))
    yield Heading(text=f"{number}. {named} ({_instant(heard.at)})", level=2)
    text = body(event)
    if text.strip():
        yield Code(text=text)
    if isinstance(event, model.ToolResult) and event.patch:
        yield Code(text=event.patch, language="diff")
    yield Prose(text=f"source: {source(event)}", tone="dim")
    yield Fields(items=tuple(metadata(event)))


def _instant(moment: datetime | None) -> str:
    """UTC, to the millisecond."""
    return "?" if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
