"""Sessions that a server keeps open: every page is what the report says, and the log is read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_trace.app import documents
from agent_trace.app.documents import Documents
from agent_trace.app.leaving import Door
from agent_trace.app.scopes import Request, run_report, scope_of
from agent_trace.app.workspace import Workspace
from agent_trace.reports import replay_document
from agent_trace.reports.replay_document import Options
from tests.reports.recorded import FIX, FORK, SUB_AGENT, run


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sessions that are read, in their order."""
    found: list[str] = []
    before = scope_of

    def counted(workspace: Workspace, report: object, options: object, request: Request) -> object:
        found.append(request.session)
        return before(workspace, replay_document, options, request)

    monkeypatch.setattr(documents, "scope_of", counted)
    return found


def test_pages_are_those_of_the_report(home: Path, reads: list[str]) -> None:
    kept = Documents()
    with run("2.1.329/fix", home) as workspace:
        for options in (Options(limit=20), Options(first=21, limit=20, only="events"), Options(only="head")):
            request = Request(session=FIX)
            assert kept.page(workspace, options, request) == run_report(workspace, replay_document, options, request)
    assert reads == [FIX]


def test_few_are_kept(home: Path, reads: list[str]) -> None:
    kept = Documents()
    with run("2.1.329/fix", home) as workspace:
        for name in (FIX, SUB_AGENT, FIX, FORK, FIX, SUB_AGENT):
            kept.page(workspace, Options(limit=1), Request(session=name))
    assert reads == [FIX, SUB_AGENT, FORK, SUB_AGENT]


def test_a_log_that_grew_is_read_again(home: Path, reads: list[str]) -> None:
    kept = Documents()
    with run("2.1.329/fix", home) as workspace:
        before = kept.page(workspace, Options(), Request(session=FIX))
        path = next(home.rglob(f"{FIX}.jsonl"))
        path.write_bytes(path.read_bytes() + b'{"type": "summary", "summary": "x", "leafUuid": "y"}\nno JSON\n')
        workspace.sync()
        after = kept.page(workspace, Options(), Request(session=FIX))
    assert (reads, after.total > before.total) == ([FIX, FIX], True)


def test_what_leaves_is_never_kept(home: Path, reads: list[str]) -> None:
    kept = Documents()
    with run("2.1.329/fix", home) as workspace:
        for _ in range(2):
            told = kept.page(workspace, Options(limit=3), Request(session=FIX, door=Door(1)))
            assert "withheld (tier 1)" in str(told.events)
    assert reads == [FIX, FIX]
