"""The talk of a task: tools in blocks and in the text, results, what a person said."""

from __future__ import annotations

import pytest

from agent_trace.model.events import (
    Attachment,
    FileWrite,
    Thinking,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
)
from tests.agents.cline.documents import answer, model, task, tool, user
from tests.agents.unverified import only, results_of

# ---- the talk


def test_tools_in_the_text_of_older_versions() -> None:
    words = "<thinking>Look.</thinking>\nI look.\n<list_files>\n<path>src</path>\n</list_files>"
    found = task([model(words), user("[list_files for 'src'] Result:\na.py")])
    assert [event.text for event in only(found, Thinking)] == ["Look."]
    assert [(event.tool, event.input) for event in only(found, ToolCall)] == [("list_files", '{"path": "src"}')]
    assert [event.output for event in only(found, ToolResult)] == ["a.py"]


def test_a_result_that_stands_in_the_block_behind_its_heading_is_told_once() -> None:
    heading, output = "[list_files for 'src'] Result:", "a.py"
    found = task([model("<list_files><path>src</path></list_files>"), user(heading, output, "more")])
    assert [event.output for event in only(found, ToolResult)] == ["a.py"]
    assert [event.text for event in only(found, Attachment)] == ["more"]


@pytest.mark.parametrize("following", ["<environment_details>x</environment_details>", "[read_file] Result: x"])
def test_what_is_no_output_is_not_taken_for_one(following: str) -> None:
    found = task([model(tool("list_files")), user("[list_files for 'src'] Result:", following)])
    assert next(event.output for event in only(found, ToolResult)) == ""


def test_a_result_goes_to_the_oldest_call_of_its_tool_else_to_the_oldest() -> None:
    asked = model(tool("list_files", "a"), tool("use_mcp_tool", "b"), tool("read_file", "c"))
    found = task(
        [asked, user("[mcp_tool for 's'] Result:\nB", "[read_file for 'x'] Result:\nC", "[strange] Result:\nA")]
    )
    assert {call: result.output for call, result in results_of(found).items()} == {"a": "A", "b": "B", "c": "C"}


def test_a_result_that_nothing_waits_for_is_context() -> None:
    found = task(
        [user("[attempt_completion] Result:\n<user_message>\nnow stop\n</user_message>"), user("[x] Result:\nleft")]
    )
    assert only(found, ToolResult) == []
    assert [event.text for event in only(found, UserPrompt)] == ["now stop"]
    assert [event.text for event in only(found, Attachment)] == ["[x] Result:\nleft"]


def test_what_a_person_said_within_a_result_is_a_prompt() -> None:
    found = task([model(tool("attempt_completion")), user(answer("<feedback>\nnot yet\n</feedback>"))])
    assert [event.text for event in only(found, UserPrompt)] == ["not yet"]


def test_a_person_who_said_nothing_and_blocks_that_say_nothing() -> None:
    found = task([user("<task>\n\n</task>", "", {"type": "image"}, {}), user("plain words")])
    assert only(found, UserPrompt) == []
    assert [(event.kind, event.text) for event in only(found, Attachment)] == [
        ("image", ""),
        ("unknown", ""),
        ("context", "plain words"),
    ]


@pytest.mark.parametrize(
    ("output", "marks"),
    [
        ("ok", (False, None, False, None)),
        ("Command failed with exit code 3.", (False, 3, False, True)),
        ("Command executed. Exit code: 0", (False, 0, False, None)),
        ("<error>\nno\n</error>", (True, None, False, None)),
        ("The user denied this operation.", (False, None, True, None)),
    ],
)
def test_what_became_of_a_command(output: str, marks: tuple[object, ...]) -> None:
    found = results_of(task([model(tool("execute_command", command="make")), user(answer(output))]))["t"]
    assert (found.failed, found.exit_code, found.refused, found.went_wrong) == marks


def test_words_of_a_file_are_no_exit_code() -> None:
    found = results_of(task([model(tool("read_file", path="log")), user(answer("exit code: 3"))]))["t"]
    assert found.exit_code is None


def test_a_result_that_is_marked_and_one_for_nobody() -> None:
    found = results_of(task([model(tool("read_file")), user(answer("no", is_error=True), answer("x", "nobody"))]))
    assert [(call, one.failed) for call, one in found.items()] == [("t", True), ("nobody", False)]


@pytest.mark.parametrize(
    ("seen", "added"),
    [
        (None, 2),
        ([{"ts": 1, "say": "tool", "text": '{"tool": "newFileCreated", "path": "new.py"}'}], 2),
        ([{"ts": 1, "ask": "tool", "text": '{"tool": "newFileCreated", "path": "w.py"}'}], 0),
        ([{"ts": 1, "ask": "tool", "text": '{"tool": "editedExistingFile", "path": "new.py"}'}], 0),
        ([{"ts": 1, "ask": "tool", "text": "7"}], 2),
    ],
)
def test_a_file_that_was_there_before_has_unknown_lines(seen: object, added: int) -> None:
    talk = [model(tool("write_to_file", path="/w/new.py", content="a\nb\n")), user(answer("saved"))]
    assert [event.lines_added for event in only(task(talk, seen), FileWrite)] == [added]


def test_edits_by_other_tools() -> None:
    talk = [
        model(
            tool("apply_diff", "a", path="x", diff="<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE"),
            tool("search_and_replace", "b", path="x", search="a", replace="b\nc"),
        ),
        user(answer("ok", "a"), answer("ok", "b")),
    ]
    assert [(event.lines_added, event.lines_removed) for event in only(task(talk), FileWrite)] == [(1, 1), (2, 1)]


def test_blocks_of_the_model_that_are_not_known() -> None:
    found = task([model({"type": "thoughtSignature"}, {"type": "hologram"}, {"no": "type"}), {"role": "tool"}, {}])
    assert [event.reason for event in only(found, Unknown)] == [
        "unknown block type hologram",
        "no type",
        "unknown role tool",
        "no role",
    ]
