"""Lists and sums over several agents: which one, what it wrote down itself, and `?` where it tells nothing."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent_trace.app.scopes import Request, run_report
from agent_trace.cli.commands import overview
from agent_trace.model.selection import Selection
from agent_trace.model.usage import NOTHING, UNTOLD
from agent_trace.render.blocks import Table
from agent_trace.render.delimited import render_csv
from agent_trace.reports import cost, projects, search, show, stats
from agent_trace.reports import list as list_report
from agent_trace.reports._words import last_name, short_ids
from tests.reports.fleet import BLIND, CHILD, CLAUDE, MUTE, QUIET, THRIFTY, TWIN, fleet, lay_out, tool, write
from tests.reports.recorded import asked, drawn
from tests.reports.small import ask, assert_golden, forms

FLEET: dict[str, tuple[Any, dict[str, Any]]] = {
    "list": (list_report, {}),
    "cost": (cost, {"by": "agent"}),
    "models": (cost, {"by": "agent,model"}),
    "projects": (projects, {}),
}
ONE: dict[str, tuple[Any, str]] = {
    "thrifty": (show, THRIFTY),
    "blind": (show, BLIND),
    "mute": (show, MUTE),
    "thrifty_stats": (stats, THRIFTY),
}


@pytest.mark.parametrize("name", FLEET)
def test_whole_outputs_of_all(name: str, home: Path) -> None:
    report, options = FLEET[name]
    lay_out(home)
    with fleet(home) as workspace:
        result = ask(workspace, report, **options)
        for ending, text in forms(report, result, report.Options(**options), workspace):
            assert_golden(f"fleet/{name}.{ending}", text)


@pytest.mark.parametrize("name", ONE)
def test_whole_outputs_of_one(name: str, home: Path) -> None:
    report, session = ONE[name]
    lay_out(home)
    with fleet(home) as workspace:
        for ending, text in forms(report, asked(workspace, report, session), report.Options(), workspace):
            assert_golden(f"fleet/{name}.{ending}", text)


def test_the_overview_names_the_agents(home: Path) -> None:
    lay_out(home)
    with fleet(home) as workspace:
        result = overview.gathered(workspace, {"no_sync": True})
        for ending, text in forms(overview, result, None, workspace):
            assert_golden(f"fleet/overview.{ending}", text)


def test_a_search_names_the_agents(home: Path) -> None:
    lay_out(home)
    with fleet(home) as workspace:
        result = run_report(workspace, search, search.Options(), Request(query="the"))
        text = "\n".join(drawn(search, result, workspace))
    assert f"{THRIFTY}  thrifty  Fix the parser" in text
    assert f"{BLIND}  blind  Write the manual" in text


@pytest.mark.parametrize("report", [list_report, projects])
def test_one_agent_is_not_named(report: Any, home: Path) -> None:
    lay_out(home)
    with fleet(home) as workspace:
        heads = [
            drawn(report, ask(workspace, report, Selection(agents=agents)), workspace, width=160)[1]
            for agents in (("blind",), ("claude",), ("blind", "claude"))
        ]
    assert ["agent" in head for head in heads] == [False, False, True]


def test_what_an_agent_recorded_stands_beside_where_it_differs(home: Path) -> None:
    lay_out(home)
    with fleet(home) as workspace:
        thrifty, claude = (
            "\n".join(drawn(list_report, ask(workspace, list_report, Selection(agents=(name,))), workspace, width=160))
            for name in ("thrifty", "claude")
        )
    assert "recorded" in thrifty
    assert "$0.75" in thrifty
    assert "recorded" not in claude


# ---------------------------------------------------------------- what is unknown


def test_sums_of_what_is_unknown_are_unknown(home: Path) -> None:
    lay_out(home)
    with fleet(home) as workspace:
        blind = ask(workspace, list_report, Selection(agents=("blind",)))
        mute = ask(workspace, list_report, Selection(agents=("mute",)))
        whole = ask(workspace, list_report)
    total = blind.totals.total
    assert (total.calls, total.tool_calls, total.usage.tokens, total.cost_usd, total.unpriced_calls) == (
        2,
        1,
        None,
        None,
        2,
    )
    assert blind.totals.unknown_usage == 0
    assert (mute.totals.own, mute.totals.subagents, mute.totals.total) == (UNTOLD, NOTHING, UNTOLD)
    assert (mute.totals.unknown_usage, whole.totals.unknown_usage) == (1, 1)
    assert whole.totals.total.calls == 7


@pytest.mark.parametrize(("name", "tools"), [("blind", "1"), ("mute", "?")])
def test_a_row_and_its_sum_show_the_same_marks(name: str, tools: str, home: Path) -> None:
    lay_out(home)
    with fleet(home) as workspace:
        result = ask(workspace, list_report, Selection(agents=(name,)))
        table = next(iter(list_report.layout(result, list_report.Options(), workspace.facts)))
        lines = drawn(list_report, result, workspace, width=160)
    assert isinstance(table, Table)
    (row,) = csv.DictReader(render_csv(table).splitlines())
    total = next(line for line in lines if line.startswith("total")).split()
    assert [row["tools"], row["tokens"], row["cost_usd"]] == [tools.strip("?"), "", ""]
    assert [figure for figure in total[1:] if figure != "0"] == [*([tools] * (1 if tools == "1" else 2)), "?", "?"]


def test_an_agent_that_tells_its_calls_has_none_where_there_is_none(home: Path) -> None:
    write(home, "blind", BLIND, *tool("b2", "b1"))
    write(home, "mute", QUIET, *tool("m2", "m1"))
    with fleet(home) as workspace:
        listed = {one.id: one for one in ask(workspace, list_report).sessions}
    assert (listed[BLIND].own, listed[BLIND].total) == (NOTHING, NOTHING)
    assert (listed[QUIET].own, listed[QUIET].total) == (UNTOLD, UNTOLD)


# ---------------------------------------------------------------- credits and accounts


def test_credits_are_no_dollars(home: Path) -> None:
    lay_out(home)
    with fleet(home) as workspace:
        listed = {one.id: one for one in ask(workspace, list_report).sessions}
        text = "\n".join(drawn(show, asked(workspace, show, THRIFTY), workspace))
        cut = ask(workspace, list_report, Selection(model="opus", agents=("thrifty",))).sessions
    assert (listed[THRIFTY].credits, listed[CHILD].credits, listed[TWIN].credits) == (
        Decimal("1.75"),
        Decimal("0.5"),
        None,
    )
    assert "credits   1.75  (the vendor's own unit: no dollars)" in text
    assert [one.credits for one in cut if one.id == THRIFTY] == [None]


def test_only_an_agent_with_an_account_can_lack_one(home: Path) -> None:
    lay_out(home)
    with fleet(home) as workspace:
        texts = ["\n".join(drawn(show, asked(workspace, show, one), workspace)) for one in (CLAUDE, BLIND)]
    assert ["not by this version" in text for text in texts] == [True, False]


def test_the_sum_of_what_was_recorded(home: Path) -> None:
    """A session's own record, else what stands beside its calls; never both."""
    lay_out(home)
    with fleet(home) as workspace:
        workspace.db.execute("UPDATE session SET recorded = 2 * 1000000000000 WHERE key = ?", (CLAUDE,))
        assert ask(workspace, list_report).totals.total.recorded_usd == Decimal("2.75")
        workspace.db.execute("UPDATE session SET recorded = 3 * 1000000000000 WHERE key = ?", (THRIFTY,))
        assert ask(workspace, list_report).totals.total.recorded_usd == Decimal(5)
        one = ask(workspace, list_report, Selection(agents=("claude",)))
        assert one.totals.total.recorded_usd == Decimal(2)


# ---------------------------------------------------------------- ids and folders


@pytest.mark.parametrize(
    ("ids", "short"),
    [
        ([], []),
        (["942bf1b1-e31e-4f36"], ["942bf1b1"]),
        (["short"], ["short"]),
        ([THRIFTY, TWIN], ["019abcde-1", "019abcde-9"]),
        ([THRIFTY, CHILD], ["019abcde", "019abcdf"]),
        (["ses_5f3a0001", "ses_5f3a0002", "ses_77"], ["ses_5f3a0001", "ses_5f3a0002", "ses_77"]),
        (["aaaaaaaab", "aaaaaaaab1", "b"], ["aaaaaaaab", "aaaaaaaab1", "b"]),
    ],
)
def test_ids_are_as_long_as_tells_them_apart(ids: list[str], short: list[str]) -> None:
    found = short_ids(ids)
    assert [found[one] for one in ids] == short


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/you/shop/", "shop"),
        ("C:\\Users\\you\\shop", "shop"),
        ("/a\\b", "a\\b"),
        ("shop", "shop"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_folder_is_called_by_its_last_name(path: str | None, name: str) -> None:
    assert last_name(path) == name
