"""Rows that are bad, late, old or out of order, and what the session's own row says."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from agent_trace.agents.opencode import fields
from agent_trace.model.events import (
    AnyEvent,
    AssistantText,
    LlmResponse,
    SessionStarted,
    Titled,
    ToolResult,
    Unknown,
    UserPrompt,
)
from agent_trace.model.scan import digest
from agent_trace.model.usage import Usage
from tests.agents.opencode.stores import (
    AT,
    assistant,
    heard,
    logs,
    message,
    of,
    one,
    part,
    session,
    sessions,
    tokens,
    tool,
    user,
)

TALK = (
    session(),
    user(),
    part("prt_1", "msg_1", "text", text="Hello"),
    assistant(),
    part("prt_2", "msg_2", "step-start"),
)


def test_an_empty_log_says_nothing() -> None:
    assert heard([]) == []
    assert heard([b"", b" \r", b"\x00"]) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"plain words", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"42", "not an object"),
        (b'["x"]', "not an object"),
        (b"[" * 100_000, "not JSON"),
        (b"{}", "not a row of OpenCode's store"),
        (b'{"id": "m1", "sessionID": "s", "role": "user", "content": "x"}', "not a row of OpenCode's store"),
        (b'{"table": "todo", "id": "1"}', "unknown table 'todo'"),
        (b'{"table": "message", "data": "{}"}', "message without id"),
        (b'{"table": "message", "id": "msg_9"}', "message without readable data"),
        (b'{"table": "part", "id": "prt_9", "data": "{"}', "part without readable data"),
        (b'{"table": "part", "id": "prt_9", "data": "{}{}"}', "part without readable data"),
        (b'{"table": "part", "id": "prt_9", "data": 3}', "part without readable data"),
        (b'{"table": "part", "id": "prt_9", "message_id": "msg_9", "data": "{}"}', "part without its message"),
        (message("msg_9", "judge"), "unknown message role 'judge'"),
        (message("msg_9", ""), "a message without a role"),
        (part("prt_9", "msg_1", "hologram"), "unknown part type 'hologram'"),
        (part("prt_9", "msg_2", "hologram"), "unknown part type 'hologram'"),
        (part("prt_9", "msg_2", ""), "a part without a type"),
    ],
)
def test_a_bad_row_between_good_ones_is_kept_and_costs_nothing(line: bytes, reason: str) -> None:
    plain, found = heard(TALK), heard([*TALK[:3], line, *TALK[3:]])
    assert one(found, Unknown).reason == reason
    assert [event.id for event in found if not isinstance(event, Unknown)] == [event.id for event in plain]


def test_equal_bad_rows_have_names_of_their_own() -> None:
    found = of(heard([*TALK, b"bad", b"bad", b"worse"]), Unknown)
    assert len({event.id for event in found}) == 3
    assert [event.raw for event in found] == ["bad", "bad", "worse"]
    assert heard([*TALK, b"bad"])[-1].id == found[0].id


def test_two_rows_on_one_line_are_both_read() -> None:
    assert heard([TALK[0] + TALK[1], *TALK[2:]])[2].id == "msg_1"


@pytest.mark.parametrize("around", [(b"\xef\xbb\xbf", b""), (b"", b"\r"), (b"\x00\x00", b"\x00"), (b"  ", b" ")])
def test_what_stands_around_a_row_is_no_part_of_it(around: tuple[bytes, bytes]) -> None:
    before, after = around
    found = heard([before + row + after for row in TALK])
    assert [event.id for event in found] == [event.id for event in heard(TALK)]


def test_surrogates_and_bad_utf8_become_what_can_be_written() -> None:
    surrogate = (
        rb'{"table":"part","id":"prt_3","message_id":"msg_2","data":"{\"type\":\"text\",\"text\":\"a\\ud800b\"}"}'
    )
    foreign = (
        b'{"table":"part","id":"prt_4","message_id":"msg_2","data":"{\\"type\\":\\"text\\",\\"text\\":\\"\xff\\"}"}'
    )
    found = heard([*TALK, surrogate, foreign])
    assert [event.text for event in of(found, AssistantText)] == ["a?b", "\ufffd"]
    assert msgspec.json.decode(msgspec.json.encode(found), type=list[AnyEvent]) == found


def test_a_row_of_two_megabytes_is_read_and_cut() -> None:
    words = "word " * 400_000
    found = one(heard([*TALK, part("prt_3", "msg_2", "text", text=words)]), AssistantText)
    assert (len(found.text), found.size) == (2048, 2_000_000)
    assert one(heard([*TALK, part("prt_3", "msg_2", "text", text=words)], clip=None), AssistantText).text == words


def test_the_newest_version_of_a_row_counts_and_what_vanished_stays() -> None:
    early = assistant(tokens=tokens(0, 0))
    running, done = tool("prt_3", "bash", "running"), tool("prt_3", "bash", output="done")
    found = heard([*TALK[:3], early, TALK[4], running, assistant(tokens=tokens(7, 3)), done])
    assert one(found, LlmResponse).usage == Usage(input=7, output=3, cache_read=0, cache_write_5m=0, reasoning=0)
    assert one(found, ToolResult).output == "done"


def test_a_later_version_that_cannot_be_read_does_not_replace_an_earlier_one() -> None:
    broken = json.dumps({"table": "message", "id": "msg_1", "session_id": "ses_1", "data": "{"}).encode()
    assert one(heard([*TALK, broken]), UserPrompt).text == "Hello"


def test_events_stand_where_they_were_heard() -> None:
    found = heard(TALK, source=3)
    places = [(event.origin.offset, event.origin.length, event.origin.source) for event in found if event.origin]
    assert places[0] == (0, len(TALK[0]), 3)
    assert places[2] == (len(TALK[0]) + 1, len(TALK[1]), 3)
    assert len(places) == len(found)


def test_a_clock_that_runs_backwards_changes_no_pair() -> None:
    back = tool("prt_3", "bash", at=-5000, output="done")
    kinds = [type(event).__name__ for event in heard([*TALK, back])]
    assert kinds == ["SessionStarted", "Titled", "UserPrompt", "LlmResponse", "ToolCall", "ToolResult"]


@pytest.mark.parametrize("created", [None, 0, -1, 10**15, "yesterday", True, 1e300])
def test_a_message_without_a_time_is_read(created: object) -> None:
    row = json.loads(user())
    row["data"] = json.dumps({"role": "user", "time": {"created": created}})
    found = one(heard([json.dumps(row).encode(), TALK[2]]), UserPrompt)
    assert (found.at, found.twin, found.text) == (None, "msg_1", "Hello")


def test_what_a_running_tool_adds_stands_behind_what_was_said_meanwhile() -> None:
    queued = (user("msg_3", 220), part("prt_9", "msg_3", "text", text="One more thing"))
    before = heard([*TALK, tool("prt_3", "bash", "running"), *queued])
    after = heard([*TALK, tool("prt_3", "bash", output="done"), *queued])
    assert [event.id for event in after][: len(before)] == [event.id for event in before]
    assert after[-1].id == "prt_3.result"


@pytest.mark.parametrize("run", ["changes", "compact", "fix", "served"])
def test_numbers_never_change_while_a_session_grows(run: str) -> None:
    for name, rows in logs(run).items():
        whole = [event.id for event in sessions(run)[name].events]
        messages = [row for row in rows if b'"table":"message"' in row[:60]]
        for count in range(1, len(messages)):
            held = {json.loads(row)["id"] for row in messages[count:]}
            grown = [row for row in rows if not {json.loads(row).get("message_id"), json.loads(row)["id"]} & held]
            ids = [event.id for event in heard(grown)]
            assert [one for one in whole if one in set(ids)] == ids


# ---- the session's own row


def test_a_session_begins_with_its_first_prompt() -> None:
    found = heard([session(time_created=AT - 60_000), *TALK[1:]])
    assert found[0] == SessionStarted(
        id="ses_1.start",
        session="ses_1",
        at=AT,
        origin=found[0].origin,
        cwd="/home/dev/demo",
        version="1.18.33",
    )


def test_a_session_without_messages_begins_when_it_was_made() -> None:
    assert one(heard([session()]), SessionStarted).at == AT
    assert one(heard([session(time_created=None)]), SessionStarted).at is None


def test_a_fork_begins_behind_what_it_copied() -> None:
    found = heard([session(time_created=AT + 500), *TALK[1:], user("msg_3", 600), part("p", "msg_3", "text", text="x")])
    kinds = [type(event).__name__ for event in found]
    assert kinds == ["UserPrompt", "LlmResponse", "SessionStarted", "Titled", "UserPrompt"]


@pytest.mark.parametrize(
    "title", ["New session - 2026-11-21T05:24:39.517Z", "Child session - 2026-11-21T05:24:39.517Z", ""]
)
def test_a_title_that_is_none_is_left_out(title: str) -> None:
    assert of(heard([session(title=title)]), Titled) == []


def test_a_title_is_told() -> None:
    assert one(heard([session()]), Titled).title == "A title"


@pytest.mark.parametrize(
    ("columns", "kind"),
    [({"agent": "explore"}, "explore"), ({"title": "Look (@general subagent)"}, "general"), ({}, None)],
)
def test_a_sub_agent_tells_its_parent_and_its_kind(columns: dict[str, str], kind: str | None) -> None:
    found = one(heard([session(parent_id="ses_0", **columns)]), SessionStarted)
    assert (found.starter, found.agent_type) == ("ses_0", kind)


@pytest.mark.parametrize("revert", [{"messageID": "msg_2"}, '{"messageID": "msg_2"}'])
def test_what_was_taken_back_is_off_the_main_thread(revert: object) -> None:
    found = heard([session(revert=revert), *TALK[1:]])
    assert {type(event).__name__: event.side for event in found} == {
        "SessionStarted": False,
        "Titled": False,
        "UserPrompt": False,
        "LlmResponse": True,
    }


@pytest.mark.parametrize(
    ("path", "name"),
    [("/x/opencode.db#ses_7", "ses_7"), ("/x/session/p/ses_8.json", "ses_8"), ("C:\\x\\ses_9.json", "ses_9")],
)
def test_a_log_whose_rows_name_no_session_is_called_after_its_path(path: str, name: str) -> None:
    assert one(heard([b"bad"], path), Unknown).session == name


def test_a_message_alone_names_its_session() -> None:
    assert one(heard(TALK[1:], "elsewhere"), UserPrompt).session == "ses_1"


def test_inherited_records_are_marked() -> None:
    names = {event.twin or event.id for event in of(heard(TALK), UserPrompt)}
    found = heard(TALK, inherited=frozenset(digest(name.encode()) for name in names))
    assert [event.inherited for event in found] == [False, False, True, False]


@pytest.mark.parametrize("depth", [10, 300, 900, 960, 985, 1000, 3000, 100_000])
def test_a_row_of_any_depth_is_read_or_refused(depth: int) -> None:
    """Lone surrogates take it the slow way."""
    deep = b'{"a":' * depth + rb'"\ud800"' + b"}" * depth
    row = b'{"table":"message","id":"msg_9","session_id":"ses_1","data":' + deep + b"}"
    assert [event.id for event in heard([*TALK, row]) if not isinstance(event, Unknown)] == [
        one.id for one in heard(TALK)
    ]


def test_what_is_too_deep_to_be_written_is_left_out() -> None:
    deep: dict[str, Any] = {}
    inner = deep
    for _ in range(100_000):
        inner["a"] = inner = {}
    assert fields.packed(deep) == b"{}"
    while deep:
        deep = deep["a"]


def test_what_is_too_deep_to_be_cleaned_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_record: object) -> None:
        raise RecursionError

    monkeypatch.setattr(fields, "_clean", fail)
    assert fields.decoded(rb'{"a": "\ud800"}') == ([], "not JSON")
