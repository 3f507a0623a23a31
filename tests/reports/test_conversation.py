"""What a transcript says of single events: words that a reader understands, in the order in which things happened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from agent_trace.model import events as model
from agent_trace.model.events import Event
from agent_trace.model.facts import Facts
from agent_trace.model.session import Session
from agent_trace.model.summary import Summary
from agent_trace.model.tools import ToolKind
from agent_trace.render.markdown import render_markdown
from agent_trace.reports._conversation import Detail, Page, conversation
from tests.reports.small import NOW


def told(events: Sequence[Event], detail: Detail = "full") -> str:
    """The transcript of a session, without its head."""
    page = Page(
        session=Session("s", "teller", tuple(events)),
        summary=Summary(id="s", agent="teller", title="title"),
        detail=detail,
        starts={},
        children=(),
        parent="",
        contents="index.md",
    )
    return render_markdown(list(conversation(page, Facts(now=NOW)))).partition("index.md)\n\n")[2]


def attachment(kind: str, text: str, size: int = 0) -> Event:
    return model.Attachment(id="a", session="s", kind=kind, text=text, size=size or len(text))


def call(given: dict[str, Any], kind: ToolKind = "write") -> Event:
    return model.ToolCall(id="c", session="s", call="1", tool="Write", kind=kind, input=json.dumps(given))


RESULT = model.ToolResult(id="r", session="s", call="1", tool="Write", output="done")
BOUNDARY = model.Compacted(id="k", session="s", trigger="auto", before=9_000, after=300)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([attachment("hook", "PostToolUse:Read")], "> **note:** hook: PostToolUse:Read\n"),
        ([attachment("system prompt", "", 28_563)], "> **note:** system prompt: 28,563 characters\n"),
        ([attachment("memory", "one\ntwo")], "> **note:** memory\n\n```\none\ntwo\n```\n"),
        ([attachment("task reminder", "")], "> **note:** task reminder\n"),
        ([BOUNDARY], "> **note:** the context was compacted (auto): 9,000 → 300 tokens\n"),
        ([model.Compacted(id="k", session="s", before=9, summary="in short")],
         "> **note:** the context was compacted: 9 → ? tokens\n\n```\nin short\n```\n"),
        ([BOUNDARY, model.Compacted(id="k2", session="s", summary="in short")],
         ("> **note:** the context was compacted (auto): 9,000 → 300 tokens\n\n> **note:** what it goes on with\n\n"
          "```\nin short\n```\n")),
        ([model.Linked(id="l", session="s", how="fork", other="b")], "> **note:** copied from b\n"),
        ([model.Linked(id="l", session="s", how="resume", other="b")], "> **note:** goes on from b\n"),
        ([model.Linked(id="l", session="s", how="clear")], "> **note:** the context was cleared\n"),
        ([model.Linked(id="l", session="s", how="clear", other="b")],
         "> **note:** the context was cleared: before it was b\n"),
        ([model.SessionEnded(id="e", session="s", reason="logout")], "> **note:** the session ended: logout\n"),
        ([model.SessionEnded(id="e", session="s")], "> **note:** the session ended\n"),
        ([model.AssistantText(id="t", session="s", text="\n\n", size=2)], ""),
        ([model.ModelChanged(id="m", session="s", model="opus")], "> **note:** model: opus\n"),
        ([model.Titled(id="t", session="s", title="x")], "> **note:** title: x\n"),
        ([call({"path": "a.py", "content": "one\ntwo\n"}), RESULT],
         '**Write**\n\n- **path:** a.py\n\ncontent:\n\n```\none\ntwo\n```\n\n```\ndone\n```\n'),
        ([call({"rows": [{"name": "a", "x": 1}, "b"]})], "**Write**\n\nrows:\n\n- a (x: 1)\n- b\n"),
        ([model.ToolCall(id="c", session="s", call="1", tool="look", title="the sky")], "**look**\n\n```\nthe sky\n```\n"),
    ],
)  # fmt: skip
def test_an_event_in_words(events: list[Event], expected: str) -> None:
    assert told(events) == expected


def test_what_was_allowed_stands_before_what_came_back() -> None:
    answer = model.PermissionAnswered(id="p", session="s", parent="c", decision="accept", by="user")
    text = told([call({}), model.AssistantText(id="t", session="s", text="and so"), answer, RESULT])
    places = [text.index(one) for one in ("**Write**", "permission: accept by user", "done", "and so")]
    assert places == sorted(places)
    assert text.count("permission") == 1
    alone = model.PermissionAnswered(id="q", session="s", parent="gone", decision="reject")
    assert told([alone]) == "> **note:** permission: reject\n"


def test_what_somebody_queued_is_told_at_every_detail() -> None:
    queued, hook = attachment("queued prompt", "and the docs"), attachment("hook", "Stop")
    assert told([queued, hook], "none") == "> **note:** queued prompt: and the docs\n"


def edit(given: dict[str, Any], **more: Any) -> list[Event]:
    """A file that was changed, with what came back."""
    patch = "@@ -8,2 +8,2 @@\n def div(a, b):\n-    return a / b\n+    return None\n"
    return [
        model.ToolCall(id="c", session="s", call="1", tool="Edit", kind="edit", input=json.dumps(given), paths=("/w/a.py",)),
        model.ToolResult(id="r", session="s", call="1", tool="Edit", **{"output": "It was updated.", "patch": patch, **more}),
    ]  # fmt: skip


GIVEN = {
    "file_path": "/w/a.py",
    "old_string": "    return a / b",
    "new_string": "    return None",
    "replace_all": False,
}


def test_a_change_stands_there_once_and_at_full_as_often_as_in_the_log() -> None:
    most, full = told(edit(GIVEN), "most"), told(edit(GIVEN))
    assert [most.count(one) for one in ("return a / b", "It was updated.", "replace_all", "/w/a.py")] == [1, 0, 0, 1]
    assert "answer to a change that went well (1)" in most
    assert [full.count(one) for one in ("return a / b", "It was updated.", "**replace_all:** no")] == [2, 1, 1]
    assert "{" not in most + full


def test_a_change_that_failed_or_says_more_keeps_what_it_was_given() -> None:
    failed = told(edit(GIVEN, patch="", output="<tool_use_error>not found</tool_use_error>", failed=True), "most")
    assert "**what it was to change**\n\n```diff\n-    return a / b\n+    return None\n```" in failed
    assert "```\nnot found\n```" in failed
    other = told(edit({**GIVEN, "new_string": "something else"}), "most")
    assert "something else" in other


def test_a_patch_that_was_given_stands_there_once() -> None:
    patch = "*** Begin Patch\n*** Update File: a.py\n@@\n-    return a / b\n+    return None\n*** End Patch"
    call_, result = edit({})
    text = told([msgspec.structs.replace(call_, input=patch), result], "most")
    assert ("Begin Patch" in text, text.count("return a / b"), text.count("**what it changed: a.py**")) == (False, 1, 1)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"command": "ls", "description": "List them", "is_background": False}, "**Write**\n\nList them\n\n```sh\nls\n```\n"),
        ({}, "**Write**\n"),
        ({"todos": [{"content": "Fix div", "status": "done"}]}, "**Write**\n\ntodos:\n\n- Fix div (status: done)\n"),
    ],
)  # fmt: skip
def test_what_a_tool_was_given_is_told_in_words(given: dict[str, Any], expected: str) -> None:
    shell = call(given, "shell" if "command" in given else "other")
    assert told([msgspec.structs.replace(shell, title=given.get("command", ""))], "most") == expected


def test_a_notice_for_the_agent_is_told_in_words() -> None:
    notice = (
        "<task-notification>\n<task-id>a8</task-id>\n<status>completed</status>\n<summary>It finished</summary>\n"
        "<note>Do not tell.</note>\n<result>All `fine`.</result>\n</task-notification>"
    )
    assert told([attachment("notification", notice)], "most") == (
        "> **note:** notification: It finished · completed\n\nAll `fine`.\n"
    )
    assert "<note>Do not tell.</note>" in told([attachment("notification", notice)])


def test_a_hook_that_says_something_is_told() -> None:
    quiet, loud = attachment("hook", "PostToolUse:Edit"), attachment("hook", "PostToolUse:Edit: no tabs, please")
    text = told([quiet, loud], "most")
    assert ("no tabs, please" in text, "hook that said nothing (1)" in text) == (True, True)
    assert "PostToolUse:Edit\n" in told([quiet])


def test_code_in_an_answer_is_code() -> None:
    text = told([model.AssistantText(id="t", session="s", text="Fixed `div(a, b)` and *all*, `<b>` too: a ` b")])
    assert text.endswith("Fixed `div(a, b)` and \\*all\\*, `<b>` too: a \\` b\n")
