"""How each kind of event is told, and which call started which sub-agent."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent_trace.model import events as model
from agent_trace.model.events import Event
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.model.usage import BillingClass, Usage
from agent_trace.pricing.book import Book
from agent_trace.pricing.shipped import shipped
from agent_trace.render.blocks import Entry
from agent_trace.reports import replay, stats
from agent_trace.reports._family import started
from agent_trace.reports._happened import Row, rows, told
from agent_trace.reports._parts import Part
from agent_trace.reports._telling import LOOKS, entry
from agent_trace.reports._words import many, relative
from tests.reports.recorded import SUB_AGENT, asked, drawn, run
from tests.reports.small import copy_run, opened

SUMMARY = Summary(id="s", agent="claude", cwd="/home/dev/demo")


def all_rows(*events: Event, starts: dict[str, Summary] | None = None) -> list[Row]:
    part = Part(Session(id="s", agent="claude", events=events), SUMMARY, "", starts or {})
    return list(rows(told(part, Book.load(shipped()), "priced", start=1000)))


def line(*events: Event, full: bool = False) -> Entry:
    """The last of these events as a line."""
    return entry(all_rows(*events)[-1], SUMMARY.cwd, full=full)


def a(cls: type[Event], /, **fields: Any) -> Event:
    return cls(**{"id": "e", "session": "s", "at": 1500, **fields})


BASH = a(model.ToolCall, id="c", call="c", tool="Bash", kind="shell", title="ls", input='{"command":"ls"}', size=16)

TOLD: list[tuple[Event, str, str, str]] = [
    (a(model.SessionStarted, version="2.1", cwd="/x", branch="main"), "●", "2.1 · /x · main", ""),
    (a(model.SessionEnded, reason="logout"), "○", "logout", ""),
    (a(model.Titled, title="Fix the tests"), "·", "Fix the tests", ""),
    (a(model.UsageRecorded, models={"opus": Usage(input=900, output=100)}, usd="0.5"), "·", "opus 1,000 tokens · $0.5", ""),
    (a(model.UsageRecorded), "·", "", ""),
    (a(model.UserPrompt, text="go", size=2), "▶", "go", ""),
    (a(model.UserPrompt, text="look", size=4, by="parent"), "▶", "task  look", ""),
    (a(model.UserPrompt, text="a\nb", size=3), "▶", "", "a\nb"),
    (a(model.AssistantText, text="w" * 60, size=60), "•", "", "w" * 60),
    (a(model.Thinking, text="hm\nwell", size=7), "·", "hm\nwell", ""),
    (a(model.Thinking), "·", "(nothing to read)", ""),
    (a(model.LlmRequest, model="opus"), "·", "opus", ""),
    (BASH, "→", "Bash  $ ls", ""),
    (a(model.ToolCall, tool="Read", kind="read", title="/home/dev/demo/a.py"), "→", "Read  a.py", ""),
    (a(model.SessionStarted, starter="s0"), "●", "started by s0", ""),
    (a(model.ToolCall, tool="mcp__x", kind="mcp", input="{}"), "→", "mcp__x", ""),
    (a(model.ToolCall, tool="mcp__x", kind="mcp", input='{"to":["a",7],"at":{"x":true}}'), "→", "mcp__x  to: a, 7 · at: x: true", ""),
    (a(model.ToolCall, tool="mcp__x", kind="mcp", input="[to"), "→", "mcp__x  [to", ""),
    (a(model.FileRead, path="/home/dev/demo/a.py"), "·", "a.py", ""),
    (a(model.FileWrite, path="/b.py", lines_added=3, lines_removed=1), "·", "/b.py +3 -1", ""),
    (a(model.Decision, choice="read first", reason="to understand"), "•", "read first  to understand", ""),
    (a(model.PermissionAsked, tool="Bash"), "?", "Bash", ""),
    (a(model.PermissionAnswered, decision="accept", by="user"), "✓", "accept by user", ""),
    (a(model.PermissionAnswered, decision="reject"), "✗", "reject", ""),
    (a(model.Interrupted, text="[stop]"), "×", "[stop]", ""),
    (a(model.ModelChanged, model="haiku"), "·", "haiku", ""),
    (a(model.Compacted, trigger="auto", before=9000, run_ms=90), "▼", "auto · 9,000 → ? tokens · 90ms", ""),
    (a(model.Compacted, summary="what was"), "▼", "what was", ""),
    (a(model.Blocked, tool="Bash", reason="scope"), "✗", "Bash scope", ""),
    (a(model.ErrorRaised, text="529 Overloaded", status=529), "✗", "529 Overloaded", ""),
    (a(model.ErrorRaised, text="Overloaded", status=529, retry=2), "!", "attempt 2, tried again: 529  Overloaded", ""),
    (a(model.ErrorRaised, text="Overloaded", retry=0), "!", "tried again:  Overloaded", ""),
    (a(model.Attachment, kind="memory", text="/CLAUDE.md", size=10), "·", "memory: /CLAUDE.md", ""),
    (a(model.Attachment, kind="system prompt", size=9000), "·", "system prompt: (9,000 characters)", ""),
    (a(model.Attachment, kind="turn"), "·", "turn", ""),
    (a(model.Command, name="/model", text="opus"), "▶", "/model  opus", ""),
    (a(model.Linked, how="fork", other="942b"), "·", "fork 942b", ""),
    (a(model.Unknown, reason="not JSON", raw="{"), "!", "not JSON  {", ""),
    (a(model.AssistantText, text="x", size=1, side=True), "•", "[side] x", ""),
]  # fmt: skip


@pytest.mark.parametrize(("event", "mark", "text", "body"), TOLD)
def test_every_kind_has_its_words(event: Event, mark: str, text: str, body: str) -> None:
    shown = line(event)
    assert (shown.mark, shown.text, shown.body, shown.when) == (mark, text, body, "+0.50s")


@pytest.mark.parametrize(
    ("title", "given", "size", "text"),
    [
        ("", '{"to":["a","b\\nc', 4021, "mcp__x  to: a, b\nc… (4,021 characters)"),
        ("", '{"to":["' + "a" * 900, 9021, f"mcp__x  to: {'a' * 236}… (9,021 characters)"),
        ("", "*** Begin", 9021, "mcp__x  *** Begin… (9,021 characters)"),
        ("/home/dev/demo/a.py", '{"to":["', 9021, "mcp__x  a.py"),
    ],
)
def test_arguments_that_were_cut_are_told_as_far_as_they_go(title: str, given: str, size: int, text: str) -> None:
    found = line(a(model.ToolCall, tool="mcp__x", kind="mcp", title=title, input=given, size=size))
    assert (found.text, found.body) == (text, "")


def test_every_kind_has_its_look() -> None:
    assert set(LOOKS) == set(model.KINDS)
    assert {model.kind_of(event) for event, *_ in TOLD} | {"llm_response", "tool_result"} == set(model.KINDS)


def test_an_event_without_a_time_or_a_kind_of_its_own() -> None:
    shown = line(a(Event, at=None))
    assert (shown.when, shown.text, shown.label) == ("?", "", "Event")


# ---------------------------------------------------------------- results and calls of the model


def result(**fields: Any) -> Event:
    return a(model.ToolResult, **{"id": "r", "call": "c", "tool": "Bash", "output": "out", "size": 3, **fields})


@pytest.mark.parametrize(
    ("fields", "mark", "text"),
    [
        ({}, "←", "Bash"),
        ({"run_ms": 51, "exit_code": 0}, "←", "Bash  51ms"),
        ({"failed": True, "exit_code": 2}, "✗", "Bash  failed · exit code 2"),
        ({"failed": True, "refused": True}, "✗", "Bash  refused"),
        ({"interrupted": True, "failed": True}, "✗", "Bash  failed · interrupted"),
        ({"asked": False, "at": 4500}, "←", "Bash  3s"),
        ({"asked": True, "at": 4500}, "←", "Bash"),
        ({"tool": ""}, "←", "Bash"),
    ],
)
def test_how_a_tool_came_back(fields: dict[str, Any], mark: str, text: str) -> None:
    shown = line(BASH, result(**fields))
    assert (shown.mark, shown.text, shown.body) == (mark, text, "out")


def test_a_result_that_nobody_asked_for() -> None:
    assert line(result(run_ms=5)).text == "Bash  5ms"


def test_an_edit_shows_its_lines_and_in_full_its_patch() -> None:
    edit = a(
        model.ToolCall, id="c", call="c", tool="Edit", kind="edit", title="/x", input='{"file_path":"/x"}', size=18
    )
    done = result(tool="Edit", output="updated", size=7, lines_added=1, lines_removed=2, patch="-a\n+b")
    assert (line(edit, done).text, line(edit, done).body) == ("Edit  +1 -2", "")
    assert line(edit, done, full=True).body == "-a\n+b"
    assert (line(edit).body, line(edit, full=True).body) == ("", '{"file_path":"/x"}')


def test_in_full_a_long_command_stands_below_and_a_short_one_does_not() -> None:
    long = "for x in 1 2 3; do\n  echo $x\ndone"
    call = a(model.ToolCall, tool="Bash", kind="shell", title=long, input="{}", size=2)
    assert line(call, full=True).body == long
    assert line(BASH, full=True).body == ""
    assert line(a(model.Thinking, text="t" * 60, size=60), full=True).body == "t" * 60


def test_a_model_call_tells_tokens_cost_and_model() -> None:
    usage = Usage(input=1000, output=200, cache_read=50_000, web_searches=1)
    call = a(model.LlmResponse, call="m", cls=BillingClass(model="claude-opus-5"), usage=usage)
    assert line(call).text == "51,000 in · 200 out · 1 search · $0.04 · claude-opus-5"
    assert all_rows(call)[0].cost_usd == Decimal("0.0450000")
    unpriced = a(model.LlmResponse, call="m", cls=BillingClass(model="acme"), usage=usage)
    assert line(unpriced).text == "51,000 in · 200 out · 1 search · ? · acme"
    copied = a(model.LlmResponse, call="m", usage=Usage(input=5, output=1), inherited=True)
    assert (line(copied).text, line(copied).tone) == ("5 in · 1 out · not counted · no model", "dim")


def test_a_permission_names_the_tool_that_it_is_about() -> None:
    answer = a(model.PermissionAnswered, parent="c", decision="reject", by="user")
    assert line(BASH, answer).text == "Bash reject by user"


# ---------------------------------------------------------------- who started whom


def agent(name: str, seconds: float, *, parent: str = "s") -> Summary:
    began = datetime.fromtimestamp(seconds, timezone.utc)
    return Summary(id=f"s/{name}", agent="claude", parent=parent, started=began, duration_s=7.0)


def task(name: str, at: int, **fields: Any) -> Event:
    return a(model.ToolCall, **{"id": name, "call": name, "tool": "Task", "kind": "agent", "at": at, **fields})


def came_back(name: str, at: int, **fields: Any) -> Event:
    return a(model.ToolResult, id=f"{name}.r", call=name, tool="Task", at=at, **fields)


def linked(family: list[Summary], *events: Event) -> dict[str, str]:
    found = started(Session(id="s", agent="claude", events=events), family)
    return {call: child.id for call, child in found.items()}


def test_a_result_names_its_sub_agent() -> None:
    family = [agent("agent-a1", 2), agent("agent-b2", 2), agent("agent-deep", 3, parent="s/agent-a1")]
    events = (task("t1", 1000), task("t2", 1000), came_back("t2", 9000, child="a1"), came_back("t1", 9000, child="b2"))
    assert linked(family, *events) == {"t1": "s/agent-b2", "t2": "s/agent-a1"}


def test_one_that_no_result_names_belongs_to_the_call_that_was_open() -> None:
    family = [agent("side-y", 4), agent("side-x", 2), agent("side-late", 60)]
    events = (
        task("early", 500, inherited=True),
        a(model.ToolCall, id="b", call="b", tool="Bash", kind="shell", at=1000),
        task("t1", 1000),
        came_back("t1", 3000),
        task("t2", 2500),
        came_back("t2", 9000),
        a(model.ToolCall, id="timeless", call="timeless", kind="agent", at=None),
    )
    assert linked(family, *events) == {"t1": "s/side-x", "t2": "s/side-y"}


def test_a_sub_agent_without_a_time_is_taken_to_be_the_first() -> None:
    family = [Summary(id="s/side-x", agent="claude", parent="s")]
    assert linked(family, task("t1", 0)) == {"t1": "s/side-x"}
    assert linked(family, task("t1", 5)) == {}


def test_a_call_that_never_came_back_is_open() -> None:
    assert linked([agent("agent-a1", 90)], task("t1", 1000)) == {"t1": "s/agent-a1"}


def test_inline_side_chains_are_shown_below_their_call(home: Path) -> None:
    folder = home / ".claude" / "projects" / "-p"
    folder.mkdir(parents=True)
    copy_run("2.1.197/compact", home)
    source = Path(__file__).parents[1] / "corpus" / "claude" / "1.0.35" / "sidechain.jsonl"
    (folder / "sidechain.jsonl").write_bytes(source.read_bytes())
    workspace = opened(home)
    result = asked(workspace, replay, "sidechain", expand_subagents=True)
    prefixes = {row.number.partition("/")[0] for row in result.events if row.depth}
    assert prefixes == {"3", "?"}
    assert asked(workspace, stats, "sidechain", include_subagents=True).sessions == 3
    workspace.close()


# ---------------------------------------------------------------- heads and words


def test_the_head_of_a_sub_agent_names_its_parent(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        text = drawn(replay, asked(workspace, replay, SUB_AGENT), workspace)
    assert text[4].split() == ["parent", SUB_AGENT.partition("/")[0]]


def test_the_head_says_what_a_reader_must_know(home: Path) -> None:
    with run("2.1.329/fix", home) as workspace:
        found = asked(workspace, replay, SUB_AGENT)
        days = {
            "started": datetime(2026, 11, 20, tzinfo=timezone.utc),
            "ended": datetime(2026, 11, 21, tzinfo=timezone.utc),
        }
        changed = Summary(**{**{n: getattr(found.session, n) for n in found.session.__struct_fields__}, **days,
                             "source_changed": True, "unread_lines": 2})  # fmt: skip
        text = drawn(replay, replay.Result(session=changed, events=found.events), workspace)
        unknown = replay.Result(session=Summary(id="s", agent="claude"))
        blank = drawn(replay, unknown, workspace)
    assert "when        2026-11-20 00:00:00 to 2026-11-21 00:00:00 UTC" in text
    assert any(line.startswith("source      changed") for line in text)
    assert any("2 lines of its log could not be read" in line for line in text)
    assert "when        ?" in blank
    assert "models      none" in blank


@pytest.mark.parametrize(
    ("path", "cwd", "shown"),
    [("/a/b", "/a", "b"), ("/a/b", "/a/", "b"), ("/ab", "/a", "/ab"), ("/a/b", None, "/a/b"), ("/a", "/a", "/a")],
)
def test_paths_below_the_folder(path: str, cwd: str | None, shown: str) -> None:
    assert relative(path, cwd) == shown


@pytest.mark.parametrize(("number", "shown"), [(0, "0 calls"), (1, "1 call"), (1234, "1,234 calls"), (None, "? calls")])
def test_how_many(number: int | None, shown: str) -> None:
    assert many(number, "call") == shown
