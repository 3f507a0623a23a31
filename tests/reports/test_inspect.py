"""Inspect: the raw events as data, and as a transcript that a reader can trust."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_trace.app.workspace import Workspace
from agent_trace.app.written import encode
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Command,
    Event,
    FileRead,
    Interrupted,
    LlmRequest,
    LlmResponse,
    Origin,
    Thinking,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
)
from agent_trace.model.session import Session
from agent_trace.model.usage import BillingClass
from agent_trace.render.markdown import render_markdown
from agent_trace.reports import inspect, replay
from agent_trace.reports._transcript import body, label, metadata, source, title
from tests.reports.recorded import FIX, TERMINAL, asked, drawn, run
from tests.reports.small import assert_golden, forms


@pytest.fixture
def fix(home: Path) -> Iterator[Workspace]:
    with run("2.1.329/fix", home) as workspace:
        yield workspace


@pytest.mark.parametrize("mode", ["analysis", "forensic"])
def test_whole_outputs(mode: str, home: Path) -> None:
    with run("2.1.329/kill", home) as workspace:
        options = inspect.Options(mode="forensic" if mode == "forensic" else "analysis")
        result = asked(workspace, inspect, mode=mode)
        for ending, text in forms(inspect, result, options, workspace):
            assert_golden(f"inspect/{mode}.{ending}", text)
        assert_golden(f"inspect/{mode}.md.txt", render_markdown(inspect.layout(result, options, workspace.facts)))


# ---------------------------------------------------------------- the two modes


def test_forensic_has_everything_whole(fix: Workspace) -> None:
    result = asked(fix, inspect, FIX, mode="forensic")
    session = asked(fix, replay, FIX, full=True)
    numbered = [one for one in result.events if one.number is not None]
    assert result.left_out == 0
    assert [str(one.number) for one in numbered] == [row.number for row in session.events]
    assert [one.event.id for one in numbered] == [row.id for row in session.events]
    said = [one.event for one in numbered if isinstance(one.event, AssistantText | ToolCall | ToolResult)]
    assert all(len(body(event)) == event.size for event in said)
    assert max(len(body(one.event)) for one in numbered) > 2048


def test_rows_that_mend_a_call_stand_below_it_without_a_number(home: Path) -> None:
    folder = home / ".claude" / "projects" / "-p"
    folder.mkdir(parents=True)
    usage = [{"input_tokens": 10, "output_tokens": output} for output in (1, 9)]
    rows = [{"type": "user", "uuid": "u", "message": {"role": "user", "content": "Hello"}, "version": "2.1.197"}]
    rows += [
        {
            "type": "assistant",
            "uuid": f"a{number}",
            "requestId": "r",
            "message": {"id": "m", "model": "claude-opus-5", "content": [{"type": "text", "text": "Hi"}], "usage": one},
        }
        for number, one in enumerate(usage)
    ]
    (folder / "s.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with run("2.1.197/compact", home) as workspace:
        forensic = asked(workspace, inspect, "s", mode="forensic").events
        analysis = asked(workspace, inspect, "s").events
    calls = [one for one in forensic if isinstance(one.event, LlmResponse)]
    assert [(one.number, one.event.usage.output) for one in calls] == [(3, 1), (None, 9)]
    assert [(one.number, one.event.usage.output) for one in analysis if isinstance(one.event, LlmResponse)] == [(3, 9)]


def test_analysis_leaves_out_bookkeeping_and_keeps_numbers(fix: Workspace) -> None:
    whole = {one.number: one.event.id for one in asked(fix, inspect, FIX, mode="forensic").events}
    result = asked(fix, inspect, FIX)
    kept = [one.event for one in result.events]
    assert result.left_out == 47
    assert all(whole[one.number] == one.event.id for one in result.events)
    kinds = {event.kind for event in kept if isinstance(event, Attachment)}
    assert kinds == {"memory", "notification", "command output", "file", "hook"}
    assert [event.text for event in kept if isinstance(event, Attachment) and event.kind == "memory"] == [
        "/home/dev/demo/CLAUDE.md"
    ]


@pytest.mark.parametrize(
    ("event", "is_noise"),
    [
        (Thinking(id="1", session="s", text=" "), True),
        (Thinking(id="1", session="s", text="hm"), False),
        (Attachment(id="1", session="s", kind="hook", text="PostToolUse:Bash"), True),
        (Attachment(id="1", session="s", kind="hook", text="Stop: lint failed"), False),
        (Attachment(id="1", session="s", kind="total tokens reminder", text="1"), True),
        (Attachment(id="1", session="s", kind="image", text="[image]"), False),
        (ToolResult(id="2", session="s", call="c", output="again"), True),
        (ToolResult(id="2", session="s", call="stray", output="nobody called"), False),
        (AssistantText(id="1", session="s", text=""), False),
    ],
)
def test_what_is_noise(event: Event, is_noise: bool) -> None:
    first = (ToolCall(id="c", session="s", call="c"), ToolResult(id="1", session="s", call="c", output="once"))
    session = Session(id="s", agent="claude", events=(*first, event))
    assert inspect.is_noise(event, session) is is_noise


# ---------------------------------------------------------------- JSON


def test_json_holds_every_field_under_its_wire_name(fix: Workspace) -> None:
    found = json.loads(encode(asked(fix, inspect, FIX, mode="forensic")))
    call = next(one for one in found["events"] if one["event"]["type"] == "tool_call")
    assert call["at"] == "2026-11-21T05:23:44.804000Z"
    assert set(call["event"]) == {"type", *ToolCall.__struct_fields__}
    decoded = msgspec.json.decode(encode(asked(fix, inspect, FIX)), type=inspect.Result)
    assert decoded == asked(fix, inspect, FIX)


# ---------------------------------------------------------------- the transcript


def test_a_transcript_has_a_heading_for_every_event(home: Path) -> None:
    with run("2.1.329/terminal", home) as workspace:
        result = asked(workspace, inspect, TERMINAL, mode="forensic")
        page = render_markdown(inspect.layout(result, inspect.Options(), workspace.facts))
    heading = re.compile(
        r"^## (\d{4}|----)\. ([A-Z_]+)(?: .*)? \((\?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\)$", re.MULTILINE
    )
    found = heading.findall(page)
    assert len(found) == len(result.events)
    assert [number for number, _, _ in found] == [f"{n:04}" for n in range(1, len(found) + 1)]
    assert {word for _, word, _ in found} == {
        "USER", "ASSISTANT", "THINKING", "TOOL_CALL", "TOOL_RESULT", "SYSTEM", "CONTEXT", "METRICS", "EVENT",
    }  # fmt: skip
    assert page.index("## Summary") < page.index("## 0001.")


EVENTS: list[tuple[Event, str, str, str]] = [
    (UserPrompt(id="1", session="s", text="hi"), "USER", "", "hi"),
    (UserPrompt(id="1", session="s", text="go", by="parent"), "USER", "task", "go"),
    (Command(id="1", session="s", name="/model", text="opus"), "USER", "/model", "opus"),
    (AssistantText(id="1", session="s", text="done"), "ASSISTANT", "", "done"),
    (Thinking(id="1", session="s", text="hm"), "THINKING", "", "hm"),
    (ToolCall(id="1", session="s", tool="Bash", title="ls", input="{}"), "TOOL_CALL", "Bash: ls", "{}"),
    (ToolCall(id="1", session="s", tool="x", input="{}"), "TOOL_CALL", "x", "{}"),
    (ToolResult(id="1", session="s", tool="Bash", output="a"), "TOOL_RESULT", "Bash", "a"),
    (ToolResult(id="1", session="s", tool="Bash", failed=True), "TOOL_RESULT", "Bash failed", ""),
    (ToolResult(id="1", session="s", tool="Bash", failed=True, refused=True), "TOOL_RESULT", "Bash refused", ""),
    (Interrupted(id="1", session="s", text="[x]"), "SYSTEM", "interrupted", "[x]"),
    (Attachment(id="1", session="s", kind="memory", text="CLAUDE.md"), "CONTEXT", "memory", "CLAUDE.md"),
    (LlmRequest(id="1", session="s", model="m"), "METRICS", "llm_request", ""),
    (LlmResponse(id="1", session="s"), "METRICS", "", ""),
    (LlmResponse(id="1", session="s", cls=BillingClass(model="opus")), "METRICS", "opus", ""),
    (FileRead(id="1", session="s", path="/a"), "EVENT", "file_read /a", ""),
    (Unknown(id="1", session="s", reason="not JSON", raw="{"), "EVENT", "unknown: not JSON", "{"),
]


@pytest.mark.parametrize(("event", "word", "name", "text"), EVENTS)
def test_how_an_event_is_told(event: Event, word: str, name: str, text: str) -> None:
    assert (label(event), title(event), body(event)) == (word, name, text)


def test_the_source_of_an_event() -> None:
    assert source(UserPrompt(id="1", session="s")) == "heard live"
    origin = Origin(offset=1000, length=23, source=1)
    assert source(UserPrompt(id="1", session="s", origin=origin)) == "log 2, bytes 1,000 to 1,023"


def test_metadata_says_what_stands_nowhere_else() -> None:
    event = ToolCall(id="t", session="s", parent="a", tool="Read", title="/x", paths=("/x", "/y"), size=4, side=True)
    assert {one.label: one.value for one in metadata(event)} == {
        "id": "t",
        "parent": "a",
        "side": "yes",
        "tool": "Read",
        "kind": "other",
        "title": "/x",
        "paths": "/x, /y",
        "size": "4",
    }


def test_text_is_the_same_as_an_indented_list(fix: Workspace) -> None:
    lines = drawn(inspect, asked(fix, inspect, FIX), fix)
    start = lines.index("0002. USER (2026-11-21T05:23:44.705Z)")
    assert lines[start + 1] == "    Make the tests pass"
    assert lines[start + 3] == "source: log 1, bytes 310 to 838"


def options() -> list[Any]:
    return [inspect.characters(inspect.Options(mode=mode)) for mode in ("analysis", "forensic")]


def test_evidence_is_read_whole() -> None:
    assert options() == [2048, None]
