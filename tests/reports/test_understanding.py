"""explain, why, timeline, token-budget, tree, show, stats, session-cost and context: whole outputs of eight sessions."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from agent_trace.app.leaving import door
from agent_trace.app.scopes import Request, run_report, session_scope
from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError, UsageError
from agent_trace.model.session import Session
from agent_trace.reports import context, explain, session_cost, show, stats, timeline, token_budget, tree, why
from tests.reports.recorded import FIX, FORK, SUB_AGENT, TERMINAL, asked, drawn, run
from tests.reports.small import assert_golden, forms
from tests.reports.understood import GOLDEN, home_of

WHY = {
    "claude": "52", "codex": "31", "gemini": "30", "opencode": "40", "pi": "30", "qwen": "29", "copilot": "29", "broken": "26",
}  # fmt: skip
"""The event that the golden files ask about: a retry, or what came back after a change."""
REPORTS: dict[str, ModuleType] = {
    "explain": explain, "why": why, "timeline": timeline, "token_budget": token_budget, "tree": tree,
    "show": show, "stats": stats, "session_cost": session_cost, "context": context,
}  # fmt: skip
CONTEXT = {
    "claude": "112", "codex": "31", "gemini": "30", "opencode": "40", "pi": "30", "qwen": "29", "copilot": "29", "broken": "26",
}  # fmt: skip
"""The event whose context the golden files tell: one after a compaction, what came back from a tool, an answer."""
ASKED = {"why": WHY, "context": CONTEXT}
SUBJECTS = [(report, name) for report in REPORTS for name in GOLDEN]


@pytest.mark.parametrize(("report", "name"), SUBJECTS)
def test_whole_outputs(report: str, name: str, home: Path) -> None:
    recorded, session = GOLDEN[name]
    given: dict[str, Any] = {"event": ASKED[report][name]} if report in ASKED else {}
    if report == "session_cost":
        given = {"by": "phase"}
    module = REPORTS[report]
    with home_of(recorded, home) as workspace:
        result = asked(workspace, module, session, **given)
        for ending, text in forms(module, result, msgspec.convert(given, module.Options), workspace):
            assert_golden(f"{report}/{name}.{ending}", text)


@pytest.fixture
def fix(home: Path) -> Any:
    with run("2.1.329/fix", home) as workspace:
        yield workspace


def chain(workspace: Workspace, event: str, session: str = FIX) -> tuple[str, ...]:
    found: tuple[str, ...] = asked(workspace, why, session, event=event).chain
    return found


def test_the_chain_of_a_sub_agent_goes_on_in_its_parent(fix: Workspace) -> None:
    assert chain(fix, "20", SUB_AGENT) == ("../2", "../58", "2", "20")
    assert chain(fix, "58/20") == ("2", "58", "58/2", "58/20")
    result = asked(fix, why, SUB_AGENT, event="20")
    assert [one.words for one in result.causes if one.how == "sub-agent"] == ["the task that #../58 gave"]
    assert {row.number for row in result.nodes} >= set(result.chain)


def test_an_event_by_its_id_and_one_that_nothing_led_to(fix: Workspace) -> None:
    assert chain(fix, "toolu_01Demo000000000001000000") == ("2", "16")
    lines = drawn(why, asked(fix, why, FIX, event="2"), fix, event="2")
    assert "Nothing in the log led to it." in lines
    assert lines[-1] == "14 steps until the next prompt, 5 failed."


@pytest.mark.parametrize(
    ("event", "error"), [("", UsageError), ("999", NotFoundError), ("3/1", NotFoundError), ("a/b", NotFoundError)]
)
def test_events_that_there_are_not(event: str, error: type[Exception], fix: Workspace) -> None:
    with pytest.raises(error):
        asked(fix, why, FIX, event=event)


def test_a_parent_whose_log_is_gone(fix: Workspace, home: Path) -> None:
    for path in (home / ".claude" / "projects").rglob(f"{FIX}.jsonl"):
        path.unlink()
    assert chain(fix, "20", SUB_AGENT) == ("2", "20")


def test_one_phase_of_a_timeline(fix: Workspace) -> None:
    result = asked(fix, timeline, FIX, phase=2)
    assert ([one.number for one in result.phases], result.phase_count) == ([2], 5)
    none = asked(fix, timeline, FIX, phase=9)
    assert drawn(timeline, none, fix, phase=9)[-1] == "warning: it has no phase 9"


def test_what_was_refused_and_what_was_said_past_the_model(home: Path) -> None:
    with run("2.1.329/terminal", home) as workspace:
        result = asked(workspace, timeline, TERMINAL)
        lines = drawn(timeline, result, workspace)
    moments = [moment for phase in result.phases for moment in phase.moments]
    assert [moment.tool for moment in moments if moment.refused] == ["Bash"]
    assert {"command", "compaction", "interruption", "prompt"} <= {moment.kind for moment in moments}
    assert any(line.endswith("refused") for line in lines)


@pytest.mark.parametrize(
    ("options", "state", "limit_from"),
    [
        ({}, "ok", "known"),
        ({"limit": 23_500}, "warning", "asked"),
        ({"limit": 1_000}, "over", "asked"),
        ({"warn_at": 11}, "warning", "known"),
        ({"model": "gpt-4o"}, "ok", "known"),
        ({"model": "nobody-knows-it"}, "unknown", None),
    ],
)
def test_how_full_the_context_is(options: dict[str, Any], state: str, limit_from: str | None, fix: Workspace) -> None:
    result = asked(fix, token_budget, FIX, **options)
    assert (result.state, result.limit_from) == (state, limit_from)
    shown = "\n".join(drawn(token_budget, result, fix, **options))
    assert ("of the context is used" in shown, "fuller than its limit" in shown) == (
        state == "warning",
        state == "over",
    )


def test_calls_that_nobody_logged(home: Path) -> None:
    with run("2.1.329/down", home) as workspace:
        result = asked(workspace, token_budget, "a966ffed")
        lines = drawn(token_budget, result, workspace)
    assert (result.state, result.now, result.shares) == ("unknown", None, ())
    assert lines[-1] == "the log tells no model call with its tokens"


def test_many_calls_are_drawn_together(fix: Workspace) -> None:
    result = asked(fix, token_budget, FIX)
    many = msgspec.structs.replace(result, points=result.points * 9)
    chart = [line for line in drawn(token_budget, many, fix) if line.startswith("#")]
    assert len(chart) == 23


def test_a_tree_whose_branches_are_gone(fix: Workspace, home: Path) -> None:
    for path in (home / ".claude" / "projects").rglob("agent-*.jsonl"):
        path.unlink()
    result = asked(fix, tree, FIX)
    assert (result.sessions, result.unread) == (2, (SUB_AGENT,))
    assert drawn(tree, result, fix)[-1] == "warning: the logs of 1 sub-agent are gone and were not archived"
    for path in (home / ".claude" / "projects").rglob("*.jsonl"):
        path.unlink()
    assert [one.started_by for one in asked(fix, tree, FIX).members] == [None, None]


def test_a_sub_agents_tree_names_its_parent(fix: Workspace) -> None:
    lines = drawn(tree, asked(fix, tree, SUB_AGENT), fix)
    assert f"parent   {FIX}" in lines
    assert asked(fix, tree, FIX).members[1].started_by == "58"


def test_siblings_stand_beside_each_other(fix: Workspace) -> None:
    result = asked(fix, tree, FIX)
    twice = msgspec.structs.replace(result, members=(*result.members, result.members[1]))
    assert sum(SUB_AGENT.rpartition("/")[2] in line for line in drawn(tree, twice, fix, width=120)) == 2


def test_a_fork_is_told_from_its_own_events_on(fix: Workspace) -> None:
    result = asked(fix, explain, FORK)
    assert [(one.first_event, one.label) for one in result.phases] == [(102, "Leave a secret in the trace")]
    moments = asked(fix, timeline, FORK).phases[0].moments
    assert min(moment.event for moment in moments) == 102


@pytest.mark.parametrize(("event", "words"), [("28", "part of #27"), ("15", "follows #2"), ("17", "the answer to #16")])
def test_links_in_words(event: str, words: str, fix: Workspace) -> None:
    assert asked(fix, why, FIX, event=event).causes[0].words == words


def test_a_parent_that_does_not_tell_of_its_sub_agent(fix: Workspace) -> None:
    scope = session_scope(fix, why, why.Options(), Request(session=SUB_AGENT))
    short = Session(FIX, "claude", ())
    alone = msgspec.structs.replace(scope, read_child=lambda key: short)
    assert why.compute(alone, why.Options(event="20"), fix.facts).chain == ("2", "20")


def test_a_session_of_which_nothing_is_left(fix: Workspace) -> None:
    scope = session_scope(fix, explain, explain.Options(), Request(session=FIX))
    empty = Session(FIX, "claude", ())
    result = explain.compute(
        msgspec.structs.replace(scope, read=lambda: empty, whole=lambda: empty), explain.Options(), fix.facts
    )
    assert (result.phases, result.ending.last, result.events) == ((), "nothing", 0)
    assert drawn(explain, result, fix)[-1] == "Nothing was said or done."
    bare = timeline.compute(
        msgspec.structs.replace(scope, read=lambda: empty, whole=lambda: empty), timeline.Options(), fix.facts
    )
    assert drawn(timeline, bare, fix)[-1] == "warning: nothing was said or done in it"


def test_copied_events_between_own_ones_are_not_told(fix: Workspace) -> None:
    scope = session_scope(fix, explain, explain.Options(), Request(session=FIX))
    whole = scope.read()
    copied = {event.id for number, event in whole.numbered if number in (15, 124)}
    rows = tuple(msgspec.structs.replace(event, inherited=event.id in copied) for event in whole.events)
    mixed = Session(FIX, "claude", rows)
    given = msgspec.structs.replace(scope, read=lambda: mixed, whole=lambda: mixed)
    moments = timeline.compute(given, timeline.Options(), fix.facts).phases[0].moments
    assert [moment.event for moment in moments] == [2, 13, 16]
    assert explain.compute(given, explain.Options(), fix.facts).ending.event == 116


def test_the_context_of_an_event_of_a_sub_agent(fix: Workspace) -> None:
    result = asked(fix, context, FIX, event="58/20")
    shown = drawn(context, result, fix, event="58/20")
    assert (result.event, result.of, result.session.id) == ("58/20", SUB_AGENT, FIX)
    assert any(line.startswith(("call       #58/", "call      #58/")) for line in shown)
    assert result.call.event in {one.event for one in asked(fix, token_budget, SUB_AGENT).points}


def test_the_context_where_no_call_is_logged(home: Path) -> None:
    with run("2.1.329/down", home) as workspace:
        result = asked(workspace, context, "a966ffed", event="1")
        assert drawn(context, result, workspace, event="1")[-1] == "the log tells no model call with its tokens"
    assert (result.call, result.given, result.shares, result.fell) == (None, None, (), None)


def test_the_limit_of_a_context_that_was_asked_for(fix: Workspace) -> None:
    result = asked(fix, context, FIX, event="31", limit=1000)
    assert (result.limit_from, result.call.limit) == ("asked", 1000)


def test_what_a_clear_took_out(home: Path) -> None:
    with run("2.1.329/terminal", home) as workspace:
        result = asked(workspace, context, "4a4d765c", event="15")
        lines = drawn(context, result, workspace, event="15")
    assert (result.reset.event, result.reset.trigger, result.fell.files) == (4, "clear", ())
    assert "#4 was a clear: ? tokens before, ? after." in lines


def test_more_texts_than_a_page_shows(fix: Workspace) -> None:
    result = asked(fix, context, FIX, event="100")
    many = msgspec.structs.replace(result, results=result.results * 3, files=result.files * 14)
    shown = "\n".join(drawn(context, many, fix, event="100"))
    assert f"Results in the window (the 12 largest of {len(many.results)})" in shown
    assert "Files in the window (the 12 largest of 14)" in shown
    read_often = msgspec.structs.replace(result.files[0], events=(1, 2, 3, 4, 5))
    again = msgspec.structs.replace(result, files=(read_often,))
    assert any("#1, #2, #3 +2" in line for line in drawn(context, again, fix, event="100"))


def test_a_file_that_fell_out_and_came_back_is_told_at_every_tier(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        open_here = asked(workspace, context, FIX, event="123")
        request = Request(session=FIX, door=door(workspace.config, leaves=True, tier=1))
        told = run_report(workspace, context, context.Options(event="123"), request)
    assert [(one.path, one.back) for one in open_here.fell.files] == [("src/calc.py", True)]
    assert [one.back for one in told.fell.files] == [True]
    assert "calc" not in repr(told)
    figures = [[(one.characters, one.tokens) for one in result.files] for result in (open_here, told)]
    assert figures[0] == figures[1]
