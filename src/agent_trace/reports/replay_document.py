"""A session for a viewer, prompt by prompt: the schema that the dashboard, a shared file and an editor show.

Its JSON is the ReplayDocument: a head (figures, prompts, phases, files, outcome, findings, notes, marks) and a page of
events, each with what led to it, what it cost so far and how full the context was. Texts are told up to 2 kB, head and
tail; `size` says how long the whole is, and `--full` tells all. As text it is a table of the prompts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from typing import Annotated, Literal

import msgspec

from agent_trace.analysis.context import context
from agent_trace.errors import NotFoundError
from agent_trace.model.events import Origin
from agent_trace.model.facts import Facts
from agent_trace.model.usage import Amounts
from agent_trace.render.blocks import AnyBlock, Cell, Column, Fields, Heading, Note, Table, Tone, cell, field
from agent_trace.render.numbers import clip, count, dollars, duration, tokens
from agent_trace.reports._amounts import money
from agent_trace.reports._context import window_of
from agent_trace.reports._notes import notes
from agent_trace.reports._replay_document import Asked, Before, Head, ReplayDocument
from agent_trace.reports._replay_events import Scenes
from agent_trace.reports._replay_head import head, renewed
from agent_trace.reports._replay_links import related
from agent_trace.reports._replay_sought import Words
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports._understood import Understood
from agent_trace.reports._words import many

SCOPE = "session"
Only = Literal["", "head", "events"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    first: Annotated[int, msgspec.Meta(ge=1, description="The number of the event that the page begins with.")] = 1
    limit: Annotated[int, msgspec.Meta(ge=0, description="How many events the page has; 0: all from there on.")] = 0
    prompt: Annotated[
        int, msgspec.Meta(ge=0, description="Only the events of this prompt, counted from 1; 0: of all.")
    ] = 0
    only: Annotated[Only, msgspec.Meta(description="Leave out the rest: the head, or the events.")] = ""
    full: Annotated[bool, msgspec.Meta(description="Tell all texts and diffs whole.")] = False


def characters(options: Options) -> int | None:
    """Texts are read whole: their ends are kept."""
    return None


def keeps_ends(options: Options) -> bool:
    """Whether of a long text head and tail are read instead of the beginning."""
    return not options.full


class Opened:
    """A session that was read and understood: each page of it costs what the page costs."""

    def __init__(self, scope: SessionScope, facts: Facts, *, full: bool) -> None:
        self.one = Understood(scope)
        self.attach(scope)
        self.found = context(self.one.session, window_of(scope.book))
        self.scenes = Scenes(self.one, self.found, facts, full=full)
        self._facts, self._full = facts, full

    def attach(self, scope: SessionScope) -> None:
        """What is not known yet is asked of this scope: the one before it may be in use by somebody else."""
        one = self.one
        self.scope = one.scope = msgspec.structs.replace(scope, read=lambda: one.shown, whole=lambda: one.session)

    @property
    def total(self) -> int:
        """How many events it has."""
        return len(self.one.session.numbered)

    def number(self, name: str) -> int | None:
        """The number of the event that is meant: a number, or an id."""
        found = self.one.session.numbered_event(name)
        return None if found is None else found.number

    def origin(self, number: int) -> Origin | None:
        """Where an event was heard."""
        return self.one.session.numbered[number - 1].event.origin

    def words(self) -> tuple[Words, ...]:
        """What can be looked for in its events."""
        return self._words

    @cached_property
    def _words(self) -> tuple[Words, ...]:
        return tuple(self.scenes.words(range(1, self.total + 1)))

    def page(self, options: Options) -> ReplayDocument:
        """The head, some events, or both."""
        return told(self, options)

    @property
    def head(self) -> Head:
        """What is known of it as a whole, as it is told now."""
        return renewed(self.found_out, self.scope, notes(self.scope, self.one.shown), self)

    @cached_property
    def found_out(self) -> Head:
        """The same without what is told differently from day to day."""
        return head(self.one, self.scope, self.found, self._facts, full=self._full)

    def at(self, number: int) -> float | None:
        """Seconds from the start of the session to an event."""
        event = self.one.session.event(number)
        return self.one.offset(None if event is None else event.at)

    def row_of(self, number: int) -> int:
        """The event in whose row another one is shown: of a result its call."""
        return self.scenes.row_of(number)


def opened(scope: SessionScope, options: Options, facts: Facts) -> Opened:
    """Read it."""
    return Opened(scope, facts, full=options.full)


def told(known: Opened, options: Options) -> ReplayDocument:
    """The head, a page, or both."""
    one, scope, scenes = known.one, known.scope, known.scenes
    prompts = [(turn.events[0].number, turn.events[-1].number) for turn in one.session.turns if turn.prompt is not None]
    page = numbers_of(prompts, known.total, options)
    return ReplayDocument(
        session=scope.summary.id,
        agent=scope.summary.agent,
        total=known.total,
        first=page.start if page else None,
        last=page.stop - 1 if page else None,
        next=page.stop if page and page.stop <= known.total else None,
        running_cost_usd=scenes.cost_before(page.start) if page else None,
        head=None if options.only == "events" else known.head,
        events=tuple(scenes.moments(page)),
        spans=tuple(scenes.spans(page)),
    )


def compute(scope: SessionScope, options: Options, facts: Facts) -> ReplayDocument:
    return told(opened(scope, options, facts), options)


def numbers_of(prompts: Sequence[tuple[int, int]], total: int, options: Options) -> range:
    """The numbers of the events that were asked for. `prompts`: the first and the last event of each."""
    if options.only == "head":
        return range(0)
    start, stop = 1, total + 1
    if options.prompt:
        if options.prompt > len(prompts):
            raise NotFoundError(
                f"the session has no prompt {options.prompt}", hint=f"it has {many(len(prompts), 'prompt')}"
            )
        start, stop = prompts[options.prompt - 1][0], prompts[options.prompt - 1][1] + 1
    start = max(start, options.first)
    return range(start, min(stop, start + options.limit) if options.limit else max(start, stop))


# ---------------------------------------------------------------- layout


def layout(result: ReplayDocument, options: Options, facts: Facts) -> Iterator[AnyBlock]:
    found = result.head
    if found is None:
        yield Heading(text=result.session)
        yield Note(text="the head was left out: --json has the events", tone="plain")
        return
    one = found.session
    yield Heading(text=clip(one.title or one.id, 100))
    yield Fields(
        items=(
            field("session", one.id, found.chosen_by),
            field("agent", one.agent, one.state),
            *related(found.links),
            field("started", "?" if one.started is None else f"{one.started.astimezone(facts.zone):%Y-%m-%d %H:%M %Z}"),
            field("duration", duration(one.duration_s), f"{duration(one.active_s)} active"),
            field("models", ", ".join(one.models) or "none"),
            field("events", count(result.total)),
            field("tokens", tokens(one.total.usage.tokens)),
            field("cost", money(one.total), f"{money(one.subagents)} of it by sub-agents" if found.children else ""),
        )
    )
    yield Table(
        columns=(
            Column(title="#", align="right"),
            Column(title="event", align="right", weight=2),
            Column(title="prompt", stretch=True),
            Column(title="time", align="right"),
            Column(title="steps", align="right"),
            Column(title="failed", align="right", weight=1),
            Column(title="context after", align="right", weight=3, key="context"),
            Column(title="cost", align="right"),
        ),
        rows=tuple(tuple(map(partial(cell), row)) for row in _rows(found)),
        footer=tuple(_footer(tuple(_sums(found)))),
        empty="nothing was asked",
    )


def _rows(found: Head) -> Iterator[tuple[str, ...]]:
    """What was done before the first prompt stands where it was done."""
    rows = [(one.first_event, _cells(one)) for one in found.prompts]
    if found.before is not None:
        rows.append((found.before.first_event, _early(found.before)))
    return (cells for _, cells in sorted(rows))


def _footer(sums: Sequence[tuple[str, ...]]) -> Iterator[tuple[Cell, ...]]:
    """The last of them is the whole."""
    for number, row in enumerate(sums, 1):
        tone: Tone = "strong" if number == len(sums) else "dim"
        yield tuple(cell(text, tone) for text in row)


def failed_inside(found: Head) -> int | None:
    """Failed steps of all sub-agents; None where one of them does not know."""
    known = [one.failed_steps for one in found.children]
    return None if None in known else sum(one or 0 for one in known)


def _sums(found: Head) -> Iterator[tuple[str, ...]]:
    """The prompts together, what the session cost beside them, and the whole."""
    one, inside = found.session, failed_inside(found)
    if not found.children and one.unlogged is None and len(found.prompts) + (found.before is not None) < 2:
        return
    yield _sum("together", one.own, count(one.own.tool_calls), count(one.failed_steps))
    if found.children:
        name = f"by {many(len(found.children), 'sub-agent')}"
        yield _sum(name, one.subagents, count(one.subagents.tool_calls), count(inside))
    if one.unlogged is not None:
        yield _sum("not in the log", one.unlogged, "", "")
    if found.children or one.unlogged is not None:
        whole = None if inside is None or one.failed_steps is None else one.failed_steps + inside
        yield _sum("the session", one.total, count(one.total.tool_calls), count(whole))


def _sum(name: str, of: Amounts, steps: str, failed: str) -> tuple[str, ...]:
    return ("", "", name, "", steps, failed, "", money(of))


def _early(one: Before) -> tuple[str, ...]:
    spent = dollars(one.cost_usd, calls=one.calls, unpriced=one.unpriced_calls)
    steps, failed = count(one.tool_calls), count(one.failed_steps)
    return ("", str(one.first_event), "(before the first prompt)", duration(one.seconds), steps, failed, "", spent)


def _cells(one: Asked) -> tuple[str, ...]:
    spent = "-" if one.inherited else dollars(one.cost_usd, calls=one.calls, unpriced=one.unpriced_calls)
    return (
        str(one.number),
        one.event,
        clip(" ".join(one.text.split()), 200),
        duration(one.seconds),
        count(one.tool_calls) if not one.inherited else "-",
        count(one.failed_steps),
        tokens(one.context_after),
        spent,
    )
