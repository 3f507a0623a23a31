"""The list as a page asks for it again and again: every root with its figures, held while nothing changes.

What no question can change is worked out once. When sessions change, those alone are worked out again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from agent_trace.app.ledgers import used
from agent_trace.app.moving import Moving
from agent_trace.app.summaries import silent, summaries
from agent_trace.app.sums import Row
from agent_trace.app.sums import row as figures_of
from agent_trace.app.workspace import Workspace
from agent_trace.app.written import packed
from agent_trace.model.selection import Selection
from agent_trace.model.summary import Summary
from agent_trace.pricing.amounts import unpriced_models
from agent_trace.store.choice import milliseconds
from agent_trace.store.sessions import SessionRow, names_of, root_keys, roots, untold
from agent_trace.store.spans import Span, spans
from agent_trace.store.stretches import EVER

MOST = 300
"""Roots that are worked out at once: others get their turn in between."""


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls count: the part of a selection that changes figures, not only which sessions are there."""

    since: datetime | None = None
    until: datetime | None = None
    model: str | None = None

    @property
    def selection(self) -> Selection:
        return Selection(since=self.since, until=self.until, model=self.model)

    @property
    def is_whole(self) -> bool:
        return self == Cut()

    def before(self, now: datetime) -> Cut | None:
        """The equally long time before; None where it has no beginning."""
        if self.since is None:
            return None
        length = (self.until or now) - self.since
        return (
            None
            if length <= timedelta()
            else msgspec.structs.replace(self, since=self.since - length, until=self.since)
        )


class Kind(msgspec.Struct, frozen=True, kw_only=True, eq=False, gc=False):
    """What filters look at and many sessions have alike. Those that are alike share one, so that it is looked at once."""

    agent: str
    repo: str | None
    """Else the folder it began in."""
    branch: str | None
    state: str
    place: str
    """`repo` in lower case."""
    models: frozenset[str]
    labels: frozenset[str]
    """Of the session and of all that it started, as of the star."""
    starred: bool
    hidden: bool
    productive: bool | None
    unpriced: frozenset[str]
    """Models of its calls without a price."""


KIND = Kind.__struct_fields__


class Entry(msgspec.Struct, kw_only=True, gc=False, eq=False):
    """A root session with what it started, and what questions look at again and again."""

    row: int
    summary: Summary
    kind: Kind
    figures: Row
    children: tuple[Summary, ...]
    data: bytes
    """The summary as JSON."""
    words: str
    """Where a text is looked for, in lower case."""
    untold: bool
    """Its logs tell nothing of its model calls."""
    span: Span
    """When all of it happened, whatever the cut."""


class Entries:
    """All roots of a cut by row id, as they stood when it was last brought up to date."""

    def __init__(self, cut: Cut, whole: Entries | None = None, numbers: Iterator[int] | None = None) -> None:
        """`whole`: those without a cut, which most of these are taken from; `numbers`: of generations, each given once."""
        self.cut, self.whole = cut, whole
        self._numbers = count() if numbers is None else numbers
        self.known: dict[int, Entry] = {}
        self.answers: dict[Any, Any] = {}
        """What was worked out of them for one question; gone when anything changes."""
        self.generation = 0
        """Another one after each change."""
        self._moving = Moving()
        self._fresh = False
        self._kinds: dict[tuple[Any, ...], Kind] = {}
        self._partly: dict[int, tuple[Entry, Entry | None]] = {}
        """Root that the cut goes through → how it was as a whole, and what the cut left of it."""

    def bring_up_to_date(self, workspace: Workspace, *, wrote: bool = True) -> None:
        """Work out what changed since the last time; `wrote` False: nothing but time can have changed anything."""
        before = self.known
        if self.whole is not None:
            self._cut(workspace, self.whole)
        elif self._fresh:
            self._refresh(workspace, wrote=wrote)
        else:
            self._moving.look(workspace)
            chosen = roots(workspace.db, self.cut.selection)
            made = self._made(workspace, chosen)
            self.known = {row.id: made[row.id] for row in chosen}
        if not self._fresh or before is not self.known:
            self.answers = {}
            self.generation = next(self._numbers)
        self._fresh = True

    def _refresh(self, workspace: Workspace, *, wrote: bool) -> None:
        """Only what moved or is new, and what runs."""
        before, moved = self.known, frozenset(self._moving.look(workspace)) if wrote else frozenset()
        running = {row for row, one in before.items() if _is_running(one)}
        if not running and (not wrote or self._moving.is_still):
            return
        keys = root_keys(workspace.db)
        stale = {row for row, key in keys if key in moved or row in running}
        names = tuple(names_of(workspace.db, stale))
        rows = roots(workspace.db, Selection(among=(names,))) if names else []
        made = self._made(workspace, rows)
        kept = {row: one for row, one in before.items() if row not in stale}
        self.known = {row: found for row, _ in keys if (found := made.get(row) or kept.get(row))}

    def _cut(self, workspace: Workspace, whole: Entries) -> None:
        """What lies within is taken as it is; what the cut goes through is worked out, once while it stays as it is."""
        sides = _Sides(self.cut)
        since, until, any_model = sides.since, sides.until, sides.model is None
        found, partly = {}, {}
        for row, one in whole.known.items():
            span = one.span
            if any_model and span.first >= since and span.end <= until and not span.is_odd:
                found[row] = one
            elif not sides.is_outside(one):
                found[row] = one
                if not sides.is_inside(one):
                    partly[row] = one
        held = self._partly
        fresh = [row for row, one in partly.items() if row not in held or held[row][0] is not one or _is_running(one)]
        names = tuple(names_of(workspace.db, fresh))
        rows = roots(workspace.db, msgspec.structs.replace(self.cut.selection, among=(names,))) if names else []
        made = self._made(workspace, rows)
        anew = set(fresh)
        self._partly = {row: (one, made.get(row)) if row in anew else held[row] for row, one in partly.items()}
        left = {row: one for row, (_, one) in self._partly.items()}
        known = {row: kept for row, one in found.items() if (kept := left.get(row, one))}
        if list(known.values()) != list(self.known.values()):
            self.known = known

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.known.values())

    # ---- making them

    def _made(self, workspace: Workspace, rows: Sequence[SessionRow]) -> dict[int, Entry]:
        found: dict[int, Entry] = {}
        selection = self.cut.selection
        for start in range(0, len(rows), MOST):
            some = rows[start : start + MOST]
            ids = [row.id for row in some]
            done, families = summaries(workspace, some, selection)
            unpriced = _unpriced(workspace, ids, selection)
            silence = untold(workspace.db, ids, silent(workspace))
            times = spans(workspace.db, ids)
            for row, one in zip(some, done, strict=True):
                family = tuple(families.get(row.key, ()))
                kind = self._kind(one, family, unpriced.get(row.key, frozenset()))
                found[row.id] = _entry(row.id, one, family, kind, times[row.id], untold=row.id in silence)
        return found

    def _kind(self, one: Summary, family: tuple[Summary, ...], unpriced: frozenset[str]) -> Kind:
        everyone = (one, *family)
        place = one.repo or one.cwd
        values: tuple[Any, ...] = (
            one.agent,
            place,
            one.branch,
            one.state,
            (place or "").lower(),
            frozenset(model for each in everyone for model in each.models),
            frozenset(label for each in everyone for label in each.labels),
            any(each.starred for each in everyone),
            one.hidden,
            one.productive,
            unpriced,
        )
        found = self._kinds.get(values)
        if found is None:
            found = self._kinds[values] = Kind(**dict(zip(KIND, values, strict=True)))
        return found


class _Sides:
    """On which side of a cut a root lies, as far as its span tells."""

    def __init__(self, cut: Cut) -> None:
        self.since, self.until = milliseconds(cut.since, -1), milliseconds(cut.until, EVER)
        self.model = None if cut.model is None else cut.model.lower()

    def is_outside(self, one: Entry) -> bool:
        """No call of it is selected, nor itself without one."""
        span = one.span
        if span.called >= span.done:  # no call at all
            started, ended = milliseconds(one.summary.started, 0), milliseconds(one.summary.ended, 0)
            return self.model is not None or ended < self.since or started >= self.until
        if span.done <= self.since or span.called >= self.until:
            return True
        return self.model is not None and not any(self.model in name.lower() for name in span.models)

    def is_inside(self, one: Entry) -> bool:
        """Nothing of it is left out."""
        span = one.span
        if span.is_odd or span.first < self.since or span.end > self.until:
            return False
        return self.model is None or all(self.model in name.lower() for name in span.models)


def _is_running(entry: Entry) -> bool:
    """Time alone changes what is said of it."""
    return any(one.goes_on for one in (entry.summary, *entry.children))


def _entry(row: int, one: Summary, family: tuple[Summary, ...], kind: Kind, span: Span, *, untold: bool) -> Entry:
    words = (one.title, one.id, one.repo or one.cwd, one.branch, *one.labels)
    return Entry(
        row=row,
        summary=one,
        kind=kind,
        figures=figures_of(one),
        children=family,
        data=packed(one),
        words="\n".join(word for word in words if word).lower(),
        untold=untold,
        span=span,
    )


def _unpriced(workspace: Workspace, ids: Sequence[int], selection: Selection) -> dict[str, frozenset[str]]:
    """Root → models of its family's calls that the price book does not know."""
    rows = used(workspace, selection, ("root",), roots=ids)
    names = frozenset(unpriced_models(rows, workspace.book))
    found: dict[str, set[str]] = {}
    for row in rows if names else ():
        if row.entries and row.cls.model in names:
            found.setdefault(row.key[0], set()).add(row.cls.model)
    return {key: frozenset(some) for key, some in found.items()}
