"""Sessions that a server keeps open: every page is what the report says, and a log is read once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from agent_trace.app.documents import Documents
from agent_trace.app.leaving import Door
from agent_trace.app.reading_twice import Reading, Twice
from agent_trace.app.scopes import Request, run_report
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError
from agent_trace.reports import replay_document
from agent_trace.reports.replay_document import Options
from tests.reports.recorded import FIX, FORK, SUB_AGENT, run, sessions
from tests.reports.understood import BARE, HOMES, home_of

PAGES = (Options(limit=20, only="events"), Options(first=21, limit=20, only="events"), Options(prompt=1, only="events"))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How sessions are read, in their order: `whole`, or what is new `on` them. Reports read sub-agents beside them."""
    found: list[str] = []
    whole, on = Reading.whole, Reading.on

    def counted(self: Reading, workspace: Workspace) -> Twice:
        found.append("whole")
        return whole(self, workspace)

    def counted_on(self: Reading, workspace: Workspace) -> Twice | None:
        found.append("on")
        return on(self, workspace)

    monkeypatch.setattr(Reading, "whole", counted)
    monkeypatch.setattr(Reading, "on", counted_on)
    return found


def told(workspace: Workspace, options: Options, session: str = FIX) -> object:
    """What the command line says."""
    return run_report(workspace, replay_document, options, Request(session=session))


def test_pages_are_those_of_the_report(home: Path, reads: list[str]) -> None:
    kept = Documents()
    with run("2.1.329/fix", home) as workspace:
        found = [kept.page(workspace, options, Request(session=FIX)) for options in PAGES]
        assert reads == ["whole"]
        assert found == [told(workspace, options) for options in PAGES]


@pytest.mark.parametrize("name", [*HOMES[1::3], *BARE[::3]])
def test_the_head_is_that_of_the_report_whenever_it_is_asked_for(name: str, home: Path) -> None:
    kept = Documents()
    with home_of(name, home) as workspace:
        for key in sessions(workspace):
            for options in (Options(limit=1, only="events"), Options(only="head"), Options()):
                assert kept.page(workspace, options, Request(session=key)) == told(workspace, options, key)


@pytest.mark.parametrize("name", [*HOMES[::2], *BARE])
def test_few_events_with_whole_texts_need_their_own_records_alone(name: str, home: Path) -> None:
    kept, options = Documents(), Options(full=True, only="events")
    with home_of(name, home) as workspace:
        for key in sessions(workspace):
            whole = run_report(workspace, replay_document, options, Request(session=key)).events
            for number in range(1, len(whole) + 1, 3):
                page = kept.page(
                    workspace, Options(full=True, only="events", first=number, limit=3), Request(session=key)
                )
                assert page.events == whole[number - 1 : number + 2]


def test_how_it_was_chosen_is_told(home: Path) -> None:
    kept, options = Documents(), Options(only="head")
    with run("2.1.329/fix", home) as workspace:
        workspace.notes.append("the latest of them")
        page = kept.page(workspace, options, Request())
        assert page == told(workspace, options, "latest")
        assert page.head is not None
        assert page.head.chosen_by == "the latest of them"


def test_few_are_kept(home: Path, reads: list[str]) -> None:
    kept = Documents()
    with run("2.1.329/fix", home) as workspace:
        names = [FIX, SUB_AGENT, FIX, FORK, FIX, SUB_AGENT]
        for name in names:
            kept.page(workspace, Options(limit=1, only="events"), Request(session=name))
    assert reads == ["whole"] * 4


def test_of_a_log_that_grew_the_rest_is_read(home: Path, reads: list[str]) -> None:
    kept = Documents()
    with run("2.1.329/fix", home) as workspace:
        before = kept.page(workspace, Options(), Request(session=FIX))
        path = next(home.rglob(f"{FIX}.jsonl"))
        path.write_bytes(path.read_bytes() + b'{"type": "summary", "summary": "x", "leafUuid": "y"}\nno JSON\n')
        workspace.sync()
        after = kept.page(workspace, Options(only="events"), Request(session=FIX))
        assert (reads[0], reads[-1], after.total > before.total) == ("whole", "on", True)
        assert after == told(workspace, Options(only="events"))


def test_of_a_log_that_is_gone_is_told_what_was_read_of_it(home: Path) -> None:
    kept = Documents()
    with run("2.1.329/fix", home, archive="off") as workspace:
        before = kept.page(workspace, Options(only="events"), Request(session=FIX))
        next(home.rglob(f"{FIX}.jsonl")).unlink()
        for _ in range(2):  # before that is known, and after
            assert kept.page(workspace, Options(only="events"), Request(session=FIX)) == before
            workspace.sync()
        with pytest.raises(NotFoundError, match="is gone"):
            told(workspace, Options())
        after = kept.page(workspace, Options(), Request(session=FIX))
        assert after.events == before.events
        assert after.head is not None
        assert after.head.session.source_changed


def test_every_request_asks_with_a_workspace_of_its_own(home: Path) -> None:
    kept = Documents()
    with run("2.1.329/fix", home) as workspace:
        kept.page(workspace, Options(limit=1, only="events"), Request(session=FIX))
        config = workspace.config
    other = Workspace(config, environment=workspace.environment, now=workspace.facts.now)
    try:
        assert kept.page(other, Options(), Request(session=FIX)) == told(other, Options())
    finally:
        other.close()


def test_several_threads_read_it_once(home: Path, reads: list[str]) -> None:
    kept, found = Documents(), list[object]()
    with run("2.1.329/fix", home) as workspace:
        expected, config = told(workspace, Options(limit=5, only="events")), workspace.config
        del reads[:]

        def ask() -> None:
            own = Workspace(config, environment=workspace.environment, now=workspace.facts.now)
            found.append(kept.page(own, Options(limit=5, only="events"), Request(session=FIX)))
            own.close()

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert (reads, found) == (["whole"], [expected] * 4)


def test_what_leaves_is_never_kept(home: Path) -> None:
    kept = Documents()
    with run("2.1.329/fix", home) as workspace:
        for _ in range(2):
            page = kept.page(workspace, Options(limit=3), Request(session=FIX, door=Door(1)))
            assert "withheld (tier 1)" in str(page.events)
            assert page.head is not None
            assert (page.head.resume, page.head.log) == (None, None)
