"""A session as it happened: every event with its number, its time since the start and what was done, said and returned.

Numbers are an event's place in the log. A filter, a limit or a sub-agent shown below its call never changes them, and
`search` and `show` mean the same ones. What a fork copied from the session before it stands first, marked, and is not
counted. `--tree` shows only which session started which. `--live` prints the events with the pauses they had, divided
by `--speed` and three seconds at most, and follows a session that still runs until it ends or you press Ctrl-C.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Annotated, NamedTuple

import msgspec

from agent_trace.errors import NotFoundError, UsageError
from agent_trace.model.events import KINDS
from agent_trace.model.facts import Facts
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.render.blocks import AnyBlock, Entry, Field, Fields, Heading, Note, Outline, Prose, Timeline, field
from agent_trace.render.numbers import clip, count, duration
from agent_trace.reports._amounts import money
from agent_trace.reports._family import below, node
from agent_trace.reports._happened import Row, rows, told
from agent_trace.reports._note_entries import entries, marks
from agent_trace.reports._notes import Noted, Where, noted, said
from agent_trace.reports._parts import Part, part, read
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._telling import entry
from agent_trace.reports._words import many

SCOPE = "session"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    filter: Annotated[
        str,
        msgspec.Meta(
            description="Only these kinds of events, separated by commas: "
            + ", ".join(KINDS)
            + ". `error` means failed tools too."
        ),
    ] = ""
    since_event: Annotated[str, msgspec.Meta(description="Begin at this event: a number, or an id.")] = ""
    limit: Annotated[int, msgspec.Meta(ge=0, description="How many events are shown; 0: all.")] = 0
    expand_subagents: Annotated[
        bool, msgspec.Meta(description="Show the events of each sub-agent below the call that started it.")
    ] = False
    tree: Annotated[bool, msgspec.Meta(description="Only which session started which, with their figures.")] = False
    full: Annotated[bool, msgspec.Meta(description="Show texts, arguments and outputs whole.")] = False
    live: Annotated[
        bool, msgspec.Meta(description="In a terminal: with the original pauses, and on as long as the session runs.")
    ] = False
    speed: Annotated[Decimal, msgspec.Meta(description="With --live: how many times faster.")] = Decimal(1)


class Moment(NamedTuple):
    """One event of a session that is played again."""

    id: str
    at_s: float | None
    """When it was, in seconds since 1970."""
    entry: Entry


class Play(NamedTuple):
    """What a terminal needs to play a session: what stands first, what follows, whether more is to come."""

    head: tuple[AnyBlock, ...]
    moments: tuple[Moment, ...]
    session: str
    goes_on: bool


class Result(msgspec.Struct, frozen=True, kw_only=True):
    session: Summary
    chosen_by: str = ""
    """How the session was chosen, where that is worth saying."""
    events: tuple[Row, ...] = ()
    """Those that were asked for; none with --tree."""
    event_count: int | None = None
    """All there are, of expanded sub-agents too; null with --tree."""
    more: int = 0
    """Events beyond the limit."""
    next_event: str | None = None
    """The first of them."""
    children: tuple[Summary, ...] = ()
    """All sub-agents, nested ones too."""
    annotations: tuple[Noted, ...] = ()
    """What a person noted about the session and its events, whichever are shown."""
    unread: tuple[str, ...] = ()
    """Sub-agents that were to be expanded and whose logs are gone."""


def characters(options: Options) -> int | None:
    """How many characters of each text are read; None: all."""
    return None if options.full else 2048


def is_whole(options: Options) -> bool:
    """Whether all of the session was asked for: then its page is the one that `share` writes."""
    return options == Options(full=options.full)


def compute(scope: SessionScope, options: Options, facts: Facts) -> Result:
    wanted = kinds(options.filter)
    if options.tree:
        return Result(session=scope.summary, chosen_by=scope.chosen_by, children=scope.children)
    session, unread = scope.read(), list[str]()
    scene = Scene(scope, options, facts, _started(scope.summary, session), unread)
    found = list(_rows(part(session, scope.summary, scope), scene))
    chosen = [row for row in found[_start(found, options.since_event) :] if _passes(row, wanted)]
    shown = chosen[: options.limit or None]
    return Result(
        session=scope.summary,
        chosen_by=scope.chosen_by,
        events=tuple(shown),
        event_count=len(found),
        more=len(chosen) - len(shown),
        next_event=chosen[len(shown)].number if len(chosen) > len(shown) else None,
        children=scope.children,
        annotations=tuple(_given(found, scope)),
        unread=tuple(unread),
    )


def _given(found: Sequence[Row], scope: SessionScope) -> Iterator[Noted]:
    """What was noted about the session and the events that it shows, and about those of its own that are found no more."""
    if not scope.given:
        return
    events = {(row.session, row.id): Where(row.number, row.kind, row.at) for row in found}
    for one in said(scope.given):
        if one.session_id == scope.summary.id or (one.session_id, one.event_id) in events:
            yield noted(one, events)


def _started(one: Summary, session: Session) -> int | None:
    """The start that every surface tells; the log's first event, where there is none."""
    return session.started if one.started is None else round(one.started.timestamp() * 1000)


def kinds(text: str) -> frozenset[str]:
    """The kinds that a filter names, checked; none: all."""
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    unknown = sorted(names - set(KINDS))
    if unknown:
        raise UsageError(f"--filter: no event is called {unknown[0]!r}", hint="choose from " + ", ".join(KINDS))
    return names


def _passes(row: Row, wanted: frozenset[str]) -> bool:
    return not wanted or row.kind in wanted or ("error" in wanted and row.failed)


def _start(found: Sequence[Row], event: str) -> int:
    """The place of the event to begin with."""
    if not event:
        return 0
    place = next((index for index, row in enumerate(found) if event in (row.number, row.id)), None)
    if place is None:
        last = found[-1].number.partition("/")[0] if found else "0"
        raise NotFoundError(f"the session has no event {event!r}", hint=f"its events are 1 to {last}")
    return place


class Scene(NamedTuple):
    """What all rows of an answer share."""

    scope: SessionScope
    options: Options
    facts: Facts
    start: int | None
    """UTC milliseconds from which offsets are counted."""
    unread: list[str]


def _rows(one: Part, scene: Scene, depth: int = 0) -> Iterator[Row]:
    """A session's events; below each call that started a sub-agent, where they are asked for, that one's."""
    for row in rows(told(one, scene.scope.book, scene.facts.cost, start=scene.start, depth=depth)):
        yield row
        if row.child is not None and scene.options.expand_subagents:
            child = next(child for child in one.starts.values() if child.id == row.child)
            yield from _child_rows(child, f"{row.number}/", scene, depth + 1)
    if scene.options.expand_subagents:
        known = {child.id for child in one.starts.values()}
        for child in below(one.summary.id, scene.scope.children):
            if child.id not in known:
                yield from _child_rows(child, f"{one.prefix}?/", scene, depth + 1)


def _child_rows(child: Summary, prefix: str, scene: Scene, depth: int) -> Iterator[Row]:
    session = read(child, scene.scope, scene.unread)
    if session is not None:
        yield from _rows(part(session, child, scene.scope, prefix), scene, depth)


# ---------------------------------------------------------------- layout


def layout(result: Result, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    yield Heading(text=clip(result.session.title or result.session.id, 100))
    yield _head(result, facts)
    apart = [one for one in result.annotations if one.event is None]
    if apart:
        yield Timeline(entries=tuple(entries(apart, facts)))
    if options.tree:
        yield Outline(nodes=(node(result.session, result.children),))
        return
    for inherited, run in groupby(result.events, key=lambda row: row.inherited):
        found = list(run)
        if inherited:
            copied = many(len(found), "event")
            yield Prose(text=f"{copied} copied from the session that this one was forked from, not counted", tone="dim")
        yield Timeline(entries=tuple(_entries(found, result, options, facts)))
    yield from _notes(result)


def _entries(found: Sequence[Row], result: Result, options: Options, facts: Facts) -> Iterator[Entry]:
    """The events, each with what was noted about it below."""
    about: dict[tuple[str, str | None], list[Noted]] = {}
    for one in result.annotations:
        about.setdefault((one.session_id, one.event_id), []).append(one)
    for row in found:
        yield entry(row, result.session.cwd, full=options.full)
        yield from entries(about.get((row.session, row.id), ()), facts, depth=row.depth)


def live(result: Result, options: Options, facts: Facts) -> Play:
    """The same, event by event."""
    if options.speed <= 0:
        raise UsageError("--speed must be more than 0", hint="2 is twice as fast")
    if options.tree:
        raise UsageError("--live plays events, and --tree shows none")
    one = result.session
    return Play(
        head=(Heading(text=clip(one.title or one.id, 100)), _head(result, facts)),
        moments=tuple(
            Moment(
                f"{row.session} {row.id}",
                None if row.at is None else row.at.timestamp(),
                entry(row, one.cwd, full=options.full),
            )
            for row in result.events
        ),
        session=one.id,
        goes_on=one.state in ("running", "waiting") and not options.limit,
    )


def _head(result: Result, facts: Facts) -> Fields:
    one = result.session
    items = [
        field("session", one.id, result.chosen_by),
        field("agent", one.agent, one.state),
        field("where", (one.cwd or "?") + (f" on {one.branch}" if one.branch else "")),
        field("when", _when(one, facts)),
        field("duration", duration(one.duration_s), f"{duration(one.active_s)} active"),
        field("models", ", ".join(one.models) or "none"),
        field("prompts", count(one.prompts)),
        _counted("tool calls", one.total.tool_calls, one.subagents.tool_calls),
        _counted("errors", one.total.errors, one.subagents.errors),
        _cost(one),
    ]
    if one.parent is not None:
        items.insert(1, field("parent", one.parent))
    if one.source_changed:
        items.append(field("source", "changed", "its log was cut, rewritten or deleted; what was read is kept"))
    return Fields(items=(*items, *marks(one)))


def _when(one: Summary, facts: Facts) -> str:
    if one.started is None or one.ended is None:
        return "?"
    started, ended = one.started.astimezone(facts.zone), one.ended.astimezone(facts.zone)
    end = f"{ended:%H:%M:%S}" if ended.date() == started.date() else f"{ended:%Y-%m-%d %H:%M:%S}"
    return f"{started:%Y-%m-%d %H:%M:%S} to {end} {facts.zone_name}"


def _counted(label: str, total: int | None, below: int | None) -> Field:
    return field(label, count(total), f"{count(below)} by sub-agents" if below else "")


def _cost(one: Summary) -> Field:
    parts = [("sub-agents", one.subagents), ("unlogged", one.unlogged)]
    named = [f"{name} {money(part)}" for name, part in parts if part is not None and part.cost_usd is not None]
    return field("cost", money(one.total), ", ".join([f"own {money(one.own)}", *named]) if named else "")


def _notes(result: Result) -> Iterator[AnyBlock]:
    if result.event_count == 0:
        yield Note(text="the session has no events")
    elif not result.events:
        yield Prose(text=f"none of its {count(result.event_count)} events is of these kinds", tone="dim")
    if result.more:
        yield Prose(text=f"{many(result.more, 'more event')}: `--since-event {result.next_event}`", tone="dim")
    gone = sum(one.missing for one in result.annotations)
    if gone:
        yield Note(text=f"gone: the event that {many(gone, 'note')} is about is in the log no more")
    for child in result.unread:
        yield Note(text=f"the log of {child} is gone and was not archived: its events are not shown")
    if result.session.unread_lines:
        lines = many(result.session.unread_lines, "line")
        yield Note(text=f"{lines} of its log could not be read", hint="`agent-trace doctor` names them")
