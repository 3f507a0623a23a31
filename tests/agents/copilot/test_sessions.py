"""Copilot's sessions, people, and sub-agents; where logs lie, and what they look like."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.agents.copilot import place
from agent_trace.agents.copilot.parse import SILENT, SILENT_FAMILIES, ParseState
from agent_trace.agents.copilot.recognition import recognises
from agent_trace.model.events import (
    AssistantText,
    Attachment,
    ErrorRaised,
    Interrupted,
    Linked,
    LlmResponse,
    ModelChanged,
    SessionEnded,
    SessionStarted,
    Titled,
    ToolResult,
    Unknown,
    UserPrompt,
)
from tests.agents import told
from tests.agents.copilot.written import (
    API,
    PATH,
    SESSION,
    answered,
    asked,
    came_back,
    heard,
    ident,
    only,
    record,
    row,
    shutdown,
    start,
    tool,
)

# ---- where logs lie, and what they look like


@pytest.mark.parametrize(
    ("path", "session"),
    [
        (PATH, SESSION),
        (PATH.replace("/", "\\"), SESSION),
        (f"session-state/{SESSION}.jsonl", SESSION),
        ("events.jsonl", "events"),
    ],
)
def test_a_log_is_named_after_its_session(path: str, session: str) -> None:
    assert place(path).session == session
    assert heard(asked("Hi"), path=path)[0].session == session


@pytest.mark.parametrize(
    ("path", "rows", "known"),
    [
        ("x.jsonl", [start()], True),
        ("x.jsonl", [asked("Hi"), start(producer="copilot-cli")], True),
        ("x.jsonl", [row("session.start", {"copilotVersion": "0.0.420"})], True),
        ("x.jsonl", [row("session.resume", {"resumeTime": "2026"})], True),
        ("x.json", [start()], False),
        ("x.jsonl", [], False),
        ("x.jsonl", [asked("Hi")], False),
        ("x.jsonl", [row("session.start", {"producer": "other"})], False),
        ("x.jsonl", [row("session.start", {"producer": 7})], False),
        ("x.jsonl", [{**start(), "id": None}], False),
        ("x.jsonl", [*[asked("Hi")] * 60, start()], False),
    ],
)
def test_a_log_is_told_by_its_start(path: str, rows: list[dict[str, Any]], known: bool) -> None:
    assert recognises(path, told.log(*({"id": ident(0), **one} for one in rows))) is known


# ---- beginnings and ends


def test_a_session_tells_where_it_works() -> None:
    (found,) = only(SessionStarted, start())
    assert (found.cwd, found.branch, found.version, found.starter) == ("/home/dev/demo", "main", "1.0.102", None)


def test_a_session_that_another_one_started_names_it() -> None:
    assert [one.starter for one in only(SessionStarted, start(detachedFromSpawningParentSessionId="p"))] == ["p"]


def test_what_a_resume_does_not_tell_holds_on() -> None:
    rows = [start(), row("session.resume", {"resumeTime": "x"}), row("session.context_changed", {"branch": "next"})]
    assert [(one.cwd, one.branch) for one in only(SessionStarted, *rows)] == [
        ("/home/dev/demo", "main"),
        ("/home/dev/demo", "main"),
        ("/home/dev/demo", "next"),
    ]


def test_the_start_names_the_session_whatever_the_path_says() -> None:
    events = heard(start(), asked("Hi"), path="elsewhere/log.jsonl")
    assert {one.session for one in events} == {SESSION}
    assert {one.session for one in heard(start(sessionId=""), asked("Hi"), path="elsewhere/log.jsonl")} == {"log"}


def test_a_sub_agents_start_renames_nothing() -> None:
    rows = [start(), {**start(sessionId="other"), "agentId": "a"}, asked("Hi")]
    assert [one.session for one in heard(*rows)][-1] == SESSION


def test_a_model_is_chosen_once() -> None:
    rows = [start(selectedModel="a"), row("session.model_change", {"newModel": "a"})]
    rows += [row("session.model_change", {"newModel": "b"}), row("session.model_change", {"newModel": None})]
    assert [one.model for one in only(ModelChanged, *rows)] == ["a", "b"]


def test_titles() -> None:
    rows = [row("session.title_changed", {"title": "Fix it"}), row("session.title_changed", {"title": ""})]
    assert [(one.title, one.by) for one in only(Titled, *rows)] == [("Fix it", "agent")]


def test_a_turn_is_broken_off() -> None:
    assert [one.text for one in only(Interrupted, row("abort", {"reason": "user initiated"}))] == ["user initiated"]


def test_sessions_that_go_on_from_others() -> None:
    rows = [row("session.context_cleared"), row("session.handoff", {"remoteSessionId": "r1"}), row("session.handoff")]
    assert [(one.how, one.other) for one in only(Linked, *rows)] == [("clear", SESSION), ("resume", "r1")]


# ---- errors


def test_an_error_of_the_session() -> None:
    rows = [row("session.error", {"message": "400 Low balance", "statusCode": 400})]
    assert [(one.text, one.status, one.retry) for one in only(ErrorRaised, *rows)] == [("400 Low balance", 400, None)]


def hook(message: object, context: str = "model_call", kind: str = "errorOccurred") -> dict[str, Any]:
    """A hook that runs on an error."""
    return row("hook.start", {"hookType": kind, "input": {"errorContext": context, "error": {"message": message}}})


def test_a_hook_on_errors_tells_every_attempt() -> None:
    failed = hook('{"message":"Overloaded","code":529}')
    rows = [failed, failed, answered("x"), failed, row("session.error", {"message": "Gave up"})]
    assert [(one.text, one.status, one.retry) for one in only(ErrorRaised, *rows)] == [
        ("Overloaded", 529, 1),
        ("Overloaded", 529, 2),
        ("Overloaded", 529, 1),
    ]


@pytest.mark.parametrize(
    ("message", "text", "status"),
    [("plain words", "plain words", None), ('{"code":"x"}', '{"code":"x"}', None), (7, "", None), ("[1]", "[1]", None)],
)
def test_what_a_hook_was_told_may_be_plain(message: object, text: str, status: int | None) -> None:
    assert [(one.text, one.status) for one in only(ErrorRaised, hook(message))] == [(text, status)]


def test_other_hooks_say_nothing() -> None:
    assert heard(hook("x", kind="preToolUse"), hook("x", context="tool_execution"), row("hook.end")) == []


# ---- people


@pytest.mark.parametrize(
    ("words", "data", "by"),
    [
        ("Hi", {}, "person"),
        ("Hi", {"source": "user"}, "person"),
        ("Hi", {"crossSession": {"fromSessionId": "x"}}, "program"),
        ("Hi", {"crossSession": None}, "person"),
        (None, {}, "person"),
    ],
)
def test_a_prompt_is_what_was_typed(words: str | None, data: dict[str, Any], by: str) -> None:
    assert [(one.text, one.by) for one in only(UserPrompt, asked(words, **data))] == [(words or "", by)]


@pytest.mark.parametrize(
    ("words", "data", "kind"),
    [
        ("<system_notification>x</system_notification>", {}, "notification"),
        ("Go on", {"isAutopilotContinuation": True}, "autopilot"),
        ("Go on", {"source": "autopilot", "isAutopilotContinuation": True}, "autopilot"),
        ("Skill text", {"source": "skill-pdf"}, "skill-pdf"),
    ],
)
def test_what_the_program_says_is_an_attachment(words: str, data: dict[str, Any], kind: str) -> None:
    assert only(UserPrompt, asked(words, **data)) == []
    assert [(one.kind, one.text) for one in only(Attachment, asked(words, **data))] == [(kind, words)]


def test_what_a_person_attaches() -> None:
    files = [{"type": "file", "path": "/a"}, {"filePath": "/b"}, {"type": "blob", "displayName": "c"}, 7, {}]
    assert [(one.id, one.kind, one.text) for one in only(Attachment, asked("Hi", attachments=files))] == [
        (f"{ident(0)}.0", "file", "/a"),
        (f"{ident(0)}.1", "file", "/b"),
        (f"{ident(0)}.2", "blob", "c"),
        (f"{ident(0)}.3", "file", ""),
    ]


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("system.message", {"content": "You are"}, ("system prompt", "You are")),
        ("system.notification", {"content": "Done"}, ("notification", "Done")),
        ("skill.invoked", {"name": "pdf", "content": "long"}, ("skill", "pdf")),
    ],
)
def test_what_the_program_puts_in(kind: str, data: dict[str, str], expected: tuple[str, str]) -> None:
    assert [(one.kind, one.text) for one in only(Attachment, row(kind, data))] == [expected]


# ---- sub-agents

TASK = [
    answered("", tool("task", prompt="look")),
    row("subagent.started", {"toolCallId": "t1", "agentName": "explore"}),
]


def test_a_sub_agent_speaks_in_its_own_session() -> None:
    started = {**TASK[1], "agentId": "a1"}
    rows = [
        start(),
        TASK[0],
        started,
        {**asked("Look"), "agentId": "a1"},
        answered("Seen.", agent="a1", messageId="m2"),
    ]
    rows += [row("subagent.completed", {"toolCallId": "t1", "durationMs": 900}, agentId="a1"), came_back("Seen.")]
    child = f"{SESSION}/agent-a1"
    events = heard(*rows)
    begun = [one for one in events if isinstance(one, SessionStarted)][-1]
    assert (begun.session, begun.starter, begun.agent_type, begun.cwd) == (child, SESSION, "explore", "/home/dev/demo")
    assert [(one.session, one.by) for one in events if isinstance(one, UserPrompt)] == [(child, "parent")]
    assert [one.session for one in events if isinstance(one, LlmResponse)] == [SESSION, child]
    assert [(one.session, one.reason) for one in events if isinstance(one, SessionEnded)] == [(child, "completed")]
    assert [(one.child, one.run_ms) for one in events if isinstance(one, ToolResult)] == [("a1", 900)]


def test_early_sub_agents_are_known_by_the_call_that_started_them() -> None:
    rows = [*TASK, answered("Seen.", parentToolCallId="t1", messageId="m2"), came_back("Seen.")]
    assert [one.session for one in only(AssistantText, *rows)] == [f"{SESSION}/agent-t1"]
    assert [one.child for one in only(ToolResult, *rows)] == ["t1"]


def test_a_tool_call_that_nobody_saw_stands_for_a_sub_agent() -> None:
    rows = [start(), answered("Seen.", parentToolCallId="lost")]
    assert [one.session for one in only(AssistantText, *rows)] == [f"{SESSION}/agent-lost"]
    rows = [
        row("subagent.started", {"toolCallId": "lost"}),
        row("subagent.failed", {"toolCallId": "lost", "error": "E"}),
    ]
    assert [(one.starter, one.agent_type) for one in only(SessionStarted, *rows)] == [(SESSION, None)]
    assert [one.reason for one in only(SessionEnded, *rows)] == ["E"]


def test_the_agent_that_a_tool_started_may_stand_in_its_result() -> None:
    about = {"restrictedProperties": {"agent_id": "a1"}}
    assert [one.child for one in only(ToolResult, TASK[0], came_back("x", toolTelemetry=about))] == ["a1"]
    assert [one.child for one in only(ToolResult, TASK[0], came_back("x", toolTelemetry={}))] == [None]


def test_sessions_do_not_follow_from_one_another() -> None:
    rows = [start(), answered("One."), answered("Two.", agent="a1", messageId="m2"), asked("Hi")]
    events = heard(*rows)
    assert [one.parent for one in events if isinstance(one, UserPrompt)] == [events[2].id]
    assert [one.parent for one in events if one.session.endswith("a1")] == [None, events[3].id]


# ---- names and copies


def test_ids_that_are_not_unique_in_the_world_are_told_apart_by_their_session() -> None:
    rows = [start(), {**asked("Hi"), "id": "1"}, {**asked("Ho"), "id": None}]
    events = heard(*rows)
    assert [one.twin for one in events[:2]] == ["", f"{SESSION}/1"]
    assert events[2].twin == f"{SESSION}/{events[2].id}"


def test_a_line_that_is_no_event_belongs_to_the_root() -> None:
    (found,) = only(Unknown, start(), answered("x", agent="a1"), b"nonsense\n")
    assert (found.session, found.reason, found.raw) == (SESSION, "not JSON", "nonsense")


# ---- what says nothing


@pytest.mark.parametrize("data", [None, 7, "x", []])
def test_an_event_without_data_is_kept_with_its_reason(data: object) -> None:
    assert [one.reason for one in only(Unknown, {**asked("Hi"), "data": data})] == ["no data"]


@pytest.mark.parametrize("kind", [*sorted(SILENT), *(f"{family}.anything" for family in sorted(SILENT_FAMILIES))])
def test_what_says_nothing_is_left_out(kind: str) -> None:
    assert heard(row(kind, {"x": 1})) == []


def test_many_shutdowns_and_agents_are_remembered_in_a_small_place() -> None:
    state = ParseState()
    rows = [
        answered("x", tool("bash", f"t{number}"), agent=f"a{number}", apiCallId=f"x{number}") for number in range(300)
    ]
    events = heard(start(), *rows, shutdown({"m": (1, 1, 1, 1)}), state=state)
    assert len({one.session for one in events}) == 301
    assert max(len(state.calls), len(state.tools), len(state.ends), len(state.latest), len(state.models)) < 64


def test_a_record_of_a_sub_agent_that_was_silent_for_long_follows_nothing() -> None:
    others = [{**asked("Look"), "agentId": f"b{number}"} for number in range(70)]
    events = heard(start(), answered("x", agent="a", apiCallId=API), *others, {**record(9, 5), "agentId": "a"})
    assert (events[-1].session, events[-1].parent) == (f"{SESSION}/agent-a", None)
