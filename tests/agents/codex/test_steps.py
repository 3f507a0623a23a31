"""Tool calls and their results: from the conversation, from Codex's own account, from both."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agent_trace.agents.codex import AGENT
from agent_trace.agents.codex.patches import Change, asked_changes, changes_of, count_lines
from agent_trace.agents.codex.tools import absolute, asks_whether, command_line, headline
from agent_trace.model.events import FileRead, FileWrite, ToolCall, ToolResult
from agent_trace.model.session import Session
from tests.agents.codex.written import (
    JSON,
    called,
    came_back,
    completed,
    event,
    header,
    item,
    only,
    session,
    told,
    turn,
)

PATCH = (
    "*** Begin Patch\n*** Update File: src/a.py\n@@ def f():\n-    old\n+    new\n+    more\n context\n*** End Patch"
)
DIFF = "@@ -1,3 +1,4 @@\n def f():\n-    old\n+    new\n+    more\n"


def result(*rows: JSON) -> ToolResult:
    """The only result of some rows."""
    (found,) = only(ToolResult, header(), turn(), *rows)
    return found


def call(*rows: JSON) -> ToolCall:
    """The only tool call of some rows."""
    (found,) = only(ToolCall, header(), turn(), *rows)
    return found


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


def command(**fields: object) -> JSON:
    told_of: JSON = {"id": "c", "command": ["/bin/bash", "-lc", "cat src/a.py"], "cwd": "file:///home/dev/demo"}
    return completed("CommandExecution", **(told_of | {"exit_code": 0, "aggregated_output": "x"} | fields))


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


# ---- edits


def changed(*rows: JSON) -> tuple[ToolResult, list[tuple[str, int, int]]]:
    """The result of an edit and the files that it wrote."""
    found = told(header(), turn(), *rows)
    (one,) = [event_ for event_ in found if isinstance(event_, ToolResult)]
    writes = [(w.path, w.lines_added, w.lines_removed) for w in found if isinstance(w, FileWrite)]
    return one, writes


def patch_call(patch: str = PATCH) -> JSON:
    return item("custom_tool_call", call_id="c", name="apply_patch", input=patch)


def patched(changes: JSON, **fields: object) -> JSON:
    return completed("FileChange", id="c", changes=changes, status="completed", stdout="Success.", **fields)


def test_an_edit_counts_the_lines_that_git_would() -> None:
    update = {"/home/dev/demo/src/a.py": {"type": "update", "unified_diff": DIFF, "move_path": None}}
    found, writes = changed(patch_call(), patched(update))
    assert (found.lines_added, found.lines_removed, found.patch) == (2, 1, DIFF.rstrip("\n"))
    assert writes == [("/home/dev/demo/src/a.py", 2, 1)]


def test_files_that_are_new_moved_or_gone() -> None:
    changes = {
        "/x/new": {"type": "add", "content": "a\nb"},
        "/x/gone": {"type": "delete", "content": "c\n"},
        "/x/old": {"type": "update", "unified_diff": "", "move_path": "/x/moved"},
        "/x/empty": {"type": "add", "content": ""},
    }
    found, writes = changed(patch_call(), patched(changes))
    assert writes == [("/x/new", 2, 0), ("/x/gone", 0, 1), ("/x/moved", 0, 0), ("/x/empty", 0, 0)]
    assert found.patch == "@@ -0,0 +1,2 @@\n+a\n+b\n@@ -1,1 +0,0 @@\n-c"


def test_the_end_of_a_patch_in_older_versions() -> None:
    end = event(
        "patch_apply_end", call_id="c", success=True, stdout="ok", changes={"a.py": {"update": {"unified_diff": DIFF}}}
    )
    assert changed(patch_call(), end)[1] == [("/home/dev/demo/a.py", 2, 1)]
    assert changes_of({"changes": {"a": {}}}, "")[0] == Change("a")


def test_without_codexs_account_the_patch_itself_tells_the_lines() -> None:
    found, writes = changed(patch_call(), came_back("c", "Exit code: 0\nWall time: 0 seconds\nOutput:\nSuccess."))
    assert (found.lines_added, found.lines_removed) == (2, 1)
    assert writes == [("/home/dev/demo/src/a.py", 2, 1)]


@pytest.mark.parametrize(
    "said", ["apply_patch verification failed: Failed to find", "Something else", "Exit code: 1\nOutput:\n"]
)
def test_an_edit_that_failed_changed_nothing(said: str) -> None:
    found, writes = changed(patch_call(), came_back("c", said))
    assert (found.lines_added, writes, found.went_wrong or found.failed) == (0, [], True)


@pytest.mark.parametrize(("fields", "refused"), [({"status": "declined"}, True), ({"success": False}, False)])
def test_an_edit_that_was_not_made(fields: JSON, refused: bool) -> None:
    end = event("patch_apply_end", call_id="c", stderr="no", changes={"/x": {"type": "add", "content": "a"}}, **fields)
    found, writes = changed(patch_call(), end)
    assert (found.refused, bool(found.went_wrong), writes, found.output) == (refused, not refused, [], "no")


@pytest.mark.parametrize(
    "arguments",
    [
        {"command": ["apply_patch", PATCH]},
        {"command": ["bash", "-lc", f"apply_patch <<'EOF'\n{PATCH}\nEOF\n"]},
        {"command": ["bash", "-lc", f"cd . && apply_patch <<'EOF'\n{PATCH}\nEOF"]},
    ],
)
def test_a_shell_that_is_given_a_patch_edits(arguments: JSON) -> None:
    rows = [called("c", "shell", **arguments), came_back("c", '{"output":"Success.","metadata":{"exit_code":0}}')]
    assert changed(*rows)[1] == [("/home/dev/demo/src/a.py", 2, 1)]
    assert (call(rows[0]).kind, call(rows[0]).title) == ("edit", "/home/dev/demo/src/a.py")


def test_a_completed_command_that_applied_a_patch() -> None:
    rows = [called("c", "exec_command", cmd=f"apply_patch <<'E'\n{PATCH}\nE"), command()]
    assert changed(*rows)[1] == [("/home/dev/demo/src/a.py", 2, 1)]


def test_a_patch_in_codexs_own_notation() -> None:
    patch = "*** Begin Patch\n*** Add File: n\n+a\n+\n*** Delete File: g\n*** Update File: o\n*** Move to: m\n@@\n-x\n*** End Patch"
    found = [(one.path, one.added, one.removed) for one in asked_changes(patch, "/d")]
    assert found == [("/d/n", 2, 0), ("/d/g", 0, 0), ("/d/m", 0, 1)]
    assert asked_changes("no patch\n+a\n*** Move to: x", "") == []


# ---- other tools


def test_an_mcp_tool_that_answered() -> None:
    rows = [
        called("c", "mcp__demo__up", text="x"),
        completed("McpToolCall", id="c", server="demo", tool="up", result=mcp("X")),
    ]
    found = result(*rows, came_back("c", "Wall time: 0.1 seconds\nOutput:\nX"))
    assert (found.output, found.went_wrong) == ("X", None)


def mcp(said: str, *, failed: bool = False) -> JSON:
    return {"content": [{"type": "text", "text": said}, {"type": "image"}][: 1 + failed], "isError": failed}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"Ok": mcp("bad", failed=True)}, "bad\n[image]"),
        ({"Err": "no server"}, "no server"),
    ],
)
def test_an_mcp_tool_that_failed(answer: JSON, said: str) -> None:
    end = event("mcp_tool_call_end", call_id="c", invocation={"server": "demo", "tool": "up"}, result=answer)
    found = session(header(), turn(), end)
    (step,) = found.steps
    assert step.call.tool == "mcp__demo__up"
    assert step.result is not None
    assert (step.result.output, step.result.went_wrong, step.result.failed) == (said, True, False)


def test_an_mcp_tool_whose_error_stands_beside_it() -> None:
    found = result(completed("McpToolCall", id="c", server="s", tool="t", status="failed", error={"message": "gone"}))
    assert (found.output, found.went_wrong) == ("gone", True)
    rows = [completed("McpToolCall", id="c", server="s", tool="t", result=mcp("x"))] * 2
    assert len(only(ToolResult, header(), *rows)) == 1


def test_a_tool_of_the_program_that_drives_codex() -> None:
    end = event("dynamic_tool_call_response", call_id="c", namespace="app", tool="look", success=False, error="no")
    found = session(header(), end, end)
    (step,) = found.steps
    assert step.result is not None
    assert (step.call.tool, step.result.output, step.result.went_wrong) == ("app.look", "no", True)
    plain = completed("DynamicToolCall", id="d", tool="look", content_items=[{"type": "inputText", "text": "yes"}])
    assert result(plain).output == "yes"


def test_a_web_search_that_is_told_twice_is_one() -> None:
    asked = item("web_search_call", action={"type": "search", "queries": ["a", "b"]}, status="completed")
    end = event(
        "web_search_end", call_id="ws_1", query="a, b", results=[{"title": "T", "url": "http://t"}, {"snippet": "s"}]
    )
    for rows in ([asked, end], [end, asked]):
        found = session(header(), *rows)
        assert [step.call.title for step in found.steps] == ["a, b"]
        assert len(found.results) == 1
    (first,) = session(header(), end).results.values()
    assert first.output == "T http://t\n"
    page = completed("Extension", id="ws_2", kind="web", action={"type": "openPage", "url": "http://x"})
    assert [step.call.title for step in session(header(), page, page).steps] == ["http://x"]


def test_a_picture_that_was_made() -> None:
    end = event("image_generation_end", call_id="ig_1", revised_prompt="a cat", saved_path="/tmp/cat.png")
    same = item("image_generation_call", id="ig_1", revised_prompt="a cat", result="aGk=")
    assert result(end, same).output == "/tmp/cat.png"


def test_a_picture_that_was_looked_at() -> None:
    rows = [called("c", "view_image", path="a.png"), came_back("c", "attached local image path")]
    assert [one.path for one in only(FileRead, header(), turn(), *rows)] == ["/home/dev/demo/a.png"]
    assert only(FileRead, header(), turn(), rows[0], came_back("c", "unsupported call: view_image")) == []


# ---- sub-agents


def child(*rows: JSON) -> str | None:
    return result(*rows).child


def test_which_thread_a_call_started() -> None:
    spawn, out = called("c", "spawn_agent", message="Look"), came_back("c", '{"agent_id":"t-1"}')
    item_ = completed("CollabAgentToolCall", id="c", tool="spawn_agent", receiver_thread_ids=["t-1"])
    assert child(spawn, item_, out) == child(spawn, out) == "t-1"
    assert child(spawn, event("collab_agent_spawn_end", call_id="c", new_thread_id="t-1"), came_back("c", "x")) == "t-1"
    activity = event("sub_agent_activity", event_id="c", kind="started", agent_thread_id="t-1")
    assert child(spawn, activity, came_back("c", "x")) == "t-1"
    assert (
        child(spawn, event("sub_agent_activity", event_id="c", kind="completed", agent_thread_id="t-1"), out) == "t-1"
    )
    assert child(spawn, came_back("c", "no")) is None
    assert child(called("c", "wait", ids=["t-1"]), came_back("c", "{}")) is None


def test_a_sub_agent_that_nobody_was_seen_to_ask_for() -> None:
    lone = completed("CollabAgentToolCall", id="c", tool="spawnAgent", prompt="Look", receiver_thread_ids=["t-1"])
    found = session(header(), lone)
    assert [step.call.title for step in found.steps] == ["Look"]
    assert found.children == ("t-1",)
    assert only(ToolResult, header(), event("collab_agent_spawn_end", call_id="gone", new_thread_id="t")) == []


def test_a_wait_for_sub_agents_starts_none() -> None:
    wait = completed(
        "CollabAgentToolCall", id="c", tool="wait", receiver_thread_ids=["t-1"], agents_states={"t-1": "done"}
    )
    found = session(header(), wait)
    assert (found.children, found.steps[0].call.tool) == ((), "wait")


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
