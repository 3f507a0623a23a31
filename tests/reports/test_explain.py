"""explain of a session in which everything happens that it can tell of, and its sentences one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from agent_trace.app.leaving import door
from agent_trace.app.scopes import Request, run_report, session_scope
from agent_trace.app.workspace import Workspace
from agent_trace.reports import explain, timeline, why
from agent_trace.reports._understood import Understood, clock
from tests.reports.recorded import asked, drawn
from tests.reports.small import assert_golden, forms
from tests.reports.understood import STORY, told

SCRIPT = """\
> Make the build pass
$ npm run build
Missing script: "build"
= 1
$ npm run build
Missing script: "build"
= 1
$ npm run build
Missing script: "build"
= 1
@ Read read package.json
= ok
@ Edit edit package.json
= ok
$ npm run build
= 0
$ python -m pytest
No module named pytest
= 1
$ uv run pytest
3 passed
= 0
@ Edit edit src/a.py
= ok
$ git checkout -- src/a.py
= 0
@ Edit edit src/a.py
= ok
> And now push it
$ rm -rf dist
= refused
$ git add -A && git commit -m "build"
[main 1a2b3c4] build
 2 files changed, 3 insertions(+)
= 0
$ gh pr create --title build --body x
https://example.invalid/you/demo/pull/7
= 0
! error"""


def ended(script: str, home: Path) -> str:
    """What explain says of how a session ended."""
    with told(script, home) as workspace:
        lines = drawn(explain, asked(workspace, explain, STORY), workspace, width=200)
    return " ".join(filter(None, lines[lines.index("How it ended") + 1 :]))


def test_a_story_with_all_that_can_happen(home: Path) -> None:
    with told(SCRIPT, home) as workspace:
        result = asked(workspace, explain, STORY)
        for ending, text in forms(explain, result, explain.Options(), workspace):
            assert_golden(f"explain/story.{ending}", text)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("> go\n. Yes.", "The agent had the last word (#4): “Yes.”"),
        ("> go", "The last prompt was not answered (#2)."),
        ("> go\n$ ls\n= 0", "The log ends behind the result of a tool (#5)."),
        ("> go\n$ ls\n= none", "The log ends with a tool call that has no result (#4)."),
        ("> go\n. Yes.\n! interrupted", "It was interrupted (#5)."),
        ("> go\n. Yes.\n! error", "A request to the model failed (#5)."),
        (
            "> go\n$ pytest\n1 failed\n= 1\n. So.",
            "The last test or check failed (#4). The agent had the last word (#7): “So.”",
        ),
    ],
)
def test_how_a_session_ended(script: str, expected: str, home: Path) -> None:
    assert ended(script, home) == expected


def test_a_long_phase_lists_what_failed_first(home: Path) -> None:
    script = "\n".join(["> go", *(f"$ node {number}.js\n= 0" for number in range(40)), "$ node 99.js\n= 1"])
    with told(script, home) as workspace:
        result = asked(workspace, explain, STORY)
        lines = drawn(explain, result, workspace)
    assert len(result.phases[0].done) == 41
    assert sum("✓ ran" in line for line in lines) == 24
    assert any("✗ ran" in line for line in lines)
    assert any("… 16 more steps" in line for line in lines)


def test_a_long_list_of_files_is_cut(home: Path) -> None:
    script = "\n".join(["> go", *(f"@ Read read {number}.py\n= ok" for number in range(45))])
    with told(script, home) as workspace:
        text = "\n".join(drawn(explain, asked(workspace, explain, STORY), workspace, width=400))
    assert "39.py … 5 more files" in text


def test_a_session_without_anything(home: Path) -> None:
    with told("> go", home) as workspace:
        result = asked(workspace, explain, STORY)
        nothing = msgspec.structs.replace(
            result, phases=(), session=msgspec.structs.replace(result.session, state="running")
        )
        lines = drawn(explain, nothing, workspace)
    assert "warning: nothing was said or done in it" in lines
    assert any(line.startswith("It is running. The last prompt") for line in lines)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(None, "?"), (0.4, "0:00"), (65, "1:05"), (3600, "1:00:00"), (-3.2, "-0:03"), (-0.1, "0:00")],
)
def test_time_since_the_start(seconds: float | None, expected: str) -> None:
    assert clock(seconds) == expected


# ---------------------------------------------------------------- what leaves


def at_tier(workspace: Workspace, report: Any, tier: Literal[1, 2], **options: Any) -> Any:
    request = Request(session=STORY, door=door(workspace.config, leaves=True, tier=tier))
    return run_report(workspace, report, msgspec.convert(options, report.Options), request)


@pytest.mark.parametrize("tier", [1, 2])
def test_no_figure_changes_with_the_tier(tier: Literal[1, 2], home: Path) -> None:
    with told(SCRIPT, home) as workspace:
        whole, less = asked(workspace, explain, STORY), at_tier(workspace, explain, tier)
        times = asked(workspace, timeline, STORY), at_tier(workspace, timeline, tier)
    assert figures(less) == figures(whole)
    assert [(one.failed, one.cost_usd, len(one.moments)) for one in times[0].phases] == [
        (one.failed, one.cost_usd, len(one.moments)) for one in times[1].phases
    ]
    assert less.phases[0].label == "prompt #2"
    assert "Make the build pass" not in str(less)


def figures(result: Any) -> list[object]:
    rows = [
        (
            one.first_event,
            one.last_event,
            one.failed,
            one.retries,
            one.iterations,
            one.cost_usd,
            one.waste_usd,
            len(one.done),
        )
        for one in result.phases
    ]
    ending = (result.ending.last, result.ending.commits, result.ending.pull_requests, result.ending.tests)
    return [*rows, ending, result.retries, result.waste_usd, len(result.abandoned), len(result.undone)]


def test_a_path_that_was_named_leaves_as_the_calls_own(home: Path) -> None:
    script = "> go\n$ ls\n| see src/a.py\n= 0\n@ Read read src/a.py\n= ok\n$ cat src/a.py\n= 0"
    with told(script, home) as workspace:
        words = [one.words for one in at_tier(workspace, why, 2, event="7").causes]
        shell = [one.words for one in at_tier(workspace, why, 2, event="11").causes]
    assert words[0] == "#5 names src/a.py"
    assert shell[0] == "#5 names its file"


def test_plans_and_steps_of_which_little_may_be_told(home: Path) -> None:
    with told("> go\n$ make a\n= 0\n% one\n$ make b\n= 1\n$ make c\n= 0", home) as workspace:
        names = [phase.label for phase in at_tier(workspace, explain, 1).phases]
        whole = [phase.label for phase in asked(workspace, explain, STORY).phases]
        request = Request(session=STORY)
        one = Understood(session_scope(workspace, explain, explain.Options(), request))
        assert (one.title(10**6), one.tool(10**6), one.label(10**6)) == ("", "", "")
    assert whole == ["go", "one", "run make c"]
    assert names == ["prompt #2", "an item of the plan", "run withheld"]


def test_a_refusal_is_told_as_a_cause(home: Path) -> None:
    with told("> go\n$ rm -rf a\n= refused\n$ ls\n= 0", home) as workspace:
        found = asked(workspace, why, STORY, event="7")
    assert found.causes[0].words == "another way after #5 was refused"
