"""Tasks of Cline and Roo Code: their documents, when they began, telling a task."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_trace.agents.cline import place
from agent_trace.agents.cline.lines import lines
from agent_trace.agents.cline.recognition import recognises
from agent_trace.model.events import (
    SessionStarted,
    Unknown,
    UserPrompt,
)
from agent_trace.model.session import by_session
from agent_trace.model.usage import Usage
from tests.agents.cline.documents import TALK, request, task, tokens, user
from tests.agents.unverified import heard, log, only, results_of, told, used

# ---- the corpus


def test_calls_tokens_and_dollars_of_a_task() -> None:
    (session,) = by_session(told(log("cline", "1769053680585/api_conversation_history.json")), "cline").values()
    assert used(session) == Usage(input=1049, output=957, cache_read=90020, cache_write_5m=10921)
    assert [str(call.recorded_usd) for call in session.own_calls if call.recorded_usd is not None] == [
        "0.044853750000000005",
        "0.0170835",
        "0.011",
        "0.003",
        "0.0098",
    ]
    assert (len(session.calls), session.call_count) == (6, 5)


def test_a_command_a_refusal_and_an_error_of_a_task() -> None:
    results = results_of(told(log("cline", "1769053680585/api_conversation_history.json")))
    marks = {call: (one.failed, one.exit_code, one.went_wrong, one.refused) for call, one in results.items()}
    assert marks["toolu_05"] == (False, 2, True, False)
    assert marks["toolu_06"] == (False, 1, None, False)
    assert marks["toolu_07"] == (True, None, None, False)
    assert marks["toolu_08"] == (False, None, None, True)
    assert {call: (one.lines_added, one.lines_removed) for call, one in results.items() if one.lines_added} == {
        "toolu_02": (2, 1),
        "toolu_03": (2, 0),
    }


# ---- documents


@pytest.mark.parametrize("content", [b"{", b'{"a": 1}', b"7", b"\xff"])
def test_a_document_that_is_no_list_is_kept_as_it_is(content: bytes) -> None:
    assert list(lines({TALK: content})) == [content]


def test_rows_that_are_no_objects_are_unread() -> None:
    assert [event.reason for event in only(task([7, "x"], seen=[7, None]), Unknown)] == ["no role", "no role"]


def test_a_document_of_another_name_holds_notes_or_the_talk() -> None:
    talk, notes = lines({"/x/talk.json": b'[{"role": "user"}]', "/x/else.json": b'{"ts": 1}'})
    assert json.loads(talk) == {"role": "user", "table": "talk", "place": 0}
    assert json.loads(notes) == {"ts": 1, "table": "notes", "document": "else.json"}


@pytest.mark.parametrize(
    ("path", "session"),
    [
        (TALK, "1730000000000"),
        ("C:\\h\\tasks\\5\\api_conversation_history.json", "5"),
        ("api_conversation_history.json", "api_conversation_history"),
        ("/w/export.jsonl", "export"),
    ],
)
def test_a_task_is_called_by_its_folder(path: str, session: str) -> None:
    assert place(path).session == session


def test_the_name_of_a_document_does_not_make_rows_of_another_table() -> None:
    assert only(task([user("<task>go</task>", table="usage")]), UserPrompt)[0].text == "go"


# ---- when it began


@pytest.mark.parametrize(
    ("how", "at"),
    [
        ({"seen": [{"ts": 1769053680628, "say": "text"}]}, 1769053680628),
        ({"seen": [{"say": "text"}]}, 1730000000000),
        ({"notes": {"ts": 1769053680000}}, 1769053680000),
        ({}, 1730000000000),
    ],
)
def test_when_a_task_began(how: dict[str, Any], at: int) -> None:
    (start,) = only(task([user("<task>go</task>")], **how), SessionStarted)
    assert start.at == at


def test_a_message_of_its_own_time_and_a_task_that_has_none() -> None:
    (start,) = only(task([user("<task>go</task>", ts=1769053680001)]), SessionStarted)
    assert start.at == 1769053680001
    path = "/h/tasks/uuid/api_conversation_history.json"
    (other,) = only(heard("cline", list(lines({path: b'[{"role": "user", "content": "hi"}]'})), path), SessionStarted)
    assert (other.session, other.at) == ("uuid", None)


def test_the_folder_and_the_version_and_the_task_that_started_it() -> None:
    notes = {"environment_history": [{"cline_version": "3.1"}, {"cline_version": "3.2"}]}
    words = "<environment_details>\n# Current Workspace Directory (/home/dev/x) Files\n</environment_details>"
    (start,) = only(task([user(words)], notes=notes), SessionStarted)
    assert (start.cwd, start.version, start.starter) == ("/home/dev/x", "3.2", None)
    found = task([user("<task>go</task>")], history={"workspace": "/w", "parentTaskId": "p"})
    assert [(event.cwd, event.starter) for event in only(found, SessionStarted)] == [("/w", "p")]
    assert [event.by for event in only(found, UserPrompt)] == ["parent"]


def test_what_only_the_person_saw_is_told_where_there_is_no_talk() -> None:
    found = task([], seen=[request(1769053680628, {"tokensIn": 1, "tokensOut": 2})])
    assert tokens(found) == [2]


# ---- telling a task


@pytest.mark.parametrize(
    ("path", "head", "is_one"),
    [
        (TALK, b'[{"role":"user","content":[', True),
        (TALK, b'\xef\xbb\xbf[\n { "role": "assistant"', True),
        ("C:\\t\\old_api_conversation_history.json", b'[{"role":"user"', True),
        (TALK, b"[]", False),
        ("/h/messages.json", b'[{"role":"user","content":[', False),
        ("/h/x.jsonl", b'{"agentSlug":"cline","message":{"role":"user"}}\n', True),
        ("/h/x.jsonl", b'{"type":"user","uuid":"u","sessionId":"s","message":{}}', False),
    ],
)
def test_a_task_is_told_by_its_name_and_first_bytes(path: str, head: bytes, is_one: bool) -> None:
    assert recognises(path, head) is is_one
