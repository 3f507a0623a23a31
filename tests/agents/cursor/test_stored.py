"""Conversations in Cursor's databases: which bubbles one call brought, tools, tokens, and what is left in the database."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agent_trace.agents.cursor import AGENT
from agent_trace.model.events import (
    AssistantText,
    Interrupted,
    LlmResponse,
    SessionStarted,
    Thinking,
    Titled,
    ToolCall,
    ToolResult,
    Unknown,
    UsageRecorded,
    UserPrompt,
)
from agent_trace.model.usage import Usage
from agent_trace.sync.databases import rows_of, sessions_in
from tests.agents.cursor.stored import bubble, composer, stored, tool
from tests.agents.unverified import CORPUS, calls_of, log, logs, made, only, results_of, told

CHATS = "workbench.panel.aichat.view.aichat.chatdata"

# ---- the corpus


def test_nothing_but_conversations_leaves_the_database() -> None:
    text = b"\n".join(line for one in logs() if one.agent == "cursor" for line in one.lines).decode()
    assert "b1" in text
    assert [word for word in ("secret", "EncryptionKey", "never read", "accessToken") if word in text] == []


def test_chats_of_older_versions_are_conversations() -> None:
    assert {
        one.path.rpartition("#")[2] for one in logs() if one.is_made and "#" in one.path and one.agent == "cursor"
    } == {
        "c0ffee00-0001",
        "c0ffee00-0003",
        "tab-1",
        "old-composer",
    }


@pytest.mark.parametrize(("missing", "left"), [("ItemTable", 3), ("cursorDiskKV", 1)])
def test_a_database_may_lack_a_table(tmp_path: Path, missing: str, left: int) -> None:
    """Cursor made one in the versions before the other."""
    file, database = tmp_path / "state.vscdb", AGENT.databases[0]
    content = {
        "cursorDiskKV": {f"composerData:c{n}": {"createdAt": n} for n in range(3)},
        "ItemTable": {CHATS: {"tabs": [{"tabId": "t"}]}},
    }
    (tmp_path / "d.json").write_text(json.dumps({table: rows for table, rows in content.items() if table != missing}))
    made(tmp_path / "d.json", file)
    found = sessions_in(database, "cursor", str(file))
    assert len(found) == left
    assert all(list(rows_of(database, one.path)) for one in found)


def test_a_conversation_changes_with_every_bubble(tmp_path: Path) -> None:
    file, database = tmp_path / "state.vscdb", AGENT.databases[0]
    made(CORPUS / "cursor/unverified/global.json", file)
    before = {one.path.rpartition("#")[2]: one.size for one in sessions_in(database, "cursor", str(file))}
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT OR REPLACE INTO cursorDiskKV VALUES ('bubbleId:c0ffee00-0001:b8', '{}')")
    connection.close()
    after = {one.path.rpartition("#")[2]: one.size for one in sessions_in(database, "cursor", str(file))}
    assert [name for name in before if before[name] != after[name]] == ["c0ffee00-0001"]


def test_a_transcript_and_a_database_name_alike_what_was_said_and_done() -> None:
    in_transcript = told(log("cursor", "c0ffee00-0001/c0ffee00-0001.jsonl"))
    in_database = told(log("cursor", "#c0ffee00-0001"))
    calls, stored_calls = set(calls_of(in_transcript)), set(calls_of(in_database))
    assert calls <= stored_calls
    assert {event.text for event in only(in_transcript, UserPrompt)} <= {
        event.text for event in only(in_database, UserPrompt)
    }
    for kind in (UserPrompt, LlmResponse, ToolCall):
        assert {event.id for event in only(in_transcript, kind)} <= {event.id for event in only(in_database, kind)}


# ---- calls


def test_what_follows_a_tool_is_another_call_unless_both_name_the_same() -> None:
    found = stored(
        bubble("p", 1, text="go"),
        bubble("b1", thinking={"text": "hm"}),
        bubble("b2", text="I look."),
        tool("b3", call="m1"),
        tool("b4", call="m1"),
        tool("b5", call="m2"),
        tool("b6"),
        bubble("b7", text="Done."),
    )
    assert list(calls_of(found)) == ["c1/1.1", "c1/1.2", "c1/1.3"]
    assert [event.response for event in only(found, ToolCall)] == ["c1/1.1", "c1/1.1", "c1/1.2", "c1/1.2"]
    assert [type(event) for event in found[:4]] == [UserPrompt, LlmResponse, Thinking, AssistantText]


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ([{"inputTokens": 10, "outputTokens": 5}, {"inputTokens": 20, "outputTokens": 7}], Usage(input=20, output=7)),
        ([{"inputTokens": 10, "outputTokens": 5}, {"inputTokens": 0, "outputTokens": 0}], Usage(input=10, output=5)),
        ([{"inputTokens": 0, "outputTokens": 5}, {}], Usage(output=5)),
        ([{"inputTokens": 0, "outputTokens": 0}, {}], Usage()),
    ],
)
def test_tokens_of_a_call_are_the_largest_of_its_bubbles(counts: list[dict[str, int]], found: Usage) -> None:
    told_of = [bubble(f"b{number}", text="x", tokenCount=one) for number, one in enumerate(counts)]
    assert [call.usage for call in only(stored(*told_of), LlmResponse)] == [found]


def test_the_model_of_a_bubble_else_of_the_conversation() -> None:
    talk = [bubble("b1", text="x", modelInfo={"modelName": "a"}), bubble("p", 1, text="on"), bubble("b2", text="y")]
    found = stored(composer(modelConfig={"modelName": "b"}), *talk)
    assert [call.cls.model for call in only(found, LlmResponse)] == ["a", "b"]
    assert [call.cls for call in only(stored(bubble("b1", text="x")), LlmResponse)] == [None]


def test_a_prompt_that_says_nothing_is_none() -> None:
    assert stored(bubble("p", 1, text=" ")) == []


def test_a_bubble_of_another_kind_is_unread() -> None:
    found = stored(bubble("b1", 7, text="?"), bubble("b2", None, text="?"))
    assert [event.reason for event in found if isinstance(event, Unknown)] == [
        "unknown bubble type 7",
        "unknown bubble type null",
    ]


def test_a_bubble_that_is_no_object_is_unread_and_one_that_is_gone_is_not() -> None:
    def row(value: object) -> dict[str, Any]:
        return {"table": "bubble", "id": str(value), "value": value}

    found = stored(row("[1]"), row("x"), row(None), row(""), row("null"))
    assert [event.raw for event in only(found, Unknown)] == ["[1]", "x"]


# ---- the conversation


def test_where_a_conversation_began_and_what_it_is_called() -> None:
    found = stored(
        composer(
            name="Green", createdAt=1766691308486, createdOnBranch="main", subagentInfo={"parentComposerId": "c0"}
        ),
        bubble("p", 1, text="go", workspaceUris=[7, "file:///w/x%20y"]),
    )
    (start,) = only(found, SessionStarted)
    assert (start.cwd, start.branch, start.starter, start.at) == ("/w/x y", "main", "c0", 1766691308486)
    assert [event.title for event in only(found, Titled)] == ["Green"]
    assert [event.by for event in only(found, UserPrompt)] == ["parent"]


def test_a_conversation_without_a_folder_or_a_name() -> None:
    found = stored(composer(), bubble("p", 1, text="go"))
    assert [event.cwd for event in only(found, SessionStarted)] == [None]
    assert only(found, Titled) == []


@pytest.mark.parametrize(
    ("value", "usd"),
    [
        ({"a": {"costInCents": 12.5}, "b": {"costInCents": 7}}, "0.195"),
        ({"a": {"costInCents": 0}, "b": {"costInCents": "?"}, "c": 5}, None),
        ({}, None),
        ([], None),
    ],
)
def test_dollars_of_a_conversation_over_all_models(value: object, usd: str | None) -> None:
    found = only(stored(composer(usageData=value)), UsageRecorded)
    assert [event.usd for event in found] == ([usd] if usd else [])


def test_a_conversation_that_was_broken_off() -> None:
    assert len(only(stored(composer(status="aborted"), bubble("p", 1, text="go")), Interrupted)) == 1


def test_bubbles_come_in_the_order_that_the_first_version_lists() -> None:
    def listed(*names: str) -> dict[str, Any]:
        return composer(fullConversationHeadersOnly=[*({"bubbleId": name} for name in names), {"bubbleId": 7}, "x"])

    talk = [bubble(name, 1, text=name) for name in ("c", "a", "b", "late")]
    found = stored(listed("a", "gone"), listed("a", "b", "c"), *talk)
    assert [event.text for event in only(found, UserPrompt)] == ["a", "b", "c", "late"]


def test_a_newer_version_of_a_bubble_counts() -> None:
    found = stored(bubble("b1", text="Half"), bubble("b1", text="Whole"))
    assert [event.text for event in only(found, AssistantText)] == ["Whole"]


def test_a_conversation_that_is_no_object_has_only_its_start() -> None:
    found = stored({"table": "composer", "id": "c1", "value": "[1]"}, {"table": "chat", "id": "c1", "value": "?"})
    assert [type(event) for event in found] == [SessionStarted]


def test_a_chat_of_older_versions() -> None:
    chat = {
        "lastSendTime": 1700000000000,
        "chatTitle": "Old",
        "bubbles": [{"type": "user", "text": "hi"}, {"type": "ai", "rawText": "hello", "modelType": "gpt-4"}, 7],
    }
    found = stored({"table": "chat", "id": "t1", "value": json.dumps(chat)})
    assert [type(event) for event in found] == [SessionStarted, Titled, UserPrompt, LlmResponse, AssistantText]
    assert {event.at for event in found[2:]} == {1700000000000}


# ---- tools


@pytest.mark.parametrize(
    ("data", "marks"),
    [
        ({"result": '{"output": "ok", "exitCodeV2": 0}'}, (False, False, False, 0, None)),
        ({"result": '{"output": "no", "exitCode": 2}'}, (False, False, False, 2, True)),
        ({"status": "error"}, (True, False, False, None, None)),
        ({"additionalData": {"status": "error"}}, (True, False, False, None, None)),
        ({"result": '{"rejected": true}'}, (False, True, False, None, None)),
        ({"userDecision": "rejected", "status": "cancelled"}, (False, True, False, None, None)),
        ({"status": "cancelled"}, (False, False, True, None, None)),
        ({"status": "loading", "result": '{"output": "so far"}'}, (False, False, False, None, None)),
    ],
)
def test_what_became_of_a_tool(data: dict[str, Any], marks: tuple[object, ...]) -> None:
    (found,) = results_of(stored(tool(**data))).values()
    assert (found.failed, found.refused, found.interrupted, found.exit_code, found.went_wrong) == marks


def test_a_tool_that_is_still_running_has_no_result() -> None:
    found = stored(tool(status="loading"))
    assert (len(only(found, ToolCall)), only(found, ToolResult)) == (1, [])


@pytest.mark.parametrize(
    ("data", "output"),
    [
        ({"result": '{"output": "ok"}'}, "ok"),
        ({"result": '{"contents": "x = 1"}'}, "x = 1"),
        ({"result": '{"matches": 3}'}, '{"matches": 3}'),
        ({"result": "plain"}, "plain"),
        ({"error": {"modelVisibleErrorMessage": "no"}, "result": '{"output": "ok"}'}, "no"),
        ({}, ""),
    ],
)
def test_what_a_tool_put_out(data: dict[str, Any], output: str) -> None:
    assert [event.output for event in only(stored(tool(**data)), ToolResult)] == [output]


@pytest.mark.parametrize(
    ("data", "written"),
    [
        ({"rawArgs": '{"command": "ls"}', "params": "{}"}, '{"command": "ls"}'),
        ({"params": '{"command": "ls"}'}, '{"command": "ls"}'),
        ({"rawArgs": "cut {"}, "cut {"),
        ({}, ""),
    ],
)
def test_the_arguments_of_a_tool(data: dict[str, Any], written: str) -> None:
    assert [event.input for event in only(stored(tool(**data)), ToolCall)] == [written]


def test_a_tool_without_a_name_has_its_number() -> None:
    assert [event.tool for event in only(stored(bubble("b1", toolFormerData={"tool": 15})), ToolCall)] == ["15"]


@pytest.mark.parametrize(
    ("result", "changed"),
    [
        ({"diff": {"chunks": [{"linesAdded": 2, "linesRemoved": 1, "diffString": "-a"}, {"linesAdded": 1}]}}, (3, 1)),
        ({}, (1, 1)),
    ],
)
def test_lines_of_an_edit(result: dict[str, Any], changed: tuple[int, int]) -> None:
    arguments = '{"file_path": "a.py", "old_string": "x = 1", "new_string": "x = 2"}'
    (found,) = results_of(stored(tool(name="search_replace", rawArgs=arguments, result=json.dumps(result)))).values()
    assert (found.lines_added, found.lines_removed) == changed


def test_tools_that_are_known_have_a_kind() -> None:
    assert {AGENT.kind(name) for name in ("edit_file_v2", "run_terminal_command_v2", "task_v2")} == {
        "edit",
        "shell",
        "agent",
    }
