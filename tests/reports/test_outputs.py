"""Whole outputs of list, show, session-cost, cost and search over recorded runs, and the windows that are open now."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from agent_trace.app.scopes import Request, run_report, session_scope
from agent_trace.app.workspace import Workspace
from agent_trace.errors import UsageError
from agent_trace.model.ledger import LedgerRow
from agent_trace.model.selection import Selection
from agent_trace.model.usage import BillingClass, Usage
from agent_trace.reports import cost, search, session_cost, show
from agent_trace.reports import list as list_report
from agent_trace.reports._sizes import size
from agent_trace.reports._windows import window_rows
from tests.reports.recorded import FIX, FORK, SUB_AGENT, TERMINAL, asked, drawn, run
from tests.reports.small import Call, ask, assert_golden, forms, opened, write_log

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
OPUS = BillingClass(model="claude-opus-4-5-20251101")
SMALL = "aaaaaaaa-0000-4000-8000-000000000001"

ONE_SESSION: dict[str, tuple[ModuleType, str, str]] = {
    "show/family": (show, "2.1.329/fix", FIX),
    "show/sub_agent": (show, "2.1.329/fix", SUB_AGENT),
    "show/fork": (show, "2.1.329/fix", FORK),
    "show/screen": (show, "2.1.329/terminal", TERMINAL),
    "show/older": (show, "2.1.197/fix", "0002b020-d7ba-49ca-8a12-3609b579424d"),
    "session_cost/family": (session_cost, "2.1.329/fix", FIX),
    "session_cost/older": (session_cost, "2.1.197/fix", "0002b020-d7ba-49ca-8a12-3609b579424d"),
}

MANY: dict[str, tuple[ModuleType, dict[str, Any]]] = {
    "list/all": (list_report, {}),
    "list/compact": (list_report, {"compact": True}),
    "cost/days": (cost, {}),
    "cost/compact": (cost, {"compact": True, "by": "model"}),
    "cost/breakdown": (cost, {"by": "session", "breakdown": True, "order": "desc"}),
    "cost/two_keys": (cost, {"by": "agent,model"}),
    "cost/tools": (cost, {"by": "tool"}),
    "cost/windows": (cost, {"by": "window"}),
}


def assert_whole(name: str, report: ModuleType, result: Any, options: Any, workspace: Workspace) -> None:
    for ending, text in forms(report, result, options, workspace):
        assert_golden(f"{name}.{ending}", text)


@pytest.mark.parametrize("name", ONE_SESSION)
def test_of_one_session(name: str, home: Path) -> None:
    report, recorded, session = ONE_SESSION[name]
    with run(recorded, home) as workspace:
        assert_whole(name, report, asked(workspace, report, session), report.Options(), workspace)


@pytest.mark.parametrize("name", MANY)
def test_of_many_sessions(name: str, home: Path) -> None:
    report, options = MANY[name]
    with run("2.1.329/fix", home) as workspace:
        assert_whole(name, report, ask(workspace, report, **options), report.Options(**options), workspace)


@pytest.mark.parametrize(
    ("name", "query", "options"),
    [
        ("search/words", "multiply", {}),
        ("search/failed", "tests", {"errors": True, "context": 0}),
        ("search/regex", r"return a [/*] b", {"regex": True}),
        ("search/none", "xylophone", {}),
    ],
)
def test_of_a_search(name: str, query: str, options: dict[str, Any], home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        workspace.sync_text()
        given = msgspec.convert(options, search.Options)
        result = run_report(workspace, search, given, Request(query=query, limit=5))
        assert_whole(name, search, result, given, workspace)


# ---------------------------------------------------------------- windows


def window(home: Path, limit: str, *calls: Call) -> tuple[cost.Result, str]:
    """The report of windows at noon, and its text."""
    write_log(home, SMALL, "/home/you/shop", calls)
    workspace = opened(home, now=NOW)
    try:
        options = cost.Options(by="window", token_limit=limit)
        result: cost.Result = run_report(workspace, cost, options, Request())
        return result, "\n".join(drawn(cost, result, workspace, width=200, by="window", token_limit=limit))
    finally:
        workspace.close()


HALF = Call("2026-11-20T10:15:00", input=400_000, output=100_000)
"""Half a million tokens in a window from 10:00 to 15:00, two hours of which are over at noon."""


def test_the_pace_of_an_open_window(home: Path) -> None:
    result, text = window(home, "", HALF)
    (found,) = result.windows
    assert (found.start.hour, found.end.hour, found.tokens, found.projected_tokens) == (10, 15, 500_000, 1_250_000)
    assert (found.elapsed_s, found.tokens_per_minute, found.warning) == (7200.0, 4166.7, None)
    assert found.cost_usd is not None
    assert found.projected_usd == found.cost_usd * 5 / 2
    assert "open window" in text


@pytest.mark.parametrize(
    ("limit", "warning"),
    [
        ("400_000", "the limit of 400.0k tokens is used up"),
        ("1000000", "at this pace the window ends at 1.3M tokens, over the limit of 1.0M"),
        ("1300000", "at this pace the window ends at 1.3M of 1.3M tokens"),
        ("9000000", None),
        ("max", "the limit of 500.0k tokens is used up"),
    ],
)
def test_a_window_and_its_limit(limit: str, warning: str | None, home: Path) -> None:
    result, text = window(home, limit, HALF)
    assert [one.warning for one in result.windows] == [warning]
    assert warning is None or warning in text


def test_a_window_that_is_over(home: Path) -> None:
    result, text = window(home, "", Call("2026-11-20T03:15:00", input=10))
    assert (result.windows, "open window" in text) == ((), False)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"by": "moon"}, "names no one or two keys"),
        ({"by": "day,day"}, "names no one or two keys"),
        ({"by": "day,week"}, "one key of time"),
        ({"by": "window", "token_limit": "much"}, "neither a number nor max"),
    ],
)
def test_what_cost_refuses(options: dict[str, Any], words: str, home: Path) -> None:
    write_log(home, SMALL, "/home/you/shop", [HALF])
    workspace = opened(home, now=NOW)
    with pytest.raises(UsageError, match=words):
        ask(workspace, cost, **options)
    workspace.close()


def test_what_is_not_logged_lies_in_the_window_before_it() -> None:
    group = ("side", "agent", "quarter")
    day = int(NOW.timestamp()) // 900 // 96 * 96

    def row(quarter: int, *, unlogged: bool = False) -> LedgerRow:
        return LedgerRow(key=("main", "claude", str(quarter)), cls=OPUS, day=20_000, usage=Usage(), unlogged=unlogged)

    rows = [row(day + 8), row(day + 40), row(day + 38, unlogged=True), row(day + 2, unlogged=True)]
    found = [one.key[1] for one in window_rows(rows, group, ("window",))]
    assert found[2] == found[0] == found[3]
    assert found[1] != found[0]


# ---------------------------------------------------------------- odd sessions


def test_an_unknown_model_has_no_price_anywhere(home: Path) -> None:
    write_log(home, SMALL, "/home/you/shop", [Call("2026-11-20T10:15:00", model="secret-9", input=10)])
    workspace = opened(home, now=NOW)
    try:
        for report in (show, session_cost):
            result = asked(workspace, report, SMALL)
            text = "\n".join(drawn(report, result, workspace, width=120))
            assert (result.total.cost_usd, result.total.unpriced_calls, "?" in text) == (None, 1, True)
    finally:
        workspace.close()


def test_a_session_over_midnight(home: Path) -> None:
    calls = [Call("2026-11-19T23:50:00", input=10), Call("2026-11-20T00:10:00", input=10)]
    write_log(home, SMALL, "/home/you/shop", calls)
    workspace = opened(home, now=NOW)
    try:
        result = asked(workspace, show, SMALL)
        text = "\n".join(drawn(show, result, workspace, width=120))
        assert "2026-11-19 23:50 to 2026-11-20 00:10" in text
    finally:
        workspace.close()


def test_sizes() -> None:
    seen = [size(one) for one in (None, 0, 999, 45_200, 7_900_000, 1_300_000_000, 2_100_000_000_000)]
    assert seen == ["?", "0 B", "999 B", "45.2 kB", "7.9 MB", "1.3 GB", "2.1 TB"]


def test_a_part_of_a_session_is_called_so(home: Path) -> None:
    write_log(home, SMALL, "/home/you/shop", [Call("2025-11-19T23:50:00"), Call("2025-11-20T00:10:00")])
    workspace = opened(home, now=NOW)
    try:
        result = ask(workspace, list_report, Selection(since=datetime(2025, 11, 20, tzinfo=timezone.utc)))
        text = "\n".join(drawn(list_report, result, workspace, width=120))
        assert (result.totals.total.calls, "part: the selection left out" in text, "2025-11-20" in text) == (
            1,
            True,
            True,
        )
    finally:
        workspace.close()


def test_a_session_whose_log_is_gone_and_not_archived(home: Path) -> None:
    calls = [Call("2026-11-20T10:15:00"), Call("2026-11-20T10:16:00", model="claude-haiku-4-5-20251001")]
    log = write_log(home, SMALL, "/home/you/shop", calls)
    opened(home, now=NOW).close()
    log.unlink()
    workspace = opened(home, now=NOW)
    try:
        result = asked(workspace, show, SMALL)
        text = "\n".join(drawn(show, result, workspace, width=120))
        assert (result.prompt_list, result.files, result.total.calls) == (None, None, 2)
        assert "was not archived" in result.missing
        assert "was not archived" in " ".join(text.split())
        assert "Models, sub-agents included" in text
        assert "its log was cut, rewritten or deleted" in text
    finally:
        workspace.close()


def test_the_original_lines(home: Path) -> None:
    log = write_log(home, SMALL, "/home/you/shop", [Call("2026-11-20T10:15:00")])
    workspace = opened(home, now=NOW)
    try:
        scope = session_scope(workspace, show, show.Options(raw=True), Request(session=SMALL))
        lines = show.raw(scope, show.Options(raw=True))
        assert lines == log.read_bytes().splitlines()
        assert show.raw(scope, show.Options()) is None
    finally:
        workspace.close()


def test_more_hits_than_are_shown(home: Path) -> None:
    write_log(home, SMALL, "/home/you/shop", [Call(f"2026-11-20T10:1{n}:00") for n in range(5)])
    workspace = opened(home, now=NOW)
    try:
        workspace.sync_text()
        result = run_report(workspace, search, search.Options(), Request(query="done", limit=2))
        text = "\n".join(drawn(search, result, workspace, width=80))
        assert (len(result.hits), "there are more: raise --limit" in text) == (2, True)
    finally:
        workspace.close()


def test_a_session_without_times(home: Path) -> None:
    """A newer version's log that lost its times, with a line that is none; the agent's own account holds nothing."""
    log = write_log(home, SMALL, "/home/you/shop", [Call("2026-11-20T10:15:00")])
    rows = [msgspec.json.decode(line) for line in log.read_bytes().splitlines()]
    untimed = [{**{name: row[name] for name in row if name != "timestamp"}, "version": "2.1.329"} for row in rows]
    log.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in untimed) + b"{broken\n")
    workspace = opened(home, now=NOW)
    try:
        result = asked(workspace, show, SMALL)
        text = "\n".join(drawn(show, result, workspace, width=120))
        (listed,) = ask(workspace, list_report).sessions
        assert (result.started, listed.ended, result.unread_lines, result.total.calls) == (None, None, 1, 1)
        assert {"when ?", "recorded not by this version"} <= {
            " ".join(line.split("(")[0].split()) for line in text.splitlines()
        }
        assert "unread lines  1" in text
        empty = msgspec.structs.replace(result, unlogged_recorded=True)
        assert "recorded      no cost  (by the agent itself)" in drawn(show, empty, workspace)
        whole = ask(workspace, list_report)
        assert "?" in "\n".join(drawn(list_report, whole, workspace, width=80))
    finally:
        workspace.close()
