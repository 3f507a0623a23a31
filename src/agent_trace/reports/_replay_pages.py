"""A long session's document in pieces that can be kept: a head, a table of contents, and blocks of some hundred events.

A page needs the blocks that it touches and nothing else. What is told differently from day to day (the session's row, notes,
what became of its commits) is no part of it: `renewed` adds that to the head.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from math import isnan, nan
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from agent_trace.analysis.lanes import Stay, lanes
from agent_trace.model.events import LlmResponse, Origin, ToolCall
from agent_trace.reports._happened import Row
from agent_trace.reports._notes import Noted, Where, noted_of
from agent_trace.reports._replay_document import Head, Moment, ReplayDocument, Span
from agent_trace.reports._replay_head import renewed
from agent_trace.reports._replay_sought import Words, WordsOfBlock
from agent_trace.reports._scopes import SessionScope
from agent_trace.reports.replay_document import Opened, Options, numbers_of

EACH = 200
"""Events of a block."""
STEM = "replay "
HEAD, CONTENTS, IDS, TIMES, ROWS, NAMES = (
    STEM + name for name in ("head", "contents", "ids", "times", "rows", "names")
)
"""Names of pieces; blocks are called after their first event."""
RESPONSE = str(LlmResponse.__struct_config__.tag)
ID_BYTES = 8
T = TypeVar("T")
replace = msgspec.structs.replace


class Place(NamedTuple):
    """Where an event was heard."""

    source: int
    offset: int
    length: int


class Beginning(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a plain replay tells of an event whose words are too long for a moment."""

    title: str
    more: str
    """What follows the moment's text."""
    size: int
    patch: str


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What there is in which block."""

    total: int
    prompts: tuple[tuple[int, int], ...]
    """The first and the last event of each prompt."""
    kinds: tuple[frozenset[str], ...]
    """Of each block the kinds of its events; `failed`: a step in it failed."""


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What the words of a head are taken from, for those who tell it in other words."""

    phases: tuple[int | None, ...]
    """Of each phase the event that it is named after."""
    paths: dict[int, str]
    """The first path of each call that is told with an earlier event, as it stands in the log."""


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Some events in a row."""

    spent: Decimal | None
    """Of the session's own calls before the first of them."""
    moments: tuple[Moment, ...]
    spans: tuple[Span, ...]
    places: tuple[Place | None, ...]
    beginnings: dict[int, Beginning]
    """By the place in the block."""


# ---------------------------------------------------------------- to be kept


def pieces(known: Opened) -> Iterator[tuple[str, object]]:
    """The name of each piece and what it is; the head comes last, so that whoever finds it finds all."""
    kinds: list[frozenset[str]] = []
    later: set[int] = set()
    for first in range(1, known.total + 1, EACH):
        block = _block(known, first)
        kinds.append(frozenset(_kinds(block)))
        later.update(int(led.event) for one in block.moments for led in one.led if led.path)
        yield _name(first), block
    turns = [turn for turn in known.one.session.turns if turn.prompt is not None]
    prompts = tuple((turn.events[0].number, turn.events[-1].number) for turn in turns)
    yield CONTENTS, Contents(total=known.total, prompts=prompts, kinds=tuple(kinds))
    yield IDS, b"".join(_mark(event.id) for _, event in known.one.session.numbered)
    yield TIMES, array("d", map(_seconds, map(known.at, range(1, known.total + 1)))).tobytes()
    yield ROWS, array("I", map(known.row_of, range(1, known.total + 1))).tobytes()
    yield NAMES, Names(phases=tuple(one.named_by for one in known.one.phases), paths=dict(_paths(known, later)))
    yield HEAD, known.found_out


def _paths(known: Opened, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
    for number in numbers:
        event = known.one.session.event(number)
        if isinstance(event, ToolCall) and event.paths:
            yield number, event.paths[0]


def _seconds(found: float | None) -> float:
    return nan if found is None else found


def _firsts(page: range) -> range:
    """The first events of the blocks that a page touches."""
    return range(page.start - (page.start - 1) % EACH, page.stop, EACH) if page else page


def _name(first: int) -> str:
    return f"{STEM}{first}"


def _mark(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=ID_BYTES).digest()


def _kinds(block: Block) -> Iterator[str]:
    for one in block.moments:
        yield one.kind
        if one.failed:
            yield "failed"


def _block(known: Opened, first: int) -> Block:
    page = known.page(Options(first=first, limit=EACH, only="events"))
    origins = [known.origin(number) for number in range(first, first + len(page.events))]
    return Block(
        spent=page.running_cost_usd,
        moments=page.events,
        spans=page.spans,
        places=tuple(None if one is None else Place(one.source, one.offset, one.length) for one in origins),
        beginnings=dict(_beginnings(known, first, page.events)),
    )


def _beginnings(known: Opened, first: int, moments: Sequence[Moment]) -> Iterator[tuple[int, Beginning]]:
    """Of the events that a plain replay tells in other words, those words."""
    long = [place for place, one in enumerate(moments) if one.tail or one.patch_size or one.hunks]
    plain = known.scenes.plain(frozenset(first + place for place in long))
    for place, row in zip(long, plain, strict=True):
        yield (
            place,
            Beginning(title=row.title, more=row.text[len(moments[place].text) :], size=row.size, patch=row.patch),
        )


# ---------------------------------------------------------------- kept


def outline(session: str, agent: str, total: int) -> ReplayDocument:
    """The document of a whole session, without its head and its events."""
    first = 1 if total else None
    return ReplayDocument(
        session=session, agent=agent, total=total, first=first, last=total or None, next=None, running_cost_usd=None
    )


def in_lanes(spans: Iterable[Span]) -> Iterator[Span]:
    """Steps of one page: lanes are those of that page, whatever blocks it is made of."""
    found = {one.event: one for one in spans}
    stays = (Stay(one.event, round(one.start_s * 1000), round(one.end_s * 1000)) for one in found.values())
    for stay, lane in lanes(stays):
        yield replace(found[stay.name], lane=lane)


class Find(Protocol):
    """Gives a piece by its name."""

    def __call__(self, name: str, kind: type[T], /) -> T: ...


class Kept:
    """A session's pieces."""

    def __init__(self, session: str, agent: str, scope: Callable[[], SessionScope], find: Find) -> None:
        """`scope`: what is asked for a head alone."""
        self._session, self._agent, self._scope, self._find = session, agent, scope, find
        self._blocks: dict[int, Block] = {}

    @cached_property
    def _contents(self) -> Contents:
        return self._find(CONTENTS, Contents)

    def _block(self, number: int) -> tuple[Block, int]:
        """The block of an event, and its place in there."""
        place = (number - 1) % EACH
        first = number - place
        if first not in self._blocks:
            self._blocks[first] = self._find(_name(first), Block)
        return self._blocks[first], place

    # ---- all of it

    @property
    def outline(self) -> ReplayDocument:
        """The document of all of it, without its head and its events."""
        return outline(self._session, self._agent, self.total)

    def blocks(self) -> Iterator[Block]:
        """Its events, some at a time; none is remembered."""
        for first in range(1, self.total + 1, EACH):
            yield self._find(_name(first), Block)

    def words(self) -> Iterator[Words]:
        """What can be looked for in its events; of all else that is kept nothing is read."""
        for first in range(1, self.total + 1, EACH):
            yield from self._find(_name(first), WordsOfBlock).moments

    @property
    def found_out(self) -> Head:
        """What is known of it as a whole, without what is told differently from day to day."""
        return self._find(HEAD, Head)

    @property
    def names(self) -> Names:
        return self._find(NAMES, Names)

    def head(self, scope: SessionScope) -> Head:
        """What is known of it as a whole, as it is told now."""
        return renewed(self.found_out, scope, self.noted(scope), self)

    def at(self, number: int) -> float | None:
        """Seconds from the start of the session to an event."""
        times = self._times
        return times[number - 1] if 0 < number <= len(times) and not isnan(times[number - 1]) else None

    @cached_property
    def _times(self) -> Sequence[float]:
        return array("d", self._find(TIMES, bytes))

    def row_of(self, number: int) -> int:
        """The event in whose row another one is shown: of a result its call."""
        return self._rows[number - 1] if 0 < number <= len(self._rows) else number

    @cached_property
    def _rows(self) -> Sequence[int]:
        return array("I", self._find(ROWS, bytes))

    # ---- one event

    @property
    def total(self) -> int:
        return self._contents.total

    def number(self, name: str) -> int | None:
        """The number of the event that is meant: a number, or an id."""
        if name.isascii() and name.isdigit():
            return int(name) if len(name) < 12 and 0 < int(name) <= self.total else None
        ids, mark, at = self._find(IDS, bytes), _mark(name), -1
        while (at := ids.find(mark, at + 1)) >= 0:
            number = at // ID_BYTES + 1
            if at % ID_BYTES == 0 and self.moment(number).id == name:
                return number
        return None

    def moment(self, number: int) -> Moment:
        """An event."""
        block, place = self._block(number)
        return block.moments[place]

    def origin(self, number: int) -> Origin | None:
        """Where an event was heard."""
        block, place = self._block(number)
        found = block.places[place]
        return None if found is None else Origin(source=found.source, offset=found.offset, length=found.length)

    # ---- pages

    def page(self, options: Options) -> ReplayDocument:
        """The head, some events, or both."""
        page = numbers_of(self._contents.prompts, self.total, options)
        return ReplayDocument(
            session=self._session,
            agent=self._agent,
            total=self.total,
            first=page.start if page else None,
            last=page.stop - 1 if page else None,
            next=page.stop if page and page.stop <= self.total else None,
            running_cost_usd=self._spent(page.start) if page else None,
            head=None if options.only == "events" else self.head(self._scope()),
            events=tuple(self._moments(page)),
            spans=tuple(self._spans(page)),
        )

    def _moments(self, page: range) -> Iterator[Moment]:
        for first in _firsts(page):
            block, _ = self._block(first)
            yield from block.moments[max(page.start - first, 0) : page.stop - first]

    def _spent(self, number: int) -> Decimal | None:
        """Before an event: what the last call before it told, or what was spent before the block."""
        block, place = self._block(number)
        told = [one.running_cost_usd for one in block.moments[:place] if one.kind == RESPONSE]
        return told[-1] if told else block.spent

    def _spans(self, page: range) -> Iterator[Span]:
        found = (one for first in _firsts(page) for one in self._block(first)[0].spans)
        yield from in_lanes(one for one in found if int(one.event) in page)

    def noted(self, scope: SessionScope) -> tuple[Noted, ...]:
        """What was noted, with the events that it is about."""
        ids = {one.event_id for one in scope.given if one.session_id == scope.summary.id and one.event_id}
        numbers = sorted(number for one in ids if (number := self.number(one)) is not None)
        events = (self.moment(number) for number in numbers)
        return noted_of(scope, {(scope.summary.id, one.id): Where(one.number, one.kind, one.at) for one in events})

    # ---- as a plain replay tells them

    def row(self, number: int) -> Row:
        """An event as `replay` tells it."""
        block, place = self._block(number)
        one, more = block.moments[place], block.beginnings.get(place)
        told = {name: getattr(one, name) for name in Row.__struct_fields__}
        if more is not None:
            told.update(title=more.title, text=one.text + more.more, size=more.size, patch=more.patch)
        return Row(**told)

    def rows(self, after: int, kinds: frozenset[str]) -> Iterator[Row]:
        """Those after a number, of these kinds alone where some are named; `error` means failed tools too."""
        wanted = kinds | ({"failed"} if "error" in kinds else frozenset[str]())
        number = after + 1
        while number <= self.total:
            if wanted and not wanted & self._contents.kinds[(number - 1) // EACH]:
                number += EACH - (number - 1) % EACH
                continue
            row = self.row(number)
            if not kinds or row.kind in kinds or ("error" in kinds and row.failed):
                yield row
            number += 1
