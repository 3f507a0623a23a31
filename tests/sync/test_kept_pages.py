"""Pages that are kept of long sessions: each is what the report says, and they go when they are right no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from agent_trace.app import ahead, event_pages, kept_pages
from agent_trace.app.annotations import annotate
from agent_trace.app.choosing import choose
from agent_trace.app.documents import Documents
from agent_trace.app.event_pages import EventPages
from agent_trace.app.pointing import pointed
from agent_trace.app.reading_twice import Reading, Twice
from agent_trace.app.scopes import Request, run_report, scope_of
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError
from agent_trace.reports import _replay_pages, replay, replay_document, why
from agent_trace.reports._replay_pages import Kept
from agent_trace.reports.replay_document import Options, opened
from tests import stories
from tests.reports.recorded import FIX, run, sessions
from tests.reports.understood import BARE, BROKEN, HOMES, home_of

ASKED = (
    Options(), Options(only="head"), Options(limit=7), Options(first=6, limit=9, only="events"), Options(prompt=1),
    Options(first=3, only="events"), Options(first=1_000_000), Options(first=5, limit=5, prompt=1),
)  # fmt: skip


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every session is long, and falls into many blocks."""
    monkeypatch.setattr(kept_pages, "LONG", 0)
    monkeypatch.setattr(_replay_pages, "EACH", 4)


@contextmanager
def kept(workspace: Workspace, key: str) -> Iterator[Kept]:
    """What is kept of a session, when it was made just now."""
    row = choose(workspace, key)
    kept_pages.keep_pages(workspace, row)
    found = kept_pages.kept_pages(workspace, row)
    assert found is not None
    yield found


@pytest.mark.parametrize("name", [*HOMES[::2], *BARE[::2], *stories.RUNS[::9], BROKEN])
def test_every_page_is_what_the_report_says(name: str, home: Path) -> None:
    with home_of(name, home) as workspace:
        for key in sessions(workspace):
            with kept(workspace, key) as found:
                for options in ASKED:
                    told = run_report(workspace, replay_document, options, Request(session=key))
                    assert found.page(options) == told


@pytest.mark.parametrize("name", [*HOMES[::3], *BARE[::3], BROKEN])
def test_every_event_is_found_and_told_as_in_a_replay(name: str, home: Path) -> None:
    with home_of(name, home) as workspace:
        for key in sessions(workspace):
            rows = run_report(workspace, replay, replay.Options(), Request(session=key)).events
            scope = scope_of(workspace, replay_document, Options(), Request(session=key))
            known = opened(scope, Options(), workspace.facts)
            with kept(workspace, key) as found:
                assert tuple(found.rows(0, frozenset())) == rows
                numbers = range(1, len(rows) + 1)
                assert [found.origin(number) for number in numbers] == [known.origin(number) for number in numbers]
                ids = [row.id for row in rows]
                assert [found.number(one) for one in ids] == [known.number(one) for one in ids]
                names = ("0", "1", str(len(rows)), str(len(rows) + 1), "9" * 20, "nothing")
                assert [found.number(one) for one in names] == [known.number(one) for one in names]


def test_pages_of_events_are_the_same_either_way(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with run("2.1.329/fix", home) as workspace:
        asked = [("", 5, ()), ("7", 4, ()), ("0", 3, ("error",)), ("4", 9, ("tool_call", "user_prompt")), ("", 999, ())]
        told = []
        for _ in range(2):
            pages = EventPages()
            told.append(
                [pages.page(workspace, FIX, after=after, limit=limit, kinds=kinds) for after, limit, kinds in asked]
            )
            kept_pages.keep_pages(workspace, choose(workspace, FIX))
        assert told[0] == told[1]
        monkeypatch.setattr(event_pages, "run_report", None)
        assert EventPages().page(workspace, FIX, after="3", limit=2, kinds=()).events[0].number == "4"
        with pytest.raises(NotFoundError, match="no event 'nothing'"):
            EventPages().page(workspace, FIX, after="nothing", limit=2, kinds=())


def test_a_server_reads_no_log_for_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with run("2.1.329/fix", home) as workspace:
        told = run_report(workspace, replay_document, Options(limit=9), Request(session=FIX))
        kept_pages.keep_pages(workspace, choose(workspace, FIX))
        monkeypatch.setattr("agent_trace.app.documents.opened", None)
        assert Documents().page(workspace, Options(limit=9), Request(session=FIX)) == told
        whole = Documents().page(workspace, Options(first=3, limit=2, full=True, only="events"), Request(session=FIX))
        assert [one.tail for one in whole.events] == ["", ""]


def test_a_note_is_told_with_them(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace, kept(workspace, FIX) as found:
        row = choose(workspace, FIX)
        annotate(workspace, row, pointed(workspace, row, "9"), note="look here", label="odd")
        workspace.renewed(workspace.config, workspace.now)
        options = Options(only="head")
        page = found.page(options)
        assert page == run_report(workspace, replay_document, options, Request(session=FIX))
        assert page.head is not None
        assert [(one.event, one.note) for one in page.head.annotations] == [("9", "look here")]


def test_they_are_made_ahead_and_made_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with run("2.1.329/fix", home) as workspace:
        workspace.sync_text()
        monkeypatch.setattr("agent_trace.app.worked_out.LONG", 0)
        ahead.work_ahead(workspace)
        row = choose(workspace, FIX)
        assert kept_pages.kept_pages(workspace, row) is not None
        monkeypatch.setattr(kept_pages, "opened", None)
        kept_pages.keep_pages(workspace, row)


def test_what_why_is_asked_is_kept_of_the_same_reading(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with run("2.1.329/fix", home) as workspace:
        asked = [why.Options(event=str(number)) for number in range(1, 60, 4)]
        told = [run_report(workspace, why, options, Request(session=FIX)) for options in asked]
        assert any(one.followed.telling for one in told)
        monkeypatch.setattr("agent_trace.app.worked_out.LONG", 0)
        read, whole = list[str](), Reading.whole

        def counted(self: Reading, given: Workspace) -> Twice:
            read.append(self._row.key)
            return whole(self, given)

        monkeypatch.setattr(Reading, "whole", counted)
        kept_pages.keep_pages(workspace, choose(workspace, FIX))
        assert [one for one in read if one == FIX] == [FIX]
        monkeypatch.setattr(why, "following", None)
        assert [run_report(workspace, why, options, Request(session=FIX)) for options in asked] == told
        assert read.count(FIX) == 1


def test_a_log_that_grew_has_none_until_they_are_made_again(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace, kept(workspace, FIX) as old:
        before = old.total
        path = next(home.rglob(f"{FIX}.jsonl"))
        path.write_bytes(path.read_bytes() + b'{"type": "summary", "summary": "x", "leafUuid": "y"}\nno JSON\n')
        workspace.sync()
        assert kept_pages.kept_pages(workspace, choose(workspace, FIX)) is None
        with kept(workspace, FIX) as new:
            assert new.total > before
            with pytest.raises(NotFoundError, match="made anew"):
                old.moment(40)


def test_none_are_kept_below_tier_three_nor_of_short_sessions(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with run("2.1.329/fix", home) as workspace:
        row = choose(workspace, FIX)
        kept_pages.keep_pages(workspace, row)
        config = workspace.config
        workspace.config = msgspec.structs.replace(config, tier=2)
        assert kept_pages.kept_pages(workspace, row) is None
        workspace.config = config
        monkeypatch.setattr(kept_pages, "LONG", 1 << 30)
        kept_pages.keep_pages(workspace, row)
        assert kept_pages.kept_pages(workspace, row) is None
