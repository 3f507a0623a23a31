"""The pieces of a ReplayDocument that few recorded sessions show."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_trace.reports import replay_document
from agent_trace.reports._replay_diffs import hunks
from agent_trace.reports._replay_document import Hunk, ReplayDocument
from agent_trace.reports._replay_events import _questions
from tests.reports.recorded import FORK, asked, drawn
from tests.reports.understood import STORY, home_of, told

PATCH = """--- a/x
+++ b/x
@@ -1,2 +1,3 @@
 one
+two

@@ -10 +11 @@ def f():
-old
+new
\\ No newline at end of file
"""


def test_hunks_of_a_patch() -> None:
    assert hunks(PATCH) == (
        Hunk(path="x", old_start=1, new_start=1, lines=(" one", "+two", " ")),
        Hunk(path="x", old_start=10, new_start=11, lines=("-old", "+new")),
    )
    assert hunks("--- taken away\n+++ added") == (
        Hunk(old_start=0, new_start=0, lines=("--- taken away", "+++ added")),
    )
    assert hunks("") == ()


def test_a_patch_is_cut_at_a_line() -> None:
    patch = "@@ -1 +1 @@\n" + "+1234567\n" * 1000
    (found,) = hunks(patch, 100)
    assert found.lines == ("+1234567",) * 9
    (whole,) = hunks(patch, None)
    assert len(whole.lines) == 1000
    (longest,) = hunks("+" + "x" * 500, 100)
    assert len(longest.lines[0]) == 501


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"question": "Which?", "options": ["a", {"label": "b"}, {"value": 3}, 4]}, [("Which?", ("a", "b"))]),
        ({"questions": [{"question": "One?"}, "two", {"prompt": "Three?", "choices": ["x"]}]},
         [("One?", ()), ("Three?", ("x",))]),
        ({"questions": "none"}, []),
    ],
)  # fmt: skip
def test_questions(given: dict[str, object], expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(one.text, one.options) for one in _questions(given)] == expected


def test_what_was_copied_stands_there_and_does_not_count(home: Path) -> None:
    with home_of("claude/2.1.329/fix", home) as workspace:
        found = asked(workspace, replay_document, FORK)
        lines = drawn(replay_document, found, workspace)
    assert isinstance(found, ReplayDocument)
    assert found.head is not None
    copied = [row for row in found.head.prompts if row.inherited]
    assert [row.calls for row in copied] == [None] * len(copied) != []
    assert any(line.split()[-1:] == ["-"] for line in lines)


SCRIPT = """
> first
! interrupted
> second
$ pytest
E failed
= 1
! error
! denied
> third
. done
"""


def test_marks_of_what_went_wrong(home: Path) -> None:
    with told(SCRIPT, home) as workspace:
        found = asked(workspace, replay_document, STORY)
    assert found.head is not None
    assert {"prompt", "interruption", "failed", "error"} <= {one.kind for one in found.head.markers}
    assert [row.answer is not None for row in found.head.prompts] == [False, False, True]


def test_texts_are_told_whole_on_request(home: Path) -> None:
    text = "x" * 5000 + "end"
    with told(f"> {text}\n. {text}\n", home) as workspace:
        short = asked(workspace, replay_document, STORY)
        whole = asked(workspace, replay_document, STORY, full=True)
    assert short.head is not None
    assert whole.head is not None
    assert [len(row.text + row.tail) for row in short.head.prompts] == [2047]
    assert short.head.prompts[0].tail.endswith("end")
    assert [row.text for row in whole.head.prompts] == [text]
    answers = [event for event in whole.events if event.kind == "assistant_response"]
    assert [(event.text, event.tail) for event in answers] == [(text, "")]
