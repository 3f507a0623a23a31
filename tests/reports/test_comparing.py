"""diff, diff-outcome and compare: whole outputs of recorded pairs, their sentences one by one, and what leaves."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import msgspec
import pytest

from agent_trace.app.leaving import door
from agent_trace.app.scopes import Request, run_report, session_scope
from agent_trace.app.workspace import Workspace
from agent_trace.reports import compare, diff, diff_outcome
from agent_trace.reports._scopes import PairScope
from tests import stories
from tests.reports.recorded import FIX, FORK, asked, drawn, sessions
from tests.reports.small import assert_golden, forms
from tests.reports.understood import BROKEN, GOLDEN, HOMES, OTHER, STORY, home_of, told

REPORTS: dict[str, ModuleType] = {"diff": diff, "diff_outcome": diff_outcome, "compare": compare}
PAIRS = (("claude", "codex"), ("codex", "gemini"), ("opencode", "pi"), ("broken", "codex"), ("pi", "pi"))
RUNS = (*HOMES, *stories.RUNS, BROKEN)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
@pytest.mark.parametrize("report", REPORTS)
def test_whole_outputs(report: str, pair: tuple[str, str], home: Path) -> None:
    (run, first), (other, second) = (GOLDEN[name] for name in pair)
    module = REPORTS[report]
    with home_of(run, home, *([other] if other != run else [])) as workspace:
        result = asked(workspace, module, first, second)
        for ending, text in forms(module, result, module.Options(), workspace):
            assert_golden(f"{report}/{'-'.join(pair)}.{ending}", text)


@pytest.mark.parametrize("run", RUNS)
def test_a_session_is_identical_to_itself(run: str, home: Path) -> None:
    with home_of(run, home) as workspace:
        for name in sessions(workspace):
            found = asked(workspace, diff, name, name)
            assert (found.identical, found.diverged_at) == (True, None)
            assert asked(workspace, compare, name, name).verdict.verdict == "alike"
            result = asked(workspace, diff_outcome, name, name)
            assert result.outcome == "unchanged"
            assert not any(one.added or one.removed for one in (result.tools, result.files, result.approach))


GOOD = """\
> Make it pass
@ Read read src/a.py
= ok
@ Edit edit src/a.py
= ok
$ uv run pytest
3 passed
= 0
$ git commit -am "fix"
[main 1a2b3c4] fix
= 0
. Done."""
BAD = """\
> Make it pass
$ python -m pytest
No module named pytest
= 1
$ python -m pytest
No module named pytest
= 1
@ Edit edit src/b.py
= ok
$ uv run pytest
1 failed
= 1"""


def compared(first: str, second: str, home: Path) -> Any:
    with told(first, home, second) as workspace:
        return asked(workspace, compare, STORY, OTHER)


def test_a_bad_session_against_a_good_one(home: Path) -> None:
    with told(BAD, home, GOOD) as workspace:
        for name, module in REPORTS.items():
            result = asked(workspace, module, STORY, OTHER)
            for ending, text in forms(module, result, module.Options(), workspace):
                assert_golden(f"{name}/story.{ending}", text)


@pytest.mark.parametrize(
    ("first", "second", "verdict", "why"),
    [
        (GOOD, BAD, "A", "the better outcome"),
        (BAD, GOOD, "B", "the better outcome"),
        (GOOD, "> Do something else", "not_comparable", "they were asked for different things"),
        ("$ ls\n= 0", GOOD, "not_comparable", "the first prompt of one of them is not known"),
        (
            "> go\n$ pytest\n1 failed\n= 1\n$ pytest\n1 failed\n= 1",
            "> go\n! interrupted",
            "B",
            "fewer errors, lower cost, less time, fewer retries",
        ),
        (
            "> go\n! interrupted",
            "> go\n$ pytest\n1 failed\n= 1\n$ pytest\n1 failed\n= 1",
            "A",
            "fewer errors, lower cost, less time, fewer retries",
        ),
        ("> go\n$ make\n= 2\n! interrupted", "> go\n$ make\n= 0\n$ make a\n= 0\n! interrupted", "mixed", ""),
        ("> go\n. Yes.", "> go\n. No.", "alike", "nothing that is known of both differs by more than 5%"),
    ],
)
def test_verdicts(first: str, second: str, verdict: str, why: str, home: Path) -> None:
    found = compared(first, second, home).verdict
    assert found.verdict == verdict
    assert why in found.why


def test_a_cost_that_is_not_known_is_left_out_and_named(home: Path) -> None:
    with told(BAD, home, GOOD) as workspace:
        scope = session_scope(workspace, compare, compare.Options(), Request(session=STORY))
        total = msgspec.structs.replace(scope.summary.total, unpriced_calls=2)
        holed = msgspec.structs.replace(scope, summary=msgspec.structs.replace(scope.summary, total=total))
        pair = PairScope(first=lambda: holed, second=lambda: scope)
        results = [module.compute(pair, module.Options(), workspace.facts) for module in (compare, diff_outcome)]
        lines = [
            line for at, module in enumerate((compare, diff_outcome)) for line in drawn(module, results[at], workspace)
        ]
    assert results[0].verdict.left_out == ("cost",)
    assert results[1].deltas.cost_usd is None
    assert sum("Left out, because it is not known of both: cost." in line for line in lines) == 2
    assert any(line.startswith("cost") and line.endswith("?") for line in lines)


def test_a_fork_was_asked_for_something_else(home: Path) -> None:
    with home_of("claude/2.1.329/fix", home) as workspace:
        found = asked(workspace, compare, FIX, FORK).verdict
    assert (found.verdict, found.why) == ("not_comparable", "they were asked for different things")


def test_long_phases_are_cut(home: Path) -> None:
    many = "\n".join(f"$ node {number}.js\n= 0\n@ Read read {number}.py\n= ok" for number in range(30))
    with told(f"> go\n{many}", home, "> go\n. Yes.") as workspace:
        lines = drawn(diff, asked(workspace, diff, STORY, OTHER), workspace, width=400)
    assert any("… 18 more steps" in line for line in lines)
    assert any("19.py … 10 more files" in line for line in lines)


def test_a_way_of_many_tools_is_cut(home: Path) -> None:
    many = "\n".join(f"@ Edit edit {number}.py\n= ok" for number in range(30))
    with told(f"> go\n{many}", home, "> go\n. Yes.") as workspace:
        lines = " ".join(drawn(diff_outcome, asked(workspace, diff_outcome, STORY, OTHER), workspace))
    assert "19.py … 10 more (0 files in both)" in " ".join(lines.split())


def test_a_running_session_has_no_outcome_yet(home: Path) -> None:
    with told(BAD, home, GOOD) as workspace:
        scope = session_scope(workspace, compare, compare.Options(), Request(session=STORY))
        running = msgspec.structs.replace(scope, summary=msgspec.structs.replace(scope.summary, state="running"))
        pair = PairScope(first=lambda: running, second=lambda: scope)
        result = compare.compute(pair, compare.Options(), workspace.facts)
        lines = drawn(compare, result, workspace)
    assert (result.a_figures.ended, result.verdict.left_out[0]) == (None, "outcome")
    assert any(line.startswith("outcome") and "running" in line and line.endswith("?") for line in lines)


# ---------------------------------------------------------------- what leaves


def at_tier(workspace: Workspace, report: ModuleType, tier: Literal[1, 2]) -> Any:
    request = Request(session=STORY, other=OTHER, door=door(workspace.config, leaves=True, tier=tier))
    return run_report(workspace, report, report.Options(), request)


@pytest.mark.parametrize("tier", [1, 2])
def test_no_figure_changes_with_the_tier(tier: Literal[1, 2], home: Path) -> None:
    with told(BAD, home, GOOD) as workspace:
        whole, less = asked(workspace, diff, STORY, OTHER), at_tier(workspace, diff, tier)
        ways = asked(workspace, diff_outcome, STORY, OTHER), at_tier(workspace, diff_outcome, tier)
        tables = asked(workspace, compare, STORY, OTHER), at_tier(workspace, compare, tier)
    assert [shape(pair) for pair in less.phases] == [shape(pair) for pair in whole.phases]
    assert (less.diverged_at, less.identical) == (whole.diverged_at, whole.identical)
    assert ways[0].verdict == ways[1].verdict
    assert [len(one.files.added) + len(one.files.removed) for one in ways] == [2, 2]
    assert (tables[0].a_figures, tables[0].verdict) == (tables[1].a_figures, tables[1].verdict)
    assert "Make it pass" not in str(less)


def shape(pair: Any) -> tuple[object, ...]:
    sides = [len(getattr(one, name)) for one in (pair.only_a, pair.only_b) for name in ("read", "changed", "ran")]
    return pair.number, pair.same, pair.a is None, pair.b is None, *sides
