"""Replay: whole outputs, and every event in its place, with its number, whatever is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_trace.app.workspace import Workspace
from agent_trace.errors import NotFoundError, UsageError
from agent_trace.model.events import KINDS
from agent_trace.reports import replay, show
from agent_trace.reports._telling import excerpt, offset
from tests.reports.recorded import FIX, FORK, RUNS, SUB_AGENT, TERMINAL, asked, drawn, run, sessions, truth
from tests.reports.small import assert_golden, forms

GOLDEN: dict[str, tuple[str, str, dict[str, Any]]] = {
    "fix": ("2.1.329/fix", FIX, {}),
    "fork": ("2.1.329/fix", FORK, {"since_event": "95"}),
    "tree": ("2.1.329/fix", FIX, {"tree": True}),
    "expanded": (
        "2.1.329/terminal",
        TERMINAL,
        {"expand_subagents": True, "filter": "user_prompt,tool_call,tool_result,error,permission_answered,interrupted"},
    ),
    "full": ("2.1.329/terminal", TERMINAL, {"full": True, "since_event": "24", "limit": 12}),
    "killed": ("2.1.329/kill", "latest", {}),
    "older": ("2.1.197/fix", "0002b020-d7ba-49ca-8a12-3609b579424d", {"filter": "tool_call,error", "limit": 20}),
}
"""Name of the golden file → the run, the session and what is asked."""

ON_SCREEN = "(terminal)"
"""What the truth says in place of prompts that were typed on a screen."""


@pytest.fixture
def fix(home: Path) -> Iterator[Workspace]:
    with run("2.1.329/fix", home) as workspace:
        yield workspace


@pytest.mark.parametrize("name", GOLDEN)
def test_whole_outputs(name: str, home: Path) -> None:
    recorded, session, options = GOLDEN[name]
    with run(recorded, home) as workspace:
        result = asked(workspace, replay, session, **options)
        given = msgspec.convert(options, replay.Options)
        for ending, text in forms(replay, result, given, workspace):
            assert_golden(f"replay/{name}.{ending}", text)


# ---------------------------------------------------------------- what really happened


@pytest.mark.parametrize("name", RUNS)
def test_a_replay_is_what_was_counted_on_the_wire(name: str, home: Path) -> None:
    real = truth(name)
    with run(name, home) as workspace:
        found = {key: asked(workspace, replay, key) for key in sessions(workspace)}
    own = [row for result in found.values() for row in result.events if not row.inherited]
    kinds = Counter(row.kind for row in own)
    prompts = [row.text for row in own if row.kind == "user_prompt" and row.title != "task"]
    assert kinds["tool_call"] == len(real["tool_calls"])
    assert Counter(row.tool for row in own if row.kind == "tool_call") == Counter(
        call["name"] for call in real["tool_calls"]
    )
    failed = {row.id.partition(".")[0] for row in own if row.kind == "tool_result" and row.failed}
    assert failed == {call["id"] for call in real["tool_calls"] if call["is_error"]}
    given = [step["prompt"] for step in real["steps"] if not step["prompt"].startswith("/")]
    assert sorted(prompts) == sorted(given) or given == [ON_SCREEN]
    agents = {one["agent"] for one in real["requests"] if one.get("agent")}
    assert {key.rpartition("agent-")[2] for key in found if "/" in key} == agents
    assert {row.child for row in own if row.child} == {key for key in found if "/" in key}


@pytest.mark.parametrize("name", RUNS)
def test_the_calls_of_a_replay_cost_what_every_surface_says(name: str, home: Path) -> None:
    with run(name, home) as workspace:
        for key in sessions(workspace):
            result = asked(workspace, replay, key)
            calls = [row for row in result.events if row.kind == "llm_response" and not row.inherited]
            assert sum((row.cost_usd or Decimal(0) for row in calls), Decimal(0)) == (result.session.own.cost_usd or 0)
            assert sum(row.usage.tokens for row in calls) == result.session.own.usage.tokens
            shown = asked(workspace, show, key)
            assert all(getattr(shown, name) == value for name, value in msgspec.structs.asdict(result.session).items())


def test_escape_while_a_tool_runs_is_an_interruption_and_no_refusal(home: Path) -> None:
    real = {call["id"]: call["expect"] for call in truth("2.1.329/terminal")["tool_calls"]}
    with run("2.1.329/terminal", home) as workspace:
        rows = asked(workspace, replay, TERMINAL).events
    results = {row.id.partition(".")[0]: row for row in rows if row.kind == "tool_result"}
    assert {name for name, row in results.items() if row.interrupted} == {
        name for name, expected in real.items() if expected.get("interrupted")
    }
    assert {name for name, row in results.items() if row.refused} == {
        name for name, expected in real.items() if expected.get("rejected")
    }
    assert [row.title for row in rows if row.kind == "permission_answered"].count("reject by user") == 1


# ---------------------------------------------------------------- numbers


def numbers(result: Any) -> list[str]:
    return [row.number for row in result.events]


def test_numbers_are_places_in_the_log(fix: Workspace) -> None:
    result = asked(fix, replay, FIX)
    assert numbers(result) == [str(number) for number in range(1, result.event_count + 1)]


@pytest.mark.parametrize(
    "options",
    [
        {"filter": "tool_call,error"},
        {"since_event": "50", "filter": "user_prompt"},
        {"limit": 7},
        {"expand_subagents": True},
        {"full": True},
    ],
)
def test_nothing_renumbers(fix: Workspace, options: dict[str, Any]) -> None:
    whole = {row.number: row.id for row in asked(fix, replay, FIX).events}
    shown = [row for row in asked(fix, replay, FIX, **options).events if row.session == FIX]
    assert shown
    assert all(whole[row.number] == row.id for row in shown)


def test_a_sub_agents_events_stand_below_its_call(fix: Workspace) -> None:
    result = asked(fix, replay, FIX, expand_subagents=True)
    places = numbers(result)
    call = next(row for row in result.events if row.child == SUB_AGENT)
    start = places.index(call.number)
    nested = [row for row in result.events if row.session == SUB_AGENT]
    assert call.kind == "tool_call"
    assert [row.number for row in nested] == [f"{call.number}/{n}" for n in range(1, len(nested) + 1)]
    assert result.events[start + 1 : start + 1 + len(nested)] == tuple(nested)
    assert {row.depth for row in nested} == {1}
    assert result.event_count == len(result.events)


def test_begin_at_a_number_or_an_id(fix: Workspace) -> None:
    row = asked(fix, replay, FIX).events[49]
    assert row.number == "50"
    for name in ("50", row.id):
        assert asked(fix, replay, FIX, since_event=name).events[0] == row
    nested = asked(fix, replay, FIX, expand_subagents=True, since_event="58/3").events[0]
    assert nested.session == SUB_AGENT


def test_an_event_that_is_not_there(fix: Workspace) -> None:
    with pytest.raises(NotFoundError, match="no event '500'") as raised:
        asked(fix, replay, FIX, since_event="500")
    assert raised.value.hint == "its events are 1 to 127"


def test_a_limit_says_where_to_go_on(fix: Workspace) -> None:
    result = asked(fix, replay, FIX, limit=3, filter="user_prompt,tool_call")
    assert (len(result.events), result.more, result.next_event) == (3, 16, "24")
    assert drawn(replay, result, fix)[-1] == "16 more events: `--since-event 24`"


# ---------------------------------------------------------------- filters


@pytest.mark.parametrize("kind", KINDS)
def test_a_filter_takes_the_wire_names(fix: Workspace, kind: str) -> None:
    found = asked(fix, replay, FIX, filter=kind).events
    assert all(row.kind == kind or (kind == "error" and row.failed) for row in found)


def test_error_means_failed_tools_too(fix: Workspace) -> None:
    found = asked(fix, replay, FIX, filter="error").events
    assert [row.kind for row in found].count("tool_result") == 6
    assert [row.retry for row in found if row.kind == "error"] == [1]


def test_an_unknown_kind_is_refused_with_the_list(fix: Workspace) -> None:
    with pytest.raises(UsageError, match="no event is called 'foo'") as raised:
        asked(fix, replay, FIX, filter="tool_call, foo")
    assert raised.value.hint == "choose from " + ", ".join(KINDS)


def test_nothing_of_a_kind(fix: Workspace) -> None:
    result = asked(fix, replay, FIX, filter="blocked")
    assert drawn(replay, result, fix)[-1] == "none of its 127 events is of these kinds"


# ---------------------------------------------------------------- forks, trees, what is gone


def test_what_a_fork_copied_is_marked_and_not_counted(fix: Workspace) -> None:
    result = asked(fix, replay, FORK)
    copied = [row for row in result.events if row.inherited]
    assert [row.number for row in copied] == [str(number) for number in range(1, 102)]
    assert {row.cost_usd for row in copied} == {None}
    assert all(row.offset_s < 0 for row in copied)
    assert all(row.offset_s >= 0 for row in result.events if not row.inherited)
    assert (result.session.own.tool_calls, result.session.prompts) == (2, 1)
    text = drawn(replay, result, fix)
    assert "101 events copied from the session that this one was forked from, not counted" in text
    assert sum("not counted" in line for line in text) == 1 + sum(row.kind == "llm_response" for row in copied)


def test_a_tree_needs_no_log(fix: Workspace, home: Path) -> None:
    for path in (home / ".claude" / "projects").rglob("*.jsonl"):
        path.unlink()
    result = asked(fix, replay, FIX, tree=True)
    assert (result.events, result.event_count) == ((), None)
    assert [child.id for child in result.children] == [SUB_AGENT]


def test_a_log_that_is_gone_and_in_no_archive(fix: Workspace, home: Path) -> None:
    for path in (home / ".claude" / "projects").rglob("*.jsonl"):
        path.unlink()
    with pytest.raises(NotFoundError) as raised:
        asked(fix, replay, FIX)
    assert raised.value.hint


def test_a_sub_agent_whose_log_is_gone_is_named(fix: Workspace, home: Path) -> None:
    for path in (home / ".claude" / "projects").rglob("agent-*.jsonl"):
        path.unlink()
    result = asked(fix, replay, FIX, expand_subagents=True)
    assert result.unread == (SUB_AGENT,)
    assert "is gone and was not archived" in " ".join(drawn(replay, result, fix)[-2:])


def test_a_session_in_two_homes_is_told_once(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        once = asked(workspace, replay, FIX)
    copy = home / ".config" / "claude"
    copy.mkdir(parents=True)
    (home / ".claude" / "projects").rename(copy / "projects")
    with run("2.1.329/fix", home) as workspace:
        assert numbers(asked(workspace, replay, FIX)) == numbers(once)


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "?"),
        (0.0, "+0.00s"),
        (3.556, "+3.56s"),
        (59.994, "+59.99s"),
        (59.996, "+1m00s"),
        (103.4, "+1m43s"),
        (3599.6, "+1h00m"),
        (7500.0, "+2h05m"),
        (273_600.0, "+3d04h"),
        (-1.25, "-1.25s"),
    ],
)
def test_offsets(seconds: float | None, shown: str) -> None:
    assert offset(seconds) == shown


@pytest.mark.parametrize(
    ("text", "size", "shown"),
    [
        ("one", 3, "one"),
        ("\n\none\ntwo", 9, "one\ntwo"),
        ("one\ntwo\nthree\n", 14, "one\ntwo\nthree"),
        ("a\nb\nc" + "d" * 100, 105, "a\nb\n… 102 more characters"),
        ("x" * 20, 5000, "x" * 20 + "\n… 4,980 more characters"),
        ("y" * 300, 300, "y" * 50 + "\n… 250 more characters"),
        ("", 0, ""),
    ],
)
def test_excerpts(text: str, size: int, shown: str) -> None:
    assert excerpt(text, size, 2, 50) == shown


def test_offsets_count_from_the_start_that_every_surface_tells(fix: Workspace) -> None:
    result = asked(fix, replay, FIX)
    assert max(row.offset_s for row in result.events) == pytest.approx(result.session.duration_s)


def test_the_log_says_that_nobody_was_asked(home: Path) -> None:
    with run("2.1.329/terminal", home) as workspace:
        rows = {row.number: row for row in asked(workspace, replay, TERMINAL).events}
    assert (rows["18"].tool, rows["18"].run_s) == ("Read", 0.129)
    assert (rows["26"].tool, rows["26"].run_s) == ("Bash", None)  # four seconds of them waited for a permission


def test_an_empty_session(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        empty = msgspec.structs.replace(asked(workspace, replay, FIX), events=(), event_count=0)
        assert drawn(replay, empty, workspace)[-1] == "warning: the session has no events"


def test_options_that_make_no_sense() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"limit": -1}, replay.Options)
