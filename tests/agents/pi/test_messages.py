"""Pi's messages: answers and what they cost, tools and what came of them, and people."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_trace.agents.pi.tools import asked_change, headline, paths
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Command,
    ErrorRaised,
    FileRead,
    FileWrite,
    Interrupted,
    LlmResponse,
    Thinking,
    ToolCall,
    ToolResult,
    UserPrompt,
)
from agent_trace.model.usage import Usage
from tests.agents.pi.written import answered, asked, came_back, entry, header, heard, only, said, tool, used

# ---- people


def test_a_prompt_is_text_and_images() -> None:
    image = {"type": "image", "mimeType": "image/png", "data": "aGVsbG8="}
    events = heard(asked("a", [said("What is"), image, said("this?")]))
    assert [(type(one), one.id) for one in events] == [(UserPrompt, "a"), (Attachment, "a.1")]
    assert [one.text for one in events if isinstance(one, UserPrompt)] == ["What is\nthis?"]


@pytest.mark.parametrize("content", [None, 7, [], [7, "x"], {"text": "x"}])
def test_a_prompt_of_the_wrong_type_is_empty(content: object) -> None:
    assert [(one.text, one.size) for one in only(UserPrompt, asked("a", content))] == [("", 0)]


@pytest.mark.parametrize(("output", "shown"), [("total 0", ["total 0"]), ("", [])])
def test_a_line_past_the_model_is_a_command(output: str, shown: list[str]) -> None:
    row = entry("a", "message", message={"role": "bashExecution", "command": "ls", "output": output, "exitCode": 0})
    assert [(one.name, one.text) for one in only(Command, row)] == [("!", "ls")]
    assert [one.text for one in only(Attachment, row)] == shown


@pytest.mark.parametrize(
    ("message", "kind", "words"),
    [
        ({"role": "custom", "customType": "x", "content": "Hi"}, "x", "Hi"),
        ({"role": "hookMessage", "content": "Hi"}, "hookMessage", "Hi"),
        ({"role": "compactionSummary", "summary": "All."}, "compactionSummary", "All."),
        ({"role": "branchSummary", "summary": "Tried."}, "branchSummary", "Tried."),
    ],
)
def test_what_others_say_is_an_attachment(message: dict[str, object], kind: str, words: str) -> None:
    assert [(one.kind, one.text) for one in only(Attachment, entry("a", "message", message=message))] == [(kind, words)]


# ---- answers


def test_an_answer_is_one_call_and_its_blocks() -> None:
    thought = {"type": "thinking", "thinking": "Hm."}
    events = heard(answered("a", thought, said("Yes."), {"type": "tea", "text": "hot"}))
    assert [(type(one), one.id) for one in events] == [
        (LlmResponse, "a"),
        (Thinking, "a.0"),
        (AssistantText, "a.1"),
        (Attachment, "a.2"),
    ]


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (used(10, 5, 100, 50), Usage(input=10, output=5, cache_read=100, cache_write_5m=50)),
        (used(0, 0), Usage()),
        (used(0, 5), Usage(input=0, output=5, cache_read=0, cache_write_5m=0)),
        ({"input": 3}, Usage(input=3)),
        ({"input": -3, "output": "x"}, Usage()),
        (None, Usage()),
        (
            used(1, 9, 0, 100, cacheWrite1h=60, reasoning=4),
            Usage(input=1, output=9, cache_read=0, cache_write_5m=40, cache_write_1h=60, reasoning=4),
        ),
        (
            used(1, 9, 0, 50, cacheWrite1h=60),
            Usage(input=1, output=9, cache_read=0, cache_write_5m=0, cache_write_1h=60),
        ),
    ],
)
def test_usage_is_disjoint_already(usage: Any, expected: Usage) -> None:
    assert [one.usage for one in only(LlmResponse, answered("a", said("x"), usage=usage))] == [expected]


@pytest.mark.parametrize(
    ("total", "usd"),
    [
        (0.009189, "0.009189"),
        (1e-7, "0.0000001"),
        (3, "3"),
        (0, None),
        (-1, None),
        (True, None),
        ("0.5", None),
        (None, None),
        (10**400, None),
    ],
    ids=lambda value: str(value)[:12],
)
def test_what_pi_reckoned_a_call_at(total: Any, usd: str | None) -> None:
    row = answered("a", said("x"))
    row["message"]["usage"]["cost"] = {"total": "TOTAL"}
    data = json.dumps(row).replace('"TOTAL"', json.dumps(total)).encode() + b"\n"
    assert [one.recorded_usd for one in only(LlmResponse, data)] == [usd]


@pytest.mark.parametrize(
    ("message", "calls", "end"),
    [
        ({"stopReason": "error", "usage": used(0, 0)}, 0, ErrorRaised),
        ({"stopReason": "aborted", "usage": None}, 0, Interrupted),
        ({"stopReason": "error", "usage": used(6, 1)}, 1, ErrorRaised),
        ({"stopReason": "aborted", "usage": used(0, 0), "content": [said("Half an ans")]}, 1, Interrupted),
        ({"stopReason": "stop", "usage": used(0, 0)}, 1, None),
        ({"stopReason": "toolUse", "usage": None, "model": None}, 1, None),
    ],
)
def test_a_broken_answer_is_a_call_where_anything_of_it_is_known(
    message: dict[str, Any], calls: int, end: type | None
) -> None:
    events = heard(answered("a", **message))
    assert len([one for one in events if isinstance(one, LlmResponse)]) == calls
    assert [type(one) for one in events if isinstance(one, ErrorRaised | Interrupted)] == ([end] if end else [])


@pytest.mark.parametrize(
    ("words", "status"),
    [('529 {"type":"error"}', 529), ("terminated", None), ("5291 things", None), ("", None), (7, None)],
)
def test_an_error_tells_its_status(words: object, status: int | None) -> None:
    found = only(ErrorRaised, answered("a", stopReason="error", errorMessage=words))
    assert [(one.id, one.status) for one in found] == [("a.end", status)]


def test_an_answer_that_is_a_string_is_one_text() -> None:
    row = answered("a", content="Yes.")
    assert [(one.id, one.text) for one in only(AssistantText, row)] == [("a.0", "Yes.")]


# ---- tools


def result_of(name: str, words: str = "", arguments: dict[str, Any] | None = None, **message: Any) -> ToolResult:
    """The result of one call of a tool."""
    (found,) = only(ToolResult, answered("a", tool(name, **(arguments or {}))), came_back("b", name, words, **message))
    return found


def test_a_call_belongs_to_its_answer() -> None:
    events = heard(answered("a", said("I look."), tool("bash", "t9", command="ls")))
    (call,) = [one for one in events if isinstance(one, ToolCall)]
    (answer,) = [one for one in events if isinstance(one, LlmResponse)]
    assert (call.id, call.call, call.response, call.kind, call.title) == ("t9", "t9", answer.call, "shell", "ls")
    assert call.input == '{"command":"ls"}'


@pytest.mark.parametrize(
    ("name", "kind"),
    [("read", "read"), ("grep", "search"), ("subagent", "agent"), ("mcp__demo__echo", "mcp"), ("tea", "other")],
)
def test_tools_have_kinds(name: str, kind: str) -> None:
    assert [one.kind for one in only(ToolCall, answered("a", tool(name)))] == [kind]


def test_a_result_follows_its_call() -> None:
    result = result_of("bash", "done", {"command": "ls"})
    assert (result.id, result.call, result.tool, result.parent, result.output) == ("b", "t1", "bash", "t1", "done")


def test_a_tool_id_that_is_used_again_is_another_call() -> None:
    rows = [answered("a", tool("bash", "t1")), came_back("b", "bash", "one")]
    rows += [answered("c", tool("bash", "t1")), came_back("d", "bash", "two")]
    assert [one.id for one in only(ToolCall, *rows)] == ["t1", "t1~2"]
    assert [(one.call, one.parent) for one in only(ToolResult, *rows)] == [("t1", "t1"), ("t1~2", "t1~2")]


def test_a_call_without_an_id_is_named_after_its_entry() -> None:
    assert [one.id for one in only(ToolCall, answered("a", tool("bash", "")))] == ["a.0"]


def test_a_result_without_its_call_is_told_all_the_same() -> None:
    events = heard(header(), came_back("b", "edit", "done", "lost"), came_back("c", "", "", "", toolCallId=None))
    found = [one for one in events if isinstance(one, ToolResult)]
    assert [(one.id, one.call, one.tool) for one in found] == [("b", "lost", "edit"), ("c", "c", "")]
    assert not [one for one in events if isinstance(one, FileWrite)]


@pytest.mark.parametrize(
    ("command", "words", "error", "expected"),
    [
        ("make", "ok", False, (False, 0, None, False)),
        ("make", "no rule\n\nCommand exited with code 2", True, (True, 2, None, False)),
        ("grep x y", "(no output)\n\nCommand exited with code 1", True, (True, 1, False, False)),
        ("grep x y", "no such file\n\nCommand exited with code 2", True, (True, 2, None, False)),
        ("make", "Command exited with code 2\nand more", True, (True, None, None, False)),
        ("make", "half\n\nCommand aborted", True, (True, None, None, True)),
        ("make", "Command timed out after 5 seconds", True, (True, None, None, False)),
    ],
)
def test_what_became_of_a_command(command: str, words: str, error: bool, expected: tuple[object, ...]) -> None:
    result = result_of("bash", words, {"command": command}, isError=error)
    assert (result.failed, result.exit_code, result.went_wrong, result.interrupted) == expected


def test_only_commands_have_exit_codes() -> None:
    assert result_of("read", "Command exited with code 2", isError=True).exit_code is None


def test_a_tool_that_was_skipped_was_interrupted() -> None:
    assert result_of("read", "Skipped due to queued user message.", isError=True).interrupted


@pytest.mark.parametrize("failed", [None, "true", 1, False])
def test_only_the_mark_says_that_a_tool_failed(failed: object) -> None:
    assert not result_of("read", isError=failed).failed


EDIT = {"path": "a.py", "oldText": "x\ny", "newText": "x\nz\nw"}


@pytest.mark.parametrize(
    ("name", "arguments", "details", "lines"),
    [
        ("edit", EDIT, None, (2, 1)),
        ("edit", EDIT, {"diff": "-1 y\n+1 z"}, (1, 1)),
        ("edit", EDIT, {"diff": "-1 y", "patch": "--- a\n+++ a\n@@ -1,3 +0,0 @@\n-1\n-2\n-3"}, (0, 3)),
        ("edit", {"path": "a", "edits": [EDIT, {"oldText": "q", "newText": ""}]}, None, (2, 2)),
        ("edit", {"path": "a", "edits": "all"}, "none", (0, 0)),
        ("write", {"path": "a", "content": "1\n2"}, None, (2, 0)),
        ("read", {"path": "a"}, {"diff": "-1 y\n+1 z"}, (0, 0)),
    ],
)
def test_an_edit_changes_lines(name: str, arguments: dict[str, Any], details: object, lines: tuple[int, int]) -> None:
    result = result_of(name, "ok", arguments, details=details)
    assert (result.lines_added, result.lines_removed) == lines


def test_a_failed_edit_changes_nothing() -> None:
    rows = [answered("a", tool("edit", **EDIT)), came_back("b", "edit", "no match", isError=True)]
    assert [(one.lines_added, one.patch) for one in only(ToolResult, *rows)] == [(0, "")]
    assert only(FileWrite, *rows) == []


@pytest.mark.parametrize(
    ("name", "files"),
    [("read", [(FileRead, "a.py")]), ("edit", [(FileWrite, "a.py")]), ("write", [(FileWrite, "a.py")]), ("ls", [])],
)
def test_files_that_were_read_and_written(name: str, files: list[tuple[type, str]]) -> None:
    events = heard(answered("a", tool(name, path="a.py")), came_back("b", name, "ok"))
    assert [(type(one), one.path) for one in events if isinstance(one, FileRead | FileWrite)] == files


def test_pictures_in_a_result_are_attachments() -> None:
    picture = {"type": "image", "mimeType": "image/png", "data": "AA=="}
    events = heard(answered("a", tool("read", path="a.png")), came_back("b", "read", content=[said("Read"), picture]))
    assert [(one.id, one.text, one.size) for one in events if isinstance(one, Attachment)] == [("b.1", "image/png", 4)]


def test_what_a_tool_spent_is_billed_and_counts_as_no_call() -> None:
    (call,) = only(LlmResponse, came_back("b", "subagent", "ok", usage=used(900, 80, usd=0.01)))
    assert (call.counts, call.side, call.cls, call.recorded_usd, call.usage.input) == (False, True, None, "0.01", 900)


@pytest.mark.parametrize(
    ("arguments", "title"),
    [({"command": "ls", "path": "/"}, "ls"), ({"path": "  ", "pattern": "x"}, "x"), ({"n": 7}, ""), ({}, "")],
)
def test_a_call_says_what_it_does(arguments: dict[str, Any], title: str) -> None:
    assert headline(arguments) == title


def test_arguments_name_paths() -> None:
    assert paths({"path": "a", "file_path": "b", "command": "c"}) == ("a", "b")
    assert paths({"path": 7}) == ()


def test_other_tools_change_nothing_by_their_arguments() -> None:
    assert asked_change("bash", {"content": "x"}) == asked_change("edit", {}) == (0, 0, "")
