"""Tool calls and what became of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_trace.agents.opencode.kinds import kind_of_tool
from agent_trace.agents.opencode.tools import headline, paths
from agent_trace.model.events import Attachment, FileRead, FileWrite, ToolCall, ToolResult
from tests.agents.opencode.stores import AT, assistant, heard, of, one, part, tool

DIFF = """Index: /x/a.py
===================================================================
--- /x/a.py
+++ /x/a.py
@@ -1,3 +1,3 @@
 one
-two
+TWO
 three
"""


def result(used: str, status: str = "completed", **state: Any) -> ToolResult:
    """What became of a call."""
    found: ToolResult = one(heard([assistant(), tool("prt_2", used, status, **state)]), ToolResult)
    return found


def test_a_tool_part_is_a_call_and_its_result() -> None:
    found = heard([assistant(), tool("prt_2", "bash", input={"command": "ls"}, output="a", metadata={"exit": 0})])
    call, back = one(found, ToolCall), one(found, ToolResult)
    assert (call.id, call.parent, call.call, call.kind, call.at) == ("prt_2", "msg_2", "call_prt_2", "shell", AT + 200)
    assert (call.title, json.loads(call.input), call.size, call.paths) == ("ls", {"command": "ls"}, 16, ())
    assert (back.id, back.parent, back.call, back.at, back.run_ms) == (
        "prt_2.result",
        "prt_2",
        "call_prt_2",
        AT + 250,
        50,
    )
    assert (back.output, back.exit_code, back.failed, back.went_wrong, back.asked) == ("a", 0, False, None, None)


@pytest.mark.parametrize("status", ["pending", "running", ""])
def test_a_call_that_has_not_ended_has_no_result(status: str) -> None:
    found = heard([assistant(), tool("prt_2", "bash", status)])
    assert (len(of(found, ToolCall)), of(found, ToolResult)) == (1, [])


def test_a_pending_call_stands_where_its_message_does() -> None:
    found = one(heard([assistant(), tool("prt_2", "bash", "pending", time=None)]), ToolCall)
    assert found.at == AT + 100


def test_a_result_without_times_stands_where_its_message_does() -> None:
    found = result("bash", output="x", time={})
    assert (found.at, found.run_ms) == (AT + 100, None)


def test_a_second_use_of_a_call_id_is_a_call_of_its_own() -> None:
    again = [tool(f"prt_{n}", "bash", call="functions.bash:0", output="x") for n in (2, 3)]
    found = heard([assistant(), *again])
    assert [event.call for event in of(found, ToolCall)] == ["functions.bash:0", "functions.bash:0~2"]
    assert [event.call for event in of(found, ToolResult)] == ["functions.bash:0", "functions.bash:0~2"]


def test_a_call_without_an_id_is_called_after_its_part() -> None:
    assert one(heard([assistant(), tool("prt_2", "bash", call="")]), ToolCall).call == "prt_2"


@pytest.mark.parametrize(
    ("command", "metadata", "output", "failed"),
    [
        ("ls", {"exit": 0}, "", False),
        ("make", {"exit": 2}, "", True),
        ("grep x y", {"exit": 1}, "", False),
        ("grep x y", {"exit": 2}, "", True),
        ("make", {"exit": True}, "", False),
        ("make", {"exit": 2**40}, "", False),
        (
            "sleep 9",
            {"exit": None},
            "x\n<bash_metadata>\nbash tool terminated command after exceeding timeout 3 ms",
            True,
        ),
        ("sleep 9", {}, "no code was written", False),
    ],
)
def test_a_command_fails_by_its_code(command: str, metadata: dict[str, Any], output: str, failed: bool) -> None:
    found = result("bash", input={"command": command}, metadata=metadata, output=output)
    assert (found.failed, found.really_failed) == (False, failed)


def test_an_error_is_what_opencode_marked() -> None:
    found = result("read", "error", error="File not found", output="unused")
    assert (found.failed, found.went_wrong, found.output, found.really_failed) == (True, None, "File not found", True)


def test_an_error_without_words_shows_its_output() -> None:
    assert result("read", "error", output="so far").output == "so far"


@pytest.mark.parametrize(
    "words",
    [
        "The user rejected permission to use this specific tool call.",
        "Error: The user rejected permission to use this specific tool call. You may try again with different parameters.",
        "The user rejected permission to use this specific tool call with the following feedback: no",
        "The user has specified a rule which prevents you from using this specific tool call. Here are some …",
        "The user dismissed this question",
    ],
)
def test_somebodys_no_is_no_failure(words: str) -> None:
    found = result("bash", "error", error=words)
    assert (found.failed, found.refused, found.really_failed) == (True, True, False)


@pytest.mark.parametrize(
    "state",
    [
        {"status": "error", "error": "Tool execution aborted"},
        {"status": "error", "error": "x", "metadata": {"interrupted": True}},
        {
            "output": "begun\n\n<shell_metadata>\nUser aborted the command\n</shell_metadata>",
            "metadata": {"exit": None},
        },
    ],
)
def test_an_interruption_is_no_failure(state: dict[str, Any]) -> None:
    found = result("bash", state.pop("status", "completed"), **state)
    assert (found.interrupted, found.really_failed) == (True, False)


def test_a_call_of_a_tool_that_does_not_exist_went_wrong() -> None:
    found = result("invalid", input={"tool": "Baash"}, output="The arguments provided to the tool are invalid")
    assert (found.failed, found.went_wrong) == (False, True)


def test_a_question_waits_and_does_not_run() -> None:
    assert result("question", output="Yes").run_ms is None


# ---- files


def test_a_read_file_is_told_and_a_listed_folder_is_not() -> None:
    arguments = {"filePath": "/x/a.py"}
    found = heard([assistant(), tool("prt_2", "read", input=arguments, output="1: x")])
    assert (one(found, FileRead).path, one(found, FileRead).parent) == ("/x/a.py", "prt_2.result")
    folder = {"display": {"type": "directory"}}
    assert of(heard([assistant(), tool("prt_2", "read", input=arguments, metadata=folder)]), FileRead) == []
    assert of(heard([assistant(), tool("prt_2", "read", "error", input=arguments)]), FileRead) == []


def written(used: str, arguments: dict[str, Any], metadata: dict[str, Any]) -> list[tuple[str, int, int]]:
    """The files that a call wrote; their sums are the result's."""
    found = heard([assistant(), tool("prt_2", used, input=arguments, metadata=metadata)])
    back, files = one(found, ToolResult), of(found, FileWrite)
    assert back.lines_added == sum(file.lines_added for file in files)
    assert back.lines_removed == sum(file.lines_removed for file in files)
    return [(file.path, file.lines_added, file.lines_removed) for file in files]


@pytest.mark.parametrize(
    ("used", "arguments", "metadata", "files"),
    [
        ("write", {"filePath": "a", "content": "1\n2\n3"}, {"exists": False}, [("a", 3, 0)]),
        ("write", {"filePath": "a", "content": "1\n"}, {"exists": True}, [("a", 0, 0)]),
        ("write", {"filePath": "a", "content": "1\n"}, {"exists": True, "diff": DIFF}, [("a", 1, 1)]),
        ("edit", {"filePath": "a"}, {"diff": DIFF}, [("a", 1, 1)]),
        ("edit", {"filePath": "a"}, {"filediff": {"patch": DIFF}}, [("a", 1, 1)]),
        ("edit", {"filePath": "a"}, {"filediff": {"additions": 4, "deletions": -2}}, [("a", 4, 0)]),
        ("edit", {"filePath": "a"}, {}, [("a", 0, 0)]),
        ("multiedit", {"filePath": "a"}, {"results": [{"diff": DIFF}, {"diff": DIFF}, {}]}, [("a", 2, 2)]),
        (
            "apply_patch",
            {},
            {"files": [{"filePath": "a", "patch": DIFF}, {"movePath": "b"}]},
            [("a", 1, 1), ("b", 0, 0)],
        ),
        ("patch", {}, {"diff": DIFF + DIFF.replace("a.py", "b.py")}, [("/x/a.py", 1, 1), ("/x/b.py", 1, 1)]),
        ("patch", {}, {}, []),
        ("bash", {"filePath": "a"}, {"diff": DIFF}, []),
    ],
)
def test_edits_tell_their_files_and_lines(
    used: str, arguments: dict[str, Any], metadata: dict[str, Any], files: list[tuple[str, int, int]]
) -> None:
    assert written(used, arguments, metadata) == files


def test_a_failed_edit_changes_nothing() -> None:
    found = heard([assistant(), tool("prt_2", "edit", "error", input={"filePath": "a"}, metadata={"diff": DIFF})])
    assert (one(found, ToolResult).lines_added, of(found, FileWrite)) == (0, [])


def test_a_patch_begins_with_its_hunks() -> None:
    body = "@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three"
    assert result("edit", metadata={"diff": DIFF}).patch == body
    several = result("apply_patch", metadata={"files": [{"filePath": name, "patch": DIFF} for name in "ab"]})
    assert several.patch == f"--- a\n+++ a\n{body}\n--- b\n+++ b\n{body}"


@pytest.mark.parametrize(
    ("diff", "lines"),
    [
        ("", (0, 0)),
        ("no hunk\n+x\n-y", (0, 0)),
        ("@@ -1 +1 @@\n-a\n+b", (1, 1)),
        ("@@ -1,2 +1,1 @@\n--- a\n b\n", (0, 1)),
        ("@@ -0,0 +1,2 @@\n+++ a\n+@@ -1 +1 @@\n", (2, 0)),
        ("@@ -1,3 +1,2 @@\n a\n\n-b\n", (0, 1)),
        ("@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n", (1, 1)),
        ("--- a\n+++ a\n@@ -1 +1,2 @@\n a\n+b\n@@ -9 +10 @@\n-x\n+y\n", (2, 1)),
        ("@@ -1,9 +1,9 @@\n-cut", (0, 1)),
    ],
)
def test_lines_are_counted_within_hunks(diff: str, lines: tuple[int, int]) -> None:
    found = result("edit", metadata={"diff": diff})
    assert (found.lines_added, found.lines_removed) == lines


def test_files_that_a_tool_gave_are_attachments() -> None:
    files = [{"mime": "image/png", "url": "data:image/png;base64,AA"}, {"mime": "application/pdf", "filename": "a.pdf"}]
    found = of(heard([assistant(), tool("prt_2", "read", output="ok", attachments=files)]), Attachment)
    assert [(one.id, one.kind, one.text) for one in found] == [
        ("prt_2.attachment0", "image", "image/png"),
        ("prt_2.attachment1", "file", "a.pdf"),
    ]
    assert len({event.twin for event in found}) == 2


# ---- sub-agents


@pytest.mark.parametrize(
    ("used", "state", "child"),
    [
        ("task", {"metadata": {"sessionId": "ses_2"}, "output": ""}, "ses_2"),
        ("task", {"metadata": {"sessionID": "ses_2"}, "output": ""}, "ses_2"),
        ("task", {"output": '<task id="ses_2" state="completed">'}, "ses_2"),
        ("task", {"output": "task_id: ses_2 (for resuming to continue this task if needed)"}, "ses_2"),
        ("task", {"output": "done"}, None),
        ("bash", {"metadata": {"sessionId": "ses_2"}}, None),
    ],
)
def test_a_task_names_its_sub_agent(used: str, state: dict[str, Any], child: str | None) -> None:
    assert result(used, **state).child == child


# ---- names


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bash", "shell"),
        ("apply_patch", "edit"),
        ("demo_echo_upper", "mcp"),
        ("mytool", "other"),
        ("", "other"),
        ("_x_", "other"),
    ],
)
def test_tools_have_kinds(name: str, kind: str) -> None:
    assert kind_of_tool(name) == kind


@pytest.mark.parametrize(
    ("used", "arguments", "told", "said"),
    [
        ("bash", {"command": "ls", "description": "List"}, "", "ls"),
        ("read", {"filePath": "/x"}, "", "/x"),
        ("task", {"description": "Look", "prompt": "Look at it"}, "", "Look"),
        ("task", {"prompt": "Look at it"}, "", "Look at it"),
        ("question", {"questions": [{"question": "Really?"}]}, "", "Really?"),
        ("todowrite", {"todos": []}, "2 todos", "2 todos"),
        ("apply_patch", {"patchText": "*** Add File: a\n+x\n*** Update File: b\n*** Move to: c"}, "", "a, b, c"),
        ("other", {"command": " ", "pattern": 3}, "", ""),
    ],
)
def test_calls_have_titles(used: str, arguments: dict[str, Any], told: str, said: str) -> None:
    assert headline(used, arguments, told) == said


def test_a_path_is_named_once() -> None:
    assert paths({"filePath": "a", "path": "a", "patchText": "*** Delete File: a\n*** Add File: b "}) == ("a", "b")


def test_an_input_that_is_no_object_is_empty() -> None:
    odd = part("prt_2", "msg_2", "tool", tool="bash", callID="c", state={"status": "running", "input": ["x"]})
    assert one(heard([assistant(), odd]), ToolCall).input == "{}"
