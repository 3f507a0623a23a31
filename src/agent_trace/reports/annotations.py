"""What people noted about a session, its sub-agents and their events: notes, labels, bookmarks, with their ids.

`annotate` makes them, `annotate SESSION --delete ID` takes one back. A note names its event by id, so it stays with it
whatever happens to the log; where the event is found no more, its number is `gone`. Notes that came with a trace of another
tool are listed too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from agent_trace.errors import NotFoundError, UsageError
from agent_trace.model.annotations import Annotation
from agent_trace.model.events import Attachment
from agent_trace.model.facts import Facts
from agent_trace.model.portable import is_note, note_record
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import Block, Heading, Note, Prose, Timeline
from agent_trace.render.numbers import clip
from agent_trace.reports._note_entries import entries
from agent_trace.reports._notes import Events, Noted, in_order, noted, places
from agent_trace.reports._parts import Part, family, part
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._words import many

SCOPE = "session"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    event: Annotated[str, msgspec.Meta(description="Only those about this event: a number, `12/3`, or an id.")] = ""
    filter_label: Annotated[str, msgspec.Meta(description="Only those with this label.")] = ""
    filter_author: Annotated[str, msgspec.Meta(description="Only those by this author.")] = ""
    made_since: Annotated[
        str, msgspec.Meta(description="Only those made from this time on: 2026-11-18, or with a time of day.")
    ] = ""
    bookmarks: Annotated[bool, msgspec.Meta(description="Only bookmarks.")] = False


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    annotations: tuple[Noted, ...]
    """In the order of their events, those of the session as a whole first."""
    count: int
    """All there are, chosen or not."""
    missing: str = ""
    """Why their events cannot be told."""


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    since = _since(options.made_since, facts)
    parts, why = _parts(scope)
    events = None if why else _events(parts)
    everything = [*(noted(one, events) for one in scope.given), *_foreign(parts, scope.given, events or {})]
    chosen = in_order((one for one in everything if _passes(one, options, since)), events)
    return Result(session=scope.summary, annotations=chosen, count=len(everything), missing=why)


def _since(text: str, facts: Facts) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
    except ValueError:
        raise UsageError(f"{text!r} is no time", hint="use 2026-11-18 or 2026-11-18T14:00") from None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=facts.zone)


def _passes(one: Noted, options: Options, since: datetime | None) -> bool:
    return (
        (not options.event or options.event in (one.event, one.event_id))
        and (not options.filter_label or one.label == options.filter_label)
        and (not options.filter_author or one.author == options.filter_author)
        and (since is None or (one.created_at is not None and one.created_at >= since))
        and (one.bookmark or not options.bookmarks)
    )


def _parts(scope: SessionScope) -> tuple[list[Part], str]:
    """The session, and its sub-agents where something was noted about one."""
    try:
        root = part(scope.read(), scope.summary, scope)
    except NotFoundError as error:
        return [], str(error)
    if all(one.session_id == scope.summary.id for one in scope.given):
        return [root], ""
    return list(family(root, scope, [])), ""


def _events(parts: Sequence[Part]) -> Events:
    """In the order of the logs, the session's own first."""
    return {name: where for one in parts for name, where in places(one.session, one.prefix).items()}


def _foreign(parts: Sequence[Part], given: Sequence[Annotation], events: Events) -> Iterator[Noted]:
    """What came with a trace and is none of ours: an export of ours brings our own back."""
    ours = {one.annotation_id for one in given}
    for one in parts:
        for event in one.session.events:
            if isinstance(event, Attachment) and is_note(event) and event.id not in ours:
                record = note_record(event, one.session.id)
                found = noted(Annotation(agent=one.summary.agent, **record), events)
                yield msgspec.structs.replace(found, missing=False, foreign=True)


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[Block]:
    yield Heading(text=clip(result.session.title or result.session.id, 100))
    if result.annotations:
        yield Timeline(entries=tuple(entries(result.annotations, facts, ids=True, session=result.session.id)))
    left = result.count - len(result.annotations)
    if left:
        yield Prose(text=f"{many(left, 'more annotation')} that the flags leave out", tone="dim")
    elif not result.count:
        yield Prose(text='nothing is noted: `agent-trace annotate SESSION N --note "why?"` does it', tone="dim")
    if result.missing:
        yield Note(text=f"their events cannot be told: {result.missing}")
