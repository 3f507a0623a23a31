"""Answers are there before they are asked for, and stay while nothing that they follow from changes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.responses import Response

from agent_trace.app.workspace import Workspace
from agent_trace.errors import UsageError
from agent_trace.web import unchanged
from agent_trace.web.asking import Asking
from agent_trace.web.routes import reports
from agent_trace.web.serving import warm


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The reports that are worked out, in turn."""
    found: list[str] = []
    real = reports.reported

    def reported(workspace: Workspace, report: ModuleType, values: dict[str, Any]) -> Response:
        found.append(report.__name__.rpartition(".")[2])
        return real(workspace, report, values)

    monkeypatch.setattr(reports, "reported", reported)
    return found


def test_what_pages_begin_with_is_there_at_once(asking: Asking, client: TestClient, done: list[str]) -> None:
    warm(asking)
    reports.warm(asking)
    assert len(done) == len(reports.DEFAULTS)
    for name, query in reports.DEFAULTS:
        assert client.get(f"/api/reports/{name}?{query}").status_code == 200
    assert len(done) == len(reports.DEFAULTS)


def test_what_was_looked_at_lately_is_made_again_when_something_changes(
    asking: Asking, client: TestClient, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get("/api/reports/cost?by=branch")
    with asking.writing() as workspace, workspace.db.transaction():
        workspace.db.execute("UPDATE usage SET output = output + 1000")
        workspace.db.execute("DELETE FROM meta WHERE key = 'days'")
    asking.answers.renew()
    assert done == ["cost", "cost"]
    second = client.get("/api/reports/cost?by=branch")
    assert done == ["cost", "cost"]
    assert first.headers["etag"] != second.headers["etag"]
    monkeypatch.setattr(unchanged, "WATCHED_S", -1.0)
    asking.answers.renew()
    assert done == ["cost", "cost"]


def test_an_answer_that_cannot_be_made_again_is_left_to_who_asks(asking: Asking) -> None:
    def refused() -> None:
        raise UsageError("no")

    asking.answers.asked("it", refused)
    asking.answers.renew()
    assert asking.answers.given("it") is None


def test_no_more_than_a_few_are_made_again(asking: Asking) -> None:
    made: list[int] = []
    for number in range(unchanged.MOST_WATCHED + 3):
        asking.answers.asked(str(number), partial(made.append, number))
    asking.answers.renew()
    assert made == list(range(3, unchanged.MOST_WATCHED + 3))


@pytest.mark.parametrize(
    ("query", "steady"),
    [
        ("by=day", True),
        ("by=window", False),
        ("by=day&since=7d", False),
        ("by=day&since=2026-11-01", True),
        ("by=day&since=all", True),
    ],
)
def test_a_new_minute_alone_makes_no_new_answer(
    query: str, steady: bool, client: TestClient, done: list[str], monkeypatch: pytest.MonkeyPatch, recorded: Path
) -> None:
    first = client.get(f"/api/reports/cost?{query}")
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-21T05:47:00Z")
    second = client.get(f"/api/reports/cost?{query}", headers={"if-none-match": first.headers["etag"]})
    assert len(done) == (1 if steady else 2)
    assert second.status_code == 304 or query == "by=window"


def test_a_list_that_time_does_not_change_keeps_its_tag(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-21T09:01:00Z")
    first = client.get("/api/v2/sessions?since=7d")
    monkeypatch.setenv("AGENT_TRACE_NOW", "2026-11-21T09:14:00Z")
    again = client.get("/api/v2/sessions?since=7d", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
