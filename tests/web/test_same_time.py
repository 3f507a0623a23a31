"""A time in words means the same calls wherever it is asked: on the command line, in a report, on a page."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent_trace.app.moments import beginning, since, until
from agent_trace.errors import UsageError
from tests.commands.terminal import Terminal

AT = datetime(2026, 11, 21, 5, 58, 59, 123456, tzinfo=timezone.utc)


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(capsys, monkeypatch)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("7d", "2026-11-14T05:45"),
        ("12h", "2026-11-20T17:45"),
        ("1w", "2026-11-14T05:45"),
        ("30m", "2026-11-21T05:28"),
        ("90min", "2026-11-21T04:28"),
        ("today", "2026-11-21T00:00"),
    ],
)
def test_a_duration_begins_with_a_quarter_hour_and_minutes_with_a_minute(words: str, meant: str) -> None:
    assert since(words, AT, timezone.utc) == datetime.fromisoformat(meant).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize("words", ["7d", "12h", "30m"])
def test_up_to_then_and_from_then_on_are_the_whole(words: str) -> None:
    assert since(words, AT, timezone.utc) == until(words, AT, timezone.utc)


@pytest.mark.parametrize("minute", ["45:00", "59:59"])
@pytest.mark.parametrize("words", ["1h", "3h", "20m", "7d"])
def test_the_same_calls_everywhere(
    minute: str, words: str, client: TestClient, recorded: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_TRACE_NOW", f"2026-11-21T05:{minute}Z")
    told: dict[str, Any] = json.loads(terminal.run("list", "--since", words, "--json", "--no-sync").out)["totals"]
    page = client.get(f"/api/v2/sessions?since={words}").json()["totals"]
    report = client.get(f"/api/reports/cost?since={words}").json()["totals"]
    overview = client.get(f"/api/v2/overview?since={words}").json()
    assert told == page
    assert {side: told[side] for side in ("own", "total")} == {side: report[side] for side in ("own", "total")}
    assert (overview["cost_usd"], overview["tool_calls"]) == (told["total"]["cost_usd"], told["total"]["tool_calls"])


def test_all_is_the_same_as_nothing_said(client: TestClient, terminal: Terminal) -> None:
    for name in ("list", "cost", "outcomes", "tools"):
        assert terminal.run(name, "--since", "all", "--json").out == terminal.run(name, "--json").out
    assert client.get("/api/reports/list?since=all").json() == client.get("/api/reports/list").json()
    assert [beginning(words, AT, timezone.utc) for words in (None, "", "all", " all ")] == [None] * 4
    with pytest.raises(UsageError, match="'always' is no time") as refused:
        beginning("always", AT, timezone.utc)
    assert "`all`" in (refused.value.hint or "")
