"""A list that is cut by a time or a model is taken from the whole one: every row as if it had been worked out by itself."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import partial
from itertools import combinations
from typing import Any

import pytest

from agent_trace.app.entries import Cut, Entries
from agent_trace.app.listing import Listing, Question
from agent_trace.app.overviews import days, sums
from agent_trace.app.summaries import summaries
from agent_trace.app.workspace import Workspace
from agent_trace.store.sessions import roots
from agent_trace.store.spans import spans
from agent_trace.web.asking import Asking

STEP = timedelta(minutes=7)


def moments(workspace: Workspace) -> list[datetime]:
    """Times before, within and behind what was recorded, on quarter-hours and beside them."""
    rows = workspace.db.execute("SELECT min(at), max(at) FROM call WHERE at >= 0").fetchone()
    first, last = (datetime.fromtimestamp(one / 1000, timezone.utc) for one in rows)
    found = [first - timedelta(days=1), first, last, last + timedelta(milliseconds=1)]
    found += [first + number * ((last - first) / 5) for number in range(1, 5)]
    whole = first.replace(minute=first.minute // 15 * 15, second=0, microsecond=0)
    return sorted({*found, whole, whole + 2 * STEP, whole + timedelta(minutes=15), last + timedelta(days=1)})


def alone(workspace: Workspace, cut: Cut) -> dict[int, Any]:
    """The same without any other list."""
    chosen = roots(workspace.db, cut.selection)
    done, families = summaries(workspace, chosen, cut.selection)
    return {row.id: (one, tuple(families[one.id])) for row, one in zip(chosen, done, strict=True)}


def listed(found: Entries) -> dict[int, Any]:
    return {row: (one.summary, one.children) for row, one in found.known.items()}


@pytest.mark.parametrize("model", [None, "claude", "OPUS", "sonnet", "nothing"])
def test_every_cut_is_what_it_would_be_alone(model: str | None, asking: Asking) -> None:
    with asking.workspace() as workspace:
        times = moments(workspace)
        cuts = [Cut(since=one, until=other, model=model) for one, other in combinations([None, *times, None], 2)]
        assert {len(alone(workspace, cut)) for cut in cuts} > {0} or model is not None
        listing = Listing()
        for cut in cuts:
            found = listing.entries(workspace, "mark", cut)
            assert listed(found) == alone(workspace, cut), cut
            assert list(found.known) == list(alone(workspace, cut)), cut


def test_nothing_is_worked_out_anew_while_nothing_changes(asking: Asking) -> None:
    listing = Listing()
    with asking.workspace() as workspace:
        times = moments(workspace)
        cut = Cut(since=times[3])
        before = listing.entries(workspace, "mark", cut)
        held = (before.known, before.generation)
        workspace.renewed(workspace.config, workspace.now + timedelta(minutes=1))
        after = listing.entries(workspace, "another", cut)
        assert after is before
        assert after.known is held[0]
        assert after.generation == held[1]


def test_a_session_without_a_call_has_an_odd_span(asking: Asking) -> None:
    with asking.workspace() as workspace:
        (row,) = workspace.db.execute("SELECT id FROM session WHERE root = id LIMIT 1").fetchone()
        assert not spans(workspace.db, [row])[row].is_odd
        workspace.db.execute("DELETE FROM usage WHERE session = ?", (row,))
        workspace.db.execute("DELETE FROM call WHERE session = ?", (row,))
        workspace.db.execute("UPDATE session SET root = id")
        assert spans(workspace.db, [row])[row].is_odd
        listing, times = Listing(), moments(workspace)
        for cut in (Cut(), Cut(since=times[0]), Cut(since=times[-1]), Cut(until=times[0]), Cut(model="claude")):
            assert listed(listing.entries(workspace, "mark", cut)) == alone(workspace, cut), cut


def test_days_of_everything_are_those_of_all_its_roots(asking: Asking) -> None:
    listing = Listing()
    with asking.workspace() as workspace:
        times = moments(workspace)
        for cut in (Cut(), Cut(since=times[0]), Cut(since=times[3]), Cut(since=times[2], until=times[-3])):
            known = listing.known(workspace, "mark", Question(cut=cut, hidden=True))
            for work in (partial(days, count=9), sums):
                some = work(workspace, known, cut.selection)
                assert work(workspace, known, cut.selection, whole=True) == some
            assert sums(workspace, known, cut.selection).sessions == len(known.entries)
