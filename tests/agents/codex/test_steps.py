"""Tool calls and their results: from the conversation, from Codex's own account, from both."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agent_trace.agents.codex import AGENT
from agent_trace.agents.codex.patches import count_lines
from agent_trace.agents.codex.tools import absolute, asks_whether, command_line, headline
from agent_trace.model.events import FileRead, ToolCall, ToolResult
from agent_trace.model.session import Session
from tests.agents.codex.written import (
    JSON,
    call,
    called,
    came_back,
    command,
    event,
    header,
    item,
    only,
    patch_call,
    patched,
    result,
    session,
    turn,
)

# ---- calls


@pytest.mark.parametrize(
    ("item_", "tool", "kind", "title"),
    [
        (called("c", cmd="ls -l"), "exec_command", "shell", "ls -l"),
        (called("c", "shell", command=["bash", "-lc", "cat x"]), "shell", "shell", "cat x"),
        (called("c", "shell", command=["git", "status"]), "shell", "shell", "git status"),
        (called("c", "write_stdin", session_id=1, chars="yes\n"), "write_stdin", "shell", "yes\n"),
        (called("c", "update_plan", plan=[{"step": "Two", "status": "in_progress"}]), "update_plan", "plan", "Two"),
        (called("c", "update_plan", plan=["odd"], explanation="why"), "update_plan", "plan", "why"),
        (called("c", "update_plan", plan="odd"), "update_plan", "plan", ""),
        (called("c", "view_image", path="a.png"), "view_image", "read", "a.png"),
        (called("c", "spawn_agent", message="Look"), "spawn_agent", "agent", "Look"),
        (called("c", "mcp__docs__find", query="x"), "mcp__docs__find", "mcp", "x"),
        (called("c", "whatever", depth=3), "whatever", "other", ""),
        (
            item("function_call", call_id="c", name="f", namespace="mcp__docs", arguments="{}"),
            "mcp__docs__f",
            "mcp",
            "",
        ),
        (
            item("function_call", call_id="c", name="f", namespace="mcp__docs__", arguments="{}"),
            "mcp__docs__f",
            "mcp",
            "",
        ),
        (item("function_call", call_id="c", name="f", namespace="other", arguments="[1]"), "f", "other", "[1]"),
        (item("function_call", call_id="c", name="f", arguments=None), "f", "other", ""),
        (item("function_call", call_id="c", name="f", arguments={"path": "a"}), "f", "other", "a"),
        (item("custom_tool_call", call_id="c", name="exec", input="text(1)"), "exec", "shell", "text(1)"),
        (
            item("local_shell_call", call_id="c", action={"type": "exec", "command": ["ls"]}),
            "local_shell",
            "shell",
            "ls",
        ),
        (item("tool_search_call", call_id="c", arguments={"query": "mail"}), "tool_search", "search", "mail"),
        (item("web_search_call", id="c", action={"type": "search", "query": "rust"}), "web_search", "fetch", "rust"),
        (item("image_generation_call", id="c", revised_prompt="a cat"), "image_generation", "other", "a cat"),
    ],
)
def test_a_call_and_what_a_person_would_say_of_it(item_: JSON, tool: str, kind: str, title: str) -> None:
    found = call(item_)
    assert (found.tool, found.kind, found.title, found.call) == (tool, kind, title, "c")


def test_the_arguments_are_kept_as_written() -> None:
    assert call(item("function_call", call_id="c", name="f", arguments='{"a":  1}')).input == '{"a":  1}'
    assert call(item("function_call", call_id="c", name="f", arguments={"a": 1})).input == '{"a":1}'


def test_every_tool_has_a_kind() -> None:
    assert AGENT.kind("exec_command") == "shell"
    assert AGENT.kind("mcp__a__b") == "mcp"
    assert AGENT.kind("new_tool") == "other"


def test_a_call_that_is_repeated_before_its_result_is_one() -> None:
    assert len(only(ToolCall, header(), called("c"), called("c"), came_back("c", "x"))) == 1


def test_a_call_without_an_id_has_the_name_of_its_row() -> None:
    found = call(item("function_call", name="exec_command", arguments="{}"))
    assert found.id == found.call
    assert len(found.id) == 16


# ---- results from the conversation


def ended(output: object, tool: str = "exec_command", **arguments: Any) -> ToolResult:
    return result(called("c", tool, **arguments), came_back("c", output))


def test_the_head_of_an_output_tells_how_a_command_ended() -> None:
    found = ended(
        "Chunk ID: a1\nWall time: 1.2500 seconds\nProcess exited with code 3\nOutput:\nfailed here\n", cmd="make"
    )
    assert (found.exit_code, found.run_ms, found.failed, found.went_wrong) == (3, 1250, True, None)
    assert found.output == "failed here\n"


def test_an_exit_code_in_the_output_itself_is_none() -> None:
    found = ended("Chunk ID: a1\nProcess exited with code 0\nOutput:\nExit code: 7\n", cmd="cat log")
    assert (found.exit_code, found.failed) == (0, False)
    assert ended("Exit code: 2\nWall time: 0 seconds\nOutput:\n", "mcp__x__y").exit_code is None


def test_a_command_that_runs_on_has_no_exit_code() -> None:
    found = ended("Wall time: 10.0 seconds\nProcess running with session ID 4\nOutput:\nstarting", cmd="serve")
    assert (found.exit_code, found.failed, found.run_ms) == (None, False, 10_000)
    assert found.output.startswith("Wall time")


def test_outputs_of_old_versions_are_objects() -> None:
    found = ended('{"output":"no","metadata":{"exit_code":1,"duration_seconds":0.5}}', "shell", command=["false"])
    assert (found.output, found.exit_code, found.run_ms, found.failed) == ("no", 1, 500, True)
    assert ended('{"answer": 1}', "shell").output == '{"answer": 1}'
    assert ended("{odd", "shell").output == "{odd"


@pytest.mark.parametrize(
    ("output", "said", "wrong"),
    [
        (
            [{"type": "input_text", "text": "a"}, {"type": "input_image"}, {"type": "input_text", "text": "b"}],
            "a\nb",
            None,
        ),
        ({"content": "no", "success": False}, "no", True),
        ({"content": "yes", "success": True}, "yes", None),
        ({"type": "input_text", "text": "a.txt\n"}, "a.txt\n", None),
        (None, "", None),
        ("failed to parse function arguments: x", "failed to parse function arguments: x", True),
    ],
)
def test_outputs_of_every_shape(output: object, said: str, wrong: bool | None) -> None:
    found = ended(output, "view_image")
    assert (found.output, found.went_wrong, found.failed) == (said, wrong, False)


def test_a_search_that_found_nothing_did_not_go_wrong() -> None:
    found = ended("Process exited with code 1\nOutput:\n", cmd="cd src && grep -rn x .")
    assert (found.exit_code, found.failed, found.went_wrong) == (1, True, False)
    assert ended("Process exited with code 2\nOutput:\n", cmd="grep x y").went_wrong is None


@pytest.mark.parametrize(
    ("command", "asks"),
    [
        ("grep x y", True),
        ("ls | rg x", True),
        ("LANG=C sudo /usr/bin/diff a b", True),
        ("test -f x;", True),
        ("grep x y && make", False),
        ("make test", False),
        ("", False),
        (";;", False),
    ],
)
def test_which_commands_ask_whether(command: str, asks: bool) -> None:
    assert asks_whether(command) is asks


@pytest.mark.parametrize(
    "said",
    [
        'exec_command failed for `rm -f x`: CreateProcess { message: "Rejected(\\"rejected by user\\")" }',
        "exec command rejected by user",
        "patch rejected by user",
    ],
)
def test_a_refusal_is_no_failure(said: str) -> None:
    found = ended(said, cmd="rm -f x")
    assert (found.refused, found.failed, found.went_wrong) == (True, False, None)


def test_a_tool_that_was_broken_off() -> None:
    for said in ("aborted by user after 3.2s", "Wall time: 1.2 seconds\naborted by user", "aborted"):
        found = ended(said, cmd="sleep 9")
        assert (found.interrupted, found.failed, found.went_wrong) == (True, False, None)
    assert not ended("abortedly", cmd="x").interrupted


def test_a_result_without_its_call_is_kept() -> None:
    (found,) = only(ToolResult, header(), came_back("gone", "x"))
    assert (found.call, found.tool, found.id) == ("gone", "", "gone.result")


def test_a_second_result_is_none() -> None:
    assert len(only(ToolResult, header(), called("c"), command(), command())) == 1
    assert len(only(ToolResult, header(), patch_call(), patched({}), patched({}))) == 1
    assert len(only(ToolResult, header(), called("c"), came_back("c", "x"), came_back("c", "y"))) == 1


# ---- Codex's own account of commands


def test_a_completed_command_tells_all_and_its_output_nothing_more() -> None:
    rows = [called("c", cmd="cat src/a.py"), command(exit_code=1, duration={"secs": 1, "nanos": 500_000_000})]
    found = result(*rows, came_back("c", "Process exited with code 1\nOutput:\nx"))
    assert (found.exit_code, found.run_ms, found.failed, found.output) == (1, 1500, True, "x")


def test_what_a_command_only_read() -> None:
    rows = [
        called("c"),
        command(parsed_cmd=[{"type": "read", "path": "../demo/src/a.py"}, {"type": "search", "path": "src"}]),
    ]
    assert [one.path for one in only(FileRead, header(), turn(), *rows)] == ["/home/dev/demo/src/a.py"]
    rows[1]["payload"]["item"]["exit_code"] = 1
    assert only(FileRead, header(), turn(), *rows) == []


def test_a_command_that_nobody_was_seen_to_ask_for() -> None:
    found = session(header(), turn(), command())
    (step,) = found.steps
    assert (step.call.tool, step.call.title, step.call.kind) == ("exec_command", "cat src/a.py", "shell")
    assert step.result is not None


def test_the_call_may_come_after_codexs_account_of_it() -> None:
    found = session(header(), turn(), command(), called("c", cmd="cat src/a.py"), came_back("c", "x"))
    assert len(found.steps) == len(found.results) == 1


def test_older_versions_say_the_same_with_an_event() -> None:
    end = event("exec_command_end", call_id="c", command=["ls"], cwd="/x", exit_code=0, stdout="a", stderr="b")
    assert result(called("c", cmd="ls"), end).output == "ab"


def test_commands_that_run_on_or_that_a_person_ran_are_left_out() -> None:
    assert only(ToolResult, header(), command(status="in_progress"), command(source="user_shell")) == []


def test_a_command_that_was_declined() -> None:
    found = result(
        called("c"), command(status="declined", exit_code=None, aggregated_output=None, formatted_output="no")
    )
    assert (found.refused, found.failed, found.output) == (True, False, "no")


# ---- small things


def test_paths_are_those_of_the_folder_that_a_turn_works_in() -> None:
    assert absolute("file:///a/b", "/x") == "/a/b"
    assert absolute("./b/../c", "/x/") == "/x/c"
    assert absolute("C:\\a", "/x") == "C:\\a"
    assert absolute("a/b", "C:\\x") == "C:\\x\\a\\b"
    assert absolute("a", "") == "a"


def test_command_lines() -> None:
    assert command_line(["C:\\Windows\\powershell", "/c", "dir"]) == "dir"
    assert command_line(["bash", "x.sh", "y"]) == "bash x.sh y"
    assert headline("exec_command", {"chars": "x"}) == "x"
    assert (count_lines(""), count_lines("a"), count_lines("a\n")) == (0, 1, 1)


def test_many_calls_without_results_are_forgotten_in_the_end() -> None:
    rows = [called(f"c{number}") for number in range(600)]
    found: Session = session(header(), *rows, came_back("c599", "x"), came_back("c0", "y"))
    assert [(one.call, one.tool) for one in found.events if isinstance(one, ToolResult)] == [
        ("c599", "exec_command"),
        ("c0", ""),
    ]


def test_many_calls_with_results_make_room() -> None:
    rows = [one for number in range(300) for one in (called(f"c{number}"), came_back(f"c{number}", "x"))]
    found = session(header(), called("early"), *rows, came_back("early", "z"))
    assert found.results["early"].tool == "exec_command"
    assert msgspec.json.encode(found.results["early"].output) == b'"z"'
