"""Headers, turns, errors, compactions, titles, reviews, permissions."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.model.events import (
    Attachment,
    Command,
    ErrorRaised,
    Interrupted,
    ModelChanged,
    PermissionAnswered,
    SessionStarted,
    Titled,
)
from tests.agents.codex.written import JSON, completed, event, header, only, session, told, turn


def started(**fields: Any) -> SessionStarted:
    (found,) = only(SessionStarted, header(**fields))
    return found


def test_what_a_header_tells() -> None:
    found = started(git={"branch": "main", "commit_hash": "c42a"})
    assert (found.cwd, found.branch, found.version) == ("/home/dev/demo", "main", "0.98.0")
    assert (found.starter, found.agent_type) == (None, None)


@pytest.mark.parametrize(
    ("fields", "starter", "kind"),
    [
        ({"parent_thread_id": "p", "agent_role": "explorer"}, "p", "explorer"),
        ({"source": {"subagent": {"thread_spawn": {"parent_thread_id": "p", "agent_role": "worker"}}}}, "p", "worker"),
        ({"parent_thread_id": "p", "agent_nickname": "Hubble"}, "p", "Hubble"),
        ({"source": {"subagent": "review"}}, None, "review"),
        ({"source": {"subagent": {"other": "guardian"}}, "parent_thread_id": "p"}, "p", "guardian"),
    ],
)
def test_a_sub_agent_names_who_started_it(fields: JSON, starter: str | None, kind: str) -> None:
    found = started(**fields)
    assert (found.starter, found.agent_type) == (starter, kind)


def test_a_model_that_is_changed() -> None:
    rows = [turn(model="gpt-5.5"), turn(model="gpt-5.5"), turn(model="gpt-5.4"), turn(model="")]
    assert [one.model for one in only(ModelChanged, header(), *rows)] == ["gpt-5.4"]


def test_a_turn_that_was_broken_off() -> None:
    assert [one.text for one in only(Interrupted, header(), event("turn_aborted", reason="interrupted"))] == [
        "interrupted"
    ]


@pytest.mark.parametrize(
    ("told_of", "text", "status"),
    [
        (event("error", message="stream error"), "stream error", None),
        (event("error", error={"message": "Rate limit"}), "Rate limit", None),
        (event("error", message="x", codex_error_info={"http_connection_failed": {"http_status_code": 502}}), "x", 502),
        (event("error", message="x", codex_error_info={"other": 1}), "x", None),
        (event("task_complete", error={"message": '{"error": {"code": 400}}'}), '{"error": {"code": 400}}', 400),
        (event("task_complete", error={"message": "{odd"}), "{odd", None),
    ],
)
def test_errors_and_their_status(told_of: JSON, text: str, status: int | None) -> None:
    (found,) = only(ErrorRaised, header(), told_of)
    assert (found.text, found.status) == (text, status)


def test_a_turn_that_ends_well_says_nothing() -> None:
    assert told(header(), event("task_complete", last_agent_message="Done"))[1:] == []


def test_a_name_that_a_person_gave() -> None:
    rows = [event("thread_name_updated", thread_name=" Repair "), event("thread_name_updated", thread_name="")]
    assert [(one.title, one.by) for one in only(Titled, header(), *rows)] == [("Repair", "person")]


def test_turns_that_were_taken_back() -> None:
    (found,) = only(Attachment, header(), event("thread_rolled_back", num_turns=2))
    assert (found.kind, found.text) == ("rollback", "the last 2 turns were taken back")


def test_a_review_and_its_end() -> None:
    begin = event("entered_review_mode", user_facing_hint="current changes")
    end = event("exited_review_mode", review_output={"overall_explanation": "All good."})
    assert [(one.name, one.text) for one in only(Command, header(), begin)] == [("/review", "current changes")]
    assert [(one.kind, one.text) for one in only(Attachment, header(), end, event("exited_review_mode"))] == [
        ("review", "All good.")
    ]


def test_who_answers_in_the_persons_place() -> None:
    rows = [event("guardian_assessment", status=status) for status in ("in_progress", "denied", "approved")]
    found = only(PermissionAnswered, header(), *rows)
    assert [(one.decision, one.by) for one in found] == [("denied", "guardian"), ("approved", "guardian")]


def test_plans_and_hooks_are_attached() -> None:
    rows = [
        completed("Plan", id="p1", text="1. do it"),
        completed("HookPrompt", id="h1", fragments=[{"text": "tests failed", "hookRunId": "r"}]),
    ]
    found = only(Attachment, header(), *rows)
    assert [(one.id, one.kind, one.text) for one in found] == [
        ("p1", "plan", "1. do it"),
        ("h1.0", "hook", "tests failed"),
    ]


def test_what_is_of_a_kind_that_nobody_knows_is_kept() -> None:
    rows: list[JSON] = [
        event("brand_new"),
        event(""),
        completed("BrandNew"),
        completed(""),
        {"type": "response_item", "payload": {"type": "brand_new"}},
        {"type": "response_item", "payload": {}},
        {"type": "brand_new", "payload": {}},
        {"type": "response_item", "payload": 5},
        {"payload": {}},
    ]
    assert [one.reason for one in session(header(), *rows).unread] == [
        "unknown event 'brand_new'",
        "an event without a type",
        "unknown turn item 'BrandNew'",
        "a completed item without a type",
        "unknown response item 'brand_new'",
        "a response item without a type",
        "unknown record type 'brand_new'",
        "a response item without a type",
        "no record type",
    ]


def test_what_carries_nothing_is_left_out() -> None:
    rows: list[JSON] = [
        {"type": "world_state", "payload": {"full": True}},
        {"type": "response_item", "payload": {"type": "ghost_snapshot"}},
        event("context_compacted"),
        completed("ContextCompaction", id="x"),
    ]
    assert told(header(), *rows)[1:] == []


def test_the_commit_that_was_checked_out() -> None:
    (found,) = only(SessionStarted, header(git={"commit_hash": "a0a7ed7", "branch": "main"}))
    assert (found.commit, found.branch, found.user, found.processes) == ("a0a7ed7", "main", None, ())
