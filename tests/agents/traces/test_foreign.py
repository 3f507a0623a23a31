"""What each of agent-strace's writers says, line by line."""

from __future__ import annotations

from typing import Any

import pytest

from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Blocked,
    Compacted,
    Decision,
    FileRead,
    FileWrite,
    LlmRequest,
    LlmResponse,
    SessionEnded,
    SessionStarted,
    Titled,
    ToolCall,
    Unknown,
    UserPrompt,
)
from agent_trace.model.usage import BillingClass, Usage
from tests.agents.traces.folders import folder, heard, kinds, line, told, under

CALL = line("tool_call", "c1", tool_name="Bash", arguments={"command": "ls"}, tool_use_id="t1")


# ---------------------------------------------------------------- the session


def test_meta_says_where_and_which_version() -> None:
    meta = {
        "session_id": "s1",
        "started_at": 1_795_000_000.25,
        "attribution": {"working_dir": "/w", "git_branch": "main", "agent_version": "2"},
        "parent_session_id": "s0",
    }
    (start,) = heard(folder(meta=meta))
    assert start == SessionStarted(
        id="s1.meta", session="s1", at=1_795_000_000_250, cwd="/w", branch="main", version="2", starter="s0"
    )


def test_the_first_start_takes_what_meta_says() -> None:
    meta = {"session_id": "s1", "attribution": {"working_dir": "/w", "git_branch": "main"}}
    first, second = told(line("session_start", "a"), line("session_start", "b", cwd="/v"), meta=meta)
    assert isinstance(first, SessionStarted)
    assert isinstance(second, SessionStarted)
    assert (first.cwd, first.branch, second.cwd, second.branch) == ("/w", "main", "/v", None)


def test_an_import_names_branch_and_version() -> None:
    meta = {"session_id": "s1", "command": "imported from a (b).jsonl (branch: feature/x, v2.1.197)"}
    start = heard(folder(meta=meta))[0]
    assert isinstance(start, SessionStarted)
    assert (start.branch, start.version) == ("feature/x", "2.1.197")


def test_who_was_asked_nothing_is_called_after_the_agent() -> None:
    meta = {"session_id": "s1", "agent_name": "reviewer", "attribution": {}}
    found = heard(folder(CALL, meta=meta))
    asked = heard(folder(line("user_prompt", "p", prompt="hi"), meta=meta))
    assert [event.title for event in found if isinstance(event, Titled)] == ["reviewer"]
    assert "session_title" not in kinds(asked)


@pytest.mark.parametrize(
    ("data", "reason"),
    [({"reason": "clear"}, "clear"), ({"exit_code": 3}, "exit code 3"), ({"exit_code": 0}, "exit code 0"), ({}, "")],
)
def test_an_end_says_why(data: dict[str, Any], reason: str) -> None:
    (end,) = told(line("session_end", "e", **data))
    assert isinstance(end, SessionEnded)
    assert end.reason == reason


# ---------------------------------------------------------------- prompts and answers


def test_a_prompt() -> None:
    (prompt,) = told(line("user_prompt", "p", 1_795_000_001.5, prompt="Do it"))
    assert isinstance(prompt, UserPrompt)
    assert (prompt.text, prompt.size, prompt.by, prompt.at) == ("Do it", 5, "person", 1_795_000_001_500)


def test_an_empty_prompt_is_none() -> None:
    assert told(line("user_prompt", "p", prompt="  ")) == []


@pytest.mark.parametrize("text", ["<task-notification>x", "<command-name>/clear", "[Request interrupted by user]"])
def test_a_notice_is_no_prompt(text: str) -> None:
    (found,) = told(line("user_prompt", "p", prompt=text))
    assert isinstance(found, Attachment)
    assert (found.kind, found.text) == ("notice", text)


def test_going_on_is_a_notice_only_where_the_importer_says_it() -> None:
    said = "Continue from where you left off."
    assert kinds(told(line("user_prompt", "p", prompt=said))) == ["user_prompt"]
    assert kinds(told(line("user_prompt", "p", prompt=said, source_uuid="u"))) == ["attachment"]


def test_the_task_of_a_child_is_its_parents() -> None:
    (prompt,) = told(line("user_prompt", "p", prompt="look"), meta={"session_id": "s1", "parent_session_id": "s0"})[-1:]
    assert isinstance(prompt, UserPrompt)
    assert prompt.by == "parent"


def test_a_summary_stands_once() -> None:
    found = told(
        line("user_prompt", "p", prompt="short", is_compaction_summary=True, context_summary="the whole of it"),
        line("assistant_response", "a", text="on we go", context_summary="the whole of it"),
        line("user_prompt", "q", prompt="only this", is_compaction_summary=True),
        line("assistant_response", "b", context_summary="another"),
    )
    assert [one.summary for one in found if isinstance(one, Compacted)] == ["the whole of it", "only this", "another"]
    assert kinds(found) == ["compacted", "assistant_response", "compacted", "compacted"]


def test_an_answer_of_a_hook_has_no_call() -> None:
    found = told(line("assistant_response", "a", text="Done.", hook_event="stop"))
    assert kinds(found) == ["assistant_response"]
    assert told(line("assistant_response", "a", text="", hook_event="stop")) == []


# ---------------------------------------------------------------- model calls

USED = {"input_tokens": 3, "output_tokens": 5, "cache_read_input_tokens": 7, "cache_creation_input_tokens": 11}


def answer(name: str, row: str, usage: dict[str, Any], **more: Any) -> dict[str, Any]:
    data = {"model": "m", "context_stream": "main", "source_uuid": row, "usage": usage, **more}
    return line("assistant_response", name, **data)


def test_lines_of_one_call_are_one_call() -> None:
    found = told(
        answer("a", "r1", USED),
        line("tool_call", "c", tool_name="Bash", arguments={}, request_id="toolu_1", source_uuid="r2"),
        answer("b", "r2", {**USED, "output_tokens": 9}),
        answer("c2", "r3", {**USED, "cache_read_input_tokens": 18}),
    )
    calls = [event for event in found if isinstance(event, LlmResponse)]
    (tool,) = [event for event in found if isinstance(event, ToolCall)]
    assert [(call.call, call.continues) for call in calls] == [("s1:r1", False), ("s1:r1", True), ("s1:r3", False)]
    assert (tool.call, tool.response) == ("toolu_1", "s1:r1")
    assert calls[1].usage == Usage(input=3, output=9, cache_read=7, cache_write_5m=11)


def test_streams_are_apart() -> None:
    side = {"context_stream": "sidechain:x", "is_sidechain": True, "source_agent_id": "ag1"}
    found = [
        one for one in told(answer("a", "r1", USED), answer("b", "r2", USED, **side)) if isinstance(one, LlmResponse)
    ]
    assert [(one.session, one.call) for one in found] == [("s1", "s1:r1"), ("s1/agent-ag1", "s1:r2")]


def test_a_side_chain_without_an_agent_is_a_side() -> None:
    (found,) = told(answer("a", "r1", USED, is_sidechain=True, context_stream="sidechain:r1"))
    assert (found.side, found.session) == (True, "s1")


def test_what_the_agent_wrote_itself_is_no_call() -> None:
    assert kinds(told(answer("a", "r1", USED, model="<synthetic>", text="API Error"))) == ["assistant_response"]


@pytest.mark.parametrize(
    ("data", "usage"),
    [
        ({"usage": USED}, Usage(input=3, output=5, cache_read=7, cache_write_5m=11)),
        (
            {"usage": {**USED, "cache_creation": {"ephemeral_1h_input_tokens": 4, "ephemeral_5m_input_tokens": 1}}},
            Usage(input=3, output=5, cache_read=7, cache_write_5m=7, cache_write_1h=4),
        ),
        (
            {"usage": {**USED, "server_tool_use": {"web_search_requests": 2}}},
            Usage(input=3, output=5, cache_read=7, cache_write_5m=11, web_searches=2),
        ),
        ({"input_tokens": 3, "output_tokens": 5}, Usage(input=3, output=5)),
        (
            {"usage": {"prompt_tokens": 30, "cached_tokens": 20, "completion_tokens": 5}},
            Usage(input=10, output=5, cache_read=20),
        ),
        ({"usage": {"prompt_tokens": 30, "completion_tokens": 5}}, Usage(input=30, output=5)),
        ({"input_tokens": 0, "output_tokens": 0}, Usage()),
        ({"usage": {"input_tokens": True, "output_tokens": -1}}, Usage()),
        ({}, Usage()),
    ],
)  # fmt: skip
def test_usage_by_any_name(data: dict[str, Any], usage: Usage) -> None:
    (found,) = [one for one in told(line("llm_response", "r", model="m", **data)) if isinstance(one, LlmResponse)]
    assert found.usage == usage
    assert found.call == "r"


def test_what_sets_a_call_apart() -> None:
    usage = {**USED, "speed": "fast", "service_tier": "priority", "inference_geo": "us"}
    (found,) = [one for one in told(answer("a", "r1", usage)) if isinstance(one, LlmResponse)]
    assert found.cls == BillingClass(model="m", speed="fast", geo="us", tier="priority")


def test_a_request_and_its_response() -> None:
    found = told(
        line("llm_request", "q", model="claude-4", message_count=1),
        under(line("llm_response", "r", content_preview="'hello'"), "q", 3.5),
        line("llm_request", "q2", model="gpt", request_id=5),
        line("llm_response", "r2", request_id=5),
        line("llm_response", "r3"),
    )
    calls = [event for event in found if isinstance(event, LlmResponse)]
    assert [one.model for one in found if isinstance(one, LlmRequest)] == ["claude-4", "gpt"]
    assert [one.cls and one.cls.model for one in calls] == ["claude-4", "gpt", None]
    assert [one.text for one in found if isinstance(one, AssistantText)] == ["'hello'"]


# ---------------------------------------------------------------- files, decisions, notes, what nobody knows


def test_files() -> None:
    read, uri, change = told(
        line("file_read", "a", uri="file:///w/README.md", request_id="four"),
        line("file_write", "b", uri="memo://x"),
        line("file_write", "c", path="/w/a.py", patch="--- a\n+++ b\n@@ -1,2 +1,3 @@\n-x\n+y\n+z\n w"),
    )
    assert isinstance(read, FileRead)
    assert isinstance(uri, FileWrite)
    assert isinstance(change, FileWrite)
    assert (read.path, uri.path, uri.lines_added) == ("/w/README.md", "memo://x", 0)
    assert (change.path, change.lines_added, change.lines_removed) == ("/w/a.py", 2, 1)


def test_decisions() -> None:
    found = told(
        line("decision", "a", choice="read", reason="first", alternatives=["read", "", 4, "search"]),
        line("decision", "b", choice="x", alternatives="none"),
        line("decision", "c", type="blocked", tool_name="Bash", reason="scope"),
        line("decision", "d", type="compacted", trigger="auto", summary="all"),
        line("decision", "e", type="unknown", raw="{", reason="not JSON"),
    )
    assert isinstance(found[0], Decision)
    assert found[0].alternatives == ("read", "search")
    assert [type(event) for event in found] == [Decision, Decision, Blocked, Compacted, Unknown]


def test_notes() -> None:
    notes = [
        {
            "annotation_id": "n1",
            "event_id": "c1",
            "offset_seconds": 2.5,
            "label": "fix",
            "note": "here",
            "author": "me",
        },
        {"annotation_id": "n2", "note": "there", "created_at": 1_795_000_000},
    ]
    first, second = told(CALL, notes=notes)[1:]
    assert isinstance(first, Attachment)
    assert isinstance(second, Attachment)
    assert (first.kind, first.parent, first.at) == ("annotation", "c1", None)
    assert first.text == "here\nlabel: fix\nauthor: me\noffset_seconds: 2.5"
    assert (second.text, second.parent, second.at) == ("there", None, 1_795_000_000_000)


@pytest.mark.parametrize(
    ("event_type", "reason"),
    [("a2a_call", "unknown event type 'a2a_call'"), ("", "no event type"), (None, "no event type")],
)
def test_a_type_that_nobody_knows(event_type: Any, reason: str) -> None:
    (found,) = told({"event_type": event_type, "event_id": "x", "data": {}})
    assert isinstance(found, Unknown)
    assert found.reason == reason


# ---------------------------------------------------------------- imported twice


def test_an_import_that_was_made_twice_counts_once() -> None:
    once = [
        line("user_prompt", "p", prompt="hi", context_stream="main", source_uuid="r0"),
        answer("a", "r1", USED, text="hello"),
        line("session_end", "e", source="/x.jsonl", total_tokens=26),
    ]
    again = [{**one, "event_id": one["event_id"] + "2"} for one in once]
    assert told(*once, *again) == told(*once)
    assert kinds(told(*once)) == ["user_prompt", "llm_response", "assistant_response", "session_end"]
