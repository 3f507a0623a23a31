"""Rows of a chat: calls to the model, people, and tools."""

from __future__ import annotations

from agent_trace.model.events import (
    Attachment,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
)
from agent_trace.model.usage import Usage
from tests.agents.qwen.written import (
    SESSION,
    asks,
    called,
    gives,
    heard,
    kinds,
    reply,
    responses,
    row,
    telemetry,
    user,
    uuid,
)

# ---- calls: telemetry, the answer, or both


def test_telemetry_counts_and_its_answer_belongs_to_it() -> None:
    found = heard(called(1), reply(2, {"text": "hello"}, asks("c1")))
    (response,) = responses(found)
    assert (response.call, response.usage) == (uuid(1), Usage(input=40, output=7, cache_read=60))
    assert [event.response for event in found if isinstance(event, ToolCall)] == [uuid(1)]


def test_an_answer_without_telemetry_counts_itself() -> None:
    (response,) = responses(heard(reply(2, {"text": "hello"})))
    assert (response.call, response.usage) == (uuid(2), Usage(input=100, output=7))
    (unknown,) = responses(heard(reply(2, {"text": "hello"}, usage=None)))
    assert unknown.usage == Usage()


def test_telemetry_after_its_answer_mends_it() -> None:
    for late in (called(3), called(9)):
        found = responses(heard(reply(2, {"text": "hello"}), late))
        assert [(one.call, one.continues, one.usage.cache_read) for one in found] == [
            (uuid(2), False, None),
            (uuid(2), True, 60),
        ]
    apart = responses(heard(reply(2, {"text": "hello"}), called(9, 101)))
    assert [one.continues for one in apart] == [False, False]


def test_an_answer_finds_its_telemetry_by_its_counts() -> None:
    rows = called(1), called(2, 200), called(3, 300), reply(9, asks("c1"), usage=(200, 7))
    found = heard(*rows)
    assert len(responses(found)) == 3
    assert [event.response for event in found if isinstance(event, ToolCall)] == [uuid(2)]
    unlike = heard(*rows[:3], reply(9, asks("c1"), usage=(7, 7)))
    assert [event.response for event in unlike if isinstance(event, ToolCall)] == [uuid(9)]
    silent = heard(*rows[:3], reply(9, usage=None))
    assert len(responses(silent)) == 4


def test_pieces_of_one_answer_are_one_call() -> None:
    first = reply(2, {"text": "thought", "thought": True}, usage=None)
    second = reply(2, {"text": "said"}, asks("c1"))
    found = heard(first, second)
    assert [(one.call, one.usage.output, one.continues) for one in responses(found)] == [
        (uuid(2), None, False),
        (uuid(2), 7, True),
    ]
    assert len({event.id for event in found}) == len(found)
    with_telemetry = heard(called(1), first, second)
    assert len(responses(with_telemetry)) == 1
    assert [event.response for event in with_telemetry if isinstance(event, ToolCall)] == [uuid(1)]


def test_rows_without_ids_are_named_after_their_content() -> None:
    bare = [
        {name: value for name, value in one.items() if name != "uuid"} for one in (called(1), reply(2, {"text": "x"}))
    ]
    found = heard(*bare, *bare)
    assert len({event.id for event in found}) == len(found) == 4


# ---- people


def test_prompts_are_what_people_typed() -> None:
    hook = "<qwen:user-prompt-submit-context>\nadded\n</qwen:user-prompt-submit-context>"
    found = heard(
        user(1, "hello", hook, systemPayload={"displayText": "hello!"}),
        user(2, "and", "more", subtype="mid_turn_user_message"),
        user(3, " "),
    )
    assert [event.text for event in found if isinstance(event, UserPrompt)] == ["hello!", "and\nmore"]
    assert [event.kind for event in found if isinstance(event, Attachment)] == ["hook"]


def test_what_the_program_says_is_no_prompt() -> None:
    image = row(5, "user", message={"parts": [{"inlineData": {"mimeType": "image/png"}}]})
    found = heard(
        user(1, "a task is done", subtype="background_task_completed"),
        user(2, "due", subtype="cron", systemPayload={"displayText": "Cron job"}),
        user(3, "go on", provenance="goal_runtime"),
        image,
    )
    assert [event.kind for event in found if isinstance(event, Attachment)] == [
        "background task completed",
        "cron",
        "notice",
        "image",
    ]
    assert [event for event in found if isinstance(event, UserPrompt)] == []


def test_a_sub_agents_own_rows() -> None:
    found = heard(user(1, "do it", agentId="explore-1"))
    assert [(event.session, event.by) for event in found if isinstance(event, UserPrompt)] == [
        (f"{SESSION}/agent-explore-1", "parent")
    ]


# ---- tools


def test_results() -> None:
    rows = [
        asks("c1"),
        asks("c2", "edit", file_path="/r/a", old_string="x"),
        asks("c3", "run_shell_command", command="x"),
    ]
    diff = "@@ -1 +1 @@\n-x\n+y"
    took = telemetry(
        3, "tool_call", function_name="edit", function_args={"file_path": "/r/a", "old_string": "x"},
        duration_ms=50, decision="accept",
    )  # fmt: skip
    found = heard(
        called(1),
        reply(2, *rows),
        took,
        gives(4, "c1", status="error", resultDisplay="gone"),
        gives(5, "c2", resultDisplay={"fileDiff": diff}),
        gives(6, "c3", "", status="cancelled"),
    )
    done = [event for event in found if isinstance(event, ToolResult)]
    assert [(event.call, event.failed, event.interrupted, event.run_ms, event.asked) for event in done] == [
        ("c1", True, False, None, None),
        ("c2", False, False, 50, True),
        ("c3", False, True, None, None),
    ]
    assert (done[1].lines_added, done[1].lines_removed) == (1, 1)


def test_telemetry_of_a_tool_that_no_answer_asked_for_tells_nothing() -> None:
    strange = telemetry(3, "tool_call", function_name="glob", duration_ms=50)
    assert kinds(heard(reply(2, asks("c1")), strange)) == ["LlmResponse", "ToolCall"]


def test_results_of_odd_shapes() -> None:
    several = row(3, "tool_result", message={"parts": [gives(3, call)["message"]["parts"][0] for call in ("c1", "c2")]})
    named = row(
        4, "tool_result", message={"parts": [{"text": "fine"}]}, toolCallResult={"callId": "c3", "status": "error"}
    )
    shown = gives(5, "c4", "", resultDisplay={"a": 1})
    empty = gives(6, "c5", "")
    nothing = row(7, "tool_result", message={"parts": []})
    found = heard(reply(2, asks("c1"), asks("c2"), asks("c3")), several, named, shown, empty, nothing)
    done = [event for event in found if isinstance(event, ToolResult)]
    assert [(event.call, event.output, event.failed) for event in done] == [
        ("c1", "fine", False),
        ("c2", "fine", False),
        ("c3", "fine", True),
        ("c4", '{"a":1}', False),
        ("c5", "", False),
    ]
    assert [event.reason for event in found if isinstance(event, Unknown)] == ["tool result without a tool call"]


def test_ids_that_a_server_gives_again_are_other_calls() -> None:
    found = heard(reply(2, asks("call_1")), gives(3, "call_1"), reply(4, asks("call_1")), gives(5, "call_1"))
    assert [event.call for event in found if isinstance(event, ToolCall)] == ["call_1", "call_1~2"]
    assert [event.call for event in found if isinstance(event, ToolResult)] == ["call_1", "call_1~2"]
    twice = heard(reply(2, asks("call_1")), reply(2, asks("call_1")), reply(3, asks("")))
    assert [event.call for event in twice if isinstance(event, ToolCall)] == ["call_1", "call_1", f"{uuid(3)}.tool0"]
