"""The raw events of a session as data: every field as it was heard, with the name that each kind has in JSON.

`--mode analysis` leaves out what repeats or only keeps books: reminders and listings that the agent put before the model,
second copies of a result, thinking without text. `--mode forensic` keeps everything, whole, rows that only mend an
earlier model call included. `--format markdown` is a transcript: a head, a summary, and for each event a numbered
heading, what was said, where the record lies in the log, and its fields. `--json` has them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Annotated, Literal, NamedTuple

import msgspec

from agent_trace.model import events as model
from agent_trace.model.events import AnyEvent, Event, kind_of
from agent_trace.model.facts import Facts
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import Block, Code, Field, Fields, Heading, Prose, field
from agent_trace.render.numbers import clip, count, duration, tokens
from agent_trace.reports._amounts import money
from agent_trace.reports._scopes import SessionScope

SCOPE = "session"
Mode = Literal["analysis", "forensic"]
CONTEXT = frozenset({"image", "document", "file", "memory", "queued prompt", "notification", "command output", "pull request"})
"""Attachments that analysis keeps, and hooks that said something; others are the agent's own bookkeeping."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    mode: Annotated[
        Mode, msgspec.Meta(description="analysis leaves out bookkeeping and repetitions, forensic keeps everything whole.")
    ] = "analysis"


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """An event and its place."""

    number: int | None
    """Its place in the log, counted from 1; null for a row that mends the model call before it."""
    at: datetime | None
    event: AnyEvent


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
    events = [one for one in heard if options.mode == "forensic" or not _is_noise(one.event, session)]
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
    return Heard(number=number, at=at, event=event)  # type: ignore[arg-type]


def _is_noise(event: Event, session: Session) -> bool:
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
