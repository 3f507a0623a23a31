"""Version 2, by its published schema: its rows say what those of version 1 say."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_trace.model.events import (
    AssistantText,
    Attachment,
    Command,
    Compacted,
    ErrorRaised,
    FileRead,
    FileWrite,
    Interrupted,
    Linked,
    LlmResponse,
    ModelChanged,
    SessionStarted,
    Thinking,
    ToolCall,
    ToolResult,
    Unknown,
    UserPrompt,
)
from agent_trace.model.usage import Usage
from tests.agents.opencode.stores import AT, Json, assistant, heard, of, one, part, session, tokens, user
from tests.agents.opencode.test_living import WHERE, figures, listed, store

MODEL = {"id": "claude-sonnet-4-5", "providerID": "anthropic"}


def row(name: str, kind: str, seq: int = 1, created: int = 0, **data: Any) -> bytes:
    """A row of `session_message`."""
    time = {"created": AT + created} | data.pop("time", {})
    held = {"table": "session_message", "id": name, "session_id": "ses_1", "type": kind, "seq": seq}
    return msgspec.json.encode(held | {"time_created": AT + created, "data": json.dumps({"time": time} | data)})


def answer(*content: Json, created: int = 100, **data: Any) -> bytes:
    """An answer of the model."""
    given = {
        "agent": "build",
        "model": MODEL,
        "content": content,
        "tokens": tokens(10, 5, 2),
        "cost": 0.5,
        "finish": "stop",
    }
    return row("msg_2", "assistant", 2, created, **(given | data))


def used(name: str, status: str = "completed", said: str = "", **state: Any) -> Json:
    """A tool call in an answer."""
    time = {"created": AT + 200, "ran": AT + 210, "completed": AT + 260}
    held = {"status": status, "input": {}, "content": [{"type": "text", "text": said}]} | state
    return {"type": "tool", "id": "call_1", "name": name, "time": time, "state": held}


def test_a_prompt_and_what_came_with_it() -> None:
    files = [{"uri": "file:///x/a.png", "mime": "image/png", "name": "a.png"}]
    found = heard([row("msg_1", "user", text="Look", files=files, agents=[{"name": "explore"}])])
    assert (one(found, UserPrompt).id, one(found, UserPrompt).text) == ("msg_1", "Look")
    assert [(event.kind, event.text) for event in of(found, Attachment)] == [("image", "a.png"), ("agent", "explore")]


@pytest.mark.parametrize("kind", ["synthetic", "system", "skill"])
def test_a_text_that_nobody_typed_is_no_prompt(kind: str) -> None:
    found = heard([row("msg_1", kind, text="injected")])
    assert (one(found, Attachment).text, of(found, UserPrompt)) == ("injected", [])


def test_an_answer_is_a_call() -> None:
    thought = {"type": "reasoning", "text": "hm", "time": {"created": AT + 150}}
    found = heard([row("msg_1", "user", text="Look"), answer(thought, {"type": "text", "text": "Yes."})])
    call = one(found, LlmResponse)
    assert (call.id, call.at, call.recorded_usd, call.stop, call.cls.model) == (
        "msg_2",
        AT + 100,
        "0.5",
        "stop",
        "claude-sonnet-4-5",
    )
    assert call.usage == Usage(input=10, output=7, cache_read=0, cache_write_5m=0, reasoning=2)
    assert (one(found, Thinking).text, one(found, Thinking).at, one(found, AssistantText).text) == (
        "hm",
        AT + 150,
        "Yes.",
    )


def test_an_answer_whose_tokens_never_came_is_a_call_of_unknown_usage() -> None:
    found = heard([answer(used("shell", "running"), tokens=None, cost=None, finish=None)])
    assert (one(found, LlmResponse).usage, of(found, ToolResult)) == (Usage(), [])


def test_a_request_that_failed_is_no_call() -> None:
    error = {"type": "provider.rate-limit", "message": "Overloaded", "status": 529}
    found = heard([answer(error=error, tokens=None, cost=None, time={"completed": AT + 300})])
    told = one(found, ErrorRaised)
    assert (told.text, told.status, told.at, of(found, LlmResponse)) == ("Overloaded", 529, AT + 300, [])


def test_an_interrupted_answer() -> None:
    found = heard([answer({"type": "text", "text": "I"}, error={"type": "aborted", "message": "Step interrupted"})])
    assert one(found, Interrupted).text == "Step interrupted"


def test_a_retry_is_told() -> None:
    retry = {"attempt": 2, "at": AT + 50, "error": {"type": "provider.transport", "message": "gone", "status": 503}}
    found = one(heard([answer(retry=retry)]), ErrorRaised)
    assert (found.retry, found.status, found.text, found.at) == (2, 503, "gone", AT + 50)


def test_a_tool_and_its_result() -> None:
    made = used("shell", said="x", input={"command": "make"}, metadata={"exit": 2})
    found = heard([answer(made)])
    call, back = one(found, ToolCall), one(found, ToolResult)
    assert (call.call, call.kind, call.title, call.at) == ("call_1", "shell", "make", AT + 210)
    assert (back.output, back.exit_code, back.run_ms, back.failed, back.really_failed) == ("x", 2, 50, False, True)


@pytest.mark.parametrize(
    ("kind", "refused", "interrupted"),
    [("permission.rejected", True, False), ("tool.execution", False, False), ("tool.interrupted", False, True)],
)
def test_a_failed_tool_says_why(kind: str, refused: bool, interrupted: bool) -> None:
    found = one(heard([answer(used("shell", "error", error={"type": kind, "message": "no"}))]), ToolResult)
    assert (found.failed, found.output, found.refused, found.interrupted) == (True, "no", refused, interrupted)


def test_a_command_that_ran_too_long_went_wrong() -> None:
    found = one(heard([answer(used("shell", structured={"timeout": True}))]), ToolResult)
    assert found.really_failed is True


def test_what_a_tool_gave_besides_its_text() -> None:
    content = [{"type": "file", "uri": "data:image/png;base64,AA", "mime": "image/png", "name": "a.png"}]
    assert one(heard([answer(used("read", content=content))]), Attachment).text == "a.png"


@pytest.mark.parametrize(
    ("name", "state", "files"),
    [
        ("edit", {"metadata": {"files": [{"file": "a", "patch": "@@ -1 +1 @@\n-a\n+b"}]}}, [("a", 1, 1)]),
        ("patch", {"metadata": {"files": [{"file": "a", "patch": "@@ -0,0 +1 @@\n+b"}]}}, [("a", 1, 0)]),
        ("write", {"said": "Created file successfully: a", "input": {"path": "a", "content": "1\n2"}}, [("a", 2, 0)]),
        ("write", {"said": "Wrote file successfully: a", "input": {"path": "a", "content": "1\n2"}}, [("a", 0, 0)]),
    ],
)
def test_edits_tell_their_files(name: str, state: dict[str, Any], files: list[tuple[str, int, int]]) -> None:
    found = heard([answer(used(name, **state))])
    assert [(one.path, one.lines_added, one.lines_removed) for one in of(found, FileWrite)] == files


def test_a_read_file_is_told_and_a_listed_folder_is_not() -> None:
    assert one(heard([answer(used("read", input={"path": "a"}, said="Read file a, lines 1-2"))]), FileRead).path == "a"
    assert of(heard([answer(used("read", input={"path": "a"}, said="Read directory a, entries 1-2"))]), FileRead) == []


def test_a_sub_agent_is_named() -> None:
    found = one(heard([answer(used("subagent", metadata={"sessionID": "ses_2"}))]), ToolResult)
    assert (found.child, found.tool) == ("ses_2", "subagent")
    assert one(heard([answer(used("subagent", said='<subagent sessionID="ses_3">'))]), ToolResult).child == "ses_3"


@pytest.mark.parametrize("output", ["a\n", {"output": "a\n", "truncated": False}])
def test_a_command_of_the_persons_own(output: object) -> None:
    found = heard([row("msg_1", "shell", shellID="sh_1", command="ls", status="exited", exit=0, output=output)])
    assert (one(found, Command).text, one(found, Attachment).text, of(found, ToolCall)) == ("ls", "a\n", [])


def test_a_compaction_and_its_call() -> None:
    given: Json = {"status": "completed", "summary": "So far", "model": MODEL, "tokens": tokens(9, 3), "cost": 0.25}
    found = heard([row("msg_1", "compaction", reason="auto", **given)])
    assert [(event.trigger, event.summary) for event in of(found, Compacted)] == [("auto", ""), ("", "So far")]
    assert (one(found, LlmResponse).usage.output, one(found, LlmResponse).recorded_usd) == (3, "0.25")
    running = heard([row("msg_1", "compaction", reason="manual", status="running", summary="")])
    assert [type(event).__name__ for event in running] == ["Compacted"]


def test_another_model_is_told() -> None:
    rows = [row(f"msg_{n}", "model-switched", n, n, model={"id": name}) for n, name in enumerate("aabb")]
    assert [event.model for event in of(heard(rows), ModelChanged)] == ["b"]


@pytest.mark.parametrize("kind", ["agent-switched", "location-switched", "idle"])
def test_what_has_no_weight_is_left_out(kind: str) -> None:
    assert heard([row("msg_1", kind)]) == []


def test_an_unknown_kind_is_kept() -> None:
    assert one(heard([row("msg_1", "hologram")]), Unknown).reason == "unknown message role 'hologram'"


def test_messages_of_one_moment_stand_in_their_order() -> None:
    rows = [row(f"msg_x_{n}", "user", n, text=str(n)) for n in (10, 9, 11)]
    assert [event.text for event in of(heard(rows), UserPrompt)] == ["9", "10", "11"]


def test_what_version_1_has_is_read_there() -> None:
    first = (user(), part("prt_1", "msg_1", "text", text="Hello"), assistant(), part("prt_2", "msg_2", "step-start"))
    both = heard([*first, row("msg_1", "user", text="Hello"), answer(), row("msg_3", "user", 3, 300, text="More")])
    assert [event.id for event in both] == ["msg_1", "msg_2", "msg_3"]


def test_a_fork_names_its_original() -> None:
    head = json.loads(session(fork_session_id="ses_0", time_created=AT + 500)) | {"table": "session_v2"}
    found = heard([json.dumps(head).encode(), row("msg_1", "user", text="Hello")])
    link = one(found, Linked)
    assert (link.how, link.other, one(found, SessionStarted).at) == ("fork", "ses_0", AT + 500)
    assert type(found[0]).__name__ == "UserPrompt"


# ---- through the shell

SCHEMA = """
CREATE TABLE session_v2 (id text PRIMARY KEY, parent_id text, fork_session_id text, directory text, title text, version text,
    agent text, time_created integer, time_updated integer);
CREATE TABLE {message} (id text PRIMARY KEY, session_id text, type text, seq integer, time_created integer,
    time_updated integer, data text);
"""


def plant(
    db: sqlite3.Connection, session: str, rows: list[bytes], *, table: str = "", original: str | None = None
) -> None:
    """A session of version 2; `table` where there is none for its messages yet."""
    db.executescript(SCHEMA.format(message=table) if table else "")
    db.execute(
        "INSERT INTO session_v2 VALUES (?, NULL, ?, '/home/dev/demo', 'A title', '2.0.12', 'build', ?, ?)",
        (session, original, AT, AT),
    )
    for held in map(json.loads, rows):
        values = (held["id"], session, held["type"], held["seq"], held["time_created"], AT, held["data"])
        db.execute("INSERT INTO session_message VALUES (?, ?, ?, ?, ?, ?, ?)", values)


TALK = [row("msg_1", "user", text="Hello"), answer({"type": "text", "text": "Yes."})]


def test_a_database_of_version_2_is_read(home: Path) -> None:
    (home / WHERE).mkdir(parents=True)
    db = sqlite3.connect(home / WHERE / "opencode.db", isolation_level=None)
    plant(db, "ses_1", TALK, table="session_message")
    found = listed(home)["ses_1"]
    assert (found.prompts, found.own.calls, found.own.usage.output, found.title) == (1, 1, 7, "A title")
    more = json.loads(row("msg_3", "user", 3, 300, text="More"))
    values = (more["id"], "ses_1", "user", 3, more["time_created"], AT + 9, more["data"])
    db.execute("INSERT INTO session_message VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    assert listed(home)["ses_1"].prompts == 2
    db.close()


def test_a_database_of_both_versions_is_read_once(home: Path) -> None:
    db = store(home, "patches")
    before = figures(listed(home))
    db.execute("CREATE TABLE session_message (id text, session_id text, type text, seq integer, time_created integer, "
               "time_updated integer, data text)")  # fmt: skip
    (name,) = before
    message = db.execute("SELECT id FROM message LIMIT 1").fetchone()["id"]
    db.execute("INSERT INTO session_message VALUES (?, ?, 'user', 1, ?, ?, '{}')", (message, name, AT, AT))
    assert figures(listed(home)) == before
    db.executescript(SCHEMA.format(message="unused"))
    plant(db, name, [])
    plant(db, "ses_new", TALK)
    found = listed(home)
    assert (found[name].own.calls, found["ses_new"].own.calls) == (3, 1)
    db.close()


def test_a_fork_of_version_2_owns_only_what_it_added(home: Path) -> None:
    (home / WHERE).mkdir(parents=True)
    db = sqlite3.connect(home / WHERE / "opencode.db", isolation_level=None)
    plant(db, "ses_1", TALK, table="session_message")
    copies = [msgspec.json.encode(json.loads(line) | {"id": f"msg_9_{n}"}) for n, line in enumerate(TALK)]
    plant(db, "ses_2", [*copies, row("msg_9a", "user", 9, 90_000, text="More")], original="ses_1")
    db.execute("UPDATE session_v2 SET time_created = ? WHERE id = 'ses_2'", (AT + 80_000,))
    found = listed(home)
    assert {name: (one.prompts, one.own.calls) for name, one in found.items()} == {"ses_1": (1, 1), "ses_2": (1, 0)}
    db.close()
