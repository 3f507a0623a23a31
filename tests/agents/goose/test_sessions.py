"""Goose's sessions: the database, versions of messages, files of old versions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agent_trace.agents.goose import AGENT, place
from agent_trace.agents.goose.recognition import recognises
from agent_trace.model.events import (
    AssistantText,
    LlmResponse,
    SessionStarted,
    Titled,
    Unknown,
    UsageRecorded,
    UserPrompt,
)
from agent_trace.model.scan import digest
from agent_trace.model.session import by_session
from agent_trace.model.usage import Usage
from agent_trace.sync.databases import rows_of, sessions_in
from tests.agents.goose.stored import NOON, message, session, stored
from tests.agents.unverified import CORPUS, calls_of, heard, log, made, only, rows, told, used

# ---- the database


def test_a_session_uses_what_its_ledger_says_and_what_its_sums_hold_beyond() -> None:
    (found,) = by_session(told(log("goose", "#20260120_1")), "goose").values()
    assert used(found) == Usage(input=3770, output=277, cache_read=16000, cache_write_5m=4000)
    (record,) = only(found.events, UsageRecorded)
    assert sum(record.models.values(), Usage()) == Usage(input=4000, output=300, cache_read=16000, cache_write_5m=4000)


def test_a_database_without_what_newer_versions_added(tmp_path: Path) -> None:
    file = tmp_path / "sessions.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(
            """
            CREATE TABLE sessions (id TEXT, description TEXT, working_dir TEXT, created_at TIMESTAMP, updated_at TIMESTAMP,
                accumulated_total_tokens INTEGER, accumulated_input_tokens INTEGER, accumulated_output_tokens INTEGER);
            CREATE TABLE messages (id INTEGER PRIMARY KEY, session_id TEXT, role TEXT, content_json TEXT,
                created_timestamp INTEGER);
            INSERT INTO sessions VALUES ('old', 'An old one', '/w', '2025-11-01 10:00:00', '2025-11-01 10:00:09', 30, 20, 10);
            INSERT INTO messages VALUES (1, 'old', 'user', '[{"type":"text","text":"hi"}]', 1761991200);
            INSERT INTO messages VALUES (2, 'old', 'assistant', '[{"type":"text","text":"hello"}]', 1761991203);
            CREATE TABLE usage_ledger (id INTEGER, session_id TEXT);
            """
        )
    connection.close()
    database = AGENT.databases[0]
    (one,) = sessions_in(database, "goose", str(file))
    found = heard("goose", list(rows_of(database, one.path)), one.path)
    assert [type(event) for event in found] == [
        SessionStarted,
        Titled,
        UserPrompt,
        LlmResponse,
        AssistantText,
        UsageRecorded,
    ]
    assert [event.models for event in only(found, UsageRecorded)] == [{"": Usage(input=20, output=10)}]


def test_a_session_changes_when_anything_of_it_does(tmp_path: Path) -> None:
    file, database = tmp_path / "sessions.db", AGENT.databases[0]
    made(CORPUS / "goose/unverified/sessions.sql", file)
    before = {one.path: (one.size, one.mtime) for one in sessions_in(database, "goose", str(file))}
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE sessions SET accumulated_total_tokens = 1 WHERE id = '20260120_1'")
        connection.execute(
            "INSERT INTO messages (session_id, role, content_json, created_timestamp) VALUES ('20260120_2', 'user', '[]', 1)"
        )
    connection.close()
    after = {one.path: (one.size, one.mtime) for one in sessions_in(database, "goose", str(file))}
    assert all(before[path] != after[path] for path in before)


@pytest.mark.parametrize(
    ("path", "name"),
    [("/h/sessions.db#2026_1", "2026_1"), ("C:\\h\\sessions\\2025.jsonl", "2025"), ("/h/sessions/a.b.jsonl", "a.b")],
)
def test_a_session_is_called_by_its_row_or_its_file(path: str, name: str) -> None:
    assert place(path).session == name


# ---- versions


def test_a_session_that_is_written_anew_has_every_message_once() -> None:
    first = [message("user", "go", number=1), message("assistant", "I go.", number=2, at=NOON + 2)]
    again = [
        message("user", "go", number=7),
        message("assistant", "I go.", number=8, at=NOON + 2),
        message("user", "on", number=9, at=NOON + 4),
    ]
    found = stored(*first, *again)
    assert [event.text for event in only(found, UserPrompt)] == ["go", "on"]
    assert len(only(found, LlmResponse)) == 1


def test_a_newer_version_of_a_message_keeps_its_name() -> None:
    early, late = message("assistant", "Half", own="m1"), message("assistant", "Whole", own="m1")
    found = stored(early, late)
    assert [event.text for event in only(found, AssistantText)] == ["Whole"]
    assert list(calls_of(found)) == list(calls_of(stored(early)))


def test_the_same_words_under_two_ids_are_two_messages() -> None:
    found = stored(message("user", "go", own="m1"), message("user", "go", own="m2"), message("user", "go", own="m1"))
    assert [event.text for event in only(found, UserPrompt)] == ["go", "go"]


def test_a_message_that_gets_an_id_later_is_the_same() -> None:
    found = stored(message("user", "go"), message("user", "go", own="m1"))
    assert len(only(found, UserPrompt)) == 1


def test_a_copied_session_is_told_by_names_that_both_have() -> None:
    talk = [message("user", "go"), message("assistant", "I go.", at=NOON + 2)]
    one, other = stored(*talk), stored(*talk, path="/h/sessions.db#s2")
    assert [event.twin for event in one] == [event.twin for event in other]
    assert [call.call for call in only(one, LlmResponse)] == [call.call for call in only(other, LlmResponse)]
    copied = frozenset(digest(event.twin.encode()) for event in one)
    assert all(event.inherited for event in stored(*talk, path="/h/sessions.db#s2", inherited=copied))


# ---- files of old versions


def test_a_file_of_an_old_version_and_the_row_it_became_are_one_session() -> None:
    header = {"working_dir": "/w", "description": "Old", "message_count": 2}
    lines = [header, {"role": "user", "created": NOON, "content": [{"type": "text", "text": "go"}]}]
    in_file = heard("goose", rows(*lines), "/h/sessions/s1.jsonl")
    in_database = stored(session(description="Old"), message("user", "go"))
    assert [(event.id, event.session) for event in in_file] == [(event.id, event.session) for event in in_database]


def test_messages_of_a_file_with_ids_of_their_own() -> None:
    line = {"id": "msg_1", "role": "user", "created": NOON, "content": [{"type": "text", "text": "go"}]}
    found = heard("goose", rows(line, line, {**line, "id": "msg_2"}), "/h/sessions/s1.jsonl")
    assert len(only(found, UserPrompt)) == 2


def test_a_line_of_no_known_shape_is_unread() -> None:
    found = heard("goose", rows({"table": "nothing"}, {"role": "user"}), "/h/sessions/s1.jsonl")
    assert [event.reason for event in only(found, Unknown)] == ["no row of a table that is known"] * 2


@pytest.mark.parametrize(
    ("path", "head", "is_one"),
    [
        ("/h/s.jsonl", b'{"working_dir":"/w","description":"","message_count":0}\n', True),
        ("/h/s.jsonl", b'{"working_dir":"/w"}\n', False),
        ("/h/s.jsonl", b'x\n{"role":"user","created":1,"content":[]}\n', True),
        ("/h/s.jsonl", b'{"role":"user","created":"1","content":[]}\n', False),
        ("/h/s.jsonl", b'{"role":"tool","created":1,"content":[]}\n', False),
        ("/h/s.json", b'{"working_dir":"/w","message_count":0}\n', False),
        ("/h/s.jsonl", b'{"type":"user","uuid":"u","sessionId":"s","message":{}}\n', False),
        ("/h/s.jsonl", b'{"timestamp":"t","type":"session_meta","payload":{"cwd":"/w"}}\n', False),
        ("/h/s.jsonl", b"", False),
    ],
)
def test_a_file_of_an_old_version_is_told_by_its_first_lines(path: str, head: bytes, is_one: bool) -> None:
    assert recognises(path, head) is is_one
