"""findings and analyze: whole outputs, orders, what may leave, and agreement with explain."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from agent_trace.app.leaving import door
from agent_trace.app.scopes import Request, run_report
from agent_trace.app.workspace import Workspace
from agent_trace.config import load_config
from agent_trace.errors import UsageError
from agent_trace.model.selection import Selection
from agent_trace.render.blocks import Table
from agent_trace.reports import analyze, explain, findings
from agent_trace.reports._judged import total
from tests.reports.judged import CLEAN, DEAR, UNPRICED, WASTEFUL, case, home_as_it_is, judged_home, write
from tests.reports.recorded import asked, drawn
from tests.reports.small import ask, assert_golden, forms
from tests.reports.understood import GOLDEN, home_of


@pytest.mark.parametrize("name", GOLDEN)
def test_of_a_recorded_session(name: str, home: Path) -> None:
    recorded, session = GOLDEN[name]
    with home_of(recorded, home) as workspace:
        result = asked(workspace, findings, session)
        for ending, text in forms(findings, result, findings.Options(), workspace):
            assert_golden(f"findings/{name}.{ending}", text)


@pytest.mark.parametrize(("name", "session"), [("wasteful", WASTEFUL), ("dear", DEAR), ("unpriced", UNPRICED)])
def test_of_a_made_session(name: str, session: str, home: Path) -> None:
    with judged_home(home) as workspace:
        result = asked(workspace, findings, session)
        for ending, text in forms(findings, result, findings.Options(), workspace):
            assert_golden(f"findings/{name}.{ending}", text)


@pytest.mark.parametrize(("name", "options"), [("recent", {}), ("expensive", {"by": "expensive"})])
def test_of_many(name: str, options: dict[str, Any], home: Path) -> None:
    with judged_home(home) as workspace:
        given = analyze.Options(**options)
        result = ask(workspace, analyze, **options)
        for ending, text in forms(analyze, result, given, workspace):
            assert_golden(f"analyze/{name}.{ending}", text)


@pytest.fixture
def workspace(home: Path) -> Any:
    with judged_home(home) as opened:
        yield opened


@pytest.mark.parametrize(
    ("aim", "first"), [("cost", "SUBAGENT_OVERHEAD"), ("latency", "PERMISSION_STALL"), ("reliability", "RETRY_LOOP")]
)
def test_what_comes_first(aim: str, first: str, workspace: Workspace) -> None:
    assert asked(workspace, findings, WASTEFUL, optimize_for=aim).findings[0].rule == first


def test_some_rules_alone(workspace: Workspace) -> None:
    result = asked(workspace, findings, WASTEFUL, rule=("blind-retry,POLLING",))
    assert {one.rule for one in result.findings} == {"RETRY_LOOP", "POLLING"}
    assert result.rules == ("polling", "retry_loop")
    with pytest.raises(UsageError, match="no rule is called 'nonsense'"):
        asked(workspace, findings, WASTEFUL, rule=("nonsense",))


def test_rules_that_are_off_by_default(workspace: Workspace) -> None:
    usual, every = asked(workspace, findings), asked(workspace, findings, all=True)
    assert set(every.rules) - set(usual.rules) == {"model_overkill", "wide_blast_radius"}


def test_a_session_without_any_finding(workspace: Workspace) -> None:
    result = asked(workspace, findings, CLEAN)
    assert (result.findings, result.waste_usd, result.waste_tokens) == ((), None, 0)
    assert drawn(findings, result, workspace)[-1] == "note: nothing was found by 15 rules"


@pytest.mark.parametrize("session", [WASTEFUL, CLEAN, DEAR, UNPRICED])
def test_explain_tells_the_same_waste(session: str, workspace: Workspace) -> None:
    own, told = asked(workspace, findings, session), asked(workspace, explain, session)
    assert own.waste_usd == told.waste_usd
    mine = [one.rule for one in own.findings if one.session == session]
    assert sorted(mine) == sorted(one.rule for one in told.waste)


def test_sums_are_those_of_the_parts(workspace: Workspace) -> None:
    result = asked(workspace, findings, WASTEFUL)
    assert result.total_waste_usd == total(one.usd for one in result.findings)
    assert result.waste_tokens == sum(one.tokens for one in result.findings)
    assert result.total_waste_usd <= result.session.total.cost_usd
    assert all(one.tokens == sum(claim.tokens for claim in one.claims) for one in result.findings)
    many = ask(workspace, analyze)
    assert total(one.usd for one in many.by_rule) == total(row.waste_usd for row in many.sessions)


def test_the_dearest_of_all(workspace: Workspace) -> None:
    result = run_report(workspace, analyze, analyze.Options(by="expensive"), Request(limit=1))
    assert [row.session.id for row in result.sessions] == [DEAR]
    assert (result.count, isinstance(result.sessions[0].waste_usd, Decimal)) == (4, True)


def test_a_table_for_programs(workspace: Workspace) -> None:
    result = ask(workspace, analyze)
    (table, *_) = (
        block for block in analyze.layout(result, analyze.Options(), workspace.facts) if isinstance(block, Table)
    )
    (row,) = (row for row in table.rows if row[0].value == WASTEFUL)
    assert [cell.value for cell in row[2:4]] == [
        f"{result.sessions[0].session.total.cost_usd:f}", f"{result.sessions[0].waste_usd:f}"
    ]  # fmt: skip


def test_nothing_selected(workspace: Workspace) -> None:
    result = ask(workspace, analyze, Selection(model="nobody"))
    assert drawn(analyze, result, workspace) == ["no session was selected"]


def test_two_rules_that_claim_the_same(home: Path) -> None:
    lines = ["> go", "= 0 + 900 -> 5"]
    for place in range(7):
        lines += [
            f"Edit: {'ab'[place % 2]}.py | x{place} | y",
            "failed: String to replace not found in file.",
            f"= {900 + place} + 9 -> 5",
        ]
    write(home, CLEAN, lines)
    with home_as_it_is(home) as workspace:
        result = asked(workspace, findings, CLEAN)
        shown = drawn(findings, result, workspace)
    assert [(one.rule, one.lost_to) for one in result.findings if one.lost_to] == [
        ("ERROR_REPROMPT_CHURN", ("EDIT_CASCADE",))
    ]
    assert "overlaps  Edit cascade  (which claimed it before)" in shown


def test_what_a_finding_is_about_may_have_no_words(home: Path) -> None:
    write(home, CLEAN, case("unused_mcp", "twelve tools of a server"))
    with home_as_it_is(home) as workspace:
        (found,) = asked(workspace, findings, CLEAN).findings
    assert (found.rule, found.label) == ("UNUSED_MCP", "")


def test_many_sessions_without_any_finding(home: Path) -> None:
    write(home, CLEAN, case("retry_loop", "one repetition may meet a passing trouble"))
    with home_as_it_is(home) as workspace:
        lines = drawn(analyze, ask(workspace, analyze), workspace)
    assert lines[-1] == "note: nothing was found in 1 session"


def test_logs_that_are_gone(home: Path) -> None:
    with judged_home(home) as workspace:
        for path in (home / ".claude" / "projects").rglob("*.jsonl"):
            if path.stem in ("agent-a1", CLEAN):
                path.unlink()
        one, many = asked(workspace, findings, WASTEFUL), ask(workspace, analyze)
        lines = [*drawn(findings, one, workspace), *drawn(analyze, many, workspace)]
    assert (len(one.unread), many.unread) == (1, (CLEAN,))
    assert sum("gone: they were not looked at" in line for line in lines) == 2


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_what_leaves(tier: Literal[1, 2, 3], home: Path) -> None:
    """Figures are the same at every tier; words are those that may be told."""
    with judged_home(home) as workspace:
        config = load_config({"AGENT_TRACE_HOME": str(home / ".agent-trace")})
        request = Request(session=WASTEFUL, door=door(config, leaves=True, tier=tier, redact=True))
        result = run_report(workspace, findings, findings.Options(), request)
        many = run_report(workspace, analyze, analyze.Options(), msgspec.structs.replace(request, session="latest"))
        whole = asked(workspace, findings, WASTEFUL)
    assert [(one.rule, one.tokens, one.usd, one.events) for one in result.findings] == [
        (one.rule, one.tokens, one.usd, one.events) for one in whole.findings
    ]
    said = msgspec.json.encode((result, many)).decode()
    assert [one.label for one in result.findings if "withheld" in one.label] == []
    assert ("npm run build" in said) == (tier > 1)
    assert ("src/a.py" in said) == (tier > 1)


def test_a_secret_in_a_command_is_masked(home: Path) -> None:
    key = "sk-ant-" + "api03-" + "Zq7Xw2" * 15 + "AA"
    lines = ["> go", "= 0 + 900 -> 5"]
    for place in range(3):
        lines += [f"Bash: curl -H 'x-api-key: {key}' localhost", "failed: refused", f"= {900 + place} + 9 -> 5"]
    write(home, CLEAN, lines)
    with home_as_it_is(home) as workspace:
        config = load_config({"AGENT_TRACE_HOME": str(home / ".agent-trace")})
        given = Request(session=CLEAN, door=door(config, leaves=True, tier=3, redact=True))
        result = run_report(workspace, findings, findings.Options(), given)
    said = msgspec.json.encode(result).decode()
    assert [one.rule for one in result.findings] == ["RETRY_LOOP"]
    assert (key in said, "curl" in said) == (False, True)
