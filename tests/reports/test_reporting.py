"""report-session and report-aggregate: whole outputs, the sums of every other surface, and the last similar task."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.scopes import Request, run_report
from agent_trace.app.workspace import Workspace
from agent_trace.model.selection import Selection
from agent_trace.reports import cost, findings, report_aggregate, report_session, show
from agent_trace.reports import list as list_report
from tests.reports.judged import CLEAN, DEAR, UNPRICED, WASTEFUL, judged_home
from tests.reports.recorded import FIX, asked, drawn, run
from tests.reports.small import Call, ask, assert_golden, forms, opened, write_log
from tests.reports.understood import GOLDEN, home_of

OPUS = "claude-opus-4-5-20251101"
LONG = "Make the division tests of the calculator pass"


def aggregate(workspace: Workspace, limit: int | None = None, top: int = 10, **selected: Any) -> Any:
    request = Request(selection=Selection(**selected), limit=limit)
    return run_report(workspace, report_aggregate, report_aggregate.Options(top=top), request)


@pytest.mark.parametrize("name", GOLDEN)
def test_whole_outputs_of_sessions(name: str, home: Path) -> None:
    recorded, session = GOLDEN[name]
    with home_of(recorded, home) as workspace:
        result = asked(workspace, report_session, session)
        for ending, text in forms(report_session, result, report_session.Options(), workspace):
            assert_golden(f"report_session/{name}.{ending}", text)


def test_whole_outputs_of_what_was_for_nothing(home: Path) -> None:
    with judged_home(home) as workspace:
        for name, result, module in (
            ("report_session/wasteful", asked(workspace, report_session, WASTEFUL), report_session),
            ("report_aggregate/judged", aggregate(workspace), report_aggregate),
        ):
            for ending, text in forms(module, result, module.Options(), workspace):
                assert_golden(f"{name}.{ending}", text)


@pytest.mark.parametrize("name", [*GOLDEN, "judged"])
def test_the_sums_are_those_of_every_other_surface(name: str, home: Path) -> None:
    with judged_home(home) if name == "judged" else home_of(GOLDEN[name][0], home) as workspace:
        everything, result = ask(workspace, list_report), aggregate(workspace, top=1000)
        listed = [one for one in everything.sessions if one.parent is None]
        assert (result.totals, result.unpriced) == (everything.totals, everything.unpriced)
        assert result.totals == ask(workspace, cost, by="model").totals
        assert {one.id: one for one in result.sessions} == {one.id: one for one in listed}
        found = {one.id: asked(workspace, findings, one.id) for one in listed}
        counted = Counter(each.rule for one in found.values() for each in one.findings)
        assert (result.finding_counts, result.findings) == (counted, counted.total())
        assert (result.waste_usd or 0) == sum(one.total_waste_usd or 0 for one in found.values())
        logged = result.totals.own + result.totals.subagents
        messages = [one for one in result.top_messages if one.cost_usd is not None]
        assert sum((one.cost_usd for one in messages), Decimal(0)) == (logged.cost_usd or 0)
        for one in listed if name != "judged" else ():  # the ids of calls of its stories meet
            _agrees(workspace, one, found[one.id], list(result.top_messages))


def _agrees(workspace: Workspace, one: Any, found: Any, fleet: list[Any]) -> None:
    """A session's report with its row of the list, its findings, and the fleet's messages."""
    told = asked(workspace, report_session, one.id, top=1000)
    logged = one.own + one.subagents
    assert (told.session, told.findings, told.waste_usd) == (one, found.findings, found.total_waste_usd)
    assert (told.messages_usd or 0) == (logged.cost_usd or 0)
    assert sum(each.usage.tokens or 0 for each in told.top_messages) == (logged.usage.tokens or 0)
    family = {one.id, *(child.id for child in asked(workspace, show, one.id).children)}
    priced = [each for each in told.top_messages if each.cost_usd is not None]
    theirs = [each for each in fleet if each.session in family]
    assert Counter((each.cost_usd, each.tool_calls) for each in priced) == Counter(
        (each.cost_usd, each.tool_calls) for each in theirs
    )


def test_the_newest_and_the_dearest(home: Path) -> None:
    with judged_home(home) as workspace:
        whole, two = aggregate(workspace), aggregate(workspace, limit=2, top=1)
        assert (two.sessions_analyzed, two.count, len(two.top_messages)) == (2, 4, 1)
        newest = [one for one in ask(workspace, list_report).sessions if one.parent is None][:2]
        assert {one.id for one in two.sessions} == {one.id for one in newest}
        assert two.totals.total.calls == sum(one.total.calls for one in newest) < whole.totals.total.calls
        lines = drawn(report_aggregate, two, workspace, top=1)
        assert "The 1 dearest sessions" in lines
        assert any(line.startswith("sessions") and "the newest of 4" in line for line in lines)
        assert whole.top_messages[0].session == DEAR
        costs = [one.cost_usd for one in whole.top_messages]
        assert costs == sorted(costs, reverse=True)
        assert UNPRICED not in {one.session for one in whole.top_messages}


def test_a_fleet_without_sessions_and_one_without_findings(home: Path) -> None:
    with judged_home(home) as workspace:
        none = aggregate(workspace, repo="nowhere")
        assert drawn(report_aggregate, none, workspace)[-1] == "no session was selected"
        clean = aggregate(workspace, session=CLEAN)
        assert "note: no rule found anything" in drawn(report_aggregate, clean, workspace)
        assert "no rule found anything that was for nothing" in "".join(
            drawn(report_session, asked(workspace, report_session, CLEAN), workspace, top=0)
        )


def test_no_log_is_read_for_what_is_stored(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with judged_home(home) as workspace:
        before = aggregate(workspace)
        for path in (home / ".claude").rglob("*.jsonl"):
            path.unlink()
        monkeypatch.setattr("agent_trace.app.sessions.read_session", None)
        assert aggregate(workspace) == before


def test_a_sub_agent_whose_log_is_gone(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        asked(workspace, report_session, FIX)
        for path in (home / ".claude" / "projects").rglob("agent-*.jsonl"):
            path.unlink()
        result = asked(workspace, report_session, FIX)
        lines = drawn(report_session, result, workspace)
    assert len(result.unread) == 1
    assert lines[-1] == "warning: the logs of 1 sub-agent are gone: they were not looked at"


# ---- the last similar task


def ended(home: Path, name: str, day: int, prompt: str, *outputs: int, cwd: str = "/srv/shop", model: str = "") -> None:
    """A session of one day with a prompt and a call for each output."""
    calls = [Call(f"2026-11-{day:02}T10:00:{n:02}", model or OPUS, output=output) for n, output in enumerate(outputs)]
    path = write_log(home, name, cwd, calls)
    path.write_text(path.read_text().replace(f"Work in {cwd}", prompt))


def compared(home: Path, session: str = "now") -> tuple[Any, str]:
    workspace = opened(home)
    try:
        result = asked(workspace, report_session, session)
        return result.similar, "\n".join(drawn(report_session, result, workspace, width=160))
    finally:
        workspace.close()


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        (
            (3000, 3000),
            "3 × the cost of your last similar task of 2026-11-10, before (100% of the words of both prompts)",
        ),
        ((1000, 1000), "as much as your last similar task"),
        ((500,), "75% less than your last similar task"),
    ],
)
def test_beside_the_last_similar_task(outputs: tuple[int, ...], words: str, home: Path) -> None:
    ended(home, "before", 10, LONG, 1000, 1000)
    ended(home, "now", 12, LONG.upper(), *outputs)
    _without_input(home)
    like, shown = compared(home)
    assert (like.session.id, like.likeness) == ("before", 1.0)
    assert words in " ".join(shown.split())


def _without_input(home: Path) -> None:
    for path in (home / ".claude").rglob("*.jsonl"):
        path.write_text(path.read_text().replace('"input_tokens": 1000', '"input_tokens": 0'))


@pytest.mark.parametrize(
    ("prompt", "cwd", "day"),
    [
        ("Write the page that sells shoes", "/srv/shop", 10),
        ("yes", "/srv/shop", 10),
        (LONG, "/srv/other", 10),
        (LONG, "/srv/shop-of-old", 10),
        (LONG, "/srv/shop", 14),
    ],
)
def test_nothing_is_said_where_none_is_similar(prompt: str, cwd: str, day: int, home: Path) -> None:
    ended(home, "other", day, prompt, 1000, cwd=cwd)
    ended(home, "now", 12, LONG, 1000)
    like, shown = compared(home)
    assert like is None
    assert "similar" not in shown


def test_the_latest_of_several_and_one_that_runs(home: Path) -> None:
    for name, day in (("first", 8), ("second", 9), ("third", 10)):
        ended(home, name, day, f"{LONG} {name}", 1000)
    ended(home, "now", 12, LONG, 1000)
    assert compared(home)[0].session.id == "third"
    late = opened(home, now=datetime(2026, 11, 12, 10, 1, tzinfo=timezone.utc))
    try:
        assert asked(late, report_session, "now").similar is None
    finally:
        late.close()


def test_a_cost_that_is_not_known(home: Path) -> None:
    ended(home, "before", 10, LONG, 1000, model="nobody-knows-it")
    ended(home, "now", 12, LONG, 1000)
    like, shown = compared(home)
    assert like.times is None
    assert "what it cost beside your last similar task of 2026-11-10, before" in " ".join(shown.split())


def test_a_fork_is_no_similar_task(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        rows = ask(workspace, list_report).sessions
        assert [asked(workspace, report_session, one.id).similar for one in rows] == [None] * len(rows)
