"""The list as a page asks for it again and again: every root with its figures, held while nothing changes.

What no question can change is worked out once. When sessions change, those alone are worked out again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from agent_trace.app.moving import Moving
from agent_trace.app.summaries import silent, summaries
from agent_trace.app.sums import Row
from agent_trace.app.sums import row as figures_of
from agent_trace.app.workspace import Workspace
from agent_trace.app.written import packed
from agent_trace.model.selection import Selection
from agent_trace.model.summary import Summary
from agent_trace.pricing.amounts import unpriced_models
from agent_trace.store.ledger import ledger
from agent_trace.store.sessions import SessionRow, names_of, root_keys, roots, untold

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


class Entry(msgspec.Struct, kw_only=True, gc=False):
    """A root session with what it started, and what questions look at again and again."""

    row: int
    summary: Summary
    agent: str
    repo: str | None
    """Else the folder it began in."""
    branch: str | None
    state: str
    place: str
    """`repo` in lower case."""
    figures: Row
    children: tuple[Summary, ...]
    data: bytes
    """The summary as JSON."""
    words: str
    """Where a text is looked for, in lower case."""
    models: frozenset[str]
    labels: frozenset[str]
    """Of the session and of all that it started, as of the star."""
    starred: bool
    unpriced: frozenset[str]
    """Models of its calls without a price."""
    untold: bool
    """Its logs tell nothing of its model calls."""


class Entries:
    """All roots of a cut by row id, as they stood when it was last brought up to date."""

    def __init__(self, cut: Cut) -> None:
        self.cut = cut
        self.known: dict[int, Entry] = {}
        self.answers: dict[Any, Any] = {}
        """What was worked out of them for one question; gone when anything changes."""
        self._moving = Moving()
        self._fresh = False

    def bring_up_to_date(self, workspace: Workspace) -> None:
        """Work out what changed since the last time; everything, the first time and under a cut."""
        self.answers = {}
        moved = frozenset(self._moving.look(workspace))
        if self._fresh:
            self._refresh(workspace, moved)
            return
        chosen = roots(workspace.db, self.cut.selection)
        made = _made(workspace, chosen, self.cut.selection)
        self.known = {row.id: made[row.id] for row in chosen}
        self._fresh = True

    def _refresh(self, workspace: Workspace, moved: frozenset[str]) -> None:
        """Only what moved or is new, and what runs."""
        keys, before = root_keys(workspace.db), self.known
        stale = {row for row, key in keys if key in moved or (row in before and _is_running(before[row]))}
        names = tuple(names_of(workspace.db, stale))
        rows = roots(workspace.db, msgspec.structs.replace(self.cut.selection, among=(names,))) if names else []
        made = _made(workspace, rows, self.cut.selection)
        kept = {row: one for row, one in before.items() if row not in stale}
        self.known = {row: found for row, _ in keys if (found := made.get(row) or kept.get(row))}

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.known.values())


def _is_running(entry: Entry) -> bool:
    """Time alone changes what is said of it."""
    return any(one.state == "running" for one in (entry.summary, *entry.children))


def _made(workspace: Workspace, rows: Sequence[SessionRow], selection: Selection) -> dict[int, Entry]:
    found: dict[int, Entry] = {}
    size = MOST if selection.is_everything else len(rows) or 1  # a cut reads all its calls each time
    for start in range(0, len(rows), size):
        some = rows[start : start + size]
        ids = [row.id for row in some]
        done, families = summaries(workspace, some, selection)
        unpriced = _unpriced(workspace, ids, selection)
        silence = untold(workspace.db, ids, silent(workspace))
        for row, one in zip(some, done, strict=True):
            family = tuple(families.get(row.key, ()))
            found[row.id] = _entry(row.id, one, family, unpriced.get(row.key, frozenset()), row.id in silence)
    return found


def _entry(row: int, one: Summary, family: tuple[Summary, ...], unpriced: frozenset[str], untold: bool) -> Entry:
    everyone = (one, *family)
    words = (one.title, one.id, one.repo or one.cwd, one.branch, *one.labels)
    return Entry(
        row=row,
        summary=one,
        agent=one.agent,
        repo=one.repo or one.cwd,
        branch=one.branch,
        state=one.state,
        place=(one.repo or one.cwd or "").lower(),
        figures=figures_of(one),
        children=family,
        data=packed(one),
        words="\n".join(word for word in words if word).lower(),
        models=frozenset(model for each in everyone for model in each.models),
        labels=frozenset(label for each in everyone for label in each.labels),
        starred=any(each.starred for each in everyone),
        unpriced=unpriced,
        untold=untold,
    )


def _unpriced(workspace: Workspace, ids: Sequence[int], selection: Selection) -> dict[str, frozenset[str]]:
    """Root → models of its family's calls that the price book does not know."""
    rows = ledger(workspace.db, selection, ("root",), roots=ids)
    names = frozenset(unpriced_models(rows, workspace.book))
    found: dict[str, set[str]] = {}
    for row in rows if names else ():
        if row.entries and row.cls.model in names:
            found.setdefault(row.key[0], set()).add(row.cls.model)
    return {key: frozenset(some) for key, some in found.items()}
