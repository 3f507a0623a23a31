"""Tool results: what came back, what it changed, who let it run."""

from __future__ import annotations

import pytest

from agent_trace.model.events import FileRead, FileWrite, PermissionAnswered, ToolResult
from tests.agents.claude.logs import sessions
from tests.agents.claude.written import answered, came_back, log, only, said, text, tool

REJECTED = "The user doesn't want to proceed with this tool use."


def result_of(name: str, content: object = "", *, failed: bool = False, **fields: object) -> ToolResult:
    """The result of one call of a tool."""
    rows = (
        answered("a1", "msg_1", tool("t1", name, file_path="/a.py")),
        came_back("r1", "t1", content, failed=failed, **fields),
    )
    (result,) = only(ToolResult, *rows)
    return result


def answers(content: str, **fields: object) -> list[tuple[str, str]]:
    """Who decided what about one failed call."""
    rows = (answered("a1", "msg_1", tool("t1", "Bash")), came_back("r1", "t1", content, failed=True, **fields))
    return [(one.decision, one.by) for one in only(PermissionAnswered, *rows)]


@pytest.mark.parametrize(
    ("content", "output"),
    [
        ("plain", "plain"),
        ([text("one"), text("two")], "one\ntwo"),
        ([{"type": "image", "source": {}}], "[image]"),
        ([{"type": "tool_reference", "tool_name": "mcp__x"}], "mcp__x"),
        (["bare", "strings"], "bare\nstrings"),
        ([7, "one"], "one"),
        (None, ""),
        (7, ""),
    ],
)
def test_output_is_text(content: object, output: str) -> None:
    assert result_of("Bash", content).output == output


def test_a_result_names_its_tool_and_follows_its_call() -> None:
    result = result_of("Bash", "x")
    assert (result.id, result.call, result.tool, result.parent) == ("t1.result", "t1", "Bash", "t1")


def test_a_result_without_tool_use_id_is_named_after_its_row() -> None:
    (result,) = only(ToolResult, said("r1", [{"type": "tool_result", "content": "x"}]))
    assert (result.id, result.call, result.tool) == ("r1.result", "", "")


@pytest.mark.parametrize(
    ("beside", "code"),
    [
        ({"stdout": "", "interrupted": False}, 0),
        ({"stdout": "", "returnCodeInterpretation": "No matches found"}, 1),
        ({"stdout": "", "interrupted": True}, None),
        ({"stdout": "", "backgroundTaskId": "b1"}, None),
        ({"stdout": "", "timedOutAfterMs": 1000}, None),
        ("a string", None),
        (None, None),
    ],
)
def test_the_exit_code_of_a_command_that_did_not_fail(beside: object, code: int | None) -> None:
    assert result_of("Bash", "x", toolUseResult=beside).exit_code == code


@pytest.mark.parametrize(
    ("output", "code"),
    [("Exit code 3\nboom", 3), ("Error: Exit code 127", 127), ("it broke", None), ("Exit code " + "9" * 5000, None)],
)
def test_the_exit_code_of_a_command_that_failed(output: str, code: int | None) -> None:
    assert result_of("Bash", output, failed=True).exit_code == code


def test_other_tools_have_no_exit_code_unless_they_say_so() -> None:
    assert result_of("Grep", "x", toolUseResult={"numFiles": 0}).exit_code is None
    assert result_of("BashOutput", "x", toolUseResult={"exitCode": 2}).exit_code == 2


@pytest.mark.parametrize(
    ("beside", "milliseconds"),
    [
        ({"durationMs": 12.4}, 12),
        ({"totalDurationMs": 3500}, 3500),
        ({"durationSeconds": 2.5}, 2500),
        ({"durationMs": "long"}, None),
        ({}, None),
    ],
)
def test_the_agents_own_time(beside: object, milliseconds: int | None) -> None:
    assert result_of("WebFetch", "x", toolUseResult=beside).run_ms == milliseconds


def test_an_edit_changes_lines() -> None:
    hunk = {"oldStart": 1, "oldLines": 2, "newStart": 1, "newLines": 3, "lines": [" a", "-b", "+c", "+d"]}
    result = result_of("Edit", "ok", toolUseResult={"filePath": "/a.py", "structuredPatch": [hunk]})
    assert (result.lines_added, result.lines_removed) == (2, 1)
    assert result.patch == "@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d"


def test_a_created_file_adds_its_lines() -> None:
    result = result_of("Write", "ok", toolUseResult={"type": "create", "content": "a\nb", "structuredPatch": []})
    assert (result.lines_added, result.lines_removed, result.patch) == (2, 0, "")


@pytest.mark.parametrize("beside", [None, "text", {"structuredPatch": "none"}, {"type": "create", "content": 7}])
def test_an_edit_without_patch_changes_nothing_that_is_known(beside: object) -> None:
    assert result_of("Edit", "ok", toolUseResult=beside).lines_added == 0


def test_a_created_file_whose_text_is_invalid_has_no_known_lines() -> None:
    created = log(came_back("r1", "t1", toolUseResult={"type": "create", "content": "?"})).replace(b'"?"', b'"\xff"')
    (result,) = only(ToolResult, answered("a1", "m", tool("t1", "Write", file_path="/a")), created[:-1])
    assert result.lines_added == 0


def test_files_are_those_of_the_call() -> None:
    found = sessions("edges/results.jsonl")["results"].events
    assert [one.path for one in found if isinstance(one, FileRead)] == ["/home/dev/demo/a.py"]
    assert [(one.path, one.lines_added) for one in found if isinstance(one, FileWrite)] == [
        ("/home/dev/demo/new.py", 2),
        ("/home/dev/demo/n.ipynb", 0),
    ]


def test_a_failed_edit_writes_nothing() -> None:
    rows = (answered("a1", "m", tool("t1", "Edit", file_path="/a.py")), came_back("r1", "t1", "no", failed=True))
    assert only(FileWrite, *rows) == []


def test_only_a_tool_that_starts_agents_has_a_child() -> None:
    beside = {"agentId": "a1"}
    assert result_of("Task", "x", toolUseResult=beside).child == "a1"
    assert result_of("SendMessage", "x", toolUseResult=beside).child is None


def test_a_second_result_changes_nothing_again() -> None:
    beside = {"type": "create", "content": "a"}
    rows = (
        answered("a1", "m", tool("t1", "Write", file_path="/a.py")),
        came_back("r1", "t1", "one", toolUseResult=beside),
        came_back("r2", "t1", "two", toolUseResult=beside),
    )
    assert [(one.tool, one.lines_added) for one in only(ToolResult, *rows)] == [("Write", 1), ("", 0)]


# ---- refused, interrupted


@pytest.mark.parametrize(
    ("content", "refused", "interrupted"),
    [
        ("Exit code 1", False, False),
        (REJECTED, True, False),
        ("[Request interrupted by user for tool use]", True, True),
        ("[Tool call interrupted: the session ended before", False, True),
    ],
)
def test_why_a_result_is_no_failure_of_the_tool(content: str, refused: bool, interrupted: bool) -> None:
    result = result_of("Bash", content, failed=True)
    assert (result.failed, result.refused, result.interrupted) == (True, refused, interrupted)


def test_a_result_without_content_is_refused_by_what_stands_beside() -> None:
    assert result_of("Bash", None, failed=True, toolUseResult="User rejected tool use").refused


def test_a_person_who_rejects() -> None:
    assert answers(REJECTED) == [("reject", "user")]
    assert answers("no", toolDenialKind="user-rejected", toolDenialBeforeRun=True) == [("reject", "user")]


def test_a_rule_that_rejects() -> None:
    assert answers("Permission to use Bash has been denied.") == [("reject", "config")]


def test_a_person_who_stops_a_running_tool_rejects_nothing() -> None:
    result = result_of("Bash", REJECTED, failed=True, toolDenialKind="user-rejected")
    assert (result.refused, result.interrupted) == (False, True)
    assert answers(REJECTED, toolDenialKind="user-rejected") == []


def test_an_interruption_is_no_answer() -> None:
    assert answers("[Request interrupted by user for tool use]") == []
    assert answers("Exit code 1") == []


@pytest.mark.parametrize(
    ("decision", "shown"),
    [
        ({"decision": "accept", "source": "user_temporary"}, [("accept", "user")]),
        ({"decision": "accept", "source": "hook"}, [("accept", "hook")]),
        ({"decision": "accept", "source": "config", "reasonType": "mode"}, []),
        ({"decision": "reject", "source": "config"}, [("reject", "config")]),
        ({"decision": "reject"}, [("reject", "")]),
        ({"decision": 7, "source": "user_temporary"}, []),
        ("accept", []),
    ],
)
def test_what_the_row_says_about_the_decision(decision: object, shown: list[tuple[str, str]]) -> None:
    assert answers("no", permissionDecision=decision) == shown
