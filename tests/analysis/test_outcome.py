"""What a session produced: lines, work taken back, and whether it was productive."""

from __future__ import annotations

import json
from collections.abc import Iterable

import msgspec
import pytest

from agent_trace.analysis.counting import counted_once
from agent_trace.analysis.outcome import Outcome, outcome
from agent_trace.model.events import Event, FileWrite, SessionStarted, ToolCall, ToolResult
from agent_trace.model.session import Session
from tests.analysis.playing import CWD, Told, events_of

COMMIT = Told("git commit -m x", "[main 1a2b3c4] x\n 1 file changed, 2 insertions(+)")
A, B = f"{CWD}/a.py", f"{CWD}/b.py"


def edit(name: str, path: str, added: int, removed: int = 0, failed: bool = False) -> Iterable[Event]:
    given = json.dumps({"file_path": path, "new_string": "x"})
    yield ToolCall(id=name, session="s", call=name, tool="Edit", kind="edit", input=given, paths=(path,))
    yield ToolResult(id=f"{name}r", session="s", call=name, failed=failed, lines_added=added, lines_removed=removed)
    if not failed:
        yield FileWrite(id=f"{name}w", session="s", path=path, lines_added=added, lines_removed=removed)


def after_edits(*calls: Told, branch: str | None = "main") -> Outcome:
    """Two files edited, one edit failed, then these commands."""
    first, prompt, *rest = events_of(calls, branch=branch)
    edits = [*edit("e1", A, 5, 1), *edit("e2", B, 3), *edit("e3", B, 9, failed=True)]
    return outcome(Session("s", "made", (first, prompt, *edits, *rest)))


def test_lines_and_files() -> None:
    found = after_edits(COMMIT)
    assert (found.edit_lines.added, found.edit_lines.removed, found.files) == (8, 1, (A, B))
    assert (found.commit_lines.added, found.commit_lines.removed, found.branch) == (2, 0, "main")
    assert found.commits[0].prompt == "prompt"


UNDONE: dict[str, tuple[list[Told], list[tuple[str, int, int]]]] = {
    "checkout of a file": ([Told("git checkout -- a.py")], [("checkout", 1, 5)]),
    "checkout without dashes": ([Told("git checkout a.py b.py")], [("checkout", 2, 8)]),
    "checkout of all": ([Told("git checkout .")], [("checkout", 2, 8)]),
    "checkout of a pattern": ([Told("git checkout -- '*.py'")], [("checkout", 2, 8)]),
    "checkout of a branch": ([Told("git checkout -b f")], []),
    "restore": ([Told("git restore b.py")], [("restore", 1, 3)]),
    "restore of the index": ([Told("git restore --staged b.py")], []),
    "reset hard": ([Told("git reset --hard")], [("reset", 2, 8)]),
    "reset after a commit": ([COMMIT, Told("git reset --hard")], []),
    "clean": ([Told("git clean -fd")], [("clean", 1, 3)]),
    "clean in vain": ([Told("git clean -nfd")], []),
    "stash dropped": ([Told("git stash"), Told("git stash drop")], [("stash", 2, 8)]),
    "stash popped": ([Told("git stash push"), Told("git stash pop"), Told("git stash list")], []),
    "failed": ([Told("git checkout -- a.py", "error: pathspec", 1)], []),
    "of nothing": ([Told("git checkout -- z.py"), Told("git status")], []),
}


@pytest.mark.parametrize("name", UNDONE)
def test_work_taken_back(name: str) -> None:
    calls, expected = UNDONE[name]
    assert [(one.how, len(one.paths), one.lines_added) for one in after_edits(*calls).undone] == expected


def test_productive_by_a_standing_commit() -> None:
    assert after_edits(COMMIT).productive.value is True
    gone = after_edits(COMMIT, Told("git reset --hard HEAD~1", "HEAD is now at 9999999 y"))
    assert (gone.productive.value, gone.productive.why) == (False, "none of its commits stands")
    two = after_edits(COMMIT, Told("git commit -qm y"))
    assert two.productive.why == "2 commits stand"


def test_productive_without_a_repository() -> None:
    passed, failed = Told("pytest", "1 passed"), Told("pytest", "1 failed", 1)
    assert after_edits(failed, passed, branch=None).productive.value is True
    assert after_edits(passed, failed, branch=None).productive.value is False
    assert after_edits(passed, branch="main").productive.value is False


def test_a_question_is_neither() -> None:
    for calls in ([], [Told("ls > /dev/null; git status; grep x y")]):
        asked = outcome(Session("s", "made", tuple(events_of(calls))))
        assert (asked.productive.value, asked.productive.why) == (None, "changed nothing")
    for command in ("echo x > f", "sed -i s/a/b/ f", "rm f", "git add ."):
        assert outcome(Session("s", "made", tuple(events_of([Told(command)])))).productive.value is False


def test_sessions_of_which_it_is_not_asked() -> None:
    session = Session("s", "made", tuple(events_of([COMMIT])))
    for how in ({"running": True}, {"child": True}, {"withheld": True}):
        assert outcome(session, **how).productive.value is None
    started = SessionStarted(id="i", session="s", starter="r")
    assert outcome(Session("s", "made", (started, *session.events))).productive.why == "a sub-agent"


def test_what_was_inherited_is_anothers() -> None:
    events = [
        msgspec.structs.replace(event, inherited=True) if isinstance(event, ToolCall | ToolResult) else event
        for event in [*events_of([COMMIT, Told("pytest", "1 passed")]), *edit("e", A, 4)]
    ]
    found = outcome(Session("s", "made", tuple(events)))
    assert (found.commits, found.tests, found.edit_lines.added, found.productive.value) == ((), (), 0, None)


def test_a_sha_counts_once() -> None:
    first = outcome(Session("s", "made", tuple(events_of([COMMIT, Told("git commit -qm y")]))))
    counted = counted_once({"a": first, "b": first})
    assert [len(one.commits) for one in counted.values()] == [2, 0]
    assert counted_once({}) == {}
