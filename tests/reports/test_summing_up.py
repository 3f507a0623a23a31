"""standup and postmortem: whole outputs of sessions of five agents, of a broken one and of stories, and what leaves."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import msgspec
import pytest

from agent_trace.app.leaving import door
from agent_trace.app.scopes import Request, run_report, session_scope
from agent_trace.reports import explain, postmortem, standup
from tests import stories
from tests.reports.recorded import asked, drawn, sessions
from tests.reports.small import assert_golden, forms
from tests.reports.understood import BROKEN, GOLDEN, HOMES, STORY, home_of, told

REPORTS: dict[str, ModuleType] = {"standup": standup, "postmortem": postmortem}
RUNS = (*HOMES, *stories.RUNS, BROKEN)
STORIES = {
    "mended": """\
> Make it pass
$ python -m pytest
1 failed
= 1
@ Read read src/auth.py
= ok
@ Edit edit src/auth.py
= ok
$ python -m pytest
3 passed
= 0
$ npm install left-pad
= 0
@ Edit edit migrations/0001.py
= ok
$ git commit -am "fix"
[main 1a2b3c4] fix
= 0
. Done.""",
    "failed": """\
> Make it pass
$ uv run pytest
3 passed
= 0
> Now make it fast
@ Edit edit src/a.py
= ok
$ uv run pytest
1 failed
= 1
$ uv run pytest
1 failed
= 1
@ Edit edit src/b.py
= ok
$ uv run pytest
2 failed
= 1""",
    "interrupted": "> go\n$ make a\n= 2\n! interrupted",
    "error": "> go\n$ make a\n= 0\n! error",
    "undone": "> go\n@ Edit edit src/a.py\n= ok\n$ git checkout -- src/a.py\n= 0\n@ Edit edit src/a.py\n= ok",
}


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("report", REPORTS)
def test_whole_outputs(report: str, name: str, home: Path) -> None:
    (run, session), module = GOLDEN[name], REPORTS[report]
    with home_of(run, home) as workspace:
        result = asked(workspace, module, session)
        for ending, text in forms(module, result, module.Options(), workspace):
            assert_golden(f"{report}/{name}.{ending}", text)


@pytest.mark.parametrize("name", STORIES)
def test_stories(name: str, home: Path) -> None:
    with told(STORIES[name], home) as workspace:
        for report, module in REPORTS.items():
            result = asked(workspace, module, STORY)
            for ending, text in forms(module, result, module.Options(), workspace):
                assert_golden(f"{report}/story-{name}.{ending}", text)


@pytest.mark.parametrize("run", RUNS)
def test_one_set_of_numbers(run: str, home: Path) -> None:
    with home_of(run, home) as workspace:
        for name in sessions(workspace):
            one, day, after = (asked(workspace, module, name) for module in (explain, standup, postmortem))
            assert (day.retries, day.iterations) == (one.retries, one.iterations)
            assert (after.retries, after.failed_phases) == (one.retries, one.failed_phases)
            assert (len(day.read), len(day.changed)) == (one.files_read, one.files_changed)
            assert day.commits == one.ending.commits
            assert [way.event for way in day.approaches if way.abandoned] == [way.attempts[-1] for way in one.abandoned]
            assert after.cause is None or after.cause.failed


def test_a_failure_with_its_cause(home: Path) -> None:
    with told(STORIES["failed"], home) as workspace:
        result = asked(workspace, postmortem, STORY)
    assert (result.how, result.last_good.event) == ("a step failed", 4)
    assert result.cause.event < result.event
    assert result.changed_since == ("src/a.py", "src/b.py")


def test_a_test_that_failed_before_other_work(home: Path) -> None:
    with told("> go\n$ pytest\n1 failed\n= 1\n> And now?\n. Nothing.", home) as workspace:
        result = asked(workspace, postmortem, STORY)
    assert (result.how, result.ended_by.text) == ("a test failed", "pytest")


def test_a_process_that_was_killed(home: Path) -> None:
    with told("> go\n$ make a\n= 0", home) as workspace:
        scope = session_scope(workspace, postmortem, postmortem.Options(), Request(session=STORY))
        killed = msgspec.structs.replace(scope, summary=msgspec.structs.replace(scope.summary, state="killed"))
        result = postmortem.compute(killed, postmortem.Options(), workspace.facts)
    assert (result.how, result.ended_by) == ("killed", None)


def test_a_session_that_still_runs(home: Path) -> None:
    with told("> go\n$ make a\n= 0", home) as workspace:
        result = asked(workspace, postmortem, STORY)
        running = msgspec.structs.replace(result, session=msgspec.structs.replace(result.session, state="running"))
        lines = drawn(postmortem, running, workspace)
    assert any("It is running: this is how it stands now." in line for line in lines)


def test_long_parts_are_cut(home: Path) -> None:
    lines = "\n".join(f"@ Edit edit {number}.py\n= ok" for number in range(30))
    tries = "\n".join(
        f"$ pytest t{number}\n1 failed\n= 1\n@ Edit edit t.py\n= ok\n$ pytest t{number}\n1 failed\n= 1"
        for number in range(9)
    )
    with told(f"> go\n{lines}\n{tries}", home) as workspace:
        day = asked(workspace, standup, STORY)
        shown = drawn(standup, day, workspace)
        after = asked(workspace, postmortem, STORY)
        chain = msgspec.structs.replace(after, chain=after.chain * 20)
        cut = drawn(postmortem, chain, workspace)
    assert day.many_files
    assert "… 16 more" in shown
    assert any(line.endswith("earlier steps") for line in cut)


def test_what_is_installed_twice_is_one_dependency(home: Path) -> None:
    with told("> go\n$ npm install a b\n= 0\n$ npm install a\n= 0", home) as workspace:
        found = asked(workspace, standup, STORY).dependencies
    assert [(one.event, one.text, one.where) for one in found] == [(4, "a", "npm install"), (4, "b", "npm install")]


def test_what_edits_brought_in(home: Path) -> None:
    with told("> go\n@ Edit edit src/a.py\n= ok\n@ Edit edit src/b.py\n= ok", home) as workspace:
        scope = session_scope(workspace, standup, standup.Options(), Request(session=STORY))
        texts = iter(({"content": "# TODO: one\nx = 1"}, {"content": "# FIXME: two"}))
        session = scope.read()
        events = tuple(
            msgspec.structs.replace(event, input=json.dumps(next(texts)))
            if getattr(event, "tool", "") == "Edit" and hasattr(event, "input")
            else event
            for event in session.events
        )
        whole = type(session)(session.id, session.agent, events)
        both = msgspec.structs.replace(scope, read=lambda: whole, whole=lambda: whole)
        less = msgspec.structs.replace(scope, whole=lambda: whole)
        found = [standup.compute(one, standup.Options(), workspace.facts).remarks for one in (both, less)]
    assert [(one.text, one.where) for one in found[0]] == [("# TODO: one", "src/a.py"), ("# FIXME: two", "src/b.py")]
    assert [(one.event, one.text) for one in found[1]] == [(one.event, "withheld") for one in found[0]]


@pytest.mark.parametrize("tier", [1, 2])
def test_no_figure_changes_with_the_tier(tier: Literal[1, 2], home: Path) -> None:
    with told(STORIES["mended"], home) as workspace:
        request = Request(session=STORY, door=door(workspace.config, leaves=True, tier=tier))
        for module in (standup, postmortem):
            whole, less = asked(workspace, module, STORY), run_report(workspace, module, module.Options(), request)
            assert figures(less) == figures(whole)
            assert "Make it pass" not in str(less)


def figures(result: Any) -> list[object]:
    """Counts, flags and lengths: all that is no text."""
    names = [name for name in result.__struct_fields__ if name not in ("session", "phase")]
    found = [getattr(result, name) for name in names]
    return [len(one) if isinstance(one, tuple) else one for one in found if not isinstance(one, msgspec.Struct)]
