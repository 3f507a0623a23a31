"""Rows that are no talk: errors, compactions, attachments, bookkeeping, progress."""

from __future__ import annotations

import pytest

from agent_trace.model.events import (
    Attachment,
    Command,
    Compacted,
    ErrorRaised,
    LlmResponse,
    ModelChanged,
    SessionEnded,
    ToolCall,
    ToolResult,
    Unknown,
)
from tests.agents.claude.logs import sessions
from tests.agents.claude.written import answered, events, kinds, only, row, text, tokens, tool


def attached(**fields: object) -> dict[str, object]:
    """An attachment row."""
    return row("attachment", "t1", attachment=fields)


# ---- system rows


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"error": {"status": 529, "formatted": "529 Overloaded"}, "retryAttempt": 2}, ("529 Overloaded", 529, 2)),
        ({"error": {"message": "no route"}}, ("no route", None, 0)),
        ({"error": {"status": 0, "error": {"error": {"message": "invalid key"}}}}, ("invalid key", None, 0)),
        ({"error": {"type": "timeout"}}, ("timeout", None, 0)),
        ({"error": "broke"}, ("broke", None, 0)),
        ({"content": "API Error"}, ("API Error", None, 0)),
    ],
)
def test_errors_of_the_api(fields: dict[str, object], shown: tuple[str, int | None, int]) -> None:
    (error,) = only(ErrorRaised, row("system", "s1", subtype="api_error", **fields))
    assert (error.text, error.status, error.retry) == shown


def test_other_errors_are_no_retries() -> None:
    rows = (
        row("system", "s1", subtype="error", error={"message": "broke", "status": 429}),
        row("system", "s2", subtype="api_refusal", apiRefusalExplanation=None, content="refused"),
    )
    assert [(one.text, one.status, one.retry) for one in only(ErrorRaised, *rows)] == [
        ("broke", 429, None),
        ("refused", None, None),
    ]


def test_a_compaction() -> None:
    facts = {"trigger": "auto", "preTokens": 160_000, "postTokens": 4000, "durationMs": 9000.6}
    full, bare = only(
        Compacted,
        row("system", "s1", subtype="compact_boundary", compactMetadata=facts),
        row("system", "s2", subtype="compact_boundary"),
    )
    assert (full.trigger, full.before, full.after, full.run_ms) == ("auto", 160_000, 4000, 9001)
    assert (bare.trigger, bare.before) == ("", None)


def test_a_number_beyond_all_numbers_is_unknown() -> None:
    line = b'{"type":"system","uuid":"s1","cwd":"/","subtype":"compact_boundary","compactMetadata":{"preTokens":1e999}}'
    assert [one.before for one in only(Compacted, line)] == [None]


def test_system_rows_that_say_something() -> None:
    shown = [
        (one.kind, one.text) for one in sessions("edges/notices.jsonl")["notices"].events if isinstance(one, Attachment)
    ]
    assert ("hook", "Stop: lint (12 ms), notify (? ms): exit 1") in shown
    assert ("turn", "1234 ms") in shown
    assert ("notice", "Opus limit reached, now using Sonnet") in shown


def test_a_command_that_the_model_never_saw() -> None:
    content = "<command-name>/usage</command-name>"
    assert [one.name for one in only(Command, row("system", "s1", subtype="local_command", content=content))] == [
        "/usage"
    ]


def test_system_rows_that_say_nothing() -> None:
    assert events(row("system", "s1", subtype="session_start", content="x"), row("system", "s2")) == []


def test_a_system_row_with_invalid_text_is_still_read() -> None:
    line = b'{"type":"system","uuid":"s1","cwd":"/","subtype":"api_error","error":{"message":"\xff"},"retryAttempt":1}'
    assert [one.text for one in only(ErrorRaised, line)] == ["\ufffd"]


def test_a_model_change_is_news_once() -> None:
    def announced(uuid: str, model: str) -> dict[str, object]:
        return row("attachment", uuid, attachment={"type": "model", "identity": {"modelId": model}})

    rows = [announced("1", "opus"), announced("2", "opus"), announced("3", "sonnet"), announced("4", "sonnet")]
    fallback = row("system", "5", subtype="model_refusal_fallback", fallbackModel="haiku")
    assert [one.model for one in only(ModelChanged, *rows, fallback)] == ["sonnet", "haiku"]


# ---- attachments


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        (
            {"type": "instructions", "files": [{"path": "/CLAUDE.md", "content": "Be brief"}]},
            ("memory", "/CLAUDE.md", 18),
        ),
        (
            {"type": "nested_memory", "displayPath": "CLAUDE.md", "content": {"content": "x"}},
            ("memory", "CLAUDE.md", 10),
        ),
        ({"type": "file", "filename": "/a.py", "displayPath": "a.py"}, ("file", "a.py", 9)),
        ({"type": "invoked_skills", "skills": [{"name": "pdf"}, {"name": "xlsx"}]}, ("skill", "pdf, xlsx", 7)),
        ({"type": "prompt_snapshot", "systemPrompt": ["be", "good"]}, ("system prompt", "", 6)),
        ({"type": "date", "date": "2026-11-18"}, ("date", "2026-11-18", 10)),
        ({"type": "task_reminder", "content": [], "itemCount": 0}, ("task reminder", "", 0)),
        ({"type": "environment", "snapshot": {"workingDirectory": "/w"}}, ("environment", "/w", 2)),
    ],
)
def test_what_was_put_before_the_model(fields: dict[str, object], shown: tuple[str, str, int]) -> None:
    assert [(one.kind, one.text, one.size) for one in only(Attachment, attached(**fields))] == [shown]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"hookName": "PostToolUse:Edit", "content": "", "stdout": "{}"}, "PostToolUse:Edit"),
        ({"hookEvent": "Stop", "stderr": "failed"}, "Stop: failed"),
        ({"hookName": "x", "blockingError": {"blockingError": "ruff failed"}}, "x: ruff failed"),
        ({"hookName": "x", "content": ["idle", "focus"]}, "x: idle, focus"),
    ],
)
def test_what_hooks_said(fields: dict[str, object], words: str) -> None:
    assert [(one.kind, one.text) for one in only(Attachment, attached(type="hook_success", **fields))] == [
        ("hook", words)
    ]


def test_an_attachment_that_is_none_says_nothing() -> None:
    assert events(row("attachment", "t1", attachment="none"), row("attachment", "t2"), attached(content="x")) == []


# ---- bookkeeping


def test_a_permission_mode_is_news_when_it_changes() -> None:
    rows = [{"type": "permission-mode", "permissionMode": mode} for mode in ("default", "default", "plan", None)]
    found = only(Attachment, row("mode", "m1"), *rows)
    assert [(one.kind, one.text) for one in found] == [("permission mode", "default"), ("permission mode", "plan")]


def test_a_pull_request_and_the_end_of_a_process() -> None:
    found = events(row("mode", "m1"), {"type": "pr-link", "prUrl": "https://example.invalid/1"}, {"type": "cost-state"})
    assert kinds(found) == ["Attachment", "SessionEnded"]
    assert [one.reason for one in found if isinstance(one, SessionEnded)] == ["process ended"]


def test_a_process_that_writes_its_account_twice_ends_once() -> None:
    end, mode = {"type": "cost-state"}, {"type": "permission-mode", "permissionMode": "plan"}
    found = events(row("mode", "m1"), end, row("file-history-snapshot", "f1"), end, mode, end)
    assert kinds(found) == ["SessionEnded", "Attachment", "SessionEnded"]


@pytest.mark.parametrize(
    "kind", ["api-request-blob", "custom-title", "file-history-snapshot", "queue-operation", "summary"]
)
def test_what_is_left_out_on_purpose(kind: str) -> None:
    assert events(row(kind, "x1")) == []


def test_types_of_the_future_are_kept() -> None:
    found = only(Unknown, row("from-the-future", "x1"), row("", "x2"), {"type": 7})
    assert [one.reason for one in found] == [
        "unknown record type 'from-the-future'",
        "no record type",
        "no record type",
    ]


# ---- progress


def test_a_sub_agent_that_only_its_parent_saw() -> None:
    session = sessions("edges/progress.jsonl")["progress"]
    aside = [event for event in session.events if event.side]
    assert {type(event) for event in aside} == {LlmResponse, ToolCall, ToolResult}
    assert session.call_count == 2
    assert session.usage.output == 55
    assert session.children == ("ab12",)


def progress(uuid: str, message: object, **fields: object) -> dict[str, object]:
    """A row that shows a sub-agent's message."""
    inner = {"type": "assistant", "uuid": f"{uuid}i", "message": message, **fields}
    return row("progress", uuid, data={"type": "agent_progress", "agentId": "a1", "message": inner})


def test_progress_is_dated_by_what_it_shows() -> None:
    message = {"id": "msg_1", "model": "m", "content": [], "usage": tokens()}
    dated, undated = only(
        LlmResponse,
        progress("p1", message, timestamp="2026-11-18T11:00:00.000Z"),
        progress("p2", message | {"id": "msg_2"}),
    )
    assert (undated.at or 0) - (dated.at or 0) == 3_600_000


@pytest.mark.parametrize(
    "message", [None, "text", {"model": "<synthetic>", "content": [text("x")]}, {"content": 7}, {"usage": "?"}]
)
def test_progress_without_a_call_is_nothing(message: object) -> None:
    assert events(row("mode", "m1"), progress("p1", message)) == []
    assert events(row("mode", "m1"), progress("p1", {"content": "x"}, type="system")) == []


def test_progress_with_invalid_text_is_nothing() -> None:
    line = b'{"type":"progress","uuid":"p1","cwd":"/","data":{"type":"agent_progress","message":{"type":"\xff"}}}'
    assert events(line) == []


def test_progress_of_other_kinds_is_left_out() -> None:
    data = [{"type": "bash_progress"}, {"type": "hook_progress", "x": "agent_progress"}, "agent_progress", None]
    assert events(*(row("progress", str(number), data=one) for number, one in enumerate(data))) == []


def test_progress_may_show_texts_and_tools() -> None:
    message = {"id": "msg_1", "content": [text("x"), tool("t1", "Bash"), tool("t2", "Read")], "usage": tokens()}
    prompt = progress("p2", {"content": [text("go")]}, type="user")
    assert kinds(events(progress("p1", message), prompt, answered("a1", "m"))) == [
        "LlmResponse",
        "ToolCall",
        "ToolCall",
        "LlmResponse",
    ]
