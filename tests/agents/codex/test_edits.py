"""Edits: the lines that git would count, whoever tells of them, and no lines where nothing was written."""

from __future__ import annotations

import pytest

from agent_trace.agents.codex.patches import Change, asked_changes, changes_of
from agent_trace.model.events import FileWrite, ToolResult
from tests.agents.codex.written import (
    JSON,
    PATCH,
    call,
    called,
    came_back,
    command,
    event,
    header,
    patch_call,
    patched,
    told,
    turn,
)

DIFF = "@@ -1,3 +1,4 @@\n def f():\n-    old\n+    new\n+    more\n"


# ---- edits


def changed(*rows: JSON) -> tuple[ToolResult, list[tuple[str, int, int]]]:
    """The result of an edit and the files that it wrote."""
    found = told(header(), turn(), *rows)
    (one,) = [event_ for event_ in found if isinstance(event_, ToolResult)]
    writes = [(w.path, w.lines_added, w.lines_removed) for w in found if isinstance(w, FileWrite)]
    return one, writes


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
