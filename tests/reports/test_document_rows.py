"""The ReplayDocument of every recorded run of OpenCode, held to the very rows of its database, read here anew.

Every row has its events and every event its row; texts are whole, times and numbers are those of the row. Left out by
name: marks where a step begins and ends (the message has their numbers), and snapshots of files.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from agent_trace.reports import replay_document
from agent_trace.reports._replay_document import Head, Moment, ReplayDocument
from tests import stories
from tests.reports.recorded import asked
from tests.reports.understood import BARE, home_of

AGENT = "opencode/"
RUNS = [one for one in (*BARE, *stories.RUNS) if one.startswith(AGENT)]
SILENT = {"step-start", "step-finish", "patch"}
OWN_COMMAND = "The following tool was executed by the user"
Json = dict[str, Any]


class Record(NamedTuple):
    """A message, or a part of one."""

    id: str
    data: Json
    message: Json
    parent: Json
    """What the message answers."""


class Log(NamedTuple):
    """One session as its rows have it, beside the document of it."""

    row: Json
    messages: dict[str, Json]
    parts: list[Record]
    document: ReplayDocument
    head: Head

    def events(self, record: str) -> list[Moment]:
        return [one for one in self.document.events if one.id == record or one.id.startswith(f"{record}.")]

    def prompted(self) -> Iterator[tuple[str, str]]:
        """The id of each message in which somebody typed, and what."""
        for name, message in self.messages.items():
            texts = [one.data["text"] for one in self.parts if one.id and one.message is message and is_typed(one.data)]
            if message["role"] == "user" and texts:
                yield name, unquoted("\n".join(texts))


def is_typed(part: Json) -> bool:
    return part["type"] == "text" and not part.get("synthetic")


def unquoted(text: str) -> str:
    """`opencode run` stores an argument with a blank in it between quotes."""
    return text[1:-1] if text.startswith('"') and text.endswith('"') else text


@pytest.fixture(params=RUNS)
def logs(request: pytest.FixtureRequest, home: Path) -> list[Log]:
    with home_of(request.param, home) as workspace:
        (path,) = home.rglob("opencode.db")
        with closing(sqlite3.connect(path)) as database:
            database.row_factory = sqlite3.Row
            rows = [dict(row) for row in database.execute("SELECT * FROM session ORDER BY id")]
            return [_log(database, row, asked(workspace, replay_document, row["id"], full=True)) for row in rows]


def _log(database: sqlite3.Connection, row: Json, document: ReplayDocument) -> Log:
    told = "SELECT id, data FROM message WHERE session_id = ? ORDER BY time_created, id"
    messages: dict[str, Json] = {name: json.loads(data) for name, data in database.execute(told, (row["id"],))}
    parts = database.execute("SELECT id, data, message_id FROM part WHERE session_id = ? ORDER BY id", (row["id"],))
    assert document.head is not None
    return Log(
        row,
        messages,
        [
            Record(one, json.loads(data), messages[of], messages.get(messages[of].get("parentID", ""), {}))
            for one, data, of in parts
        ],
        document,
        document.head,
    )


def test_every_part_is_told_as_it_stands(logs: list[Log]) -> None:
    for log in logs:
        own = {id(one.message) for one in log.parts if one.data.get("text") == OWN_COMMAND}
        for one in log.parts:
            found = log.events(one.id)
            if one.data["type"] in SILENT or id(one.message) in own:
                assert found == []
            elif one.message["role"] == "user" and is_typed(one.data):
                assert found == []  # the prompt is the message
            else:
                _told(one, found, by_person=id(one.parent) in own)


def _told(one: Record, found: list[Moment], *, by_person: bool) -> None:
    data, words = one.data, [event.text for event in found]
    match data["type"]:
        case "tool" if by_person:
            assert [event.kind for event in found] == ["command", "attachment"]
            assert words == [data["state"]["input"]["command"], data["state"]["output"]]
        case "tool":
            _called(data, found)
        case "file":
            assert [(event.kind, event.text) for event in found] == [("attachment", data["filename"])]
        case "compaction":
            assert [event.title for event in found] == ["auto" if data["auto"] else "manual"]
        case "subtask":
            assert [(event.kind, event.title, event.text) for event in found] == [
                ("command", f"/{data['command']}", data["prompt"])
            ]
        case kind:
            answer = "compacted" if one.message.get("summary") is True else "assistant_response"
            named = {"reasoning": "thinking", "text": "attachment" if data.get("synthetic") else answer}[kind]
            assert [(event.kind, event.text) for event in found] == [(named, data["text"])]


def _called(data: Json, found: list[Moment]) -> None:
    state, (call, *rest) = data["state"], found
    assert (call.kind, call.tool, json.loads(call.text)) == ("tool_call", data["tool"], state["input"])
    assert _milliseconds(call) == state["time"]["start"]
    if state["status"] == "running":
        assert rest == []
        return
    result, *files = rest
    is_error = state["status"] == "error"
    exit_code = state.get("metadata", {}).get("exit")
    assert (result.kind, result.pair, call.pair) == ("tool_result", call.number, result.number)
    assert result.text == state["error" if is_error else "output"]
    assert _milliseconds(result) == state["time"]["end"]
    assert result.failed is is_error
    assert (result.exit_code or 0) == (exit_code or 0)
    assert result.went_wrong or result.refused or not is_error
    assert {one.kind for one in files} <= {"file_read", "file_write"}
    assert sum(one.lines_added for one in files) == result.lines_added
    diff = state.get("metadata", {}).get("diff", "").splitlines()
    added = [line for line in diff if line.startswith("+") and not line.startswith("+++ /")]
    assert [line for hunk in result.hunks for line in hunk.lines if line.startswith("+")] == added


def _milliseconds(event: Moment) -> int:
    assert event.at is not None
    return round(event.at.timestamp() * 1000)


def test_every_message_is_a_prompt_or_a_call_with_its_numbers(logs: list[Log]) -> None:
    for log in logs:
        assert [(row.id, row.text) for row in log.head.prompts] == list(log.prompted())
        for name, message in log.messages.items():
            calls = [one for one in log.events(name) if one.kind == "llm_response"]
            begun = any(one.message is message and one.data["type"] == "step-start" for one in log.parts)
            assert len(calls) == (message["role"] == "assistant" and begun)
            for call in calls:
                _counted(call, message)
            errors = [one.text for one in log.events(name) if one.kind in ("error", "interrupted")]
            assert errors == ([message["error"]["data"]["message"]] if "error" in message else [])


def _counted(call: Moment, message: Json) -> None:
    tokens, usage = message["tokens"], call.usage
    assert usage is not None
    assert (call.model, _milliseconds(call)) == (message["modelID"], message["time"]["created"])
    used = (tokens["input"], tokens["output"] + tokens["reasoning"], tokens["cache"]["read"], tokens["cache"]["write"])
    assert (usage.input, usage.output, usage.cache_read, usage.cache_write_5m) == (used if any(used) else (None,) * 4)


def test_no_event_is_of_no_row_and_they_stand_in_the_order_of_time(logs: list[Log]) -> None:
    for log in logs:
        rows = {log.row["id"], *log.messages, *(one.id for one in log.parts)}
        assert {one.id.partition(".")[0] for one in log.document.events} <= rows
        times = [one.at for one in log.document.events if one.at is not None]
        assert times == sorted(times)
        assert len(times) == log.document.total


def test_each_prompt_cost_what_its_answers_cost(logs: list[Log]) -> None:
    for log in logs:
        typed = {name for name, _ in log.prompted()}
        spent = {name: Decimal(0) for name in typed}
        asking = ""
        for name, message in log.messages.items():
            asking = name if name in typed else asking
            spent[asking] += Decimal(repr(message.get("cost", 0)))
        for row in log.head.prompts:
            if not row.inherited:
                assert (row.recorded_usd or 0) == spent[row.id]
        if not any(row.inherited for row in log.head.prompts):
            assert float(sum(spent.values())) == pytest.approx(log.row["cost"])


def test_a_prompt_lasts_as_long_as_what_was_done_for_it(logs: list[Log]) -> None:
    for log in logs:
        for row in log.head.prompts:
            done = [one for one in log.document.events if row.first_event <= int(one.number) <= row.last_event]
            kept = [one for one in done if one.kind not in ("session_start", "session_title", "model_changed")]
            last = kept[-1] if row.inherited or kept[-1].kind != "command" else kept[-2]
            assert row.seconds == (_milliseconds(last) - _milliseconds(done[0])) / 1000


def test_what_a_person_ran_by_a_command_is_no_other_way_of_the_agent(home: Path) -> None:
    with home_of(f"{AGENT}1.18.33/served", home) as workspace:
        document = asked(workspace, replay_document, "ses_e01e3b56bffeqEjQuTM3EfFmKa")
    told = {one.number: one for one in document.events}
    (task,) = (one for one in document.events if one.tool == "task" and one.kind == "tool_call")
    (command,) = (one for one in document.events if one.title == "/look")
    assert [(one.event, one.how) for one in task.because] == [(command.number, "part")]
    (question,) = (one for one in document.events if one.title == "Again?")
    assert (question.then, question.spoke, question.prompted) == (None, None, command.number)
    assert told[str(question.pair)].fault == "refused"


def test_what_was_taken_back_was_answered(home: Path) -> None:
    with home_of(f"{AGENT}1.18.33/served", home) as workspace:
        document = asked(workspace, replay_document, "ses_e01e34882ffeXU8efnqbU6WrFZ")
    assert document.head is not None
    answers = [one.number for one in document.events if one.kind == "assistant_response"]
    assert [row.answer for row in document.head.prompts] == answers
