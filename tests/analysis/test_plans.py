"""Which item of a plan is in progress, in the forms that agents write plans in."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from agent_trace.analysis.plans import Item, Plan, Progress
from agent_trace.model.events import ToolCall, ToolResult
from agent_trace.model.session import Step


def step(given: Any, answer: str = "ok", *, failed: bool = False, cut: int | None = None) -> Step:
    text = given if isinstance(given, str) else json.dumps(given)
    call = ToolCall(id="c", session="s", call="c", tool="plan", kind="plan", input=text[:cut], size=len(text))
    return Step(call, ToolResult(id="r", session="s", call="c", output=answer, failed=failed), 1)


ONE = {"status": "in_progress"}
FORMS: dict[str, Any] = {
    "todos": {"todos": [{"content": "a", "status": "completed"}, {"content": "Write it", **ONE}]},
    "a plan of steps": {"plan": [{"step": "Write it", **ONE}]},
    "tasks": {"tasks": [{"title": " Write it ", "status": "In-Progress"}, "odd"]},
    "Markdown": {"todos": "- [x] Read\n- [-] Write it\n- [ ] Test"},
    "one item": {"subject": "Write it", **ONE},
}


@pytest.mark.parametrize("given", FORMS.values(), ids=FORMS)
def test_the_item_in_progress(given: Any) -> None:
    plan = Plan()
    assert (plan.hear(step(given)), plan.hear(step(given))) == ("Write it", "")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"todos": []},
        {"todos": [{"content": "a", "status": "pending"}]},
        {"todos": [ONE]},
        {"plan": "no list"},
        "[1",
        "{",
    ],
)
def test_nothing_is_in_progress(given: Any) -> None:
    assert Plan().hear(step(given)) == ""


def test_a_step_that_failed_changed_no_plan() -> None:
    assert Plan().hear(step(FORMS["todos"], failed=True)) == ""


def test_items_that_are_named_by_numbers() -> None:
    plan = Plan()
    assert (
        plan.hear(step({"subject": "Write it", "description": "long"}, "Task #1 created successfully: Write it")) == ""
    )
    assert plan.hear(step({"subject": "Test it"}, '{"id": "abc"}')) == ""
    assert plan.hear(step({"subject": "Ship it"}, "no number")) == ""
    assert plan.hear(step({"taskId": "1", **ONE})) == "Write it"
    assert plan.hear(step({"id": "abc", **ONE})) == "Test it"
    assert plan.hear(step({"taskId": "1", "subject": "Write them", "status": "pending"})) == ""
    assert plan.hear(step({"taskId": "1", **ONE})) == "Write them"
    assert plan.hear(step({"taskId": "9", **ONE})) == ""


def test_a_plan_that_was_cut() -> None:
    todos = [{"content": 'a "b"', "status": "in_progress"}, {"content": "x" * 3000, "status": "pending"}]
    assert Plan().hear(step({"todos": todos}, cut=2048)) == 'a "b"'
    turned = [{"status": "in_progress", "content": "b"}, {"content": "x" * 3000, "status": "pending"}]
    assert Plan().hear(step({"todos": turned}, cut=2048)) == "b"
    late = [{"content": "x" * 3000, "status": "pending"}, {"content": "b", "status": "in_progress"}]
    assert Plan().hear(step({"todos": late}, cut=2048)) == ""
    told = step({"todos": late}, cut=2048)
    seen_whole = msgspec.structs.replace(told.call, title="b")
    assert Plan().hear(Step(seen_whole, told.result, 1)) == "b"


LISTED = {"todos": [{"content": "Read", "status": "completed"}, {"content": "Write", **ONE}, "odd", {"status": "x"}]}


def numbered(number: int, given: Any, answer: str = "ok", *, failed: bool = False) -> Step:
    return msgspec.structs.replace(step(given, answer, failed=failed), number=number)


def test_the_items_of_a_list_and_where_they_moved_on() -> None:
    progress = Progress()
    progress.hear(numbered(3, LISTED))
    progress.hear(numbered(5, {"todos": [{"content": "Write", "status": "done"}, {"content": "Test"}]}))
    progress.hear(numbered(7, {"todos": []}, failed=True))
    progress.hear(numbered(8, "cut"))
    assert progress.items == (Item("Write", "done", 3, 5), Item("Test", "pending"))


def test_the_items_of_a_list_of_markdown() -> None:
    progress = Progress()
    progress.hear(numbered(3, FORMS["Markdown"]))
    assert progress.items == (
        Item("Read", "completed", None, 3),
        Item("Write it", "in_progress", 3),
        Item("Test", "pending"),
    )


def test_items_that_are_named_by_a_number() -> None:
    progress = Progress()
    progress.hear(numbered(1, {"subject": "Write"}, "Task #4 created"))
    progress.hear(numbered(2, {"subject": "Test"}, "no number"))
    progress.hear(numbered(3, {"taskId": "4", **ONE}))
    progress.hear(numbered(4, {"taskId": "4", "subject": "Write it", "status": "completed"}))
    progress.hear(numbered(5, {"taskId": "9", "status": "completed"}))
    assert progress.items == (Item("Test", "pending"), Item("Write it", "completed", 3, 4))


def test_an_item_that_is_taken_up_again_is_not_done() -> None:
    progress = Progress()
    progress.hear(numbered(1, {"todos": [{"content": "a", "status": "completed"}]}))
    progress.hear(numbered(2, {"todos": [{"content": "a", **ONE}]}))
    assert progress.items == (Item("a", "in_progress", 2, None),)
