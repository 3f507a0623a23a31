"""What Copilot's model said and called, what the tools gave, and who let them."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.agents.copilot.tools import arguments_of, headline, paths
from agent_trace.model.events import (
    AssistantText,
    Command,
    FileRead,
    FileWrite,
    LlmResponse,
    PermissionAnswered,
    PermissionAsked,
    Thinking,
    ToolCall,
    ToolResult,
)
from tests.agents.copilot.written import answered, came_back, heard, ident, only, row, start, tool

# ---- answers


def test_an_answer_is_thought_and_text() -> None:
    events = heard(answered("Yes.", reasoningText="Hm."))
    assert [(type(one), one.id) for one in events] == [
        (LlmResponse, f"{ident(0)}.call"),
        (Thinking, f"{ident(0)}.thinking"),
        (AssistantText, ident(0)),
    ]


def test_thought_that_an_answer_repeats_is_told_once() -> None:
    before = row("assistant.reasoning", {"content": "Hm."})
    assert [one.text for one in only(Thinking, before, answered("x", reasoningText="Hm."))] == ["Hm."]
    assert [one.text for one in only(Thinking, before, answered("x", reasoningText="Oh."))] == ["Hm.", "Oh."]


# ---- calls


def test_a_call_says_what_it_does() -> None:
    (call,) = only(ToolCall, answered("", tool("bash", command="make", description="Build")))
    assert (call.id, call.tool, call.kind, call.title) == ("t1", "bash", "shell", "make")
    assert call.input == '{"command":"make","description":"Build"}'


def test_arguments_may_be_text() -> None:
    assert arguments_of({"arguments": '{"path":"a"}'}) == {"path": "a"}
    assert arguments_of({"arguments": '{"path":'}) == '{"path":'
    assert arguments_of({"arguments": "*** Begin Patch"}) == "*** Begin Patch"
    assert arguments_of({}) is None


PATCH = (
    "*** Begin Patch\n*** Update File: a.txt\n-a\n+b\n*** Add File: b.txt\n+b\n*** Update File: a.txt\n*** End Patch"
)


@pytest.mark.parametrize(
    ("arguments", "title", "places"),
    [
        (PATCH, "a.txt", ("a.txt", "b.txt")),
        ("nothing", "", ()),
        ({"path": "a", "pattern": "x"}, "a", ("a",)),
        ({"path": 7}, "Looks", ()),
        (None, "Looks", ()),
        ([], "Looks", ()),
    ],
)
def test_titles_and_paths(arguments: Any, title: str, places: tuple[str, ...]) -> None:
    assert headline(arguments, {"intentionSummary": " ", "toolTitle": "Looks"}) == title
    assert paths(arguments) == places


@pytest.mark.parametrize(
    ("name", "more", "kind"),
    [
        ("view", {}, "read"),
        ("task", {}, "agent"),
        ("echo", {"mcpServerName": "demo"}, "mcp"),
        ("github-mcp-server-get_issue", {}, "mcp"),
        ("tea", {}, "other"),
    ],
)
def test_tools_have_kinds(name: str, more: dict[str, str], kind: str) -> None:
    assert [one.kind for one in only(ToolCall, answered("", {**tool(name), **more}))] == [kind]


def test_a_call_that_begins_without_a_request_is_told_then() -> None:
    begun = row("tool.execution_start", {"toolCallId": "t2", "toolName": "view", "arguments": {"path": "a"}})
    rows = [answered("x"), begun, begun]
    assert [(one.call, one.response, one.paths) for one in only(ToolCall, *rows)] == [("t2", ident(0), ("a",))]
    assert only(ToolCall, row("tool.execution_start", {"toolName": "view"})) == []


def test_requests_without_an_id_are_named_after_their_answer() -> None:
    requests = [{**tool("bash"), "toolCallId": None}, {**tool("bash"), "toolCallId": ""}]
    found = only(ToolCall, answered("", *requests))
    assert [one.id for one in found] == [f"{ident(0)}.0", f"{ident(0)}.1"]


def test_a_tool_id_that_is_used_again_is_another_call() -> None:
    rows = [answered("", tool("bash")), came_back("one"), answered("", tool("bash"), messageId="m2"), came_back("two")]
    assert [one.id for one in only(ToolCall, *rows)] == ["t1", "t1~2"]
    assert [(one.call, one.parent) for one in only(ToolResult, *rows)] == [("t1", "t1"), ("t1~2", "t1~2")]


def test_a_tool_of_the_persons_own_is_a_command() -> None:
    own = {"toolCallId": "t1", "toolName": "bash", "arguments": {"command": "git status"}}
    rows = [row("tool.user_requested", own), row("tool.execution_start", own), came_back("clean")]
    assert [(one.name, one.text) for one in only(Command, *rows)] == [("bash", "git status")]
    assert only(ToolCall, *rows) == []
    assert [(one.tool, one.parent, one.output) for one in only(ToolResult, *rows)] == [("bash", ident(0), "clean")]


# ---- results


def result_of(name: str, words: str = "", success: bool = True, /, **data: Any) -> ToolResult:
    """The result of one call of a tool."""
    arguments = data.pop("arguments", {})
    request = {**tool(name), "arguments": arguments}
    (found,) = only(ToolResult, answered("", request), came_back(words, "t1", success, **data))
    return found


@pytest.mark.parametrize(
    ("command", "words", "code", "wrong"),
    [
        ("make", "ok\n<exited with exit code 0>", 0, None),
        ("make", "no rule\n<exited with exit code 2>", 2, True),
        ("make", "<shellId: 0 completed with exit code 1>", 1, True),
        ("make", "<command exited with exit code -9>\n", -9, True),
        ("grep x y", "<exited with exit code 1>", 1, None),
        ("grep x y", "<exited with exit code 2>", 2, True),
        ("make", "<exited with exit code 2> and more", None, None),
        ("make", "still running", None, None),
    ],
)
def test_a_failing_command_is_marked_as_success(command: str, words: str, code: int | None, wrong: bool | None) -> None:
    result = result_of("bash", words, arguments={"command": command})
    assert (result.failed, result.exit_code, result.went_wrong) == (False, code, wrong)


@pytest.mark.parametrize(("told", "code"), [(3, 3), (True, None), ("3", None), (2**40, None), (-1, -1)])
def test_newer_versions_tell_the_exit_code(told: object, code: int | None) -> None:
    assert result_of("bash", "", shellExecution={"exitCode": told}).exit_code == code


def test_a_result_without_its_call_is_told_all_the_same() -> None:
    rows = [start(), came_back("x\n<exited with exit code 2>", "lost", shellExecution=None)]
    (found,) = only(ToolResult, *rows)
    assert (found.call, found.tool, found.exit_code, found.went_wrong, found.parent) == ("lost", "", 2, True, ident(0))


@pytest.mark.parametrize(
    ("code", "refused"), [("rejected", True), ("denied", True), ("failure", False), (None, False), ([], False)]
)
def test_a_failed_call_tells_why(code: object, refused: bool) -> None:
    result = result_of("bash", "", False, error={"message": "No.", "code": code})
    assert (result.failed, result.refused, result.output, result.went_wrong) == (True, refused, "No.", None)


def test_a_result_takes_time() -> None:
    assert result_of("bash", toolTelemetry={"metrics": {"durationMs": 7}}).run_ms == 7
    assert result_of("bash", toolTelemetry=None).run_ms is None


ONE = """
diff --git a/home/dev/a.txt b/home/dev/a.txt
--- a/home/dev/a.txt
+++ b/home/dev/a.txt
@@ -1,1 +1,1 @@
-a
+b
"""
OTHER = """
diff --git a/home/dev/b.txt b/home/dev/b.txt
--- a/dev/null
+++ b/home/dev/b.txt
@@ -1,0 +1,2 @@
+b
+c
"""


def writes(**data: Any) -> list[tuple[str, int, int]]:
    """The files that one edit wrote."""
    rows = [answered("", tool("edit", path="/home/dev/a.txt")), came_back("ok", **data)]
    return [(one.path, one.lines_added, one.lines_removed) for one in only(FileWrite, *rows)]


@pytest.mark.parametrize(
    ("data", "lines", "written"),
    [
        ({"result": {"detailedContent": ONE}}, (1, 1), [("/home/dev/a.txt", 1, 1)]),
        ({"toolTelemetry": {"metrics": {"linesAdded": 3}}}, (3, 0), [("/home/dev/a.txt", 3, 0)]),
        ({}, (0, 0), [("/home/dev/a.txt", 0, 0)]),
        (
            {
                "result": {"detailedContent": ONE + OTHER},
                "fileEdits": [{"path": "/home/dev/a.txt"}, {"path": "/home/dev/b.txt"}, {"path": "/c"}, {}],
            },
            (3, 1),
            [("/home/dev/a.txt", 1, 1), ("/home/dev/b.txt", 2, 0), ("/c", 0, 0)],
        ),
    ],
)
def test_an_edit_writes_files(
    data: dict[str, Any], lines: tuple[int, int], written: list[tuple[str, int, int]]
) -> None:
    result = result_of("edit", "ok", **data)
    assert (result.lines_added, result.lines_removed) == lines
    assert writes(**data) == written


def test_a_failed_edit_writes_nothing() -> None:
    assert writes(success=False, error={"message": "no match"}) == []


def test_an_edit_without_a_path_writes_nobody_knows_what() -> None:
    assert only(FileWrite, answered("", tool("edit")), came_back("ok")) == []


@pytest.mark.parametrize(("view", "read"), [("file", ["a"]), ("directory", []), (None, ["a"])])
def test_a_view_of_a_file_reads_it(view: object, read: list[str]) -> None:
    rows = [answered("", tool("view", path="a")), came_back("x", toolTelemetry={"properties": {"viewType": view}})]
    assert [one.path for one in only(FileRead, *rows)] == read


# ---- permissions


def asked_for(kind: object, tool_id: str = "t1") -> list[dict[str, Any]]:
    """A request for permission, and its answer."""
    about = {"kind": "shell", "toolCallId": tool_id}
    return [
        row("permission.requested", {"requestId": "p1", "permissionRequest": about}),
        row("permission.completed", {"requestId": "p1", "result": {"kind": kind}}),
    ]


@pytest.mark.parametrize(
    ("kind", "decision", "by"),
    [
        ("approved", "accept", ""),
        ("approved-for-session", "accept", "user"),
        ("approved-by-hook", "accept", "hook"),
        ("denied-interactively-by-user", "reject", "user"),
        ("denied-by-rules", "reject", "config"),
        ("denied-by-permission-request-hook", "reject", "hook"),
        ("", "reject", ""),
        (None, "reject", ""),
    ],
)
def test_who_decided_what(kind: object, decision: str, by: str) -> None:
    rows = [answered("", tool("bash")), *asked_for(kind), came_back("ok")]
    assert [one.tool for one in only(PermissionAsked, *rows)] == ["bash"]
    assert [(one.decision, one.by, one.parent) for one in only(PermissionAnswered, *rows)] == [(decision, by, "t1")]
    assert [one.asked for one in only(ToolResult, *rows)] == [True]


def test_a_permission_for_an_unknown_call_is_told_all_the_same() -> None:
    rows = [start(), *asked_for("approved", "lost"), row("permission.completed", {"requestId": "p2"})]
    assert [one.tool for one in only(PermissionAsked, *rows)] == ["shell"]
    assert len(only(PermissionAnswered, *rows)) == 2
